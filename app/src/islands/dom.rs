//! The few things islands do with the document. Listeners live as long as the page, which is never left without a load.

use wasm_bindgen::prelude::*;
use web_sys::{
    Document, Element, Event, EventTarget, HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement,
};

pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

pub fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// The control of a field of `input`, by the id that the kit derives from its name.
pub fn control(field: &str) -> Option<Element> {
    by_id(&["f-", field].concat())
}

/// What a control would send; `on` for a ticked box, nothing for a clear one.
pub fn value(control: &Element) -> String {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        return match input.type_().as_str() {
            "checkbox" | "radio" => if input.checked() { "on" } else { "" }.to_owned(),
            _ => input.value(),
        };
    }
    if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        return area.value();
    }
    control
        .dyn_ref::<HtmlSelectElement>()
        .map(HtmlSelectElement::value)
        .unwrap_or_default()
}

pub fn on(target: &EventTarget, event: &str, listener: impl FnMut(Event) + 'static) {
    let listener = Closure::<dyn FnMut(Event)>::new(listener);
    // Only a listener that is no function is refused.
    let _ = target.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    listener.forget();
}

pub fn create(tag: &str, class: &str) -> Option<Element> {
    let element = document()?.create_element(tag).ok()?;
    element.set_class_name(class);
    Some(element)
}

/// A button that does nothing but what its listener does.
pub fn button(label: &str, class: &str) -> Option<Element> {
    let button = create("button", class)?;
    set(&button, "type", "button");
    button.set_text_content(Some(label));
    Some(button)
}

pub fn set(element: &Element, name: &str, value: &str) {
    // Only a name that is no attribute's name is refused.
    let _ = element.set_attribute(name, value);
}

pub fn show(element: &Element, shown: bool) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        element.set_hidden(!shown);
    }
}

/// Lets a button be pressed: the server renders it disabled, so that no click before now is lost.
pub fn enable(button: &Element) {
    let _ = button.remove_attribute("disabled");
}

pub fn each(selector: &str, mut f: impl FnMut(Element)) {
    let Some(Ok(found)) = document().map(|document| document.query_selector_all(selector)) else {
        return;
    };
    for at in 0..found.length() {
        if let Some(element) = found.item(at).and_then(|node| node.dyn_into().ok()) {
            f(element);
        }
    }
}

/// Every named control of a form, in its order.
pub fn named_controls(form: &web_sys::HtmlFormElement) -> Vec<Element> {
    let all = form.elements();
    (0..all.length())
        .filter_map(|at| all.item(at))
        .filter(|control| control.get_attribute("name").is_some_and(|name| !name.is_empty()))
        .collect()
}

/// Runs once the page is hydrated: what is changed before would be taken for the server's markup.
pub fn soon(f: impl FnOnce() + 'static) {
    leptos::task::spawn_local(async { f() });
}
