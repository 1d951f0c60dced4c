//! Says how many changes of a form are not saved, and asks before they are left behind.

use leptos::prelude::*;

/// Watches the form with this id. `draft`: the page was opened with what a submit has refused, so it is unsaved already.
#[island]
pub fn UnsavedGuard(form: String, draft: bool) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    super::dom::soon(move || {
        watch::start(&form, draft);
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (form, draft);
}

#[cfg(feature = "hydrate")]
mod watch {
    use std::cell::Cell;
    use std::rc::Rc;

    use wasm_bindgen::JsCast;
    use web_sys::{BeforeUnloadEvent, Element, HtmlFormElement};

    use crate::islands::dom;

    pub fn start(id: &str, draft: bool) -> Option<()> {
        let form: HtmlFormElement = dom::by_id(id)?.dyn_into().ok()?;
        let bar = form.query_selector("[data-save-state]").ok()?;
        // Rendered empty, it still holds a space.
        let said = bar
            .as_ref()
            .and_then(|bar| bar.text_content())
            .unwrap_or_default()
            .trim()
            .to_owned();
        let before: Vec<(Element, String)> = dom::named_controls(&form)
            .into_iter()
            .map(|control| (control.clone(), dom::value(&control)))
            .collect();
        let unsaved = Rc::new(Cell::new(draft));
        let count = {
            let unsaved = unsaved.clone();
            move || {
                let changed = before
                    .iter()
                    .filter(|(control, value)| dom::value(control) != *value)
                    .count();
                unsaved.set(draft || changed > 0);
                if let Some(bar) = &bar {
                    bar.set_text_content(Some(&words(&said, changed, draft)));
                }
            }
        };
        count();
        dom::on(&form, "input", move |_| count());
        let leaving = unsaved.clone();
        dom::on(&form, "submit", move |event| {
            // A submit that a script handles (the test SMS) stays on the page, and so do the changes.
            if !event.default_prevented() {
                leaving.set(false);
            }
        });
        dom::on(&*web_sys::window()?, "beforeunload", move |event| {
            if unsaved.get() {
                event.prevent_default();
                // Some browsers ask only with this set (HTML, prompt to unload).
                if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
                    event.set_return_value("unsaved");
                }
            }
        });
        Some(())
    }

    fn words(said: &str, changed: usize, draft: bool) -> String {
        let changes = match changed {
            0 if draft => "not saved yet".to_owned(),
            0 => return said.to_owned(),
            1 => "1 unsaved change".to_owned(),
            n => n.to_string() + " unsaved changes",
        };
        if said.is_empty() {
            changes
        } else {
            [said, " · ", &changes].concat()
        }
    }
}
