//! The HTTP-POST binding: a form as it is posted, or XML that is put into one, or a signed message with changes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| saml_fuzz::post(data));
