//! SAML messages: what is refused, and what an answer needs before it leaves.

mod answers;
mod refusals;
mod resume;
mod signatures;

pub use refusals::refused;
