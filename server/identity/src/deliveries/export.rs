//! All deliveries that a query finds, a batch at a time: a log of any length fits through.

use chrono::{DateTime, Utc};
use domain::Permission;
use domain::view::delivery::{DeliveriesQuery, DeliveryRow};
use entity::sms_delivery;
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect};

use super::{filter, views};
use crate::{Actor, Error, Result, Services};

/// Rows that are held at a time.
const BATCH: u64 = 500;

/// Where an export is: rows that are written while it goes on are not part of it.
pub struct Export {
    services: Services,
    condition: Condition,
    now: DateTime<Utc>,
    oldest_first: bool,
    /// The id of the last row that was given.
    last: Option<i64>,
}

/// Begins to read what `query` finds, in its order. Its place in the list does not matter.
///
/// # Errors
/// `Denied` without *View log*; `Invalid` with a range that cannot be read.
pub fn export(services: &Services, actor: &Actor, query: &DeliveriesQuery) -> Result<Export> {
    actor.require(Permission::ViewLog)?;
    let now = services.clock.now();
    let filter = filter::read(query, now).map_err(Error::Invalid)?;
    Ok(Export {
        services: services.clone(),
        condition: filter.whole(),
        now,
        oldest_first: query.list.dir == "asc",
        last: None,
    })
}

impl Export {
    /// The next rows; none at the end.
    ///
    /// # Errors
    /// `Internal` only.
    pub async fn next(&mut self) -> Result<Vec<DeliveryRow>> {
        let db = &self.services.db;
        let id = sms_delivery::Column::Id;
        let (order, past) = if self.oldest_first {
            (Order::Asc, self.last.map(|last| id.gt(last)))
        } else {
            (Order::Desc, self.last.map(|last| id.lt(last)))
        };
        let rows = sms_delivery::Entity::find()
            .filter(self.condition.clone().add_option(past))
            .order_by(id, order)
            .limit(BATCH)
            .all(db)
            .await?;
        self.last = rows.last().map(|row| row.id).or(self.last);
        views(db, rows, self.now).await
    }
}
