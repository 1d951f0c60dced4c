//! The buttons inside the SAML2 Web SSO form, as changes to what was typed.

use domain::input::saml::SamlInput;

use super::press::{Pressed, numbered, remove, trim};

/// Presses the button that `input` names.
pub fn press(input: &mut SamlInput) -> Pressed {
    let press = std::mem::take(&mut input.press);
    if press.is_empty() {
        return Pressed::Save;
    }
    let lists: [(&str, &str, &mut Vec<String>); 3] = [
        ("acs", "acs_urls", &mut input.acs_urls),
        ("audience", "audiences", &mut input.audiences),
        ("recipient", "recipients", &mut input.recipients),
    ];
    for (what, name, rows) in lists {
        if press.strip_prefix("add-") == Some(what) {
            rows.push(String::new());
            return Pressed::show(format!("f-{name}-{}", rows.len() - 1));
        }
        if let Some(n) = numbered(&press, &format!("remove-{what}")) {
            remove(rows, n);
            return Pressed::show(name);
        }
    }
    Pressed::show("content")
}

/// What is kept of a form that was refused.
pub fn trimmed(mut input: SamlInput) -> SamlInput {
    for rows in [&mut input.acs_urls, &mut input.audiences, &mut input.recipients] {
        trim(rows, |row| row.trim().is_empty());
    }
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: &[&str]) -> Vec<String> {
        rows.iter().map(|row| (*row).to_owned()).collect()
    }

    fn typed(press: &str) -> SamlInput {
        SamlInput {
            issuer: "typed".into(),
            acs_urls: list(&["a", "b"]),
            audiences: list(&["c"]),
            recipients: list(&[]),
            press: press.into(),
            ..SamlInput::default()
        }
    }

    #[test]
    fn buttons_change_their_rows_and_nothing_else() {
        for (button, result, acs_urls, audiences, recipients) in [
            ("", Pressed::Save, list(&["a", "b"]), list(&["c"]), list(&[])),
            (
                "add-acs",
                Pressed::show("f-acs_urls-2"),
                list(&["a", "b", ""]),
                list(&["c"]),
                list(&[]),
            ),
            (
                "add-audience",
                Pressed::show("f-audiences-1"),
                list(&["a", "b"]),
                list(&["c", ""]),
                list(&[]),
            ),
            (
                "add-recipient",
                Pressed::show("f-recipients-0"),
                list(&["a", "b"]),
                list(&["c"]),
                list(&[""]),
            ),
            (
                "remove-acs-0",
                Pressed::show("acs_urls"),
                list(&["b"]),
                list(&["c"]),
                list(&[]),
            ),
            (
                "remove-acs-7",
                Pressed::show("acs_urls"),
                list(&["a", "b"]),
                list(&["c"]),
                list(&[]),
            ),
            (
                "remove-audience-0",
                Pressed::show("audiences"),
                list(&["a", "b"]),
                list(&[]),
                list(&[]),
            ),
            (
                "remove-recipient-0",
                Pressed::show("recipients"),
                list(&["a", "b"]),
                list(&["c"]),
                list(&[]),
            ),
            (
                "update",
                Pressed::show("content"),
                list(&["a", "b"]),
                list(&["c"]),
                list(&[]),
            ),
        ] {
            let mut input = typed(button);
            assert_eq!(press(&mut input), result, "{button}");
            assert_eq!(
                input,
                SamlInput {
                    acs_urls,
                    audiences,
                    recipients,
                    ..typed("")
                },
                "{button}"
            );
        }
    }

    #[test]
    fn only_empty_rows_at_the_end_are_dropped() {
        let input = SamlInput {
            acs_urls: list(&["", "a", " ", ""]),
            ..SamlInput::default()
        };
        assert_eq!(trimmed(input).acs_urls, ["", "a"]);
    }
}
