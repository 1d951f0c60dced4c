//! What a sign-in holds to that no single page shows: sends that cannot have left, double clicks, sessions and passwords
//! that end in between.

use std::sync::Arc;

use chrono::Duration;
use domain::flow::{Authenticator, Reason};
use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::input::user::ProfileInput;
use entity::{otp_code, user};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Begin, Browser, Continuation, Done, Input, Next, Notice, Prompt, begin, open, submit};
use crate::clock::{Clock, ManualClock};
use crate::sessions::{self, Client, Kind};
use crate::sms::FailureKind;
use crate::sms::transport::SendFailure;
use crate::testing::{ADMIN_PASSWORD, RecordingTransport, services_with, settings};
use crate::{Actor, Services, identity_providers, token, users};

mod taken_over;

struct Setup {
    services: Services,
    actor: Actor,
    clock: Arc<ManualClock>,
    transport: Arc<RecordingTransport>,
    provider: i64,
}

/// The administrator with a mobile number, and a provider whose payload is the code alone.
async fn setup() -> Setup {
    let (services, clock, transport, actor) = services_with(settings()).await;
    let input = IdentityProviderInput {
        name: "SMSOTP".into(),
        sms_enabled: Tick(true),
        sms_url: "https://sms.example/send".into(),
        http_headers: "Content-Type: text/plain".into(),
        http_payload: "&num code=&otp;".into(),
        ..Default::default()
    };
    let provider = identity_providers::create(&services, &actor, &input).await.unwrap();
    let claims = [("mobile".to_owned(), "+94771234567".to_owned())].into();
    let profile = ProfileInput {
        version: "1".into(),
        claims,
    };
    users::update_profile(&services, &actor, "admin", &profile)
        .await
        .unwrap();
    Setup {
        services,
        actor,
        clock,
        transport,
        provider,
    }
}

/// A sign-in by password and code, with what its browser holds.
struct Visit {
    flow: String,
    secret: String,
    session: Option<String>,
}

impl Setup {
    fn steps(&self) -> Vec<Vec<Authenticator>> {
        let sms = Authenticator::SmsOtp {
            identity_provider: self.provider,
        };
        vec![vec![Authenticator::Basic], vec![sms]]
    }

    async fn visit(&self, steps: Vec<Vec<Authenticator>>, session: Option<String>) -> Visit {
        let begun = Begin {
            continuation: Continuation::Saml { request: "r".into() },
            service_provider_id: None,
            application: "Travelocity".into(),
            steps,
            force: false,
            passive: false,
        };
        let begun = begin(&self.services, &self.services.db, begun).await.unwrap();
        Visit {
            flow: begun.flow_id,
            secret: begun.browser_secret,
            session,
        }
    }

    async fn open(&self, visit: &Visit) -> (Prompt, Option<Notice>, Option<Done>) {
        let browser = Browser {
            flow: &visit.secret,
            session: visit.session.as_deref(),
        };
        let (view, done) = open(&self.services, &visit.flow, browser, &Client::default())
            .await
            .unwrap();
        (view.prompt, view.notice, done)
    }

    async fn submit(&self, visit: &Visit, input: Input) -> Next {
        let browser = Browser {
            flow: &visit.secret,
            session: visit.session.as_deref(),
        };
        submit(&self.services, &visit.flow, browser, input, &Client::default())
            .await
            .unwrap()
    }

    async fn password(&self, visit: &Visit) -> Next {
        self.password_of(visit, "admin", ADMIN_PASSWORD).await
    }

    async fn password_of(&self, visit: &Visit, username: &str, password: &str) -> Next {
        self.open(visit).await;
        let (username, password) = (username.to_owned(), password.to_owned());
        self.submit(visit, Input::Password { username, password }).await
    }

    /// The code in the newest message.
    fn code(&self) -> String {
        let sent = self.transport.sent.lock().unwrap();
        let text = String::from_utf8_lossy(sent.last().unwrap()).into_owned();
        let (_, code) = text.rsplit_once("code=").unwrap();
        code.trim_end_matches(';').to_owned()
    }

    async fn code_for(&self, visit: &Visit) -> Next {
        self.submit(visit, Input::Code(self.code())).await
    }

    fn fail_next(&self, times: usize) {
        let mut answers = self.transport.answers.lock().unwrap();
        answers.extend((0..times).map(|_| Err(SendFailure::new(FailureKind::AddressRefused))));
    }
}

fn done(next: Next) -> Done {
    match next {
        Next::Done(done) => done,
        Next::Prompt => panic!("the sign-in is not over"),
    }
}

#[tokio::test]
async fn what_cannot_have_left_leaves_no_code_to_guess_and_is_tried_a_bounded_number_of_times() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    setup.fail_next(200);
    setup.password(&visit).await;
    let mut refused = None;
    for n in 0..40 {
        setup.clock.advance(Duration::seconds(5));
        setup.submit(&visit, Input::Resend).await;
        if setup.open(&visit).await.1 == Some(Notice::NoMoreCodes) {
            refused = Some(n);
            break;
        }
    }
    assert_eq!(refused, Some(19), "twenty codes, the first included");
    let codes = otp_code::Entity::find().all(&setup.services.db).await.unwrap();
    assert_eq!(codes.len(), 20);
    let now = setup.clock.now();
    assert!(
        codes
            .iter()
            .all(|code| code.code_hash.is_empty() && code.expires_at <= now),
        "a code nobody got is good"
    );
}

#[tokio::test]
async fn a_provider_that_comes_back_is_used_at_once_and_nothing_was_counted() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    setup.fail_next(3);
    setup.password(&visit).await;
    let (Prompt::Code(code), ..) = setup.open(&visit).await else {
        panic!("no code is asked")
    };
    assert!(code.trouble.is_some() && code.sends == 0, "{code:?}");
    setup.transport.answers.lock().unwrap().clear();
    setup.clock.advance(Duration::seconds(3));
    setup.submit(&visit, Input::Resend).await;
    let (Prompt::Code(code), notice, _) = setup.open(&visit).await else {
        panic!("no code is asked")
    };
    assert_eq!((code.trouble, code.sends, notice), (None, 1, Some(Notice::Resent)));
    assert!(matches!(setup.code_for(&visit).await, Next::Done(_)));
}

/// Something broke off between the step's row and its code.
#[tokio::test]
async fn nobody_waits_for_a_code_that_was_never_made() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    setup.password(&visit).await;
    otp_code::Entity::delete_many().exec(&setup.services.db).await.unwrap();
    setup.clock.advance(Duration::seconds(31));
    let (Prompt::Code(code), ..) = setup.open(&visit).await else {
        panic!("no code is asked")
    };
    assert!(code.trouble.is_some(), "{code:?}");
    setup.submit(&visit, Input::Resend).await;
    assert!(matches!(setup.code_for(&visit).await, Next::Done(_)));
}

/// A browser that goes away in the moment its code is looked at: the step is passed all the same.
#[tokio::test]
async fn a_browser_that_goes_away_loses_no_code() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    setup.password(&visit).await;
    let given_up = tokio::time::timeout(std::time::Duration::ZERO, setup.code_for(&visit)).await;
    assert!(given_up.is_err());
    for _ in 0..500 {
        if let Some(done) = setup.open(&visit).await.2 {
            assert!(done.session_secret.is_some());
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the code is used up, and nobody is signed in");
}

#[tokio::test]
async fn a_double_click_gets_its_session_all_the_same_and_only_while_it_lives() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    setup.password(&visit).await;
    let lost = done(setup.code_for(&visit).await).session_secret.unwrap();
    let again = done(setup.submit(&visit, Input::Code("000000".into())).await)
        .session_secret
        .unwrap();
    assert_ne!(lost, again);
    let live = |secret: String| {
        let services = setup.services.clone();
        async move { sessions::find(&services, Kind::SignIn, &secret).await.unwrap() }
    };
    assert!(live(lost).await.is_none(), "the lost id is void");
    assert!(live(again.clone()).await.is_some());
    sessions::end(&setup.services.db, &token::hash(&again)).await.unwrap();
    assert!(
        matches!(setup.submit(&visit, Input::Resend).await, Next::Prompt),
        "logging out ends this too"
    );
    assert!(setup.open(&visit).await.2.is_none());
}

#[tokio::test]
async fn a_stranger_with_the_link_gets_nothing() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    let other = Browser {
        flow: "not the secret",
        session: None,
    };
    let opened = open(&setup.services, &visit.flow, other, &Client::default()).await;
    assert!(matches!(opened, Err(crate::Error::NotFound)));
}

#[tokio::test]
async fn a_step_carried_by_a_session_counts_no_longer_than_the_session() {
    let setup = setup().await;
    let first = setup.visit(vec![vec![Authenticator::Basic]], None).await;
    let session = done(setup.password(&first).await).session_secret.unwrap();
    let second = setup.visit(setup.steps(), Some(session.clone())).await;
    assert!(
        matches!(setup.open(&second).await.0, Prompt::Code(_)),
        "only the missing step is asked"
    );
    sessions::end(&setup.services.db, &token::hash(&session)).await.unwrap();
    assert!(matches!(setup.code_for(&second).await, Next::Prompt));
    assert!(
        matches!(setup.open(&second).await.0, Prompt::Password { .. }),
        "the password is asked again"
    );
}

#[tokio::test]
async fn another_password_in_between_ends_the_sign_in() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    setup.password(&visit).await;
    user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value("$argon2id$another"))
        .filter(user::Column::Username.eq("admin"))
        .exec(&setup.services.db)
        .await
        .unwrap();
    assert!(matches!(setup.code_for(&visit).await, Next::Prompt));
    assert!(matches!(
        setup.open(&visit).await.0,
        Prompt::Ended(Reason::AccountChanged)
    ));
}

#[tokio::test]
async fn what_a_session_passed_counts_a_session_s_length_and_no_longer() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    setup.password(&visit).await;
    let secret = done(setup.code_for(&visit).await).session_secret.unwrap();
    entity::session::Entity::update_many()
        .col_expr(
            entity::session::Column::ExpiresAt,
            Expr::value(setup.clock.now() + Duration::days(9)),
        )
        .col_expr(
            entity::session::Column::CreatedAt,
            Expr::value(setup.clock.now() + Duration::days(1)),
        )
        .col_expr(
            entity::session::Column::LastSeenAt,
            Expr::value(setup.clock.now() + Duration::days(2)),
        )
        .filter(entity::session::Column::Id.eq(token::hash(&secret)))
        .exec(&setup.services.db)
        .await
        .unwrap();
    setup.clock.advance(Duration::hours(25));
    let live = sessions::find(&setup.services, Kind::SignIn, &secret)
        .await
        .unwrap()
        .unwrap();
    assert!(live.satisfied.is_empty(), "a renewed session keeps no old proof");
}

#[tokio::test]
async fn a_used_code_voids_those_before_it_and_none_after() {
    let setup = setup().await;
    let visit = setup.visit(setup.steps(), None).await;
    setup.password(&visit).await;
    let first = setup.code();
    setup.clock.advance(Duration::seconds(31));
    setup.submit(&visit, Input::Resend).await;
    let second = setup.code();
    otp_code::Entity::update_many()
        .col_expr(otp_code::Column::ConsumedAt, Expr::value(Some(setup.clock.now())))
        .exec(&setup.services.db)
        .await
        .unwrap();
    for used in [first, second] {
        assert!(matches!(setup.submit(&visit, Input::Code(used)).await, Next::Prompt));
    }
    setup.clock.advance(Duration::seconds(61));
    setup.submit(&visit, Input::Resend).await;
    assert!(
        matches!(setup.code_for(&visit).await, Next::Done(_)),
        "a lost race does not close the step"
    );
}
