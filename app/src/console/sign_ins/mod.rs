//! Sign-ins: how each went, and the requests that were refused before one could begin.

mod list;
mod refusals;

pub use list::ListPage;

/// The page's address.
const LIST: &str = "/console/sign-ins";
