//! The HTTP edge of Gatehouse and its command line. Decides nothing: rules are in `identity`, pages in `app`.

pub mod assets;
pub mod cli;
pub mod config;
pub mod http;
pub mod metrics;
pub mod routes;
pub mod serve;
pub mod state;
pub mod telemetry;
pub mod workers;

use app::routes::App;
use app::shell;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

pub use state::AppState;

/// Everything the server answers, without a socket: tests call it as it is.
pub fn router(state: AppState) -> Router {
    let context = {
        let state = state.clone();
        move || {
            provide_context(state.services.clone());
            provide_context(state.assets.clone());
        }
    };
    let document = {
        let options = state.leptos_options.clone();
        move || shell::document(options.clone())
    };
    let routes = Router::new()
        .leptos_routes_with_context(&state, generate_route_list(App), context, document)
        .layer(from_fn(http::scriptless::cut))
        .merge(routes::router())
        .fallback(http::pages::not_found)
        .with_state(state.clone());
    // Around the router as a whole, from the outside in. Layers of a router are laid around each of its routes, and a
    // request copies every layer's own box and all within it as often as it passes one.
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), http::log::requests))
        .layer(CatchPanicLayer::custom(http::pages::panicked))
        .layer(from_fn_with_state(state.clone(), http::headers::add))
        .layer(from_fn_with_state(state.clone(), http::body::limit))
        .layer(from_fn_with_state(state.clone(), http::heads))
        .layer(from_fn_with_state(state.clone(), http::nul::refuse))
        .layer(from_fn_with_state(state.clone(), http::session::attach))
        .layer(from_fn_with_state(state, http::pages::error_pages));
    Router::new().fallback_service(layers.service(routes))
}
