//! Sign-ins: how each went, the newest first; and the SAML requests that were refused before one could begin.

use domain::Permission;
use domain::flow::Reason;
use domain::view::Page;
use domain::view::watch::{Severity, SignInRow, SignInsQuery, SignInsView};
use entity::sign_in;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::newest::{self, moment};
use crate::{Actor, Result, Services};

mod layout;
mod refusals;
#[cfg(test)]
mod tests;

pub use refusals::{refusal, refusals};

const SIGNED_IN: &str = "signed_in";
const WRONG_PASSWORD: &str = "wrong_password";

const REASONS: [Reason; 11] = [
    Reason::Expired,
    Reason::TooManyWrongCodes,
    Reason::CodesClosed,
    Reason::NoNumber,
    Reason::NumberNotAllowed,
    Reason::Locked,
    Reason::ProviderDisabled,
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
    let mut select = sign_in::Entity::find();
    let search = newest::typed(&query.list.search);
    if !search.is_empty() {
        select = select.filter(newest::begins_with(sign_in::Column::Username, &search));
    }
    let outcomes: Vec<&str> = [SIGNED_IN, WRONG_PASSWORD]
        .into_iter()
        .chain(REASONS.map(Reason::as_str))
        .collect();
    if outcomes.contains(&query.outcome.as_str()) {
        select = select.filter(sign_in::Column::Outcome.eq(&query.outcome));
    }
    let page = newest::page(&services.db, select, sign_in::Column::Id, &query.list, |row| row.id).await?;
    Ok(SignInsView {
        page: Page {
            rows: page.rows.into_iter().map(view).collect(),
            count: page.count,
            next: page.next,
            previous: page.previous,
        },
        outcomes: outcomes
            .into_iter()
            .map(|name| (name.to_owned(), words(name).0))
            .collect(),
    })
}

fn view(row: sign_in::Model) -> SignInRow {
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
fn words(outcome: &str) -> (String, Severity) {
    let (words, severity) = match outcome {
        SIGNED_IN => ("signed in", Severity::Good),
        WRONG_PASSWORD => ("wrong password", Severity::Warn),
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
        Reason::StepMisconfigured => ("steps incomplete", Severity::Bad),
        Reason::TooManyCodesSent => ("too many codes sent", Severity::Bad),
        Reason::Cancelled => ("left by the user", Severity::Neutral),
        Reason::AccountChanged => ("account changed", Severity::Bad),
        Reason::Passive => ("nobody to ask (passive)", Severity::Neutral),
    }
}
