//! T27, LogoutRequests: unsigned, about another session or person, replayed, expired, stripped.
//! Each test first or last shows that the message without the attack is honoured.

use chrono::{Duration, TimeZone, Utc};
use identity::testing::ADMIN_PASSWORD;
use saml::identifier::STATUS_SUCCESS;
use saml::keys::KeyPair;
use saml::logout::{LogoutRequestSpec, build_request};
use saml::sp::Accepted;

use super::{is_signed_in, sessions, sign_in};
use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, PostPage, logout_status, posted, sp_key};
use crate::harness::TestApp;
use crate::saml::refused;
use crate::stores::on_both_stores;

pub(super) async fn signing(app: &TestApp, name: &str) -> FakeSp {
    app.sp(name, &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await
}

/// What an attacker's page makes a browser do: a top-level GET, with its Lax cookies.
pub(super) async fn lured(
    browser: &Browser,
    sp: &FakeSp,
    request: &LogoutRequestSpec,
    key: Option<&KeyPair>,
) -> Answer {
    browser.open(&sp.logout_redirect(request, key)).await
}

/// By Redirect or, from another site without cookies, by POST.
pub(super) async fn both(
    browser: &Browser,
    sp: &FakeSp,
    change: impl Fn(&mut LogoutRequestSpec),
    accepted: &Accepted,
    key: Option<&KeyPair>,
) -> [Answer; 2] {
    let request = || {
        let mut request = sp.logout_request(accepted);
        change(&mut request);
        request
    };
    let by_redirect = browser.open(&sp.logout_redirect(&request(), key)).await;
    let form = sp.logout_post(&request(), key);
    let by_post = browser
        .follow(browser.post_from_elsewhere("/samlsso", &form).await)
        .await;
    [by_redirect, by_post]
}

/// Unverified, only NameID and SessionIndex together name a session, and only in its own browser.
async fn unsigned_and_not_exactly_this_session(app: &TestApp) {
    let [wiki, shop] = [
        app.sp("Wiki", &[None], |_| ()).await,
        app.sp("Shop", &[None], |_| ()).await,
    ];
    let (browser, other) = (app.browser(), app.browser());
    let own = sign_in(app, &browser, &wiki).await;
    let at_shop = sign_in(app, &browser, &shop).await.session_index.unwrap();
    let others = sign_in(app, &other, &wiki).await.session_index.unwrap();
    type Change = Box<dyn Fn(&mut LogoutRequestSpec)>;
    let index = |index: String| -> Change { Box::new(move |request| request.session_indexes = vec![index.clone()]) };
    let name = |name: &'static str| -> Change { Box::new(move |request| request.name_id.value = name.into()) };
    let changes: Vec<Change> = vec![
        name("jane"),
        name("Admin"),
        name("admin "),
        index(others),
        index(at_shop),
        index(String::from("*")),
        index(String::new()),
        Box::new(|request| request.session_indexes.clear()),
        Box::new(|request| {
            request.name_id.value = "jane".into();
            request.session_indexes.clear();
        }),
    ];
    for change in &changes {
        for answer in both(&browser, &wiki, change, &own, None).await {
            let page = answer.page_with(200);
            assert_eq!(page.heading, "Log out?");
        }
        assert_eq!(sessions(app).await, 2);
    }
    // In a browser of nobody's it ends nothing either, exact or not.
    for answer in both(&app.browser(), &wiki, |_| (), &own, None).await {
        assert_eq!(answer.status, 200);
    }
    assert_eq!(sessions(app).await, 2);
    assert!(is_signed_in(app, &browser, &wiki).await && is_signed_in(app, &other, &wiki).await);
    // Exactly this one, in its own browser.
    let answer = lured(&browser, &wiki, &wiki.logout_request(&own), None).await;
    shop.receive_redirect(&answer);
    assert_eq!(sessions(app).await, 1);
}

/// Verified, it ends what it names of its sender's sessions, and nothing else.
async fn signed_about_another_session(app: &TestApp) {
    let [wiki, shop] = [signing(app, "Wiki").await, signing(app, "Shop").await];
    app.add_user("jane", "quiet herons 41").await;
    let (browser, janes) = (app.browser(), app.browser());
    let own = sign_in(app, &browser, &wiki).await;
    let (request, page) = app.begin(&janes, &wiki).await;
    let page = app.password(&janes, &page, "jane", "quiet herons 41").await;
    let at_jane = wiki.accept(&PostPage::read(&page), &request).unwrap();
    let evil = app.browser();

    // One equal and the other not, in both ways.
    let mut wrong_name = wiki.logout_request(&own);
    wrong_name.name_id.value = "jane".into();
    let mut wrong_index = wiki.logout_request(&own);
    wrong_index.session_indexes = at_jane.session_index.iter().cloned().collect();
    // Another service provider's NameID and SessionIndex, over a good signature of one's own.
    let not_its_own = shop.logout_request(&own);
    for (sp, request) in [(&wiki, wrong_name), (&wiki, wrong_index), (&shop, not_its_own)] {
        let answer = lured(&evil, sp, &request, Some(sp_key())).await;
        assert_eq!(logout_status(&sp.receive_redirect(&answer)).code, STATUS_SUCCESS);
        assert_eq!(sessions(app).await, 2, "{request:?}");
    }
    // And in its own browser it is a question.
    let page = lured(&browser, &shop, &shop.logout_request(&own), None)
        .await
        .page_with(200);
    assert_eq!(page.heading, "Log out?");
    // Without a SessionIndex it is all of that person's, and nobody else's.
    let mut all = wiki.logout_request(&own);
    all.session_indexes.clear();
    let answer = lured(&evil, &wiki, &all, Some(sp_key())).await;
    wiki.receive_redirect(&answer);
    assert!(!is_signed_in(app, &browser, &wiki).await);
    assert!(is_signed_in(app, &janes, &wiki).await);
}

/// Taken once: the session begun since stays, whoever brings it again, by whichever binding.
async fn replayed(app: &TestApp) {
    let wiki = signing(app, "Wiki").await;
    let (browser, evil) = (app.browser(), app.browser());
    let own = sign_in(app, &browser, &wiki).await;
    let mut request = wiki.logout_request(&own);
    request.session_indexes.clear();
    let path = wiki.logout_redirect(&request, Some(sp_key()));
    let answer = browser.open(&path).await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
    assert!(!is_signed_in(app, &browser, &wiki).await);
    sign_in(app, &browser, &wiki).await;
    for tab in [&browser, &evil] {
        refused(app, &tab.get(&path).await, "replay").await;
        let form = wiki.logout_post(&request, Some(sp_key()));
        refused(app, &tab.post_from_elsewhere("/samlsso", &form).await, "replay").await;
    }
    app.seconds(4 * 60);
    refused(app, &evil.get(&path).await, "replay").await;
    app.seconds(90);
    refused(app, &evil.get(&path).await, "issue_instant").await;
    assert!(is_signed_in(app, &browser, &wiki).await);
}

/// While it is unanswered the same bytes lead back to its logout, in its own browser; other bytes under its ID are refused.
async fn the_same_request_again(app: &TestApp) {
    let [wiki, shop] = [signing(app, "Wiki").await, app.sp("Shop", &[None], |_| ()).await];
    let (browser, evil) = (app.browser(), app.browser());
    let own = sign_in(app, &browser, &wiki).await;
    sign_in(app, &browser, &shop).await;
    let request = wiki.logout_request(&own);
    let path = wiki.logout_redirect(&request, Some(sp_key()));
    let asked = shop.receive_redirect(&browser.open(&path).await);
    assert_eq!(browser.open(&path).await.page_with(200).heading, "Logging out");
    let page = evil.open(&path).await.page_with(404);
    assert!(page.text.contains("belongs to another browser"), "{}", page.text);
    let mut other = request.clone();
    other.session_indexes.clear();
    let other = wiki.logout_redirect(&other, Some(sp_key()));
    refused(app, &browser.get(&other).await, "replay").await;
    let answer = browser.open(&shop.logout_answer(&asked)).await;
    wiki.receive_redirect(&answer);
    refused(app, &browser.get(&path).await, "replay").await;
}

async fn expired(app: &TestApp) {
    let wiki = signing(app, "Wiki").await;
    let browser = app.browser();
    let own = sign_in(app, &browser, &wiki).await;
    for key in [None, Some(sp_key())] {
        let ends_now = |request: &mut LogoutRequestSpec| request.not_on_or_after = Some(request.issue_instant);
        for answer in both(&browser, &wiki, ends_now, &own, key).await {
            refused(app, &answer, "issue_instant").await;
        }
        let old = |request: &mut LogoutRequestSpec| request.issue_instant -= Duration::seconds(301);
        for answer in both(&browser, &wiki, old, &own, key).await {
            refused(app, &answer, "issue_instant").await;
        }
    }
    assert!(is_signed_in(app, &browser, &wiki).await);
    let mut good = wiki.logout_request(&own);
    good.not_on_or_after = Some(good.issue_instant + Duration::seconds(1));
    let answer = lured(&browser, &wiki, &good, Some(sp_key())).await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
}

/// Taking a signature away makes an unsigned message of it: refused where signatures are demanded, and elsewhere no more
/// than an unverified word. Half a signature, or a stranger's, is refused anywhere.
async fn stripped(app: &TestApp) {
    let demanding = app
        .sp("Demanding", &[None], |saml| {
            saml.certificate = sp_key().certificate_pem();
            saml.enable_signature_validation = true.into();
        })
        .await;
    let lenient = signing(app, "Lenient").await;
    let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
    let stranger = KeyPair::generate_rsa(2048, "sp.example", year(2025), year(2035)).unwrap();
    let (browser, evil) = (app.browser(), app.browser());
    for sp in [&demanding, &lenient] {
        let request = sp.request();
        let page = browser.open(&sp.redirect_signed(&request, None, Some(sp_key()))).await;
        let page = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
        let own = sp.accept(&PostPage::read(&page), &request.id).unwrap();
        let good = sp.logout_redirect(&sp.logout_request(&own), Some(sp_key()));
        let bare = good.split("&SigAlg=").next().unwrap().to_owned();
        let half = good.split("&Signature=").next().unwrap().to_owned();
        refused(app, &evil.get(&half).await, "decoding").await;
        for answer in both(&evil, sp, |_| (), &own, Some(&stranger)).await {
            refused(app, &answer, "signature").await;
        }
        // By POST the signature is an element.
        let signed = build_request(&sp.logout_request(&own), Some(sp_key())).unwrap();
        let (before, rest) = signed.split_once("<ds:Signature").unwrap();
        let (_, after) = rest.split_once("</ds:Signature>").unwrap();
        let form = posted(&format!("{before}{after}"));
        let answers = [
            evil.open(&bare).await,
            evil.follow(evil.post_from_elsewhere("/samlsso", &form).await).await,
        ];
        for answer in answers {
            if sp.id == demanding.id {
                refused(app, &answer, "signature").await;
            } else {
                assert_eq!(answer.status, 200);
            }
        }
        assert_eq!(sessions(app).await, 1, "{}", sp.name);
        let again = sp.logout_redirect(&sp.logout_request(&own), Some(sp_key()));
        evil.open(&again).await;
        assert_eq!(sessions(app).await, 0, "{}", sp.name);
    }
}

/// More sessions than anybody has are not looked for.
async fn many_session_indexes(app: &TestApp) {
    let wiki = signing(app, "Wiki").await;
    let browser = app.browser();
    let own = sign_in(app, &browser, &wiki).await;
    let mut request = wiki.logout_request(&own);
    request.session_indexes.extend((0..50).map(|n| format!("_{n}")));
    let answer = lured(&browser, &wiki, &request, Some(sp_key())).await;
    refused(app, &answer, "decoding").await;
    assert!(is_signed_in(app, &browser, &wiki).await);
    request.session_indexes.pop();
    request.id = identity::token::saml_id().unwrap();
    wiki.receive_redirect(&lured(&browser, &wiki, &request, Some(sp_key())).await);
    assert!(!is_signed_in(app, &browser, &wiki).await);
}

on_both_stores!(
    unsigned_and_not_exactly_this_session,
    signed_about_another_session,
    replayed,
    the_same_request_again,
    expired,
    stripped,
    many_session_indexes,
);
