use domain::Permission;
use domain::input::service_provider::ServiceProviderInput;
use domain::view::ListQuery;
use domain::view::watch::{Severity, SignInsQuery};
use entity::saml_refusal;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

use super::{REASONS, list, refusal, refusals};
use crate::login::{SignIn, record_sign_in};
use crate::saml_idp::Check;
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
        ..SignInsQuery::default()
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
    for outcome in [
        "wrong_password",
        "backup_code",
        "no_subject",
        "another_subject",
        "context_not_met",
        "refused",
    ] {
        write(&services, "jane", outcome).await;
    }
    write(&services, "jane", "of_a_later_version").await;
    let choices = list(&services, &admin, &SignInsQuery::default())
        .await
        .unwrap()
        .outcomes;
    assert_eq!(choices.len(), REASONS.len() + 7);
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
        ..SignInsQuery::default()
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
    assert_eq!(setting.href, format!("/console/service-providers/{id}/saml#acs_urls"));
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
            Some("/console/service-providers/new?case=CCCCC-CCCCC".to_owned()),
        ),
        (
            "DDDDD-DDDDD",
            "replay",
            Some(id),
            Some(format!("/console/service-providers/{id}")),
        ),
        (
            "JJJJJ-JJJJJ",
            "decoding",
            None,
            Some("/console/identity-providers/resident".to_owned()),
        ),
        (
            "HHHHH-HHHHH",
            "mandatory_claim",
            Some(id),
            Some(format!("/console/service-providers/{id}#claims")),
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
    let rows = refusals(&services, &admin, "").await.unwrap().rows;
    assert_eq!((rows.len(), rows[0].case_number.as_str()), (20, "AAAAA-AAA21"));
    assert_eq!(
        (rows[19].case_number.as_str(), rows[19].check.as_str()),
        ("AAAAA-AAA02", "Issuer")
    );
}

/// Whatever fails, the administrator is told what it is, what to do and where.
#[tokio::test]
async fn every_check_has_words_advice_and_a_place() {
    let (services, _, admin) = services().await;
    let input = ServiceProviderInput {
        name: "travelocity.com".into(),
        ..ServiceProviderInput::default()
    };
    let id = service_providers::create(&services, &admin, &input).await.unwrap();
    let mut seen = std::collections::HashSet::new();
    for (n, check) in Check::ALL.into_iter().enumerate() {
        let case = format!("AAAAA-AAA{n:02}");
        refuse(&services, &case, check.as_str(), Some(id), 0).await;
        let view = refusal(&services, &admin, &case).await.unwrap().unwrap();
        assert!(seen.insert(view.row.check.clone()), "{check:?} has words of its own");
        assert!(!view.advice.is_empty(), "{check:?}");
        let setting = view.setting.unwrap();
        assert!(setting.href.starts_with("/console/"), "{check:?} {setting:?}");
        // What somebody may not open is named and no link.
        let log_only = Actor {
            permissions: [Permission::ViewLog].into_iter().collect(),
            ..admin.clone()
        };
        let setting = refusal(&services, &log_only, &case).await.unwrap().unwrap().setting;
        assert_eq!(setting.unwrap().href, "", "{check:?}");
    }
}

#[tokio::test]
async fn refusals_are_filtered_by_application() {
    let (services, _, admin) = services().await;
    let mut ids = Vec::new();
    for name in ["Wiki", "Other", "Quiet"] {
        let input = ServiceProviderInput {
            name: name.into(),
            ..ServiceProviderInput::default()
        };
        ids.push(service_providers::create(&services, &admin, &input).await.unwrap());
    }
    refuse(&services, "AAAAA-AAAAA", "replay", Some(ids[0]), 0).await;
    refuse(&services, "BBBBB-BBBBB", "replay", Some(ids[1]), 1).await;
    refuse(&services, "CCCCC-CCCCC", "issuer", None, 2).await;
    let found = async |application: &str| {
        let rows = refusals(&services, &admin, application).await.unwrap().rows;
        rows.into_iter()
            .map(|row| (row.case_number, row.application))
            .collect::<Vec<_>>()
    };
    let row = |case: &str, name: &str| (case.to_owned(), name.to_owned());
    let wiki = row("AAAAA-AAAAA", "Wiki");
    assert_eq!(found(&ids[0].to_string()).await, std::slice::from_ref(&wiki));
    assert_eq!(found("unknown").await, [row("CCCCC-CCCCC", "")]);
    let all = [row("CCCCC-CCCCC", ""), row("BBBBB-BBBBB", "Other"), wiki];
    assert_eq!(found("").await, all);
    assert_eq!(found("' or 1=1").await, all);
    assert_eq!(found(&ids[2].to_string()).await, []);
    let choices = refusals(&services, &admin, "").await.unwrap().applications;
    let names: Vec<_> = choices.into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["Other", "Wiki", "Unknown issuers"]);
}

/// Did you issue this, and what did that key sign.
#[tokio::test]
async fn assertions_are_found_by_their_id_and_by_their_key() {
    let (services, _, admin) = services().await;
    let (id, key) = (format!("_{}", "0a".repeat(20)), "1b".repeat(32));
    for (username, assertion_id, key_id) in [
        ("jane", id.as_str(), key.as_str()),
        ("mary", "_other", key.as_str()),
        ("jim", "", ""),
    ] {
        let entry = SignIn {
            username,
            outcome: "signed_in",
            assertion_id,
            key_id,
            ..SignIn::default()
        };
        record_sign_in(&services, &services.db, entry).await.unwrap();
    }
    let names = async |search: &str| {
        let rows = found(&services, &admin, search, "").await;
        rows.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(names(&id).await, ["jane"]);
    assert_eq!(names(&format!("  {}  ", id.to_uppercase())).await, ["jane"]);
    assert_eq!(names(&key).await, ["mary", "jane"]);
    assert_eq!(names(&format!("_{}", "0b".repeat(20))).await, Vec::<String>::new());
    // A part of an ID is no ID, and nobody is called so.
    assert_eq!(names(&id[..20]).await, Vec::<String>::new());
}

/// What was kept of a request is told apart from what came.
#[tokio::test]
async fn what_was_kept_is_no_message() {
    let (services, _, admin) = services().await;
    let row = saml_refusal::ActiveModel {
        case_number: Set("AAAAA-AAAAA".into()),
        at: Set(services.clock.now()),
        issuer: Set("wiki".into()),
        failed_check: Set("session".into()),
        detail: Set("why".into()),
        message: Set(r#"{"subject":null,"unsolicited":false}"#.into()),
        service_provider_id: Set(None),
    };
    row.insert(&services.db).await.unwrap();
    let view = refusal(&services, &admin, "AAAAA-AAAAA").await.unwrap().unwrap();
    assert_eq!(view.message_title, "What was kept of the request");
    assert!(view.message.contains("\n  \"subject\": null"), "{}", view.message);
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
    assert!(is_denied(&refusals(&services, &other, "").await));
    assert!(is_denied(&refusal(&services, &other, "AAAAA-AAAAA").await));
}
