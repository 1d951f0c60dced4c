//! Sign-ins and how they end, seen from the browser.

mod codes;
mod ended;
mod flow;
mod limits;
mod passwords;
mod sso;
