//! An attack and its verdict: the unmodified message is accepted, the modified one is a page with a case number, and
//! nothing else has happened.

use std::net::TcpListener;
use std::sync::Mutex;

use chrono::{TimeZone, Utc};
use domain::input::saml::SamlInput;
use entity::{login_flow, logout, saml_request, session, session_participant};
use identity::testing::ADMIN_PASSWORD;
use saml::keys::KeyPair;
use saml::logout::LogoutRequestSpec;
use saml::redirect::Parameter;
use saml::sp::{Accepted, AuthnRequestSpec, build_authn_request};
use sea_orm::EntityTrait;

use crate::browser::Answer;
use crate::fake_sp::{FakeSp, PostPage, sp_key};
use crate::harness::TestApp;
use crate::saml::refused;

/// The message that is attacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    SignIn,
    Logout,
}

pub const BOTH: [Kind; 2] = [Kind::SignIn, Kind::Logout];

/// A session that nobody has: what an honest LogoutRequest of these tests names.
const NOBODY: &str = "_nobody";

/// A service provider to attack, and somebody who is signed in at it.
pub struct Target<'a> {
    pub app: &'a TestApp,
    pub sp: FakeSp,
    /// A second registered address: only a signature keeps an attacker from choosing it.
    pub other_acs: String,
    key: Option<&'static KeyPair>,
    victim: Accepted,
    proven: Mutex<Vec<Kind>>,
}

impl<'a> Target<'a> {
    /// Its messages have to be signed.
    pub async fn signed(app: &'a TestApp) -> Self {
        let tick = |saml: &mut SamlInput| {
            saml.certificate = sp_key().certificate_pem();
            saml.enable_signature_validation = true.into();
        };
        Self::new(app, "Wiki", Some(sp_key()), tick).await
    }

    /// Nothing is known to verify its messages with.
    pub async fn unsigned(app: &'a TestApp) -> Self {
        Self::new(app, "Plain", None, |_| ()).await
    }

    async fn new(
        app: &'a TestApp,
        name: &str,
        key: Option<&'static KeyPair>,
        change: impl FnOnce(&mut SamlInput),
    ) -> Self {
        let other_acs = format!("https://{}.example/second", name.to_lowercase());
        let second = other_acs.clone();
        let sp = app
            .sp(name, &[None], |saml| {
                saml.acs_urls.push(second);
                change(saml);
            })
            .await;
        let request = sp.request();
        let browser = app.browser();
        let page = browser.open(&sp.redirect_signed(&request, None, key)).await;
        let answer = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
        let victim = sp.accept(&PostPage::read(&answer), &request.id).unwrap();
        Self {
            app,
            sp,
            other_acs,
            key,
            victim,
            proven: Mutex::default(),
        }
    }

    pub fn request(&self) -> AuthnRequestSpec {
        self.sp.request()
    }

    pub fn logout(&self) -> LogoutRequestSpec {
        let mut request = self.sp.logout_request(&self.victim);
        request.session_indexes = vec![NOBODY.to_owned()];
        request
    }

    /// A fresh message, signed in its XML by `key`.
    pub fn xml_by(&self, kind: Kind, key: Option<&KeyPair>) -> String {
        match kind {
            Kind::SignIn => build_authn_request(&self.request(), key).unwrap(),
            Kind::Logout => saml::logout::build_request(&self.logout(), key).unwrap(),
        }
    }

    /// A fresh message as the service provider sends it by POST.
    pub fn xml(&self, kind: Kind) -> String {
        self.xml_by(kind, self.key)
    }

    /// The query of a fresh message as the service provider sends it by Redirect.
    pub fn query(&self, kind: Kind, relay_state: Option<&str>) -> String {
        self.query_of(&self.xml_by(kind, None), relay_state, self.key)
    }

    pub fn query_of(&self, xml: &str, relay_state: Option<&str>, key: Option<&KeyPair>) -> String {
        let url = saml::redirect::url("/samlsso", Parameter::Request, xml, relay_state, key).unwrap();
        url.split_once('?').unwrap().1.to_owned()
    }

    /// The message without its signature, saying what an attacker wants said: the answer to another address, the
    /// victim's session ended. It would be accepted if nobody looked at signatures.
    pub fn forged(&self, kind: Kind, xml: &str) -> String {
        let bare = if xml.contains("<ds:Signature ") {
            swap(xml, signature_of(xml), "")
        } else {
            xml.to_owned()
        };
        match kind {
            Kind::SignIn => swap(&bare, &self.sp.acs, &self.other_acs),
            Kind::Logout => swap(&bare, NOBODY, self.victim.session_index.as_deref().unwrap()),
        }
    }

    pub async fn post(&self, xml: impl AsRef<[u8]>) -> Answer {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(xml);
        self.post_form(&[("SAMLRequest".to_owned(), text)]).await
    }

    pub async fn post_form(&self, form: &[(String, String)]) -> Answer {
        self.app.browser().post_from_elsewhere("/samlsso", form).await
    }

    pub async fn get(&self, query: &str) -> Answer {
        self.app.browser().get(&format!("/samlsso?{query}")).await
    }

    /// The control: fresh messages are accepted by both bindings. Nothing counts as refused before this was seen.
    pub async fn control(&self, kind: Kind) {
        accepted(kind, &self.post(self.xml(kind)).await);
        accepted(kind, &self.get(&self.query(kind, Some("relay"))).await);
        self.proven.lock().unwrap().push(kind);
    }

    /// By POST, what `attack` makes of a fresh message fails this check, for a reason in these words.
    pub async fn refused<B: AsRef<[u8]>>(&self, kind: Kind, check: &str, words: &str, attack: impl FnOnce(&str) -> B) {
        let xml = self.xml(kind);
        let forged = attack(&xml);
        assert_ne!(forged.as_ref(), xml.as_bytes(), "nothing was changed");
        let before = self.rows().await;
        let answer = self.post(&forged).await;
        let seen = String::from_utf8_lossy(forged.as_ref()).into_owned();
        self.judge(kind, check, words, &before, &answer, &seen).await;
    }

    /// The same by Redirect, with the query of a message that carries the RelayState `relay`.
    pub async fn refused_query(&self, kind: Kind, check: &str, words: &str, attack: impl FnOnce(&str) -> String) {
        let query = self.query(kind, Some("relay"));
        let forged = attack(&query);
        assert_ne!(forged, query, "nothing was changed");
        let before = self.rows().await;
        let answer = self.get(&forged).await;
        self.judge(kind, check, words, &before, &answer, &forged).await;
    }

    /// The page, the administrator's row, and that nothing was begun, ended or kept.
    pub async fn judge(&self, kind: Kind, check: &str, words: &str, before: &str, answer: &Answer, sent: &str) {
        assert!(
            self.proven.lock().unwrap().contains(&kind),
            "a control of {kind:?} comes first"
        );
        let head: String = sent.chars().take(4000).collect();
        assert_eq!(answer.status, 400, "{kind:?} was not refused: {answer:?}\n{head}");
        let row = refused(self.app, answer, check).await;
        assert!(
            row.detail.contains(words),
            "{words:?} is not in {:?}\n{head}",
            row.detail
        );
        assert_eq!(self.rows().await, before, "something happened\n{head}");
        assert_eq!(self.app.sent(), 0);
    }

    /// All that a message could begin, end or change.
    pub async fn rows(&self) -> String {
        let db = &self.app.services.db;
        format!(
            "{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
            saml_request::Entity::find().all(db).await.unwrap(),
            login_flow::Entity::find().all(db).await.unwrap(),
            logout::Entity::find().all(db).await.unwrap(),
            session::Entity::find().all(db).await.unwrap(),
            session_participant::Entity::find().all(db).await.unwrap(),
        )
    }
}

/// A sign-in or a logout has begun, and its browser has the cookie of it.
#[track_caller]
pub fn accepted(kind: Kind, answer: &Answer) {
    let page = match kind {
        Kind::SignIn => "/login/",
        Kind::Logout => "/logout/",
    };
    assert!(answer.status.is_redirection(), "{kind:?} was not accepted: {answer:?}");
    assert!(answer.location().starts_with(page), "{answer:?}");
    assert!(answer.headers.contains_key("set-cookie"));
}

/// A key of nobody we know, in a certificate with the very names of the service provider's.
pub fn stranger() -> KeyPair {
    let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
    let key = KeyPair::generate_rsa(2048, "sp.example", year(2025), year(2035)).unwrap();
    assert_eq!(key.certificate().subject, sp_key().certificate().subject);
    key
}

/// Something that must never be fetched.
pub struct Trap(TcpListener);

impl Trap {
    pub fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    pub fn url(&self) -> String {
        format!("http://{}/bait", self.0.local_addr().unwrap())
    }

    pub fn assert_untouched(&self) {
        let error = self.0.accept().expect_err("something was fetched");
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    }
}

/// The text from the first `start` to the first `end` after it, both included.
#[track_caller]
pub fn cut<'x>(xml: &'x str, start: &str, end: &str) -> &'x str {
    let from = xml.find(start).unwrap_or_else(|| panic!("no {start} in {xml}"));
    let to = xml[from..].find(end).unwrap_or_else(|| panic!("no {end} in {xml}"));
    &xml[from..from + to + end.len()]
}

pub fn signature_of(xml: &str) -> &str {
    cut(xml, "<ds:Signature ", "</ds:Signature>")
}

/// Replaces and insists that there was something to replace.
#[track_caller]
pub fn swap(xml: &str, from: &str, to: &str) -> String {
    assert!(xml.contains(from), "nothing to replace: {from} in {xml}");
    xml.replacen(from, to, 1)
}

/// Puts something in front of the message's end tag.
#[track_caller]
pub fn at_the_end(xml: &str, piece: &str) -> String {
    let end = xml.rfind("</").unwrap();
    format!("{}{piece}{}", &xml[..end], &xml[end..])
}

/// The message's own ID.
pub fn id_of(xml: &str) -> &str {
    cut(xml, " ID=\"", "\" ")
        .trim_start_matches(" ID=\"")
        .trim_end_matches("\" ")
}
