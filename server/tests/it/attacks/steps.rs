//! T28: no step is skipped, by whichever door. The rest of it is where its subject is: `saml::resume` (another browser,
//! another user, another request, what changed meanwhile), `sign_in::flow` (back button, two tabs), `sign_in::sso`
//! (sessions, ForceAuthn, contexts), `sign_in::codes` (whose code it is).

use identity::testing::ADMIN_PASSWORD;
use saml::identifier::{
    CONTEXT_PASSWORD_PROTECTED_TRANSPORT as PASSWORD, CONTEXT_REFEDS_MFA as MFA, STATUS_AUTHN_FAILED,
    STATUS_NO_AUTHN_CONTEXT,
};
use saml::message::{Comparison, RequestedAuthnContext};

use crate::browser::{Answer, Browser};
use crate::fake_provider::last_code;
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::{MOBILE, TestApp};
use crate::saml::{refused, row_of};
use crate::stores::on_both_stores;

const CODE: &str = "Enter the code sent to your mobile phone";

/// Where the answer to a request would be had.
async fn way_back(app: &TestApp, request: &str) -> String {
    format!("/samlsso/resume/{}", row_of(app, request).await.id)
}

fn flow_of(page: &Answer) -> &str {
    page.path.strip_prefix("/login/").expect("a sign-in's page")
}

/// The control: the whole way through both steps is answered, and says so.
async fn control(app: &TestApp, sp: &FakeSp) {
    let (request, sent) = app.sign_in(&app.browser(), sp).await;
    let accepted = sp.accept(&sent, &request).unwrap();
    assert_eq!(accepted.authn_context_class.as_deref(), Some(MFA));
}

/// Nothing leaves for the application, and the browser is led back to the page that still has to be passed.
async fn not_answered(app: &TestApp, browser: &Browser, request: &str, page: &Answer) {
    let answer = browser.get(&way_back(app, request).await).await;
    assert_eq!(answer.location(), page.path);
    assert!(row_of(app, request).await.answered_at.is_none());
}

/// The password alone is no sign-in, whatever is opened or posted next.
async fn t28_only_the_first_step(app: &TestApp) {
    let sp = app.two_steps().await;
    control(app, &sp).await;
    let signed_in = app.outcomes().await.len();
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    not_answered(app, &browser, &request, &page).await;
    let flow = flow_of(&page);
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    for (path, more) in [
        (
            "/api/login/password",
            vec![field("username", "admin"), field("password", ADMIN_PASSWORD)],
        ),
        ("/api/login/code", vec![]),
        ("/api/login/code", vec![field("code", "")]),
        (
            "/api/login/code",
            vec![field("code", "000000"), field("code", "000000")],
        ),
        ("/api/login/code", vec![field("code", "%")]),
        ("/api/login/choose", vec![field("option", "0")]),
        ("/api/login/choose", vec![field("option", "99")]),
        ("/api/login/choose", vec![field("option", "-1")]),
    ] {
        let form = [vec![field("flow", flow)], more].concat();
        let answer = browser.post(path, &form).await;
        assert!(!answer.status.is_server_error(), "{path} {answer:?}");
        not_answered(app, &browser, &request, &page).await;
        assert!(browser.cookie("gatehouse_session").is_none(), "{path}");
    }
    assert_eq!(app.outcomes().await.len(), signed_in);
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

/// Two sign-ins in one browser, their flows' ids changed for each other in the forms: each input counts for the flow it
/// is sent to, at the step that one has reached.
async fn t28_flow_ids_swapped_between_applications(app: &TestApp) {
    let strong = app.two_steps().await;
    let weak = app.sp("Weak", &[None], |_| ()).await;
    control(app, &strong).await;
    let browser = app.browser();
    let (weak_request, weak_page) = app.begin(&browser, &weak).await;
    let (strong_request, strong_page) = app.begin(&browser, &strong).await;
    assert_ne!(weak_page.path, strong_page.path);

    // Weak's password form, sent to the strong flow: that is its first step and no more.
    let form = weak_page.page().form("Sign In").set("flow", flow_of(&strong_page));
    let form = form.set("Username", "admin").set("Password", ADMIN_PASSWORD);
    let code_page = browser.press(&form, "Sign In").await;
    assert_eq!(code_page.page_with(200).heading, "Check your phone");
    not_answered(app, &browser, &strong_request, &strong_page).await;
    not_answered(app, &browser, &weak_request, &weak_page).await;

    // The strong one's code, sent to the weak flow: nobody has said yet who is there.
    let code = last_code(&app.sms);
    let form = code_page
        .page()
        .form("Authenticate")
        .set("flow", flow_of(&weak_page))
        .set(CODE, &code);
    let answer = browser.press(&form, "Authenticate").await;
    assert_eq!(answer.page_with(200).heading, "Sign in");
    not_answered(app, &browser, &weak_request, &weak_page).await;

    // Weak is finished; the session that it opened is the first step of the strong one, and not its answer.
    let answer = app.password(&browser, &weak_page, "admin", ADMIN_PASSWORD).await;
    let accepted = weak.accept(&PostPage::read(&answer), &weak_request).unwrap();
    assert_eq!(accepted.authn_context_class.as_deref(), Some(PASSWORD));
    not_answered(app, &browser, &strong_request, &strong_page).await;
    let answer = app.code(&browser, &code_page, &code).await;
    strong.accept(&PostPage::read(&answer), &strong_request).unwrap();
}

/// A code by another provider is another step: having passed one application's does not pass another's.
async fn t28_the_second_step_of_another_application(app: &TestApp) {
    let first = app.two_steps().await;
    control(app, &first).await;
    let other_provider = app.provider(|input| input.name = "Second".into()).await;
    let second = app.sp("Second", &[None, Some(other_provider)], |_| ()).await;
    let browser = app.browser();
    let (request, sent) = app.sign_in(&browser, &first).await;
    first.accept(&sent, &request).unwrap();
    let used = last_code(&app.sms);

    // A second sign-in at the first application, as far as its code.
    let forced = app.browser();
    let (_, _) = app.to_code_page(&forced, &first).await;
    let waiting = last_code(&app.sms);

    let (request, page) = app.begin(&browser, &second).await;
    assert_eq!(
        page.page_with(200).heading,
        "Check your phone",
        "the password counts, the code does not"
    );
    not_answered(app, &browser, &request, &page).await;
    let own = last_code(&app.sms);
    for code in [used, waiting] {
        assert_ne!(code, own);
        let answer = app.code(&browser, &page, &code).await;
        assert!(answer.page_with(200).alert.contains("wrong"), "{}", answer.page().alert);
        not_answered(app, &browser, &request, &page).await;
    }
    let answer = app.code(&browser, &page, &own).await;
    second.accept(&PostPage::read(&answer), &request).unwrap();
}

/// The steps count as they are when the answer leaves, and not as they were when the sign-in began.
async fn t28_steps_changed_meanwhile(app: &TestApp) {
    let two = app.two_steps().await;
    control(app, &two).await;
    let provider = app.provider(|input| input.name = "Second".into()).await;
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    // Raised while the password was typed.
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &sp).await;
    app.set_steps(sp.id, &[None, Some(provider)]).await;
    let answer = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    refused(app, &answer, "steps").await;
    assert!(row_of(app, &request).await.answered_at.is_none());
    // Another provider while the code of the first was typed.
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &two).await;
    app.set_steps(two.id, &[None, Some(provider)]).await;
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    refused(app, &answer, "steps").await;
    assert!(row_of(app, &request).await.answered_at.is_none());
    // The session that came of it is what it is: the new step is asked for.
    let (request, page) = app.begin(&browser, &two).await;
    assert_eq!(page.page_with(200).heading, "Check your phone");
    not_answered(app, &browser, &request, &page).await;
}

/// A sign-in that was left stays left: its open code page in another tab opens nothing any more.
async fn t28_a_sign_in_that_was_left(app: &TestApp) {
    let sp = app.two_steps().await;
    control(app, &sp).await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let form = [("flow".to_owned(), flow_of(&page).to_owned())];
    let left = browser.post("/api/login/leave", &form).await;
    let sent = PostPage::read(&browser.follow(left).await);
    assert_eq!(sp.status(&sent, &request).1, STATUS_AUTHN_FAILED);
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    assert!(!answer.body.contains("SAMLResponse"), "{}", answer.body);
    assert!(browser.cookie("gatehouse_session").is_none());
    refused(app, &browser.get(&way_back(app, &request).await).await, "replay").await;
}

/// The context class says what was done for this application: no more than its steps ask, and never what was not done.
async fn t28_the_context_tells_the_truth(app: &TestApp) {
    let strong = app.two_steps().await;
    control(app, &strong).await;
    let weak = app.sp("Weak", &[None], |_| ()).await;
    let asking = |sp: &FakeSp, comparison: Comparison, class: &str| {
        let mut request = sp.request();
        request.requested_authn_context = Some(RequestedAuthnContext {
            comparison,
            classes: vec![class.to_owned()],
            declarations: Vec::new(),
        });
        request
    };
    // With the password alone.
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &weak).await;
    let answer = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let accepted = weak.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(accepted.authn_context_class.as_deref(), Some(PASSWORD));
    // Asked for more than its steps give: not even from a session that has it.
    let (request, page) = app.begin(&browser, &strong).await;
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    strong.accept(&PostPage::read(&answer), &request).unwrap();
    for (comparison, class) in [
        (Comparison::Exact, MFA),
        (Comparison::Minimum, MFA),
        (Comparison::Better, PASSWORD),
    ] {
        let request = asking(&weak, comparison, class);
        let answer = browser.open(&weak.redirect(&request, None)).await;
        let (_, sub_code) = weak.status(&PostPage::read(&answer), &request.id);
        assert_eq!(sub_code, STATUS_NO_AUTHN_CONTEXT, "{comparison:?} {class}");
    }
    let (request, answer) = app.begin(&browser, &weak).await;
    let accepted = weak.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(accepted.authn_context_class.as_deref(), Some(PASSWORD));
    // Asked for less, the stronger application still has both steps passed first.
    let fresh = app.browser();
    let request = asking(&strong, Comparison::Exact, PASSWORD);
    let page = fresh.open(&strong.redirect(&request, None)).await;
    let page = app.password(&fresh, &page, "admin", ADMIN_PASSWORD).await;
    assert_eq!(page.page_with(200).heading, "Check your phone");
    not_answered(app, &fresh, &request.id, &page).await;
}

/// A number that was changed meanwhile: the code that went to the old one passes nothing.
async fn t28_a_code_to_an_old_number(app: &TestApp) {
    let sp = app.two_steps().await;
    control(app, &sp).await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let code = last_code(&app.sms);
    app.set_mobile("admin", "+94770000009").await;
    let answer = app.code(&browser, &page, &code).await;
    assert!(browser.cookie("gatehouse_session").is_none(), "{}", answer.body);
    assert!(row_of(app, &request).await.answered_at.is_none());
    app.set_mobile("admin", MOBILE).await;
    let answer = app.code(&browser, &page, &code).await;
    assert!(browser.cookie("gatehouse_session").is_none(), "{}", answer.body);
}

on_both_stores!(
    t28_only_the_first_step,
    t28_flow_ids_swapped_between_applications,
    t28_the_second_step_of_another_application,
    t28_steps_changed_meanwhile,
    t28_a_sign_in_that_was_left,
    t28_the_context_tells_the_truth,
    t28_a_code_to_an_old_number,
);
