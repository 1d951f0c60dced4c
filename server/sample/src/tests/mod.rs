//! Tests through the router, as a browser or an SMS sender sees the sample.
//!
//! Owns the harness: a sample whose clock the test moves, a browser with a cookie jar, and a fake identity provider.

mod attacks;
mod browser;
mod fake_idp;
mod idp_metadata;
mod logout;
mod pages;
mod probe;
mod rejections;
mod sandbox;
mod sandbox_inbox;
mod sandbox_vendors;
mod serve;
mod sign_in;
mod slo;

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use saml::keys::KeyPair;

use crate::Settings;
use crate::clock::Clock;
use crate::state::App;
use browser::Browser;

/// A clock that stands still until a test moves it.
#[derive(Clone)]
struct TestClock(Arc<Mutex<DateTime<Utc>>>);

impl TestClock {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Clock::system().now())))
    }

    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn advance(&self, by: TimeDelta) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

/// A running sample, without a socket.
struct Sample {
    app: App,
    router: Router,
    clock: TestClock,
}

impl Sample {
    /// A sample whose identity provider's metadata is at `metadata`.
    fn start(metadata: &str) -> Self {
        let clock = TestClock::new();
        let time = clock.clone();
        let settings = Settings {
            listen: "127.0.0.1:8080".parse().unwrap(),
            public_url: "http://localhost:8080".parse().unwrap(),
            issuer: "travelocity.com".into(),
            idp_metadata_url: metadata.parse().unwrap(),
            idp_console_url: "http://localhost:9763/console".parse().unwrap(),
        };
        // One key for all tests: making one takes longer than most of them.
        static KEY: LazyLock<KeyPair> = LazyLock::new(|| crate::sp::generate_key(Clock::system().now()).unwrap());
        let app = App::new(settings, Clock::from_fn(move || time.now()), Some(KEY.clone()));
        let router = crate::routes(app.clone());
        Self { app, router, clock }
    }

    /// One whose identity provider is never there: the discard port refuses connections.
    fn alone() -> Self {
        Self::start("http://127.0.0.1:9/metadata")
    }

    /// A new browser at the public address.
    fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), "localhost:8080")
    }

    /// A new browser at another name of the sample.
    fn browser_at(&self, host: &'static str) -> Browser {
        Browser::new(self.router.clone(), host)
    }
}
