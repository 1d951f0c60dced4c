//! A service provider's metadata: taken over when it is registered, compared with what is stored when it changes, and
//! watched so that nobody is surprised by its end.
//!
//! Owns the reading of metadata into settings and the table of where they came from. Refuses to take anything that an
//! administrator has not seen: a comparison keeps what was read, and just that is applied. XML is the crate `saml`'s.

mod attributes;
mod certificates;
mod claims;
mod create;
mod diff;
mod encryption;
mod fetch;
#[cfg(test)]
mod fetch_tests;
mod offer;
mod read;
mod record;
mod source;
mod update;

pub use create::{Outcome, entity_choices, import, import_entity};
pub(super) use record::{
    acs_indexes, days_left, facts, find as record, lapse_days, lapses, logout_responses, weak_algorithms,
};
pub use update::{apply, check_now, compare, comparison, metadata};

/// What a comparison's draft is kept under.
fn comparison_form(id: i64) -> String {
    format!("service-providers/{id}/metadata/comparison")
}
