//! The ways to pass a step, one file each. The engine matches over `domain::flow::Authenticator`, so a new one is a
//! variant there, a file here and a form.

pub mod password;
pub mod sms_otp;
