//! SMS Deliveries: what became of every code and test.

mod list;

pub use list::ListPage;
