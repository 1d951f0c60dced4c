//! The acceptor of service providers: a response, or one that was good with changes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| saml_fuzz::response(data));
