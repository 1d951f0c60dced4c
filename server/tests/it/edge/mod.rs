//! What holds for every request: host, origin, headers, cookies, permissions.

mod headers;
mod host;
mod origin;
mod permissions;

pub use permissions::{FIELDS, as_taken, user_with};
