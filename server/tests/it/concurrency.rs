//! Many requests at the same time: each limit is checked and raised in one statement, and each thing is done once.

use std::sync::Arc;

use entity::{otp_challenge, otp_code, session};
use identity::testing::ADMIN_PASSWORD;
use sea_orm::{EntityTrait, PaginatorTrait};
use tokio::task::JoinSet;

use crate::browser::{Answer, Browser};
use crate::fake_provider::{last_code, wrong_code};
use crate::fake_sp::{FakeSp, PostPage};
use crate::form::Form;
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

/// A browser, an address and the fields of a form.
type Post = (Arc<Browser>, String, Vec<(String, String)>);

/// Sends all of these at once, each from its browser, and waits for the answers, redirects not followed.
async fn at_once(requests: Vec<Post>) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for (browser, path, form) in requests {
        tasks.spawn(async move { browser.post(&path, &form).await });
    }
    tasks.join_all().await
}

/// The same press of a button, so many times.
async fn press_at_once(browser: Browser, times: usize, form: &Form, button: &str) -> (Arc<Browser>, Vec<Answer>) {
    let browser = Arc::new(browser);
    let (action, pairs) = form.press(button);
    let requests = vec![(browser.clone(), action, pairs); times];
    let answers = at_once(requests).await;
    assert!(answers.iter().all(|answer| answer.status == 303), "{answers:?}");
    (browser, answers)
}

fn code_form(page: &Answer, code: &str) -> Form {
    page.page()
        .form("Authenticate")
        .set("Enter the code sent to your mobile phone", code)
}

async fn sessions(app: &TestApp) -> u64 {
    session::Entity::find().count(&app.services.db).await.unwrap()
}

/// Fifty guesses at once, the right one among them: five are compared, and no more than one is accepted.
async fn p9_fifty_guesses_are_five_attempts(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = Arc::new(app.browser());
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let before = sessions(app).await;
    let (wrong, right) = (wrong_code(&app.sms), last_code(&app.sms));
    let guesses = (0..50).map(|n| if n == 25 { &right } else { &wrong });
    let requests = guesses.map(|code| {
        let (action, pairs) = code_form(&page, code).press("Authenticate");
        (browser.clone(), action, pairs)
    });
    at_once(requests.collect()).await;
    let challenge = otp_challenge::Entity::find()
        .one(&app.services.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(challenge.wrong_codes, 5);
    let accepted = sessions(app).await - before;
    assert!(accepted <= 1, "{accepted}");
    if accepted == 0 {
        let ended = app.code(&browser, &page, &right).await.page_with(200);
        assert_eq!(ended.heading, "You are not signed in");
    }
}

/// One code from fifty connections at once: five are compared, and no more than one is accepted.
async fn p9_one_code_from_fifty_connections(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let before = sessions(app).await;
    let form = code_form(&page, &last_code(&app.sms));
    press_at_once(browser, 50, &form, "Authenticate").await;
    let challenge = otp_challenge::Entity::find()
        .one(&app.services.db)
        .await
        .unwrap()
        .unwrap();
    assert!((1..=5).contains(&challenge.wrong_codes), "{}", challenge.wrong_codes);
    let used = otp_code::Entity::find().all(&app.services.db).await.unwrap();
    assert_eq!(used.iter().filter(|code| code.consumed_at.is_some()).count(), 1);
    let accepted = sessions(app).await - before;
    assert!(accepted <= 1, "{accepted}");
}

/// The right code from three tabs at once is one sign-in, and none of them spoils it.
async fn three_right_codes_are_one_sign_in(app: &TestApp) {
    let sp = app.two_steps().await;
    for _ in 0..4 {
        let browser = app.browser();
        let (request, page) = app.to_code_page(&browser, &sp).await;
        let before = sessions(app).await;
        let form = code_form(&page, &last_code(&app.sms));
        let (browser, answers) = press_at_once(browser, 3, &form, "Authenticate").await;
        assert_eq!(sessions(app).await, before + 1);
        let cookies = answers.iter().map(|answer| answer.header("set-cookie"));
        let secrets = cookies.filter(|cookie| cookie.contains("gatehouse_session="));
        assert!(secrets.count() >= 1, "an answer holds the session");
        let answer = browser.open(&page.path).await;
        sp.accept(&PostPage::read(&answer), &request).unwrap();
    }
}

async fn eight_resends_send_one(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    app.seconds(30);
    press_at_once(browser, 8, &page.page().form("Resend code"), "Resend code").await;
    assert_eq!(app.sent(), 2);
    let challenge = otp_challenge::Entity::find()
        .one(&app.services.db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(challenge.sends, 2);
}

async fn eight_right_passwords_send_one_code(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let form = page
        .page()
        .form("Sign In")
        .set("Username", "admin")
        .set("Password", ADMIN_PASSWORD);
    let (browser, _) = press_at_once(browser, 4, &form, "Sign In").await;
    assert_eq!(app.sent(), 1);
    assert_eq!(
        browser.open(&page.path).await.page_with(200).heading,
        "Check your phone"
    );
}

/// Many sign-ins of one user at the same time stay within what an hour allows.
async fn the_hours_limit_holds(app: &TestApp) {
    let provider = app.provider(|input| input.codes_per_hour = "3".into()).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    let mut requests = Vec::new();
    for _ in 0..8 {
        let browser = Arc::new(app.browser());
        let (_, page) = app.begin(&browser, &sp).await;
        let form = page
            .page()
            .form("Sign In")
            .set("Username", "admin")
            .set("Password", ADMIN_PASSWORD);
        let (action, pairs) = form.press("Sign In");
        requests.push((browser, action, pairs));
    }
    at_once(requests).await;
    // Those that met in the middle may have given back what another could have had: never more, and hardly fewer.
    assert!((1..=3).contains(&app.sent()), "{}", app.sent());
}

/// Opens an address eight times at once: one answer to this request, and seven case numbers.
async fn answered_once(browser: &Arc<Browser>, path: &str, sp: &FakeSp, request: &str) {
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let (browser, path) = (browser.clone(), path.to_owned());
        tasks.spawn(async move { browser.get(&path).await });
    }
    let (answered, refused): (Vec<_>, Vec<_>) = tasks
        .join_all()
        .await
        .into_iter()
        .partition(|answer| answer.status == 200);
    assert_eq!((answered.len(), refused.len()), (1, 7));
    sp.accept(&PostPage::read(&answered[0]), request).unwrap();
    assert!(
        refused
            .iter()
            .all(|answer| answer.page_with(400).text.contains("Case number"))
    );
}

async fn a_request_is_answered_once(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = Arc::new(app.browser());
    let (request, page) = app.begin(&browser, &sp).await;
    let form = page
        .page()
        .form("Sign In")
        .set("Username", "admin")
        .set("Password", ADMIN_PASSWORD);
    let (action, pairs) = form.press("Sign In");
    let path = browser.post(&action, &pairs).await.location().to_owned();
    answered_once(&browser, &path, &sp, &request).await;
    assert_eq!(app.outcomes().await.len(), 1);
}

/// Whoever is signed in already is answered at once, and for each request once, however often it comes.
async fn a_request_of_somebody_signed_in_is_answered_once(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = Arc::new(app.browser());
    let (_, page) = app.begin(&browser, &sp).await;
    app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    for _ in 0..3 {
        let request = sp.request();
        let path = sp.redirect(&request, None);
        let before = app.outcomes().await.len();
        answered_once(&browser, &path, &sp, &request.id).await;
        assert_eq!(app.outcomes().await.len(), before + 1);
    }
}

/// The request and its row of *Sign-ins* are written together: if one cannot be, the request was not used up.
async fn what_is_not_written_down_is_not_answered(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    // The second answer joins nothing to the session: it is the one statement and nothing else.
    for table in ["saml_request", "sign_in"] {
        let request = sp.request();
        let path = sp.redirect(&request, None);
        let before = app.outcomes().await.len();
        app.store.refuse("INSERT", table).await;
        let failed = browser.get(&path).await;
        assert_eq!(failed.status, 500);
        assert!(!failed.body.contains("SAMLResponse"), "{}", failed.body);
        app.store.take_again(table).await;
        assert_eq!(app.outcomes().await.len(), before);
        sp.accept(&PostPage::read(&browser.get(&path).await), &request.id)
            .unwrap();
        assert_eq!(app.outcomes().await.len(), before + 1);
    }
}

/// A request that arrives many times at once is one request with one sign-in.
async fn a_request_arrives_once(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let path = sp.redirect(&sp.request(), None);
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let (browser, path) = (app.browser(), path.clone());
        tasks.spawn(async move { browser.get(&path).await });
    }
    let answers = tasks.join_all().await;
    let begun: Vec<_> = answers
        .iter()
        .filter(|answer| answer.headers.contains_key("set-cookie"))
        .collect();
    assert_eq!(begun.len(), 1);
    for answer in &answers {
        // One that comes in between two statements of the first is told to start again.
        assert!(
            answer.status == 400 || answer.location() == begun[0].location(),
            "{answer:?}"
        );
    }
}

/// Five wrong passwords at once are five, and the sixth waits.
async fn wrong_passwords_are_counted_before_they_are_checked(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let mut requests = Vec::new();
    for _ in 0..20 {
        let browser = Arc::new(app.browser());
        let (_, page) = app.begin(&browser, &sp).await;
        let form = page
            .page()
            .form("Sign In")
            .set("Username", "admin")
            .set("Password", "wrong");
        let (action, pairs) = form.press("Sign In");
        requests.push((browser, action, pairs));
    }
    at_once(requests).await;
    assert_eq!(app.outcomes().await.len(), 5, "five were compared, fifteen had to wait");
}

on_both_stores!(
    at_once: p9_fifty_guesses_are_five_attempts,
    p9_one_code_from_fifty_connections,
    three_right_codes_are_one_sign_in,
    eight_resends_send_one,
    eight_right_passwords_send_one_code,
    the_hours_limit_holds,
    a_request_is_answered_once,
    a_request_of_somebody_signed_in_is_answered_once,
    what_is_not_written_down_is_not_answered,
    a_request_arrives_once,
    wrong_passwords_are_counted_before_they_are_checked,
);
