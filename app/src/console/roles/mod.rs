//! Roles: the list, *Add Role*, and each role's own page.

mod actions;
mod add;
mod delete;
mod edit;
mod list;

pub use add::AddPage;
pub use delete::DeletePage;
pub use edit::EditPage;
pub use list::ListPage;

/// The list's address.
pub const LIST: &str = "/console/roles";

/// A role's own page.
fn page_of(id: i64) -> String {
    format!("{LIST}/{id}")
}

/// The name under which the drafts of a role's page are kept.
fn form_of(id: i64) -> String {
    format!("roles/{id}")
}
