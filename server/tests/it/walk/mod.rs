//! A walk of all that can be asked: every page, server function and route, from the router itself. Each refuses whoever
//! is signed out, whoever lacks its permission, and what is sent from another site.
//!
//! `access` says who may ask what: a rule for each part of the console, and every exemption with its reason. An address
//! that neither knows fails here until somebody has decided.

mod access;
mod addresses;
mod anonymous;
mod origins;
mod permissions;
