//! Adding, saving and deleting a service provider, each in one transaction with its audit row.

use chrono::{DateTime, Utc};
use domain::Permission;
use domain::claim;
use domain::input::service_provider::{AuthenticationType, BASIC, DIALECT_LOCAL, ServiceProviderInput};
use entity::{saml_service_provider, service_provider, service_provider_claim, service_provider_role};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::check::{self, Basics, Checked, NAME_TAKEN};
use super::steps::Step;
use super::{KIND, audited, form, locked, lookup, steps_form};
use crate::audit::{self, Entry};
use crate::error::OnDuplicate;
use crate::{Actor, Error, Result, Services, store};

/// Registers a service provider by name and description; its users sign in with user name and password until somebody
/// says otherwise. Gives its id.
///
/// # Errors
/// `Denied`, `Invalid`.
pub async fn create(services: &Services, actor: &Actor, input: &ServiceProviderInput) -> Result<i64> {
    actor.require(Permission::ManageServiceProviders)?;
    let now = services.clock.now();
    let txn = store::begin(&services.db).await?;
    let basics = check::new(&txn, input).await?;
    let row = insert(&txn, now, basics, DIALECT_LOCAL).await?;
    let entry = Entry {
        action: "create",
        target_kind: KIND,
        target: &row.name,
        detail: String::new(),
    };
    let changes = audited::page(&txn, None, Some(&form::input(&txn, row.clone()).await?)).await?;
    audit::record_changes(&txn, &*services.clock, actor, entry, changes).await?;
    txn.commit().await?;
    Ok(row.id)
}

/// The new row, with its one step.
pub(super) async fn insert(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    basics: Basics,
    claim_dialect: &str,
) -> Result<service_provider::Model> {
    let row = service_provider::ActiveModel {
        name: Set(basics.name),
        name_lower: Set(basics.name_lower),
        description: Set(basics.description),
        claim_dialect: Set(claim_dialect.to_owned()),
        subject_claim: Set(claim::USERNAME.to_owned()),
        authentication_type: Set(AuthenticationType::Default.as_str().to_owned()),
        local_authenticator: Set(BASIC.to_owned()),
        federated_identity_provider_id: Set(None),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
    .insert(db)
    .await
    .on_duplicate("name", NAME_TAKEN)?;
    steps_form::replace(db, row.id, &[Step::basic()]).await?;
    Ok(row)
}

/// Saves the whole page.
///
/// # Errors
/// `Denied`, `NotFound`, `Invalid`, `Stale`.
pub async fn update(services: &Services, actor: &Actor, id: i64, input: &ServiceProviderInput) -> Result<()> {
    actor.require(Permission::ManageServiceProviders)?;
    let txn = store::begin(&services.db).await?;
    let row = locked(&txn, id).await?;
    let checked = check::whole(&txn, &row, input).await?;
    let before = form::input(&txn, row.clone()).await?;
    let version: i32 = input.version.parse().map_err(|_| Error::Stale)?;
    save_row(&txn, id, version, &checked, services.clock.now()).await?;
    replace_claims(&txn, id, &checked.claims).await?;
    replace_roles(&txn, id, &checked).await?;
    let row = locked(&txn, id).await?;
    let name = row.name.clone();
    let after = form::input(&txn, row).await?;
    let entry = Entry {
        action: "update",
        target_kind: KIND,
        target: &name,
        detail: changes(&before, &after),
    };
    let changes = audited::page(&txn, Some(&before), Some(&after)).await?;
    audit::record_changes(&txn, &*services.clock, actor, entry, changes).await?;
    txn.commit().await?;
    Ok(())
}

async fn save_row(
    db: &impl ConnectionTrait,
    id: i64,
    version: i32,
    checked: &Checked,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = service_provider::ActiveModel {
        name: Set(checked.basics.name.clone()),
        name_lower: Set(checked.basics.name_lower.clone()),
        description: Set(checked.basics.description.clone()),
        claim_dialect: Set(checked.claim_dialect.to_owned()),
        subject_claim: Set(checked.subject_claim.clone()),
        authentication_type: Set(checked.authentication.kind.as_str().to_owned()),
        federated_identity_provider_id: Set(checked.authentication.federated),
        updated_at: Set(now),
        ..Default::default()
    };
    change_row(db, id, version, row).await
}

/// Changes the row and its version, if it is still the one that was seen.
async fn change_row(
    db: &impl ConnectionTrait,
    id: i64,
    version: i32,
    row: service_provider::ActiveModel,
) -> Result<()> {
    use service_provider::Column;
    let saved = service_provider::Entity::update_many()
        .set(row)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(version))
        .exec(db)
        .await
        .on_duplicate("name", NAME_TAKEN)?;
    if saved.rows_affected == 1 {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

/// Saves the claims alone, with the dialect they are in.
pub(super) async fn save_claims(
    db: &impl ConnectionTrait,
    before: &service_provider::Model,
    claim_dialect: &str,
    claims: &[(String, String, bool)],
    now: DateTime<Utc>,
) -> Result<()> {
    let row = service_provider::ActiveModel {
        claim_dialect: Set(claim_dialect.to_owned()),
        updated_at: Set(now),
        ..Default::default()
    };
    change_row(db, before.id, before.version, row).await?;
    replace_claims(db, before.id, claims).await
}

/// Each a local claim, a remote claim, and whether it is mandatory.
pub(super) async fn replace_claims(
    db: &impl ConnectionTrait,
    id: i64,
    claims: &[(String, String, bool)],
) -> Result<()> {
    use service_provider_claim::{ActiveModel, Column, Entity};
    Entity::delete_many()
        .filter(Column::ServiceProviderId.eq(id))
        .exec(db)
        .await?;
    let rows = claims
        .iter()
        .zip(0..)
        .map(|((local, remote, mandatory), position)| ActiveModel {
            service_provider_id: Set(id),
            position: Set(position),
            local_claim: Set(local.clone()),
            remote_claim: Set(remote.clone()),
            mandatory: Set(*mandatory),
            ..Default::default()
        });
    if !claims.is_empty() {
        Entity::insert_many(rows).exec(db).await?;
    }
    Ok(())
}

async fn replace_roles(db: &impl ConnectionTrait, id: i64, checked: &Checked) -> Result<()> {
    use service_provider_role::{ActiveModel, Column, Entity};
    Entity::delete_many()
        .filter(Column::ServiceProviderId.eq(id))
        .exec(db)
        .await?;
    let rows = checked
        .roles
        .iter()
        .zip(0..)
        .map(|((local, remote), position)| ActiveModel {
            service_provider_id: Set(id),
            position: Set(position),
            local_role: Set(local.clone()),
            remote_role: Set(remote.clone()),
            ..Default::default()
        });
    if !checked.roles.is_empty() {
        Entity::insert_many(rows).exec(db).await?;
    }
    Ok(())
}

/// What a saved page changed, for the audit log.
fn changes(before: &ServiceProviderInput, after: &ServiceProviderInput) -> String {
    let mut parts = Vec::new();
    for (label, old, new) in [
        ("name", &before.name, &after.name),
        ("description", &before.description, &after.description),
        ("claim dialect", &before.claim_dialect, &after.claim_dialect),
        ("subject claim", &before.subject_claim, &after.subject_claim),
        (
            "authentication type",
            &before.authentication_type,
            &after.authentication_type,
        ),
        (
            "identity provider",
            &before.federated_identity_provider,
            &after.federated_identity_provider,
        ),
    ] {
        if old != new {
            parts.push(format!("{label}: \u{201c}{old}\u{201d} → \u{201c}{new}\u{201d}"));
        }
    }
    if before.claims != after.claims {
        let uris: Vec<_> = after
            .claims
            .iter()
            .map(|claim| claim::short_name(&claim.local))
            .collect();
        parts.push(format!(
            "claims: {}",
            if uris.is_empty() {
                "none".to_owned()
            } else {
                uris.join(", ")
            }
        ));
    }
    if before.roles != after.roles {
        let roles: Vec<_> = after
            .roles
            .iter()
            .map(|role| format!("{} as {}", role.local, role.remote))
            .collect();
        parts.push(format!(
            "roles: {}",
            if roles.is_empty() {
                "none".to_owned()
            } else {
                roles.join(", ")
            }
        ));
    }
    parts.join("; ")
}

/// Deletes a service provider; claims, roles, SAML configuration, steps and open sign-ins go with it (the tables' own
/// `ON DELETE CASCADE`), so that its name and issuer are free again.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn delete(services: &Services, actor: &Actor, id: i64) -> Result<()> {
    actor.require(Permission::ManageServiceProviders)?;
    let txn = store::begin(&services.db).await?;
    let row = locked(&txn, id).await?;
    let mut changes = audited::page(&txn, Some(&form::input(&txn, row.clone()).await?), None).await?;
    if let Some(saml) = saml_service_provider::Entity::find_by_id(id).one(&txn).await? {
        audited::saml(&mut changes, Some(&lookup::stored(&saml)?), None);
    }
    service_provider::Entity::delete_by_id(id).exec(&txn).await?;
    let entry = Entry {
        action: "delete",
        target_kind: KIND,
        target: &row.name,
        detail: String::new(),
    };
    audit::record_changes(&txn, &*services.clock, actor, entry, changes).await?;
    txn.commit().await?;
    Ok(())
}
