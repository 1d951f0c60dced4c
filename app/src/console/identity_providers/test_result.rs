//! What a test SMS came to: how far it got and how long that took, the answer, and the rule that decided.

use domain::Problems;
use domain::view::SmsTestView;
use leptos::prelude::*;

use crate::ui::*;

/// The result as markup, for the script that asked for it.
pub fn fragment(tested: Result<SmsTestView, Problems>) -> String {
    match tested {
        Err(problems) => view! { <ErrorSummary problems outcome="Not sent"/> }.to_html(),
        Ok(result) => shown(result).to_html(),
    }
}

/// What the test that was just sent came to, announced.
pub fn shown(result: SmsTestView) -> AnyView {
    let (kind, text) = if result.accepted {
        (NoticeKind::Good, "The provider took the test SMS.".to_owned())
    } else {
        (NoticeKind::Bad, format!("Test SMS: {}.", result.outcome))
    };
    view! { <Notice kind text focus=false/> {figure("This test", result)} }.into_any()
}

/// The same where the keys are not as they were saved, and the own password was given too long ago.
pub fn password_needed() -> String {
    view! {
        <div class="notice warn" role="alert">
            <div>
                <p>"Not sent: keys are changed here, and your password was given over five minutes ago."</p>
                <p>
                    <a href="/console/confirm-password?next=/console/identity-providers" target="_blank">
                        "Confirm your password in a new tab"
                    </a>
                    ", then press Send test SMS again."
                </p>
            </div>
        </div>
    }
    .to_html()
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
    for (at, certificate) in result.certificates.into_iter().enumerate() {
        let label = if at == 0 { "\ncertificate: " } else { "\nissued from: " };
        text.push((WireInk::Key, label.to_owned()));
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
