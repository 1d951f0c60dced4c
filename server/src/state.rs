//! What every route gets.

use std::ops::Deref;
use std::sync::Arc;

use app::context::Assets;
use axum::extract::FromRef;
use identity::Services;
use ipnet::IpNet;
use leptos::config::LeptosOptions;

use crate::metrics::Metrics;

/// A handle: each layer of the router holds one, and each request clones them all.
#[derive(Clone, Debug)]
pub struct AppState(Arc<Parts>);

/// What [`AppState`] gives access to.
#[derive(Debug)]
pub struct Parts {
    pub services: Services,
    pub leptos_options: LeptosOptions,
    pub assets: Assets,
    /// Peers whose `X-Forwarded-For` counts.
    pub trusted_proxies: Arc<[IpNet]>,
    pub metrics: Metrics,
}

impl AppState {
    #[must_use]
    pub fn new(services: Services, trusted_proxies: Vec<IpNet>) -> Self {
        let base = crate::assets::base().to_owned();
        let leptos_options = LeptosOptions::builder()
            .output_name("gatehouse")
            .site_pkg_dir(base.clone())
            .build();
        Self(Arc::new(Parts {
            services,
            leptos_options,
            assets: Assets { base },
            trusted_proxies: trusted_proxies.into(),
            metrics: Metrics::default(),
        }))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos_options.clone()
    }
}

impl FromRef<AppState> for Services {
    fn from_ref(state: &AppState) -> Self {
        state.services.clone()
    }
}
