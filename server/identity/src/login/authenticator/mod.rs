//! The ways to pass a step, one file each. The engine matches over `domain::flow::Authenticator`, so a new one is a
//! variant there, a file here and a form.

mod another_provider;
mod attempts;
pub mod backup_code;
pub mod entered_number;
pub mod password;
mod sending;
pub mod sms_otp;
