//! The buttons inside a service provider's form, as changes to what was typed.

use domain::Problems;
use domain::input::service_provider::{ClaimRow, RoleRow, ServiceProviderInput};

/// What pressing a button comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// The form is to be saved.
    Save,
    /// The form is shown again, at this place of the page.
    Show { anchor: String, problems: Problems },
    /// Another page of the service provider, by the last part of its address.
    Open(&'static str),
}

impl Pressed {
    pub fn show(anchor: impl Into<String>) -> Self {
        Self::Show {
            anchor: anchor.into(),
            problems: Problems::default(),
        }
    }
}

/// The button that opens the page *SAML2 Web SSO*.
pub const OPEN_SAML: &str = "open-saml";
/// The button that opens the page *Authentication steps*.
pub const OPEN_STEPS: &str = "open-steps";

/// The number of a button like `remove-claim-2`.
pub fn numbered(press: &str, verb: &str) -> Option<usize> {
    press.strip_prefix(verb)?.strip_prefix('-')?.parse().ok()
}

/// Removes a row; a number beyond the list is a button of an older page, and changes nothing.
pub fn remove<T>(rows: &mut Vec<T>, n: usize) {
    if n < rows.len() {
        rows.remove(n);
    }
}

/// Drops the empty rows at the end, before a form is shown again: those for browsers without scripts would pile up.
pub fn trim<T>(rows: &mut Vec<T>, is_empty: impl Fn(&T) -> bool) {
    while rows.last().is_some_and(&is_empty) {
        rows.pop();
    }
}

/// Presses the button that `input` names.
pub fn press(input: &mut ServiceProviderInput) -> Pressed {
    let press = std::mem::take(&mut input.press);
    match press.as_str() {
        "" => Pressed::Save,
        OPEN_SAML => Pressed::Open("saml"),
        OPEN_STEPS => Pressed::Open("authentication-steps"),
        "add-claim" => {
            input.claims.push(ClaimRow::default());
            Pressed::show(format!("f-claims-{}-local", input.claims.len() - 1))
        }
        "add-role" => {
            input.roles.push(RoleRow::default());
            Pressed::show(format!("f-roles-{}-local", input.roles.len() - 1))
        }
        other => {
            if let Some(n) = numbered(other, "remove-claim") {
                remove(&mut input.claims, n);
                return Pressed::show("claims");
            }
            if let Some(n) = numbered(other, "remove-role") {
                remove(&mut input.roles, n);
            }
            Pressed::show("roles")
        }
    }
}

/// What is kept of a form that was refused.
pub fn trimmed(mut input: ServiceProviderInput) -> ServiceProviderInput {
    trim(&mut input.claims, |row| row.local.is_empty() && row.remote.is_empty());
    trim(&mut input.roles, |row| row.local.is_empty() && row.remote.is_empty());
    input
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(local: &str) -> ClaimRow {
        ClaimRow {
            local: local.into(),
            ..ClaimRow::default()
        }
    }

    fn role(local: &str) -> RoleRow {
        RoleRow {
            local: local.into(),
            ..RoleRow::default()
        }
    }

    fn typed(press: &str) -> ServiceProviderInput {
        ServiceProviderInput {
            name: "typed".into(),
            claims: vec![claim("a"), claim("b")],
            roles: vec![role("x"), role("y")],
            press: press.into(),
            ..ServiceProviderInput::default()
        }
    }

    #[test]
    fn buttons_change_their_rows_and_nothing_else() {
        let (ab, xy) = (vec![claim("a"), claim("b")], vec![role("x"), role("y")]);
        for (button, result, claims, roles) in [
            ("", Pressed::Save, ab.clone(), xy.clone()),
            ("open-saml", Pressed::Open("saml"), ab.clone(), xy.clone()),
            (
                "open-steps",
                Pressed::Open("authentication-steps"),
                ab.clone(),
                xy.clone(),
            ),
            (
                "add-claim",
                Pressed::show("f-claims-2-local"),
                vec![claim("a"), claim("b"), claim("")],
                xy.clone(),
            ),
            (
                "add-role",
                Pressed::show("f-roles-2-local"),
                ab.clone(),
                vec![role("x"), role("y"), role("")],
            ),
            ("remove-claim-0", Pressed::show("claims"), vec![claim("b")], xy.clone()),
            ("remove-claim-2", Pressed::show("claims"), ab.clone(), xy.clone()),
            ("remove-role-1", Pressed::show("roles"), ab.clone(), vec![role("x")]),
            ("remove-role--1", Pressed::show("roles"), ab.clone(), xy.clone()),
            ("save", Pressed::show("roles"), ab, xy),
        ] {
            let mut input = typed(button);
            assert_eq!(press(&mut input), result, "{button}");
            assert_eq!(
                input,
                ServiceProviderInput {
                    claims,
                    roles,
                    ..typed("")
                },
                "{button}"
            );
        }
    }

    #[test]
    fn only_empty_rows_at_the_end_are_dropped() {
        let mut input = typed("");
        input.claims = vec![
            claim(""),
            claim("a"),
            claim(""),
            ClaimRow {
                mandatory: true.into(),
                ..claim("")
            },
        ];
        input.roles = vec![
            RoleRow {
                remote: "z".into(),
                ..role("")
            },
            role(""),
        ];
        let kept = trimmed(input);
        assert_eq!(kept.claims, [claim(""), claim("a")]);
        assert_eq!(
            kept.roles,
            [RoleRow {
                remote: "z".into(),
                ..role("")
            }]
        );
    }
}
