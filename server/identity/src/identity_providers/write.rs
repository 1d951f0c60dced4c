//! Creating, changing and deleting; each in one transaction with its row in the audit log.

use domain::Permission;
use domain::input::identity_provider::IdentityProviderInput;
use entity::{federated_authenticator, identity_provider};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};

use super::check::{Checked, checked};
use super::{SMSOTP, authenticator, changes, list, stored, usage};
use crate::audit::{self, Entry};
use crate::error::OnDuplicate;
use crate::{Actor, Error, Result, Services, store};

const KIND: &str = "identity_providers";
const NAME_TAKEN: &str = "Another identity provider has this name. Choose another.";

/// Registers an identity provider, enabled, and gives its id.
///
/// # Errors
/// `Denied`; `Invalid` with everything that is wrong.
pub async fn create(services: &Services, actor: &Actor, input: &IdentityProviderInput) -> Result<i64> {
    actor.require(Permission::ManageIdentityProviders)?;
    let checked = checked(&services.settings, input)?;
    let now = services.clock.now();
    let txn = store::begin(&services.db).await?;
    let row = identity_provider::ActiveModel {
        name: Set(checked.name.clone()),
        name_lower: Set(checked.name.to_lowercase()),
        display_name: Set(checked.display_name.clone()),
        description: Set(checked.description.clone()),
        enabled: Set(true),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
    .insert(&txn)
    .await
    .on_duplicate("name", NAME_TAKEN)?;
    insert_authenticator(services, &txn, row.id, &checked).await?;
    record(services, &txn, actor, "create", &checked.name, summary(&checked)).await?;
    txn.commit().await?;
    Ok(row.id)
}

/// Saves the whole form.
///
/// # Errors
/// `Denied`; `NotFound`; `Invalid`; `Stale` if somebody else has saved since the form was opened.
pub async fn update(services: &Services, actor: &Actor, id: i64, input: &IdentityProviderInput) -> Result<()> {
    actor.require(Permission::ManageIdentityProviders)?;
    let before = super::input_of(services, actor, id).await?;
    let checked = checked(&services.settings, input)?;
    let version: i32 = input.version.parse().map_err(|_| Error::Stale)?;
    let txn = store::begin(&services.db).await?;
    let updated = identity_provider::Entity::update_many()
        .col_expr(identity_provider::Column::Name, Expr::value(checked.name.clone()))
        .col_expr(
            identity_provider::Column::NameLower,
            Expr::value(checked.name.to_lowercase()),
        )
        .col_expr(
            identity_provider::Column::DisplayName,
            Expr::value(checked.display_name.clone()),
        )
        .col_expr(
            identity_provider::Column::Description,
            Expr::value(checked.description.clone()),
        )
        .col_expr(identity_provider::Column::Version, Expr::value(version + 1))
        .col_expr(identity_provider::Column::UpdatedAt, Expr::value(services.clock.now()))
        .filter(identity_provider::Column::Id.eq(id))
        .filter(identity_provider::Column::Version.eq(version))
        .exec(&txn)
        .await
        .on_duplicate("name", NAME_TAKEN)?;
    if updated.rows_affected == 0 {
        return Err(Error::Stale);
    }
    match authenticator(&txn, id).await? {
        Some(row) => {
            let sealed = stored::seal(services, id, &checked.stored)?;
            let mut row: federated_authenticator::ActiveModel = row.into();
            row.enabled = Set(checked.sms_enabled);
            row.is_default = Set(checked.sms_enabled);
            row.settings_sealed = Set(sealed);
            row.update(&txn).await?;
        }
        None => insert_authenticator(services, &txn, id, &checked).await?,
    }
    record(
        services,
        &txn,
        actor,
        "update",
        &checked.name,
        changes::labels(&before, input),
    )
    .await?;
    txn.commit().await?;
    Ok(())
}

/// Enables or disables a whole identity provider; a step that uses a disabled one lets nobody in.
///
/// # Errors
/// `Denied`; `NotFound`.
pub async fn set_enabled(services: &Services, actor: &Actor, id: i64, enabled: bool) -> Result<()> {
    actor.require(Permission::ManageIdentityProviders)?;
    let txn = store::begin(&services.db).await?;
    let row = identity_provider::Entity::find_by_id(id)
        .one(&txn)
        .await?
        .ok_or(Error::NotFound)?;
    if row.enabled != enabled {
        identity_provider::Entity::update_many()
            .col_expr(identity_provider::Column::Enabled, Expr::value(enabled))
            .col_expr(
                identity_provider::Column::Version,
                Expr::col(identity_provider::Column::Version).add(1),
            )
            .col_expr(identity_provider::Column::UpdatedAt, Expr::value(services.clock.now()))
            .filter(identity_provider::Column::Id.eq(id))
            .exec(&txn)
            .await?;
        let action = if enabled { "enable" } else { "disable" };
        record(services, &txn, actor, action, &row.name, String::new()).await?;
    }
    txn.commit().await?;
    Ok(())
}

/// Deletes an identity provider that no service provider uses. Its deliveries stay in the log.
///
/// # Errors
/// `Denied`; `NotFound`; `InUse` with the service providers that need it.
pub async fn delete(services: &Services, actor: &Actor, id: i64) -> Result<()> {
    actor.require(Permission::ManageIdentityProviders)?;
    let txn = store::begin(&services.db).await?;
    let row = identity_provider::Entity::find_by_id(id)
        .one(&txn)
        .await?
        .ok_or(Error::NotFound)?;
    let users = usage::of(&txn, id).await?;
    if !users.is_empty() {
        return Err(Error::InUse(users));
    }
    // A step added in between is held back by the foreign key, which restricts.
    identity_provider::Entity::delete_by_id(id).exec(&txn).await?;
    record(services, &txn, actor, "delete", &row.name, String::new()).await?;
    txn.commit().await?;
    Ok(())
}

async fn insert_authenticator(
    services: &Services,
    db: &impl ConnectionTrait,
    id: i64,
    checked: &Checked,
) -> Result<()> {
    federated_authenticator::ActiveModel {
        identity_provider_id: Set(id),
        kind: Set(SMSOTP.into()),
        enabled: Set(checked.sms_enabled),
        // The only authenticator there is: enabled, it is the default.
        is_default: Set(checked.sms_enabled),
        settings_sealed: Set(stored::seal(services, id, &checked.stored)?),
        ..Default::default()
    }
    .insert(db)
    .await?;
    Ok(())
}

fn summary(checked: &Checked) -> String {
    let state = if checked.sms_enabled {
        "SMSOTP enabled"
    } else {
        "SMSOTP not enabled"
    };
    match list::host(&checked.stored.request.url) {
        Some(host) => format!("{state}, {host}"),
        None => state.to_owned(),
    }
}

async fn record(
    services: &Services,
    db: &impl ConnectionTrait,
    actor: &Actor,
    action: &str,
    target: &str,
    detail: String,
) -> Result<()> {
    audit::record(
        db,
        &*services.clock,
        actor,
        Entry {
            action,
            target_kind: KIND,
            target,
            detail,
        },
    )
    .await
}
