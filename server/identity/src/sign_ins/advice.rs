//! For the administrator: each failed check by name, what to do about it, and where.

use domain::Permission;
use domain::view::UsedBy;
use entity::service_provider;

use crate::saml_idp::Check;
use crate::{Actor, Services};

/// The check by what it looks at, in SAML's own names.
pub(super) fn words(check: Check) -> &'static str {
    match check {
        Check::Decoding => "Decoding",
        Check::Kind => "Kind of message",
        Check::Issuer => "Issuer",
        Check::Signature => "Signature",
        Check::Destination => "Destination",
        Check::IssueInstant => "IssueInstant",
        Check::Replay => "Replay",
        Check::AssertionConsumerUrl => "AssertionConsumerServiceURL",
        Check::ProtocolBinding => "ProtocolBinding",
        Check::SingleLogout => "Single logout",
        Check::Session => "Browser and session",
        Check::InResponseTo => "InResponseTo",
        Check::Steps => "Authentication steps",
        Check::IdpInitiated => "IdP-initiated SSO",
        Check::MandatoryClaim => "Mandatory claim",
        Check::EncryptionCertificate => "Encryption certificate",
    }
}

/// What to do about it.
pub(super) fn advice(services: &Services, check: Check) -> String {
    match check {
        Check::Decoding => {
            "What came cannot be read as a SAML message. By HTTP-Redirect it has to be deflated, then base64; by HTTP-POST only base64."
        }
        Check::Kind => "This server takes an AuthnRequest, a LogoutRequest or a LogoutResponse here, and nothing else.",
        Check::Issuer => {
            "Register a service provider whose Issuer is exactly the one above, or correct the application's entity ID."
        }
        Check::Signature => {
            "Put the certificate that the application signs with now into Certificate. If the application does not sign, untick \
             Enable Signature Validation in Authentication Requests and Logout Requests."
        }
        Check::Destination => {
            return format!(
                "The application knows this server under another address. Its single sign-on and logout address has to be {}.",
                services.settings.samlsso_url()
            );
        }
        Check::IssueInstant => {
            "Compare the clocks of both servers. A request from a bookmark or an old tab fails like this too; a new start from \
             the application helps."
        }
        Check::Replay => {
            "Nothing has to be changed here: a request is answered once, and a new start from the application helps. If it \
             happens every time, the application uses the same ID twice."
        }
        Check::AssertionConsumerUrl => {
            "Add the address to Assertion Consumer URLs exactly as the application sends it, or correct it there."
        }
        Check::ProtocolBinding => "Responses go out by HTTP-POST alone. Set the application to ask for that, or for nothing.",
        Check::SingleLogout => "Tick Enable Single Logout, if this application may end sessions.",
        Check::Session => {
            "Nothing has to be changed here: the sign-in was gone on with in another browser, or under another name, than it was \
             begun in."
        }
        Check::InResponseTo => "The application answered a logout that this server did not begin, or has given up meanwhile.",
        Check::IdpInitiated => "Tick Enable IdP Initiated SSO, if sign-ins to this application may begin at this server.",
        Check::MandatoryClaim => "Add the value to the user's profile, or untick Mandatory Claim.",
        Check::EncryptionCertificate => {
            "Put an RSA certificate of the application into Certificate, or untick Enable Assertion Encryption."
        }
        Check::Steps => "The authentication steps were changed during the sign-in. A new start from the application helps.",
    }
    .to_owned()
}

/// Where a check's setting is.
enum Place {
    /// Where a service provider is added.
    Add,
    /// What this server tells others of itself: addresses, metadata.
    Resident,
    /// On a page of the service provider that sent the message: the rest of the address, and the setting's label.
    ServiceProvider(&'static str, &'static str),
}

fn place(check: Check) -> Place {
    use Place::{Add, Resident, ServiceProvider};
    match check {
        Check::Issuer => Add,
        Check::Decoding | Check::Kind | Check::Destination => Resident,
        Check::Signature => ServiceProvider("/saml#f-certificate", "Certificate"),
        Check::AssertionConsumerUrl => ServiceProvider("/saml#acs_urls", "Assertion Consumer URLs"),
        Check::SingleLogout => ServiceProvider("/saml#f-enable_single_logout", "Enable Single Logout"),
        Check::IdpInitiated => ServiceProvider("/saml#f-enable_idp_initiated_sso", "Enable IdP Initiated SSO"),
        Check::EncryptionCertificate => ServiceProvider("/saml#f-certificate", "Certificate"),
        Check::Steps => ServiceProvider("/authentication-steps", "Authentication steps"),
        Check::MandatoryClaim => ServiceProvider("#claims", "Mandatory Claim"),
        // Nothing here decides these: the page says which application it is.
        Check::IssueInstant | Check::Replay | Check::ProtocolBinding | Check::Session | Check::InResponseTo => {
            ServiceProvider("", "its page")
        }
    }
}

/// The setting to change, or the page to look at; its address only for whoever may open it.
pub(super) fn setting(
    actor: &Actor,
    check: Check,
    provider: Option<&service_provider::Model>,
    case_number: &str,
) -> Option<UsedBy> {
    let (name, how, href, needed) = match place(check) {
        Place::Add => (
            "Service Providers".to_owned(),
            "Add Service Provider",
            // The new one can be filled in with what the request says.
            format!("/console/service-providers/new?case={case_number}"),
            Permission::ManageServiceProviders,
        ),
        Place::Resident => (
            "Identity Providers".to_owned(),
            "Resident",
            "/console/identity-providers/resident".to_owned(),
            Permission::ViewSettings,
        ),
        Place::ServiceProvider(rest, how) => {
            let provider = provider?;
            (
                provider.name.clone(),
                how,
                format!("/console/service-providers/{}{rest}", provider.id),
                Permission::ViewServiceProviders,
            )
        }
    };
    Some(UsedBy {
        name,
        how: how.to_owned(),
        href: if actor.permissions.has(needed) {
            href
        } else {
            String::new()
        },
    })
}
