//! Single logout: who may end which session, who is told and how, how it goes on, and what attackers get.

mod asked;
mod at_once;
mod attacks;
mod attacks_from_outside;
mod attacks_on_answers;
mod by_soap;
mod initiated;
mod mixed;
mod silent;
mod soap;
mod told;
mod told_by_soap;

use entity::session;
use identity::testing::ADMIN_PASSWORD;
use identity::token;
use saml::inbound::Inbound;
use saml::keys::KeyPair;
use saml::logout::LogoutResponseSpec;
use saml::message::Status;
use saml::redirect::{self, Parameter};
use saml::sp::Accepted;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::TestApp;

/// Signs in, or is signed in already.
async fn sign_in(app: &TestApp, browser: &Browser, sp: &FakeSp) -> Accepted {
    let (request, mut answer) = app.begin(browser, sp).await;
    if answer.page().heading == "Sign in" {
        answer = app.password(browser, &answer, "admin", ADMIN_PASSWORD).await;
    }
    sp.accept(&PostPage::read(&answer), &request).unwrap()
}

async fn is_signed_in(app: &TestApp, browser: &Browser, sp: &FakeSp) -> bool {
    app.begin(browser, sp).await.1.page_with(200).heading != "Sign in"
}

/// How many sessions there are, the console's not counted.
async fn sessions(app: &TestApp) -> u64 {
    use sea_orm::{ColumnTrait, QueryFilter};
    let of_people = session::Entity::find().filter(session::Column::Kind.eq("sign_in"));
    of_people.count(&app.services.db).await.unwrap()
}

/// Presses *Log out* at `/logout` and follows.
async fn log_out_here(browser: &Browser) -> Answer {
    let page = browser.open("/logout").await.page_with(200);
    browser.press(&page.form("Log out"), "Log out").await
}

/// The page of the logout that a message to an application belongs to.
fn page_of(asked: &Inbound) -> String {
    format!("/logout/{}", asked.relay_state.as_deref().unwrap())
}

/// The answer that says it went well.
fn success(sp: &FakeSp, asked: &Inbound) -> LogoutResponseSpec {
    LogoutResponseSpec {
        id: token::saml_id().unwrap(),
        issuer: sp.issuer.clone(),
        destination: "http://localhost:9763/samlsso".into(),
        in_response_to: asked.message.id().to_owned(),
        status: Status {
            code: saml::identifier::STATUS_SUCCESS.to_owned(),
            ..Status::default()
        },
        issue_instant: sp.now(),
    }
}

/// Path and query that carry an answer.
fn carried(spec: &LogoutResponseSpec, relay_state: Option<&str>, key: Option<&KeyPair>) -> String {
    let xml = saml::logout::build_response(spec, None).unwrap();
    let url = redirect::url(&spec.destination, Parameter::Response, &xml, relay_state, key).unwrap();
    let url: url::Url = url.parse().unwrap();
    format!("/samlsso?{}", url.query().unwrap())
}

/// The fields that carry an answer by POST.
fn posted_answer(spec: &LogoutResponseSpec, relay_state: &str) -> Vec<(String, String)> {
    let xml = saml::logout::build_response(spec, None).unwrap();
    vec![
        ("SAMLResponse".into(), saml::post::form_value(&xml)),
        ("RelayState".into(), relay_state.into()),
    ]
}
