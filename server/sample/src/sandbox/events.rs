//! The inbox's event stream (server-sent events).
//!
//! Owns the signal that something arrived. Refuses to carry the messages themselves: the page reads them, so there is one
//! place that renders and escapes them.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use futures_util::stream::unfold;

use crate::state::App;

pub(super) async fn stream(State(app): State<App>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let newest = app.inbox.subscribe();
    let events = unfold((app, newest), async |(app, mut newest)| {
        let id = tokio::select! {
            changed = newest.changed() => {
                changed.ok()?;
                *newest.borrow_and_update()
            }
            // A graceful stop waits for every open answer, and this one would never end.
            () = app.closed() => return None,
        };
        let event = Event::default().id(id.to_string()).data("arrived");
        Some((Ok(event), (app, newest)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
