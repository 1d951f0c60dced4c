//! What each visit carries.

use chrono::TimeDelta;
use saml::SignatureError;
use saml::identifier::{BINDING_POST, CONTEXT_REFEDS_MFA, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT};
use saml::inbound::Binding;
use saml::message::{AuthnRequest, Comparison};
use saml::metadata::parse_sp;

use super::super::fake_idp::ADDRESS;
use super::{Visit, Visitor};

const ACS: &str = "http://localhost:8080/saml/acs";

/// What a request says that an ordinary one does not.
fn peculiar(request: &AuthnRequest, now: chrono::DateTime<chrono::Utc>) -> Vec<String> {
    let mut found = Vec::new();
    let mut note = |is: bool, what: &str| {
        if is {
            found.push(what.to_owned());
        }
    };
    note(request.is_passive, "passive");
    note(request.force_authn, "force");
    note(request.acs_index == Some(0) && request.acs_url.is_none(), "index");
    note(request.destination.as_deref() != Some(ADDRESS), "destination");
    note(request.issue_instant < now - TimeDelta::minutes(59), "old");
    note(request.issue_instant > now + TimeDelta::minutes(59), "ahead");
    if let Some(url) = request.acs_url.as_deref().filter(|url| *url != ACS) {
        found.push(url.to_owned());
    }
    if let Some(policy) = &request.name_id_policy {
        found.push(policy.format.clone().unwrap());
    }
    if let Some(context) = &request.requested_authn_context {
        assert_eq!(context.comparison, Comparison::Exact);
        found.extend(context.classes.clone());
    }
    found
}

#[tokio::test]
async fn each_request_is_ordinary_but_for_what_it_asks() {
    let visitor = Visitor::new().await;
    visitor.sign_in().await;
    for (scenario, expected) in [
        ("redirect-signed", &[][..]),
        ("post-signed", &[]),
        ("encrypted", &[]),
        ("relay-state", &[]),
        ("passive", &["passive"]),
        ("passive-none", &["passive"]),
        ("force-authn", &["force"]),
        ("context-mfa", &[CONTEXT_REFEDS_MFA]),
        ("context-unknown", &["urn:sample-app:no-such-context"]),
        ("name-id-transient", &[NAMEID_TRANSIENT]),
        ("name-id-persistent", &[NAMEID_PERSISTENT]),
        ("name-id-email", &[NAMEID_EMAIL]),
        ("name-id-unknown", &["urn:sample-app:no-such-format"]),
        ("acs-index", &["index"]),
        ("redirect-unsigned", &["passive"]),
        ("post-unsigned", &["passive"]),
        ("bad-signature", &["passive"]),
        ("replay", &["passive"]),
        ("wrong-acs", &["passive", "http://localhost:8080/probe/unregistered"]),
        ("wrong-destination", &["passive", "destination"]),
        ("stale", &["passive", "old"]),
        ("future", &["passive", "ahead"]),
    ] {
        let visit = visitor.run(scenario).await;
        let request = visit.request();
        assert_eq!(peculiar(request, visitor.sample.clock.now()), expected, "{scenario}");
        assert_eq!(request.issuer.as_deref(), Some("travelocity.com"));
        let by_post = matches!(scenario, "post-signed" | "post-unsigned");
        let binding = if by_post { Binding::Post } else { Binding::Redirect };
        assert_eq!(visit.inbound.binding, binding, "{scenario}");
        if scenario != "acs-index" {
            assert_eq!(request.protocol_binding.as_deref(), Some(BINDING_POST));
        }
    }
}

#[tokio::test]
async fn requests_are_signed_unsigned_or_wrongly_signed() {
    let visitor = Visitor::new().await;
    let metadata = parse_sp(&visitor.browser.get("/saml/metadata").await.text).unwrap();
    let verified = |visit: &Visit| visit.inbound.verify(&metadata.signing_certificates);
    for scenario in ["redirect-signed", "post-signed", "stale", "wrong-destination", "replay"] {
        assert_eq!(verified(&visitor.run(scenario).await), Ok(()), "{scenario}");
    }
    for scenario in ["redirect-unsigned", "post-unsigned"] {
        let visit = visitor.run(scenario).await;
        assert_eq!(verified(&visit), Err(SignatureError::NotSigned), "{scenario}");
    }
    let wrong = visitor.run("bad-signature").await;
    assert_eq!(verified(&wrong), Err(SignatureError::Invalid));
}

#[tokio::test]
async fn what_needs_a_session_signs_in_before() {
    let visitor = Visitor::new().await;
    for scenario in [
        "passive",
        "force-authn",
        "logout-redirect",
        "logout-post",
        "logout-wrong-name",
    ] {
        let first = visitor.run(scenario).await;
        assert!(
            peculiar(first.request(), visitor.sample.clock.now()).is_empty(),
            "{scenario}"
        );
    }
    let first = visitor.run("passive").await;
    let answered = visitor.answer(&first, |_| {}).await;
    let second = visitor.go_on(&answered).await;
    assert!(second.request().is_passive);
    // Half an hour later the session is not counted on.
    visitor.answer(&second, |_| {}).await;
    visitor.sample.clock.advance(TimeDelta::minutes(30));
    assert!(!visitor.run("passive").await.request().is_passive);
}
