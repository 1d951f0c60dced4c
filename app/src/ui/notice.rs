//! Messages on a page. `Notice` is the outcome of the last submit and the only thing besides
//! `ErrorSummary` with a live role; `Callout` is something that is simply true about the page.

use leptos::prelude::*;

use super::button::LinkButton;
use super::icon::{Icon, IconKind};
use super::inline::prose;

/// What a message is about; colour never says it alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeKind {
    /// Done.
    Good,
    /// Worth knowing.
    #[default]
    Info,
    /// Will go wrong if left.
    Warn,
    /// Went wrong.
    Bad,
}

impl NoticeKind {
    fn class(self) -> &'static str {
        match self {
            Self::Good => "notice good",
            Self::Info => "notice",
            Self::Warn => "notice warn",
            Self::Bad => "notice bad",
        }
    }

    fn icon(self) -> IconKind {
        match self {
            Self::Good => IconKind::Check,
            Self::Info => IconKind::Info,
            Self::Warn | Self::Bad => IconKind::Alert,
        }
    }

    fn role(self) -> &'static str {
        match self {
            Self::Good | Self::Info => "status",
            Self::Warn | Self::Bad => "alert",
        }
    }
}

/// The outcome of the last submit: `role=status`, or `role=alert` where it failed. Takes the focus as the
/// page opens: a live region that is there from the start is not announced everywhere.
#[component]
pub fn Notice(
    kind: NoticeKind,
    #[prop(into)] text: String,
    /// Whether it takes the focus. Not on a page with a field to type in at once, as for a code.
    #[prop(default = true)]
    focus: bool,
    /// What belongs to the outcome, such as links to whatever stands in the way.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=kind.class() role=kind.role() tabindex="-1" autofocus=focus>
            <Icon kind=kind.icon()/>
            <div><p>{prose(&text)}</p>{children.map(|children| children())}</div>
        </div>
    }
}

/// Something to know about this page, not announced.
#[component]
pub fn Callout(#[prop(optional)] kind: NoticeKind, children: Children) -> impl IntoView {
    view! {
        <div class=kind.class()>
            <Icon kind=kind.icon()/>
            <div>{children()}</div>
        </div>
    }
}

/// Why what a page is for cannot be done, what stands in the way, and the way back.
#[component]
pub fn Hindered(
    text: &'static str,
    /// Where the button *Back* leads.
    #[prop(into)]
    back: String,
    /// What stands in the way, with links to it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="stack">
            <Callout kind=NoticeKind::Warn>{text}</Callout>
            {children.map(|children| children())}
            <div class="buttons"><LinkButton href=back>"Back"</LinkButton></div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::{Callout, Hindered, Notice, NoticeKind};
    use crate::ui::test_render::markup;

    #[test]
    fn what_cannot_be_done_leads_back() {
        let html = markup(|| view! { <Hindered text="In use." back="/console/roles/2"><p>"By jane"</p></Hindered> });
        let order = ["In use.", "By jane", r#"href="/console/roles/2""#].map(|part| html.find(part));
        assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{html}");
    }

    #[test]
    fn only_outcomes_are_announced() {
        let roles = |html: &str| (html.contains(r#"role="status""#), html.contains(r#"role="alert""#));
        assert_eq!(
            roles(&markup(|| view! { <Notice kind=NoticeKind::Good text="Saved."/> })),
            (true, false)
        );
        assert_eq!(
            roles(&markup(|| view! { <Notice kind=NoticeKind::Bad text="In use."/> })),
            (false, true)
        );
        assert_eq!(
            roles(&markup(|| view! { <Callout kind=NoticeKind::Bad>"Down"</Callout> })),
            (false, false)
        );
    }
}
