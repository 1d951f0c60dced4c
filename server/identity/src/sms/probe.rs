//! Notes when a name was found, when a connection stood and what certificates were presented, from inside the HTTP client,
//! and tells its TLS what this request trusts. The client of SMS keeps no connections, so it connects within the task that
//! sends, and a task-local finds its way there.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::CertificateError;
use rustls::pki_types::CertificateDer;
use tokio::time::Instant;
use tower::{Layer, Service};

use super::phases::Phases;
use super::trusted::Trusted;

tokio::task_local! {
    static PROBE: Arc<Probe>;
}

#[derive(Debug)]
pub(super) struct Probe {
    begun: Instant,
    name: OnceLock<Duration>,
    connected: OnceLock<Duration>,
    trusted: Trusted,
    presented: OnceLock<Vec<CertificateDer<'static>>>,
    distrusted: OnceLock<CertificateError>,
}

impl Probe {
    /// For a request that trusts these certificates besides the system's.
    pub fn new(trusted: Trusted) -> Arc<Self> {
        Arc::new(Self {
            begun: Instant::now(),
            name: OnceLock::new(),
            connected: OnceLock::new(),
            trusted,
            presented: OnceLock::new(),
            distrusted: OnceLock::new(),
        })
    }

    /// Runs a request that this probe watches.
    pub async fn watch<F: Future>(self: Arc<Self>, request: F) -> F::Output {
        PROBE.scope(self, request).await
    }

    /// What was reached so far; head and end of the answer are the caller's to add.
    pub fn phases(&self) -> Phases {
        Phases {
            name: self.name.get().copied(),
            connected: self.connected.get().copied(),
            first_byte: None,
            done: None,
        }
    }

    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// What the server presented, its own certificate first; empty without TLS.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        self.presented.get().map(Vec::as_slice).unwrap_or_default()
    }

    /// What is wrong with the server's certificate.
    pub fn distrust(&self) -> Option<&CertificateError> {
        self.distrusted.get()
    }
}

pub(super) fn name_found() {
    let _ = PROBE.try_with(|probe| probe.name.set(probe.elapsed()));
}

pub(super) fn presented(chain: Vec<CertificateDer<'static>>) {
    let _ = PROBE.try_with(|probe| probe.presented.set(chain));
}

pub(super) fn distrusted(why: CertificateError) {
    let _ = PROBE.try_with(|probe| probe.distrusted.set(why));
}

/// What the request that connects trusts besides the system's authorities; `None` if that is nothing.
pub(super) fn trusted() -> Option<Trusted> {
    let trusted = PROBE.try_with(|probe| probe.trusted.clone()).ok();
    trusted.filter(|trusted| !trusted.is_empty())
}

/// Notes the end of connecting, TLS included.
#[derive(Clone, Debug)]
pub(super) struct NoteConnected;

impl<S> Layer<S> for NoteConnected {
    type Service = Noted<S>;

    fn layer(&self, inner: S) -> Noted<S> {
        Noted(inner)
    }
}

#[derive(Clone, Debug)]
pub(super) struct Noted<S>(S);

impl<S, R> Service<R> for Noted<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
    S::Response: Send,
    S::Error: Send,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            let connection = connecting.await?;
            let _ = PROBE.try_with(|probe| probe.connected.set(probe.elapsed()));
            Ok(connection)
        })
    }
}
