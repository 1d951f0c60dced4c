//! One authentication step, as a section of its page.

use domain::Problems;
use domain::input::service_provider::{BASIC, StepRow};
use leptos::prelude::*;

use super::rows::RemoveButton;
use crate::ui::*;

/// Every step is about the local user whom the first one has named, so what is chosen gives the same NameID either way.
const SUBJECT: &str = "The NameID is of the user who passes this step. All steps are passed by one local user, so for now \
                       every choice gives the same NameID. The step that is chosen cannot be deleted.";
const ATTRIBUTES: &str = "The attributes are of the user who passes this step: as above, the same whichever is chosen.";

#[component]
pub fn Step(
    /// Its position, from 0.
    n: usize,
    row: StepRow,
    last: bool,
    identity_providers: Vec<(String, String)>,
    gives_subject: bool,
    gives_attributes: bool,
    problems: Problems,
    may_manage: bool,
) -> impl IntoView {
    let title = format!("step-{}-title", n + 1);
    let buttons = may_manage.then(|| {
        view! {
            <div class="buttons">
                {(n > 0).then(|| act(format!("up-{n}"), "Move up", &title))}
                {(!last).then(|| act(format!("down-{n}"), "Move down", &title))}
                {act(format!("delete-{n}"), "Delete", &title)}
            </div>
        }
    });
    let picked = picked(n, &row, &identity_providers, may_manage);
    view! {
        <section class="auth-step" id=format!("step-{}", n + 1) aria-labelledby=title.clone() tabindex="-1"
            data-place=n.to_string() data-called=format!("step {}", n + 1)>
            <header><h2 id=title.clone()>{format!("Step {}", n + 1)}</h2>{buttons}</header>
            {may_manage.then(|| selects(n, &row, identity_providers, &problems))}
            {picked}
            <Radio name="input[subject_step]" value=n.to_string() label="Use subject identifier from this step"
                checked=gives_subject
                help=Some(SUBJECT.to_owned())/>
            <Radio name="input[attributes_step]" value=n.to_string() label="Use attributes from this step"
                checked=gives_attributes
                help=Some(ATTRIBUTES.to_owned())/>
        </section>
    }
}

/// A button of this step; the step's title is heard with it.
fn act(press: String, text: &'static str, title: &str) -> impl IntoView + use<> {
    view! {
        <button type="submit" class="btn quiet small" name="input[press]" value=press
            aria-describedby=title.to_owned()>{text}</button>
    }
}

fn selects(
    n: usize,
    row: &StepRow,
    identity_providers: Vec<(String, String)>,
    problems: &Problems,
) -> impl IntoView + use<> {
    let federated = if identity_providers.is_empty() {
        let text =
            "There is no federated authenticator yet: add an identity provider and enable its SMSOTP authenticator.";
        view! { <p class="field-help">{text}</p> }.into_any()
    } else {
        view! {
            <SelectField name=format!("input[steps][{n}][federated]") label="Federated Authenticators"
                options=identity_providers
                value=row.federated.clone() error=problems.of(&format!("steps[{n}][federated]"))
                help="Sends a code by SMS to the user whom an earlier step has named."/>
            <div class="buttons"><Button small=true name="input[press]"
                value=format!("add-federated-{n}")>"Add Authenticator"</Button></div>
        }
        .into_any()
    };
    view! {
        <SelectField name=format!("input[steps][{n}][local]") label="Local Authenticators" options=[(BASIC, BASIC)]
            value=row.local.clone()
            error=problems.of(&format!("steps[{n}][local]")) help="`basic` asks for user name and password."/>
        <div class="buttons"><Button small=true name="input[press]"
            value=format!("add-local-{n}")>"Add Authenticator"</Button></div>
        {federated}
    }
}

/// What is in the step, in order.
fn picked(n: usize, row: &StepRow, identity_providers: &[(String, String)], may_manage: bool) -> impl IntoView + use<> {
    let name_of = |chosen: &String| {
        let known = identity_providers
            .iter()
            .find(|(id, _)| id == chosen)
            .map(|(_, name)| name.clone());
        known.unwrap_or_else(|| {
            if chosen == BASIC {
                chosen.clone()
            } else {
                format!("identity provider {chosen}, switched off")
            }
        })
    };
    let rows = row.authenticators.iter().enumerate().map(|(at, chosen)| {
        let name = name_of(chosen);
        view! {
            <li class="picked">
                <span>{name.clone()}</span>
                <Hidden name=format!("input[steps][{n}][authenticators][{at}]") value=chosen.clone()/>
                {may_manage.then(|| view! { <RemoveButton press=format!("remove-{n}-{at}") what=name/> })}
            </li>
        }
    });
    let rows = rows.collect_view();
    if row.authenticators.is_empty() {
        view! { <p class="quiet-text">"Empty: add an authenticator."</p> }.into_any()
    } else {
        view! { <ul class="rows" aria-label=format!("Authenticators of step {}", n + 1)>{rows}</ul> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn step(n: usize, last: bool, may_manage: bool) -> String {
        let row = StepRow {
            authenticators: vec!["basic".into(), "7".into(), "8".into()],
            ..StepRow::default()
        };
        markup(move || {
            view! {
                <Step n row last identity_providers=vec![("7".into(), "SMSOTP".into())] gives_subject=true
                    gives_attributes=false
                    problems=Problems::default() may_manage/>
            }
        })
    }

    #[test]
    fn a_step_is_a_section_with_its_local_controls_first() {
        let html = step(1, true, true);
        assert!(
            html.contains(r#"<h2 id="step-2-title">Step 2</h2>"#) && html.contains(r#"aria-labelledby="step-2-title""#),
            "{html}"
        );
        let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text}: {html}"));
        assert!(
            at(">Local Authenticators</label>") < at(r#"value="add-local-1""#),
            "{html}"
        );
        assert!(
            at(r#"value="add-local-1""#) < at(">Federated Authenticators</label>"),
            "{html}"
        );
        assert!(
            at(">Federated Authenticators</label>") < at(r#"value="add-federated-1""#),
            "{html}"
        );
        assert_eq!(html.matches(">Add Authenticator</button>").count(), 2, "{html}");
        assert_eq!(html.matches(" checked").count(), 1, "{html}");
    }

    #[test]
    fn what_cannot_be_done_is_not_shown() {
        assert!(!step(0, false, true).contains("Move up") && step(0, false, true).contains("Move down"));
        assert!(!step(1, true, true).contains("Move down") && step(1, true, true).contains("Move up"));
        let html = step(1, false, false);
        assert!(
            !html.contains("<button") && !html.contains("Add Authenticator"),
            "{html}"
        );
    }

    #[test]
    fn every_authenticator_of_the_step_stays_in_the_form() {
        let html = step(0, true, true);
        for (at, (value, text)) in [
            ("basic", "basic"),
            ("7", "SMSOTP"),
            ("8", "identity provider 8, switched off"),
        ]
        .into_iter()
        .enumerate()
        {
            assert!(
                html.contains(&format!(
                    r#"name="input[steps][0][authenticators][{at}]" value="{value}""#
                )),
                "{html}"
            );
            assert!(html.contains(&format!("<span>{text}</span>")), "{text}: {html}");
        }
    }
}
