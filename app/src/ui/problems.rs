//! What is wrong with a form, said once at its top with a link to each field.

use domain::Problems;
use leptos::prelude::*;

use super::id::field_id;
use super::inline::prose;

/// The problems of the last submit. Nothing when there are none.
///
/// A problem of the whole form has an empty field name. The summary takes the focus as the page opens,
/// so that it is read at once: a live region that is there from the start is not announced everywhere.
#[component]
pub fn ErrorSummary(
    problems: Problems,
    /// What the problems kept from happening.
    #[prop(default = "Not saved")]
    outcome: &'static str,
) -> impl IntoView {
    (!problems.is_empty()).then(|| {
        let count = match problems.0.len() {
            1 => format!("{outcome}: 1 problem"),
            n => format!("{outcome}: {n} problems"),
        };
        let items = problems
            .0
            .into_iter()
            .map(|problem| problem_line(&problem.field, &problem.message))
            .collect::<Vec<_>>();
        view! {
            <div class="notice bad" role="alert" tabindex="-1" autofocus=true>
                <div>
                    <p class="notice-title">{count}</p>
                    <ul>{items}</ul>
                </div>
            </div>
        }
    })
}

fn problem_line(field: &str, message: &str) -> AnyView {
    if field.is_empty() {
        view! { <li>{prose(message)}</li> }.into_any()
    } else {
        view! { <li><a href=format!("#{}", field_id(field))>{prose(message)}</a></li> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use domain::Problems;
    use leptos::prelude::*;

    use super::ErrorSummary;
    use crate::ui::test_render::markup;

    fn two() -> Problems {
        let mut problems = Problems::one("sms_url", "Put in the address");
        problems.add("", "Somebody else saved");
        problems
    }

    #[test]
    fn each_problem_of_a_field_links_to_it() {
        let html = markup(|| view! { <ErrorSummary problems=two()/> });
        assert!(
            html.contains(r#"role="alert""#) && html.contains("Not saved: 2 problems"),
            "{html}"
        );
        assert!(
            html.contains(r##"<a href="#f-sms_url">Put in the address</a>"##),
            "{html}"
        );
        assert!(html.contains("<li>Somebody else saved</li>"), "{html}");
    }

    #[test]
    fn no_problem_no_alert() {
        assert!(!markup(|| view! { <ErrorSummary problems=Problems::default()/> }).contains("alert"));
    }
}
