//! The fields of the secret slots as one types: each `{{secret:name}}` in URL, headers or payload gets one at once, and a
//! key that is typed into one of these is noticed. The server renders the same once, so that it is right without scripts.

use leptos::prelude::*;
use sms::{Field, Settings};

/// Ids of the elements that are written to: the fields and their title, the offer and the words in it.
pub const SLOTS: &str = "secret-slots";
pub const TITLE: &str = "secret-slots-title";
pub const LITERALS: &str = "literal-keys";
pub const NAMES: &str = "literal-keys-names";

/// What holds a key that is typed straight in, and where: `Authorization in HTTP Headers`.
#[must_use]
pub fn literal_words(settings: &Settings) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    for secret in sms::literal_secrets(settings) {
        let label = match secret.field {
            Field::Headers => "HTTP Headers",
            Field::Payload => "HTTP Payload",
            _ => "SMS URL",
        };
        let found = [secret.name.as_str(), " in ", label].concat();
        if !words.contains(&found) {
            words.push(found);
        }
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// Keeps the fields true to the form with the id `form`.
#[island]
pub fn SecretFields(form: String) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    super::dom::soon(move || {
        live::start(&form);
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = form;
}

#[cfg(feature = "hydrate")]
mod live {
    use web_sys::Element;

    use super::{LITERALS, NAMES, SLOTS, TITLE, literal_words};
    use crate::islands::{dom, sms_form};

    pub fn start(form: &str) -> Option<()> {
        let form = dom::by_id(form)?;
        dom::on(&form, "input", move |_| {
            update();
        });
        Some(())
    }

    fn update() -> Option<()> {
        let settings = sms_form::settings(&|name| {
            dom::control(name)
                .map(|control| dom::value(&control))
                .unwrap_or_default()
        });
        let words = literal_words(&settings);
        dom::show(&dom::by_id(LITERALS)?, words.is_some());
        if let Some(words) = words {
            dom::by_id(NAMES)?.set_text_content(Some(&words));
        }
        let slots = sms::secret_slots(&settings);
        let list = dom::by_id(SLOTS)?;
        for slot in &slots {
            if row(&list, &slot.name).is_none() {
                add(&list, &slot.name);
            }
        }
        each(&list, |row, name| {
            // What was typed for a slot stays there, should the slot come back.
            dom::show(row, slots.iter().any(|slot| slot.name == name));
        });
        dom::show(&dom::by_id(TITLE)?, !slots.is_empty());
        Some(())
    }

    fn each(list: &Element, mut f: impl FnMut(&Element, &str)) {
        let rows = list.children();
        for at in 0..rows.length() {
            if let Some(row) = rows.item(at) {
                f(&row, &row.get_attribute("data-slot").unwrap_or_default());
            }
        }
    }

    fn row(list: &Element, name: &str) -> Option<Element> {
        let mut found = None;
        each(list, |row, of| {
            if of == name {
                found = Some(row.clone());
            }
        });
        found
    }

    /// A field as the server renders one; rows are never taken away, so their count is a number that is free.
    fn add(list: &Element, name: &str) -> Option<()> {
        let at = list.child_element_count().to_string();
        let id = ["f-secrets-", &at, "-value"].concat();
        let row = dom::create("div", "")?;
        dom::set(&row, "data-slot", name);
        let field = dom::create("div", "field")?;
        let label = dom::create("label", "label")?;
        dom::set(&label, "for", &id);
        label.set_text_content(Some(name));
        let help_id = [&id, "-help"].concat();
        let help = dom::create("p", "field-help")?;
        help.set_id(&help_id);
        help.set_text_content(Some(
            &[
                "Sent in place of {{secret:",
                name,
                "}}. Once saved it is shown to nobody.",
            ]
            .concat(),
        ));
        let control = input(&["input[secrets][", &at, "][value]"].concat(), "password", "")?;
        control.set_id(&id);
        control.set_class_name("control");
        for (attribute, value) in [
            ("autocomplete", "new-password"),
            ("spellcheck", "false"),
            ("autocapitalize", "none"),
            ("aria-describedby", help_id.as_str()),
        ] {
            dom::set(&control, attribute, value);
        }
        let hidden = input(&["input[secrets][", &at, "][name]"].concat(), "hidden", name)?;
        for part in [&label, &control, &help] {
            field.append_child(part).ok()?;
        }
        for part in [&hidden, &field] {
            row.append_child(part).ok()?;
        }
        list.append_child(&row).ok()?;
        Some(())
    }

    fn input(name: &str, kind: &str, value: &str) -> Option<Element> {
        let input = dom::create("input", "")?;
        for (attribute, value) in [("type", kind), ("name", name), ("value", value)] {
            dom::set(&input, attribute, value);
        }
        Some(input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_key_is_named_with_its_place_and_once() {
        let mut settings = Settings {
            url: "https://sms.example/?api_key=k1&to=&num".into(),
            headers: "Authorization: Bearer k2\nAccept: text/plain".into(),
            ..Settings::default()
        };
        assert_eq!(
            literal_words(&settings).as_deref(),
            Some("api_key in SMS URL, Authorization in HTTP Headers")
        );
        settings.url = "https://sms.example/?api_key={{secret:k}}&to=&num".into();
        settings.headers = String::new();
        assert_eq!(literal_words(&settings), None);
    }
}
