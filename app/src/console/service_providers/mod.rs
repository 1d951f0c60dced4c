//! Service Providers: the list, the page of each, its SAML2 Web SSO page and its authentication steps.
//!
//! Every button inside a form is a submit of the same form, so rows are added, removed and moved without scripts and
//! nothing that was typed is lost. Refuses to decide what may be saved: that is `identity::service_providers`.

mod actions;
mod add;
mod authentication;
mod blocked_users;
mod bulk;
mod certificates;
mod claims;
mod compare;
mod delete;
mod edit;
mod import;
mod list;
mod metadata;
mod metadata_actions;
mod nested;
mod press;
mod preview;
mod roles;
mod rows;
mod saml;
mod saml_press;
mod saml_sections;
mod source;
mod step;
mod steps;
mod steps_press;
mod upload;

pub use add::AddPage;
pub use blocked_users::BlockedUsersPage;
pub(crate) use blocked_users::page_of as blocked_users_of;
pub use bulk::DeleteSelectedPage;
pub use compare::ComparisonPage;
pub use delete::DeletePage;
pub use edit::EditPage;
pub use import::ImportPage;
pub use list::ListPage;
pub use metadata::MetadataPage;
pub use preview::PreviewPage;
pub use saml::SamlPage;
pub use steps::StepsPage;

/// Where the list is.
const LIST: &str = "/console/service-providers";

/// The name under which it is kept what became of several of them, and which are to be deleted.
const BULK_FORM: &str = "service-providers/selected";
const DELETE_FORM: &str = "service-providers/delete-selected";

/// Where one is added, and what drafts of that form are kept under.
const ADD: &str = "/console/service-providers/new";
const ADD_FORM: &str = "service-providers/new";

/// Where one of several service providers of a metadata file is chosen; as for [`ADD`].
const IMPORT: &str = "/console/service-providers/import";
const ENTITY_FORM: &str = "service-providers/import/entity";

/// A service provider's own page.
fn page_of(id: i64) -> String {
    format!("{LIST}/{id}")
}

/// What drafts of a service provider's page are kept under.
fn form_of(id: i64) -> String {
    format!("service-providers/{id}")
}

/// As [`form_of`], for its page *SAML2 Web SSO*.
fn saml_form_of(id: i64) -> String {
    format!("service-providers/{id}/saml")
}

/// As [`form_of`], for its page *Authentication steps*.
fn steps_form_of(id: i64) -> String {
    format!("service-providers/{id}/steps")
}

/// The page *Update from metadata* of a service provider.
fn metadata_of(id: i64) -> String {
    format!("{}/metadata", page_of(id))
}

/// As [`form_of`], for that page.
fn metadata_form_of(id: i64) -> String {
    format!("service-providers/{id}/metadata")
}

/// The page that shows what metadata differs in; `offer` is the draft that holds it.
fn comparison_of(id: i64, offer: &str) -> String {
    format!("{}/compare?offer={}", metadata_of(id), crate::context::encode(offer))
}

/// As [`form_of`], for that page.
fn comparison_form_of(id: i64) -> String {
    format!("service-providers/{id}/metadata/apply")
}
