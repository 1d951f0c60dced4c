use chrono::Duration;
use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::input::saml::SamlInput;
use domain::input::service_provider::{BASIC, ClaimRow, ServiceProviderInput, StepRow, StepsInput};
use domain::view::home::{ChartView, GuideStep, WarningKind};
use domain::{PermissionSet, claim};
use entity::{saml_service_provider, sms_delivery};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, EntityTrait};

use super::*;
use crate::login::{SignIn, record_sign_in};
use crate::testing::services;
use crate::users::tests::save;
use crate::{counters, identity_providers, service_providers, sms};

async fn guide(services: &Services, actor: &Actor) -> Vec<GuideStep> {
    view(services, actor).await.unwrap().guide
}

fn done(steps: &[GuideStep]) -> Vec<bool> {
    steps.iter().map(|step| step.done).collect()
}

fn provider(name: &str) -> IdentityProviderInput {
    IdentityProviderInput {
        name: name.into(),
        sms_enabled: Tick(true),
        sms_default: Tick(true),
        sms_url: "https://sms.example/send?to=&num&text=&msg".into(),
        http_method: "GET".into(),
        ..Default::default()
    }
}

async fn signed_in(services: &Services, outcome: &str) {
    let entry = SignIn {
        username: "admin",
        outcome,
        application: "wiki",
        ..SignIn::default()
    };
    record_sign_in(services, &services.db, entry).await.unwrap();
}

#[tokio::test]
async fn the_guide_ticks_each_step_as_it_becomes_true() {
    let (services, _, admin) = services().await;
    let steps = guide(&services, &admin).await;
    assert_eq!(done(&steps), [false; 5]);
    assert_eq!(steps[0].href, "/console/identity-providers/new");
    assert_eq!(steps[1].href, "/console/service-providers/new");
    assert_eq!(steps[3].href, "/console/users/admin/profile");

    let id = identity_providers::create(&services, &admin, &provider("SMSOTP"))
        .await
        .unwrap();
    let steps = guide(&services, &admin).await;
    assert_eq!(done(&steps), [true, false, false, false, false]);
    identity_providers::set_enabled(&services, &admin, id, false)
        .await
        .unwrap();
    assert!(
        !guide(&services, &admin).await[0].done,
        "what is undone is no longer done"
    );
    identity_providers::set_enabled(&services, &admin, id, true)
        .await
        .unwrap();

    let basics = ServiceProviderInput {
        name: "Travelocity".into(),
        ..Default::default()
    };
    let sp = service_providers::create(&services, &admin, &basics).await.unwrap();
    let steps = guide(&services, &admin).await;
    assert_eq!(steps[1].href, format!("/console/service-providers/{sp}/saml"));
    let saml = SamlInput {
        issuer: "travelocity.com".into(),
        acs_urls: vec!["http://localhost:8080/saml/acs".into()],
        ..Default::default()
    };
    service_providers::save_saml(&services, &admin, sp, &saml)
        .await
        .unwrap();
    let steps = guide(&services, &admin).await;
    assert_eq!(done(&steps), [true, true, false, false, false]);
    assert_eq!(
        steps[2].href,
        format!("/console/service-providers/{sp}/authentication-steps")
    );

    let stored = service_providers::steps_form(&services, &admin, sp).await.unwrap();
    let step = |authenticator: &str| StepRow {
        authenticators: vec![authenticator.to_owned()],
        ..StepRow::default()
    };
    let two = StepsInput {
        version: stored.input.version,
        steps: vec![step(BASIC), step(&id.to_string())],
        subject_step: "0".into(),
        attributes_step: "0".into(),
        press: String::new(),
    };
    service_providers::save_steps(&services, &admin, sp, &two)
        .await
        .unwrap();
    let steps = guide(&services, &admin).await;
    assert_eq!(
        (steps[2].done, steps[2].href.as_str()),
        (false, format!("/console/service-providers/{sp}").as_str())
    );
    let mut page = service_providers::get(&services, &admin, sp).await.unwrap().input;
    page.claims = vec![ClaimRow {
        local: claim::MOBILE.into(),
        ..Default::default()
    }];
    service_providers::update(&services, &admin, sp, &page).await.unwrap();
    assert_eq!(done(&guide(&services, &admin).await), [true, true, true, false, false]);

    save(&services, &admin, "admin", &[("mobile", "+94771234567")])
        .await
        .unwrap();
    signed_in(&services, "wrong_password").await;
    assert_eq!(done(&guide(&services, &admin).await), [true, true, true, true, false]);
    signed_in(&services, "signed_in").await;
    assert_eq!(done(&guide(&services, &admin).await), [true; 5]);
}

#[tokio::test]
async fn each_sees_what_they_may_view_and_do() {
    let (services, _, admin) = services().await;
    let with = |permissions: &[Permission]| Actor {
        permissions: PermissionSet::from_iter(permissions.iter().copied()),
        ..admin.clone()
    };
    let viewer = view(&services, &with(&[Permission::ViewLog])).await.unwrap();
    assert!(viewer.guide.is_empty() && viewer.charts.is_some() && viewer.blocked.is_none());
    let clerk = [Permission::ViewUsers, Permission::ManageUsers];
    let clerk = view(&services, &with(&clerk)).await.unwrap();
    assert_eq!(clerk.guide.len(), 1, "setting a number, and nothing else");
    assert!(clerk.charts.is_none() && clerk.blocked.is_none());
    let both = [Permission::ViewUsers, Permission::ViewServiceProviders];
    assert!(view(&services, &with(&both)).await.unwrap().blocked.is_some());
    let nothing = view(&services, &with(&[])).await.unwrap();
    assert_eq!(nothing, HomeView::default());
}

fn sums(chart: &ChartView) -> (usize, u64, u64, u64) {
    let sum = |part: fn(&domain::view::delivery::DeliveryBar) -> u64| chart.bars.iter().map(part).sum();
    (
        chart.bars.len(),
        sum(|bar| bar.good),
        sum(|bar| bar.warn),
        sum(|bar| bar.bad),
    )
}

#[tokio::test]
async fn charts_count_by_hour_and_by_day_and_show_the_empty_ones() {
    let (services, clock, admin) = services().await;
    signed_in(&services, "signed_in").await;
    clock.advance(Duration::days(2));
    signed_in(&services, "signed_in").await;
    signed_in(&services, "wrong_password").await;
    signed_in(&services, "locked").await;
    let delivery = sms_delivery::ActiveModel {
        at: Set(services.clock.now()),
        identity_provider_id: Set(1),
        identity_provider: Set("SMSOTP".into()),
        application: Set("wiki".into()),
        masked_number: Set("• 67".into()),
        country: Set("LK".into()),
        purpose: Set("code".into()),
        outcome: Set("sent".into()),
        phase: Set("answer".into()),
        rule: Set(String::new()),
        attempts: Set(1),
        deadline_at: Set(services.clock.now()),
        ..Default::default()
    };
    delivery.insert(&services.db).await.unwrap();
    let charts = view(&services, &admin).await.unwrap().charts.unwrap();
    assert_eq!(sums(&charts.sign_ins_by_hour), (24, 1, 1, 1));
    assert_eq!(sums(&charts.sign_ins_by_day), (30, 2, 1, 1));
    assert_eq!(sums(&charts.messages_by_hour), (24, 1, 0, 0));
    assert_eq!(sums(&charts.messages_by_day), (30, 1, 0, 0));
    assert_eq!(charts.sign_ins_by_hour.bars[23].at, "2026-11-25T12:00:00Z");
    assert_eq!(charts.sign_ins_by_day.bars[29].at, "2026-11-25T00:00:00Z");
    assert_eq!(charts.sign_ins_by_day.bars[27].good, 1);
}

#[tokio::test]
async fn warnings_name_what_needs_somebody() {
    let (services, _, admin) = services().await;
    let warnings = async || view(&services, &admin).await.unwrap().warnings;
    assert_eq!(warnings().await, [], "a new installation is in order");

    let spare = identity_providers::create(&services, &admin, &provider("Spare"))
        .await
        .unwrap();
    let mut first = provider("SMSOTP");
    first.daily_budget = "10".into();
    first.fallback = spare.to_string();
    let id = identity_providers::create(&services, &admin, &first).await.unwrap();
    for _ in 0..8 {
        let (name, now) = (sms::budget(id), services.clock.now());
        assert!(
            counters::take(&services.db, now, &name, 10, Duration::days(1))
                .await
                .unwrap()
        );
    }
    let found = warnings().await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].kind, found[0].urgent), (WarningKind::Budget, false));
    assert_eq!(found[0].text, "8 of 10 SMS of its daily budget are used.");
    assert_eq!(found[0].href, format!("/console/identity-providers/{id}"));

    let basics = ServiceProviderInput {
        name: "Travelocity".into(),
        ..Default::default()
    };
    let sp = service_providers::create(&services, &admin, &basics).await.unwrap();
    let saml = SamlInput {
        issuer: "travelocity.com".into(),
        acs_urls: vec!["http://localhost:8080/saml/acs".into()],
        ..Default::default()
    };
    service_providers::save_saml(&services, &admin, sp, &saml)
        .await
        .unwrap();
    assert_eq!(warnings().await.len(), 1, "without a certificate none ends");
    for (days, urgent) in [(29, false), (-1, true)] {
        let ends = services.clock.now() + Duration::days(days);
        saml_service_provider::Entity::update_many()
            .col_expr(
                saml_service_provider::Column::CertificateEndsAt,
                Expr::value(Some(ends)),
            )
            .exec(&services.db)
            .await
            .unwrap();
        let found = warnings().await;
        let certificate = found.iter().find(|one| one.kind == WarningKind::Certificate).unwrap();
        assert_eq!((certificate.name.as_str(), certificate.urgent), ("Travelocity", urgent));
        assert!(certificate.href.ends_with("/saml#f-certificate"), "{certificate:?}");
    }
    let viewer = Actor {
        permissions: PermissionSet::from_iter([Permission::ViewIdentityProviders]),
        ..admin.clone()
    };
    let seen = view(&services, &viewer).await.unwrap().warnings;
    assert!(
        seen.iter().all(|warning| warning.kind == WarningKind::Budget),
        "{seen:?}"
    );

    // Rows from before the date was kept are read again.
    saml_service_provider::Entity::update_many()
        .col_expr(
            saml_service_provider::Column::CertificateEndsAt,
            Expr::value(None::<chrono::DateTime<chrono::Utc>>),
        )
        .exec(&services.db)
        .await
        .unwrap();
    service_providers::date_certificates(&services).await.unwrap();
    let row = saml_service_provider::Entity::find_by_id(sp)
        .one(&services.db)
        .await
        .unwrap();
    assert!(row.unwrap().certificate_ends_at.unwrap() > services.clock.now() + Duration::days(365_000));
}
