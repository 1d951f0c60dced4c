//! The steps to the first sign-in, each ticked off as it becomes true; one line when all are.

use domain::view::home::GuideStep;
use leptos::prelude::*;

use crate::ui::*;

/// Nothing for whoever can take none of the steps.
pub(super) fn card(steps: Vec<GuideStep>) -> Option<AnyView> {
    if steps.is_empty() {
        return None;
    }
    let (all, left) = (steps.len(), steps.iter().filter(|step| !step.done).count());
    let items = steps.into_iter().map(item).collect_view();
    let list = view! { <ol class="guide">{items}</ol> };
    Some(if left == 0 {
        let hint = format!("All {all} are done");
        view! { <Card title="First steps" hint=hint>{list}</Card> }.into_any()
    } else {
        let hint = format!("{} of {all} done", all - left);
        view! { <PlainCard title="First steps" hint=hint>{list}</PlainCard> }.into_any()
    })
}

fn item(step: GuideStep) -> impl IntoView {
    let (kind, state) = if step.done {
        (TagKind::Good, "Done")
    } else {
        (TagKind::Neutral, "To do")
    };
    view! {
        <li>
            <div class="guide-head"><strong>{step.title}</strong><Tag kind text=state/></div>
            <p>{step.text}" "<a href=step.href>{step.action}</a></p>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn step(done: bool) -> GuideStep {
        GuideStep {
            title: "Add one".into(),
            text: "So it is.".into(),
            href: "/console/identity-providers/new".into(),
            action: "To it".into(),
            done,
        }
    }

    #[test]
    fn it_stands_open_until_all_is_done_and_is_one_line_then() {
        let html = markup(|| card(vec![step(true), step(false)]));
        assert!(html.contains("1 of 2 done") && html.contains(">To do<"), "{html}");
        assert!(
            html.contains(r#"href="/console/identity-providers/new">To it"#),
            "{html}"
        );
        assert!(!html.contains("<details"), "{html}");
        let html = markup(|| card(vec![step(true), step(true)]));
        assert!(html.contains("<details") && html.contains("All 2 are done"), "{html}");
        assert!(!html.contains(" open"), "{html}");
        assert!(card(Vec::new()).is_none());
    }
}
