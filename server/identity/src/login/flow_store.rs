//! Flows as rows. Every change names the version it was made from: of two tabs one wins, the other sees the result.

use chrono::Duration;
use domain::flow::Reason;
use entity::login_flow;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};

use super::stage::Stage;
use super::{Continuation, engine::Begin};
use crate::{Error, Result, Services, token, vault};

/// How long a sign-in may take.
pub const LIFETIME_MINUTES: i64 = 30;

/// A flow as it was read, with its stage taken out of JSON.
#[derive(Clone, Debug)]
pub struct Flow {
    pub row: login_flow::Model,
    pub stage: Stage,
    pub continuation: Continuation,
}

/// Writes a new flow bound to the browser that will hold `browser_secret`.
pub async fn insert(
    services: &Services,
    db: &impl ConnectionTrait,
    begin: &Begin,
    browser_secret: &str,
) -> Result<String> {
    let now = services.clock.now();
    let id = token::id()?;
    let stage = Stage {
        steps: begin.steps.clone(),
        force: begin.force,
        passive: begin.passive,
        ..Stage::default()
    };
    login_flow::ActiveModel {
        id: Set(id.clone()),
        browser_hash: Set(token::hash(browser_secret)),
        continuation_kind: Set(begin.continuation.kind().to_owned()),
        continuation_id: Set(begin.continuation.id().to_owned()),
        service_provider_id: Set(begin.service_provider_id),
        application: Set(begin.application.clone()),
        user_id: Set(None),
        stage: Set(serde_json::to_string(&stage).map_err(Error::internal)?),
        version: Set(1),
        session_id: Set(None),
        created_at: Set(now),
        expires_at: Set(now + Duration::minutes(LIFETIME_MINUTES)),
    }
    .insert(db)
    .await?;
    Ok(id)
}

/// The flow of this id, if it is this browser's. One that has run out reads as ended.
pub async fn find(services: &Services, id: &str, browser_secret: &str) -> Result<Option<Flow>> {
    let Some(row) = login_flow::Entity::find_by_id(id).one(&services.db).await? else {
        return Ok(None);
    };
    if !vault::equal(row.browser_hash.as_bytes(), token::hash(browser_secret).as_bytes()) {
        return Ok(None);
    }
    let mut stage: Stage = serde_json::from_str(&row.stage).map_err(Error::internal)?;
    if row.expires_at <= services.clock.now() && !stage.is_done() && stage.ended.is_none() {
        stage.ended = Some(Reason::Expired);
    }
    let continuation = Continuation::from_row(&row.continuation_kind, &row.continuation_id).ok_or_else(|| {
        Error::internal(format!(
            "login_flow {id} goes on to an unknown {}",
            row.continuation_kind
        ))
    })?;
    Ok(Some(Flow {
        row,
        stage,
        continuation,
    }))
}

/// Ends every sign-in under way of a user, whose account has just been changed.
pub async fn end_all_of(db: &impl ConnectionTrait, user_id: i64, reason: Reason) -> Result<()> {
    let rows = login_flow::Entity::find()
        .filter(login_flow::Column::UserId.eq(user_id))
        .all(db)
        .await?;
    for row in rows {
        let mut stage: Stage = serde_json::from_str(&row.stage).map_err(Error::internal)?;
        if stage.ended.is_some() {
            continue;
        }
        stage.ended = Some(reason);
        login_flow::Entity::update_many()
            .col_expr(
                login_flow::Column::Stage,
                Expr::value(serde_json::to_string(&stage).map_err(Error::internal)?),
            )
            .col_expr(
                login_flow::Column::Version,
                Expr::col(login_flow::Column::Version).add(1),
            )
            .filter(login_flow::Column::Id.eq(row.id))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Whether the sign-in has not been ended.
pub async fn goes_on(db: &impl ConnectionTrait, id: &str) -> Result<bool> {
    let Some(row) = login_flow::Entity::find_by_id(id).one(db).await? else {
        return Ok(false);
    };
    let stage: Stage = serde_json::from_str(&row.stage).map_err(Error::internal)?;
    Ok(stage.ended.is_none())
}

/// Saves stage, user and session, unless another request has saved in between. `false`: it has; read the flow again.
pub async fn save(db: &impl ConnectionTrait, flow: &mut Flow) -> Result<bool> {
    let saved = login_flow::Entity::update_many()
        .col_expr(
            login_flow::Column::Stage,
            Expr::value(serde_json::to_string(&flow.stage).map_err(Error::internal)?),
        )
        .col_expr(login_flow::Column::UserId, Expr::value(flow.row.user_id))
        .col_expr(login_flow::Column::SessionId, Expr::value(flow.row.session_id.clone()))
        .col_expr(
            login_flow::Column::Version,
            Expr::col(login_flow::Column::Version).add(1),
        )
        .filter(login_flow::Column::Id.eq(&flow.row.id))
        .filter(login_flow::Column::Version.eq(flow.row.version))
        .exec(db)
        .await?
        .rows_affected
        == 1;
    if saved {
        flow.row.version += 1;
    }
    Ok(saved)
}
