//! The form for a backup code.

use identity::login::{BackupPrompt, FlowView, Notice as FlowNotice};
use leptos::prelude::*;

use super::page::{another_way, attempts, step, too_many_codes};
use crate::ui::{Button, ButtonKind, Hidden, Notice, NoticeKind, PostButton, PostForm, SignInCard, TextField};

pub fn form(view: &FlowView, backup: &BackupPrompt) -> AnyView {
    let (flow, application, step) = (view.id.clone(), Some(view.application.clone()), step(view));
    let another = another_way(view);
    let hidden = vec![("flow", flow.clone())];
    let alert = alert(view).map(|text| view! { <Notice focus=false kind=NoticeKind::Bad text/> });
    let content = if backup.backup_codes_left == 0 {
        view! { <p>"Your account has no backup code left. Ask an administrator for new ones, or use the code by SMS."</p> }
            .into_any()
    } else {
        let help = format!(
            "One of the list you were given, of 16 letters and digits. Each works once. {}",
            attempts(backup.attempts_left)
        );
        view! {
            <PostForm action="/api/login/backup-code">
                <Hidden name="flow" value=flow/>
                <TextField name="code" label="Backup code" help mono=true maxlength=40 autofocus=true/>
                <Button kind=ButtonKind::Primary>"Authenticate"</Button>
            </PostForm>
        }
        .into_any()
    };
    view! {
        <SignInCard application step title="Use a backup code">
            {alert}
            {content}
            <div class="buttons">
                <PostButton action="/api/login/use-sms" label="Use the code by SMS" kind=ButtonKind::Quiet hidden/>
                {another}
            </div>
        </SignInCard>
    }
    .into_any()
}

fn alert(view: &FlowView) -> Option<String> {
    match &view.notice {
        Some(FlowNotice::CodeMissing) => Some("Type one of your backup codes.".to_owned()),
        Some(FlowNotice::CodeWrong) => Some(
            "This backup code is wrong, or it was used before. Check it, or type the next one of your list.".to_owned(),
        ),
        Some(FlowNotice::CodeWait { until }) => Some(too_many_codes(view.now, *until)),
        _ => None,
    }
}
