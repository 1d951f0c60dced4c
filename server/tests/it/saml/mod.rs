//! SAML messages: what is refused, and what an answer needs before it leaves.

mod answers;
mod issued;
mod name_ids;
mod refusals;
mod requests;
mod resume;
mod signatures;

pub use answers::row_of;
pub use refusals::refused;
