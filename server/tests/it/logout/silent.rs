//! An application that never answers: the logout's page, *Try again*, *Skip*, and answers that come late.

use axum::http::{Method, header};
use saml::identifier::{STATUS_PARTIAL_LOGOUT, STATUS_SUCCESS};
use saml::inbound::Inbound;

use super::{carried, log_out_here, page_of, posted_answer, sign_in, success};
use crate::browser::Browser;
use crate::fake_sp::{FakeSp, PostPage, logout_status};
use crate::harness::TestApp;
use crate::page::Page;
use crate::stores::on_both_stores;

/// Wiki has asked for a logout, Shop was told and is silent, Mail waits its turn.
struct Stuck {
    wiki: FakeSp,
    shop: FakeSp,
    mail: FakeSp,
    browser: Browser,
    /// What Shop was told.
    asked: Inbound,
    path: String,
}

impl Stuck {
    async fn new(app: &TestApp) -> Self {
        let [wiki, shop, mail] = [
            app.sp("Wiki", &[None], |_| ()).await,
            app.sp("Shop", &[None], |_| ()).await,
            app.sp("Mail", &[None], |saml| saml.logout_method = "front_channel_post".into())
                .await,
        ];
        let browser = app.browser();
        let at_wiki = sign_in(app, &browser, &wiki).await;
        for sp in [&shop, &mail] {
            sign_in(app, &browser, sp).await;
        }
        let answer = browser
            .open(&wiki.logout_redirect(&wiki.logout_request(&at_wiki), None))
            .await;
        let asked = shop.receive_redirect(&answer);
        let path = page_of(&asked);
        Self {
            wiki,
            shop,
            mail,
            browser,
            asked,
            path,
        }
    }

    async fn page(&self) -> Page {
        self.browser.open(&self.path).await.page_with(200)
    }

    async fn press(&self, button: &str) -> crate::browser::Answer {
        let form = self.page().await.form(button);
        self.browser.press(&form, button).await
    }
}

#[track_caller]
fn says(page: &Page, lines: &[&str]) {
    for line in lines {
        assert!(page.text.contains(line), "{line}: {}", page.text);
    }
}

async fn its_state_is_shown_and_nothing_is_sent_again(app: &TestApp) {
    let stuck = Stuck::new(app).await;
    for path in [stuck.path.clone(), format!("{}/next", stuck.path)] {
        for _ in 0..2 {
            let page = stuck.browser.open(&path).await.page_with(200);
            assert_eq!((page.heading.as_str(), page.scripts), ("Logging out", 0));
            let lines = [
                "Shop was asked to end its own",
                "Wiki asked for this logout",
                "Shop asked, not answered yet",
                "Mail waiting its turn",
            ];
            says(&page, &lines);
        }
    }
    // The back button leads to `/logout`, too.
    assert_eq!(
        stuck.browser.open("/logout").await.page_with(200).heading,
        "Logging out"
    );
    let stranger = app.browser().open("/logout").await.page_with(200);
    assert_eq!(stranger.heading, "You are logged out");
}

async fn skip_goes_past_it(app: &TestApp) {
    let stuck = Stuck::new(app).await;
    let asked = stuck.mail.receive_post(&PostPage::read(&stuck.press("Skip").await));
    let page = stuck.page().await;
    says(
        &page,
        &["Shop skipped", "Mail asked, not answered yet", "Mail was asked"],
    );
    let form = posted_answer(&success(&stuck.mail, &asked), asked.relay_state.as_deref().unwrap());
    let answer = stuck.browser.post_from_elsewhere("/samlsso", &form).await;
    let answer = stuck.browser.follow(answer).await;
    let status = logout_status(&stuck.wiki.receive_redirect(&answer)).clone();
    assert_eq!(status.sub_code.as_deref(), Some(STATUS_PARTIAL_LOGOUT));
    // Opened after the end it shows how each went, and sends nothing again, however it is opened.
    for path in [stuck.path.clone(), format!("{}/next", stuck.path), stuck.path.clone()] {
        let page = stuck.browser.open(&path).await.page_with(200);
        assert_eq!(page.heading, "You are logged out here");
        says(
            &page,
            &["Wiki asked for this logout", "Shop skipped", "Mail logged out"],
        );
        assert!(page.forms.is_empty());
    }
}

/// It is told once more, under a new ID, and its answer to either counts.
async fn try_again_tells_it_once_more(app: &TestApp) {
    for to_the_first in [true, false] {
        let stuck = Stuck::new(app).await;
        let again = stuck.shop.receive_redirect(&stuck.press("Try again").await);
        assert_ne!(again.message.id(), stuck.asked.message.id());
        assert_eq!(again.relay_state, stuck.asked.relay_state);
        says(
            &stuck.page().await,
            &["Shop asked, not answered yet", "Mail waiting its turn"],
        );
        let (first, second) = if to_the_first {
            (&stuck.asked, &again)
        } else {
            (&again, &stuck.asked)
        };
        let answer = stuck.browser.open(&stuck.shop.logout_answer(first)).await;
        stuck.mail.receive_post(&PostPage::read(&answer));
        // Answering the other too does no harm, and tells nobody anything.
        let page = stuck
            .browser
            .open(&stuck.shop.logout_answer(second))
            .await
            .page_with(200);
        says(&page, &["Shop logged out", "Mail asked, not answered yet"]);
        for sp in [&stuck.wiki, &stuck.shop, &stuck.mail] {
            identity::service_providers::delete(&app.services, &app.actor(), sp.id)
                .await
                .unwrap();
        }
    }
}

/// An answer that comes after *Skip* counts: here before the one who asked was answered.
async fn a_late_answer_counts(app: &TestApp) {
    let stuck = Stuck::new(app).await;
    let asked = stuck.mail.receive_post(&PostPage::read(&stuck.press("Skip").await));
    let page = stuck
        .browser
        .open(&stuck.shop.logout_answer(&stuck.asked))
        .await
        .page_with(200);
    says(&page, &["Shop logged out", "Mail asked, not answered yet"]);
    let answer = stuck.browser.open(&stuck.mail.logout_answer(&asked)).await;
    assert_eq!(
        logout_status(&stuck.wiki.receive_redirect(&answer)).code,
        STATUS_SUCCESS
    );
}

/// After the end it still changes what the page says, and nothing is sent.
async fn a_very_late_answer_counts(app: &TestApp) {
    let stuck = Stuck::new(app).await;
    stuck.mail.receive_post(&PostPage::read(&stuck.press("Skip").await));
    stuck.wiki.receive_redirect(&stuck.press("Skip").await);
    let page = stuck.page().await;
    says(&page, &["Shop skipped", "Mail skipped"]);
    let page = stuck
        .browser
        .open(&stuck.shop.logout_answer(&stuck.asked))
        .await
        .page_with(200);
    says(&page, &["Shop logged out", "Mail skipped"]);
    assert_eq!(page.heading, "You are logged out here");
}

/// A reload of the answer, or the back button to it, is no second answer.
async fn the_same_answer_again_changes_nothing(app: &TestApp) {
    let stuck = Stuck::new(app).await;
    let path = stuck.shop.logout_answer(&stuck.asked);
    stuck
        .mail
        .receive_post(&PostPage::read(&stuck.browser.open(&path).await));
    let page = stuck.browser.open(&path).await.page_with(200);
    says(&page, &["Shop logged out", "Mail asked, not answered yet"]);
}

/// Neither button works for another site or another browser, or from a page that is old.
async fn the_buttons_belong_to_this_page(app: &TestApp) {
    let stuck = Stuck::new(app).await;
    for button in ["Skip", "Try again"] {
        let (action, pairs) = stuck.page().await.form(button).press(button);
        let from_elsewhere = stuck.browser.post_from_elsewhere(&action, &pairs).await;
        assert_eq!(from_elsewhere.status, 403, "{button}");
        let same_site = stuck
            .browser
            .request(Method::POST, &action)
            .header("sec-fetch-site", "same-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        assert_eq!(
            stuck.browser.send(same_site, encoded(&pairs)).await.status,
            403,
            "{button}"
        );
        assert_eq!(app.browser().post(&action, &pairs).await.status, 404, "{button}");
        let get = stuck.browser.get(&format!("{action}?{}", encoded(&pairs))).await;
        assert!(
            !get.status.is_success() && !get.status.is_redirection(),
            "{button}: {get:?}"
        );
    }
    says(
        &stuck.page().await,
        &["Shop asked, not answered yet", "Mail waiting its turn"],
    );
    let old = stuck.page().await.form("Skip");
    stuck.shop.receive_redirect(&stuck.press("Try again").await);
    let page = stuck.browser.press(&old, "Skip").await.page_with(200);
    says(&page, &["Shop asked, not answered yet", "Mail waiting its turn"]);
    // And it does work from the page as it is.
    stuck.mail.receive_post(&PostPage::read(&stuck.press("Skip").await));
}

fn encoded(pairs: &[(String, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// A logout that was begun here goes on the same way and ends here.
async fn begun_here(app: &TestApp) {
    let [shop, mail] = [
        app.sp("Shop", &[None], |_| ()).await,
        app.sp("Mail", &[None], |_| ()).await,
    ];
    let browser = app.browser();
    for sp in [&shop, &mail] {
        sign_in(app, &browser, sp).await;
    }
    let asked = shop.receive_redirect(&log_out_here(&browser).await);
    let page = browser.open("/logout").await.page_with(200);
    says(&page, &["Shop asked, not answered yet", "Mail waiting its turn"]);
    let asked_mail = mail.receive_redirect(&browser.press(&page.form("Skip"), "Skip").await);
    let answer = carried(&success(&mail, &asked_mail), asked_mail.relay_state.as_deref(), None);
    let page = browser.open(&answer).await.page_with(200);
    assert_eq!(page.heading, "You are logged out here");
    let page = browser.open(&shop.logout_answer(&asked)).await.page_with(200);
    assert_eq!(page.heading, "You are logged out");
    says(&page, &["Shop logged out", "Mail logged out"]);
    assert_eq!(
        browser.open("/logout").await.page_with(200).heading,
        "You are logged out"
    );
}

/// The page stands for half an hour.
async fn it_is_forgotten_in_time(app: &TestApp) {
    let stuck = Stuck::new(app).await;
    app.seconds(29 * 60);
    stuck.page().await;
    app.seconds(61);
    let page = stuck.browser.open(&stuck.path).await.page_with(404);
    says(&page, &["This logout belongs to another browser, or it is over."]);
}

on_both_stores!(
    its_state_is_shown_and_nothing_is_sent_again,
    skip_goes_past_it,
    try_again_tells_it_once_more,
    a_late_answer_counts,
    a_very_late_answer_counts,
    the_same_answer_again_changes_nothing,
    the_buttons_belong_to_this_page,
    begun_here,
    it_is_forgotten_in_time,
);
