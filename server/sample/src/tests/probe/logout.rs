//! Logout in the probe: the answer, and whether the session has really ended.

use saml::identifier::{STATUS_REQUESTER, STATUS_UNKNOWN_PRINCIPAL};
use saml::inbound::Binding;
use saml::keys::KeyPair;
use saml::logout::{LogoutResponseSpec, build_response};
use saml::message::{LogoutRequest, Message};
use saml::redirect::{self, Parameter};

use super::super::browser::Answer;
use super::super::fake_idp::{KEY, STRANGER, is_signed_in, logout_response, sign_in};
use super::{Visit, Visitor};

const SLO: &str = "http://localhost:8080/saml/slo";

fn logout_of(visit: &Visit) -> &LogoutRequest {
    match &visit.inbound.message {
        Message::LogoutRequest(request) => request,
        other => panic!("{other:?}"),
    }
}

impl Visitor {
    async fn confirm(&self, visit: &Visit, by_post: bool, change: impl FnOnce(&mut LogoutResponseSpec)) -> Answer {
        self.confirm_as(visit, by_post, &KEY, change).await
    }

    async fn confirm_as(
        &self,
        visit: &Visit,
        by_post: bool,
        key: &KeyPair,
        change: impl FnOnce(&mut LogoutResponseSpec),
    ) -> Answer {
        let mut spec = logout_response(SLO, &logout_of(visit).id, self.sample.clock.now());
        change(&mut spec);
        let relay_state = visit.inbound.relay_state.as_deref();
        if by_post {
            let value = saml::post::form_value(&build_response(&spec, Some(key)).unwrap());
            let form = [("SAMLResponse", value.as_str()), ("RelayState", relay_state.unwrap())];
            return self.browser.post_cross_site("/saml/slo", &form).await;
        }
        let xml = build_response(&spec, None).unwrap();
        let url = redirect::url("/saml/slo", Parameter::Response, &xml, relay_state, Some(key)).unwrap();
        self.browser.get(&url).await
    }
}

#[tokio::test]
async fn confirmed_by_the_binding_it_was_asked_by_and_then_no_session() {
    for (scenario, by_post) in [("logout-redirect", false), ("logout-post", true)] {
        let visitor = Visitor::new().await;
        // The sample's own session of the same name ends as well.
        sign_in(&visitor.browser, visitor.sample.clock.now()).await;
        visitor.sign_in().await;
        let visit = visitor.run(scenario).await;
        let request = logout_of(&visit);
        assert_eq!(request.name_id.value, "admin");
        assert_eq!(request.session_indexes, ["session-1"]);
        let binding = if by_post { Binding::Post } else { Binding::Redirect };
        assert_eq!(visit.inbound.binding, binding);
        assert!(visit.inbound.is_signed());
        assert!(!is_signed_in(&visitor.browser).await);
        let confirmed = visitor.confirm(&visit, by_post, |_| {}).await;
        let check = visitor.go_on(&confirmed).await;
        assert!(check.request().is_passive);
        visitor.no_passive(&check).await;
        visitor.expect(scenario, "Passed", "the session has ended").await;
        visitor
            .expect(scenario, "Passed", "<dt>Status</dt><dd>Success</dd>")
            .await;
        let next = visitor.run(scenario).await;
        assert!(!next.request().is_passive, "signed out: it signs in first");
    }
}

#[tokio::test]
async fn a_confirmation_is_not_believed_while_the_session_lives() {
    let visitor = Visitor::new().await;
    visitor.sign_in().await;
    let visit = visitor.run("logout-redirect").await;
    let confirmed = visitor.confirm(&visit, false, |_| {}).await;
    let check = visitor.go_on(&confirmed).await;
    visitor.answer(&check, |_| {}).await;
    visitor
        .expect("logout-redirect", "Failed", "the session is still there")
        .await;
}

#[tokio::test]
async fn confirmations_that_are_none() {
    let visitor = Visitor::new().await;
    for (by_post, words) in [(true, "by another binding"), (false, "The signature was not accepted")] {
        visitor.sign_in().await;
        let visit = visitor.run("logout-redirect").await;
        let key = if by_post { &*KEY } else { &*STRANGER };
        visitor.confirm_as(&visit, by_post, key, |_| {}).await;
        visitor.expect("logout-redirect", "Failed", words).await;
    }
    visitor.sign_in().await;
    let visit = visitor.run("logout-post").await;
    let refuse = |spec: &mut LogoutResponseSpec| spec.status.code = STATUS_REQUESTER.into();
    visitor.confirm(&visit, true, refuse).await;
    visitor
        .expect("logout-post", "Failed", "The identity server answered Requester")
        .await;
}

#[tokio::test]
async fn somebody_elses_name_ends_nothing() {
    for survives in [true, false] {
        let visitor = Visitor::new().await;
        visitor.sign_in().await;
        let visit = visitor.run("logout-wrong-name").await;
        let request = logout_of(&visit);
        assert_eq!(request.name_id.value, "nobody-of-this-name");
        assert_ne!(request.session_indexes, ["session-1"]);
        let refuse = |spec: &mut LogoutResponseSpec| {
            spec.status.code = STATUS_REQUESTER.into();
            spec.status.sub_code = Some(STATUS_UNKNOWN_PRINCIPAL.into());
        };
        let confirmed = visitor.confirm(&visit, false, refuse).await;
        let check = visitor.go_on(&confirmed).await;
        if survives {
            visitor.answer(&check, |_| {}).await;
            visitor.expect("logout-wrong-name", "Passed", "still there").await;
        } else {
            visitor.no_passive(&check).await;
            visitor.expect("logout-wrong-name", "Failed", "has ended").await;
        }
    }
}

/// The identity server asks the person, and nothing comes back: then a button looks for the session.
#[tokio::test]
async fn or_the_person_is_asked() {
    let visitor = Visitor::new().await;
    visitor.sign_in().await;
    visitor.run("logout-wrong-name").await;
    visitor.wait();
    visitor
        .expect("logout-wrong-name", "Needs you", ">Finish</button>")
        .await;
    let fields = [("scenario", "logout-wrong-name"), ("step", "check")];
    let check = Visit::read(&visitor.press("/probe/run", &fields).await);
    visitor.answer(&check, |_| {}).await;
    visitor.expect("logout-wrong-name", "Passed", "still there").await;
    assert!(!visitor.row("logout-wrong-name").await.contains("Finish"));
}
