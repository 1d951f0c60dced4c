//! Puts one of several things to another place by its handle: dragged with a pointer, or with the arrow keys. It sends a
//! form for it, as *Move up* and *Move down* do without scripts; the server gives all back in their new order.

use leptos::prelude::*;

/// For the elements with `data-place` (what the server knows each by) and `data-called` (what it is called): the handle
/// goes to the front of what `head` selects in each. Moving one sends the form with this id, with `place-{data-place}-{to}`
/// under the name `field`. `moved`: the one that was moved last, from 1; its handle takes the focus.
#[island]
pub fn Mover(form: String, field: String, head: String, moved: Option<usize>) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    super::dom::soon(move || {
        live::start(&form, &field, &head, moved);
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (form, field, head, moved);
}

#[cfg(feature = "hydrate")]
mod live {
    use std::cell::Cell;
    use std::rc::Rc;

    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlElement, HtmlFormElement, KeyboardEvent, MouseEvent};

    use crate::islands::dom;

    /// Where the one that is dragged would land, as its neighbour shows.
    const MARKS: [&str; 2] = ["drop-before", "drop-after"];

    #[derive(Clone)]
    struct Things {
        form: HtmlFormElement,
        field: Rc<str>,
        all: Rc<Vec<Element>>,
        /// The one that is dragged, and where it would land.
        dragged: Rc<Cell<Option<(usize, usize)>>>,
    }

    pub fn start(id: &str, field: &str, head: &str, moved: Option<usize>) -> Option<()> {
        let form: HtmlFormElement = dom::by_id(id)?.dyn_into().ok()?;
        let mut all = Vec::new();
        dom::each("[data-place]", |one| all.push(one));
        if all.len() < 2 {
            return None;
        }
        let things = Things {
            form,
            field: field.into(),
            all: Rc::new(all),
            dragged: Rc::default(),
        };
        for at in 0..things.all.len() {
            let handle = things.handle(at, head)?;
            if moved == Some(at + 1) {
                let _ = handle.focus();
            }
        }
        let window = web_sys::window()?;
        let moving = things.clone();
        dom::on(&window, "pointermove", move |event| {
            if let Some(event) = event.dyn_ref::<MouseEvent>() {
                moving.drag_to(f64::from(event.client_y()));
            }
        });
        let dropped = things.clone();
        dom::on(&window, "pointerup", move |_| {
            if let Some((from, to)) = dropped.let_go() {
                dropped.place(from, to);
            }
        });
        let left = things.clone();
        dom::on(&window, "pointercancel", move |_| {
            left.let_go();
        });
        dom::on(&window, "keydown", move |event| {
            if event
                .dyn_ref::<KeyboardEvent>()
                .is_some_and(|event| event.key() == "Escape")
            {
                things.let_go();
            }
        });
        Some(())
    }

    impl Things {
        /// Puts a handle to the front of one.
        fn handle(&self, at: usize, head: &str) -> Option<HtmlElement> {
            let called = self.all[at].get_attribute("data-called")?;
            let handle = dom::button("↕", "btn quiet small drag-handle")?;
            dom::set(&handle, "aria-label", &["Place of ", &called].concat());
            dom::set(&handle, "title", "Drag to another place, or press the arrow keys");
            let head = self.all[at].query_selector(head).ok()??;
            head.insert_before(&handle, head.first_child().as_ref()).ok()?;
            let things = self.clone();
            dom::on(&handle, "pointerdown", move |event| {
                event.prevent_default();
                things.dragged.set(Some((at, at)));
                things.mark();
            });
            let things = self.clone();
            dom::on(&handle, "keydown", move |event| {
                let Some(key) = event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key) else {
                    return;
                };
                let to = match key.as_str() {
                    "ArrowUp" => at.checked_sub(1),
                    "ArrowDown" => Some(at + 1).filter(|to| *to < things.all.len()),
                    _ => return,
                };
                event.prevent_default();
                if let Some(to) = to {
                    things.place(at, to);
                }
            });
            handle.dyn_into().ok()
        }

        fn drag_to(&self, y: f64) {
            let Some((from, _)) = self.dragged.get() else { return };
            let middle = |one: &Element| {
                let place = one.get_bounding_client_rect();
                place.top() + place.height() / 2.0
            };
            let others = self.all.iter().enumerate().filter(|(at, _)| *at != from);
            let to = others.filter(|(_, one)| middle(one) < y).count();
            self.dragged.set(Some((from, to)));
            self.mark();
        }

        /// Shows what is dragged, and beside which other it would land.
        fn mark(&self) {
            let dragged = self.dragged.get();
            for (at, one) in self.all.iter().enumerate() {
                let marks = one.class_list();
                let lands = dragged.filter(|(from, to)| at == *to && from != to);
                let mark = lands.map(|(from, to)| if to < from { MARKS[0] } else { MARKS[1] });
                for name in MARKS {
                    let _ = marks.toggle_with_force(name, mark == Some(name));
                }
                let is_dragged = dragged.is_some_and(|(from, _)| from == at);
                let _ = marks.toggle_with_force("dragged", is_dragged);
            }
        }

        /// Ends the dragging; where it led, if anywhere.
        fn let_go(&self) -> Option<(usize, usize)> {
            let dragged = self.dragged.take();
            self.mark();
            dragged.filter(|(from, to)| from != to)
        }

        /// Sends the form that moves one.
        fn place(&self, from: usize, to: usize) {
            let (Some(press), Some(key)) = (dom::create("input", ""), self.all[from].get_attribute("data-place"))
            else {
                return;
            };
            let value = ["place-", &key, "-", &to.to_string()].concat();
            for (name, value) in [("type", "hidden"), ("name", &*self.field), ("value", value.as_str())] {
                dom::set(&press, name, value);
            }
            if self.form.append_child(&press).is_ok() {
                let _ = self.form.request_submit();
            }
        }
    }
}
