//! The HTTP-Redirect binding: a query as it stands in the request line, or XML that is put into one.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| saml_fuzz::redirect(data));
