//! A sign-in that has ended without success: why, and the way back to the application.

use domain::flow::Reason;
use identity::login::{FlowView, Notice as FlowNotice};
use leptos::prelude::*;

use crate::ui::{ButtonKind, Notice, NoticeKind, PostButton, SignInCard};

pub fn page(view: &FlowView, reason: Reason) -> AnyView {
    let label = format!("Return to {}", view.application);
    let hidden = vec![("flow", view.id.clone())];
    let missing = match &view.notice {
        Some(FlowNotice::Lacking(names)) => Some(view! { <p>{format!("Missing: {}.", names.join(", "))}</p> }),
        _ => None,
    };
    view! {
        <SignInCard application=None title="You are not signed in">
            <Notice focus=false kind=NoticeKind::Bad text=reason.words()/>
            {missing}
            <div class="buttons">
                <PostButton action="/api/login/leave" label kind=ButtonKind::Primary hidden/>
            </div>
        </SignInCard>
    }
    .into_any()
}
