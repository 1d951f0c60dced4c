//! Sign-ins and how they end, seen from the browser.

mod backup_codes;
mod choices;
mod claims;
mod codes;
mod ended;
mod entered_numbers;
mod fallback;
mod flow;
mod limits;
mod nodes;
mod number_claims;
mod passwords;
mod policy;
mod sso;
