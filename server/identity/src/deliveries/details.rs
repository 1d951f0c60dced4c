//! One delivery, with the way to whom and what it was for.

use domain::Permission;
use domain::view::delivery::DeliveryView;
use entity::{identity_provider, service_provider, sign_in, sms_delivery, user};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::views;
use crate::sms::{Outcome, Purpose, outcome_of};
use crate::{Actor, Error, Result, Services, sign_ins};

/// More than one sign-in can have of either.
const SHOWN: u64 = 50;

/// A delivery by its id.
///
/// # Errors
/// `Denied` without *View log*; `NotFound`.
pub async fn get(services: &Services, actor: &Actor, id: i64) -> Result<DeliveryView> {
    actor.require(Permission::ViewLog)?;
    let (db, now) = (&services.db, services.clock.now());
    let row = sms_delivery::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let (sign_ins, others) = match &row.flow_id {
        Some(flow) => of_sign_in(db, flow, id).await?,
        None => Default::default(),
    };
    let waits = row.purpose == Purpose::SignIn.as_str();
    let told = outcome_of(&row, now).filter(|_| waits).map(Outcome::words_for_user);
    let time_line = row.flow_id.as_ref().map(|flow| format!("/console/sign-ins/{flow}"));
    Ok(DeliveryView {
        time_line_href: time_line.unwrap_or_default(),
        told: told.unwrap_or_default().to_owned(),
        identity_provider_href: identity_provider_href(db, actor, row.identity_provider_id).await?,
        service_provider_href: service_provider_href(db, actor, row.service_provider_id).await?,
        user_href: user_href(db, actor, row.user_id).await?,
        sign_ins: sign_ins.into_iter().map(sign_ins::view).collect(),
        others: views(db, others, now).await?,
        row: views(db, vec![row], now).await?.remove(0),
    })
}

/// What is in the log of a sign-in, and its messages but this one.
async fn of_sign_in(
    db: &impl ConnectionTrait,
    flow: &str,
    delivery: i64,
) -> Result<(Vec<sign_in::Model>, Vec<sms_delivery::Model>)> {
    let sign_ins = sign_in::Entity::of_flow(flow)
        .order_by_asc(sign_in::Column::Id)
        .limit(SHOWN)
        .all(db)
        .await?;
    let others = sms_delivery::Entity::find()
        .filter(sms_delivery::Column::FlowId.eq(flow))
        .filter(sms_delivery::Column::Id.ne(delivery))
        .order_by_asc(sms_delivery::Column::Id)
        .limit(SHOWN)
        .all(db)
        .await?;
    Ok((sign_ins, others))
}

async fn identity_provider_href(db: &impl ConnectionTrait, actor: &Actor, id: i64) -> Result<String> {
    let may = actor.permissions.has(Permission::ViewIdentityProviders);
    let there = may && identity_provider::Entity::find_by_id(id).count(db).await? > 0;
    Ok(if there {
        format!("/console/identity-providers/{id}")
    } else {
        String::new()
    })
}

async fn service_provider_href(db: &impl ConnectionTrait, actor: &Actor, id: Option<i64>) -> Result<String> {
    let may = actor.permissions.has(Permission::ViewServiceProviders);
    Ok(match id.filter(|_| may) {
        Some(id) if service_provider::Entity::find_by_id(id).count(db).await? > 0 => {
            format!("/console/service-providers/{id}")
        }
        _ => String::new(),
    })
}

async fn user_href(db: &impl ConnectionTrait, actor: &Actor, id: Option<i64>) -> Result<String> {
    let may = actor.permissions.has(Permission::ViewUsers);
    let Some(id) = id.filter(|_| may) else {
        return Ok(String::new());
    };
    let found = user::Entity::find_by_id(id).one(db).await?;
    Ok(found.map_or_else(String::new, |user| {
        let name: String = url::form_urlencoded::byte_serialize(user.username.as_bytes()).collect();
        format!("/console/users/{name}/profile")
    }))
}
