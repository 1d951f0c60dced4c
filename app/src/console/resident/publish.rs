//! *Publish a new key* and *Import a key*: the first step of a roll.

use domain::input::signing_key::{ImportKeyInput, PublishKeyInput};
use domain::signing_key::{KeyKind, RSA_SIZES};
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::{RESIDENT, crumbs};
use crate::console::page::{Body, console_page};
use crate::console::users::{ask_password, with_problems};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// What follows either form.
const WHAT_HAPPENS: &str =
    "The key is named in the metadata at once, and signs nothing until you use it. Nobody notices anything.";

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "publish-key";

#[component]
pub fn PublishPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageSettings),
        Some(NavItem::Resident),
        |request| async move {
            if let Some(question) = ask_password(&request) {
                return Ok(question);
            }
            let draft = request
                .console
                .draft::<PublishKeyInput>("resident/keys/publish", &request.query)
                .await?;
            let (input, problems) = draft.map_or_else(Default::default, |draft| (draft.input, draft.problems));
            let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=!problems.is_empty()/> };
            let body = Body::new((publish_form(input, problems.clone()), guard));
            Ok(with_problems(body, problems, "Not published"))
        },
    )
}

fn publish_form(input: PublishKeyInput, problems: Problems) -> impl IntoView {
    let count = problems.0.len();
    let kinds = [
        (
            KeyKind::Rsa.as_str(),
            KeyKind::Rsa.label(),
            "What every service provider verifies. It takes the place of the RSA key that signs now.",
        ),
        (
            KeyKind::Ec.as_str(),
            KeyKind::Ec.label(),
            "P-256, for service providers that ask for ECDSA-SHA256. Some others stop at a certificate of this kind in the metadata.",
        ),
    ];
    let sizes = RSA_SIZES.map(|bits| (bits.to_string(), format!("{bits} bits")));
    view! {
        <PageHead title="Publish a new key" subtitle=WHAT_HAPPENS crumbs=crumbs("Publish a new key")/>
        <PostForm action="/api/console/signing-keys/publish" id=FORM>
            <PlainCard>
                <div class="fields">
                    <RadioGroup legend="Kind of key" name="input[kind]" options=kinds value=input.kind error=problems.of("kind")/>
                    <SelectField name="input[bits]" label="Size of an RSA key" options=sizes value=input.bits error=problems.of("bits")
                        help="2048 bits are good to 2030 (NIST SP 800-57). Larger keys make signatures slower and messages longer."/>
                </div>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Publish"</Button>
                <LinkButton kind=ButtonKind::Quiet href=RESIDENT>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

#[component]
pub fn ImportPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageSettings),
        Some(NavItem::Resident),
        |request| async move {
            if let Some(question) = ask_password(&request) {
                return Ok(question);
            }
            let draft = request
                .console
                .draft::<ImportKeyInput>("resident/keys/import", &request.query)
                .await?;
            let (input, problems) = draft.map_or_else(Default::default, |draft| (draft.input, draft.problems));
            let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=!problems.is_empty()/> };
            let body = Body::new((import_form(input.certificate, problems.clone()), guard));
            Ok(with_problems(body, problems, "Not published"))
        },
    )
}

/// The private key never comes back: after a problem it has to be pasted again.
fn import_form(certificate: String, problems: Problems) -> impl IntoView {
    let count = problems.0.len();
    view! {
        <PageHead title="Import a key" subtitle=WHAT_HAPPENS crumbs=crumbs("Import a key")/>
        <PostForm action="/api/console/signing-keys/import" id=FORM>
            <PlainCard>
                <div class="fields">
                    <TextArea name="input[private_key]" label="Private Key" required=true rows=8 error=problems.of("private_key")
                        help="PEM without a passphrase: RSA of 2048 to 8192 bits, or ECDSA over P-256. It is sealed, and never shown again."/>
                    <TextArea name="input[certificate]" label="Certificate" required=true rows=8 value=certificate error=problems.of("certificate")
                        help="PEM, one certificate. Service providers get exactly this one."/>
                </div>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Import"</Button>
                <LinkButton kind=ButtonKind::Quiet href=RESIDENT>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn rsa_of_2048_bits_unless_chosen_otherwise() {
        let html = markup(|| publish_form(PublishKeyInput::default(), Problems::default()));
        assert_eq!(html.matches(" checked").count(), 1, "{html}");
        assert!(html.contains(r#"<option value="2048" selected>"#), "{html}");
    }

    #[test]
    fn a_private_key_is_asked_for_and_never_shown() {
        let problems = Problems::one("private_key", "It does not belong to this certificate");
        let html = markup(move || import_form("-----BEGIN CERTIFICATE-----".into(), problems));
        assert!(
            html.contains("-----BEGIN CERTIFICATE-----") && html.contains("It does not belong"),
            "{html}"
        );
        assert_eq!(html.matches("<textarea").count(), 2, "{html}");
    }
}
