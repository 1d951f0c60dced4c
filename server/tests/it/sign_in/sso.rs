//! One session for many applications: what it satisfies is not asked again, what it does not is.

use identity::testing::ADMIN_PASSWORD;
use saml::identifier::{
    CONTEXT_PASSWORD_PROTECTED_TRANSPORT as PASSWORD, CONTEXT_REFEDS_MFA as MFA, STATUS_INVALID_NAMEID_POLICY,
    STATUS_NO_AUTHN_CONTEXT, STATUS_NO_PASSIVE, STATUS_REQUESTER, STATUS_RESPONDER,
};
use saml::message::{Comparison, NameIdPolicy, RequestedAuthnContext};
use saml::sp::AuthnRequestSpec;

use crate::browser::Browser;
use crate::fake_provider::last_code;
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn ask(
    browser: &Browser,
    sp: &FakeSp,
    change: impl FnOnce(&mut AuthnRequestSpec),
) -> (String, crate::browser::Answer) {
    let mut request = sp.request();
    change(&mut request);
    let answer = browser.open(&sp.redirect(&request, None)).await;
    (request.id, answer)
}

fn context(comparison: Comparison, class: &str) -> Option<RequestedAuthnContext> {
    Some(RequestedAuthnContext {
        comparison,
        classes: vec![class.to_owned()],
        declarations: Vec::new(),
    })
}

async fn a_second_application_asks_nothing(app: &TestApp) {
    let first = app.two_steps().await;
    let second = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let (request, sent) = app.sign_in(&browser, &first).await;
    let at_first = first.accept(&sent, &request).unwrap();
    let session = browser.cookie("gatehouse_session");
    let (request, answer) = ask(&browser, &second, |_| ()).await;
    let at_second = second.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(at_second.authn_instant, at_first.authn_instant);
    assert_ne!(at_second.session_index, at_first.session_index);
    // What counts is what its own steps ask for.
    assert_eq!(at_second.authn_context_class.as_deref(), Some(PASSWORD));
    assert_eq!(browser.cookie("gatehouse_session"), session, "nothing new happened");
    let (request, answer) = ask(&browser, &first, |_| ()).await;
    let again = first.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(
        again.session_index, at_first.session_index,
        "the session keeps its name"
    );
    assert_eq!(app.sent(), 1);
}

async fn only_the_missing_step_is_asked(app: &TestApp) {
    let plain = app.sp("Wiki", &[None], |_| ()).await;
    let two = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &plain).await;
    app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let before = browser.cookie("gatehouse_session").unwrap();
    let (request, page) = ask(&browser, &two, |_| ()).await;
    assert_eq!(page.page_with(200).heading, "Check your phone");
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    let accepted = two.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(accepted.authn_context_class.as_deref(), Some(MFA));
    assert_ne!(
        browser.cookie("gatehouse_session").unwrap(),
        before,
        "a new id at every sign-in"
    );
    // The stronger session serves both, and the old cookie is worth nothing.
    let (_, answer) = ask(&browser, &plain, |_| ()).await;
    PostPage::read(&answer);
    browser
        .cookies
        .lock()
        .unwrap()
        .insert("gatehouse_session".into(), before);
    assert_eq!(ask(&browser, &plain, |_| ()).await.1.page_with(200).heading, "Sign in");
}

async fn force_authn_asks_everything_again(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, sent) = app.sign_in(&browser, &sp).await;
    let before = sp.accept(&sent, &request).unwrap();
    app.seconds(60);
    let (request, page) = ask(&browser, &sp, |request| request.force_authn = true).await;
    assert_eq!(page.page_with(200).heading, "Sign in");
    let page = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    assert_eq!(page.page_with(200).heading, "Check your phone");
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    let after = sp.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!((after.authn_instant - before.authn_instant).num_seconds(), 60);
}

async fn passive_never_asks(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, answer) = ask(&browser, &sp, |request| request.is_passive = true).await;
    let (code, sub_code) = sp.status(&PostPage::read(&answer), &request);
    assert_eq!(
        (code.as_str(), sub_code.as_str()),
        (STATUS_RESPONDER, STATUS_NO_PASSIVE)
    );
    app.sign_in(&browser, &sp).await;
    let (request, answer) = ask(&browser, &sp, |request| request.is_passive = true).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    let both = |request: &mut AuthnRequestSpec| {
        request.is_passive = true;
        request.force_authn = true;
    };
    let (request, answer) = ask(&browser, &sp, both).await;
    assert_eq!(sp.status(&PostPage::read(&answer), &request).1, STATUS_NO_PASSIVE);
    assert_eq!(app.sent(), 1);
}

async fn a_context_nobody_can_satisfy_is_answered_at_once(app: &TestApp) {
    let plain = app.sp("Wiki", &[None], |_| ()).await;
    let two = app.two_steps().await;
    let browser = app.browser();
    const X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";
    for (sp, wanted) in [
        (&plain, context(Comparison::Exact, MFA)),
        (&plain, context(Comparison::Better, PASSWORD)),
        (&two, context(Comparison::Exact, X509)),
        (&two, context(Comparison::Better, MFA)),
    ] {
        let (request, answer) = ask(&browser, sp, |request| request.requested_authn_context = wanted).await;
        let (code, sub_code) = sp.status(&PostPage::read(&answer), &request);
        assert_eq!(
            (code.as_str(), sub_code.as_str()),
            (STATUS_RESPONDER, STATUS_NO_AUTHN_CONTEXT)
        );
    }
}

async fn the_context_that_was_asked_for_is_named(app: &TestApp) {
    let two = app.two_steps().await;
    let browser = app.browser();
    app.sign_in(&browser, &two).await;
    for (comparison, asked, named) in [
        (Comparison::Exact, PASSWORD, PASSWORD),
        (Comparison::Exact, MFA, MFA),
        (Comparison::Minimum, PASSWORD, MFA),
        (Comparison::Better, PASSWORD, MFA),
    ] {
        let wanted = context(comparison, asked);
        let (request, answer) = ask(&browser, &two, |request| request.requested_authn_context = wanted).await;
        let accepted = two.accept(&PostPage::read(&answer), &request).unwrap();
        assert_eq!(
            accepted.authn_context_class.as_deref(),
            Some(named),
            "{comparison:?} {asked}"
        );
    }
}

async fn name_ids_in_the_formats_asked_for(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let other = app.sp("Other", &[None], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let policy = |format: &str| {
        Some(NameIdPolicy {
            format: Some(format.to_owned()),
            allow_create: true,
            sp_name_qualifier: None,
        })
    };
    let name_id = async |sp: &FakeSp, format: &str| {
        let (request, answer) = ask(&browser, sp, |request| request.name_id_policy = policy(format)).await;
        sp.accept(&PostPage::read(&answer), &request).unwrap().name_id
    };
    let persistent = name_id(&sp, saml::identifier::NAMEID_PERSISTENT).await;
    assert_eq!(name_id(&sp, saml::identifier::NAMEID_PERSISTENT).await, persistent);
    assert!(!persistent.value.contains("admin"));
    let elsewhere = name_id(&other, saml::identifier::NAMEID_PERSISTENT).await;
    assert_ne!(
        elsewhere.value, persistent.value,
        "two applications cannot compare notes"
    );
    let transient = name_id(&sp, saml::identifier::NAMEID_TRANSIENT).await;
    assert_ne!(
        name_id(&sp, saml::identifier::NAMEID_TRANSIENT).await.value,
        transient.value
    );

    let kerberos = policy("urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos");
    let (request, answer) = ask(&browser, &sp, |request| request.name_id_policy = kerberos).await;
    let (code, sub_code) = sp.status(&PostPage::read(&answer), &request);
    assert_eq!(
        (code.as_str(), sub_code.as_str()),
        (STATUS_REQUESTER, STATUS_INVALID_NAMEID_POLICY)
    );
}

/// Asked for an address, a user name is none (SAML Core 8.3.2), and who has no address cannot be named by it.
async fn an_e_mail_address_is_the_users_own(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let email = |request: &mut AuthnRequestSpec| {
        request.name_id_policy = Some(NameIdPolicy {
            format: Some(saml::identifier::NAMEID_EMAIL.to_owned()),
            allow_create: true,
            sp_name_qualifier: None,
        });
    };
    let (request, answer) = ask(&browser, &sp, email).await;
    let (_, sub_code) = sp.status(&PostPage::read(&answer), &request);
    assert_eq!(sub_code, saml::identifier::STATUS_AUTHN_FAILED);
    app.set_claim("admin", "emailaddress", "admin@example.org").await;
    let (request, answer) = ask(&browser, &sp, email).await;
    let name_id = sp.accept(&PostPage::read(&answer), &request).unwrap().name_id;
    assert_eq!(name_id.value, "admin@example.org");
    assert_eq!(name_id.format.as_deref(), Some(saml::identifier::NAMEID_EMAIL));
}

/// 15 minutes idle, 24 hours at most.
async fn sessions_run_out(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    for _ in 0..(24 * 60 / 14) {
        app.seconds(14 * 60);
        PostPage::read(&ask(&browser, &sp, |_| ()).await.1);
    }
    app.seconds(14 * 60);
    let (_, page) = ask(&browser, &sp, |_| ()).await;
    assert_eq!(page.page_with(200).heading, "Sign in", "after 24 hours");
    app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    app.seconds(15 * 60);
    assert_eq!(
        ask(&browser, &sp, |_| ()).await.1.page_with(200).heading,
        "Sign in",
        "after 15 idle minutes"
    );
}

/// Signing in to the console satisfies no step, and the reverse.
async fn console_and_sign_in_are_two_sessions(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.console().await;
    let (_, page) = app.begin(&browser, &sp).await;
    assert_eq!(page.page_with(200).heading, "Sign in");
    app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let out = browser
        .press(&browser.open("/console").await.page().form("Sign out"), "Sign out")
        .await;
    assert!(out.path.starts_with("/console/login"), "{}", out.path);
    PostPage::read(&ask(&browser, &sp, |_| ()).await.1);
    let console = browser.get("/console/users").await;
    assert!(
        console.location().starts_with("/console/login?next="),
        "{}",
        console.location()
    );
}

/// Another person at the same browser: nothing of the first one's session counts.
async fn another_user_takes_nothing_over(app: &TestApp) {
    let two = app.two_steps().await;
    app.add_user("jane", "another long password").await;
    app.set_mobile("jane", "+94770000001").await;
    let browser = app.browser();
    app.sign_in(&browser, &two).await;
    let (request, page) = ask(&browser, &two, |request| request.force_authn = true).await;
    let page = app.password(&browser, &page, "jane", "another long password").await;
    assert!(page.page_with(200).text.contains("•01."), "{}", page.page().text);
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    assert_eq!(
        two.accept(&PostPage::read(&answer), &request).unwrap().name_id.value,
        "jane"
    );
    let (request, answer) = ask(&browser, &two, |_| ()).await;
    assert_eq!(
        two.accept(&PostPage::read(&answer), &request).unwrap().name_id.value,
        "jane"
    );
}

on_both_stores!(
    a_second_application_asks_nothing,
    only_the_missing_step_is_asked,
    force_authn_asks_everything_again,
    passive_never_asks,
    a_context_nobody_can_satisfy_is_answered_at_once,
    the_context_that_was_asked_for_is_named,
    name_ids_in_the_formats_asked_for,
    an_e_mail_address_is_the_users_own,
    sessions_run_out,
    console_and_sign_in_are_two_sessions,
    another_user_takes_nothing_over,
);
