//! The sections of the SAML2 Web SSO form. Each label stands on one control of the page.

use domain::input::Tick;
use domain::input::saml::{
    ATTRIBUTE_NAME_FORMATS, DIGEST_ALGORITHMS, KEY_ENCRYPTION_ALGORITHMS, LOGOUT_METHODS, NAME_ID_FORMATS,
    SIGNING_ALGORITHMS, SamlInput,
};
use domain::view::{CertificateView, SamlFormView};
use domain::{Problems, limits};
use leptos::prelude::*;

use super::certificates::Certificates;
use super::rows::TextRows;
use crate::ui::*;

/// Fields, and values of selects, that are not offered: what cannot work is not shown. A field that is left out keeps
/// the default of a new configuration.
const HIDDEN: &[&str] = &[];

fn offered(name: &str) -> bool {
    !HIDDEN.contains(&name)
}

/// What the form shows, and what is wrong with it.
struct Form<'a> {
    input: SamlInput,
    problems: &'a Problems,
    may_manage: bool,
}

type Part = Option<AnyView>;

pub fn sections(view: SamlFormView, problems: &Problems, may_manage: bool) -> Vec<AnyView> {
    let form = Form {
        input: view.input,
        problems,
        may_manage,
    };
    let shown = |certificates: Vec<CertificateView>| {
        (!certificates.is_empty()).then(|| view! { <Certificates certificates/> }.into_any())
    };
    let certificates = shown(view.certificates);
    let encryption_certificate = shown(view.encryption_certificate);
    [
        section("Messages", form.messages()),
        section("Signatures", form.signatures(certificates)),
        section(
            "Encryption",
            form.encryption(&view.encryption_algorithms, encryption_certificate),
        ),
        section("Logout", form.logout()),
        section("Attributes", form.attributes()),
        section("Audiences and recipients", form.audiences()),
        section("This identity provider", form.identity_provider()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn section(title: &'static str, parts: Vec<Part>) -> Part {
    let parts: Vec<AnyView> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| view! { <PlainCard title><div class="fields">{parts}</div></PlainCard> }.into_any())
}

const SIGNATURE_VALIDATION: &str = "Enable Signature Validation in Authentication Requests and Logout Requests";

/// The label that stands on the first row must not be part of another row's name.
fn consumer_label(n: usize) -> String {
    if n == 0 {
        "Assertion Consumer URLs".to_owned()
    } else {
        format!("Another consumer URL {}", n + 1)
    }
}

impl Form<'_> {
    fn messages(&self) -> Vec<Part> {
        let input = &self.input;
        let consumers = view! {
            <TextRows name="acs_urls" press="acs" what="consumer URL" rows=input.acs_urls.clone() label=consumer_label
                titled=true add="Add URL" may_manage=self.may_manage problems=self.problems.clone()
                help="Where responses may go, compared exactly with the `AssertionConsumerServiceURL` of a request."/>
        };
        vec![
            Some(
                view! {
                    <TextField name="input[issuer]" label="Issuer" required=true mono=true value=input.issuer.clone()
                        error=self.problems.of("issuer") limit=limits::ENTITY
                        help="The `Issuer` of the service provider's requests, also its entity ID. Compared exactly."/>
                }
                .into_any(),
            ),
            Some(consumers.into_any()),
            self.text(
                "default_acs_url",
                "Default Assertion Consumer URL",
                &input.default_acs_url,
                "For requests that name none. Empty: the first.",
            ),
            self.select(
                "name_id_format",
                "NameID format",
                &input.name_id_format,
                &NAME_ID_FORMATS,
                "The `Format` of the subject's `NameID`; its value is the subject claim's.",
            ),
        ]
    }

    fn signatures(&self, certificates: Part) -> Vec<Part> {
        let input = &self.input;
        vec![
            self.tick("enable_response_signing", "Enable Response Signing", input.enable_response_signing,
                "Signs the `Response` as well. Assertions are always signed."),
            self.select("response_signing_algorithm", "Response Signing Algorithm", &input.response_signing_algorithm,
                &SIGNING_ALGORITHMS, "The `SignatureMethod` of responses and assertions."),
            self.select("response_digest_algorithm", "Response Digest Algorithm", &input.response_digest_algorithm,
                &DIGEST_ALGORITHMS, "The `DigestMethod` of the same."),
            self.tick("enable_signature_validation", SIGNATURE_VALIDATION,
                input.enable_signature_validation,
                "Refuses requests without a valid signature. One that is there is checked in any case."),
            Some(view! {
                <TextArea name="input[certificate]" label="Certificate" rows=6 value=input.certificate.clone()
                    error=self.problems.of("certificate")
                    help="The service provider's, in PEM; several while it changes keys. RSA of at least 2048 bits, or EC P-256."/>
            }.into_any()),
            certificates,
        ]
    }

    fn encryption(&self, algorithms: &[(String, String)], certificate: Part) -> Vec<Part> {
        let input = &self.input;
        let algorithms: Vec<_> = algorithms
            .iter()
            .map(|(uri, label)| (uri.as_str(), label.as_str()))
            .collect();
        vec![
            self.tick(
                "enable_assertion_encryption",
                "Enable Assertion Encryption",
                input.enable_assertion_encryption,
                "Sends an `EncryptedAssertion`, which only the holder of the certificate's key can read.",
            ),
            self.select(
                "assertion_encryption_algorithm",
                "Assertion Encryption Algorithm",
                &input.assertion_encryption_algorithm,
                &algorithms,
                "How the assertion is encrypted.",
            ),
            self.select(
                "key_encryption_algorithm",
                "Key Encryption Algorithm",
                &input.key_encryption_algorithm,
                &KEY_ENCRYPTION_ALGORITHMS,
                "How the key for that is encrypted.",
            ),
            Some(view! {
                <TextArea name="input[encryption_certificate]" label="Encrypt assertions to" rows=4
                    value=input.encryption_certificate.clone() error=self.problems.of("encryption_certificate")
                    help="The certificate that assertions are encrypted for, in PEM. Empty: the first RSA certificate above."/>
            }.into_any()),
            certificate,
        ]
    }

    fn logout(&self) -> Vec<Part> {
        let input = &self.input;
        vec![
            self.tick(
                "enable_single_logout",
                "Enable Single Logout",
                input.enable_single_logout,
                "Takes part when a user logs out elsewhere, and may ask for it by a `LogoutRequest`.",
            ),
            self.text(
                "slo_response_url",
                "SLO Response URL",
                &input.slo_response_url,
                "Where a `LogoutResponse` goes. Empty: the default assertion consumer address.",
            ),
            self.text(
                "slo_request_url",
                "SLO Request URL",
                &input.slo_request_url,
                "Where a `LogoutRequest` goes. Empty: the default assertion consumer address.",
            ),
            self.select(
                "logout_method",
                "Logout Method",
                &input.logout_method,
                &LOGOUT_METHODS,
                "How a `LogoutRequest` gets there.",
            ),
            self.tick(
                "enable_idp_initiated_slo",
                "Enable IdP Initiated SLO",
                input.enable_idp_initiated_slo,
                "Lets a link on this server log the user out of every service provider.",
            ),
        ]
    }

    fn attributes(&self) -> Vec<Part> {
        let input = &self.input;
        vec![
            self.tick(
                "enable_attribute_profile",
                "Enable Attribute Profile",
                input.enable_attribute_profile,
                "Sends the claims of the claim configuration where a request asks for them by index.",
            ),
            self.tick(
                "include_attributes_always",
                "Include Attributes in the Response Always",
                input.include_attributes_always,
                "Sends them without being asked. Has an effect only with the box above.",
            ),
            self.select(
                "attribute_name_format",
                "Attribute Name Format",
                &input.attribute_name_format,
                &ATTRIBUTE_NAME_FORMATS,
                "The `NameFormat` of each `Attribute`.",
            ),
        ]
    }

    fn audiences(&self) -> Vec<Part> {
        let input = &self.input;
        let audiences = offered("audiences").then(|| {
            view! {
                <div class="choice-body">
                    <TextRows name="audiences" press="audience" what="audience" rows=input.audiences.clone()
                        label=|n| format!("Audience {}", n + 1) add="Add Audience"
                        help="Each an `Audience` beside the issuer, which is always one."
                        problems=self.problems.clone() may_manage=self.may_manage/>
                </div>
            }
            .into_any()
        });
        let recipients = offered("recipients").then(|| {
            view! {
                <div class="choice-body">
                    <TextRows name="recipients" press="recipient" what="recipient" rows=input.recipients.clone()
                        label=|n| format!("Recipient {}", n + 1)
                        add="Add Recipient"
                        help="Each the `Recipient` of a `SubjectConfirmation` beside that of the assertion consumer."
                        problems=self.problems.clone() may_manage=self.may_manage/>
                </div>
            }
            .into_any()
        });
        vec![
            self.tick(
                "enable_audience_restriction",
                "Enable Audience Restriction",
                input.enable_audience_restriction,
                "Adds the audiences below.",
            ),
            audiences,
            self.tick(
                "enable_recipient_validation",
                "Enable Recipient Validation",
                input.enable_recipient_validation,
                "Adds the recipients below.",
            ),
            recipients,
        ]
    }

    fn identity_provider(&self) -> Vec<Part> {
        let input = &self.input;
        vec![
            self.tick(
                "enable_idp_initiated_sso",
                "Enable IdP Initiated SSO",
                input.enable_idp_initiated_sso,
                "Lets a link on this server sign the user in there without a request.",
            ),
            self.text(
                "idp_entity_id_alias",
                "IdP Entity ID Alias",
                &input.idp_entity_id_alias,
                "The `Issuer` of what is sent to this service provider. Empty: this server's entity ID.",
            ),
        ]
    }

    fn text(&self, field: &'static str, label: &'static str, value: &str, help: &'static str) -> Part {
        let value = value.to_owned();
        let limit = if field.ends_with("_url") {
            limits::URL
        } else {
            limits::ENTITY
        };
        offered(field).then(|| {
            view! {
                <TextField name=format!("input[{field}]") label mono=true value error=self.problems.of(field) help limit/>
            }
            .into_any()
        })
    }

    fn tick(&self, field: &'static str, label: &'static str, on: Tick, help: &'static str) -> Part {
        offered(field).then(|| {
            view! {
                <Checkbox name=format!("input[{field}]") label checked=on.0 help error=self.problems.of(field)/>
            }
            .into_any()
        })
    }

    fn select(
        &self,
        field: &'static str,
        label: &'static str,
        value: &str,
        list: &[(&str, &str)],
        help: &'static str,
    ) -> Part {
        let options: Vec<_> = list.iter().copied().filter(|(option, _)| offered(option)).collect();
        let value = value.to_owned();
        offered(field).then(|| {
            view! {
                <SelectField name=format!("input[{field}]") label options value error=self.problems.of(field) help/>
            }
            .into_any()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    const LABELS: [&str; 25] = [
        "Issuer",
        "Assertion Consumer URLs",
        "Default Assertion Consumer URL",
        "NameID format",
        "Response Signing Algorithm",
        "Response Digest Algorithm",
        "Assertion Encryption Algorithm",
        "Key Encryption Algorithm",
        "Enable Response Signing",
        "Enable Signature Validation in Authentication Requests and Logout Requests",
        "Enable Assertion Encryption",
        "Certificate",
        "Encrypt assertions to",
        "Enable Single Logout",
        "SLO Response URL",
        "SLO Request URL",
        "Logout Method",
        "Enable Attribute Profile",
        "Include Attributes in the Response Always",
        "Enable Audience Restriction",
        "Enable Recipient Validation",
        "IdP Entity ID Alias",
        "Attribute Name Format",
        "Enable IdP Initiated SSO",
        "Enable IdP Initiated SLO",
    ];

    #[test]
    fn every_label_is_on_one_control() {
        let input = SamlInput {
            acs_urls: vec!["a".into(), "b".into()],
            audiences: vec!["c".into()],
            ..SamlInput::default()
        };
        let view = SamlFormView {
            name: "Wiki".into(),
            input,
            registered: true,
            certificates: vec![],
            encryption_certificate: vec![],
            encryption_algorithms: vec![("gcm".into(), "AES-256-GCM".into())],
        };
        let html = markup(move || sections(view, &Problems::default(), true));
        for label in LABELS {
            assert_eq!(html.matches(&format!(">{label}</label>")).count(), 1, "{label}: {html}");
            for elsewhere in [
                format!(r#"aria-label="{label}""#),
                format!(">{label}</legend>"),
                format!(">{label}</button>"),
                format!(">{label}</h2>"),
            ] {
                assert!(!html.contains(&elsewhere), "{elsewhere}");
            }
        }
    }
}
