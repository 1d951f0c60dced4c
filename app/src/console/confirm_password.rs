//! `/console/confirm-password`: one's own password again, before keys, secrets, roles, and others' passwords and numbers.

use identity::login::PasswordOutcome;
use identity::sessions;
use leptos::prelude::*;

use super::page::{Body, console_page};
use super::sign_in::inside;
use crate::context::{self, Console};
use crate::error::UiError;
use crate::login::password::too_many;
use crate::ui::{Button, ButtonKind, ErrorSummary, Hidden, LinkButton, PageHead, PasswordField, PlainCard, PostForm};

const FORM: &str = "confirm-password";

#[server(prefix = "/api", endpoint = "console/confirm-password")]
pub async fn confirm_password(
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), UiError> {
    let console = Console::any()?;
    let username = console.actor.username.clone();
    let outcome = identity::login::console_password(
        &console.services,
        &username,
        &password,
        &context::client(),
        "confirm_password",
    )
    .await?;
    let problem = match outcome {
        PasswordOutcome::Right(_) => {
            sessions::password_given(&console.services, &console.actor.session_id).await?;
            context::see_other(&inside(&next));
            return Ok(());
        }
        PasswordOutcome::Wait { seconds } => too_many(&format!("{seconds} seconds")),
        PasswordOutcome::Missing => "Type your password.".to_owned(),
        _ => "This is not your password. Type it again.".to_owned(),
    };
    let page = format!("/console/confirm-password?next={}", context::encode(&inside(&next)));
    console
        .back_to(FORM, &page, (), domain::Problems::one("password", problem))
        .await
}

#[component]
pub fn ConfirmPasswordPage() -> impl IntoView {
    console_page(None, None, |request| async move {
        let problems = request
            .console
            .draft::<()>(FORM, &request.query)
            .await?
            .map(|draft| draft.problems)
            .unwrap_or_default();
        let next = inside(&context::asked("next").unwrap_or_default());
        let error = problems.of("password");
        let back = next.clone();
        let body = Body::new(view! {
            <PageHead title="Confirm your password" subtitle="The page you are going to changes keys, roles, passwords or numbers. It asks for your password if you gave it more than five minutes ago."/>
            <PlainCard>
                <PostForm action="/api/console/confirm-password">
                    <Hidden name="next" value=next/>
                    <div class="fields">
                        <PasswordField name="password" label="Password" error autofocus=true/>
                        <div class="buttons">
                            <Button kind=ButtonKind::Primary>"Continue"</Button>
                            <LinkButton kind=ButtonKind::Quiet href=cancel(&back)>"Cancel"</LinkButton>
                        </div>
                    </div>
                </PostForm>
            </PlainCard>
        });
        Ok(if problems.is_empty() {
            body
        } else {
            body.with_notice(view! { <ErrorSummary outcome="Not confirmed" problems/> })
        })
    })
}

/// The list that the page belongs to: going back to the page itself would lead here again.
fn cancel(next: &str) -> String {
    next.split('/')
        .take(3)
        .collect::<Vec<_>>()
        .join("/")
        .split('?')
        .next()
        .unwrap_or("/console")
        .to_owned()
}
