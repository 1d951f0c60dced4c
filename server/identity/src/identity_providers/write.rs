//! Creating, changing and deleting; each in one transaction with its row in the audit log.

use domain::Permission;
use domain::input::identity_provider::IdentityProviderInput;
use entity::{federated_authenticator, identity_provider};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};

use super::check::{Checked, checked};
use super::secrets::{self, Given};
use super::{SMSOTP, authenticator, changes, configuration, confirm, fallback, list, stored, usage};
use crate::audit::{self, Changes, Entry};
use crate::error::OnDuplicate;
use crate::{Actor, Error, Result, Services, sms, store};

const KIND: &str = "identity_providers";
const NAME_TAKEN: &str = "Another identity provider has this name. Choose another.";

/// Registers an identity provider, enabled, and gives its id.
///
/// # Errors
/// `Denied`; `Invalid` with everything that is wrong; `PasswordNeeded` where there are keys, or where codes go another way.
pub async fn create(services: &Services, actor: &Actor, input: &IdentityProviderInput) -> Result<i64> {
    actor.require(Permission::ManageIdentityProviders)?;
    let given = Given::of(services, actor, input, None).await?;
    let checked = checked(&services.settings, input, &given)?;
    confirm::save(services, actor, None, None, None, &checked)?;
    let now = services.clock.now();
    let txn = store::begin(&services.db).await?;
    configuration::require_claim(&txn, &checked.number_claim).await?;
    let row = identity_provider::ActiveModel {
        name: Set(checked.name.clone()),
        name_lower: Set(checked.name.to_lowercase()),
        display_name: Set(checked.display_name.clone()),
        description: Set(checked.description.clone()),
        enabled: Set(true),
        number_claim: Set(checked.number_claim.clone()),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
    .insert(&txn)
    .await
    .on_duplicate("name", NAME_TAKEN)?;
    insert_authenticator(services, &txn, row.id, &checked).await?;
    configuration::save_roles(&txn, row.id, &input.roles).await?;
    fallback::save(&txn, row.id, checked.fallback).await?;
    secrets::forget(&txn, actor, input).await?;
    let new = changes::Side::checked(&txn, row.id, &checked).await?;
    let secrets = checked.stored.secrets.changed(&given.kept);
    let changes = changes::of(&changes::Side::none(), &new, &secrets);
    record(
        services,
        &txn,
        actor,
        "create",
        &checked.name,
        summary(&checked),
        changes,
    )
    .await?;
    txn.commit().await?;
    Ok(row.id)
}

/// Saves the whole form.
///
/// # Errors
/// `Denied`; `NotFound`; `Invalid`; `PasswordNeeded` where keys, or the way that codes go, are changed; `Stale` if somebody
/// else has saved since the form was opened.
pub async fn update(services: &Services, actor: &Actor, id: i64, input: &IdentityProviderInput) -> Result<()> {
    actor.require(Permission::ManageIdentityProviders)?;
    let before = super::input_of(services, actor, id).await?;
    let row = authenticator(&services.db, id).await?;
    let was_enabled = row.as_ref().is_some_and(|row| row.enabled);
    let stored_before = row.map(|row| stored::open(services, &row)).transpose()?;
    let given = Given::of(services, actor, input, stored_before.as_ref()).await?;
    let checked = checked(&services.settings, input, &given)?;
    let fallback_before = fallback::of(&services.db, id).await?;
    confirm::save(
        services,
        actor,
        stored_before.as_ref(),
        fallback_before,
        Some(&before.number_claim),
        &checked,
    )?;
    let new_secrets = checked.stored.secrets.changed(&given.kept);
    let version: i32 = input.version.parse().map_err(|_| Error::Stale)?;
    let txn = store::begin(&services.db).await?;
    let old = side_before(&txn, id, was_enabled, stored_before.as_ref(), fallback_before).await?;
    configuration::require_claim(&txn, &checked.number_claim).await?;
    change_row(services, &txn, id, version, &checked).await?;
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
    configuration::save_roles(&txn, id, &input.roles).await?;
    fallback::save(&txn, id, checked.fallback).await?;
    secrets::forget(&txn, actor, input).await?;
    // What failed before may work as it is now.
    sms::forget_failures(&txn, id).await?;
    let detail = changes::labels(&before, input, &new_secrets);
    let new = changes::Side::checked(&txn, id, &checked).await?;
    let changes = changes::of(&old, &new, &new_secrets);
    record(services, &txn, actor, "update", &checked.name, detail, changes).await?;
    txn.commit().await?;
    Ok(())
}

/// Writes the row's own columns, if it is still at this version.
async fn change_row(
    services: &Services,
    db: &impl ConnectionTrait,
    id: i64,
    version: i32,
    checked: &Checked,
) -> Result<()> {
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
        .col_expr(
            identity_provider::Column::NumberClaim,
            Expr::value(checked.number_claim.clone()),
        )
        .col_expr(identity_provider::Column::Version, Expr::value(version + 1))
        .col_expr(identity_provider::Column::UpdatedAt, Expr::value(services.clock.now()))
        .filter(identity_provider::Column::Id.eq(id))
        .filter(identity_provider::Column::Version.eq(version))
        .exec(db)
        .await
        .on_duplicate("name", NAME_TAKEN)?;
    if updated.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
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
        let mut changes = Changes::default();
        changes.tick("Enabled", row.enabled, enabled);
        record(services, &txn, actor, action, &row.name, String::new(), changes).await?;
    }
    txn.commit().await?;
    Ok(())
}

/// Deletes an identity provider that no service provider uses, and that is nobody's fallback. Its deliveries stay in the log.
///
/// # Errors
/// `Denied`; `NotFound`; `InUse` with the service providers and identity providers that need it.
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
    let authenticator = authenticator(&txn, id).await?;
    let stored = authenticator
        .as_ref()
        .map(|row| stored::open(services, row))
        .transpose()?;
    let was_enabled = authenticator.is_some_and(|row| row.enabled);
    let fallback = fallback::of(&txn, id).await?;
    let old = side_before(&txn, id, was_enabled, stored.as_ref(), fallback).await?;
    // A step or a fallback added in between is held back by the foreign key, which restricts.
    identity_provider::Entity::delete_by_id(id).exec(&txn).await?;
    let changes = changes::of(&old, &changes::Side::none(), &[]);
    record(services, &txn, actor, "delete", &row.name, String::new(), changes).await?;
    txn.commit().await?;
    Ok(())
}

/// What is stored, for the audit log, before it is changed or gone.
async fn side_before(
    db: &impl ConnectionTrait,
    id: i64,
    was_enabled: bool,
    stored: Option<&stored::Stored>,
    fallback: Option<i64>,
) -> Result<changes::Side> {
    let row = identity_provider::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let nothing = stored::Stored::default();
    changes::Side::stored(db, &row, was_enabled, stored.unwrap_or(&nothing), fallback).await
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
    let entered = if checked.stored.policy.numbers_may_be_entered {
        ", Let users without a number enter one (on)"
    } else {
        ""
    };
    match list::host(&checked.stored.request.url) {
        Some(host) => format!("{state}, {host}{entered}"),
        None => format!("{state}{entered}"),
    }
}

async fn record(
    services: &Services,
    db: &impl ConnectionTrait,
    actor: &Actor,
    action: &str,
    target: &str,
    detail: String,
    changes: Changes,
) -> Result<()> {
    let entry = Entry {
        action,
        target_kind: KIND,
        target,
        detail,
    };
    audit::record_changes(db, &*services.clock, actor, entry, changes).await
}
