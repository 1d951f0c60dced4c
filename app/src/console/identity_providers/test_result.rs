//! What a test SMS came to: how far it got and how long that took, the answer, and the rule that decided.

use domain::Problems;
use domain::view::SmsTestView;
use leptos::prelude::*;

use crate::ui::*;

/// The result as markup, for the script that asked for it.
pub fn fragment(tested: Result<SmsTestView, Problems>) -> String {
    match tested {
        Err(problems) => view! { <ErrorSummary problems outcome="Not sent"/> }.to_html(),
        Ok(result) => {
            let (kind, text) = if result.accepted {
                (NoticeKind::Good, "The provider took the test SMS.".to_owned())
            } else {
                (NoticeKind::Bad, format!("Test SMS: {}.", result.outcome))
            };
            view! { <Notice kind text focus=false/> {figure("This test", result)} }.to_html()
        }
    }
}

pub fn figure(title: &str, result: SmsTestView) -> AnyView {
    let time = result
        .total_millis
        .map_or_else(String::new, |millis| format!(" · {millis} ms"));
    let tries = if result.attempts > 1 {
        format!(" · {} tries", result.attempts)
    } else {
        String::new()
    };
    let aside = format!("to {}{time}{tries}", result.masked_number);
    let phases: Vec<Phase> = result
        .phases
        .into_iter()
        .map(|(name, millis)| Phase { name, millis })
        .collect();
    let phases = (!phases.is_empty()).then(|| view! { <Phases phases/> });
    let mut text = Vec::new();
    if let Some(status) = result.status {
        text.push((WireInk::Strong, format!("HTTP {status} ")));
    }
    text.push((WireInk::Key, "decided by: ".to_owned()));
    text.push((WireInk::Plain, result.rule));
    if let Some(certificate) = result.certificate {
        text.push((WireInk::Key, "\ncertificate: ".to_owned()));
        text.push((WireInk::Plain, certificate));
    }
    if let Some(answer) = result.answer {
        text.push((WireInk::Plain, format!("\n\n{answer}")));
    }
    view! {
        <Wire title=format!("{title} · {}", result.outcome) aside text=wire_text(text)>{phases}</Wire>
    }
    .into_any()
}
