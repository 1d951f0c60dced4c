//! *Session time-outs*: shown, and set by whoever may manage settings.

use domain::Problems;
use domain::input::session::TimeOutsInput;
use domain::view::resident::TimeOutsView;
use leptos::prelude::*;

use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "session-time-outs";

/// What was typed and refused, if anything was.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    pub input: Option<TimeOutsInput>,
    pub problems: Problems,
}

pub fn card(view: TimeOutsView, typed: Typed, may_manage: bool) -> AnyView {
    let hint = "Of the console\u{2019}s sessions, and of those that service providers share.";
    let content = if may_manage { form(view, typed) } else { facts(&view) };
    view! { <PlainCard title="Session time-outs" hint id="time-outs">{content}</PlainCard> }.into_any()
}

fn facts(view: &TimeOutsView) -> AnyView {
    let idle = counted(view.idle_minutes, "minute");
    let longest = counted(view.hours, "hour");
    view! {
        <Facts>
            <Fact label="Without use">{idle}</Fact>
            <Fact label="At most">{longest}</Fact>
        </Facts>
    }
    .into_any()
}

fn form(view: TimeOutsView, typed: Typed) -> AnyView {
    let is_draft = typed.input.is_some();
    let problems = typed.problems;
    let mut input = typed.input.unwrap_or_else(|| view.input.clone());
    if problems.of("version").is_some() {
        // Told that somebody else has saved, whoever submits again means to overwrite.
        input.seen.clone_from(&view.input.seen);
    }
    let now = format!(
        "Now {} without use, {} at most.",
        counted(view.idle_minutes, "minute"),
        counted(view.hours, "hour")
    );
    let idle_help = format!(
        "1 to 1440. A session that is not used for so long has ended. Empty: the setting `session.idle_minutes`, which is {}.",
        view.default_idle_minutes
    );
    let hours_help = format!(
        "1 to 720. A session ends after so long in any case; service providers are told of it as `SessionNotOnOrAfter`. Empty: \
         the setting `session.hours`, which is {}.",
        view.default_hours
    );
    view! {
        <PostForm action="/api/console/resident/time-outs" id=FORM>
            <Hidden name="input[seen]" value=input.seen/>
            <p class="field-help">{now}</p>
            <div class="pair">
                <TextField name="input[idle_minutes]" label="Idle time-out (minutes)" value=input.idle_minutes
                    error=problems.of("idle_minutes") help=idle_help width=Width::Narrow inputmode="numeric"/>
                <TextField name="input[hours]" label="Longest session (hours)" value=input.hours
                    error=problems.of("hours") help=hours_help width=Width::Narrow inputmode="numeric"/>
            </div>
            <div class="buttons"><Button>"Update"</Button></div>
        </PostForm>
        <UnsavedGuard form=FORM.to_owned() draft=is_draft/>
    }
    .into_any()
}

fn counted(n: i64, unit: &str) -> String {
    if n == 1 {
        format!("1 {unit}")
    } else {
        format!("{n} {unit}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn view() -> TimeOutsView {
        TimeOutsView {
            input: TimeOutsInput {
                seen: "5/".into(),
                idle_minutes: "5".into(),
                hours: String::new(),
            },
            idle_minutes: 5,
            hours: 1,
            default_idle_minutes: 15,
            default_hours: 24,
        }
    }

    #[test]
    fn whoever_may_only_look_sees_what_counts() {
        let html = markup(|| card(view(), Typed::default(), false));
        assert!(html.contains("5 minutes") && html.contains("1 hour<"), "{html}");
        assert!(!html.contains("<form") && !html.contains("<input"), "{html}");
    }

    #[test]
    fn what_was_refused_is_shown_again_over_what_is_stored_now() {
        let typed = Typed {
            input: Some(TimeOutsInput {
                seen: "/".into(),
                idle_minutes: "0".into(),
                hours: "2".into(),
            }),
            problems: Problems::one("version", "changed"),
        };
        let html = markup(move || card(view(), typed, true));
        assert!(html.contains(r#"value="5/""#), "{html}");
        assert!(html.contains(r#"value="0""#) && html.contains(r#"value="2""#), "{html}");
        assert!(html.contains("which is 15") && html.contains("which is 24"), "{html}");
    }
}
