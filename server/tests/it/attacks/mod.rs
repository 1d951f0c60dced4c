//! The attacks known against SAML, against `/samlsso` as an attacker reaches it: through the router, on both stores.
//!
//! Each test is named after its number in `docs/security.md` and proves first that the message it is about to spoil is
//! accepted. What is attacked are the AuthnRequest and the LogoutRequest of a service provider with *Enable Signature
//! Validation* and a certificate, signed in their XML by POST and in the query by Redirect. The same attacks on
//! responses are the business of the crate `saml` and of the sample. T17, T23, T24 and T29 have nothing to attack here;
//! T27 is in `logout`.

mod consumer;
mod fuzz_corpus;
mod limits;
mod missing;
mod parser;
mod pieces;
mod redirect;
mod relay_state;
mod replay;
mod signature_parts;
mod steps;
mod support;
mod tampering;
mod times;
mod wrapping;
