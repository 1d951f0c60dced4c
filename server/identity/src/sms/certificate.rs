//! The server's certificate in one line, for whoever tests a provider.

use x509_parser::prelude::{FromDer, X509Certificate};

/// `sms.example.com, issued by R11, valid until 2027-01-31`; `None` for bytes that are no certificate.
pub(super) fn describe(der: &[u8]) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let subject = common_name(certificate.subject())?;
    let issuer = common_name(certificate.issuer())?;
    let end = chrono::DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0)?;
    Some(format!(
        "{subject}, issued by {issuer}, valid until {}",
        end.format("%Y-%m-%d")
    ))
}

fn common_name(name: &x509_parser::x509::X509Name<'_>) -> Option<String> {
    let first = name
        .iter_common_name()
        .next()
        .and_then(|name| name.as_str().ok())
        .map(str::to_owned);
    first.or_else(|| Some(name.to_string()).filter(|text| !text.is_empty()))
}
