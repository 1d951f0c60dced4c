//! Certificates on a real handshake: who is trusted, why not, and what is shown of the chain.

use std::sync::Arc;

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::certificate::Distrust;
use super::failure::FailureKind;
use super::http::HttpTransport;
use super::http_tests::{SHORT, loopback, request};
use super::transport::{Answer, SendFailure, SmsTransport};
use super::trusted::Trusted;

/// A certificate authority of one provider.
struct Authority {
    pem: String,
    der: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "Provider Root");
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Authority {
        pem: certificate.pem(),
        der: certificate.der().clone(),
        issuer: Issuer::new(params, key),
    }
}

/// A server's certificate for `name`, valid from one year to another.
fn leaf(authority: &Authority, name: &str, (from, until): (i32, i32)) -> (Certificate, KeyPair) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.distinguished_name.push(DnType::CommonName, "sms gateway");
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, &authority.issuer).unwrap(), key)
}

/// Serves TLS connections one after the other with this chain, and answers each with 200. The task gives how many spoke.
async fn serve(chain: Vec<CertificateDer<'static>>, key: &KeyPair, connections: usize) -> (u16, JoinHandle<usize>) {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let task = tokio::spawn(async move {
        let mut spoke = 0;
        for _ in 0..connections {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let mut buffer = [0; 4096];
            if stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                spoke += 1;
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                    .await;
                let _ = stream.shutdown().await;
            }
        }
        spoke
    });
    (port, task)
}

async fn send(host: &str, port: u16, trusted: &str) -> Result<Answer, SendFailure> {
    let transport = HttpTransport::with_limits(&loopback(), SHORT).unwrap();
    let transport = transport.trusting(&Trusted::parse(trusted).unwrap()).unwrap();
    let settings = ::sms::Settings {
        method: ::sms::Method::Get,
        ..Default::default()
    };
    transport
        .send(&request(&format!("https://{host}:{port}/?key=s3cret"), settings))
        .await
}

fn refused(result: Result<Answer, SendFailure>, why: Distrust, detail: &str) -> SendFailure {
    let failure = result.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Certificate(why), "{failure:?}");
    assert!(failure.detail.contains(detail), "{failure:?}");
    assert!(!failure.kind.may_have_left() && failure.kind.phase() == "tls");
    assert!(!format!("{failure:?}").contains("s3cret"));
    failure
}

#[tokio::test]
async fn an_issuer_is_trusted_where_it_is_named_and_nowhere_else() {
    let own = authority();
    let (leaf, key) = leaf(&own, "localhost", (2020, 2040));
    let (port, server) = serve(vec![leaf.der().clone(), own.der.clone()], &key, 3).await;
    let answer = send("localhost", port, &own.pem).await.unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.certificates,
        [
            "sms gateway, issued by Provider Root, valid until 2040-01-01",
            "Provider Root, issued by Provider Root, valid until 4096-01-01"
        ]
    );
    let failure = refused(
        send("localhost", port, "").await,
        Distrust::UnknownIssuer,
        "issued by Provider Root",
    );
    assert_eq!(
        failure.certificates, answer.certificates,
        "the chain is shown on failure too"
    );
    let other = authority();
    refused(send("localhost", port, &other.pem).await, Distrust::UnknownIssuer, "");
    assert_eq!(server.await.unwrap(), 1, "nothing was sent without trust");
}

#[tokio::test]
async fn a_trusted_issuer_makes_up_for_neither_age_nor_name() {
    let own = authority();
    for (name, years, why, detail) in [
        ("localhost", (2020, 2024), Distrust::Expired, "valid until 2024-01-01"),
        (
            "localhost",
            (2039, 2040),
            Distrust::NotYetValid,
            "valid from 2039-01-01",
        ),
        (
            "sms.example",
            (2020, 2040),
            Distrust::WrongName,
            "certificate for sms.example",
        ),
    ] {
        let (leaf, key) = leaf(&own, name, years);
        let (port, server) = serve(vec![leaf.der().clone()], &key, 1).await;
        refused(send("localhost", port, &own.pem).await, why, detail);
        assert_eq!(server.await.unwrap(), 0, "nothing was sent");
    }
}

#[tokio::test]
async fn a_certificate_is_trusted_by_itself_also_one_marked_as_an_authority() {
    for is_ca in [
        IsCa::NoCa,
        IsCa::ExplicitNoCa,
        IsCa::Ca(BasicConstraints::Unconstrained),
    ] {
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.is_ca = is_ca;
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let (port, server) = serve(vec![certificate.der().clone()], &key, 3).await;
        let answer = send("localhost", port, &certificate.pem()).await;
        assert_eq!(answer.unwrap().status, 200, "{is_ca:?}");
        let address = send("127.0.0.1", port, &certificate.pem()).await;
        refused(address, Distrust::WrongName, "certificate for localhost");
        refused(send("localhost", port, "").await, Distrust::UnknownIssuer, "issued by");
        assert_eq!(server.await.unwrap(), 1);
    }
}

#[tokio::test]
async fn an_expired_issuer_is_not_used() {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_after = date_time_ymd(2024, 1, 1);
    let pem = params.self_signed(&key).unwrap().pem();
    let expired = Authority {
        der: params.self_signed(&key).unwrap().der().clone(),
        pem,
        issuer: Issuer::new(params, key),
    };
    let (leaf, key) = leaf(&expired, "localhost", (2020, 2040));
    let (port, _server) = serve(vec![leaf.der().clone()], &key, 1).await;
    refused(send("localhost", port, &expired.pem).await, Distrust::UnknownIssuer, "");
}
