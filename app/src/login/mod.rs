//! Sign-in pages. No script runs here; every answer is a redirect to the flow's page, which finds what went wrong in
//! the flow's own row and never in the address.

pub mod actions;
mod backup_code;
mod claims;
mod ended;
pub mod logout;
pub mod not_found;
mod number;
pub mod page;
pub mod password;
mod sms_otp;
