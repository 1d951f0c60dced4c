//! *Send test SMS* without leaving the page. The button is a plain submit that works without scripts as well; here its
//! click is answered in place, with the form as it stands.

use leptos::prelude::*;

/// Takes over the submit button `button` of its form: posts the form to `action` and puts the answer's markup, which
/// the server has rendered, into the element `result`.
#[island]
pub fn SendTest(button: String, action: String, result: String) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    super::dom::soon(move || {
        run::start(&button, action, result);
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (button, action, result);
}

#[cfg(feature = "hydrate")]
mod run {
    use std::cell::Cell;
    use std::rc::Rc;

    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlButtonElement, HtmlInputElement, XmlHttpRequest};

    use crate::islands::dom;

    const FAILED: &str =
        r#"<div class="notice bad" role="alert"><p>The test could not be run. Try again in a moment.</p></div>"#;
    /// The session has ended: the page itself has to go to the sign-in, where what was typed waits.
    const ENDED: u16 = 401;

    pub fn start(button: &str, action: String, result: String) -> Option<()> {
        let button: HtmlButtonElement = dom::by_id(button)?.dyn_into().ok()?;
        let result = dom::by_id(&result)?;
        let target = button.clone();
        let by_itself = Rc::new(Cell::new(false));
        dom::on(&target, "click", move |event| {
            if by_itself.get() {
                return;
            }
            event.prevent_default();
            if post(&button, &action, result.clone(), by_itself.clone()).is_none() {
                result_is(&button, FAILED, &result);
            }
        });
        Some(())
    }

    fn post(button: &HtmlButtonElement, action: &str, result: Element, by_itself: Rc<Cell<bool>>) -> Option<()> {
        let body = encoded(&button.form()?);
        let request = XmlHttpRequest::new().ok()?;
        request.open("POST", action).ok()?;
        request
            .set_request_header("Content-Type", "application/x-www-form-urlencoded")
            .ok()?;
        // tells the server function that no redirect is wanted
        request.set_request_header("Accept", "application/json").ok()?;
        button.set_disabled(true);
        // What an earlier submit came to stays to be read, and is no longer what the last one came to.
        dom::each("main [role=status], main [role=alert]", |said| {
            let _ = said.remove_attribute("role");
        });
        dom::set(&result, "aria-busy", "true");
        result.set_inner_html(r#"<p class="quiet-text">Sending…</p>"#);
        let (answer, button) = (request.clone(), button.clone());
        dom::on(&request, "loadend", move |_| {
            let html = answer
                .response_text()
                .ok()
                .flatten()
                .filter(|_| answer.status() == Ok(200));
            let html = html
                .and_then(|text| js_sys::JSON::parse(&text).ok())
                .and_then(|text| text.as_string());
            result_is(&button, html.as_deref().unwrap_or(FAILED), &result);
            if answer.status() == Ok(ENDED) {
                by_itself.set(true);
                button.click();
            }
        });
        request.send_with_opt_str(Some(&body)).ok()
    }

    fn result_is(button: &HtmlButtonElement, html: &str, result: &Element) {
        button.set_disabled(false);
        let _ = result.remove_attribute("aria-busy");
        result.set_inner_html(html);
    }

    /// The form as a browser would post it (HTML, `application/x-www-form-urlencoded`), buttons left out.
    fn encoded(form: &web_sys::HtmlFormElement) -> String {
        let mut body = String::new();
        for control in dom::named_controls(form) {
            let clear = control
                .dyn_ref::<HtmlInputElement>()
                .is_some_and(|input| input.type_() == "checkbox" && !input.checked());
            if control.dyn_ref::<HtmlButtonElement>().is_some() || clear {
                continue;
            }
            let name = control.get_attribute("name").unwrap_or_default();
            for (text, end) in [(name, '='), (dom::value(&control), '&')] {
                body.push_str(&String::from(js_sys::encode_uri_component(&text)));
                body.push(end);
            }
        }
        body
    }
}
