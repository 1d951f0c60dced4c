//! Users: the list, *Add User*, and each user's profile, roles, password and deletion.

mod actions;
mod add;
mod backup_codes;
mod bulk;
mod delete;
mod import;
mod list;
mod password;
mod profile;
mod roles;
mod sessions;

pub use add::AddPage;
pub use backup_codes::{BackupCodesPage, RevokeBackupCodesPage};
pub use bulk::DeleteSelectedPage;
pub use delete::DeletePage;
pub use import::{ColumnsPage, ImportPage, ProgressPage, ReviewPage};
pub use list::ListPage;
pub use password::PasswordPage;
pub use profile::ProfilePage;
pub use roles::RolesPage;
pub use sessions::SessionsPage;

use domain::Problems;
use leptos::prelude::*;

use super::page::{Body, Request};
use crate::context::{encode, here, see_other};
use crate::ui::*;

/// The list's address.
pub const LIST: &str = "/console/users";

/// The name under which it is kept what became of several users.
const BULK_FORM: &str = "users/selected";
/// The same of which are to be deleted.
const DELETE_FORM: &str = "users/delete-selected";

/// The address of one of a user's pages: `profile`, `roles`, `password`, `backup-codes`, `sessions`, `delete`.
#[must_use]
pub fn page_of(username: &str, page: &str) -> String {
    // In a path a `+` is a plus: a space is encoded otherwise than in a form.
    format!("{LIST}/{}/{page}", encode(username).replace('+', "%20"))
}

/// The name under which a page's drafts are kept: always short, however long the user's name is.
fn form_of(username: &str, page: &str) -> String {
    format!("users/{page}/{}", identity::token::hash(&username.to_lowercase()))
}

/// Leads to the question for one's own password, if it was given too long ago: asked before the form is filled in,
/// nothing typed is lost.
pub(super) fn ask_password(request: &Request) -> Option<Body> {
    let console = &request.console;
    console
        .actor
        .require_fresh_password(console.services.clock.now())
        .err()?;
    see_other(&format!("/console/confirm-password?next={}", encode(&here())));
    Some(Body::new(()))
}

/// A page with what was wrong with its form.
pub(super) fn with_problems(body: Body, problems: Problems, outcome: &'static str) -> Body {
    if problems.is_empty() {
        body
    } else {
        body.with_notice(view! { <ErrorSummary problems outcome/> })
    }
}

/// `Users and Roles › Users › jane › …`.
fn crumbs(username: &str, here: &str) -> Vec<Crumb> {
    vec![
        Crumb::link("Users", LIST),
        Crumb::link(username, page_of(username, "profile")),
        Crumb::here(here),
    ]
}

#[cfg(test)]
mod tests {
    use super::{form_of, page_of};

    #[test]
    fn a_name_is_one_segment_of_the_address() {
        assert_eq!(page_of("admin", "profile"), "/console/users/admin/profile");
        assert_eq!(page_of("a+b@c.d", "roles"), "/console/users/a%2Bb%40c.d/roles");
        assert_eq!(
            page_of("a/../b ?#", "delete"),
            "/console/users/a%2F..%2Fb%20%3F%23/delete"
        );
    }

    #[test]
    fn a_draft_is_kept_under_a_short_name_of_its_user() {
        let long = "İ".repeat(100);
        assert!(form_of(&long, "password").len() <= 64, "the column's length");
        assert_eq!(form_of("Jane", "roles"), form_of("jane", "roles"));
        assert_ne!(form_of("jane", "roles"), form_of("jane", "profile"));
        assert_ne!(form_of(&long, "roles"), form_of(&"İ".repeat(99), "roles"));
    }
}
