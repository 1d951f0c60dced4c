//! Audit Log: who changed what.

mod details;
mod list;

pub use details::DetailsPage;
pub use list::ListPage;

/// The list's address.
const LIST: &str = "/console/audit";

fn page_of(id: i64) -> String {
    format!("{LIST}/{id}")
}
