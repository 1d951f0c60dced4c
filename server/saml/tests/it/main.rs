//! The crate from outside: round trips, an independent verifier, and the attacks known against SAML.

mod building;
mod canonical;
mod checks;
mod elliptic;
mod inbound;
mod issued;
mod limits;
mod metadata;
mod metadata_import;
mod mutation;
mod pages;
mod redirect_signature;
mod schema;
mod specs;
mod support;
mod tampering;
mod wrapping;
mod xmlsec;
