//! A user's backup codes: how many are left, new ones shown once, and taking them away.

use domain::Permission::{self, ManageUsers};
use domain::Problems;
use domain::view::ProfileView;
use identity::drafts::{self, Draft};
use identity::users as rules;
use leptos::prelude::*;

use super::{ask_password, crumbs, form_of, page_of};
use crate::console::page::{Body, console_page};
use crate::context::{self, Console};
use crate::error::UiError;
use crate::ui::*;

const PAGE: &str = "backup-codes";
const REVOKE: &str = "backup-codes/revoke";

/// The new codes wait as a draft of this session: the page that shows them takes them out.
#[server(prefix = "/api", endpoint = "console/users/backup-codes")]
pub async fn generate_backup_codes(username: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let page = page_of(&username, PAGE);
    let codes = rules::generate_backup_codes(&console.services, &console.actor, &username).await;
    let next = match codes {
        Ok(input) => {
            let draft = Draft {
                input,
                problems: Problems::default(),
            };
            let id = drafts::keep_only(&console.services, &console.actor, &form_of(&username, PAGE), &draft).await?;
            Ok(format!("{page}?codes={id}"))
        }
        Err(error) => Err(error),
    };
    console.answer(&form_of(&username, "backup"), &page, (), next).await
}

#[server(prefix = "/api", endpoint = "console/users/revoke-backup-codes")]
pub async fn revoke_backup_codes(username: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::revoke_backup_codes(&console.services, &console.actor, &username).await;
    let next = result.map(|()| format!("{}?notice=backup-codes-revoked", page_of(&username, "profile")));
    console
        .answer(&form_of(&username, "backup"), &page_of(&username, REVOKE), (), next)
        .await
}

/// `/console/users/{username}/backup-codes`: the question before there are new ones, then the codes.
#[component]
pub fn BackupCodesPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageUsers),
        Some(NavItem::Users),
        |request| async move {
            let console = &request.console;
            let username = request.param("username")?;
            let view = rules::profile(&console.services, &console.actor, &username).await?;
            if let Some(id) = request.query.get("codes") {
                let form = form_of(&view.username, PAGE);
                let shown = drafts::take::<Vec<String>>(&console.services, &console.actor, &form, &id).await?;
                return Ok(match shown {
                    Some(draft) => Body::new(codes(&view.username, draft.input)),
                    None => Body::new(gone(&view.username)),
                });
            }
            rules::get(&console.services, &console.actor, &username).await?;
            if let Some(question) = ask_password(&request) {
                return Ok(question);
            }
            Ok(Body::new(question(&view)))
        },
    )
}

/// `/console/users/{username}/backup-codes/revoke`
#[component]
pub fn RevokeBackupCodesPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageUsers),
        Some(NavItem::Users),
        |request| async move {
            let console = &request.console;
            let user = rules::get(&console.services, &console.actor, &request.param("username")?).await?;
            if let Some(question) = ask_password(&request) {
                return Ok(question);
            }
            let cancel = page_of(&user.username, "profile");
            Ok(Body::new(view! {
                <PageHead title="Revoke Backup Codes" crumbs=crumbs(&user.username, "Revoke Backup Codes")/>
                <ConfirmForm action="/api/console/users/revoke-backup-codes" confirm="Revoke" cancel
                    question=format!("Revoke the backup codes of \u{201c}{}\u{201d}?", user.username)
                    hidden=vec![("username", user.username.clone())]>
                    <p>"None of them works any more. Codes by SMS are sent as before."</p>
                </ConfirmForm>
            }))
        },
    )
}

/// What the profile says about backup codes, and where to change them.
pub fn card(view: &ProfileView) -> AnyView {
    let left = view.backup_codes_left;
    let text = match left {
        0 => {
            "There are none. A backup code takes the place of the code by SMS when the phone is not at hand.".to_owned()
        }
        1 => "One is left. Each takes the place of the code by SMS once.".to_owned(),
        n => format!("{n} of 10 are left. Each takes the place of the code by SMS once."),
    };
    let [generate, revoke] = [PAGE, REVOKE].map(|page| page_of(&view.username, page));
    let buttons = view.may_change_mobile.then(|| {
        let revoke = (left > 0)
            .then(|| view! { <LinkButton kind=ButtonKind::Quiet href=revoke>"Revoke Backup Codes"</LinkButton> });
        view! {
            <div class="buttons">
                <LinkButton href=generate>"Generate Backup Codes"</LinkButton>
                {revoke}
            </div>
        }
    });
    view! { <PlainCard title="Backup Codes" id="backup-codes"><p>{text}</p>{buttons}</PlainCard> }.into_any()
}

fn head(username: &str) -> impl IntoView + use<> {
    view! { <PageHead title="Backup Codes" crumbs=crumbs(username, "Backup Codes")/> }
}

fn question(view: &ProfileView) -> impl IntoView + use<> {
    let username = view.username.clone();
    let before = match view.backup_codes_left {
        0 => None,
        1 => Some("The one that is left stops working at once.".to_owned()),
        n => Some(format!("The {n} that are left stop working at once.")),
    };
    view! {
        {head(&username)}
        <ConfirmForm action="/api/console/users/backup-codes" confirm="Generate" kind=ButtonKind::Primary
            cancel=page_of(&username, "profile")
            question=format!("Generate ten backup codes for \u{201c}{username}\u{201d}?")
            hidden=vec![("username", username.clone())]>
            <p>{before}" New ones are shown once. Hand them over in person, or on paper: whoever has one needs no phone."</p>
        </ConfirmForm>
    }
}

fn codes(username: &str, codes: Vec<String>) -> impl IntoView + use<> {
    let rows = codes
        .into_iter()
        .map(|code| view! { <li><code>{code}</code></li> })
        .collect_view();
    let profile = page_of(username, "profile");
    let title = format!("Backup codes of {username}");
    view! {
        {head(username)}
        <Callout kind=NoticeKind::Warn>
            "These codes are shown now and never again: only their hashes are kept. Print this page, or copy them to a safe place."
        </Callout>
        <PlainCard title>
            <ol class="backup-codes">{rows}</ol>
            <p>"Each works once, in the place of the code by SMS, under \u{201c}Use a backup code\u{201d}."</p>
            <div class="buttons"><LinkButton href=profile>"Done"</LinkButton></div>
        </PlainCard>
    }
}

/// A reload, or the back button.
fn gone(username: &str) -> impl IntoView + use<> {
    let generate = page_of(username, PAGE);
    context::status(http::StatusCode::GONE);
    view! {
        {head(username)}
        <Callout kind=NoticeKind::Info>
            <p>"The codes were shown once, and only their hashes are kept. Those that were written down work."</p>
            <LinkButton href=generate>"Generate Backup Codes"</LinkButton>
        </Callout>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn view(left: u64, may: bool) -> ProfileView {
        ProfileView {
            username: "a+b".into(),
            version: 1,
            locked: false,
            roles: Vec::new(),
            fields: Vec::new(),
            may_change: true,
            may_change_mobile: may,
            mobile_kind: None,
            number_claims: Vec::new(),
            backup_codes_left: left,
            codes_closed: false,
        }
    }

    #[test]
    fn the_profile_counts_what_is_left_and_offers_what_one_may() {
        let html = markup(|| card(&view(7, true)));
        assert!(
            html.contains("7 of 10 are left") && html.contains("/a%2Bb/backup-codes/revoke"),
            "{html}"
        );
        assert!(!markup(|| card(&view(0, true))).contains("Revoke"));
        assert!(!markup(|| card(&view(7, false))).contains("href"));
    }

    #[test]
    fn whoever_replaces_codes_is_told_what_they_lose() {
        assert!(markup(|| question(&view(7, true))).contains("The 7 that are left stop working"));
        assert!(!markup(|| question(&view(0, true))).contains("stop"));
    }
}
