//! The real transport: one HTTP/1.1 client with product limits, an address check on every connection, and no memory of
//! connections, so that each request's phases are its own and no request dies on a connection that was closed idle.
//!
//! Refuses redirects (the key would go along), proxies of the environment, and answers without end.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;
use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Client, Method, Proxy, Response, Url, redirect};
use rustls::ClientConfig;
use url::Host;

use super::failure::{FailureKind, classify};
use super::probe::{NoteConnected, Probe};
use super::resolver::CheckedResolver;
use super::transport::{Answer, Cut, Document, SendFailure, SmsTransport};
use super::trusted::Trusted;
use super::{address, certificate, tls};
use crate::settings::Outbound;
use crate::{Error, Result};

/// Time limits of one try.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Name, TCP and TLS together.
    pub connect: Duration,
    /// From the beginning to the end of the answer.
    pub total: Duration,
}

impl Limits {
    /// What product.md promises.
    pub const PRODUCT: Self = Self {
        connect: Duration::from_secs(3),
        total: Duration::from_secs(10),
    };
}

/// The most of an SMS provider's answer that is read, in bytes.
const BODY_LIMIT: usize = 64 * 1024;
/// The most headers an answer may have; the client's buffer bounds their size (about 400 KiB).
const HEADER_LIMIT: usize = 100;

/// Sends requests out into the world.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    outbound: Outbound,
    limits: Limits,
    /// Connects to permitted addresses only.
    checked: Client,
    /// For a host and port that `outbound.allow` names.
    named: Client,
    trusted: Trusted,
}

impl HttpTransport {
    /// # Errors
    /// `Internal`, if TLS cannot be set up: the system has no certificate authorities, for one.
    pub fn new(outbound: &Outbound) -> Result<Self> {
        Self::with_limits(outbound, Limits::PRODUCT)
    }

    /// As [`HttpTransport::new`], with other time limits: for tests, which cannot wait ten seconds each.
    ///
    /// # Errors
    /// As [`HttpTransport::new`].
    pub fn with_limits(outbound: &Outbound, limits: Limits) -> Result<Self> {
        let tls = tls::config()?;
        Ok(Self {
            outbound: outbound.clone(),
            limits,
            // Through a proxy it is the proxy that connects, and the proxy's own address that is resolved here.
            checked: client(outbound, limits, tls.clone(), outbound.proxy.is_none())?,
            named: client(outbound, limits, tls, false)?,
            trusted: Trusted::default(),
        })
    }

    /// Sends the request and waits for the answer's head.
    async fn exchange(&self, request: &::sms::HttpRequest) -> Result<(Response, Arc<Probe>), SendFailure> {
        let probe = Probe::new(self.trusted.clone());
        let (client, built) = self.prepare(request)?;
        let https = built.url().scheme() == "https";
        let sent = probe.clone().watch(client.execute(built)).await;
        let response = sent.map_err(|error| classify(&error, &probe, https))?;
        Ok((response, probe))
    }

    async fn get(&self, request: &::sms::HttpRequest, limit: usize) -> Result<Document, SendFailure> {
        let (response, _) = self.exchange(request).await?;
        let location = response.headers().get(LOCATION);
        let location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let status = response.status().as_u16();
        let (body, cut) = body(response, limit).await;
        Ok(Document {
            status,
            location,
            body,
            cut,
        })
    }

    async fn run(&self, request: &::sms::HttpRequest) -> Result<Answer, SendFailure> {
        let (response, probe) = self.exchange(request).await?;
        let mut phases = probe.phases();
        phases.first_byte = Some(probe.elapsed());
        let mut answer = Answer::new(response.status().as_u16(), "");
        answer.retry_after = retry_after(response.headers());
        answer.certificates = certificate::lines(probe.chain());
        let (bytes, cut) = body(response, BODY_LIMIT).await;
        answer.body = String::from_utf8_lossy(&bytes).into_owned();
        answer.cut = cut;
        phases.done = Some(probe.elapsed());
        answer.phases = phases;
        Ok(answer)
    }

    fn prepare(&self, request: &::sms::HttpRequest) -> Result<(&Client, reqwest::Request), SendFailure> {
        let bad = |detail: &str| SendFailure {
            detail: detail.to_owned(),
            ..SendFailure::new(FailureKind::BadRequest)
        };
        let url: Url = request.url().parse().map_err(|_| bad("The URL does not parse."))?;
        let port = url.port_or_known_default().unwrap_or_default();
        let named = url
            .host_str()
            .is_some_and(|host| address::is_named(&self.outbound, host, port));
        // A literal address never reaches the resolver. The URL parser has read it, so 127.1, 0x7f000001, 2130706433 and
        // 127.0.0.1 are one here (WHATWG URL, IPv4 parser).
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if literal.is_some_and(|literal| !named && !address::may_connect(&self.outbound, literal)) {
            return Err(SendFailure::new(FailureKind::AddressRefused));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| bad("A header's name is refused."))?;
            let mut value = HeaderValue::from_str(value).map_err(|_| bad("A header's value is refused."))?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        let method = match request.method {
            ::sms::Method::Get => Method::GET,
            ::sms::Method::Post => Method::POST,
            ::sms::Method::Put => Method::PUT,
        };
        let client = if named { &self.named } else { &self.checked };
        let mut builder = client.request(method, url).headers(headers).timeout(self.limits.total);
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let built = builder.build().map_err(|_| bad("The HTTP client does not take it."))?;
        Ok((client, built))
    }
}

impl SmsTransport for HttpTransport {
    fn send<'a>(
        &'a self,
        request: &'a ::sms::HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, SendFailure>> + Send + 'a>> {
        Box::pin(self.run(request))
    }

    fn fetch<'a>(
        &'a self,
        request: &'a ::sms::HttpRequest,
        limit: usize,
    ) -> Pin<Box<dyn Future<Output = Result<Document, SendFailure>> + Send + 'a>> {
        Box::pin(self.get(request, limit))
    }

    fn trusting(&self, trusted: &Trusted) -> Option<Arc<dyn SmsTransport>> {
        Some(Arc::new(Self {
            trusted: trusted.clone(),
            ..self.clone()
        }))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the outbound client, which checks the address it connects to"
)]
fn client(outbound: &Outbound, limits: Limits, tls: ClientConfig, checked: bool) -> Result<Client> {
    let mut builder = Client::builder()
        .http1_only()
        // Names are sent as they are typed but for their case, which HTTP does not regard.
        .http1_title_case_headers()
        .http1_max_headers(HEADER_LIMIT)
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .pool_max_idle_per_host(0)
        .connect_timeout(limits.connect)
        .timeout(limits.total)
        .tls_backend_preconfigured(tls)
        .dns_resolver(CheckedResolver {
            outbound: outbound.clone(),
            checked,
        })
        .connector_layer(NoteConnected);
    if let Some(proxy) = &outbound.proxy {
        builder = builder.proxy(Proxy::all(proxy.as_str()).map_err(|error| Error::internal(error.without_url()))?);
    }
    builder.build().map_err(|error| Error::internal(error.without_url()))
}

/// Reads the body up to the limit. What is missing matters only to a rule on the body.
async fn body(mut response: Response, limit: usize) -> (Vec<u8>, Option<Cut>) {
    let mut bytes = Vec::new();
    let cut = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = limit - bytes.len();
                bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    break Some(Cut::TooLarge);
                }
            }
            Ok(None) => break None,
            Err(error) if error.is_timeout() => break Some(Cut::TimedOut),
            Err(_) => break Some(Cut::ClosedEarly),
        }
    };
    (bytes, cut)
}

/// Seconds, or a date: that counts from the answer's own, so that the two clocks need not agree.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let until = DateTime::parse_from_rfc2822(text).ok()?;
    let sent = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?.trim()).ok()?;
    (until - sent).to_std().ok()
}
