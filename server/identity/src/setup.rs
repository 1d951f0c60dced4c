//! The first start: claims, the role and user `admin`, the first signing key. Each is made only where it is missing.

use domain::claim;
use entity::{claim as claim_row, role, role_permission, setting, user, user_role};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use secrecy::{ExposeSecret, SecretString};

use crate::{Error, Result, Services, keys, store, token, users};

/// The built-in role with every permission.
pub const ADMIN_ROLE: &str = "admin";

const CHECK_VALUE: &str = "master_key_check";

/// What the first start made.
#[derive(Debug)]
pub struct Prepared {
    /// The administrator's generated password, to be printed once; `None` if there was one already or it was given.
    pub generated_password: Option<SecretString>,
}

/// Why a store and a master key do not go together.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyMismatch {
    #[error(
        "the master key is not the one this store was sealed with; put the right file in place (setting master_key_file)"
    )]
    Another,
    #[error("this store holds sealed rows but no check value of their master key; it cannot be opened safely")]
    Unknown,
}

/// Whether the store has ever been used: then a master key must exist, and one is never made for it.
///
/// # Errors
/// `Internal` only.
pub async fn is_initialised(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(setting::Entity::find_by_id(CHECK_VALUE).one(db).await?.is_some())
}

/// Holds the master key against the store's check value; an empty store takes it.
///
/// # Errors
/// [`MasterKeyMismatch`] inside `Internal`.
pub async fn check_master_key(services: &Services) -> Result<()> {
    match setting::Entity::find_by_id(CHECK_VALUE).one(&services.db).await? {
        Some(row) if row.value == services.vault.check_value() => Ok(()),
        Some(_) => Err(Error::internal(MasterKeyMismatch::Another)),
        None if entity::signing_key::Entity::find().count(&services.db).await? > 0 => {
            Err(Error::internal(MasterKeyMismatch::Unknown))
        }
        None => {
            let row = setting::ActiveModel {
                name: Set(CHECK_VALUE.into()),
                value: Set(services.vault.check_value().into()),
            };
            row.insert(&services.db).await?;
            Ok(())
        }
    }
}

/// Makes what a fresh store lacks. Safe to run at every start and by two nodes at once.
///
/// # Errors
/// `Invalid` for a given password that the policy refuses; else `Internal`.
pub async fn prepare(services: &Services, admin: &str, given_password: Option<SecretString>) -> Result<Prepared> {
    check_master_key(services).await?;
    keys::ensure_active(services).await?;
    if user::Entity::find().count(&services.db).await? > 0 {
        return Ok(Prepared {
            generated_password: None,
        });
    }
    if let Some(problem) = users::username_problem(admin) {
        return Err(Error::field("username", problem));
    }
    let (password, generated) = match given_password {
        Some(password) => {
            users::check_password("password", password.expose_secret(), admin)?;
            (password, false)
        }
        None => (SecretString::from(token::id()?), true),
    };
    let hash = services.hasher.hash(password.expose_secret()).await?;
    let now = services.clock.now();

    let txn = store::begin(&services.db).await?;
    add_claims(&txn).await?;
    let role_id = add_admin_role(&txn).await?;
    let user = user::ActiveModel {
        username: Set(admin.to_owned()),
        username_lower: Set(admin.to_lowercase()),
        password_hash: Set(hash),
        locked: Set(false),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
    .insert(&txn)
    .await?;
    user_role::ActiveModel {
        user_id: Set(user.id),
        role_id: Set(role_id),
    }
    .insert(&txn)
    .await?;
    txn.commit().await?;
    Ok(Prepared {
        generated_password: generated.then_some(password),
    })
}

async fn add_claims(db: &impl ConnectionTrait) -> Result<()> {
    if claim_row::Entity::find().count(db).await? > 0 {
        return Ok(());
    }
    let profile = claim::PROFILE
        .iter()
        .map(|(uri, label, attribute)| (*uri, *label, *attribute, false));
    let derived = [
        (claim::USERNAME, "Username", "uid", true),
        (claim::ROLE, "Role", "role", true),
    ];
    let rows = profile
        .chain(derived)
        .zip(1..)
        .map(|((uri, label, attribute, derived), order)| claim_row::ActiveModel {
            uri: Set(uri.into()),
            label: Set(label.into()),
            attribute: Set(attribute.into()),
            display_order: Set(order),
            required: Set(false),
            pattern: Set(String::new()),
            derived: Set(derived),
        });
    claim_row::Entity::insert_many(rows).exec(db).await?;
    Ok(())
}

async fn add_admin_role(db: &impl ConnectionTrait) -> Result<i64> {
    if let Some(role) = role::Entity::find()
        .filter(role::Column::NameLower.eq(ADMIN_ROLE))
        .one(db)
        .await?
    {
        return Ok(role.id);
    }
    let role = role::ActiveModel {
        name: Set(ADMIN_ROLE.into()),
        name_lower: Set(ADMIN_ROLE.into()),
        built_in: Set(true),
        version: Set(1),
        ..Default::default()
    }
    .insert(db)
    .await?;
    let permissions = domain::Permission::ALL.map(|permission| role_permission::ActiveModel {
        role_id: Set(role.id),
        permission: Set(permission.as_str().to_owned()),
    });
    role_permission::Entity::insert_many(permissions).exec(db).await?;
    Ok(role.id)
}
