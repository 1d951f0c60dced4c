//! *HTTP Headers* as rows of name and value. The text area stays what is posted: rows are read from it and written back
//! to it, and *Edit as text* shows it again.

use leptos::prelude::*;

/// Rows for the text area with the id `area`.
#[island]
pub fn HeaderRows(area: String) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    {
        let area = area.clone();
        super::dom::soon(move || {
            rows::start(&area);
        });
    }
    view! {
        <div class="rows" id=format!("{area}-rows")></div>
        <div class="buttons needs-script">
            <button type="button" class="btn small" id=format!("{area}-add") disabled=true>"Add header"</button>
            <button type="button" class="btn quiet small" id=format!("{area}-text") disabled=true>"Edit as text"</button>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod rows {
    use wasm_bindgen::JsCast;
    use web_sys::{Element, Event, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

    use crate::islands::dom;

    #[derive(Clone)]
    struct Rows {
        area: HtmlTextAreaElement,
        list: Element,
        add: Element,
        text: Element,
    }

    pub fn start(id: &str) -> Option<()> {
        let rows = Rows {
            area: dom::by_id(id)?.dyn_into().ok()?,
            list: dom::by_id(&[id, "-rows"].concat())?,
            add: dom::by_id(&[id, "-add"].concat())?,
            text: dom::by_id(&[id, "-text"].concat())?,
        };
        rows.show_rows();
        let at = rows.clone();
        dom::on(&rows.add, "click", move |_| {
            if let Some(name) = at.push("", "") {
                let _ = name.focus();
            }
        });
        let at = rows.clone();
        dom::on(&rows.text, "click", move |_| {
            if at.area.hidden() {
                at.show_text();
                let _ = at.area.focus();
            } else {
                at.show_rows();
            }
        });
        let at = rows.clone();
        dom::on(&rows.list, "input", move |_| at.write());
        dom::enable(&rows.add);
        dom::enable(&rows.text);
        Some(())
    }

    impl Rows {
        /// Text that does not read as headers stays text: rows would drop what is wrong.
        fn show_rows(&self) {
            let (headers, problems) = sms::headers::parse(&self.area.value());
            if !problems.is_empty() {
                return self.show_text();
            }
            self.list.set_inner_html("");
            for header in &headers {
                self.push(&header.name, &header.value);
            }
            self.toggle(false, "Edit as text");
        }

        fn show_text(&self) {
            self.list.set_inner_html("");
            self.toggle(true, "Edit as rows");
        }

        fn toggle(&self, as_text: bool, label: &str) {
            self.area.set_hidden(!as_text);
            dom::show(&self.add, !as_text);
            self.text.set_text_content(Some(label));
        }

        /// Adds a row and gives its first control.
        fn push(&self, name: &str, value: &str) -> Option<HtmlElement> {
            let row = dom::create("div", "row-fields")?;
            let name = self.control(&row, name)?;
            self.control(&row, value)?;
            let remove = dom::button("Remove", "btn quiet small")?;
            let (gone, rows) = (row.clone(), self.clone());
            dom::on(&remove, "click", move |_| {
                gone.remove();
                rows.write();
            });
            row.append_child(&remove).ok()?;
            self.list.append_child(&row).ok()?;
            self.number();
            Some(name.unchecked_into())
        }

        fn control(&self, row: &Element, value: &str) -> Option<HtmlInputElement> {
            let input: HtmlInputElement = dom::create("input", "control mono")?.dyn_into().ok()?;
            for (name, value) in [
                ("autocomplete", "off"),
                ("spellcheck", "false"),
                ("autocapitalize", "none"),
            ] {
                dom::set(&input, name, value);
            }
            input.set_value(value);
            row.append_child(&input).ok()?;
            Some(input)
        }

        /// Names every control by its row: *Header 2 value*.
        fn number(&self) {
            let rows = self.list.children();
            for at in 0..rows.length() {
                let Some(row) = rows.item(at) else { continue };
                let (parts, number) = (row.children(), (at + 1).to_string());
                for (part, [before, after]) in [["Header ", " name"], ["Header ", " value"], ["Remove header ", ""]]
                    .into_iter()
                    .enumerate()
                {
                    if let Some(control) = parts.item(part as u32) {
                        dom::set(&control, "aria-label", &[before, &number, after].concat());
                    }
                }
            }
        }

        /// Writes the rows into the text area and tells the form, as if it had been typed there.
        fn write(&self) {
            self.number();
            let rows = self.list.children();
            let part = |row: &Element, at| {
                row.children()
                    .item(at)
                    .map(|control| dom::value(&control))
                    .unwrap_or_default()
            };
            let headers: Vec<_> = (0..rows.length())
                .filter_map(|at| rows.item(at))
                .map(|row| sms::headers::Header {
                    name: part(&row, 0),
                    value: part(&row, 1),
                    position: sms::Position { line: 1, column: 1 },
                })
                .filter(|header| !header.name.trim().is_empty() || !header.value.trim().is_empty())
                .collect();
            self.area.set_value(&sms::headers::to_lines(&headers));
            let init = web_sys::EventInit::new();
            init.set_bubbles(true);
            if let Ok(event) = Event::new_with_event_init_dict("input", &init) {
                let _ = self.area.dispatch_event(&event);
            }
        }
    }
}
