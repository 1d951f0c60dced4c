//! Certificates in words, for whoever tests a provider: each of a chain in one line, and why one is not trusted.

use rustls::CertificateError;
use rustls::pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// The most of a name that is shown, in characters: whoever presents a certificate chooses what stands in it.
const NAME_MAX: usize = 80;
/// The most certificates of a chain that are shown, and names of one.
const SHOWN: usize = 8;

/// Why a server's certificate is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    Expired,
    NotYetValid,
    /// Neither the system nor *Trusted certificates* knows who issued it.
    UnknownIssuer,
    /// It is for another host.
    WrongName,
    /// Malformed, of a kind that is not for servers, or signed with what is not supported.
    Unusable,
}

impl Distrust {
    pub(super) fn of(error: &CertificateError, chain: &[CertificateDer<'static>]) -> Self {
        match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::NotYetValid,
            // A bad signature: one of that name is trusted, and it is not the one that signed.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::UnknownIssuer,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Self::WrongName,
            // One that vouches for itself as an authority cannot be built a chain from; trusted by itself it would do.
            CertificateError::Other(_) if chain.first().is_some_and(|server| vouches_for_itself(server)) => {
                Self::UnknownIssuer
            }
            _ => Self::Unusable,
        }
    }

    /// What the administrator should know and do.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Expired => {
                "The provider's certificate has expired, so nothing was sent. The provider has to renew it."
            }
            Self::NotYetValid => {
                "The provider's certificate is not valid yet, so nothing was sent. Check the clock of this server."
            }
            Self::UnknownIssuer => {
                "Nobody whom this system trusts has issued the provider's certificate, so nothing was sent. If it is the provider's own, put the certificate of its issuer into Trusted certificates."
            }
            Self::WrongName => {
                "The provider's certificate is for another host, so nothing was sent. Check the host in SMS URL."
            }
            Self::Unusable => {
                "The provider's certificate is not one that servers can be known by, so nothing was sent."
            }
        }
    }

    /// What of the certificate it is, for the rule that decided.
    pub(super) fn detail(self, chain: &[CertificateDer<'static>]) -> Option<String> {
        let (_, server) = X509Certificate::from_der(chain.first()?).ok()?;
        let day = |time: x509_parser::time::ASN1Time| {
            chrono::DateTime::from_timestamp(time.timestamp(), 0).map(|time| time.format("%Y-%m-%d").to_string())
        };
        match self {
            Self::Expired => Some(format!("certificate valid until {}", day(server.validity().not_after)?)),
            Self::NotYetValid => Some(format!("certificate valid from {}", day(server.validity().not_before)?)),
            Self::UnknownIssuer => {
                let (_, last) = X509Certificate::from_der(chain.last()?).ok()?;
                Some(format!("certificate issued by {}", name(last.issuer())?))
            }
            Self::WrongName => Some(match names(&server).as_slice() {
                [] => "certificate without a host's name".to_owned(),
                names => format!("certificate for {}", names.join(", ")),
            }),
            Self::Unusable => None,
        }
    }
}

fn vouches_for_itself(der: &[u8]) -> bool {
    X509Certificate::from_der(der).is_ok_and(|(_, certificate)| certificate.subject() == certificate.issuer())
}

/// Every certificate of a chain in a line, the server's own first.
pub(super) fn lines(chain: &[CertificateDer<'static>]) -> Vec<String> {
    chain.iter().take(SHOWN).filter_map(|der| describe(der)).collect()
}

/// `sms.example.com, issued by R11, valid until 2027-01-31`; `None` for bytes that are no certificate.
pub(super) fn describe(der: &[u8]) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let subject = name(certificate.subject()).or_else(|| names(&certificate).into_iter().next());
    let subject = subject.unwrap_or_else(|| "no name".to_owned());
    let issuer = name(certificate.issuer()).unwrap_or_else(|| "no name".to_owned());
    let end = chrono::DateTime::from_timestamp(certificate.validity().not_after.timestamp(), 0)?;
    Some(format!(
        "{subject}, issued by {issuer}, valid until {}",
        end.format("%Y-%m-%d")
    ))
}

/// The common name, or else the whole name.
fn name(name: &x509_parser::x509::X509Name<'_>) -> Option<String> {
    let common = name.iter_common_name().next().and_then(|name| name.as_str().ok());
    let text = common.map_or_else(|| name.to_string(), str::to_owned);
    Some(plain(&text)).filter(|text| !text.is_empty())
}

/// The hosts it is for (RFC 6125 section 4.1: the common name is none of them).
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternatives)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let names = alternatives.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(plain(name)),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes)
                .ok()
                .map(|v4| std::net::Ipv4Addr::from(v4).to_string()),
            _ => <[u8; 16]>::try_from(*bytes)
                .ok()
                .map(|v6| std::net::Ipv6Addr::from(v6).to_string()),
        },
        _ => None,
    });
    names.take(SHOWN).collect()
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect()
}
