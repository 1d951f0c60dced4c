//! The server through its router: what a browser, a service provider and an SMS provider see of it.
//!
//! Every test runs on SQLite and on a PostgreSQL database of its own (`scripts/with-postgres cargo test`); only the SMS
//! transport and the clock are replaced. Here belongs what needs the whole server; single rules are tested beside them.

mod attacks;
mod audit;
mod browser;
mod command_line;
mod concurrency;
mod configuration;
mod defects;
mod deliveries;
mod doctor;
mod edge;
mod exports;
mod fake_provider;
mod fake_sp;
mod form;
mod forms;
mod harness;
mod home;
mod kannel;
mod keys;
mod lists;
mod logout;
mod master_key;
mod metadata;
mod migrations;
mod numbers;
mod page;
mod presets;
mod preview;
mod process;
mod saml;
mod sandbox;
mod secrecy;
mod secret_slots;
mod secrets;
mod sign_in;
mod start;
mod stores;
mod time_line;
mod two_processes;
mod user_import;
mod user_sessions;
mod walk;
mod walk_through;
