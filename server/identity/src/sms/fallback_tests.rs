//! A delivery with a fallback: when it is asked, what is kept, what is counted.

use std::sync::Arc;

use chrono::Duration;
use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::phone::E164;
use entity::sms_delivery;
use sea_orm::{EntityTrait, QueryOrder};

use super::failure::FailureKind;
use super::transport::{Answer, SendFailure};
use super::{Delivered, Delivery, Outcome, Purpose, budget, deliver, deliver_otherwise, is_skipped};
use crate::clock::{Clock, ManualClock};
use crate::testing::{RecordingTransport, services_with, settings};
use crate::{Actor, Services, counters, identity_providers};

type Answers = Vec<Result<Answer, SendFailure>>;

struct Setup {
    services: Services,
    clock: Arc<ManualClock>,
    transport: Arc<RecordingTransport>,
    actor: Actor,
    first: i64,
    second: i64,
}

fn input(name: &str, fallback: &str) -> IdentityProviderInput {
    IdentityProviderInput {
        name: name.into(),
        sms_enabled: Tick(true),
        sms_url: format!("https://{}.example/?to=&num&code=&otp", name.to_lowercase()),
        http_method: "GET".into(),
        fallback: fallback.into(),
        daily_budget: "100".into(),
        ..Default::default()
    }
}

async fn setup() -> Setup {
    let (services, clock, transport, actor) = services_with(settings()).await;
    let second = IdentityProviderInput {
        number_format: "without_plus".into(),
        daily_budget: "1".into(),
        allowed_countries: "GB".into(),
        ..input("Second", "")
    };
    let second = identity_providers::create(&services, &actor, &second).await.unwrap();
    let first = input("First", &second.to_string());
    let first = identity_providers::create(&services, &actor, &first).await.unwrap();
    Setup {
        services,
        clock,
        transport,
        actor,
        first,
        second,
    }
}

fn failed(kind: FailureKind) -> Result<Answer, SendFailure> {
    Err(SendFailure::new(kind))
}

impl Setup {
    async fn deliver(&self, answers: Answers, otherwise: bool) -> Delivered {
        *self.transport.answers.lock().unwrap() = answers;
        let otp = identity_providers::sms_otp(&self.services, &self.services.db, self.first)
            .await
            .unwrap()
            .unwrap();
        let number = E164::new("+94771234567").unwrap();
        let delivery = Delivery {
            otp: &otp,
            number: &number,
            code: "482913",
            minutes: 5,
            user_id: self.actor.user_id,
            application: "travelocity.com",
            purpose: Purpose::SignIn,
            code_id: None,
        };
        if otherwise {
            deliver_otherwise(&self.services, delivery).await.unwrap()
        } else {
            deliver(&self.services, delivery).await.unwrap()
        }
    }

    /// The hosts that were asked since the last call, in order.
    fn asked(&self) -> Vec<String> {
        let sent = std::mem::take(&mut *self.transport.sent.lock().unwrap());
        let text = sent.iter().map(|wire| String::from_utf8_lossy(wire).into_owned());
        let host = |wire: String| {
            wire.split("Host: ")
                .nth(1)
                .unwrap()
                .split("\r\n")
                .next()
                .unwrap()
                .to_owned()
        };
        text.map(host).collect()
    }

    /// Name, outcome and rule of every row, the oldest first.
    async fn rows(&self) -> Vec<(String, String, String)> {
        let rows = sms_delivery::Entity::find().order_by_asc(sms_delivery::Column::Id);
        let rows = rows.all(&self.services.db).await.unwrap();
        rows.into_iter()
            .map(|row| (row.identity_provider, row.outcome, row.rule))
            .collect()
    }

    async fn used(&self, id: i64) -> u64 {
        let counted = counters::used(&self.services.db, self.clock.now(), &budget(id)).await;
        counted.unwrap().0
    }
}

const FIRST: &str = "first.example";
const SECOND: &str = "second.example";

#[tokio::test]
async fn the_fallback_sends_what_the_first_could_not_and_each_has_a_row() {
    for (answers, outcome) in [
        (vec![failed(FailureKind::AddressRefused)], "not_sent"),
        (vec![Ok(Answer::new(401, ""))], "provider_trouble"),
        (vec![Ok(Answer::new(500, ""))], "provider_trouble"),
        (
            vec![
                Ok(Answer::new(429, "")),
                Ok(Answer::new(429, "")),
                Ok(Answer::new(503, "")),
            ],
            "try_later",
        ),
    ] {
        let setup = setup().await;
        let tries = answers.len();
        let delivered = setup.deliver(answers, false).await;
        assert_eq!(delivered.outcome, Outcome::Sent, "{outcome}");
        let asked = setup.asked();
        assert_eq!(asked[..tries], vec![FIRST; tries], "{outcome}");
        assert_eq!(asked[tries..], [SECOND], "{outcome}");
        let rows = setup.rows().await;
        assert_eq!((rows[0].0.as_str(), rows[0].1.as_str()), ("First", outcome));
        assert_eq!((rows[1].0.as_str(), rows[1].1.as_str()), ("Second", "sent"));
        assert!(rows[1].2.starts_with("Fallback of First: HTTP 200"), "{}", rows[1].2);
        assert_eq!(
            (setup.used(setup.first).await, setup.used(setup.second).await),
            (1, 0),
            "the first one's budget"
        );
    }
}

#[tokio::test]
async fn the_fallback_has_its_own_request_and_the_first_ones_policy() {
    let setup = setup().await;
    // Its own budget is one and its countries are others: neither counts.
    for _ in 0..2 {
        let delivered = setup.deliver(vec![failed(FailureKind::AddressRefused)], false).await;
        assert_eq!(delivered.outcome, Outcome::Sent);
    }
    let sent = String::from_utf8(setup.transport.sent.lock().unwrap()[1].clone()).unwrap();
    assert!(sent.starts_with("GET /?to=94771234567&code=482913 HTTP/1.1"), "{sent}");
}

#[tokio::test]
async fn nobody_else_is_asked_where_a_message_may_have_left_or_the_number_is_refused() {
    for (answer, outcome) in [
        (Ok(Answer::new(400, "Invalid to address")), Outcome::Refused),
        (failed(FailureKind::TimedOut), Outcome::Unknown),
        (failed(FailureKind::ClosedEarly), Outcome::Unknown),
        (Ok(Answer::new(200, "")), Outcome::Sent),
    ] {
        let setup = setup().await;
        assert_eq!(setup.deliver(vec![answer], false).await.outcome, outcome);
        assert_eq!(setup.asked(), [FIRST], "{outcome:?}");
    }
}

#[tokio::test]
async fn what_neither_could_send_is_given_back_and_told() {
    let setup = setup().await;
    let both = vec![failed(FailureKind::AddressRefused), failed(FailureKind::AddressRefused)];
    let delivered = setup.deliver(both, false).await;
    assert_eq!(
        (delivered.outcome, delivered.may_have_left()),
        (Outcome::NotSent, false)
    );
    assert_eq!(setup.used(setup.first).await, 0);
    // A server error may have sent it: then it stays counted, whatever the fallback comes to.
    let both = vec![Ok(Answer::new(500, "")), failed(FailureKind::AddressRefused)];
    let delivered = setup.deliver(both, false).await;
    assert_eq!((delivered.outcome, delivered.may_have_left()), (Outcome::NotSent, true));
    assert_eq!(setup.used(setup.first).await, 1);
}

#[tokio::test]
async fn one_that_keeps_failing_is_left_out_until_it_works_again() {
    let setup = setup().await;
    let fail = || vec![failed(FailureKind::AddressRefused)];
    for _ in 0..3 {
        setup.deliver(fail(), false).await;
    }
    setup.asked();
    setup.deliver(Vec::new(), false).await;
    assert_eq!(setup.asked(), [SECOND], "the first is left out");
    assert!(
        is_skipped(&setup.services.db, setup.clock.now(), setup.first)
            .await
            .unwrap()
    );
    setup.clock.advance(Duration::seconds(61));
    setup.deliver(fail(), false).await;
    assert_eq!(setup.asked(), [FIRST, SECOND], "it is tried again, and still fails");
    setup.deliver(Vec::new(), false).await;
    assert_eq!(setup.asked(), [SECOND]);
    setup.clock.advance(Duration::seconds(61));
    for _ in 0..2 {
        setup.deliver(Vec::new(), false).await;
        assert_eq!(setup.asked(), [FIRST], "it works again");
    }
}

#[tokio::test]
async fn saving_its_settings_gives_one_another_chance() {
    let setup = setup().await;
    for _ in 0..3 {
        setup.deliver(vec![failed(FailureKind::AddressRefused)], false).await;
    }
    setup.asked();
    let saved = IdentityProviderInput {
        version: "1".into(),
        ..input("First", &setup.second.to_string())
    };
    identity_providers::update(&setup.services, &setup.actor, setup.first, &saved)
        .await
        .unwrap();
    setup.deliver(Vec::new(), false).await;
    assert_eq!(setup.asked(), [FIRST]);
}

#[tokio::test]
async fn otherwise_the_fallback_goes_first_and_the_first_is_the_last_resort() {
    let setup = setup().await;
    setup.deliver(Vec::new(), true).await;
    assert_eq!(setup.asked(), [SECOND]);
    assert_eq!(setup.used(setup.first).await, 1, "the first one's budget");
    let delivered = setup.deliver(vec![Ok(Answer::new(402, ""))], true).await;
    assert_eq!(
        (setup.asked(), delivered.outcome),
        (vec![SECOND.to_owned(), FIRST.to_owned()], Outcome::Sent)
    );
}
