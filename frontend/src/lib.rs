//! What the browser loads: the islands of `app`, each made live where the server has rendered it.

extern crate app;

/// Called by the loader once the WebAssembly is there; the loader then goes through the islands.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
    app::islands::mark_hydrated();
}
