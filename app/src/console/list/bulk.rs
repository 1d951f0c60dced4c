//! Changes to several rows of a list at once: the bar with their buttons, the question before some are deleted, and what
//! became of each.

use domain::view::{BulkOutcome, BulkPlan};
use leptos::prelude::*;

use crate::console::page::Request;
use crate::context::{Console, see_other};
use crate::error::UiError;
use crate::ui::*;

/// The form that the rows' boxes belong to, with the buttons that do something with all that are ticked.
#[component]
pub fn BulkBar(back: String, children: Children) -> impl IntoView {
    view! {
        <form id=BULK class="bulk-bar" method="post" novalidate=true>
            <Hidden name="back" value=back/>
            <span class="bulk-count" data-picked="">"With selected rows"</span>
            {children()}
        </form>
    }
}

/// A button of a [`BulkBar`].
#[component]
pub fn BulkButton(
    #[prop(into)] action: String,
    label: &'static str,
    #[prop(optional)] kind: ButtonKind,
) -> impl IntoView {
    view! { <Button small=true kind formaction=action>{label}</Button> }
}

/// Leads back to the part of the list that `back` names, with what became of the rows.
///
/// # Errors
/// What concerns all rows, and `Failed` if the outcome cannot be kept.
pub async fn told(
    console: &Console,
    form: &str,
    path: &str,
    back: &str,
    verb: &str,
    result: identity::Result<BulkOutcome>,
) -> Result<(), UiError> {
    let joint = if back.is_empty() { "" } else { "&" };
    let page = format!("{path}?{back}");
    match result {
        Ok(outcome) => {
            let id = console.keep_draft(form, (verb.to_owned(), outcome)).await?;
            see_other(&format!("{page}{joint}done={id}"));
            Ok(())
        }
        Err(error) => {
            console
                .answer(form, &page, (String::new(), BulkOutcome::default()), Err(error))
                .await
        }
    }
}

/// Leads to the question before rows are deleted, or back to the list where nothing of `plan` can be asked. `deletion` and
/// `form` are what is kept for the one page and the other.
///
/// # Errors
/// As [`told`].
pub async fn ask_deletion(
    console: &Console,
    (deletion, form): (&str, &str),
    path: &str,
    (ids, back): (Vec<i64>, String),
    plan: identity::Result<BulkPlan>,
) -> Result<(), UiError> {
    match plan {
        Ok(_) => {
            let id = console.keep_draft(deletion, (ids, back)).await?;
            see_other(&format!("{path}/delete-selected?draft={id}"));
            Ok(())
        }
        Err(error) => told(console, form, path, &back, "Deleted", Err(error)).await,
    }
}

/// What became of the rows that were selected, if the page was opened for that.
///
/// # Errors
/// `Internal` only.
pub async fn outcome(request: &Request, form: &str) -> identity::Result<Option<AnyView>> {
    let id = request.query.get("done").or_else(|| request.query.get("draft"));
    let Some(id) = id else { return Ok(None) };
    let (services, actor) = (&request.console.services, &request.console.actor);
    let kept = identity::drafts::find::<(String, BulkOutcome)>(services, actor, form, &id).await?;
    Ok(kept.map(|kept| {
        if kept.problems.is_empty() {
            outcome_notice(&kept.input.0, kept.input.1)
        } else {
            view! { <ErrorSummary problems=kept.problems outcome="Not done"/> }.into_any()
        }
    }))
}

fn outcome_notice(verb: &str, outcome: BulkOutcome) -> AnyView {
    let done = match (outcome.done, outcome.refused.is_empty()) {
        (0, true) => "Nothing is left to do: the rows are gone.".to_owned(),
        (done, true) => format!("{verb}: {done}."),
        (0, false) => format!("{verb}: none. Refused: {}.", outcome.refused.len()),
        (done, false) => format!("{verb}: {done}. Refused: {}.", outcome.refused.len()),
    };
    if outcome.refused.is_empty() {
        return view! { <Notice kind=NoticeKind::Good text=done/> }.into_any();
    }
    view! { <Notice kind=NoticeKind::Warn text=done>{refusals(outcome.refused)}</Notice> }.into_any()
}

fn refusals(refused: Vec<(String, String)>) -> impl IntoView {
    let lines = refused
        .into_iter()
        .map(|(name, why)| view! { <li><b>{name}</b>": "{why}</li> });
    view! { <ul>{lines.collect_view()}</ul> }
}

/// What a page asks about that deletes several rows: what would happen, and what would be refused and why.
pub struct Question {
    pub action: &'static str,
    /// `user`, `service provider`.
    pub thing: &'static str,
    /// What goes with them.
    pub text: &'static str,
    pub cancel: String,
    pub back: String,
}

pub fn question(asks: Question, plan: BulkPlan) -> AnyView {
    let refused = (!plan.refused.is_empty()).then(|| {
        view! { <Callout kind=NoticeKind::Warn><p>"These stay, and why:"</p>{refusals(plan.refused)}</Callout> }
    });
    if plan.would.is_empty() {
        let cancel = asks.cancel;
        return view! {
            {refused}
            <PlainCard><p>"There is nothing to delete."</p><LinkButton href=cancel>"Back to the list"</LinkButton></PlainCard>
        }
        .into_any();
    }
    let hidden = plan.would.iter().map(|(id, _)| ("ids[]", id.to_string()));
    let hidden = hidden.chain([("back", asks.back)]).collect::<Vec<_>>();
    let many = if plan.would.len() == 1 { "" } else { "s" };
    let ask = format!("Delete {} {}{many}?", plan.would.len(), asks.thing);
    let names = plan
        .would
        .into_iter()
        .map(|(_, name)| view! { <li>{name}</li> })
        .collect_view();
    view! {
        {refused}
        <ConfirmForm action=asks.action question=ask hidden confirm="Delete" cancel=asks.cancel>
            <ul>{names}</ul>
            <p>{asks.text}</p>
        </ConfirmForm>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn an_outcome_tells_what_was_refused() {
        let html = markup(|| {
            outcome_notice(
                "Locked",
                BulkOutcome {
                    done: 2,
                    refused: vec![("<b>admin</b>".into(), "Nobody locks themselves.".into())],
                },
            )
        });
        assert!(
            html.contains("Locked: 2. Refused: 1.") && html.contains(r#"role="alert""#),
            "{html}"
        );
        assert!(
            html.contains("&lt;b&gt;admin") && html.contains("Nobody locks themselves."),
            "{html}"
        );
        let html = markup(|| {
            outcome_notice(
                "Locked",
                BulkOutcome {
                    done: 1,
                    ..BulkOutcome::default()
                },
            )
        });
        assert!(
            html.contains("Locked: 1.") && html.contains(r#"role="status""#),
            "{html}"
        );
    }
}
