//! The first start: claims, the role and user `admin`, the first signing key. Each is made only where it is missing.

use domain::claim;
use entity::{claim as claim_row, role, role_permission, setting, user, user_role};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, PaginatorTrait,
    QueryFilter,
};
use secrecy::{ExposeSecret, SecretString};

use crate::store::Begin;
use crate::vault::Vault;
use crate::{Error, Result, Services, keys, store, token, users};

/// The built-in role with every permission.
pub const ADMIN_ROLE: &str = "admin";

pub(crate) const CHECK_VALUE: &str = "master_key_check";

/// PostgreSQL's number for the lock of whoever prepares the store; any that nothing else here takes.
const TURN: &str = "SELECT pg_advisory_xact_lock(7310589143)";

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

/// Whether a master key is this store's, or the store has none yet.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn fits(vault: &Vault, db: &impl ConnectionTrait) -> Result<bool> {
    let known = setting::Entity::find_by_id(CHECK_VALUE).one(db).await?;
    Ok(known.is_none_or(|row| row.value == vault.check_value()))
}

/// Holds the master key against the store's check value; an empty store takes it.
///
/// # Errors
/// [`MasterKeyMismatch`] inside `Internal`.
pub async fn check_master_key(services: &Services, db: &impl ConnectionTrait) -> Result<()> {
    match setting::Entity::find_by_id(CHECK_VALUE).one(db).await? {
        Some(row) if row.value == services.vault.check_value() => Ok(()),
        Some(_) => Err(Error::internal(MasterKeyMismatch::Another)),
        None if entity::signing_key::Entity::find().count(db).await? > 0 => {
            Err(Error::internal(MasterKeyMismatch::Unknown))
        }
        None => {
            let row = setting::ActiveModel {
                name: Set(CHECK_VALUE.into()),
                value: Set(services.vault.check_value().into()),
            };
            row.insert(db).await?;
            Ok(())
        }
    }
}

/// Waits until no other node prepares the store; the turn ends with the transaction. SQLite's write transaction is one
/// already, and would keep a migration on another connection out: there it is `None`.
///
/// # Errors
/// `Internal`, if the store does not answer.
pub async fn take_turn(db: &impl Begin) -> Result<Option<DatabaseTransaction>> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let txn = store::begin(db).await?;
    txn.execute_unprepared(TURN).await?;
    Ok(Some(txn))
}

/// Makes what a fresh store lacks. Safe to run at every start and by two nodes at once: one of them makes it, the other
/// waits and finds it.
///
/// `admin` is a name that [`users::username_problem`] has nothing against: the settings see to it.
///
/// # Errors
/// `Invalid` for a given password that the policy refuses, and nothing is made; else `Internal`.
pub async fn prepare(services: &Services, admin: &str, given_password: Option<SecretString>) -> Result<Prepared> {
    let txn = match take_turn(&services.db).await? {
        Some(txn) => txn,
        None => store::begin(&services.db).await?,
    };
    check_master_key(services, &txn).await?;
    keys::ensure_active(services, &txn).await?;
    let generated_password = if user::Entity::find().count(&txn).await? > 0 {
        None
    } else {
        add_admin(services, &txn, admin, given_password).await?
    };
    txn.commit().await?;
    Ok(Prepared { generated_password })
}

/// Makes the claims, the role `admin` and its first user; gives the password, if it was generated.
async fn add_admin(
    services: &Services,
    txn: &DatabaseTransaction,
    admin: &str,
    given_password: Option<SecretString>,
) -> Result<Option<SecretString>> {
    let (password, generated) = match given_password {
        Some(password) => {
            users::check_password("password", password.expose_secret(), admin)?;
            (password, false)
        }
        None => (SecretString::from(token::id()?), true),
    };
    let hash = services.hasher.hash(password.expose_secret()).await?;
    let now = services.clock.now();
    add_claims(txn).await?;
    let role_id = add_admin_role(txn).await?;
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
    .insert(txn)
    .await?;
    user_role::ActiveModel {
        user_id: Set(user.id),
        role_id: Set(role_id),
    }
    .insert(txn)
    .await?;
    Ok(generated.then_some(password))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use entity::signing_key;
    use migrations::{Migrator, MigratorTrait};
    use sea_orm::DatabaseConnection;

    use super::*;
    use crate::clock::SystemClock;
    use crate::keys::OpenedKeys;
    use crate::password::Hasher;
    use crate::services::Parts;
    use crate::testing::{RecordingTransport, settings};

    fn node(db: &DatabaseConnection, master_key: u8) -> Services {
        Services::new(Parts {
            db: db.clone(),
            clock: Arc::new(SystemClock),
            vault: Vault::new(&[master_key; 32]).unwrap(),
            hasher: Hasher::new(1).unwrap(),
            settings: settings(),
            sms: Arc::new(RecordingTransport::default()),
            signing_keys: OpenedKeys::default(),
            known: Default::default(),
            time_outs: Default::default(),
        })
    }

    async fn empty_store() -> DatabaseConnection {
        let db = store::connect("sqlite::memory:").await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        db
    }

    #[tokio::test]
    async fn of_two_nodes_at_once_one_makes_it_all() {
        let db = empty_store().await;
        let (one, other) = (node(&db, 7), node(&db, 7));
        let (one, other) = tokio::join!(prepare(&one, "admin", None), prepare(&other, "admin", None));
        let passwords = [one.unwrap(), other.unwrap()].map(|prepared| prepared.generated_password.is_some());
        assert!(passwords[0] != passwords[1], "one password is printed: {passwords:?}");
        assert_eq!(signing_key::Entity::find().count(&db).await.unwrap(), 1);
        assert_eq!(user::Entity::find().count(&db).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_node_with_another_master_key_makes_nothing() {
        let db = empty_store().await;
        let (one, other) = (node(&db, 7), node(&db, 8));
        let (one, other) = tokio::join!(prepare(&one, "admin", None), prepare(&other, "admin", None));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert_eq!(signing_key::Entity::find().count(&db).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn a_refused_password_leaves_the_store_empty() {
        let db = empty_store().await;
        let refused = prepare(&node(&db, 7), "admin", Some("short".into())).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
        assert!(!is_initialised(&db).await.unwrap());
        prepare(&node(&db, 7), "admin", Some("a long test password".into()))
            .await
            .unwrap();
    }
}
