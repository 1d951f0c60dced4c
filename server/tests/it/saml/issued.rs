//! What was issued can be found again, and what was refused is told to nobody outside.

use domain::claim;
use domain::input::service_provider::ClaimRow;
use entity::{saml_refusal, saml_service_provider, service_provider};
use identity::service_providers;
use identity::testing::ADMIN_PASSWORD;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use super::name_ids::set_claims;
use super::refusals::refused;
use crate::browser::Answer;
use crate::fake_sp::{FakeSp, PostPage, sp_key};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn signed_in(app: &TestApp, sp: &FakeSp) -> PostPage {
    let browser = app.browser();
    let (_, page) = app.begin(&browser, sp).await;
    PostPage::read(&app.password(&browser, &page, "admin", ADMIN_PASSWORD).await)
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}

/// Did you issue this assertion, and what has this key signed (T23).
async fn an_assertion_is_found_by_its_id_and_its_key(app: &TestApp) {
    let (wiki, other) = (
        app.sp("Wiki", &[None], |_| ()).await,
        app.sp("Other", &[None], |_| ()).await,
    );
    let xml = signed_in(app, &wiki).await.xml();
    signed_in(app, &other).await;
    let id = between(&xml, "<saml:Assertion", ">");
    let id = between(id, " ID=\"", "\"").to_owned();
    let key = wiki.idp.certificates[0].key_id();
    let console = app.console().await;
    let rows = async |search: &str| {
        let page = console
            .get(&format!("/console/sign-ins?q={search}"))
            .await
            .page_with(200);
        // Each stands among the filter's choices once.
        let is_listed = |name: &str| page.text.matches(name).count() > 1;
        (is_listed("Wiki"), is_listed("Other"), page.text.clone())
    };
    let (of_wiki, of_other, text) = rows(&id).await;
    assert!(
        of_wiki && !of_other && text.contains(&id) && text.contains(&key),
        "{text}"
    );
    let (of_wiki, of_other, text) = rows(&key).await;
    assert!(of_wiki && of_other, "{text}");
    let (.., text) = rows(&format!("_{}", "0".repeat(40))).await;
    assert!(text.contains("No assertion with this ID is in the log"), "{text}");
}

/// The page says what kind of thing went wrong and the number; all else is the administrator's.
async fn nothing_of_a_refusal_gets_out(app: &TestApp, answer: &Answer, check: &str) -> saml_refusal::Model {
    let row = refused(app, answer, check).await;
    let headers = format!("{:?}", answer.headers);
    for secret in [row.detail.as_str(), &row.issuer, &row.message, &row.failed_check] {
        assert!(
            secret.is_empty() || !answer.body.contains(secret) && !headers.contains(secret),
            "{secret}: {headers} {}",
            answer.body
        );
    }
    for word in [
        "IssueInstant",
        "Destination",
        "wiki.example",
        "evil",
        "emailaddress",
        "certificate",
    ] {
        assert!(
            !answer.body.contains(word) && !headers.contains(word),
            "{word}: {}",
            answer.body
        );
    }
    row
}

async fn the_outside_is_told_a_number(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await;
    let browser = app.browser();
    let send = async |change: &dyn Fn(&mut saml::sp::AuthnRequestSpec)| {
        let mut request = sp.request();
        change(&mut request);
        browser.get(&sp.redirect(&request, Some("relay"))).await
    };
    let answer = send(&|_| ()).await;
    assert!(answer.location().starts_with("/login/"), "unharmed it is taken");
    nothing_of_a_refusal_gets_out(app, &send(&|r| r.issuer = "evil.example".into()).await, "issuer").await;
    let acs = send(&|r| r.acs_url = Some("https://evil.example/acs".into())).await;
    nothing_of_a_refusal_gets_out(app, &acs, "assertion_consumer_url").await;
    let destination = send(&|r| r.destination = "https://evil.example/".into()).await;
    nothing_of_a_refusal_gets_out(app, &destination, "destination").await;
    let old = send(&|r| r.issue_instant -= chrono::Duration::hours(1)).await;
    nothing_of_a_refusal_gets_out(app, &old, "issue_instant").await;
    let forged = sp
        .redirect_signed(&sp.request(), None, Some(sp_key()))
        .replace("Signature=", "Signature=AAAA");
    nothing_of_a_refusal_gets_out(app, &browser.get(&forged).await, "signature").await;
    // All of it is under the number.
    let row =
        nothing_of_a_refusal_gets_out(app, &browser.get(&forged.replace("AAAA", "BBBB")).await, "signature").await;
    let console = app.console().await;
    let page = console
        .get(&format!("/console/sign-ins?case={}", row.case_number))
        .await
        .page_with(200);
    assert!(page.text.contains(&row.detail), "{}", page.text);
    let setting = page.link("Wiki \u{203a} Certificate");
    assert_eq!(
        setting,
        format!("/console/service-providers/{}/saml#f-certificate", sp.id)
    );
}

async fn page(app: &TestApp, sp: &FakeSp, claims: Vec<ClaimRow>) {
    let mut page = service_providers::get(&app.services, &app.actor(), sp.id)
        .await
        .unwrap()
        .input;
    page.claims = claims;
    service_providers::update(&app.services, &app.actor(), sp.id, &page)
        .await
        .unwrap();
}

/// What is asked for was there when the sign-in ended and is gone on the way back: whom it is about stands with the
/// administrator only.
async fn a_mandatory_claim_that_is_gone_is_told_to_the_administrator(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let email = ClaimRow {
        local: claim::EMAIL.into(),
        mandatory: true.into(),
        ..ClaimRow::default()
    };
    page(app, &sp, vec![email]).await;
    set_claims(app, "admin", &[("emailaddress", "admin@example.org")]).await;
    let browser = app.browser();
    let (request, begun) = app.begin(&browser, &sp).await;
    let form = begun.page().form("Sign In");
    let (path, typed) = form
        .set("Username", "admin")
        .set("Password", ADMIN_PASSWORD)
        .press("Sign In");
    let way_back = browser.post(&path, &typed).await.location().to_owned();
    assert!(way_back.contains("/samlsso/resume/"), "{way_back}");
    set_claims(app, "admin", &[("emailaddress", "")]).await;
    let answer = browser.get(&way_back).await;
    let row = nothing_of_a_refusal_gets_out(app, &answer, "mandatory_claim").await;
    assert!(row.detail.contains("\u{201c}admin\u{201d}") && row.detail.contains(claim::EMAIL));
    // Once it is there, the same page goes on.
    set_claims(app, "admin", &[("emailaddress", "admin@example.org")]).await;
    let sent = PostPage::read(&browser.get(&way_back).await);
    let accepted = sp.accept(&sent, &request).unwrap();
    assert_eq!(accepted.attributes[0].values, ["admin@example.org"]);
}

/// What has to be encrypted and cannot be is not sent in clear.
async fn without_a_key_to_encrypt_for_nothing_is_sent(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| {
            saml.certificate = sp_key().certificate_pem();
            saml.enable_assertion_encryption = true.into();
        })
        .await;
    assert!(signed_in(app, &sp).await.xml().contains("EncryptedAssertion"));
    // The form refuses it, but a store may hold what an earlier version took.
    let stored = saml_service_provider::Entity::find_by_id(sp.id)
        .one(&app.services.db)
        .await
        .unwrap()
        .unwrap();
    let pem = sp_key().certificate_pem().trim().replace('\n', "\\n");
    let without = stored.settings.replace(&pem, "");
    assert_ne!(without, stored.settings);
    let mut row = stored.into_active_model();
    row.settings = Set(without);
    row.update(&app.services.db).await.unwrap();
    // As whatever changes a service provider does.
    service_provider::Entity::update_many()
        .col_expr(service_provider::Column::Revision, Expr::value(100))
        .exec(&app.services.db)
        .await
        .unwrap();
    let browser = app.browser();
    let (_, begun) = app.begin(&browser, &sp).await;
    let answer = app.password(&browser, &begun, "admin", ADMIN_PASSWORD).await;
    nothing_of_a_refusal_gets_out(app, &answer, "encryption_certificate").await;
    let outcomes: Vec<_> = app.outcomes().await.into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, ["signed_in", "refused"], "only the first was signed in");
}

on_both_stores!(
    an_assertion_is_found_by_its_id_and_its_key,
    the_outside_is_told_a_number,
    a_mandatory_claim_that_is_gone_is_told_to_the_administrator,
    without_a_key_to_encrypt_for_nothing_is_sent,
);
