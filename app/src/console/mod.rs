//! The console's pages, a folder a slice: `list`, `edit` (pages) and `actions` (server functions).

pub mod confirm_password;
pub mod home;
pub mod identity_providers;
pub mod page;
pub mod roles;
pub mod service_providers;
pub mod sign_in;
pub mod users;
