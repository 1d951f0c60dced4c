//! What a request may ask for, by either binding, and what of it is left alone.

use axum::http::Method;
use chrono::{Duration, SecondsFormat};
use identity::testing::ADMIN_PASSWORD;
use identity::token;
use saml::identifier::{
    CONTEXT_PASSWORD, CONTEXT_PASSWORD_PROTECTED_TRANSPORT as PPT, CONTEXT_REFEDS_MFA as MFA, NAMEID_EMAIL,
    STATUS_AUTHN_FAILED, STATUS_NO_AUTHN_CONTEXT, STATUS_NO_PASSIVE, STATUS_REQUEST_UNSUPPORTED, STATUS_REQUESTER,
    STATUS_RESPONDER,
};
use saml::message::{Comparison, RequestedAuthnContext};
use saml::redirect::{self, Parameter};

use super::name_ids::set_claims;
use super::refusals::refused;
use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, PostPage, post_request, posted};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

#[derive(Clone, Copy, Debug)]
enum By {
    Redirect,
    Post,
}

const BINDINGS: [By; 2] = [By::Redirect, By::Post];

/// A request written by hand: further attributes of its element, and what stands after the Issuer.
fn written(sp: &FakeSp, attributes: &str, content: &str) -> (String, String) {
    let id = token::saml_id().unwrap();
    let at = sp.now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let xml = format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" Version=\"2.0\" IssueInstant=\"{at}\" \
         Destination=\"http://localhost:9763/samlsso\" {attributes}><saml:Issuer>{}</saml:Issuer>{content}\
         </samlp:AuthnRequest>",
        sp.issuer
    );
    (id, xml)
}

async fn send(browser: &Browser, by: By, xml: &str) -> Answer {
    match by {
        By::Redirect => {
            let url = redirect::url("/samlsso", Parameter::Request, xml, Some("relay"), None).unwrap();
            browser.open(&url).await
        }
        By::Post => post_request(browser, &posted(xml)).await,
    }
}

/// Sends a request in a new browser and signs the administrator in.
async fn signed_in(app: &TestApp, by: By, xml: &str) -> PostPage {
    let browser = app.browser();
    let page = send(&browser, by, xml).await;
    PostPage::read(&app.password(&browser, &page, "admin", ADMIN_PASSWORD).await)
}

/// What GET does cannot be done without its answer.
async fn head_does_nothing(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let (id, xml) = written(&sp, "", "");
    let url = redirect::url("/samlsso", Parameter::Request, &xml, Some("relay"), None).unwrap();
    let browser = app.browser();
    for path in [url.as_str(), "/samlsso/resume/x"] {
        let head = browser.request(Method::HEAD, path);
        assert_eq!(browser.send(head, "").await.status, 405, "{path}");
    }
    assert!(browser.cookies.lock().unwrap().is_empty());
    let page = browser.open(&url).await;
    let answer = PostPage::read(&app.password(&browser, &page, "admin", ADMIN_PASSWORD).await);
    sp.accept(&answer, &id).unwrap();
}

/// Consent, ProviderName, Extensions and Scoping are for others; Conditions are the responder's to modify. None of them
/// changes who may accept the assertion, for how long, or anything else.
async fn what_is_not_for_us_changes_nothing(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let extensions = "<samlp:Extensions><x:Anything xmlns:x=\"urn:x\" Evil=\"1\">evil</x:Anything></samlp:Extensions>";
    let conditions = "<saml:Conditions NotBefore=\"2001-01-01T00:00:00Z\" NotOnOrAfter=\"2001-01-02T00:00:00Z\">\
        <saml:AudienceRestriction><saml:Audience>evil.example</saml:Audience></saml:AudienceRestriction></saml:Conditions>";
    let scoping = "<samlp:Scoping ProxyCount=\"0\"><samlp:IDPList><samlp:IDPEntry ProviderID=\"https://evil.example\"/>\
        </samlp:IDPList><samlp:RequesterID>evil.example</samlp:RequesterID></samlp:Scoping>";
    for by in BINDINGS {
        for (attributes, content) in [
            ("", String::new()),
            (
                "Consent=\"urn:oasis:names:tc:SAML:2.0:consent:prior\" ProviderName=\"evil\"",
                String::new(),
            ),
            ("", extensions.to_owned()),
            ("", conditions.to_owned()),
            ("", scoping.to_owned()),
            ("ProviderName=\"evil\"", format!("{extensions}{conditions}{scoping}")),
        ] {
            let (id, xml) = written(&sp, attributes, &content);
            let sent = signed_in(app, by, &xml).await;
            let accepted = sp
                .accept(&sent, &id)
                .unwrap_or_else(|why| panic!("{by:?} {content}: {why:?}"));
            assert_eq!(accepted.name_id.value, "admin");
            let xml = sent.xml();
            assert!(!xml.contains("evil") && !xml.contains("Consent"), "{xml}");
            let ends = (sp.now() + Duration::minutes(5)).to_rfc3339_opts(SecondsFormat::Millis, true);
            let ends = ends.trim_end_matches(".000Z");
            assert_eq!(xml.matches(&format!("NotOnOrAfter=\"{ends}")).count(), 2, "{xml}");
        }
    }
}

fn subject(name_id: &str, more: &str) -> String {
    format!("<saml:Subject>{name_id}{more}</saml:Subject>")
}

/// The application expects somebody: they and nobody else are told of, and it learns nothing of who was there instead.
async fn a_subject_names_whom_it_may_be_about(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    app.add_user("jane", "another long password").await;
    set_claims(app, "admin", &[("emailaddress", "admin@example.org")]).await;
    let email = |value: &str| format!("<saml:NameID Format=\"{NAMEID_EMAIL}\">{value}</saml:NameID>");
    for by in BINDINGS {
        for (name_id, named) in [
            ("<saml:NameID>admin</saml:NameID>".to_owned(), Some("admin")),
            (email("admin@example.org"), Some("admin@example.org")),
            ("<saml:NameID>jane</saml:NameID>".to_owned(), None),
            (email("jane@example.org"), None),
            ("<saml:NameID>Admin</saml:NameID>".to_owned(), None),
            (
                "<saml:NameID NameQualifier=\"urn:other\">admin</saml:NameID>".to_owned(),
                None,
            ),
            (
                "<saml:NameID SPNameQualifier=\"urn:other\">admin</saml:NameID>".to_owned(),
                None,
            ),
        ] {
            let (id, xml) = written(&sp, "", &subject(&name_id, ""));
            let sent = signed_in(app, by, &xml).await;
            match named {
                Some(named) => assert_eq!(sp.accept(&sent, &id).unwrap().name_id.value, named, "{name_id}"),
                None => {
                    let (code, sub_code) = sp.status(&sent, &id);
                    assert_eq!(
                        (code.as_str(), sub_code.as_str()),
                        (STATUS_RESPONDER, STATUS_AUTHN_FAILED)
                    );
                    let xml = sent.xml();
                    assert!(
                        !xml.contains("admin") && !xml.contains("jane") && !xml.contains("Assertion "),
                        "{xml}"
                    );
                }
            }
        }
    }
    let outcomes = app.outcomes().await;
    let other = ("admin".to_owned(), "another_subject".to_owned());
    assert_eq!(
        outcomes.iter().filter(|outcome| **outcome == other).count(),
        10,
        "{outcomes:?}"
    );
}

/// Passively, with somebody else's session there: the same answer, and the session stays as it is.
async fn a_session_of_somebody_else_is_not_told_of(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    PostPage::read(&app.password(&browser, &page, "admin", ADMIN_PASSWORD).await);
    let (id, xml) = written(
        &sp,
        "IsPassive=\"true\"",
        &subject("<saml:NameID>jane</saml:NameID>", ""),
    );
    let sent = PostPage::read(&send(&browser, By::Redirect, &xml).await);
    assert_eq!(sp.status(&sent, &id).1, STATUS_AUTHN_FAILED);
    assert!(!sent.xml().contains("admin"), "{}", sent.xml());
    let (id, xml) = written(&sp, "IsPassive=\"1\"", "");
    let sent = PostPage::read(&send(&browser, By::Redirect, &xml).await);
    assert_eq!(sp.accept(&sent, &id).unwrap().name_id.value, "admin");
    // Used up: the same request is no second question.
    let (id, xml) = written(&sp, "", &subject("<saml:NameID>jane</saml:NameID>", ""));
    sp.status(&PostPage::read(&send(&browser, By::Redirect, &xml).await), &id);
    let again = send(&browser, By::Redirect, &xml).await;
    refused(app, &again, "replay").await;
}

/// SAML Profiles 4.1.4.1: a Subject in an AuthnRequest holds no SubjectConfirmation.
async fn a_subject_with_a_confirmation_is_not_supported(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let confirmation = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/>";
    for by in BINDINGS {
        for name_id in ["<saml:NameID>admin</saml:NameID>", ""] {
            let (id, xml) = written(&sp, "", &subject(name_id, confirmation));
            let sent = PostPage::read(&send(&app.browser(), by, &xml).await);
            let (code, sub_code) = sp.status(&sent, &id);
            assert_eq!(
                (code.as_str(), sub_code.as_str()),
                (STATUS_REQUESTER, STATUS_REQUEST_UNSUPPORTED)
            );
        }
    }
    assert!(app.outcomes().await.is_empty());
}

/// By address, by index in the order of the registration, or the default; the response goes there and nowhere else.
async fn the_consumer_is_the_one_asked_for(app: &TestApp) {
    const OTHER: &str = "https://wiki.example/other";
    let mut sp = app
        .sp("Wiki", &[None], |saml| saml.acs_urls.push(OTHER.to_owned()))
        .await;
    let first = sp.acs.clone();
    let by_url = |url: &str| format!("AssertionConsumerServiceURL=\"{url}\"");
    for default in ["", OTHER] {
        app.change_saml(&sp, |saml| saml.default_acs_url = default.to_owned())
            .await;
        for by in BINDINGS {
            for (attributes, expected) in [
                (String::new(), if default.is_empty() { first.as_str() } else { OTHER }),
                (by_url(&first), first.as_str()),
                (by_url(OTHER), OTHER),
                ("AssertionConsumerServiceIndex=\"0\"".to_owned(), first.as_str()),
                ("AssertionConsumerServiceIndex=\"1\"".to_owned(), OTHER),
                // The address says more than the index, and both are registered.
                (format!("AssertionConsumerServiceIndex=\"0\" {}", by_url(OTHER)), OTHER),
            ] {
                let (id, xml) = written(&sp, &attributes, "");
                let sent = signed_in(app, by, &xml).await;
                expected.clone_into(&mut sp.acs);
                sp.accept(&sent, &id).unwrap();
            }
        }
    }
    let (_, xml) = written(&sp, "AssertionConsumerServiceIndex=\"2\"", "");
    refused(
        app,
        &send(&app.browser(), By::Post, &xml).await,
        "assertion_consumer_url",
    )
    .await;
}

/// Each comparison, with what satisfies it and what does not, of a sign-in with password and code.
async fn the_four_comparisons(app: &TestApp) {
    const X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";
    let two = app.two_steps().await;
    let plain = app.sp("Plain", &[None], |_| ()).await;
    let browser = app.browser();
    app.sign_in(&browser, &two).await;
    for (sp, comparison, classes, named) in [
        (&two, Comparison::Exact, &[X509, MFA][..], Some(MFA)),
        (&two, Comparison::Exact, &[PPT, MFA], Some(PPT)),
        (&two, Comparison::Exact, &[X509], None),
        (&plain, Comparison::Exact, &[CONTEXT_PASSWORD], Some(CONTEXT_PASSWORD)),
        (&plain, Comparison::Exact, &[MFA], None),
        (&two, Comparison::Minimum, &[PPT], Some(MFA)),
        (&plain, Comparison::Minimum, &[PPT], Some(PPT)),
        (&plain, Comparison::Minimum, &[MFA], None),
        (&two, Comparison::Minimum, &[X509], None),
        (&two, Comparison::Maximum, &[MFA], Some(MFA)),
        (&two, Comparison::Maximum, &[PPT], Some(PPT)),
        (&two, Comparison::Maximum, &[X509], None),
        (&plain, Comparison::Maximum, &[MFA], Some(PPT)),
        (&two, Comparison::Better, &[PPT], Some(MFA)),
        (&two, Comparison::Better, &[PPT, MFA], None),
        (&plain, Comparison::Better, &[PPT], None),
        (&two, Comparison::Better, &[X509], None),
    ] {
        let mut request = sp.request();
        request.requested_authn_context = Some(RequestedAuthnContext {
            comparison,
            classes: classes.iter().map(|class| (*class).to_owned()).collect(),
            declarations: Vec::new(),
        });
        let sent = PostPage::read(&browser.open(&sp.redirect(&request, None)).await);
        let case = format!("{} {comparison:?} {classes:?}", sp.name);
        match named {
            Some(named) => {
                let accepted = sp.accept(&sent, &request.id).expect(&case);
                assert_eq!(accepted.authn_context_class.as_deref(), Some(named), "{case}");
            }
            None => assert_eq!(sp.status(&sent, &request.id).1, STATUS_NO_AUTHN_CONTEXT, "{case}"),
        }
    }
}

/// By POST there is no session at first, by the cookie's rules; what is asked for holds all the same.
async fn force_and_passive_by_post(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let (id, xml) = written(&sp, "IsPassive=\"true\"", "");
    let sent = PostPage::read(&send(&browser, By::Post, &xml).await);
    assert_eq!(sp.status(&sent, &id).1, STATUS_NO_PASSIVE);
    let (_, page) = app.begin(&browser, &sp).await;
    app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let (id, xml) = written(&sp, "IsPassive=\"true\"", "");
    sp.accept(&PostPage::read(&send(&browser, By::Post, &xml).await), &id)
        .unwrap();
    let (_, xml) = written(&sp, "ForceAuthn=\"true\"", "");
    assert_eq!(send(&browser, By::Post, &xml).await.page_with(200).heading, "Sign in");
}

/// RelayState is the application's own: back it comes, character by character, up to the longest that is taken.
async fn relay_state_by_post(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    for (state, taken) in [
        ("a+b c%20&=;\u{e9}\u{1f600}\"'<>".to_owned(), true),
        (" \t two spaces ".to_owned(), true),
        ("x".repeat(1024), true),
        ("x".repeat(1025), false),
    ] {
        let (id, xml) = written(&sp, "", "");
        let mut form = posted(&xml);
        form[1].1.clone_from(&state);
        let browser = app.browser();
        let answer = post_request(&browser, &form).await;
        if !taken {
            refused(app, &answer, "decoding").await;
            continue;
        }
        let sent = PostPage::read(&app.password(&browser, &answer, "admin", ADMIN_PASSWORD).await);
        sp.accept(&sent, &id).unwrap();
        assert_eq!(sent.relay_state.as_deref(), Some(state.as_str()));
    }
}

on_both_stores!(
    head_does_nothing,
    what_is_not_for_us_changes_nothing,
    a_subject_names_whom_it_may_be_about,
    a_session_of_somebody_else_is_not_told_of,
    a_subject_with_a_confirmation_is_not_supported,
    the_consumer_is_the_one_asked_for,
    the_four_comparisons,
    force_and_passive_by_post,
    relay_state_by_post,
);
