//! Resident: this identity provider, as service providers have to know it, and the roll of its signing keys.

mod actions;
mod keys;
mod page;
mod publish;
mod roll;
mod seen;
mod steps;
mod time_outs;

pub use page::ResidentPage;
pub use publish::{ImportPage, PublishPage};
pub use steps::{RetirePage, UsePage};

use crate::ui::{Crumb, NavItem};

/// The page itself.
const RESIDENT: &str = "/console/identity-providers/resident";
const PUBLISH: &str = "/console/identity-providers/resident/keys/publish";
const IMPORT: &str = "/console/identity-providers/resident/keys/import";

/// What drafts of the session time-outs are kept under.
const TIME_OUTS_FORM: &str = "resident/time-outs";

/// The page of one step with one key: `use`, `retire`.
fn page_of(id: i64, step: &str) -> String {
    format!("{RESIDENT}/keys/{id}/{step}")
}

/// The name its drafts have.
fn form_of(id: i64, step: &str) -> String {
    format!("resident/keys/{id}/{step}")
}

/// `Identity Providers › Resident › …`.
fn crumbs(here: &str) -> Vec<Crumb> {
    vec![
        Crumb::link("Identity Providers", NavItem::IdentityProviderList.href()),
        Crumb::link("Resident", RESIDENT),
        Crumb::here(here),
    ]
}

/// `1 service provider`, `12 service providers`.
fn counted(n: u64) -> String {
    if n == 1 {
        "1 service provider".to_owned()
    } else {
        format!("{} service providers", crate::ui::count_text(n))
    }
}
