//! What every route gets.

use std::sync::Arc;

use app::context::Assets;
use axum::extract::FromRef;
use identity::Services;
use ipnet::IpNet;
use leptos::config::LeptosOptions;

use crate::metrics::Metrics;

#[derive(Clone, Debug)]
pub struct AppState {
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
        Self {
            services,
            leptos_options,
            assets: Assets { base },
            trusted_proxies: trusted_proxies.into(),
            metrics: Metrics::default(),
        }
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
