//! TLS of the way out: the system's certificate authorities, for one provider its *Trusted certificates* as well, and a
//! note of what the server presented, whether it is trusted or not.
//!
//! Refuses to resume sessions: one that was verified against one provider's certificates must not serve another, and a
//! resumed one presents no certificate to show.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::probe;
use crate::{Error, Result};

/// # Errors
/// `Internal`, if the system has no certificate authorities.
pub(super) fn config() -> Result<ClientConfig> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Recording {
        system: Verifier::new(provider.clone()).map_err(Error::internal)?,
        provider: provider.clone(),
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Notes in the probe of the request that connects what was presented and what is wrong with it.
#[derive(Debug)]
struct Recording {
    system: Verifier,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Recording {
    fn verify_server_cert(
        &self,
        server: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let chain = [server].into_iter().chain(others);
        probe::presented(chain.map(|der| der.clone().into_owned()).collect());
        let algorithms = &self.provider.signature_verification_algorithms;
        let own = probe::trusted().map(|trusted| trusted.verify(server, others, name, now, algorithms));
        let refused = match own {
            Some(Ok(())) => return Ok(ServerCertVerified::assertion()),
            Some(Err(error)) => Some(error),
            None => None,
        };
        let by_system = self.system.verify_server_cert(server, others, name, ocsp, now);
        by_system.map_err(|error| {
            // Of two refusals the one that says more: not being known to the system is no news where another is trusted.
            let error = refused.filter(|_| is_unknown(&error)).unwrap_or(error);
            if let rustls::Error::InvalidCertificate(why) = &error {
                probe::distrusted(why.clone());
            }
            error
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}

/// A self-signed authority as a server's certificate is unknown as well, and refused for what it is.
fn is_unknown(error: &rustls::Error) -> bool {
    matches!(
        error,
        rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::Other(_))
    )
}
