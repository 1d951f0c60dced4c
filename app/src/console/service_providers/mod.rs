//! Service Providers: the list, the page of each, its SAML2 Web SSO page and its authentication steps.
//!
//! Every button inside a form is a submit of the same form, so rows are added, removed and moved without scripts and
//! nothing that was typed is lost. Refuses to decide what may be saved: that is `identity::service_providers`.

mod actions;
mod add;
mod authentication;
mod certificates;
mod claims;
mod delete;
mod edit;
mod list;
mod nested;
mod press;
mod roles;
mod rows;
mod saml;
mod saml_press;
mod saml_sections;
mod step;
mod steps;
mod steps_press;

pub use add::AddPage;
pub use delete::DeletePage;
pub use edit::EditPage;
pub use list::ListPage;
pub use saml::SamlPage;
pub use steps::StepsPage;

/// Where the list is.
const LIST: &str = "/console/service-providers";

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
