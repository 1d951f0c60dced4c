//! Of which service providers something lapses soon, over all of them: for whoever looks after the installation.

use domain::view::metadata::Lapse;
use entity::{saml_service_provider, service_provider};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{import, lookup};
use crate::{Result, Services};

/// How many are read at once.
const PAGE: u64 = 500;

/// Certificates and metadata that lapse within thirty days or have, each with the service provider's name.
///
/// # Errors
/// `Internal` only.
pub async fn lapsing(services: &Services) -> Result<Vec<(String, Lapse)>> {
    let (db, now) = (&services.db, services.clock.now());
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let page = saml_service_provider::Entity::find()
            .filter(saml_service_provider::Column::ServiceProviderId.gt(after))
            .order_by_asc(saml_service_provider::Column::ServiceProviderId)
            .limit(PAGE)
            .all(db)
            .await?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = last.service_provider_id;
        for row in page {
            let id = row.service_provider_id;
            let saml = lookup::stored(&row)?;
            let record = import::record(db, id).await?;
            let lapses = import::lapses(Some(&saml), record.as_ref(), now);
            if lapses.is_empty() {
                continue;
            }
            let provider = service_provider::Entity::find_by_id(id).one(db).await?;
            let name = provider.map(|provider| provider.name).unwrap_or_default();
            found.extend(lapses.into_iter().map(|lapse| (name.clone(), lapse)));
        }
    }
}
