//! Configurations that were stored before the end of their certificates was: read a few at a time, until none is left.

use entity::saml_service_provider::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::lookup;
use super::saml_form::certificates_end;
use crate::{Result, Services};

/// Configurations that are read in one go.
const AT_ONCE: u64 = 200;

/// # Errors
/// `Internal` only.
pub(crate) async fn date_certificates(services: &Services) -> Result<()> {
    let rows = Entity::find()
        .filter(Column::CertificateEndsAt.is_null())
        .limit(AT_ONCE)
        .all(&services.db)
        .await?;
    for row in rows {
        let ends = certificates_end(&lookup::stored(&row)?);
        Entity::update_many()
            .col_expr(Column::CertificateEndsAt, Expr::value(Some(ends)))
            .filter(Column::ServiceProviderId.eq(row.service_provider_id))
            // Another one has been saved meanwhile, with its own.
            .filter(Column::Version.eq(row.version))
            .exec(&services.db)
            .await?;
    }
    Ok(())
}
