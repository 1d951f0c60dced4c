//! The crate from outside: round trips, an independent verifier, and the attacks known against SAML.

mod building;
mod checks;
mod inbound;
mod limits;
mod metadata;
mod mutation;
mod pages;
mod redirect_signature;
mod support;
mod tampering;
mod wrapping;
mod xmlsec;
