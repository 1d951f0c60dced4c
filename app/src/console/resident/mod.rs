//! Resident: this identity provider, as service providers have to know it.

mod page;

pub use page::ResidentPage;
