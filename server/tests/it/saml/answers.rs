//! What a response says, and how: signatures, audiences, attributes, encryption.

use domain::claim;
use domain::input::role::RoleInput;
use domain::input::service_provider::{ClaimRow, RoleRow};
use domain::input::user::UserRolesInput;
use entity::saml_request;
use identity::testing::ADMIN_PASSWORD;
use identity::{roles, service_providers, users};
use saml::sp::{Expectation, Rejected, accept_response};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::fake_sp::{FakeSp, PostPage, sp_key};
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

/// The row of a service provider's request.
pub async fn row_of(app: &TestApp, request: &str) -> saml_request::Model {
    let row = saml_request::Entity::find().filter(saml_request::Column::RequestId.eq(request));
    row.one(&app.services.db).await.unwrap().unwrap()
}

async fn answer(app: &TestApp, sp: &FakeSp) -> (String, PostPage) {
    let browser = app.browser();
    let (request, page) = app.begin(&browser, sp).await;
    (
        request,
        PostPage::read(&app.password(&browser, &page, "admin", ADMIN_PASSWORD).await),
    )
}

async fn assertions_are_always_signed_and_responses_as_set(app: &TestApp) {
    let mut sp = app
        .sp("Wiki", &[None], |saml| saml.enable_response_signing = false.into())
        .await;
    let (request, sent) = answer(app, &sp).await;
    sp.accept(&sent, &request).unwrap();
    sp.response_signed = true;
    assert_eq!(sp.accept(&sent, &request).unwrap_err(), Rejected::ResponseNotSigned);
    app.change_saml(&sp, |saml| saml.enable_response_signing = true.into())
        .await;
    let (request, sent) = answer(app, &sp).await;
    sp.accept(&sent, &request).unwrap();
}

/// Good for one application, one request, one address and five minutes.
async fn an_assertion_is_good_for_one_use(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let (request, sent) = answer(app, &sp).await;
    sp.accept(&sent, "_another-request").unwrap_err();
    app.seconds(299);
    sp.accept(&sent, &request).unwrap();
    app.seconds(1);
    sp.accept(&sent, &request).unwrap_err();
}

async fn attributes_need_both_boxes(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    app.set_mobile("admin", MOBILE).await;
    for (profile, always, asked, expected) in [
        (false, false, None, false),
        (true, false, None, false),
        (false, true, None, false),
        (true, true, None, true),
        (true, false, Some(0), true),
        (false, true, Some(0), false),
    ] {
        app.change_saml(&sp, |saml| {
            saml.enable_attribute_profile = profile.into();
            saml.include_attributes_always = always.into();
        })
        .await;
        let browser = app.browser();
        let mut request = sp.request();
        request.attribute_consuming_service_index = asked;
        let page = browser.open(&sp.redirect(&request, None)).await;
        let sent = PostPage::read(&app.password(&browser, &page, "admin", ADMIN_PASSWORD).await);
        let accepted = sp.accept(&sent, &request.id).unwrap();
        assert_eq!(
            !accepted.attributes.is_empty(),
            expected,
            "{profile} {always} {asked:?}"
        );
    }
}

async fn claims_under_the_applications_own_names(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| saml.attribute_name_format = "basic".into())
        .await;
    app.set_mobile("admin", MOBILE).await;
    let actor = app.actor();
    let mut page = service_providers::get(&app.services, &actor, sp.id)
        .await
        .unwrap()
        .input;
    page.claim_dialect = "custom".into();
    page.claims = [
        (claim::MOBILE, "phone"),
        (claim::ROLE, "groups"),
        (claim::EMAIL, "mail"),
    ]
    .map(|(local, remote)| ClaimRow {
        local: local.into(),
        remote: remote.into(),
        mandatory: false.into(),
    })
    .into();
    service_providers::update(&app.services, &actor, sp.id, &page)
        .await
        .unwrap();
    let (request, sent) = answer(app, &sp).await;
    let attributes = sp.accept(&sent, &request).unwrap().attributes;
    let named: Vec<_> = attributes
        .iter()
        .map(|one| (one.name.as_str(), one.values.join(",")))
        .collect();
    // Who has no e-mail address gets no empty attribute.
    assert_eq!(named, [("phone", MOBILE.to_owned()), ("groups", "admin".to_owned())]);
    assert!(
        attributes
            .iter()
            .all(|one| one.name_format.as_deref() == Some(saml::identifier::ATTRNAME_BASIC))
    );
}

/// *Role/Permission Configuration*: a mapping that was saved on the page is on the wire at once, follows the role's new
/// name, and leaves other roles their own.
async fn roles_under_the_applications_own_names(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let actor = app.actor();
    let role = |name: &str| RoleInput {
        name: name.into(),
        ..RoleInput::default()
    };
    let id = roles::create(&app.services, &actor, &role("staff")).await.unwrap();
    let admin = users::role_choices(&app.services, &actor, "admin").await.unwrap();
    let admin = admin.iter().find(|choice| choice.held).unwrap().id;
    let held = UserRolesInput {
        version: users::get(&app.services, &actor, "admin")
            .await
            .unwrap()
            .version
            .to_string(),
        roles: vec![admin.to_string(), id.to_string()],
    };
    users::assign_roles(&app.services, &actor, "admin", &held)
        .await
        .unwrap();
    let mut page = service_providers::get(&app.services, &actor, sp.id)
        .await
        .unwrap()
        .input;
    page.claims = vec![ClaimRow {
        local: claim::ROLE.into(),
        ..ClaimRow::default()
    }];
    page.roles = vec![RoleRow {
        local: "staff".into(),
        remote: "Editor <1>".into(),
    }];
    service_providers::update(&app.services, &actor, sp.id, &page)
        .await
        .unwrap();
    let roles = async || {
        let (request, sent) = answer(app, &sp).await;
        sp.accept(&sent, &request).unwrap().attributes.remove(0).values
    };
    assert_eq!(roles().await, ["admin", "Editor <1>"]);
    let renamed = RoleInput {
        version: "1".into(),
        ..role("employees")
    };
    identity::roles::update(&app.services, &actor, id, &renamed)
        .await
        .unwrap();
    assert_eq!(roles().await, ["admin", "Editor <1>"]);
}

/// A subject claim that the user lacks: nobody is named, and the application is told that it failed.
async fn without_the_subject_claim_nobody_is_named(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let actor = app.actor();
    let mut page = service_providers::get(&app.services, &actor, sp.id)
        .await
        .unwrap()
        .input;
    page.subject_claim = claim::MOBILE.into();
    service_providers::update(&app.services, &actor, sp.id, &page)
        .await
        .unwrap();
    let (request, sent) = answer(app, &sp).await;
    assert_eq!(sp.status(&sent, &request).1, saml::identifier::STATUS_AUTHN_FAILED);
    app.set_mobile("admin", MOBILE).await;
    let (request, sent) = answer(app, &sp).await;
    assert_eq!(sp.accept(&sent, &request).unwrap().name_id.value, MOBILE);
}

async fn an_encrypted_assertion_opens_with_the_key_only(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| {
            saml.certificate = sp_key().certificate_pem();
            saml.enable_assertion_encryption = true.into();
        })
        .await;
    app.set_mobile("admin", MOBILE).await;
    let (request, sent) = answer(app, &sp).await;
    assert!(
        !sent.xml().contains("admin") && !sent.xml().contains(MOBILE),
        "{}",
        sent.xml()
    );
    assert_eq!(sp.accept(&sent, &request).unwrap_err(), Rejected::Encrypted);
    let expectation = Expectation {
        idp_entity_id: &sp.idp.entity_id,
        idp_certificates: &sp.idp.certificates,
        acs_url: &sp.acs,
        sp_entity_id: &sp.issuer,
        in_response_to: Some(&request),
        now: sp.now(),
        skew_seconds: 0,
        decryption_key: Some(sp_key()),
        want_response_signed: true,
        want_assertion_signed: true,
    };
    assert_eq!(
        accept_response(&sent.value, &expectation).unwrap().name_id.value,
        "admin"
    );
}

async fn an_alias_stands_for_the_entity_id(app: &TestApp) {
    let mut sp = app
        .sp("Wiki", &[None], |saml| saml.idp_entity_id_alias = "urn:our:idp".into())
        .await;
    sp.idp.entity_id = "urn:our:idp".into();
    let (request, sent) = answer(app, &sp).await;
    sp.accept(&sent, &request).unwrap();
}

/// RelayState comes back exactly, whatever it is, and only as a value.
async fn relay_state_comes_back_exactly(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    for state in [
        "\"><script>alert(1)</script>",
        "a&b=c%20d+e",
        "https://evil.example/?x",
        "çé 漢 😀",
    ] {
        let browser = app.browser();
        let request = sp.request();
        let page = browser.open(&sp.redirect(&request, Some(state))).await;
        let sent = PostPage::read(&app.password(&browser, &page, "admin", ADMIN_PASSWORD).await);
        assert_eq!(sent.relay_state.as_deref(), Some(state));
    }
}

on_both_stores!(
    assertions_are_always_signed_and_responses_as_set,
    an_assertion_is_good_for_one_use,
    attributes_need_both_boxes,
    claims_under_the_applications_own_names,
    roles_under_the_applications_own_names,
    without_the_subject_claim_nobody_is_named,
    an_encrypted_assertion_opens_with_the_key_only,
    an_alias_stands_for_the_entity_id,
    relay_state_comes_back_exactly,
);
