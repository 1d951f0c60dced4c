//! Refused requests: found by the case number that the person saw, with the message, the failed check and what to change.

use domain::Permission;
use domain::view::UsedBy;
use domain::view::watch::{RefusalRow, RefusalView};
use entity::{saml_refusal, service_provider};
use sea_orm::{EntityTrait, QueryOrder, QuerySelect};

use super::layout::lines;
use crate::newest::moment;
use crate::saml_idp::Check;
use crate::{Actor, Result, Services};

/// How many of the newest are listed; every other is found by its case number.
const LISTED: u64 = 20;
/// Letters of a case number before and after its hyphen.
const HALF: usize = 5;

const CHECKS: [Check; 15] = [
    Check::Decoding,
    Check::Kind,
    Check::Issuer,
    Check::Signature,
    Check::Destination,
    Check::IssueInstant,
    Check::Replay,
    Check::AssertionConsumerUrl,
    Check::ProtocolBinding,
    Check::SingleLogout,
    Check::Session,
    Check::InResponseTo,
    Check::Steps,
    Check::IdpInitiated,
    Check::MandatoryClaim,
];

/// The newest refused requests.
///
/// # Errors
/// `Denied` without *View log*.
pub async fn refusals(services: &Services, actor: &Actor) -> Result<Vec<RefusalRow>> {
    actor.require(Permission::ViewLog)?;
    let rows = saml_refusal::Entity::find()
        .order_by_desc(saml_refusal::Column::At)
        .order_by_asc(saml_refusal::Column::CaseNumber)
        .limit(LISTED)
        .all(&services.db)
        .await?;
    Ok(rows.iter().map(row_view).collect())
}

/// The refused request with this case number, as somebody reads it out: in any case, with the hyphen or without.
///
/// # Errors
/// `Denied` without *View log*.
pub async fn refusal(services: &Services, actor: &Actor, case_number: &str) -> Result<Option<RefusalView>> {
    actor.require(Permission::ViewLog)?;
    let Some(case_number) = tidy(case_number) else {
        return Ok(None);
    };
    let Some(row) = saml_refusal::Entity::find_by_id(case_number).one(&services.db).await? else {
        return Ok(None);
    };
    let provider = match row.service_provider_id {
        Some(id) => service_provider::Entity::find_by_id(id).one(&services.db).await?,
        None => None,
    };
    let check = check_of(&row.failed_check);
    Ok(Some(RefusalView {
        message: lines(&row.message),
        advice: check.map(|check| advice(services, check)).unwrap_or_default(),
        setting: check.and_then(|check| setting(check, provider.as_ref())),
        row: row_view(&row),
        detail: row.detail,
    }))
}

fn tidy(case_number: &str) -> Option<String> {
    let typed: String = case_number
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(2 * HALF + 1)
        .collect();
    let fits = typed.len() == 2 * HALF && typed.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| typed.to_ascii_uppercase())
        .map(|typed| format!("{}-{}", &typed[..HALF], &typed[HALF..]))
}

fn row_view(row: &saml_refusal::Model) -> RefusalRow {
    RefusalRow {
        case_number: row.case_number.clone(),
        at: moment(row.at),
        issuer: row.issuer.clone(),
        // A check of a later version is shown by its name.
        check: check_of(&row.failed_check).map_or_else(|| row.failed_check.clone(), |check| words(check).to_owned()),
    }
}

fn check_of(name: &str) -> Option<Check> {
    CHECKS.into_iter().find(|check| check.as_str() == name)
}

/// The check by what it looks at, in SAML's own names.
fn words(check: Check) -> &'static str {
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
    }
}

/// What to do about it.
fn advice(services: &Services, check: Check) -> String {
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
        Check::Steps => "The authentication steps were changed during the sign-in. A new start from the application helps.",
    }
    .to_owned()
}

/// Where the setting is, if it is one of ours.
fn setting(check: Check, provider: Option<&service_provider::Model>) -> Option<UsedBy> {
    let (page, how) = match check {
        Check::Issuer => {
            let (name, href) = ("Service Providers".to_owned(), "/console/service-providers".to_owned());
            return Some(UsedBy {
                name,
                href,
                how: "Issuer".to_owned(),
            });
        }
        Check::Signature => ("/saml", "Certificate"),
        Check::AssertionConsumerUrl => ("/saml", "Assertion Consumer URLs"),
        Check::SingleLogout => ("/saml", "Enable Single Logout"),
        Check::Steps => ("/authentication-steps", "Authentication steps"),
        Check::IdpInitiated => ("/saml", "Enable IdP Initiated SSO"),
        Check::MandatoryClaim => ("", "Mandatory Claim"),
        Check::Decoding
        | Check::Kind
        | Check::Destination
        | Check::IssueInstant
        | Check::Replay
        | Check::ProtocolBinding
        | Check::Session
        | Check::InResponseTo => return None,
    };
    let provider = provider?;
    let href = format!("/console/service-providers/{}{page}", provider.id);
    Some(UsedBy {
        name: provider.name.clone(),
        href,
        how: how.to_owned(),
    })
}
