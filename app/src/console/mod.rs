//! The console's pages, a folder a slice: `list`, `edit` (pages) and `actions` (server functions).

pub mod audit;
pub mod chart;
pub mod claims;
pub mod confirm_password;
pub mod deliveries;
pub mod difference;
pub mod home;
pub mod identity_providers;
pub mod labels;
pub mod list;
pub mod logs;
pub mod page;
pub mod resident;
pub mod roles;
pub mod service_providers;
pub mod sign_in;
pub mod sign_ins;
pub mod users;
