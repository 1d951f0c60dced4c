//! Who the assertion is about, in each format: what a NameID is taken from, and what is answered if there is nothing to
//! take it from.

use domain::claim;
use domain::input::user::ProfileInput;
use identity::testing::ADMIN_PASSWORD;
use identity::{service_providers, users};
use saml::identifier::{
    NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT, NAMEID_UNSPECIFIED, STATUS_AUTHN_FAILED,
    STATUS_INVALID_NAMEID_POLICY, STATUS_REQUESTER, STATUS_RESPONDER,
};
use saml::message::NameIdPolicy;

use crate::browser::Browser;
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

/// Sets claims of a user by their short names.
pub async fn set_claims(app: &TestApp, username: &str, claims: &[(&str, &str)]) {
    let profile = users::profile(&app.services, &app.actor(), username).await.unwrap();
    let input = ProfileInput {
        version: profile.version.to_string(),
        claims: claims
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    };
    users::update_profile(&app.services, &app.actor(), username, &input)
        .await
        .unwrap();
}

/// A NameIDPolicy that asks for this format.
fn policy(format: Option<&str>) -> NameIdPolicy {
    NameIdPolicy {
        format: format.map(str::to_owned),
        allow_create: true,
        sp_name_qualifier: None,
    }
}

/// Asks and, where the page wants it, signs the administrator in.
async fn ask(app: &TestApp, browser: &Browser, sp: &FakeSp, wish: Option<NameIdPolicy>) -> (String, PostPage) {
    let mut request = sp.request();
    request.name_id_policy = wish;
    let mut answer = browser.open(&sp.redirect(&request, None)).await;
    if answer.path.starts_with("/login/") {
        answer = app.password(browser, &answer, "admin", ADMIN_PASSWORD).await;
    }
    (request.id, PostPage::read(&answer))
}

/// A user name is no e-mail address: where the format says e-mail and no claim is chosen, the e-mail claim is told.
async fn an_email_name_id_is_the_email_address(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| saml.name_id_format = NAMEID_EMAIL.into())
        .await;
    let browser = app.browser();
    let (request, sent) = ask(app, &browser, &sp, None).await;
    let (code, sub_code) = sp.status(&sent, &request);
    assert_eq!(
        (code.as_str(), sub_code.as_str()),
        (STATUS_RESPONDER, STATUS_AUTHN_FAILED)
    );
    assert!(!sent.xml().contains("admin"), "{}", sent.xml());

    set_claims(app, "admin", &[("emailaddress", "admin@example.org")]).await;
    let browser = app.browser();
    let (request, sent) = ask(app, &browser, &sp, None).await;
    let name_id = sp.accept(&sent, &request).unwrap().name_id;
    assert_eq!(
        (name_id.value.as_str(), name_id.format.as_deref()),
        ("admin@example.org", Some(NAMEID_EMAIL))
    );
}

/// A claim that was chosen stays chosen, whatever the format says.
async fn a_chosen_subject_claim_is_told_in_any_format(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| saml.name_id_format = NAMEID_EMAIL.into())
        .await;
    let mut page = service_providers::get(&app.services, &app.actor(), sp.id)
        .await
        .unwrap()
        .input;
    page.subject_claim = claim::MOBILE.into();
    service_providers::update(&app.services, &app.actor(), sp.id, &page)
        .await
        .unwrap();
    app.set_mobile("admin", MOBILE).await;
    set_claims(app, "admin", &[("emailaddress", "admin@example.org")]).await;
    let (request, sent) = ask(app, &app.browser(), &sp, None).await;
    assert_eq!(sp.accept(&sent, &request).unwrap().name_id.value, MOBILE);
}

/// As the service provider is configured, as the request asks, and where it asks for nothing in particular.
async fn formats_configured_and_asked_for(app: &TestApp) {
    set_claims(app, "admin", &[("emailaddress", "admin@example.org")]).await;
    for configured in [NAMEID_UNSPECIFIED, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT] {
        let name = configured.rsplit(':').next().unwrap();
        let sp = app
            .sp(name, &[None], |saml| saml.name_id_format = configured.into())
            .await;
        for (asked, given) in [
            (None, configured),
            (Some(NAMEID_UNSPECIFIED), configured),
            (Some(NAMEID_EMAIL), NAMEID_EMAIL),
            (Some(NAMEID_PERSISTENT), NAMEID_PERSISTENT),
            (Some(NAMEID_TRANSIENT), NAMEID_TRANSIENT),
        ] {
            let (request, sent) = ask(app, &app.browser(), &sp, Some(policy(asked))).await;
            let name_id = sp.accept(&sent, &request).unwrap().name_id;
            assert_eq!(name_id.format.as_deref(), Some(given), "{configured} {asked:?}");
            match given {
                NAMEID_UNSPECIFIED => assert_eq!(name_id.value, "admin"),
                NAMEID_EMAIL => assert_eq!(name_id.value, "admin@example.org"),
                _ => assert!(
                    !name_id.value.contains("admin") && name_id.value.len() >= 20,
                    "{name_id:?}"
                ),
            }
            // Both qualifiers, or none (SAML Core 8.3.7).
            let qualified = (name_id.name_qualifier.as_deref(), name_id.sp_name_qualifier.as_deref());
            let expected = if given == NAMEID_PERSISTENT {
                (Some(sp.idp.entity_id.as_str()), Some(sp.issuer.as_str()))
            } else {
                (None, None)
            };
            assert_eq!(qualified, expected, "{given}");
        }
    }
}

/// A persistent identifier outlives session and browser, and belongs to one user at one service provider.
async fn a_persistent_name_id_is_one_users_at_one_application(app: &TestApp) {
    let wish = || Some(policy(Some(NAMEID_PERSISTENT)));
    let (sp, other) = (
        app.sp("Wiki", &[None], |_| ()).await,
        app.sp("Other", &[None], |_| ()).await,
    );
    app.add_user("jane", "another long password").await;
    let value = async |sp: &FakeSp, wish: NameIdPolicy| {
        let (request, sent) = ask(app, &app.browser(), sp, Some(wish)).await;
        sp.accept(&sent, &request).unwrap().name_id.value
    };
    let first = value(&sp, wish().unwrap()).await;
    app.seconds(48 * 60 * 60);
    assert_eq!(value(&sp, wish().unwrap()).await, first);
    // Nothing is created for it, so nothing depends on AllowCreate.
    let not_create = NameIdPolicy {
        allow_create: false,
        ..wish().unwrap()
    };
    assert_eq!(value(&sp, not_create).await, first);
    let elsewhere = value(&other, wish().unwrap()).await;
    assert_ne!(elsewhere, first);
    let browser = app.browser();
    let mut request = sp.request();
    request.name_id_policy = wish();
    let page = browser.open(&sp.redirect(&request, None)).await;
    let sent = PostPage::read(&app.password(&browser, &page, "jane", "another long password").await);
    let janes = sp.accept(&sent, &request.id).unwrap().name_id.value;
    assert!(janes != first && janes != elsewhere);
    for value in [&first, &elsewhere, &janes] {
        assert!(
            !value.contains("admin") && !value.contains("jane") && value.len() >= 20,
            "{value}"
        );
    }
}

/// Another service provider's name for a user is nobody else's business (SAML Core 3.4.1.1).
async fn a_name_id_in_anothers_namespace_is_not_available(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let other = app.sp("Other", &[None], |_| ()).await;
    for format in [None, Some(NAMEID_PERSISTENT)] {
        for (qualifier, available) in [
            (sp.issuer.as_str(), true),
            (other.issuer.as_str(), false),
            ("urn:affiliation", false),
        ] {
            let wish = NameIdPolicy {
                sp_name_qualifier: Some(qualifier.to_owned()),
                ..policy(format)
            };
            let (request, sent) = ask(app, &app.browser(), &sp, Some(wish)).await;
            if available {
                sp.accept(&sent, &request).unwrap();
            } else {
                let (code, sub_code) = sp.status(&sent, &request);
                let expected = (STATUS_REQUESTER, STATUS_INVALID_NAMEID_POLICY);
                assert_eq!((code.as_str(), sub_code.as_str()), expected, "{qualifier}");
            }
        }
    }
}

on_both_stores!(
    an_email_name_id_is_the_email_address,
    a_chosen_subject_claim_is_told_in_any_format,
    formats_configured_and_asked_for,
    a_persistent_name_id_is_one_users_at_one_application,
    a_name_id_in_anothers_namespace_is_not_available,
);
