//! What all handlers share.
//!
//! Owns the one shared value: settings, clock, the inbox, and the service provider's memory. Refuses persistence: a
//! restart forgets everything, as the pages say.

use std::ops::Deref;
use std::sync::Arc;

use saml::keys::KeyPair;
use tokio::sync::watch;

use crate::Settings;
use crate::clock::Clock;
use crate::sandbox::Inbox;
use crate::sp::ServiceProvider;

/// The sample's state. Cloning shares it.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) inbox: Inbox,
    pub(crate) sp: ServiceProvider,
    closing: watch::Sender<bool>,
}

impl App {
    pub(crate) fn new(settings: Settings, clock: Clock, key: Option<KeyPair>) -> Self {
        let sp = ServiceProvider::new(&settings, key);
        Self(Arc::new(Inner {
            settings,
            clock,
            inbox: Inbox::new(),
            sp,
            closing: watch::Sender::new(false),
        }))
    }

    /// Tells everything that waits (event streams, slow answers) to finish: a graceful stop waits for them.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Returns when [`App::close`] has been called.
    pub(crate) async fn closed(&self) {
        let mut closing = self.closing.subscribe();
        // An error would mean that the sender is gone, and it lives in `self`.
        let _ = closing.wait_for(|closing| *closing).await;
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
