//! `GET /console/deliveries.csv`: what SMS Deliveries shows under the same filters, all of it, as a file.

use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::view::ListQuery;
use domain::view::delivery::{DeliveriesQuery, DeliveryRow};
use futures_util::stream::unfold;
use http::StatusCode;
use identity::deliveries::{self, Export};
use identity::exports::{List, begin, go_on};
use identity::{Actor, Error, Result, Services};
use serde::Deserialize;

use super::exports::{self, refused};
use crate::AppState;
use crate::http::{csv, pages};

const HEAD: [&str; 20] = [
    "id",
    "at",
    "identity_provider",
    "service_provider",
    "user",
    "number",
    "country",
    "purpose",
    "outcome",
    "reached",
    "http_status",
    "rule",
    "tries",
    "total_ms",
    "name_ms",
    "connected_ms",
    "first_byte_ms",
    "done_ms",
    "sms",
    "used_at",
];
/// The phases in the order of their columns, as views name them.
const PHASES: [&str; 4] = ["Name", "Connected", "First byte", "Done"];

/// The page's filters, under the names that they have in its address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    outcome: String,
    identity_provider: String,
    service_provider: String,
    country: String,
    used: String,
    from: String,
    to: String,
    dir: String,
}

impl Asked {
    fn filtered(&self) -> bool {
        let typed = [&self.q, &self.outcome, &self.identity_provider, &self.service_provider];
        let chosen = [&self.country, &self.used, &self.from, &self.to];
        typed.into_iter().chain(chosen).any(|typed| !typed.trim().is_empty())
    }
}

impl From<Asked> for DeliveriesQuery {
    fn from(asked: Asked) -> Self {
        Self {
            list: ListQuery {
                search: asked.q,
                dir: asked.dir,
                ..ListQuery::default()
            },
            outcome: asked.outcome,
            identity_provider: asked.identity_provider,
            service_provider: asked.service_provider,
            country: asked.country,
            used: asked.used,
            from: asked.from,
            to: asked.to,
        }
    }
}

pub async fn csv(State(state): State<AppState>, request: Request) -> Response {
    let Some(actor) = request.extensions().get::<Actor>().cloned() else {
        return Redirect::to("/console/login?next=/console/deliveries").into_response();
    };
    let headers = request.headers().clone();
    let refuse = |status, title, text| pages::respond(&state, &headers, status, title, text);
    let unreadable = "This range cannot be read. Choose it on the page SMS Deliveries, and export from there.";
    let Ok(asked) = Query::<Asked>::try_from_uri(request.uri()) else {
        return refuse(StatusCode::BAD_REQUEST, "Nothing exported", unreadable);
    };
    let filtered = asked.filtered();
    let begun = match deliveries::export(&state.services, &actor, &asked.0.into()) {
        Ok(export) => begin(&state.services, &actor, List::SmsDeliveries, filtered)
            .await
            .map(|()| export),
        Err(error) => Err(error),
    };
    match begun {
        Ok(export) => file(export, &state, actor),
        Err(Error::Invalid(_)) => refuse(StatusCode::BAD_REQUEST, "Nothing exported", unreadable),
        Err(error) => refused(&state, &request, &error),
    }
}

/// The next rows, for whoever may still have them.
async fn next(services: &Services, actor: &Actor, export: &mut Export) -> Result<Vec<DeliveryRow>> {
    go_on(services, actor, List::SmsDeliveries).await?;
    export.next().await
}

fn file(export: Export, state: &AppState, actor: Actor) -> Response {
    let begun = (export, state.services.clone(), actor, csv::line(HEAD));
    // The head first, then batch after batch, each read when the one before was taken.
    let rows = unfold(Some(begun), async |place| {
        let (mut export, services, actor, ready) = place?;
        if !ready.is_empty() {
            return Some((Ok(ready), Some((export, services, actor, String::new()))));
        }
        match next(&services, &actor, &mut export).await {
            Ok(rows) if rows.is_empty() => None,
            Ok(rows) => {
                let lines = rows.into_iter().map(line).collect();
                Some((Ok(lines), Some((export, services, actor, String::new()))))
            }
            Err(error) => {
                // The file ends in the middle of nothing: the client is told by a connection that breaks off.
                tracing::error!(error = %app::context::chain(&error), "an export broke off");
                Some((Err(error), None))
            }
        }
    });
    (exports::headers(state, "sms-deliveries"), Body::from_stream(rows)).into_response()
}

fn line(row: DeliveryRow) -> String {
    let number = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
    let phase = |name| {
        number(
            row.phases
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, millis)| *millis),
        )
    };
    let [name_ms, connected_ms, first_byte_ms, done_ms] = PHASES.map(phase);
    csv::line([
        row.id.to_string(),
        row.at,
        row.identity_provider,
        row.application,
        row.username.unwrap_or_default(),
        row.masked_number,
        row.country,
        row.purpose,
        row.outcome,
        row.phase,
        number(row.status.map(u64::from)),
        row.rule,
        row.attempts.to_string(),
        number(row.duration_millis),
        name_ms,
        connected_ms,
        first_byte_ms,
        done_ms,
        number(row.segments.map(u64::from)),
        row.used_at.unwrap_or_default(),
    ])
}
