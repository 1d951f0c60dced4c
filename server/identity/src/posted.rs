//! A form that arrives after its session has run out: what was typed waits for the same person to sign in again.
//!
//! It is kept as a draft of the session that ended, in its row, and goes over to the session that takes its place in the
//! same browser if that is the same user's (`sessions::succeed`). Only the cookie of a console session that was live until
//! a few hours ago keeps anything. Refuses passwords and values of secrets, and to be sent again by itself: what is found
//! is shown in the form, and saved when somebody presses the button.

use chrono::Duration;
use domain::Problems;
use entity::draft;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use url::form_urlencoded::{Serializer, parse};

use crate::drafts::{self, Draft, LIFETIME_HOURS};
use crate::{Actor, Result, Services, counters, sessions};

/// How many forms one session may leave behind.
const FORMS: u32 = 20;
/// The longest that is kept, in bytes: as much as any form of ours that takes no file.
const LONGEST: usize = 1024 * 1024;

/// What is said where the form stands again.
pub const LATE: &str = "Your session had ended before this was saved. The form stands as you typed it, but for passwords, \
                        keys and files: type or choose those again. Nothing is saved until you press the button.";

/// The same where nothing of the form is kept.
pub const LATE_BUTTON: &str = "Your session had ended before this was done, and nothing was. What was typed here is not kept: type \
                               it again, then press the button.";

/// Keeps a form's body as it was posted on `page` and gives the draft's id for the address. `None`: not kept, since the
/// cookie belongs to no session that ran out lately, or since it has left too much behind already.
///
/// # Errors
/// `Internal` only.
pub async fn keep(services: &Services, secret: &str, page: &str, body: &str) -> Result<Option<String>> {
    if body.len() > LONGEST {
        return Ok(None);
    }
    let Some((session, _)) = sessions::recent(services, secret).await? else {
        return Ok(None);
    };
    let (limit, window) = (format!("posted:{}", session.id), Duration::hours(LIFETIME_HOURS));
    if !counters::take(&services.db, services.clock.now(), &limit, FORMS, window).await? {
        return Ok(None);
    }
    let draft = Draft {
        input: without_secrets(body),
        problems: Problems::default(),
    };
    drafts::insert(services, &services.db, &session.id, &form_of(page), &draft)
        .await
        .map(Some)
}

/// Whose form waits under this id, for the page on which they sign in again.
///
/// # Errors
/// `Internal` only.
pub async fn waiting(services: &Services, secret: &str, id: &str) -> Result<Option<String>> {
    let Some((session, user)) = sessions::recent(services, secret).await? else {
        return Ok(None);
    };
    let row = draft::Entity::find_by_id(id)
        .filter(draft::Column::SessionId.eq(session.id))
        .one(&services.db)
        .await?;
    Ok(row.map(|_| user.username))
}

/// What was posted on `page`, if it has come to be this session's own.
///
/// # Errors
/// `Internal` only; what is gone is `None`.
pub async fn find(services: &Services, actor: &Actor, page: &str, id: &str) -> Result<Option<String>> {
    let draft = drafts::find::<String>(services, actor, &form_of(page), id).await?;
    Ok(draft.map(|draft| draft.input))
}

fn form_of(page: &str) -> String {
    format!("posted {page}")
}

/// The form without what is never kept, and without the button that was pressed inside it.
fn without_secrets(body: &str) -> String {
    let kept = parse(body.as_bytes()).filter(|(name, _)| !is_secret(name) && !name.ends_with("[press]"));
    Serializer::new(String::new()).extend_pairs(kept).finish()
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "private_key", "passphrase"]
        .iter()
        .any(|word| name.contains(word))
        || name.contains("secret") && name.ends_with("[value]")
        // Cells of an import, passwords among them.
        || name.contains("[cells]")
}

#[cfg(test)]
mod tests {
    use domain::input::user::{PasswordInput, UserInput};

    use super::*;
    use crate::sessions::{Client, Kind};
    use crate::testing::{self, ADMIN_PASSWORD};
    use crate::{cleanup, users};

    const PAGE: &str = "/console/roles/new";
    const BODY: &str = "input%5Bname%5D=Editors&input%5Bpassword%5D=secret&input%5Bpress%5D=add";

    async fn console(services: &Services, user_id: i64) -> String {
        let begun = sessions::begin(services, &services.db, Kind::Console, user_id, &[], &Client::default()).await;
        begun.unwrap().0
    }

    async fn user(services: &Services, name: &str) -> i64 {
        users::find_by_username(&services.db, name).await.unwrap().unwrap().id
    }

    async fn actor(services: &Services, secret: &str) -> Actor {
        sessions::actor(services, secret, "").await.unwrap().unwrap()
    }

    #[test]
    fn passwords_keys_and_buttons_are_left_out() {
        let body = "id=1&input%5Bname%5D=a+b&input%5Bnew_password%5D=x&password=y&input%5Bsecrets%5D%5B0%5D%5Bname%5D=key\
                    &input%5Bsecrets%5D%5B0%5D%5Bvalue%5D=z&input%5Bprivate_key%5D=PEM&input%5Bpress%5D=up-1\
                    &input%5Bcells%5D%5Br2%5D%5Bc1%5D=q&input%5Bbody_rule_value%5D=ok";
        let kept = without_secrets(body);
        let names: Vec<_> = parse(kept.as_bytes()).map(|(name, _)| name.into_owned()).collect();
        assert_eq!(
            names,
            ["id", "input[name]", "input[secrets][0][name]", "input[body_rule_value]"]
        );
        assert!(kept.starts_with("id=1&input%5Bname%5D=a+b"), "{kept}");
    }

    /// Every field that the inputs themselves keep out of a draft is known here by its name.
    #[test]
    fn what_no_draft_holds_is_known_by_name() {
        let user = UserInput::default();
        let password = PasswordInput::default();
        let all = serde_json::json!([user, password]).to_string();
        for name in ["password", "confirm_password", "new_password"] {
            assert!(!all.contains(name), "{name} is in no draft: {all}");
            assert!(is_secret(&format!("input[{name}]")), "{name}");
        }
    }

    #[tokio::test]
    async fn it_waits_for_the_same_user_alone() {
        let (services, clock, _) = testing::services().await;
        let (admin, jane) = (user(&services, "admin").await, {
            let input = UserInput {
                username: "jane".into(),
                password: ADMIN_PASSWORD.into(),
                confirm_password: ADMIN_PASSWORD.into(),
            };
            let setter = Actor::command_line(services.clock.now());
            users::create(&services, &setter, &input).await.unwrap();
            user(&services, "jane").await
        });
        for (next, seen) in [(admin, true), (jane, false)] {
            let old = console(&services, admin).await;
            clock.advance(Duration::minutes(services.settings.session_idle_minutes + 1));
            assert!(sessions::actor(&services, &old, "").await.unwrap().is_none());
            cleanup::run(&services).await.unwrap();
            let id = keep(&services, &old, PAGE, BODY).await.unwrap().unwrap();
            assert_eq!(waiting(&services, &old, &id).await.unwrap().as_deref(), Some("admin"));
            let new = console(&services, next).await;
            sessions::succeed(&services, &old, &new).await.unwrap();
            let actor = actor(&services, &new).await;
            let found = find(&services, &actor, PAGE, &id).await.unwrap();
            assert_eq!(found.is_some(), seen);
            assert!(
                find(&services, &actor, "/console/roles/7", &id)
                    .await
                    .unwrap()
                    .is_none(),
                "of one page"
            );
            assert!(
                waiting(&services, &old, &id).await.unwrap().is_none(),
                "the old cookie is worth nothing"
            );
            assert!(keep(&services, &old, PAGE, BODY).await.unwrap().is_none());
        }
    }

    #[tokio::test]
    async fn nobody_else_keeps_anything() {
        let (services, clock, _) = testing::services().await;
        let admin = user(&services, "admin").await;
        assert!(keep(&services, "made up", PAGE, BODY).await.unwrap().is_none());
        let sign_in = sessions::begin(&services, &services.db, Kind::SignIn, admin, &[], &Client::default()).await;
        assert!(
            keep(&services, &sign_in.unwrap().0, PAGE, BODY)
                .await
                .unwrap()
                .is_none()
        );
        let signed_out = console(&services, admin).await;
        sessions::end(&services.db, &crate::token::hash(&signed_out))
            .await
            .unwrap();
        assert!(keep(&services, &signed_out, PAGE, BODY).await.unwrap().is_none());
        let long_ago = console(&services, admin).await;
        let idle = Duration::minutes(services.settings.session_idle_minutes);
        clock.advance(idle + Duration::hours(LIFETIME_HOURS));
        assert!(keep(&services, &long_ago, PAGE, BODY).await.unwrap().is_none());
        cleanup::run(&services).await.unwrap();
        let left = entity::session::Entity::find().all(&services.db).await.unwrap();
        assert!(
            left.iter().all(|row| row.id != crate::token::hash(&long_ago)),
            "the row goes too"
        );
    }

    #[tokio::test]
    async fn a_session_leaves_a_few_forms_behind_and_no_more() {
        let (services, ..) = testing::services().await;
        let old = console(&services, user(&services, "admin").await).await;
        for _ in 0..FORMS {
            assert!(keep(&services, &old, PAGE, BODY).await.unwrap().is_some());
        }
        assert!(keep(&services, &old, PAGE, BODY).await.unwrap().is_none());
        let large = "x".repeat(LONGEST + 1);
        assert!(keep(&services, &old, PAGE, &large).await.unwrap().is_none());
    }
}
