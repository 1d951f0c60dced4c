//! A refused request of an issuer that is registered nowhere: what a new service provider can be filled in with.
//!
//! All of it is the sender's word, which nobody has verified: pages show it as that, and an administrator saves it or not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Permission;
use domain::view::watch::UnknownIssuer;
use entity::saml_refusal;
use saml::inbound;
use saml::message::Message;
use sea_orm::EntityTrait;
use url::Url;

use super::refusals::tidy;
use crate::saml_idp::Check;
use crate::{Actor, Result, Services};

/// As much of an address as the form takes.
const LONGEST_URL: usize = 2000;

/// What the refused request of this case number says of its sender. `None` where there is no such case, where its issuer
/// was known, and for whoever may not see the log.
///
/// # Errors
/// `Internal` only.
pub async fn unknown_issuer(services: &Services, actor: &Actor, case_number: &str) -> Result<Option<UnknownIssuer>> {
    if !actor.permissions.has(Permission::ViewLog) {
        return Ok(None);
    }
    let Some(case_number) = tidy(case_number) else {
        return Ok(None);
    };
    let row = saml_refusal::Entity::find_by_id(case_number).one(&services.db).await?;
    let found = row.filter(|row| row.failed_check == Check::Issuer.as_str() && !row.issuer.is_empty());
    Ok(found.map(|row| UnknownIssuer {
        acs_url: acs_url(&row.message),
        case_number: row.case_number,
        issuer: row.issuer,
    }))
}

/// The address that an AuthnRequest asks for. It is read again as it came, by the same reader and its limits.
fn acs_url(xml: &str) -> Option<String> {
    let form = [("SAMLRequest".to_owned(), STANDARD.encode(xml))];
    let Message::AuthnRequest(request) = inbound::decode_post(&form).ok()?.message else {
        return None;
    };
    let url = request.acs_url?;
    let parsed = Url::parse(&url).ok()?;
    (matches!(parsed.scheme(), "http" | "https") && url.len() <= LONGEST_URL).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saml_idp::{Refusing, refuse};
    use crate::testing::services;

    fn request(acs: &str) -> String {
        format!(
            r#"<p:AuthnRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_a" Version="2.0" IssueInstant="2026-11-23T12:00:00Z" AssertionConsumerServiceURL="{acs}"><a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">new.example</a:Issuer></p:AuthnRequest>"#
        )
    }

    #[test]
    fn an_address_is_taken_only_from_a_request_and_only_for_the_web() {
        for (xml, expected) in [
            (request("https://new.example/acs"), Some("https://new.example/acs")),
            (
                request("http://new.example/acs?x=1&amp;y=2"),
                Some("http://new.example/acs?x=1&y=2"),
            ),
            (request("javascript:alert(1)"), None),
            (request("/acs"), None),
            (request(&format!("https://new.example/{}", "x".repeat(2000))), None),
            (
                request("https://new.example/acs").replace("AuthnRequest", "Other"),
                None,
            ),
            (request("https://new.example/acs")[..80].to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(acs_url(&xml).as_deref(), expected, "{xml}");
        }
    }

    #[tokio::test]
    async fn a_case_is_read_by_its_number_for_whoever_may_see_the_log() {
        let (services, _, admin) = services().await;
        let message = request("https://new.example/acs");
        let refusing = |check| Refusing {
            check,
            issuer: "new.example",
            detail: String::new(),
            message: &message,
            service_provider_id: None,
        };
        let case = refuse(&services, refusing(Check::Issuer)).await.unwrap().case_number;
        let typed = case.replace('-', "").to_lowercase();
        let found = unknown_issuer(&services, &admin, &typed).await.unwrap().unwrap();
        assert_eq!(
            (found.case_number.as_str(), found.issuer.as_str()),
            (case.as_str(), "new.example")
        );
        assert_eq!(found.acs_url.as_deref(), Some("https://new.example/acs"));
        let other = refuse(&services, refusing(Check::Signature)).await.unwrap().case_number;
        for wrong in [other.as_str(), "", "AAAAA-AAAAA", "' OR 1=1"] {
            assert_eq!(unknown_issuer(&services, &admin, wrong).await.unwrap(), None, "{wrong}");
        }
        let without = Actor {
            permissions: [Permission::ManageServiceProviders].into_iter().collect(),
            ..admin
        };
        assert_eq!(unknown_issuer(&services, &without, &case).await.unwrap(), None);
    }
}
