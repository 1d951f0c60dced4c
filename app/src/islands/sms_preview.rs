//! *What will be sent*, as one types: the request, the problems beside their fields, and the message's length. The
//! server renders the same once, so that it is right without scripts.

use leptos::prelude::*;

/// Ids of the elements that are written to.
pub const REQUEST: &str = "sms-request";
pub const ASIDE: &str = "sms-request-aside";
pub const LENGTH: &str = "sms-message-length";
pub const SEGMENTS: &str = "sms-message-segments";

/// Keeps the preview true to the form with the id `form`. The rest is what only the server knows, see
/// [`super::sms_form::Known`].
#[island]
pub fn SmsPreview(form: String, typed: String, e164: String, national: String, host: String) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    super::dom::soon(move || {
        live::start(
            &form,
            super::sms_form::Known {
                typed,
                e164,
                national,
                host,
            },
        );
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (form, typed, e164, national, host);
}

#[cfg(feature = "hydrate")]
mod live {
    use web_sys::Element;

    use crate::islands::dom;
    use crate::islands::sms_form::{FIELDS, Known, show};

    pub fn start(form: &str, known: Known) -> Option<()> {
        let form = dom::by_id(form)?;
        dom::on(&form, "input", move |_| update(&known));
        Some(())
    }

    fn update(known: &Known) {
        let value = |name: &str| {
            dom::control(name)
                .map(|control| dom::value(&control))
                .unwrap_or_default()
        };
        let shown = show(&value, known);
        if let Some(request) = dom::by_id(super::REQUEST) {
            request.set_inner_html(&shown.request);
        }
        for (id, text) in [
            (super::ASIDE, &shown.aside),
            (super::LENGTH, &shown.length),
            (super::SEGMENTS, &shown.segments),
        ] {
            if let Some(element) = dom::by_id(id) {
                element.set_text_content(Some(text));
            }
        }
        for field in FIELDS {
            let of = |all: &[(&'static str, String)]| {
                all.iter()
                    .find(|(name, _)| *name == field)
                    .map(|(_, text)| text.clone())
            };
            if let Some(control) = dom::control(field) {
                foot(&control, of(&shown.problems), of(&shown.notes));
            }
        }
    }

    /// Puts the texts under a control as the server does: the error in the help's place, then the note.
    fn foot(control: &Element, error: Option<String>, note: Option<String>) -> Option<()> {
        let id = control.id();
        let field = control.closest(".field").ok()??;
        text(&field, &[&id, "-error"].concat(), "field-error", error.as_deref());
        text(&field, &[&id, "-note"].concat(), "field-note", note.as_deref());
        let help = dom::by_id(&[&id, "-help"].concat());
        if let Some(help) = &help {
            dom::show(help, error.is_none());
        }
        let mut described = String::new();
        for (there, part) in [
            (error.is_some(), "-error"),
            (error.is_none() && help.is_some(), "-help"),
            (note.is_some(), "-note"),
        ] {
            if there {
                described.push_str(&[&id, part, " "].concat());
            }
        }
        attribute(control, "aria-describedby", described.trim_end());
        attribute(control, "aria-invalid", if error.is_some() { "true" } else { "" });
        Some(())
    }

    fn attribute(control: &Element, name: &str, value: &str) {
        if value.is_empty() {
            let _ = control.remove_attribute(name);
        } else {
            dom::set(control, name, value);
        }
    }

    fn text(field: &Element, id: &str, class: &str, text: Option<&str>) {
        let there = dom::by_id(id);
        match (text, there) {
            (None, Some(there)) => there.remove(),
            (Some(text), there) => {
                let line = there.or_else(|| {
                    let line = dom::create("p", class)?;
                    line.set_id(id);
                    field.append_child(&line).ok()?;
                    Some(line)
                });
                if let Some(line) = line.filter(|line| line.text_content().as_deref() != Some(text)) {
                    line.set_text_content(Some(text));
                }
            }
            (None, None) => {}
        }
    }
}
