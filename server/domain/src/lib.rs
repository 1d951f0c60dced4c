//! The vocabulary of Gatehouse: what every room may name, in the browser as well as on the server.
//!
//! Owns the types that cross a boundary: permissions, claims, phone numbers, what may come in (`input`) and what
//! may go out (`view`). Refuses I/O, clocks, randomness and every dependency a browser would have to load for nothing.

pub mod claim;
pub mod flow;
pub mod input;
pub mod limits;
pub mod permission;
pub mod phone;
pub mod problem;
pub mod signing_key;
pub mod view;

pub use permission::{Permission, PermissionSet};
pub use problem::{Problem, Problems};
