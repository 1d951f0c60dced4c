//! The pages, forms and server functions of Gatehouse. Refuses SQL, XML and cryptography: those are behind `identity`.
//!
//! Compiled twice. For the browser (`hydrate`) there is nothing but the islands; everything else is rendered on the
//! server (`ssr`), where forms are posted plainly to server functions and answered by a redirect.

pub mod error;
pub mod islands;

#[cfg(feature = "ssr")]
pub mod console;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
mod late_form;
#[cfg(feature = "ssr")]
pub mod login;
#[cfg(feature = "ssr")]
mod multipart;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
mod trimmed;
#[cfg(feature = "ssr")]
pub mod ui;
