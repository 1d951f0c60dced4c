//! Sign-ins: how each went, the newest first; and the SAML requests that were refused before one could begin.

use domain::flow::Reason;
use domain::view::Page;
use domain::view::watch::{FilterChoices, SearchedFor, Severity, SignInRow, SignInsQuery, SignInsView};
use domain::{Permission, Problems};
use entity::{service_provider, sign_in};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::login::BACKUP_CODE;
use crate::newest::{self, moment};
use crate::saml_idp::{ANOTHER_SUBJECT, CONTEXT_NOT_MET, NO_SUBJECT, REFUSED, SIGNED_IN};
use crate::{Actor, Result, Services, range};

mod advice;
pub(crate) mod layout;
mod moments;
mod refusals;
#[cfg(test)]
mod tests;
mod time_line;
mod under_way;
mod unknown_issuer;

pub use refusals::{refusal, refusals};
pub use time_line::time_line;
pub use under_way::under_way;
pub use unknown_issuer::unknown_issuer;

/// Service providers that the filter offers.
const OFFERED: u64 = 200;
const WRONG_PASSWORD: &str = "wrong_password";

/// Hexadecimal digits of `token::saml_id`, and of a key's SHA-256.
const ASSERTION_DIGITS: usize = 40;
const KEY_DIGITS: usize = 64;

const REASONS: [Reason; 13] = [
    Reason::Expired,
    Reason::TooManyWrongCodes,
    Reason::CodesClosed,
    Reason::NoNumber,
    Reason::NumberNotAllowed,
    Reason::Locked,
    Reason::ProviderDisabled,
    Reason::RoleMissing,
    Reason::ClaimMissing,
    Reason::StepMisconfigured,
    Reason::TooManyCodesSent,
    Reason::Cancelled,
    Reason::Passive,
];

/// A page of sign-ins, with what one can filter by.
///
/// # Errors
/// `Denied` without *View log*.
pub async fn list(services: &Services, actor: &Actor, query: &SignInsQuery) -> Result<SignInsView> {
    actor.require(Permission::ViewLog)?;
    let service_providers = choices(services, &query.service_provider).await?;
    let (from, to) = match range::read(&query.from, &query.to) {
        Ok(range) => range,
        Err(problems) => {
            let page = Page {
                count: Some(0),
                ..Page::default()
            };
            return Ok(SignInsView {
                page,
                outcomes: outcomes(),
                service_providers,
                problems,
                ..SignInsView::default()
            });
        }
    };
    let mut select = sign_in::Entity::find().filter(range::within(sign_in::Column::At, from, to));
    if let Ok(id) = query.service_provider.parse::<i64>() {
        select = select.filter(sign_in::Column::ServiceProviderId.eq(id));
    }
    let search = newest::typed(&query.list.search);
    let searched = searched_for(&search);
    let mut name = "";
    match searched {
        SearchedFor::Username => name = &search,
        // Whole and as they were written, so that an index finds them in a log of any length.
        SearchedFor::AssertionId => select = select.filter(sign_in::Column::AssertionId.eq(&search)),
        SearchedFor::KeyId => select = select.filter(sign_in::Column::KeyId.eq(&search)),
    }
    let outcomes = outcomes();
    if outcomes.iter().any(|(name, _)| *name == query.outcome) {
        select = select.filter(sign_in::Column::Outcome.eq(&query.outcome));
    }
    let columns = (sign_in::Column::Id, sign_in::Column::Username);
    let page = newest::page_of_names(&services.db, select, columns, name, &query.list, |row| row.id).await?;
    Ok(SignInsView {
        page: Page {
            rows: page.rows.into_iter().map(view).collect(),
            count: page.count,
            next: page.next,
            previous: page.previous,
        },
        outcomes,
        service_providers,
        searched,
        problems: Problems::default(),
    })
}

/// The stored outcomes with their words.
fn outcomes() -> FilterChoices {
    [
        SIGNED_IN,
        WRONG_PASSWORD,
        BACKUP_CODE,
        NO_SUBJECT,
        ANOTHER_SUBJECT,
        CONTEXT_NOT_MET,
        REFUSED,
    ]
    .into_iter()
    .chain(REASONS.map(Reason::as_str))
    .map(|name| (name.to_owned(), words(name).0))
    .collect()
}

/// The first service providers by name, and the one that is asked for.
async fn choices(services: &Services, chosen: &str) -> Result<FilterChoices> {
    let offered = service_provider::Entity::find()
        .order_by_asc(service_provider::Column::NameLower)
        .limit(OFFERED);
    let mut rows = offered.all(&services.db).await?;
    if let Ok(id) = chosen.parse::<i64>()
        && !rows.iter().any(|row| row.id == id)
    {
        rows.extend(service_provider::Entity::find_by_id(id).one(&services.db).await?);
    }
    Ok(rows.into_iter().map(|row| (row.id.to_string(), row.name)).collect())
}

/// What was typed, by its form: an assertion's ID has `_` and 40 hexadecimal digits, a key's 64 of them. Both are
/// written in lower case, as what was typed is here.
fn searched_for(typed: &str) -> SearchedFor {
    let hex = |text: &str, digits: usize| text.len() == digits && text.bytes().all(|b| b.is_ascii_hexdigit());
    match typed.strip_prefix('_') {
        Some(rest) if hex(rest, ASSERTION_DIGITS) => SearchedFor::AssertionId,
        None if hex(typed, KEY_DIGITS) => SearchedFor::KeyId,
        _ => SearchedFor::Username,
    }
}

pub(crate) fn view(row: sign_in::Model) -> SignInRow {
    let (outcome, severity) = words(&row.outcome);
    SignInRow {
        id: row.id,
        at: moment(row.at),
        application: row.application,
        username: row.username,
        outcome,
        severity,
        assertion_id: row.assertion_id,
        key_id: row.key_id,
        address: row.address,
    }
}

/// A stored outcome in a few words. One of a later version is shown by its name.
pub(crate) fn words(outcome: &str) -> (String, Severity) {
    let (words, severity) = match outcome {
        SIGNED_IN => ("signed in", Severity::Good),
        WRONG_PASSWORD => ("wrong password", Severity::Warn),
        BACKUP_CODE => ("backup code used", Severity::Warn),
        NO_SUBJECT => ("no value for the NameID", Severity::Bad),
        ANOTHER_SUBJECT => ("another user was asked for", Severity::Warn),
        CONTEXT_NOT_MET => ("context not satisfied", Severity::Warn),
        REFUSED => ("refused with a case number", Severity::Bad),
        other => match Reason::from_name(other) {
            Some(reason) => reason_words(reason),
            None => (other, Severity::Neutral),
        },
    };
    (words.to_owned(), severity)
}

fn reason_words(reason: Reason) -> (&'static str, Severity) {
    match reason {
        Reason::Expired => ("not finished in time", Severity::Neutral),
        Reason::TooManyWrongCodes => ("too many wrong codes", Severity::Bad),
        Reason::CodesClosed => ("codes closed", Severity::Bad),
        Reason::NoNumber => ("no mobile number", Severity::Bad),
        Reason::NumberNotAllowed => ("country not allowed", Severity::Bad),
        Reason::Locked => ("user locked", Severity::Bad),
        Reason::ProviderDisabled => ("provider disabled", Severity::Bad),
        Reason::RoleMissing => ("role missing", Severity::Bad),
        Reason::ClaimMissing => ("mandatory claim missing", Severity::Bad),
        Reason::StepMisconfigured => ("steps incomplete", Severity::Bad),
        Reason::TooManyCodesSent => ("too many codes sent", Severity::Bad),
        Reason::Cancelled => ("left by the user", Severity::Neutral),
        Reason::AccountChanged => ("account changed", Severity::Bad),
        Reason::Passive => ("nobody to ask (passive)", Severity::Neutral),
    }
}
