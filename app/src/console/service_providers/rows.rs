//! Rows inside forms: lists of addresses, the button that removes one, and the form's own default button.

use domain::Problems;
use leptos::prelude::*;

use crate::ui::*;

/// Rows for browsers without scripts, beyond those that are filled in. Where scripts run they are not part of the page.
pub const SPARE_ROWS: usize = 2;

/// What Enter presses: the first submit button of a form (HTML, "implicit submission"). Without it that would be a
/// button that removes a row. Neither seen, heard nor reached by Tab; the same as the button in the save bar.
#[component]
pub fn DefaultSubmit() -> impl IntoView {
    view! { <button type="submit" class="hear-only" tabindex="-1" aria-hidden="true"></button> }
}

/// Removes a row; `what` is heard, not seen.
#[component]
pub fn RemoveButton(#[prop(into)] press: String, #[prop(into)] what: String) -> impl IntoView {
    view! {
        <Button kind=ButtonKind::Quiet small=true name="input[press]" value=press>
            "Remove"<span class="hear-only">{format!(" {what}")}</span>
        </Button>
    }
}

/// A list of one-line values, such as `acs_urls`. Without scripts it ends in spare rows.
#[component]
pub fn TextRows(
    /// The field's name in the input.
    name: &'static str,
    /// What its buttons are called: `acs` of `add-acs`, `remove-acs-0`.
    press: &'static str,
    rows: Vec<String>,
    /// What a row is, as the button that removes it says.
    what: &'static str,
    /// The accessible name of a row, counted from 0.
    label: fn(usize) -> String,
    /// Whether the first row's label stands above the list, and there is always a first row.
    #[prop(optional)]
    titled: bool,
    /// The words on the button that adds a row.
    add: &'static str,
    help: &'static str,
    problems: Problems,
    may_manage: bool,
) -> impl IntoView {
    let rows = if rows.is_empty() && titled {
        vec![String::new()]
    } else {
        rows
    };
    let filled = rows.len();
    let row = move |n: usize, value: String, removable: bool| {
        let heard = (!(titled && n == 0)).then(|| label(n));
        let remove = (removable && may_manage).then(|| (format!("remove-{press}-{n}"), format!("{what} {}", n + 1)));
        text_row(name, n, value, heard, remove, &problems)
    };
    let spare: Vec<_> = (filled..filled + SPARE_ROWS)
        .map(|n| row(n, String::new(), false))
        .collect();
    let shown: Vec<_> = rows
        .into_iter()
        .enumerate()
        .map(|(n, value)| row(n, value, true))
        .collect();
    view! {
        <div class="field" id=name tabindex="-1">
            {titled.then(|| view! { <label class="label must" for=field_id(&format!("{name}[0]"))>{label(0)}</label> })}
            <div class="rows">{shown}</div>
            {may_manage.then(|| view! {
                <noscript><div class="rows">{spare}</div></noscript>
                <div class="buttons">
                    <Button small=true name="input[press]" value=format!("add-{press}")>{add}</Button>
                </div>
            })}
            <p class="field-help">{prose(help)}</p>
        </div>
    }
}

/// One row: its control, heard as `heard` unless a label names it, the button that removes it, what is wrong with it.
fn text_row(
    name: &str,
    n: usize,
    value: String,
    heard: Option<String>,
    remove: Option<(String, String)>,
    problems: &Problems,
) -> AnyView {
    let field = format!("{name}[{n}]");
    let id = field_id(&field);
    let error = problems.of(&field);
    let described = described_by(&id, error.is_some(), false, false);
    view! {
        <div class="row-fields single">
            <input
                id=id.clone()
                name=format!("input[{name}][{n}]")
                class="control mono"
                value=value
                autocomplete="off"
                spellcheck="false"
                autocapitalize="none"
                aria-label=heard
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
            />
            {remove.map(|(press, what)| view! { <RemoveButton press what/> })}
        </div>
        {error.map(|error| view! { <RowError id text=error/> })}
    }
    .into_any()
}

/// What is wrong with a row, under it.
#[component]
fn RowError(id: String, text: String) -> impl IntoView {
    view! {
        <p class="field-error" id=format!("{id}-error")><Icon kind=IconKind::Alert/><span>{prose(&text)}</span></p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn consumers(rows: &[&str], may_manage: bool) -> String {
        let rows = rows.iter().map(|row| (*row).to_owned()).collect();
        markup(move || {
            let label = |n| {
                if n == 0 {
                    "Assertion Consumer URLs".to_owned()
                } else {
                    format!("Another consumer URL {}", n + 1)
                }
            };
            view! {
                <TextRows name="acs_urls" press="acs" what="consumer URL" rows label titled=true add="Add URL"
                    help="Where to." may_manage
                    problems=Problems::one("acs_urls[1]", "No address")/>
            }
        })
    }

    #[test]
    fn a_titled_list_always_has_its_first_row_under_its_label() {
        let html = consumers(&[], true);
        assert!(
            html.contains(r#"for="f-acs_urls-0" class="label must">Assertion Consumer URLs</label>"#),
            "{html}"
        );
        assert!(
            html.contains(r#"name="input[acs_urls][0]""#) && html.contains(r#"value="add-acs""#),
            "{html}"
        );
    }

    #[test]
    fn the_label_stands_on_one_control_and_the_problem_at_its_row() {
        let html = consumers(&["a", "b"], true);
        let shown = html.split("<noscript>").next().unwrap();
        assert_eq!(shown.matches("<label").count(), 1, "{shown}");
        assert_eq!(
            shown.matches(r#"aria-label="Assertion Consumer URLs""#).count(),
            0,
            "{shown}"
        );
        assert!(
            shown.contains(r#"aria-label="Another consumer URL 2" aria-invalid="true""#),
            "{shown}"
        );
        assert!(
            shown.contains(r#"id="f-acs_urls-1-error""#) && shown.contains(r#"value="remove-acs-1""#),
            "{shown}"
        );
    }

    #[test]
    fn without_scripts_there_are_spare_rows_and_viewers_get_no_buttons() {
        let html = consumers(&["a"], true);
        let spare = html
            .split("<noscript>")
            .nth(1)
            .unwrap()
            .split("</noscript>")
            .next()
            .unwrap();
        assert!(
            spare.contains("input[acs_urls][1]") && spare.contains("input[acs_urls][2]"),
            "{spare}"
        );
        assert!(!consumers(&["a"], false).contains("<button"));
    }
}
