//! A delivery from its row to its words: what is kept, what is counted, what is given back.

use std::sync::Arc;

use chrono::Duration;
use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::phone::E164;
use domain::{Permission, PermissionSet};
use entity::{audit, sms_delivery};
use sea_orm::EntityTrait;

use super::failure::FailureKind;
use super::transport::{Answer, SendFailure};
use super::{Delivered, Delivery, Outcome, Phases, Purpose, budget, deliver, outcome_of, send_test};
use crate::clock::{Clock, ManualClock};
use crate::identity_providers::{self, SmsOtp};
use crate::testing::{RecordingTransport, services_with, settings};
use crate::{Actor, Error, Services, counters};

const CODE: &str = "482913";
const NUMBER: &str = "+94771234567";

struct Setup {
    services: Services,
    clock: Arc<ManualClock>,
    transport: Arc<RecordingTransport>,
    actor: Actor,
    id: i64,
}

fn input() -> IdentityProviderInput {
    IdentityProviderInput {
        name: "SMSOTP".into(),
        sms_enabled: Tick(true),
        sms_url: "https://sms.example/send?key=s3cret".into(),
        http_payload: r#"{"to":"&num","text":"&msg"}"#.into(),
        test_number: NUMBER.into(),
        ..Default::default()
    }
}

async fn setup(change: impl FnOnce(&mut IdentityProviderInput)) -> Setup {
    let (services, clock, transport, actor) = services_with(settings()).await;
    let mut input = input();
    change(&mut input);
    let id = identity_providers::create(&services, &actor, &input).await.unwrap();
    Setup {
        services,
        clock,
        transport,
        actor,
        id,
    }
}

impl Setup {
    async fn otp(&self) -> SmsOtp {
        identity_providers::sms_otp(&self.services, &self.services.db, self.id)
            .await
            .unwrap()
            .unwrap()
    }

    async fn deliver(&self) -> Delivered {
        let (otp, number) = (self.otp().await, E164::new(NUMBER).unwrap());
        let delivery = Delivery {
            otp: &otp,
            number: &number,
            code: CODE,
            minutes: 5,
            user_id: self.actor.user_id,
            application: "travelocity.com",
            purpose: Purpose::SignIn,
            code_id: None,
        };
        assert!(
            !format!("{delivery:?}").contains(CODE) && !format!("{delivery:?}").contains("4771"),
            "{delivery:?}"
        );
        deliver(&self.services, delivery).await.unwrap()
    }

    async fn row(&self, id: i64) -> sms_delivery::Model {
        sms_delivery::Entity::find_by_id(id)
            .one(&self.services.db)
            .await
            .unwrap()
            .unwrap()
    }

    async fn used(&self) -> u64 {
        counters::used(&self.services.db, self.clock.now(), &budget(self.id))
            .await
            .unwrap()
            .0
    }
}

#[tokio::test]
async fn a_delivery_is_sent_and_its_row_holds_neither_code_nor_number() {
    let setup = setup(|_| {}).await;
    let delivered = setup.deliver().await;
    assert_eq!(
        (delivered.outcome, delivered.status, delivered.attempts),
        (Outcome::Sent, Some(200), 1)
    );
    let sent = String::from_utf8(setup.transport.sent.lock().unwrap()[0].clone()).unwrap();
    assert!(sent.starts_with("POST /send?key=s3cret HTTP/1.1\r\n"), "{sent}");
    assert!(
        sent.ends_with(r#"{"to":"+94771234567","text":"Your verification code is 482913. It expires in 5 minutes."}"#),
        "{sent}"
    );
    let row = setup.row(delivered.id).await;
    assert_eq!(
        (row.outcome.as_str(), row.phase.as_str(), row.status, row.attempts),
        ("sent", "done", Some(200), 1)
    );
    assert_eq!(
        (row.country.as_str(), row.purpose.as_str(), row.application.as_str()),
        ("LK", "sign_in", "travelocity.com")
    );
    let all = format!("{row:?}");
    assert!(
        !all.contains(CODE) && !all.contains("771234567") && !all.contains("s3cret"),
        "{all}"
    );
}

#[tokio::test]
async fn a_row_keeps_the_phases_of_the_last_try_and_what_is_billed() {
    let setup = setup(|input| input.message = format!("{} &otp", "long ".repeat(40))).await;
    let at = |millis| Some(std::time::Duration::from_millis(millis));
    let phases = Phases {
        name: at(3),
        connected: at(126),
        first_byte: None,
        done: None,
    };
    let failure = |phases| SendFailure {
        phases,
        ..SendFailure::new(FailureKind::ConnectTimeout)
    };
    let timed_out = SendFailure {
        phases,
        ..SendFailure::new(FailureKind::TimedOut)
    };
    *setup.transport.answers.lock().unwrap() = vec![Err(failure(Phases::default())), Err(timed_out)];
    let delivered = setup.deliver().await;
    let row = setup.row(delivered.id).await;
    assert_eq!(super::phases_of(&row), phases);
    assert_eq!(
        (row.segments, row.flow_id, row.service_provider_id),
        (Some(2), None, None)
    );

    let own_text = self::setup(|input| input.http_payload = r#"{"to":"&num","code":"&otp"}"#.into()).await;
    let delivered = own_text.deliver().await;
    assert_eq!(
        own_text.row(delivered.id).await.segments,
        None,
        "the provider makes the text"
    );
}

#[tokio::test]
async fn the_national_form_is_sent_where_it_is_asked_for() {
    let setup = setup(|input| input.number_format = "national".into()).await;
    setup.deliver().await;
    let sent = String::from_utf8(setup.transport.sent.lock().unwrap()[0].clone()).unwrap();
    assert!(sent.contains(r#""to":"0771234567""#), "{sent}");
}

#[tokio::test]
async fn what_cannot_have_left_gives_its_count_back() {
    for (failure, expected, counted) in [
        (FailureKind::NameNotFound, Outcome::NotSent, 0),
        (FailureKind::AddressRefused, Outcome::NotSent, 0),
        (FailureKind::TimedOut, Outcome::Unknown, 1),
        (FailureKind::ClosedEarly, Outcome::Unknown, 1),
    ] {
        let setup = setup(|input| input.daily_budget = "5".into()).await;
        *setup.transport.answers.lock().unwrap() = vec![Err(SendFailure::new(failure)); 3];
        let delivered = setup.deliver().await;
        assert_eq!(
            (delivered.outcome, setup.used().await),
            (expected, counted),
            "{failure:?}"
        );
        assert_eq!(delivered.may_have_left(), counted == 1);
        let row = setup.row(delivered.id).await;
        assert_eq!(
            (row.outcome.as_str(), row.phase.as_str()),
            (expected.as_str(), failure.phase())
        );
        assert!(!row.rule.is_empty());
    }
}

#[tokio::test]
async fn a_refusal_is_told_with_its_rule() {
    let setup = setup(|_| {}).await;
    *setup.transport.answers.lock().unwrap() = vec![Ok(Answer::new(401, "bad key"))];
    let delivered = setup.deliver().await;
    assert_eq!(
        (delivered.outcome, delivered.status),
        (Outcome::ProviderTrouble, Some(401))
    );
    assert_eq!(delivered.rule, "HTTP 401 is not one of 200, 201, 202.");
    assert!(
        delivered.words_for_user.contains("Resend code"),
        "{}",
        delivered.words_for_user
    );
    assert_eq!(setup.row(delivered.id).await.rule, delivered.rule);
}

#[tokio::test]
async fn the_budget_holds_and_is_new_the_next_day() {
    let setup = setup(|input| input.daily_budget = "2".into()).await;
    for expected in [Outcome::Sent, Outcome::Sent, Outcome::BudgetSpent] {
        assert_eq!(setup.deliver().await.outcome, expected);
    }
    assert_eq!(setup.transport.sent.lock().unwrap().len(), 2);
    setup.clock.advance(Duration::hours(25));
    assert_eq!(setup.deliver().await.outcome, Outcome::Sent);
}

#[tokio::test]
async fn a_row_that_a_crash_left_open_reads_not_sent() {
    let setup = setup(|_| {}).await;
    let otp = setup.otp().await;
    let number = E164::new(NUMBER).unwrap();
    let delivery = Delivery {
        otp: &otp,
        number: &number,
        code: CODE,
        minutes: 5,
        user_id: None,
        application: "",
        purpose: Purpose::SignIn,
        code_id: None,
    };
    let id = super::rows::open(&setup.services, &delivery).await.unwrap();
    let row = setup.row(id).await;
    assert_eq!(outcome_of(&row, setup.clock.now()), None, "it is under way");
    setup.clock.advance(Duration::seconds(16));
    assert_eq!(outcome_of(&row, setup.clock.now()), Some(Outcome::NotSent));
}

#[tokio::test]
async fn a_test_works_on_unsaved_edits_counts_and_is_audited() {
    let setup = setup(|input| input.daily_budget = "1".into()).await;
    let edited = IdentityProviderInput {
        sms_url: "https://other.example/".into(),
        daily_budget: "99".into(),
        ..input()
    };
    let view = send_test(&setup.services, &setup.actor, Some(setup.id), &edited)
        .await
        .unwrap();
    assert!(view.accepted && view.answer.as_deref() == Some("{}"), "{view:?}");
    let sent = String::from_utf8(setup.transport.sent.lock().unwrap()[0].clone()).unwrap();
    assert!(
        sent.contains("Host: other.example") && sent.contains(&edited.sample_code()),
        "{sent}"
    );
    let log = audit::Entity::find()
        .all(&setup.services.db)
        .await
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!((log.action.as_str(), log.target.as_str()), ("test", "SMSOTP"));
    assert!(!log.detail.contains("771234567"), "{}", log.detail);
    // A bigger budget that is only typed does not count.
    let view = send_test(&setup.services, &setup.actor, Some(setup.id), &edited)
        .await
        .unwrap();
    assert_eq!((view.accepted, view.outcome.as_str()), (false, "budget used up"));
    let kept = identity_providers::get(&setup.services, &setup.actor, setup.id)
        .await
        .unwrap()
        .last_test
        .unwrap();
    assert_eq!(kept.outcome, "budget used up");
}

#[tokio::test]
async fn a_test_is_refused_with_every_reason() {
    let setup = setup(|_| {}).await;
    let wrong = IdentityProviderInput {
        sms_url: "nonsense".into(),
        test_number: "12".into(),
        code_length: "1".into(),
        ..input()
    };
    let Err(Error::Invalid(problems)) = send_test(&setup.services, &setup.actor, None, &wrong).await else {
        panic!()
    };
    for field in ["sms_url", "test_number", "code_length"] {
        assert!(problems.of(field).is_some(), "{field}: {problems:?}");
    }
    let abroad = IdentityProviderInput {
        allowed_countries: "GB".into(),
        ..input()
    };
    let Err(Error::Invalid(problems)) = send_test(&setup.services, &setup.actor, None, &abroad).await else {
        panic!()
    };
    assert!(problems.of("test_number").is_some());
    let permissions: PermissionSet = [Permission::ViewIdentityProviders].into_iter().collect();
    let viewer = Actor {
        permissions,
        ..setup.actor.clone()
    };
    assert!(matches!(
        send_test(&setup.services, &viewer, None, &input()).await,
        Err(Error::Denied(_))
    ));
    assert!(setup.transport.sent.lock().unwrap().is_empty());
}
