//! Two people at one form: what is saved now beside what was typed, field by field, above the form that holds what was
//! typed. Sees the form as its page would load it now, and as it was posted. Decides nothing: the next submit overwrites.

use domain::Problems;
use leptos::prelude::*;
use serde::Serialize;

use super::labels::{self, Labels};
use crate::context;
use crate::ui::*;

/// Of a longer value the part around the first difference is shown.
const LONGEST: usize = 160;
/// How much of it stands before that.
const BEFORE: usize = 40;

/// One field in which they differ.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    label: String,
    saved: String,
    yours: String,
}

/// A value in words, where it is none itself: by the field's path and the value.
pub type Words<'a> = &'a dyn Fn(&str, &str) -> Option<String>;

/// The values as they stand.
pub fn as_they_are(_: &str, _: &str) -> Option<String> {
    None
}

/// What differs, if the form was refused because somebody else had saved; else nothing.
pub fn difference(
    problems: &Problems,
    form: Labels,
    saved: &impl Serialize,
    yours: &impl Serialize,
    words: Words<'_>,
) -> Option<AnyView> {
    problems.of("version")?;
    let rows = rows(form, saved, yours, words);
    let theirs = context::page_alone(&context::here());
    Some(section(rows, theirs).into_any())
}

fn section(rows: Vec<Row>, theirs: String) -> impl IntoView {
    let table = if rows.is_empty() {
        view! { <p class="card-body">"Both say the same: there is nothing to overwrite."</p> }.into_any()
    } else {
        let rows = rows.into_iter().map(line).collect_view();
        view! {
            <Table caption="What differs" columns=vec!["Field".into(), "Saved now".into(), "Yours".into()]>{rows}</Table>
        }
        .into_any()
    };
    view! {
        <section class="card" id=field_id("version") tabindex="-1" aria-labelledby="difference-title">
            <header>
                <h2 id="difference-title">"Saved by somebody else"</h2>
                <span class="hint">"The form below holds your values."</span>
            </header>
            <div class="card-flush">{table}</div>
            <div class="card-body"><LinkButton href=theirs>"Take over what is saved"</LinkButton></div>
        </section>
    }
}

fn line(row: Row) -> impl IntoView {
    let value = |text: String| match text.as_str() {
        "" => view! { <span class="quiet-text">"empty"</span> }.into_any(),
        _ => view! { <code class="lines">{text}</code> }.into_any(),
    };
    view! {
        <tr>
            <NameCell name=row.label/>
            <Cell label="Saved now">{value(row.saved)}</Cell>
            <Cell label="Yours">{value(row.yours)}</Cell>
        </tr>
    }
}

fn rows(form: Labels, saved: &impl Serialize, yours: &impl Serialize, words: Words<'_>) -> Vec<Row> {
    let (saved, yours) = (fields(saved), fields(yours));
    let value = |all: &[(String, String)], path: &str| {
        let found = all.iter().find(|(name, _)| name == path);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut paths: Vec<&String> = saved.iter().map(|(path, _)| path).collect();
    paths.extend(
        yours
            .iter()
            .map(|(path, _)| path)
            .filter(|path| !paths.contains(path))
            .collect::<Vec<_>>(),
    );
    let row = |path: &String| {
        let label = labels::of(form, path)?;
        let (theirs, own) = (value(&saved, path), value(&yours, path));
        (theirs.trim() != own.trim()).then(|| {
            let said = |value: &str, other: &str| match (value, other) {
                ("on", _) => "on".to_owned(),
                ("", "on") => "off".to_owned(),
                _ => in_words(path, value, words),
            };
            let (a, b) = (said(&theirs, &own), said(&own, &theirs));
            let (saved, yours) = around_the_difference(&a, &b);
            Row { label, saved, yours }
        })
    };
    paths.into_iter().filter_map(row).collect()
}

/// Each line of a value may be one of several, such as a role's permissions.
fn in_words(path: &str, value: &str, words: Words<'_>) -> String {
    let lines = value
        .lines()
        .map(|line| words(path, line).unwrap_or_else(|| line.to_owned()));
    lines.collect::<Vec<_>>().join("\n")
}

/// The form's fields by their paths (`claims[2][local]`), in the form's order. A list of texts is one field.
fn fields(form: &impl Serialize) -> Vec<(String, String)> {
    let written = serde_qs::to_string(form).unwrap_or_default();
    let mut fields: Vec<(String, String)> = Vec::new();
    for (path, value) in url::form_urlencoded::parse(written.as_bytes()) {
        let value = value.replace("\r\n", "\n");
        let list = path.strip_suffix(']').and_then(|path| path.rsplit_once('['));
        let list = list.filter(|(_, last)| last.is_empty() || last.bytes().all(|b| b.is_ascii_digit()));
        let Some((path, _)) = list else {
            fields.push((path.into_owned(), value));
            continue;
        };
        if value.is_empty() {
            continue;
        }
        match fields.iter_mut().find(|(known, _)| known == path) {
            Some((_, all)) => *all = format!("{all}\n{value}"),
            None => fields.push((path.to_owned(), value)),
        }
    }
    fields
}

/// Both values, cut to the part in which they differ where they are long.
fn around_the_difference(a: &str, b: &str) -> (String, String) {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let cut = |text: &str| {
        let length = text.chars().count();
        if length <= LONGEST {
            return text.to_owned();
        }
        let from = same.saturating_sub(BEFORE).min(length - LONGEST);
        let part: String = text.chars().skip(from).take(LONGEST).collect();
        let (before, after) = (from > 0, from + LONGEST < length);
        format!(
            "{}{part}{}",
            if before { "… " } else { "" },
            if after { " …" } else { "" }
        )
    };
    (cut(a), cut(b))
}

#[cfg(test)]
mod tests {
    use domain::input::identity_provider::IdentityProviderInput;
    use domain::input::role::RoleInput;
    use domain::input::saml::SamlInput;
    use domain::input::service_provider::{ClaimRow, ServiceProviderInput};

    use super::*;
    use crate::ui::test_render::markup;

    fn shown(rows: &[Row]) -> Vec<(&str, &str, &str)> {
        rows.iter()
            .map(|row| (row.label.as_str(), row.saved.as_str(), row.yours.as_str()))
            .collect()
    }

    #[test]
    fn what_differs_is_told_under_the_labels_of_the_form_and_in_its_order() {
        let saved = IdentityProviderInput {
            version: "4".into(),
            name: "SMS".into(),
            http_payload: "{\"a\":1}".into(),
            ..Default::default()
        };
        let yours = IdentityProviderInput {
            version: "3".into(),
            name: "SMSOTP".into(),
            sms_enabled: true.into(),
            curl: "curl x".into(),
            http_payload: "{\"a\":1}\r\n".into(),
            ..saved.clone()
        };
        let rows = rows(labels::IDENTITY_PROVIDER, &saved, &yours, &as_they_are);
        assert_eq!(
            shown(&rows),
            [
                ("Identity Provider Name", "SMS", "SMSOTP"),
                ("Enable SMSOTP Authenticator", "off", "on"),
            ]
        );
    }

    #[test]
    fn lists_are_one_field_and_rows_say_which_they_are() {
        let saml = |urls: &[&str]| SamlInput {
            acs_urls: urls.iter().map(|url| (*url).to_owned()).collect(),
            ..SamlInput::default()
        };
        let found = rows(
            labels::SAML,
            &saml(&["https://a.example"]),
            &saml(&["https://a.example", "https://b.example", ""]),
            &as_they_are,
        );
        assert_eq!(
            shown(&found),
            [(
                "Assertion Consumer URLs",
                "https://a.example",
                "https://a.example\nhttps://b.example"
            )]
        );
        let claims = |local: &str| ServiceProviderInput {
            claims: vec![
                ClaimRow::default(),
                ClaimRow {
                    local: local.into(),
                    ..ClaimRow::default()
                },
            ],
            ..ServiceProviderInput::default()
        };
        let found = rows(labels::SERVICE_PROVIDER, &claims("x"), &claims("y"), &as_they_are);
        assert_eq!(shown(&found), [("Requested claim 2: Local Claim", "x", "y")]);
    }

    #[test]
    fn values_are_told_in_words() {
        let role = |permissions: &[&str]| RoleInput {
            permissions: permissions.iter().map(|one| (*one).to_owned()).collect(),
            ..RoleInput::default()
        };
        let words = |path: &str, value: &str| (path == "permissions").then(|| format!("may {value}"));
        let found = rows(labels::ROLE, &role(&["a"]), &role(&["a", "b"]), &words);
        assert_eq!(shown(&found), [("Permissions", "may a", "may a\nmay b")]);
    }

    #[test]
    fn of_a_long_value_the_difference_is_shown() {
        let (a, b) = (
            format!("{}A{}", "x".repeat(500), "y".repeat(500)),
            format!("{}B", "x".repeat(500)),
        );
        let (a, b) = around_the_difference(&a, &b);
        assert!(a.starts_with("… x") && a.contains("xAy") && a.ends_with("y …"), "{a}");
        assert!(b.starts_with("… x") && b.ends_with('B'), "{b}");
        assert!(a.chars().count() < 170 && b.chars().count() < 170);
        assert_eq!(around_the_difference("a", "b"), ("a".to_owned(), "b".to_owned()));
    }

    #[test]
    fn the_table_holds_text_and_a_way_to_the_other() {
        let rows = vec![Row {
            label: "Message".into(),
            saved: String::new(),
            yours: "<b>".into(),
        }];
        let html = markup(move || section(rows, "/console/roles/7".into()));
        assert!(
            html.contains("&lt;b&gt;") && !html.contains("<b>") && html.contains(">empty<"),
            "{html}"
        );
        assert!(
            html.contains(r#"href="/console/roles/7""#) && html.contains(r#"id="f-version""#),
            "{html}"
        );
        assert!(
            !html.contains("role=\"alert\"") && !html.contains("role=\"status\""),
            "{html}"
        );
    }
}
