//! The SOAP binding: an envelope, or XML that is put into one.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| saml_fuzz::soap(data));
