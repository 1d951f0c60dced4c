//! Forgets what has run out: rows that guard against replays are kept as long as a replay could be taken.

use chrono::Duration;
use entity::{counter, draft, login_flow, logout, saml_request, session};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::{Result, Services};

/// A flow stays a day after its end, so that its page can still say why it ended.
const FLOW_HOURS: i64 = 24;

/// Deletes old rows; safe to run on many nodes at once.
///
/// # Errors
/// `Internal` only.
pub async fn run(services: &Services) -> Result<()> {
    let (db, now) = (&services.db, services.clock.now());
    let idle = now - Duration::minutes(services.settings.session_idle_minutes);
    session::Entity::delete_many()
        .filter(
            Condition::any()
                .add(session::Column::ExpiresAt.lte(now))
                .add(session::Column::LastSeenAt.lte(idle)),
        )
        .exec(db)
        .await?;
    login_flow::Entity::delete_many()
        .filter(login_flow::Column::ExpiresAt.lte(now - Duration::hours(FLOW_HOURS)))
        .exec(db)
        .await?;
    saml_request::Entity::delete_many()
        .filter(saml_request::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    logout::Entity::delete_many()
        .filter(logout::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    draft::Entity::delete_many()
        .filter(draft::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    counter::Entity::delete_many()
        .filter(counter::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    Ok(())
}
