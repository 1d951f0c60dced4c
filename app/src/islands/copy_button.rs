//! *Copy* beside a value. Disabled until it works, and not shown where no scripts run.

use leptos::prelude::*;

/// A button that copies `value`. `label` is its accessible name: *Copy entity ID*.
#[island]
pub fn CopyButton(value: String, label: String) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    super::dom::soon(listen);
    view! {
        <button type="button" class="btn quiet small needs-script" disabled=true data-copy=value aria-label=label>"Copy"</button>
    }
}

/// The first of these islands finds all their buttons; the later ones find none that still sleeps.
#[cfg(feature = "hydrate")]
fn listen() {
    use super::dom;
    dom::each("button[data-copy][disabled]", |button| {
        dom::enable(&button);
        let target = button.clone();
        dom::on(&target, "click", move |_| {
            let (Some(window), Some(value)) = (web_sys::window(), button.get_attribute("data-copy")) else {
                return;
            };
            let _ = window.navigator().clipboard().write_text(&value);
            button.set_text_content(Some("Copied"));
        });
    });
}
