//! Identity Providers: the list, the page of one with its SMSOTP authenticator, and the question before deleting it.

mod actions;
mod basics;
mod bulk;
mod connection;
mod delete;
mod edit;
mod fill;
mod form;
mod list;
mod policy;
mod request;
mod secrets;
mod takes;
mod test_result;
#[cfg(test)]
mod tests;

pub use delete::DeletePage;
pub use edit::{AddPage, EditPage};
pub use list::ListPage;

/// The list's address; everything else is below it.
const LIST: &str = "/console/identity-providers";
/// The name under which it is kept what became of several of them.
const BULK_FORM: &str = "identity-providers/selected";
/// Where the server functions are.
const ACTIONS: &str = "/api/console/identity-providers";

/// The name of a field as it is posted.
fn named(field: &str) -> String {
    format!("input[{field}]")
}
