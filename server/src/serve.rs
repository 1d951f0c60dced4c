//! Sockets: opened together before anything else, served together, closed together.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};
use identity::users::import;
use identity::{Services, cleanup};
use tokio::net::{TcpListener, lookup_host};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::cli::loopback_only;
use crate::config::Config;
use crate::{AppState, metrics, router, workers};

/// How long open requests may take after a signal.
const GRACE: Duration = Duration::from_secs(8);
const CLEANUP_EVERY: Duration = Duration::from_secs(300);
const IMPORT_EVERY: Duration = Duration::from_secs(2);

/// Every socket of one process.
#[derive(Debug)]
pub struct Listeners {
    server: Vec<TcpListener>,
    sample: Vec<TcpListener>,
    metrics: Vec<TcpListener>,
}

impl Listeners {
    /// # Errors
    /// One line that names the setting and the port that is taken.
    pub async fn bind(config: &Config, demo: bool) -> anyhow::Result<Self> {
        let server = bind("listen", &config.listen, demo).await?;
        let sample = if demo {
            bind("sample.listen", &config.sample.listen, true).await?
        } else {
            Vec::new()
        };
        let metrics = match &config.metrics_listen {
            Some(listen) => bind("metrics.listen", listen, demo).await?,
            None => Vec::new(),
        };
        Ok(Self {
            server,
            sample,
            metrics,
        })
    }
}

/// Listens on every address of a host name, so that `localhost` is reached by IPv4 and IPv6 alike.
async fn bind(key: &str, listen: &str, demo: bool) -> anyhow::Result<Vec<TcpListener>> {
    let addresses: Vec<SocketAddr> = lookup_host(listen)
        .await
        .with_context(|| format!("setting {key}: {listen} is no known address"))?
        .collect();
    if demo {
        loopback_only(&addresses, key)?;
    }
    let mut listeners = Vec::new();
    let mut last = None;
    for address in addresses {
        match TcpListener::bind(address).await {
            Ok(listener) => listeners.push(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                bail!(
                    "port {} is taken by another program ({address}, setting {key})",
                    address.port()
                )
            }
            // A machine without IPv6 still knows ::1 as localhost.
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) if listeners.is_empty() => {
            Err(error).with_context(|| format!("setting {key}: cannot listen on {listen}"))
        }
        _ => Ok(listeners),
    }
}

/// Serves until a signal comes, then lets open requests finish.
///
/// # Errors
/// What a socket reports.
pub async fn run(
    state: AppState,
    listeners: Listeners,
    config: &Config,
    demo: bool,
    ready: impl FnOnce(),
) -> anyhow::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let mut tasks = tokio::task::JoinSet::new();
    let app = router(state.clone());
    for worker in workers::start(listeners.server, &app, &stopped)? {
        tasks.spawn(async move { worker.await.map_err(std::io::Error::other)? });
    }
    for listener in listeners.metrics {
        tasks.spawn(workers::serve_one(
            listener,
            metrics::router(state.metrics.clone()),
            stopped.clone(),
        ));
    }
    if demo {
        let sample = sample_settings(config)?;
        for listener in listeners.sample {
            let mut stopped = stopped.clone();
            let shutdown = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            tasks.spawn(sample::serve(sample.clone(), listener, shutdown));
        }
    }
    let services = state.services.clone();
    let cleaner = tokio::spawn(async move {
        let mut every = tokio::time::interval(CLEANUP_EVERY);
        loop {
            every.tick().await;
            if let Err(error) = cleanup::run(&state.services).await {
                tracing::error!(error = %app::context::chain(&error), "old rows could not be cleaned up");
            }
        }
    });
    let importer = tokio::spawn(import_users(services));
    ready();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let ended = tokio::select! {
        _ = interrupt.recv() => None,
        _ = terminate.recv() => None,
        ended = tasks.join_next() => ended,
    };
    cleaner.abort();
    importer.abort();
    let _ = stop.send(true);
    if let Some(ended) = ended {
        ended??;
    }
    let _ = tokio::time::timeout(GRACE, async { while tasks.join_next().await.is_some() {} }).await;
    Ok(())
}

/// Works on what administrators import, one list of users after the other. One that this process leaves behind is taken up
/// by any other once it is not renewed.
async fn import_users(services: Services) {
    let mut every = tokio::time::interval(IMPORT_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(error) = import::work(&services).await {
            tracing::error!(error = %app::context::chain(&error), "an import of users stands still for a minute");
        }
    }
}

fn sample_settings(config: &Config) -> anyhow::Result<sample::Settings> {
    Ok(sample::Settings {
        listen: lookup_first(&config.sample.listen)?,
        public_url: config.sample.public_url.clone(),
        issuer: config.sample.issuer.clone(),
        idp_metadata_url: config.identity.entity_id().parse()?,
        idp_console_url: config.identity.at("/console").parse()?,
    })
}

fn lookup_first(listen: &str) -> anyhow::Result<SocketAddr> {
    use std::net::ToSocketAddrs;
    listen
        .to_socket_addrs()?
        .next()
        .with_context(|| format!("{listen} is no known address"))
}
