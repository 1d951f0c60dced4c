//! The rules no road goes around: an administrator with every permission is always left, nobody grants or touches what
//! they do not hold, nobody locks or deletes themselves.
//!
//! Whatever changes users, roles or who holds them is a [`Change`]. Changes take turns, so that two administrators who
//! lock each other at once do not both pass.

use domain::{Permission, PermissionSet, Problems};
use entity::{role, role_permission, user, user_role};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};

use crate::{Actor, Error, Result, Services, roles, store};

/// A transaction that may take somebody's rights away.
#[derive(Debug)]
pub struct Change {
    txn: DatabaseTransaction,
    user_id: Option<i64>,
    /// What the actor holds now, which may be less than when the request came in.
    held: PermissionSet,
}

impl Change {
    /// Waits for its turn and looks again at who is acting.
    ///
    /// # Errors
    /// `Denied` without the permission, or if the actor was locked or deleted in the meantime.
    pub async fn begin(services: &Services, actor: &Actor, needed: Option<Permission>) -> Result<Self> {
        let txn = store::begin(&services.db).await?;
        take_turn(&txn).await?;
        let held = match actor.user_id {
            None => actor.permissions,
            Some(id) => standing(&txn, id).await?,
        };
        let change = Self {
            txn,
            user_id: actor.user_id,
            held,
        };
        match needed {
            Some(permission) if !change.held.has(permission) => Err(Error::lacks(permission)),
            _ => Ok(change),
        }
    }

    /// The transaction to write in.
    #[must_use]
    pub fn db(&self) -> &DatabaseTransaction {
        &self.txn
    }

    /// Whether this is the actor's own user.
    #[must_use]
    pub fn is_self(&self, user_id: i64) -> bool {
        self.user_id == Some(user_id)
    }

    /// For what nobody does to themselves.
    ///
    /// # Errors
    /// `Invalid` on the whole form.
    pub fn not_oneself(&self, user_id: i64, what: &str) -> Result<()> {
        if self.is_self(user_id) {
            Err(refused(format!("Nobody {what} themselves. Ask another administrator.")))
        } else {
            Ok(())
        }
    }

    /// Whether the actor may change this user's password, number, lock or roles.
    ///
    /// # Errors
    /// `Denied`, if the user may do something that the actor may not.
    pub async fn may_touch(&self, user_id: i64) -> Result<()> {
        if self.is_self(user_id) {
            return Ok(());
        }
        covers(self.held, roles::permissions_of(&self.txn, user_id).await?)
    }

    /// Whether the actor may give or take these permissions.
    ///
    /// # Errors
    /// `Denied`, naming what the actor does not hold.
    pub fn may_grant(&self, permissions: PermissionSet) -> Result<()> {
        covers(self.held, permissions)
    }

    /// Ends the change, if an administrator is left who can undo it.
    ///
    /// # Errors
    /// `Invalid` on the whole form, and nothing is changed, if none would be.
    pub async fn commit(self) -> Result<()> {
        if !an_administrator_is_left(&self.txn).await? {
            return Err(refused(
                "This would leave no unlocked user with all permissions. Give another user the role admin first."
                    .to_owned(),
            ));
        }
        Ok(self.txn.commit().await?)
    }

    /// Ends a change that takes nobody's rights away: it is made even where no administrator is left, who may be made so.
    ///
    /// # Errors
    /// `Internal` only.
    pub async fn commit_addition(self) -> Result<()> {
        Ok(self.txn.commit().await?)
    }
}

/// Whether `held` covers all of `needed`.
///
/// # Errors
/// `Denied`, naming what is missing.
pub(crate) fn covers(held: PermissionSet, needed: PermissionSet) -> Result<()> {
    if held.includes(needed) {
        return Ok(());
    }
    let missing: Vec<_> = needed
        .iter()
        .filter(|permission| !held.has(*permission))
        .map(Permission::label)
        .collect();
    Err(Error::Denied(format!(
        "This needs permissions that you do not hold yourself: {}.",
        missing.join(", ")
    )))
}

/// A rule that stands against the whole form.
fn refused(why: String) -> Error {
    Error::Invalid(Problems::one("", why))
}

/// Makes changes take turns. SQLite's write transaction does so by itself (and knows no row locks).
async fn take_turn(txn: &DatabaseTransaction) -> Result<()> {
    if txn.get_database_backend() != DbBackend::Sqlite {
        role::Entity::find()
            .filter(role::Column::BuiltIn.eq(true))
            .lock_exclusive()
            .all(txn)
            .await?;
    }
    Ok(())
}

/// What the actor may do as of now.
async fn standing(txn: &DatabaseTransaction, user_id: i64) -> Result<PermissionSet> {
    match user::Entity::find_by_id(user_id).one(txn).await? {
        Some(user) if !user.locked => roles::permissions_of(txn, user_id).await,
        _ => Err(Error::Denied("Your own user was locked or deleted.".to_owned())),
    }
}

/// Whether an unlocked user holds every permission, by whatever roles.
///
/// # Errors
/// `Internal` only.
pub async fn an_administrator_is_left(txn: &impl ConnectionTrait) -> Result<bool> {
    let decisive: Vec<_> = decisive().map(Permission::as_str).collect();
    let every = i64::try_from(decisive.len()).map_err(Error::internal)?;
    let permission = (role_permission::Entity, role_permission::Column::Permission);
    let full = Query::select()
        .column((user_role::Entity, user_role::Column::UserId))
        .from(user_role::Entity)
        .inner_join(
            role_permission::Entity,
            Expr::col((role_permission::Entity, role_permission::Column::RoleId))
                .equals((user_role::Entity, user_role::Column::RoleId)),
        )
        .and_where(Expr::col(permission).is_in(decisive))
        .group_by_col((user_role::Entity, user_role::Column::UserId))
        .and_having(Expr::col(permission).count_distinct().eq(every))
        .to_owned();
    let unlocked = user::Entity::find()
        .filter(user::Column::Locked.eq(false))
        .filter(user::Column::Id.in_subquery(full));
    Ok(unlocked.limit(1).count(txn).await? > 0)
}

/// The permissions that no other includes: who holds these holds all.
fn decisive() -> impl Iterator<Item = Permission> {
    let included = |permission: Permission| {
        Permission::ALL
            .into_iter()
            .any(|other| other != permission && [other].into_iter().collect::<PermissionSet>().has(permission))
    };
    Permission::ALL
        .into_iter()
        .filter(move |permission| !included(*permission))
}
