//! Refused requests: found by the case number that the person saw, with the message, the failed check and what to change.

use std::collections::HashMap;

use chrono::Duration;
use domain::Permission;
use domain::view::watch::{FilterChoices, RefusalRow, RefusalView, RefusalsView};
use entity::{saml_refusal, service_provider, sign_in_event};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::advice::{advice, setting, words};
use super::layout::lines;
use crate::login::Event;
use crate::newest::moment;
use crate::saml_idp::Check;
use crate::{Actor, Result, Services};

/// How many of the newest are listed; every other is found by its case number.
const LISTED: u64 = 20;
/// Letters of a case number before and after its hyphen.
const HALF: usize = 5;
/// The filter's name for those whose issuer is registered nowhere.
const UNKNOWN: &str = "unknown";

/// The newest refused requests: of all, of a service provider by its id, or of `unknown` issuers.
///
/// # Errors
/// `Denied` without *View log*.
pub async fn refusals(services: &Services, actor: &Actor, application: &str) -> Result<RefusalsView> {
    actor.require(Permission::ViewLog)?;
    let db = &services.db;
    let mut select = saml_refusal::Entity::find();
    if application == UNKNOWN {
        select = select.filter(saml_refusal::Column::ServiceProviderId.is_null());
    } else if let Ok(id) = application.parse::<i64>() {
        select = select.filter(saml_refusal::Column::ServiceProviderId.eq(id));
    }
    let rows = select
        .order_by_desc(saml_refusal::Column::At)
        .order_by_asc(saml_refusal::Column::CaseNumber)
        .limit(LISTED)
        .all(db)
        .await?;
    let (applications, names) = applications(db).await?;
    let name = |row: &saml_refusal::Model| row.service_provider_id.and_then(|id| names.get(&id)).cloned();
    Ok(RefusalsView {
        rows: rows
            .iter()
            .map(|row| row_view(row, name(row).unwrap_or_default()))
            .collect(),
        applications,
    })
}

/// The service providers that there are refusals of, to filter by, and their names by id.
async fn applications(db: &impl ConnectionTrait) -> Result<(FilterChoices, HashMap<i64, String>)> {
    let refused = saml_refusal::Entity::find()
        .select_only()
        .column(saml_refusal::Column::ServiceProviderId)
        .filter(saml_refusal::Column::ServiceProviderId.is_not_null())
        .into_query();
    let providers = service_provider::Entity::find()
        .filter(service_provider::Column::Id.in_subquery(refused))
        .order_by_asc(service_provider::Column::NameLower)
        .all(db)
        .await?;
    let of_none = saml_refusal::Entity::find().filter(saml_refusal::Column::ServiceProviderId.is_null());
    let unknown = of_none.limit(1).count(db).await? > 0;
    let choices = providers.iter().map(|row| (row.id.to_string(), row.name.clone()));
    let choices = choices.chain(unknown.then(|| (UNKNOWN.to_owned(), "Unknown issuers".to_owned())));
    Ok((
        choices.collect(),
        providers.iter().map(|row| (row.id, row.name.clone())).collect(),
    ))
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
    let (message_title, message) = message(&row.message);
    Ok(Some(RefusalView {
        time_line_href: time_line(&services.db, &row).await?,
        message_title: message_title.to_owned(),
        message,
        advice: check.map(|check| advice(services, check)).unwrap_or_default(),
        setting: check.and_then(|check| setting(actor, check, provider.as_ref(), &row.case_number)),
        row: row_view(&row, provider.map(|row| row.name).unwrap_or_default()),
        detail: row.detail,
    }))
}

/// The sign-in that was refused on its way back: its event was written a moment after.
async fn time_line(db: &impl ConnectionTrait, row: &saml_refusal::Model) -> Result<String> {
    use sign_in_event::Column;
    let event = sign_in_event::Entity::find()
        .filter(Column::At.between(row.at, row.at + Duration::minutes(1)))
        .filter(Column::Kind.eq(Event::Refused.as_str()))
        .filter(Column::Detail.eq(&row.case_number))
        .one(db)
        .await?;
    Ok(event.map_or_else(String::new, |event| format!("/console/sign-ins/{}", event.flow_id)))
}

/// The message as it came, or what was kept of it: a request refused on the way back is not kept as it came.
fn message(stored: &str) -> (&'static str, String) {
    let kept = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(stored);
    match kept.and_then(|kept| serde_json::to_string_pretty(&kept)) {
        Ok(kept) => ("What was kept of the request", kept),
        Err(_) => ("Decoded message", lines(stored)),
    }
}

pub(super) fn tidy(case_number: &str) -> Option<String> {
    let typed: String = case_number
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(2 * HALF + 1)
        .collect();
    let fits = typed.len() == 2 * HALF && typed.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| typed.to_ascii_uppercase())
        .map(|typed| format!("{}-{}", &typed[..HALF], &typed[HALF..]))
}

fn row_view(row: &saml_refusal::Model, application: String) -> RefusalRow {
    RefusalRow {
        case_number: row.case_number.clone(),
        at: moment(row.at),
        application,
        issuer: row.issuer.clone(),
        // A check of a later version is shown by its name.
        check: check_of(&row.failed_check).map_or_else(|| row.failed_check.clone(), |check| words(check).to_owned()),
    }
}

fn check_of(name: &str) -> Option<Check> {
    Check::ALL.into_iter().find(|check| check.as_str() == name)
}
