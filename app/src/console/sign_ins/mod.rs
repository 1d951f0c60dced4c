//! Sign-ins: how each went, and the requests that were refused before one could begin.

mod details;
mod list;
mod refusals;
mod under_way;

pub use details::DetailsPage;
pub use list::ListPage;

/// The page's address.
const LIST: &str = "/console/sign-ins";

/// A sign-in's own page, by the id of its row in the list or, while it is under way, by its own.
pub(crate) fn page_of(id: &str) -> String {
    format!("{LIST}/{id}")
}
