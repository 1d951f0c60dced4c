//! A sign-in goes over to another user, or to another session of the same one: nothing of the one before counts.

use domain::input::user::UserInput;
use entity::{otp_challenge, session};
use sea_orm::PaginatorTrait;

use super::*;
use crate::login::carried::finish;
use crate::login::flow_store;
use crate::users::create;

const PASSWORD: &str = "tr0mbone-Teapot";

impl Setup {
    async fn add_mallory(&self) {
        let input = UserInput {
            username: "mallory".into(),
            password: PASSWORD.into(),
            confirm_password: PASSWORD.into(),
        };
        create(&self.services, &self.actor, &input).await.unwrap();
        let profile = ProfileInput {
            version: "1".into(),
            claims: [("mobile".to_owned(), "+94777654321".to_owned())].into(),
        };
        users::update_profile(&self.services, &self.actor, "mallory", &profile)
            .await
            .unwrap();
    }

    async fn end(&self, session: &str) {
        sessions::end(&self.services.db, &token::hash(session)).await.unwrap();
    }

    fn sent(&self) -> Vec<String> {
        let sent = self.transport.sent.lock().unwrap();
        sent.iter()
            .map(|body| String::from_utf8_lossy(body).into_owned())
            .collect()
    }

    async fn second_provider(&self) -> i64 {
        let input = IdentityProviderInput {
            name: "Second".into(),
            sms_enabled: Tick(true),
            sms_url: "https://sms.example/second".into(),
            http_headers: "Content-Type: text/plain".into(),
            http_payload: "&num code=&otp;".into(),
            ..Default::default()
        };
        identity_providers::create(&self.services, &self.actor, &input)
            .await
            .unwrap()
    }

    /// Signs in by password alone.
    async fn by_password(&self, username: &str, password: &str) -> String {
        let visit = self.visit(vec![vec![Authenticator::Basic]], None).await;
        done(self.password_of(&visit, username, password).await)
            .session_secret
            .unwrap()
    }
}

/// Whoever knows another's password and has a phone of their own gets no code of theirs to pass for the other's.
#[tokio::test]
async fn a_code_is_good_for_the_user_it_was_made_for() {
    let setup = setup().await;
    setup.add_mallory().await;
    let session = setup.by_password("mallory", PASSWORD).await;
    let visit = setup.visit(setup.steps(), Some(session.clone())).await;
    assert!(matches!(setup.open(&visit).await.0, Prompt::Code(_)));
    let own = setup.code();
    setup.end(&session).await;
    setup.submit(&visit, Input::Code("000000".into())).await;
    assert!(matches!(setup.open(&visit).await.0, Prompt::Password { .. }));

    setup.password(&visit).await;
    let sent = setup.sent();
    assert_eq!(sent.len(), 2);
    assert!(
        sent[1].contains("94771234567"),
        "the code goes to whoever signs in now: {}",
        sent[1]
    );
    assert!(matches!(setup.submit(&visit, Input::Code(own)).await, Next::Prompt));
    assert_eq!(setup.open(&visit).await.1, Some(Notice::CodeWrong));
    let challenges = otp_challenge::Entity::find().all(&setup.services.db).await.unwrap();
    let wrong: Vec<_> = challenges.iter().map(|one| (one.user_id, one.wrong_codes)).collect();
    let admin = users::find_by_username(&setup.services.db, "admin")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(wrong, [(admin.id, 1)], "counted for the one who signs in");
    let passed = done(setup.code_for(&visit).await).session_secret.unwrap();
    let live = sessions::find(&setup.services, Kind::SignIn, &passed)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((live.user.username.as_str(), live.satisfied.len()), ("admin", 2));
}

/// A session of the same user that has passed less does not take the place of one that has passed more.
#[tokio::test]
async fn a_weaker_session_takes_no_stronger_ones_place() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    setup.password(&visit).await;
    let strong = done(setup.code_for(&visit).await).session_secret.unwrap();
    let second = Authenticator::SmsOtp {
        identity_provider: setup.second_provider().await,
    };
    let steps = [setup.steps(), vec![vec![second]]].concat();
    for (covers, expected) in [(true, true), (false, false)] {
        let mut waiting = setup.visit(steps.clone(), Some(strong.clone())).await;
        setup.clock.advance(Duration::seconds(61));
        assert!(matches!(setup.open(&waiting).await.0, Prompt::Code(_)));
        let code = setup.code();
        let other = if covers {
            // A renewal of it: all that it had passed.
            let live = sessions::find(&setup.services, Kind::SignIn, &strong)
                .await
                .unwrap()
                .unwrap();
            let (services, client) = (&setup.services, Client::default());
            sessions::begin(
                services,
                &services.db,
                Kind::SignIn,
                live.user.id,
                &live.satisfied,
                &client,
            )
            .await
            .unwrap()
            .0
        } else {
            setup.by_password("admin", ADMIN_PASSWORD).await
        };
        let id = token::hash(&strong);
        let row = session::Entity::find_by_id(&id)
            .one(&setup.services.db)
            .await
            .unwrap()
            .unwrap();
        setup.end(&strong).await;
        waiting.session = Some(other);
        let next = setup.submit(&waiting, Input::Code(code)).await;
        assert_eq!(matches!(next, Next::Done(_)), expected);
        if !expected {
            assert!(matches!(setup.open(&waiting).await.0, Prompt::Password { .. }));
        }
        let again: session::ActiveModel = row.into();
        session::Entity::insert(again).exec(&setup.services.db).await.unwrap();
    }
}

/// A session that is ended after a flow has read it, and before the flow is finished, begins no new one.
#[tokio::test]
async fn a_session_that_ends_in_the_last_moment_is_not_renewed() {
    let setup = setup().await;
    let session = setup.by_password("admin", ADMIN_PASSWORD).await;
    let visit = setup.visit(setup.steps(), Some(session.clone())).await;
    setup.open(&visit).await;
    let find = || flow_store::find(&setup.services, &visit.flow, &visit.secret);
    let mut flow = find().await.unwrap().unwrap();
    let sms = setup.steps()[1][0].clone();
    flow.stage.pass(sms, setup.clock.now());
    assert!(flow.stage.is_done());
    setup.end(&session).await;
    let browser = Browser {
        flow: &visit.secret,
        session: visit.session.as_deref(),
    };
    finish(&setup.services, &mut flow, browser, &Client::default())
        .await
        .unwrap();
    let flow = find().await.unwrap().unwrap();
    assert_eq!((flow.stage.current, flow.row.user_id), (0, None));
    let sessions = session::Entity::find().filter(session::Column::Kind.eq(Kind::SignIn.as_str()));
    assert_eq!(sessions.count(&setup.services.db).await.unwrap(), 0);
}

/// What is sent away because too many passwords wait was no attempt: nothing was compared.
#[tokio::test]
async fn a_password_that_is_not_looked_at_is_not_counted() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    setup.open(&visit).await;
    let places: Vec<_> = std::iter::from_fn(|| setup.services.hasher.place().ok()).collect();
    for _ in 0..9 {
        let browser = Browser {
            flow: &visit.secret,
            session: None,
        };
        let (username, password) = ("admin".to_owned(), ADMIN_PASSWORD.to_owned());
        let input = Input::Password { username, password };
        let sent_away = submit(&setup.services, &visit.flow, browser, input, &Client::default()).await;
        assert!(matches!(sent_away, Err(crate::Error::Busy { .. })));
    }
    drop(places);
    setup.password(&visit).await;
    assert!(matches!(setup.open(&visit).await.0, Prompt::Code(_)));
}
