//! A logout under way as a row: who asked, whom to tell, who has answered.

use chrono::Duration;
use entity::logout;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::{Error, Result, Services, token, vault};

const KEPT_MINUTES: i64 = 30;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    pub initiator: Option<Initiator>,
    /// The sessions have ended; before that nobody is told anything.
    pub ended: bool,
    pub answered: bool,
    pub participants: Vec<Participant>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Initiator {
    pub service_provider_id: i64,
    pub name: String,
    pub request_id: String,
    pub by_post: bool,
    pub relay_state: Option<String>,
    pub name_id: String,
    pub session_indexes: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Participant {
    pub service_provider_id: i64,
    pub name: String,
    pub name_id: String,
    pub name_id_format: String,
    pub session_index: String,
    /// The LogoutRequest that was sent; empty while it waits its turn.
    pub request_id: String,
    pub confirmed: bool,
}

/// Keeps a new logout; gives its id and the secret for this browser's cookie of it.
pub async fn insert(services: &Services, state: &State) -> Result<(String, String)> {
    let now = services.clock.now();
    let id = token::id()?;
    let browser_secret = token::secret()?;
    logout::ActiveModel {
        id: Set(id.clone()),
        browser_hash: Set(token::hash(&browser_secret)),
        state: Set(serde_json::to_string(state).map_err(Error::internal)?),
        version: Set(1),
        created_at: Set(now),
        expires_at: Set(now + Duration::minutes(KEPT_MINUTES)),
    }
    .insert(&services.db)
    .await?;
    Ok((id, browser_secret))
}

pub async fn load(services: &Services, id: &str) -> Result<Option<(logout::Model, State)>> {
    let row = logout::Entity::find_by_id(id)
        .filter(logout::Column::ExpiresAt.gt(services.clock.now()))
        .one(&services.db)
        .await?;
    row.map(|row| {
        serde_json::from_str(&row.state)
            .map(|state| (row, state))
            .map_err(Error::internal)
    })
    .transpose()
}

pub async fn mine(services: &Services, id: &str, browser_secret: &str) -> Result<(logout::Model, State)> {
    let found = load(services, id).await?;
    let same = |row: &logout::Model| vault::equal(row.browser_hash.as_bytes(), token::hash(browser_secret).as_bytes());
    found.filter(|(row, _)| same(row)).ok_or(Error::NotFound)
}

/// Saves the state; of two tabs the later one stands, and an application may be told twice, which does no harm.
pub async fn save(services: &Services, row: &logout::Model, state: &State) -> Result<()> {
    logout::Entity::update_many()
        .col_expr(
            logout::Column::State,
            Expr::value(serde_json::to_string(state).map_err(Error::internal)?),
        )
        .col_expr(logout::Column::Version, Expr::col(logout::Column::Version).add(1))
        .filter(logout::Column::Id.eq(&row.id))
        .exec(&services.db)
        .await?;
    Ok(())
}
