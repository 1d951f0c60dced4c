//! Which secret slots the fields hold, whether they compile or not: the form asks for their values as one types.

use crate::places::{self, Placed};
use crate::problem::Field;
use crate::settings::Settings;
use crate::token::Slot;

/// A secret slot of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretSlot {
    /// The name in `{{secret:name}}`.
    pub name: String,
    /// Whether a value is sent in its place: with GET none is in the payload's.
    pub sent: bool,
    /// Where it stands: names of parameters, headers and JSON members, or the whole text where there are none.
    pub places: Vec<String>,
}

/// The secret slots in the order URL, headers, payload, each once.
#[must_use]
pub fn secret_slots(settings: &Settings) -> Vec<SecretSlot> {
    let mut slots: Vec<SecretSlot> = Vec::new();
    for Placed { field, place, slot, .. } in places::placed(settings) {
        let Slot::Secret(name) = slot else { continue };
        match slots.iter_mut().find(|slot| slot.name == name) {
            Some(slot) if slot.places.contains(&place) => {}
            Some(slot) => slot.places.push(place),
            None => slots.push(SecretSlot {
                name,
                sent: field != Field::Payload || settings.method.has_body(),
                places: vec![place],
            }),
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Method;

    #[test]
    fn slots_are_found_in_their_order_and_once() {
        let settings = Settings {
            url: "https://sms.example/{{secret:b}}?x={{secret:a}}".into(),
            headers: "Authorization: Bearer {{secret:a}}".into(),
            payload: r#"{"to":&num,"k":"{{secret:c}}{{secret:}}"#.into(),
            method: Method::Get,
            ..Settings::default()
        };
        let found: Vec<_> = secret_slots(&settings)
            .into_iter()
            .map(|slot| (slot.name, slot.sent))
            .collect();
        assert_eq!(found, [("b".into(), true), ("a".into(), true), ("c".into(), false)]);
        let posted = Settings {
            method: Method::Post,
            ..settings
        };
        assert!(secret_slots(&posted).iter().all(|slot| slot.sent));
    }

    #[test]
    fn an_origin_is_that_of_the_compiled_template() {
        for (url, origin) in [
            ("https://SMS.example/send?to=&num", "https://sms.example"),
            ("http://localhost:8080/sms?key={{secret:k}}", "http://localhost:8080"),
            ("https://sms.example:443/?to=&num", "https://sms.example"),
        ] {
            let settings = Settings {
                url: url.into(),
                ..Settings::default()
            };
            assert_eq!(crate::origin(url).as_deref(), Some(origin), "{url}");
            let compiled = crate::compile(&settings);
            assert_eq!(
                compiled.template.map(|template| template.origin()).as_deref(),
                Some(origin)
            );
        }
        for url in ["", "sms.example", "https://&num.example/", "https://a@b.example/"] {
            assert_eq!(crate::origin(url), None, "{url}");
        }
    }
}
