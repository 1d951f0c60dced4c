//! Signing in: both bindings, both addresses, what the page shows, and how long a session lives.

use axum::http::header;
use chrono::TimeDelta;
use saml::algorithm::{DataEncryption, KeyEncryption};
use saml::identifier::{
    BINDING_POST, BINDING_REDIRECT, BINDING_SOAP, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT, NAMEID_UNSPECIFIED,
};
use saml::inbound::decode_post;
use saml::message::{Attribute, Message};
use saml::metadata::{SpMetadata, parse_sp};
use saml::response::Encryption;

use super::Sample;
use super::browser::Browser;
use super::fake_idp::{ADDRESS, FakeIdp, begin, is_signed_in, sign_in};

async fn own_metadata(browser: &Browser) -> SpMetadata {
    parse_sp(&browser.get("/saml/metadata").await.text).unwrap()
}

#[tokio::test]
async fn signed_out_the_page_offers_both_bindings_and_the_addresses() {
    let sample = Sample::alone();
    let page = sample.browser().get("/").await.text;
    for text in [
        ">Log in with SAML</a>",
        ">Log in with SAML (POST)</a>",
        "<code>travelocity.com</code>",
        "<code>http://localhost:8080/saml/acs</code>",
        "<code>http://localhost:8080/saml/slo</code>",
        r#"href="/saml/metadata""#,
        r#"href="/sms""#,
        r#"data-copy="http://localhost:8080/saml/acs""#,
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }
    assert!(!page.contains("Logout"));
}

#[tokio::test]
async fn by_redirect() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    let sign_in = begin(&browser).await;
    let request = &sign_in.request;
    assert_eq!(request.issuer.as_deref(), Some("travelocity.com"));
    assert_eq!(request.destination.as_deref(), Some(ADDRESS));
    let acs = "http://localhost:8080/saml/acs";
    assert_eq!(request.acs_url.as_deref(), Some(acs));
    assert_eq!(request.issue_instant.timestamp(), sample.clock.now().timestamp());
    let metadata = own_metadata(&browser).await;
    sign_in.inbound.verify(&metadata.signing_certificates).unwrap();

    let spec = sign_in.response(sample.clock.now());
    let answer = sign_in.answer(&browser, &spec).await;
    assert!(answer.headers.get(header::SET_COOKIE).is_none());
    assert!(!is_signed_in(&browser).await, "the POST alone signs nobody in");
    let finish = answer.location();
    assert!(finish.starts_with("/saml/finish?ticket="), "{finish}");
    assert_eq!(browser.get(finish).await.location(), "/");

    let page = browser.get("/").await.text;
    for text in [
        "<h1>You are logged in as admin</h1>",
        "http://wso2.org/claims/mobile",
        "<p>+94771234567</p>",
        "https://refeds.org/profile/mfa",
        ">Logout</button>",
        "<summary>Response as it was received</summary>",
        "&lt;saml",
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }
    assert_eq!(idp.fetches(), 1);
}

#[tokio::test]
async fn by_post() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    let page = browser.get("/saml/login?binding=post").await;
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("script-src 'nonce-"), "{policy}");
    assert!(
        !policy.contains("form-action"),
        "redirects after the form must stay possible: {policy}"
    );
    assert!(page.text.contains(&format!("action=\"{ADDRESS}\"")));
    let field = |name: &str| {
        let start = format!("name=\"{name}\" value=\"");
        let rest = &page.text[page.text.find(&start).unwrap() + start.len()..];
        (name.to_owned(), rest[..rest.find('"').unwrap()].to_owned())
    };
    let inbound = decode_post(&[field("SAMLRequest"), field("RelayState")]).unwrap();
    let metadata = own_metadata(&browser).await;
    inbound.verify(&metadata.signing_certificates).unwrap();
    let Message::AuthnRequest(request) = inbound.message.clone() else {
        panic!("{:?}", inbound.message);
    };
    let sign_in = super::fake_idp::SignIn {
        relay_state: inbound.relay_state.clone().unwrap(),
        request,
        inbound,
    };
    let answer = sign_in.answer(&browser, &sign_in.response(sample.clock.now())).await;
    browser.get(answer.location()).await;
    assert!(is_signed_in(&browser).await);
}

#[tokio::test]
async fn at_127_0_0_1_the_acs_is_there_too() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser_at("127.0.0.1:8080");
    let sign_in = begin(&browser).await;
    let acs = "http://127.0.0.1:8080/saml/acs";
    assert_eq!(sign_in.request.acs_url.as_deref(), Some(acs));
    let answer = sign_in.answer(&browser, &sign_in.response(sample.clock.now())).await;
    browser.get(answer.location()).await;
    assert!(is_signed_in(&browser).await);
    let metadata = own_metadata(&browser).await;
    assert_eq!(metadata.acs[0].location, acs);
}

#[tokio::test]
async fn the_metadata_describes_the_service_provider() {
    let sample = Sample::alone();
    let metadata = own_metadata(&sample.browser()).await;
    assert_eq!(metadata.entity_id, "travelocity.com");
    assert_eq!(metadata.acs.len(), 1);
    assert_eq!(metadata.acs[0].location, "http://localhost:8080/saml/acs");
    let slo: Vec<_> = metadata.slo.iter().map(|e| e.location.as_str()).collect();
    assert_eq!(slo, ["http://localhost:8080/saml/slo"; 3]);
    assert_eq!(metadata.signing_certificates.len(), 1);
    assert!(metadata.authn_requests_signed && metadata.want_assertions_signed);
    let bindings: Vec<_> = metadata.slo.iter().map(|e| e.binding.as_str()).collect();
    assert_eq!(bindings, [BINDING_REDIRECT, BINDING_POST, BINDING_SOAP]);
    assert_eq!(metadata.signing_certificates, metadata.encryption_certificates);
    assert_eq!(
        metadata.name_id_formats,
        [NAMEID_UNSPECIFIED, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT]
    );
    let attributes: Vec<_> = metadata.requested_attributes.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(
        attributes,
        ["http://wso2.org/claims/mobile", "http://wso2.org/claims/emailaddress"]
    );
    assert!(metadata.requested_attributes.iter().all(|a| !a.required));
}

#[tokio::test]
async fn a_signed_response_and_an_encrypted_assertion_are_accepted() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    let certificate = own_metadata(&browser).await.encryption_certificates.remove(0);
    let sign_in = begin(&browser).await;
    let mut spec = sign_in.response(sample.clock.now());
    spec.sign_response = true;
    spec.encrypt = Some(Encryption {
        certificate,
        data: DataEncryption::default(),
        key: KeyEncryption::default(),
    });
    let answer = sign_in.answer(&browser, &spec).await;
    browser.get(answer.location()).await;
    assert!(browser.get("/").await.text.contains("You are logged in as admin"));
}

#[tokio::test]
async fn what_the_assertion_says_is_escaped() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    let sign_in = begin(&browser).await;
    let mut spec = sign_in.response(sample.clock.now());
    spec.name_id.value = "<b>admin</b>".into();
    spec.attributes = vec![Attribute {
        name: "role\"".into(),
        friendly_name: Some("<i>Role</i>".into()),
        values: vec!["a & b".into(), "<script>x</script>".into()],
        ..Attribute::default()
    }];
    let answer = sign_in.answer(&browser, &spec).await;
    browser.get(answer.location()).await;
    let page = browser.get("/").await.text;
    assert!(page.contains("You are logged in as &lt;b&gt;admin&lt;/b&gt;"), "{page}");
    assert!(page.contains("&lt;i&gt;Role&lt;/i&gt;") && page.contains("role&quot;"));
    assert!(page.contains(r#"<li class="value">a &amp; b</li>"#));
    assert!(page.contains("&lt;script&gt;x") && !page.contains("<script>x"));
}

#[tokio::test]
async fn two_tabs_sign_in_side_by_side() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    let (first, second) = (begin(&browser).await, begin(&browser).await);
    for tab in [second, first] {
        let answer = tab.answer(&browser, &tab.response(sample.clock.now())).await;
        assert_eq!(browser.get(answer.location()).await.location(), "/");
    }
    assert!(is_signed_in(&browser).await);
}

#[tokio::test]
async fn a_new_sign_in_ends_the_session_before_it() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    sign_in(&browser, sample.clock.now()).await;
    let before = browser.cookie("sample_session").unwrap();
    sign_in(&browser, sample.clock.now()).await;
    assert_ne!(browser.cookie("sample_session"), Some(before.clone()));
    let thief = sample.browser();
    let request = thief
        .request(axum::http::Method::GET, "/", false)
        .header(header::COOKIE, format!("sample_session={before}"));
    assert!(thief.send(request, "").await.text.contains("Log in with SAML"));
}

#[tokio::test]
async fn a_session_ends_after_30_idle_minutes() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    sign_in(&browser, sample.clock.now()).await;
    for _ in 0..3 {
        sample.clock.advance(TimeDelta::minutes(29));
        assert!(is_signed_in(&browser).await, "use prolongs it");
    }
    sample.clock.advance(TimeDelta::minutes(30));
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn a_session_ends_when_the_identity_provider_says() {
    let idp = FakeIdp::start().await;
    let sample = Sample::start(&idp.url);
    let browser = sample.browser();
    let sign_in = begin(&browser).await;
    let mut spec = sign_in.response(sample.clock.now());
    spec.session_not_on_or_after = Some(sample.clock.now() + TimeDelta::minutes(10));
    let answer = sign_in.answer(&browser, &spec).await;
    browser.get(answer.location()).await;
    sample.clock.advance(TimeDelta::minutes(9));
    assert!(is_signed_in(&browser).await);
    sample.clock.advance(TimeDelta::minutes(1));
    assert!(!is_signed_in(&browser).await);
}
