//! Metadata of service providers and identity providers, single and in aggregates.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| saml_fuzz::metadata(data));
