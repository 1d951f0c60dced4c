//! Sign-ins that have not ended: the newest of those whose time is not over.

use domain::Permission;
use domain::view::watch::UnderWayRow;
use entity::{login_flow, user};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::login::{Standing, standing};
use crate::newest::moment;
use crate::{Actor, Result, Services};

/// Rows that are looked at: of those that have ended, many are among them.
const LOOKED_AT: u64 = 100;
const SHOWN: usize = 10;

/// The newest sign-ins under way.
///
/// # Errors
/// `Denied` without *View log*.
pub async fn under_way(services: &Services, actor: &Actor) -> Result<Vec<UnderWayRow>> {
    actor.require(Permission::ViewLog)?;
    let (db, now) = (&services.db, services.clock.now());
    let flows = login_flow::Entity::find()
        .filter(login_flow::Column::ExpiresAt.gt(now))
        .order_by_desc(login_flow::Column::ExpiresAt)
        .limit(LOOKED_AT)
        .all(db)
        .await?;
    let mut rows = Vec::new();
    for flow in flows {
        let Standing::UnderWay { step, of } = standing(&flow, now)? else {
            continue;
        };
        let user = match flow.user_id {
            Some(id) => user::Entity::find_by_id(id).one(db).await?,
            None => None,
        };
        rows.push(UnderWayRow {
            id: flow.id,
            began: moment(flow.created_at),
            application: flow.application,
            username: user.map(|user| user.username).unwrap_or_default(),
            standing: format!("step {step} of {of}"),
        });
        if rows.len() == SHOWN {
            break;
        }
    }
    Ok(rows)
}
