//! Audit Log: who changed what.

mod list;

pub use list::ListPage;
