use domain::Permission;
use domain::input::service_provider::ServiceProviderInput;
use domain::view::ListQuery;
use domain::view::watch::{Severity, SignInsQuery};
use entity::saml_refusal;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

use super::{REASONS, list, refusal, refusals};
use crate::login::{SignIn, record_sign_in};
use crate::testing::services;
use crate::users::tests::is_denied;
use crate::{Actor, Services, service_providers};

async fn write(services: &Services, username: &str, outcome: &str) {
    let entry = SignIn {
        username,
        outcome,
        application: "travelocity.com",
        address: "192.0.2.1",
        ..SignIn::default()
    };
    record_sign_in(services, &services.db, entry).await.unwrap();
}

async fn found(services: &Services, actor: &Actor, search: &str, outcome: &str) -> Vec<(String, String)> {
    let list_query = ListQuery {
        search: search.into(),
        ..ListQuery::default()
    };
    let query = SignInsQuery {
        list: list_query,
        outcome: outcome.into(),
    };
    let rows = list(services, actor, &query).await.unwrap().page.rows;
    rows.into_iter().map(|row| (row.username, row.outcome)).collect()
}

async fn refuse(services: &Services, case_number: &str, check: &str, provider: Option<i64>, minute: i64) {
    let row = saml_refusal::ActiveModel {
        case_number: Set(case_number.into()),
        at: Set(services.clock.now() + chrono::Duration::minutes(minute)),
        issuer: Set("<script>alert(1)</script>".into()),
        failed_check: Set(check.into()),
        detail: Set("why".into()),
        message: Set("<a><b>text</b></a>".into()),
        service_provider_id: Set(provider),
    };
    row.insert(&services.db).await.unwrap();
}

#[tokio::test]
async fn sign_ins_are_found_by_user_and_by_outcome() {
    let (services, _, admin) = services().await;
    write(&services, "jane", "signed_in").await;
    write(&services, "Janet", "wrong_password").await;
    write(&services, "mary", "no_number").await;
    write(&services, "", "passive").await;
    let names = async |search: &str, outcome: &str| {
        let rows = found(&services, &admin, search, outcome).await;
        rows.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(names("", "").await, ["", "mary", "Janet", "jane"], "the newest first");
    assert_eq!(names("JANE", "").await, ["Janet", "jane"]);
    assert_eq!(names("jane", "wrong_password").await, ["Janet"]);
    assert_eq!(names("", "no_number").await, ["mary"]);
    assert_eq!(names("%", "").await, Vec::<String>::new());
    assert_eq!(names("", "forged").await.len(), 4);
}

#[tokio::test]
async fn every_outcome_is_a_filter_and_has_words_of_its_own() {
    let (services, _, admin) = services().await;
    for reason in REASONS {
        write(&services, "jane", reason.as_str()).await;
    }
    write(&services, "jane", "signed_in").await;
    write(&services, "jane", "wrong_password").await;
    write(&services, "jane", "of_a_later_version").await;
    let choices = list(&services, &admin, &SignInsQuery::default())
        .await
        .unwrap()
        .outcomes;
    assert_eq!(choices.len(), REASONS.len() + 2);
    for (name, words) in choices {
        assert_eq!(
            found(&services, &admin, "", &name).await,
            [("jane".to_owned(), words)],
            "{name}"
        );
    }
    assert_eq!(found(&services, &admin, "", "").await[0].1, "of_a_later_version");
}

#[tokio::test]
async fn filters_hold_from_page_to_page() {
    let (services, _, admin) = services().await;
    for n in 0..30 {
        write(&services, &format!("jane{n:02}"), "signed_in").await;
        write(&services, "mary", "locked").await;
    }
    let list_query = ListQuery {
        search: "jane".into(),
        ..ListQuery::default()
    };
    let query = SignInsQuery {
        list: list_query,
        outcome: "signed_in".into(),
    };
    let first = list(&services, &admin, &query).await.unwrap().page;
    assert_eq!(
        (first.rows.len(), first.count, first.rows[0].severity),
        (25, Some(30), Severity::Good)
    );
    let turned = SignInsQuery {
        list: ListQuery {
            after: first.next.clone(),
            ..query.list.clone()
        },
        ..query.clone()
    };
    let second = list(&services, &admin, &turned).await.unwrap().page;
    assert_eq!((second.rows.len(), second.rows[0].username.as_str()), (5, "jane04"));
    let back = SignInsQuery {
        list: ListQuery {
            before: second.previous,
            ..query.list.clone()
        },
        ..query
    };
    assert_eq!(list(&services, &admin, &back).await.unwrap().page, first);
}

#[tokio::test]
async fn a_refusal_is_found_however_its_number_is_read_out() {
    let (services, _, admin) = services().await;
    refuse(&services, "ABCDE-FGHJK", "signature", None, 0).await;
    for typed in [
        "ABCDE-FGHJK",
        "abcde-fghjk",
        " abcdefghjk ",
        "ABCDE FGHJK",
        "a-bcde fghjk",
    ] {
        let found = refusal(&services, &admin, typed).await.unwrap().unwrap();
        assert_eq!(found.row.case_number, "ABCDE-FGHJK", "{typed}");
    }
    for wrong in [
        "",
        "ABCDE",
        "ABCDE-FGHJX",
        "ABCDE-FGHJKL",
        "%",
        "ABCDÉ-FGHJ",
        "\0",
        "'; drop table saml_refusal; --",
    ] {
        assert_eq!(refusal(&services, &admin, wrong).await.unwrap(), None, "{wrong}");
    }
}

#[tokio::test]
async fn a_refusal_shows_the_message_and_the_setting_to_change() {
    let (services, _, admin) = services().await;
    let input = ServiceProviderInput {
        name: "travelocity.com".into(),
        ..ServiceProviderInput::default()
    };
    let id = service_providers::create(&services, &admin, &input).await.unwrap();
    refuse(&services, "AAAAA-AAAAA", "assertion_consumer_url", Some(id), 0).await;
    let view = refusal(&services, &admin, "AAAAA-AAAAA").await.unwrap().unwrap();
    assert_eq!(view.message, "<a>\n  <b>text</b>\n</a>");
    assert_eq!(
        (view.row.issuer.as_str(), view.detail.as_str()),
        ("<script>alert(1)</script>", "why")
    );
    assert_eq!(view.row.check, "AssertionConsumerServiceURL");
    let setting = view.setting.unwrap();
    assert_eq!(
        (setting.name.as_str(), setting.how.as_str()),
        ("travelocity.com", "Assertion Consumer URLs")
    );
    assert_eq!(setting.href, format!("/console/service-providers/{id}/saml"));
    assert!(view.advice.contains("Assertion Consumer URLs"));

    for (case, check, provider, href) in [
        (
            "BBBBB-BBBBB",
            "steps",
            Some(id),
            Some(format!("/console/service-providers/{id}/authentication-steps")),
        ),
        (
            "CCCCC-CCCCC",
            "issuer",
            None,
            Some("/console/service-providers".to_owned()),
        ),
        ("DDDDD-DDDDD", "replay", Some(id), None),
        (
            "HHHHH-HHHHH",
            "mandatory_claim",
            Some(id),
            Some(format!("/console/service-providers/{id}")),
        ),
        ("EEEEE-EEEEE", "signature", Some(id + 1), None),
        ("FFFFF-FFFFF", "of_a_later_version", Some(id), None),
    ] {
        refuse(&services, case, check, provider, 0).await;
        let view = refusal(&services, &admin, case).await.unwrap().unwrap();
        assert_eq!(view.setting.map(|setting| setting.href), href, "{check}");
    }
    refuse(&services, "GGGGG-GGGGG", "destination", Some(id), 0).await;
    let advice = refusal(&services, &admin, "GGGGG-GGGGG").await.unwrap().unwrap().advice;
    assert!(advice.contains("http://localhost:9763/samlsso"), "{advice}");
}

#[tokio::test]
async fn the_newest_refusals_are_listed() {
    let (services, _, admin) = services().await;
    for n in 0..22 {
        refuse(&services, &format!("AAAAA-AAA{n:02}"), "issuer", None, n).await;
    }
    let rows = refusals(&services, &admin).await.unwrap();
    assert_eq!((rows.len(), rows[0].case_number.as_str()), (20, "AAAAA-AAA21"));
    assert_eq!(
        (rows[19].case_number.as_str(), rows[19].check.as_str()),
        ("AAAAA-AAA02", "Issuer")
    );
}

#[tokio::test]
async fn only_those_who_may_view_the_log_read_it() {
    let (services, _, admin) = services().await;
    let others = Permission::ALL
        .into_iter()
        .filter(|permission| *permission != Permission::ViewLog);
    let other = Actor {
        permissions: others.collect(),
        ..admin
    };
    assert!(is_denied(&list(&services, &other, &SignInsQuery::default()).await));
    assert!(is_denied(&refusals(&services, &other).await));
    assert!(is_denied(&refusal(&services, &other, "AAAAA-AAAAA").await));
}
