//! Threads that serve: one for each core, each with a runtime of its own.
//!
//! A request stays on the thread that took its connection. On a runtime that all threads share, each answer of the store
//! wakes a second thread that looks for work and finds none, which costs more than reading the row (`docs/adr/0005`).
//! What takes long runs elsewhere all the same: hashes, keys and big documents on threads for blocking work.

use std::io;
use std::net::SocketAddr;
use std::thread;

use axum::Router;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

/// Begins to serve `app` on every one of `listeners`, until `stopped` says so. A worker that ends, ends in its receiver.
///
/// # Errors
/// Where a thread or a socket is not to be had.
pub fn start(
    listeners: Vec<TcpListener>,
    app: &Router,
    stopped: &watch::Receiver<bool>,
) -> io::Result<Vec<oneshot::Receiver<io::Result<()>>>> {
    let listeners: Vec<std::net::TcpListener> = listeners
        .into_iter()
        .map(TcpListener::into_std)
        .collect::<io::Result<_>>()?;
    let count = thread::available_parallelism().map_or(1, usize::from);
    (0..count)
        .map(|number| {
            let sockets = listeners
                .iter()
                .map(std::net::TcpListener::try_clone)
                .collect::<io::Result<Vec<_>>>()?;
            let (app, stopped) = (app.clone(), stopped.clone());
            let (end, ended) = oneshot::channel();
            thread::Builder::new().name(format!("http-{number}")).spawn(move || {
                let runtime = Builder::new_current_thread().enable_all().build();
                let runtime = match runtime {
                    Ok(runtime) => runtime,
                    Err(error) => return drop(end.send(Err(error))),
                };
                let mut all = stopped.clone();
                let result = runtime.block_on(serve(sockets, app, stopped));
                // Nobody listens any more once the grace for open requests is over.
                let _ = end.send(result);
                // Another worker may hold a connection of the store that is read here: until all are done, this goes on.
                runtime.block_on(async { while all.changed().await.is_ok() {} });
            })?;
            Ok(ended)
        })
        .collect()
}

/// All sockets on this thread.
async fn serve(sockets: Vec<std::net::TcpListener>, app: Router, stopped: watch::Receiver<bool>) -> io::Result<()> {
    let mut tasks = JoinSet::new();
    for socket in sockets {
        tasks.spawn(serve_one(TcpListener::from_std(socket)?, app.clone(), stopped.clone()));
    }
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(io::Error::other)??;
    }
    Ok(())
}

/// Serves one socket until it is told to stop, and open requests to their end.
///
/// # Errors
/// What the socket reports.
pub async fn serve_one(listener: TcpListener, app: Router, mut stopped: watch::Receiver<bool>) -> io::Result<()> {
    let shutdown = async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(shutdown)
        .await
}
