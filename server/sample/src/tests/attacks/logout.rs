//! T27 at the sample: logout messages that are forged, changed, of somebody else, or at the wrong door. What `tests/slo.rs`
//! tries one check at a time is not repeated here.

use axum::http::StatusCode;
use saml::logout::{LogoutRequestSpec, build_request, build_response};
use saml::redirect::{self, Parameter};

use super::super::Sample;
use super::super::browser::{Answer, Browser};
use super::super::fake_idp::{FakeIdp, KEY, STRANGER, is_signed_in, logout_request, logout_response, sign_in, unique};
use super::{cut, harmless, swap};

const SLO: &str = "http://localhost:8080/saml/slo";

struct Case {
    _idp: FakeIdp,
    sample: Sample,
    browser: Browser,
}

impl Case {
    async fn signed_in() -> Self {
        let idp = FakeIdp::start().await;
        let sample = Sample::start(&idp.url);
        let browser = sample.browser();
        sign_in(&browser, sample.clock.now()).await;
        Self {
            _idp: idp,
            sample,
            browser,
        }
    }

    fn request(&self) -> LogoutRequestSpec {
        logout_request(SLO, self.sample.clock.now())
    }

    async fn post(&self, xml: &str) -> Answer {
        let value = saml::post::form_value(xml);
        let form = [("SAMLRequest", value.as_str())];
        self.browser.post_cross_site("/saml/slo", &form).await
    }

    async fn refused(&self, answer: &Answer, reason: &str) {
        assert!(answer.status.is_client_error(), "{reason}: {}", answer.text);
        assert!(answer.text.contains(reason), "{reason} in {}", answer.text);
        harmless(answer);
        assert!(is_signed_in(&self.browser).await, "{reason}");
    }

    /// The genuine request ends the session, after whatever was tried before.
    async fn control(&self) {
        let answer = self.post(&build_request(&self.request(), Some(&KEY)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(!is_signed_in(&self.browser).await);
    }
}

#[tokio::test]
async fn t27_wrapped_changed_and_unsigned_requests() {
    let case = Case::signed_in().await;
    let mut harmless_spec = case.request();
    harmless_spec.name_id.value = "nobody".into();
    let signed = build_request(&harmless_spec, Some(&KEY)).unwrap();
    let signature = cut(&signed, "<ds:Signature ", "</ds:Signature>");
    let bare = signed.replace(signature, "");
    let forged = swap(&bare, ">nobody<", ">admin<");
    let renamed = swap(&forged, &harmless_spec.id, "_forgery");
    let behind_issuer = |element: &str, more: &str| swap(element, "</saml:Issuer>", &format!("</saml:Issuer>{more}"));
    let wrapping = swap(signature, "</ds:Signature>", &format!("{bare}</ds:Signature>"));
    let extensions = format!("<samlp:Extensions>{signed}</samlp:Extensions>");
    for (xml, reason) in [
        (swap(&signed, ">nobody<", ">admin<"), "signature was not accepted"),
        (forged.clone(), "not signed"),
        (behind_issuer(&forged, signature), "The message was rejected"),
        (behind_issuer(&renamed, &wrapping), "The message was rejected"),
        (behind_issuer(&renamed, &extensions), "The message was rejected"),
        (swap(&signed, ">nobody<", "><!---->admin<"), "The message was rejected"),
        (
            build_request(&case.request(), Some(&STRANGER)).unwrap(),
            "signature was not accepted",
        ),
    ] {
        let answer = case.post(&xml).await;
        case.refused(&answer, reason).await;
    }
    case.control().await;
}

#[tokio::test]
async fn t27_changed_queries() {
    let case = Case::signed_in().await;
    let xml = build_request(&case.request(), None).unwrap();
    let other = build_request(&case.request(), None).unwrap();
    let url =
        |xml: &str, relay: &str| redirect::url("/saml/slo", Parameter::Request, xml, Some(relay), Some(&KEY)).unwrap();
    let good = url(&xml, "state");
    let (query, _) = good.split_once("&Signature=").unwrap();
    let foreign = url(&other, "state");
    let (_, foreign_signature) = foreign.split_once("&Signature=").unwrap();
    let sha1 = "http%3A%2F%2Fwww.w3.org%2F2000%2F09%2Fxmldsig%23rsa-sha1";
    let (_, algorithm) = query.split_once("&SigAlg=").unwrap();
    for (changed, reason) in [
        (
            format!("{query}&Signature={foreign_signature}"),
            "signature was not accepted",
        ),
        (
            swap(&good, "RelayState=state", "RelayState=other"),
            "signature was not accepted",
        ),
        (swap(&good, "&RelayState=state", ""), "signature was not accepted"),
        (swap(&good, algorithm, sha1), "signature"),
        (query.to_owned(), "signature is incomplete"),
        (format!("{good}&RelayState=second"), "given twice"),
        (format!("{good}&SAMLRequest=second"), "given twice"),
    ] {
        let answer = case.browser.get(&changed).await;
        case.refused(&answer, reason).await;
    }
    let answer = case.browser.get(&good).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "the control");
    assert!(!is_signed_in(&case.browser).await);
}

#[tokio::test]
async fn t27_another_name_or_session_ends_nothing_here() {
    let case = Case::signed_in().await;
    let spoils: [fn(&mut LogoutRequestSpec); 3] = [
        |spec| spec.name_id.value = "admin2".into(),
        |spec| spec.name_id.value = "Admin".into(),
        |spec| spec.session_indexes = vec!["session-10".into()],
    ];
    for spoil in spoils {
        let mut spec = case.request();
        spoil(&mut spec);
        let answer = case.post(&build_request(&spec, Some(&KEY)).unwrap()).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "it is genuine, and answered: {}",
            answer.text
        );
        assert!(is_signed_in(&case.browser).await);
    }
    case.control().await;
}

#[tokio::test]
async fn t27_replayed_and_unsolicited_messages() {
    let case = Case::signed_in().await;
    let xml = build_request(&case.request(), Some(&KEY)).unwrap();
    assert_eq!(case.post(&xml).await.status, StatusCode::OK);
    sign_in(&case.browser, case.sample.clock.now()).await;
    case.refused(&case.post(&xml).await, "was used before").await;
    let unsolicited = logout_response(SLO, &unique("never-sent"), case.sample.clock.now());
    let value = saml::post::form_value(&build_response(&unsolicited, Some(&KEY)).unwrap());
    for path in ["/saml/slo", "/saml/acs"] {
        let form = [("SAMLResponse", value.as_str())];
        let answer = case.browser.post_cross_site(path, &form).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.text);
        harmless(&answer);
        assert!(is_signed_in(&case.browser).await);
    }
    case.control().await;
}
