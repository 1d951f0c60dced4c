//! Search as one types, and *Select all on this page*. The list's search is a plain form that works without this; here
//! what it would show is fetched from the same address and put in the list's place.

use leptos::prelude::*;

/// Watches the search form of the page's list.
#[island]
pub fn LiveList() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    super::dom::soon(|| {
        live::start();
        live::select();
    });
}

#[cfg(feature = "hydrate")]
mod live {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;

    use wasm_bindgen::prelude::*;
    use web_sys::{
        Document, Element, HtmlButtonElement, HtmlFormElement, HtmlInputElement, XmlHttpRequest,
        XmlHttpRequestResponseType,
    };

    use crate::islands::dom;

    /// Milliseconds without a key before the list is asked for.
    const PAUSE: i32 = 200;

    struct Search {
        form: HtmlFormElement,
        /// What was asked for last; an answer to anything else comes too late.
        asked: RefCell<String>,
        timer: Cell<i32>,
        request: RefCell<Option<XmlHttpRequest>>,
    }

    pub fn start() -> Option<()> {
        let form: HtmlFormElement = dom::document()?
            .query_selector("form.search-bar")
            .ok()??
            .dyn_into()
            .ok()?;
        let search = Rc::new(Search {
            asked: RefCell::new(address(&form)),
            form: form.clone(),
            timer: Cell::new(0),
            request: RefCell::default(),
        });
        let typed = search.clone();
        let due = Closure::<dyn FnMut()>::new(move || {
            let _ = ask(&typed);
        });
        let waiting = search.clone();
        dom::on(&form, "input", move |_| {
            let Some(window) = web_sys::window() else { return };
            window.clear_timeout_with_handle(waiting.timer.get());
            let timer =
                window.set_timeout_with_callback_and_timeout_and_arguments_0(due.as_ref().unchecked_ref(), PAUSE);
            waiting.timer.set(timer.unwrap_or_default());
        });
        // Whoever presses Enter gets the page itself: nothing may come in between.
        dom::on(&form, "submit", move |_| {
            if let Some(window) = web_sys::window() {
                window.clear_timeout_with_handle(search.timer.get());
            }
            if let Some(request) = search.request.take() {
                let _ = request.abort();
            }
        });
        Some(())
    }

    fn ask(search: &Rc<Search>) -> Option<()> {
        let address = address(&search.form);
        if *search.asked.borrow() == address {
            return None;
        }
        search.asked.replace(address.clone());
        let request = XmlHttpRequest::new().ok()?;
        request.open("GET", &address).ok()?;
        request.set_response_type(XmlHttpRequestResponseType::Document);
        if let Some(earlier) = search.request.replace(Some(request.clone())) {
            let _ = earlier.abort();
        }
        let (answer, search) = (request.clone(), search.clone());
        dom::on(&request, "load", move |_| {
            if *search.asked.borrow() == address {
                show(&answer, &address);
            }
        });
        request.send().ok()
    }

    /// Puts the answer's parts in the place of this page's. An answer without them is another page (the sign-in, an error):
    /// that is opened.
    fn show(answer: &XmlHttpRequest, address: &str) -> Option<()> {
        let window = web_sys::window()?;
        let found: Option<Document> = answer.response_xml().ok().flatten();
        let part = |name: &str| {
            let selector = ["[data-live=", name, "]"].concat();
            found.as_ref()?.query_selector(&selector).ok().flatten()
        };
        if answer.status() != Ok(200) || part("rows").is_none() {
            return window.location().set_href(address).ok();
        }
        dom::each("[data-live]", |old| {
            let name = old.get_attribute("data-live").unwrap_or_default();
            let html = part(&name).map(|new| new.inner_html()).unwrap_or_default();
            if old.inner_html() != html {
                old.set_inner_html(&html);
            }
        });
        wake();
        let state = window.history().ok()?;
        state.replace_state_with_url(&JsValue::NULL, "", Some(address)).ok()
    }

    /// Where the form leads with what stands in it, without what is empty.
    fn address(form: &HtmlFormElement) -> String {
        let mut address = form.get_attribute("action").unwrap_or_default();
        let mut joint = '?';
        for control in dom::named_controls(form) {
            let value = dom::value(&control);
            if value.is_empty() || control.dyn_ref::<HtmlButtonElement>().is_some() {
                continue;
            }
            let name = control.get_attribute("name").unwrap_or_default();
            for (text, before) in [(name, joint), (value, '=')] {
                address.push(before);
                address.push_str(&String::from(js_sys::encode_uri_component(&text)));
            }
            joint = '&';
        }
        address
    }

    /// Boxes come and go with the rows, so what is ticked is heard where they stand in.
    pub fn select() -> Option<()> {
        let rows = dom::document()?.query_selector("[data-live=rows]").ok()??;
        wake();
        dom::on(&rows, "change", |event| {
            let Some(target) = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            else {
                return;
            };
            if target.has_attribute("data-pick-all") {
                let ticked = target.checked();
                boxes(|one| one.set_checked(ticked));
            }
            count();
        });
        Some(())
    }

    /// The server renders *Select all on this page* disabled, so that no click before now is lost.
    fn wake() {
        dom::each("[data-pick-all]", |all| dom::enable(&all));
        count();
    }

    fn count() {
        let (mut ticked, mut all) = (0_u32, 0_u32);
        boxes(|one| {
            all += 1;
            ticked += u32::from(one.checked());
        });
        dom::each("[data-picked]", |said: Element| {
            said.set_text_content(Some(&(ticked.to_string() + " selected")));
        });
        dom::each("[data-pick-all]", |control| {
            if let Some(control) = control.dyn_ref::<HtmlInputElement>() {
                control.set_checked(all > 0 && ticked == all);
            }
        });
    }

    fn boxes(mut f: impl FnMut(&HtmlInputElement)) {
        dom::each("[data-pick]", |one| {
            if let Some(one) = one.dyn_ref::<HtmlInputElement>() {
                f(one);
            }
        });
    }
}
