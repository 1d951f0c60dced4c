//! What holds for every request: who may ask from where, who is asking, what every answer carries.

pub mod address;
pub mod body;
pub mod cookies;
pub mod csv;
pub mod ended;
pub mod headers;
pub mod host;
pub mod log;
pub mod nul;
pub mod origin;
pub mod pages;
pub mod scriptless;
pub mod session;
