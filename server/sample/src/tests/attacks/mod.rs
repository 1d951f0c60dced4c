//! Attacks on the assertion consumer service, from the list T1 to T29 of docs/security.md.
//!
//! Owns the pattern: each attack is a response made from a good one, posted where a sign-in is under way. It must be
//! rejected with no session, nothing of it may become markup, and it must use nothing up: the unmodified response is then
//! accepted, which proves that the change alone was rejected.

mod bodies;
mod checks;
mod encryption;
mod limits;
mod logout;
mod parser;
mod signatures;
mod wrapping;
mod xmlsec;

use axum::http::StatusCode;
use saml::response::{self, ResponseSpec};

use super::Sample;
use super::browser::{Answer, Browser};
use super::fake_idp::{FakeIdp, KEY, SignIn, begin, is_signed_in};

/// The person whom the good response names, and the one whom forgeries name.
const PERSON: &str = "alice@example.com";
const VICTIM: &str = "<img src=x>victim@example.com";

/// A sign-in under way, and its good response.
struct Attack {
    _idp: FakeIdp,
    sample: Sample,
    browser: Browser,
    sign_in: SignIn,
    spec: ResponseSpec,
    good: String,
}

impl Attack {
    /// Only the assertion is signed.
    async fn begin() -> Self {
        Self::begin_with(|_| {}).await
    }

    /// Both are signed.
    async fn on_both_signatures() -> Self {
        Self::begin_with(|spec| spec.sign_response = true).await
    }

    async fn begin_with(change: impl FnOnce(&mut ResponseSpec)) -> Self {
        let idp = FakeIdp::start().await;
        let sample = Sample::start(&idp.url);
        let browser = sample.browser();
        let sign_in = begin(&browser).await;
        let mut spec = sign_in.response(sample.clock.now());
        spec.name_id.value = PERSON.to_owned();
        change(&mut spec);
        let good = response::build(&spec, &KEY).unwrap();
        Self {
            _idp: idp,
            sample,
            browser,
            sign_in,
            spec,
            good,
        }
    }

    /// Posts a manipulated response, which has to be rejected for this reason.
    async fn rejected(&self, xml: &str, reason: &str) {
        assert_ne!(xml, self.good, "nothing was manipulated");
        let answer = self.sign_in.post(&self.browser, xml).await;
        self.is_rejection(&answer, reason).await;
    }

    async fn is_rejection(&self, answer: &Answer, reason: &str) {
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{reason}: {}", answer.text);
        assert!(answer.text.contains("The sign-in was rejected"), "{}", answer.text);
        assert!(answer.text.contains(reason), "{reason} in {}", answer.text);
        harmless(answer);
        assert!(!is_signed_in(&self.browser).await, "{reason}");
    }

    /// The unmodified response signs in, after whatever was tried before.
    async fn control(&self) {
        self.accepted(&self.good).await;
        let page = self.browser.get("/").await.text;
        assert!(page.contains(&format!("You are logged in as {PERSON}")), "{page}");
    }

    async fn accepted(&self, xml: &str) {
        let answer = self.sign_in.post(&self.browser, xml).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert_eq!(self.browser.get(answer.location()).await.location(), "/");
        assert!(is_signed_in(&self.browser).await);
    }

    /// A fresh sign-in first proves that its good response is accepted; then each of these is rejected, and the good one
    /// of the same sign-in still accepted.
    async fn each(self, attacks: Vec<(String, &str)>) {
        assert!(!attacks.is_empty());
        let other = begin(&self.browser).await;
        let mut spec = other.response(self.sample.clock.now());
        (spec.sign_response, spec.encrypt) = (self.spec.sign_response, self.spec.encrypt.clone());
        let control = response::build(&spec, &KEY).unwrap();
        let answer = other.post(&self.sample.browser(), &control).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "the control: {}", answer.text);
        for (xml, reason) in attacks {
            self.rejected(&xml, reason).await;
        }
        self.control().await;
    }
}

/// Nothing from outside has become markup, script or an address to go to.
fn harmless(answer: &Answer) {
    for markup in ["<img", "<saml", "<ds:", "javascript:", "http-equiv", "<script>"] {
        assert!(!answer.text.contains(markup), "{markup} in {}", answer.text);
    }
    assert!(answer.headers.get("location").is_none());
    assert!(answer.headers.get("set-cookie").is_none());
}

/// The text from the first `start` to the first `end` after it, both included.
fn cut<'a>(xml: &'a str, start: &str, end: &str) -> &'a str {
    let from = xml.find(start).unwrap_or_else(|| panic!("no {start} in {xml}"));
    let to = xml[from..].find(end).unwrap_or_else(|| panic!("no {end} in {xml}"));
    &xml[from..from + to + end.len()]
}

fn assertion_of(xml: &str) -> &str {
    cut(xml, "<saml:Assertion", "</saml:Assertion>")
}

fn signature_of(xml: &str) -> &str {
    cut(xml, "<ds:Signature ", "</ds:Signature>")
}

/// Replaces once, and insists that there was something to replace.
fn swap(xml: &str, from: &str, to: &str) -> String {
    assert!(xml.contains(from), "nothing to replace: {from}");
    xml.replacen(from, to, 1)
}

/// An unsigned copy that names somebody else, under an ID of its own or the original's.
fn forged(element: &str, new_id: Option<(&str, &str)>) -> String {
    let bare = element.replace(signature_of(element), "");
    let forgery = swap(&bare, PERSON, &VICTIM.replace('<', "&lt;"));
    match new_id {
        Some((old, new)) => swap(&forgery, &format!("ID=\"{old}\""), &format!("ID=\"{new}\"")),
        None => forgery,
    }
}
