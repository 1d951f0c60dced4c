//! The whole configuration as one TOML file: written by `gatehouse export`, read by `gatehouse apply`.
//!
//! Owns the file's shape, where in it something is wrong, and the difference to the store. It has no rule of its own about
//! what may be stored: everything goes through the functions that the console's pages call, in one transaction that stands or
//! falls as a whole. `--plan` is the same run, and always falls. Refuses to write out secrets' values and password hashes.
//!
//! What the file does not name is left alone, things and keys alike; `delete = true` removes a thing.

mod apply;
mod claims;
mod diff;
mod document;
mod export;
mod forms;
mod identity_providers;
mod mistake;
mod report;
mod roles;
mod secrets;
mod service_providers;
mod shape;
mod signing_keys;
mod steps;
#[cfg(test)]
mod tests;
mod users;
mod values;
mod write;

pub use apply::{Mode, apply};
pub use export::{Exported, export};
pub use mistake::{Mistake, Refused};
pub use report::Report;
pub use secrets::Source;
