//! The server through its router: what a browser, a service provider and an SMS provider see of it.
//!
//! Every test runs on SQLite and on a PostgreSQL database of its own (`scripts/with-postgres cargo test`); only the SMS
//! transport and the clock are replaced. Here belongs what needs the whole server; single rules are tested beside them.

mod browser;
mod concurrency;
mod edge;
mod fake_provider;
mod fake_sp;
mod form;
mod forms;
mod harness;
mod logout;
mod page;
mod process;
mod saml;
mod secrets;
mod sign_in;
mod start;
mod stores;
mod two_processes;
mod walk_through;
