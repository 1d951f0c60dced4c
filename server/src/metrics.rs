//! What a monitoring system may count, in the Prometheus text format: requests, their outcome and their time.
//!
//! Served on a listener of its own, by default on loopback only. Holds no name, address or path of anybody.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Upper bounds in seconds; an SMS that is sent within the request takes up to ten.
const BOUNDS: [f64; 9] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    /// `2xx`, `3xx`, `4xx`, `5xx`.
    class: &'static str,
}

/// The process's counters.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Outcome, Counter>,
    seconds: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let seconds = Histogram::new(BOUNDS);
        let mut registry = Registry::with_prefix("gatehouse");
        registry.register(
            "http_requests",
            "Requests answered, by class of status",
            requests.clone(),
        );
        registry.register_with_unit(
            "http_request",
            "Time to the answer's head",
            Unit::Seconds,
            seconds.clone(),
        );
        Self {
            registry: Arc::new(registry),
            requests,
            seconds,
        }
    }
}

impl Metrics {
    /// Counts one answered request.
    pub fn count(&self, status: StatusCode, took: Duration) {
        let class = match status.as_u16() {
            500.. => "5xx",
            400.. => "4xx",
            300.. => "3xx",
            _ => "2xx",
        };
        self.requests.get_or_create(&Outcome { class }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// `GET /metrics`
pub fn router(metrics: Metrics) -> Router {
    Router::new().route("/metrics", get(show)).with_state(metrics)
}

async fn show(State(metrics): State<Metrics>) -> Response {
    match metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_class_and_time() {
        let metrics = Metrics::default();
        metrics.count(StatusCode::OK, Duration::from_millis(3));
        metrics.count(StatusCode::SEE_OTHER, Duration::from_millis(30));
        metrics.count(StatusCode::NOT_FOUND, Duration::from_secs(3));
        metrics.count(StatusCode::NOT_FOUND, Duration::from_secs(3));
        let text = metrics.text().unwrap();
        for line in [
            "gatehouse_http_requests_total{class=\"2xx\"} 1",
            "gatehouse_http_requests_total{class=\"4xx\"} 2",
            "gatehouse_http_request_seconds_bucket{le=\"0.005\"} 1",
            "gatehouse_http_request_seconds_count 4",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
    }
}
