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

    fn list(rows: &str) -> Vec<String> {
        rows.chars().map(|row| row.to_string().trim().to_owned()).collect()
    }

    /// `ab/c/`: the assertion consumer URLs `a` and `b`, the audience `c`, no recipient; a space is an empty row.
    fn typed(rows: &str, press: &str) -> SamlInput {
        let rows: Vec<&str> = rows.split('/').collect();
        SamlInput {
            issuer: "typed".into(),
            acs_urls: list(rows[0]),
            audiences: list(rows[1]),
            recipients: list(rows[2]),
            press: press.into(),
            ..SamlInput::default()
        }
    }

    #[test]
    fn buttons_change_their_rows_and_nothing_else() {
        for (button, result, rows) in [
            ("", Pressed::Save, "ab/c/"),
            ("add-acs", Pressed::show("f-acs_urls-2"), "ab /c/"),
            ("add-audience", Pressed::show("f-audiences-1"), "ab/c /"),
            ("add-recipient", Pressed::show("f-recipients-0"), "ab/c/ "),
            ("remove-acs-0", Pressed::show("acs_urls"), "b/c/"),
            ("remove-acs-7", Pressed::show("acs_urls"), "ab/c/"),
            ("remove-audience-0", Pressed::show("audiences"), "ab//"),
            ("remove-recipient-0", Pressed::show("recipients"), "ab/c/"),
            ("update", Pressed::show("content"), "ab/c/"),
        ] {
            let mut input = typed("ab/c/", button);
            assert_eq!(press(&mut input), result, "{button}");
            assert_eq!(input, typed(rows, ""), "{button}");
        }
    }

    #[test]
    fn only_empty_rows_at_the_end_are_dropped() {
        assert_eq!(trimmed(typed(" a  /b / ", "")), typed(" a/b/", ""));
    }
}
