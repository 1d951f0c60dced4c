//! Why something was not done. Variants are what a caller handles; everything else is `Internal`, logged where it is answered.

use domain::view::UsedBy;
use domain::{Permission, Problems};
use sea_orm::{DbErr, SqlErr};

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or not for whoever asks.
    #[error("not found")]
    NotFound,
    /// The caller lacks a permission, or tried what nobody may do; the text says what.
    #[error("not allowed: {0}")]
    Denied(String),
    /// Fields with something wrong.
    #[error("invalid input")]
    Invalid(Problems),
    /// Somebody else saved in between: the version that the form was opened with is gone.
    #[error("changed by somebody else in between")]
    Stale,
    /// In use elsewhere; deleting or disabling it would break these.
    #[error("in use")]
    InUse(Vec<UsedBy>),
    /// One's own password has to be given again first.
    #[error("the password has to be given again")]
    PasswordNeeded,
    /// Too much at once; come back after this many seconds.
    #[error("busy")]
    Busy { retry_after: u32 },
    /// Nothing the caller can mend.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// A single field's problem.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(Problems::one(field, message))
    }

    pub fn lacks(permission: Permission) -> Self {
        Self::Denied(format!(
            "This needs the permission \u{201c}{}\u{201d}.",
            permission.label()
        ))
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error {
            DbErr::RecordNotFound(_) => Self::NotFound,
            other => Self::internal(other),
        }
    }
}

/// Lets a database's refusal of a duplicate become the field's own problem: no look-before-you-leap, so no race.
pub trait OnDuplicate<T> {
    /// # Errors
    /// `Invalid(field, message)` for a unique violation; any other database error as it is.
    fn on_duplicate(self, field: &str, message: &str) -> Result<T>;
}

impl<T> OnDuplicate<T> for std::result::Result<T, DbErr> {
    fn on_duplicate(self, field: &str, message: &str) -> Result<T> {
        self.map_err(|error| match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Error::field(field, message),
            _ => error.into(),
        })
    }
}
