//! The probe: what it sends, what it makes of each answer, the walk, and the report.
//!
//! Owns a visitor who presses the page's buttons and an identity provider that answers as the test says.

mod answers;
mod logout;
mod sends;
mod walk;

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use saml::identifier::{STATUS_NO_PASSIVE, STATUS_RESPONDER};
use saml::inbound::{Inbound, decode_post, decode_redirect};
use saml::message::{AuthnRequest, Message};
use saml::response::{self, ResponseSpec, StatusSpec};

use super::Sample;
use super::browser::{Answer, Browser};
use super::fake_idp::{ADDRESS, ENTITY_ID, FakeIdp, KEY, SignIn, unique};

struct Visitor {
    _idp: FakeIdp,
    sample: Sample,
    browser: Browser,
}

impl Visitor {
    async fn new() -> Self {
        let idp = FakeIdp::start().await;
        let sample = Sample::start(&idp.url);
        let browser = sample.browser();
        Self {
            _idp: idp,
            sample,
            browser,
        }
    }

    async fn press(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .browser
            .request(Method::POST, path, true)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.browser.send(request, body).await
    }

    /// Presses *Run* and follows the browser to the identity provider.
    async fn run(&self, scenario: &str) -> Visit {
        Visit::read(&self.press("/probe/run", &[("scenario", scenario)]).await)
    }

    /// Goes on from where an answer led, as the page between two visits does.
    async fn go_on(&self, from: &Answer) -> Visit {
        let between = self.browser.get(path_of(from.location())).await;
        self.go_on_from(&between).await
    }

    async fn go_on_from(&self, between: &Answer) -> Visit {
        assert_eq!(between.status, StatusCode::OK, "{}", between.text);
        let form = between.text.split("data-onward").nth(1).expect(&between.text);
        let form = form.split("</form>").next().unwrap();
        let fields: Vec<(String, String)> = ["scenario", "step", "walk"]
            .into_iter()
            .filter(|name| form.contains(&format!("name=\"{name}\"")))
            .map(|name| field(form, name))
            .collect();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        Visit::read(&self.press("/probe/run", &fields).await)
    }

    /// Answers a visit's AuthnRequest.
    async fn answer(&self, visit: &Visit, change: impl FnOnce(&mut ResponseSpec)) -> Answer {
        let mut spec = visit.sign_in().response(self.sample.clock.now());
        if visit.request().acs_url.is_none() {
            spec.destination = "http://localhost:8080/saml/acs".into();
        }
        change(&mut spec);
        self.deliver(visit, &response::build(&spec, &KEY).unwrap()).await
    }

    async fn deny(&self, visit: &Visit, status: &str, sub_status: &str) -> Answer {
        let spec = StatusSpec {
            id: unique("status"),
            issuer: ENTITY_ID.into(),
            destination: "http://localhost:8080/saml/acs".into(),
            in_response_to: Some(visit.request().id.clone()),
            status: status.into(),
            sub_status: Some(sub_status.into()),
            message: None,
            issue_instant: self.sample.clock.now(),
        };
        self.deliver(visit, &response::build_status(&spec, Some(&KEY)).unwrap())
            .await
    }

    async fn no_passive(&self, visit: &Visit) -> Answer {
        self.deny(visit, STATUS_RESPONDER, STATUS_NO_PASSIVE).await
    }

    async fn deliver(&self, visit: &Visit, xml: &str) -> Answer {
        visit.sign_in().post(&self.browser, xml).await
    }

    /// Signs in once, so that the probe knows of a session.
    async fn sign_in(&self) {
        let visit = self.run("redirect-signed").await;
        self.answer(&visit, |_| {}).await;
        self.expect("redirect-signed", "Passed", "passes every check").await;
    }

    /// The scenario's row, as the page has it now.
    async fn row(&self, scenario: &str) -> String {
        row_in(&self.browser.get("/probe").await.text, scenario)
    }

    async fn expect(&self, scenario: &str, verdict: &str, words: &str) {
        let row = self.row(scenario).await;
        assert!(
            row.contains(&format!("\">{verdict}</span>")),
            "{scenario}: {verdict} in {row}"
        );
        assert!(row.contains(words), "{scenario}: {words} in {row}");
    }

    /// Long enough for silence to count.
    fn wait(&self) {
        self.sample.clock.advance(TimeDelta::seconds(3));
    }
}

fn row_in(page: &str, scenario: &str) -> String {
    let start = page.find(&format!("<tr id=\"{scenario}\"")).expect(scenario);
    let end = page[start..].find("</tr>").unwrap();
    page[start..start + end].to_owned()
}

/// The path of an address of the sample's own.
fn path_of(address: &str) -> &str {
    address.strip_prefix("http://localhost:8080").expect(address)
}

/// A browser that has arrived at the identity provider.
struct Visit {
    inbound: Inbound,
    /// The address, if the message is in it.
    url: Option<String>,
}

impl Visit {
    fn read(page: &Answer) -> Self {
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let Some((_, rest)) = page.text.split_once("http-equiv=\"refresh\" content=\"0; url=") else {
            assert!(page.text.contains(&format!("action=\"{ADDRESS}\"")), "{}", page.text);
            let form = [field(&page.text, "SAMLRequest"), field(&page.text, "RelayState")];
            let inbound = decode_post(&form).unwrap();
            return Self { inbound, url: None };
        };
        let url = unescape(rest.split('"').next().unwrap());
        let (address, query) = url.split_once('?').unwrap();
        assert_eq!(address, ADDRESS);
        let inbound = decode_redirect(query).unwrap();
        Self {
            inbound,
            url: Some(url),
        }
    }

    fn request(&self) -> &AuthnRequest {
        match &self.inbound.message {
            Message::AuthnRequest(request) => request,
            other => panic!("{other:?}"),
        }
    }

    fn sign_in(&self) -> SignIn {
        let mut request = self.request().clone();
        request.acs_url.get_or_insert_with(String::new);
        SignIn {
            request,
            relay_state: self.inbound.relay_state.clone().unwrap(),
            inbound: self.inbound.clone(),
        }
    }
}

fn field(html: &str, name: &str) -> (String, String) {
    let start = format!("name=\"{name}\" value=\"");
    let rest = &html[html.find(&start).expect(name) + start.len()..];
    (name.to_owned(), unescape(rest.split('"').next().unwrap()))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
