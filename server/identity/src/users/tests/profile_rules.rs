use chrono::Duration;
use domain::Permission::{ManageUsers, ViewLog, ViewUsers};
use domain::claim;
use domain::input::user::ProfileInput;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    actor, add, add_with, begin_flow, give, is_denied, is_live, is_under_way, problems, save, session, shown, version,
};
use crate::testing::{services, services_with, settings};
use crate::users::{claims_of, mobile_of, profile, update_profile};
use crate::{Actor, Error, Services, Settings, roles};

#[tokio::test]
async fn the_mobile_can_be_saved_alone_and_stands_as_e164() {
    let (services, _, admin) = services().await;
    save(&services, &admin, "admin", &[("emailaddress", "a@example.com")])
        .await
        .unwrap();
    save(&services, &admin, "admin", &[("mobile", "+94 (77) 123-4567")])
        .await
        .unwrap();
    let id = admin.user_id.unwrap();
    assert_eq!(
        mobile_of(&services.db, id).await.unwrap().unwrap().as_str(),
        "+94771234567"
    );
    assert_eq!(
        shown(&services, &admin, "admin", "emailaddress").await,
        "a@example.com",
        "the rest stays"
    );
    save(&services, &admin, "admin", &[("mobile", " ")]).await.unwrap();
    assert_eq!(mobile_of(&services.db, id).await.unwrap(), None);
}

#[tokio::test]
async fn a_local_number_is_shown_back_in_full_and_a_wrong_one_refused_with_the_reason() {
    let (services, _, _, admin) = services_with(Settings {
        default_country: Some("LK".into()),
        ..settings()
    })
    .await;
    save(&services, &admin, "admin", &[("mobile", "077 123 4567")])
        .await
        .unwrap();
    assert_eq!(shown(&services, &admin, "admin", "mobile").await, "+94771234567");
    let refused = problems(save(&services, &admin, "admin", &[("mobile", "+49 30 901820")]).await);
    assert!(refused.of("claims[mobile]").unwrap().contains("fixed line"));
    assert_eq!(shown(&services, &admin, "admin", "mobile").await, "+94771234567");
}

#[tokio::test]
async fn what_people_are_called_is_theirs() {
    let (services, _, admin) = services().await;
    let longest = "\u{1F99C}".repeat(1024);
    let claims = [
        ("givenname", "  <script>alert(1)</script> & \"co\" "),
        ("lastname", "\u{202B}אבג\u{202C} 👩‍👩‍👧"),
        ("organization", "İstanbul"),
        ("streetaddress", longest.as_str()),
        ("url", "javascript:alert(1)"),
    ];
    save(&services, &admin, "admin", &claims).await.unwrap();
    for (name, value) in claims {
        assert_eq!(shown(&services, &admin, "admin", name).await, value.trim());
    }
    let refused = problems(
        save(
            &services,
            &admin,
            "admin",
            &[("im", &"\u{1F99C}".repeat(1025)), ("department", "a\0b")],
        )
        .await,
    );
    assert!(
        refused
            .of("claims[im]")
            .unwrap()
            .contains("1025 characters, at most 1024")
    );
    assert!(refused.of("claims[department]").unwrap().contains("control character"));
}

#[tokio::test]
async fn derived_and_unknown_claims_are_not_typed() {
    let (services, _, admin) = services().await;
    save(
        &services,
        &admin,
        "admin",
        &[
            ("username", "root"),
            ("role", "x"),
            ("nonsense", "x"),
            ("givenname", "A"),
        ],
    )
    .await
    .unwrap();
    let claims = claims_of(&services.db, admin.user_id.unwrap()).await.unwrap();
    assert_eq!(claims[claim::USERNAME], "admin");
    assert_eq!(claims[claim::ROLE], "admin");
    assert_eq!(claims.len(), 3);
    let view = profile(&services, &admin, "admin").await.unwrap();
    assert_eq!(
        view.fields
            .iter()
            .map(|(claim, _)| claim.label.as_str())
            .collect::<Vec<_>>(),
        claim::PROFILE.map(|(_, label, _)| label)
    );
    assert_eq!(view.roles, ["admin"]);
}

#[tokio::test]
async fn several_roles_are_one_claim_joined_by_commas() {
    let (services, _, admin) = services().await;
    let jane = add_with(&services, &admin, "jane", &[ViewLog]).await;
    let role = domain::input::role::RoleInput {
        name: "Another".into(),
        ..Default::default()
    };
    let more = roles::create(&services, &admin, &role).await.unwrap();
    let held = crate::users::role_choices(&services, &admin, "jane").await.unwrap();
    let held = held.iter().find(|role| role.held).unwrap().id;
    give(&services, &admin, "jane", &[held, more]).await.unwrap();
    assert_eq!(
        claims_of(&services.db, jane.user_id.unwrap()).await.unwrap()[claim::ROLE],
        "Another,janes"
    );
}

async fn rule(services: &Services, uri: &str, required: bool, pattern: &str) {
    entity::claim::Entity::update_many()
        .col_expr(entity::claim::Column::Required, Expr::value(required))
        .col_expr(entity::claim::Column::Pattern, Expr::value(pattern))
        .filter(entity::claim::Column::Uri.eq(uri))
        .exec(&services.db)
        .await
        .unwrap();
}

#[tokio::test]
async fn required_and_pattern_judge_what_is_changed() {
    let (services, _, admin) = services().await;
    save(&services, &admin, "admin", &[("country", "anything")])
        .await
        .unwrap();
    rule(&services, claim::EMAIL, true, "[^@]+@example\\.com").await;
    rule(&services, claim::COUNTRY, false, "[A-Z]{2}").await;
    // The whole form is posted: what was empty or wrong before stands in nobody's way.
    let whole = [
        ("emailaddress", ""),
        ("country", "anything"),
        ("mobile", "+94771234567"),
    ];
    save(&services, &admin, "admin", &whole).await.unwrap();
    let wrong = problems(
        save(
            &services,
            &admin,
            "admin",
            &[("emailaddress", "a@example.com.evil"), ("country", "lk")],
        )
        .await,
    );
    assert!(wrong.of("claims[emailaddress]").is_some() && wrong.of("claims[country]").is_some());
    save(
        &services,
        &admin,
        "admin",
        &[("emailaddress", "a@example.com"), ("country", "LK")],
    )
    .await
    .unwrap();
    assert!(
        problems(save(&services, &admin, "admin", &[("emailaddress", "")]).await)
            .of("claims[emailaddress]")
            .unwrap()
            .contains("missing")
    );
    rule(&services, claim::COUNTRY, false, "[").await;
    assert!(
        problems(save(&services, &admin, "admin", &[("country", "DE")]).await)
            .of("claims[country]")
            .unwrap()
            .contains("pattern")
    );
}

#[tokio::test]
async fn a_new_number_ends_sessions_and_other_claims_do_not() {
    let (services, _, admin) = services().await;
    let jane = add(&services, &admin, "jane").await;
    let open = session(&services, jane).await;
    let flow = begin_flow(&services, jane).await;
    save(&services, &admin, "jane", &[("givenname", "Jane"), ("mobile", "")])
        .await
        .unwrap();
    assert!(is_live(&services, &open).await && is_under_way(&services, &flow).await);
    save(&services, &admin, "jane", &[("mobile", "+94771234567")])
        .await
        .unwrap();
    assert!(!is_live(&services, &open).await && !is_under_way(&services, &flow).await);

    let again = session(&services, jane).await;
    save(&services, &admin, "jane", &[("mobile", "+94 77 123 4567")])
        .await
        .unwrap();
    assert!(is_live(&services, &again).await, "the same number written otherwise");

    let other = session(&services, admin.user_id.unwrap()).await;
    save(&services, &admin, "admin", &[("mobile", "+94771234567")])
        .await
        .unwrap();
    assert!(
        is_live(&services, &admin.session_id).await && !is_live(&services, &other).await,
        "one's own stays"
    );
}

#[tokio::test]
async fn anothers_number_needs_a_fresh_password_and_all_that_they_hold() {
    let (services, clock, admin) = services().await;
    let helper = add_with(&services, &admin, "helper", &[ManageUsers]).await;
    assert!(is_denied(
        &save(&services, &helper, "admin", &[("mobile", "+94771234567")]).await
    ));
    save(&services, &helper, "admin", &[("givenname", "A")]).await.unwrap();
    let view = profile(&services, &helper, "admin").await.unwrap();
    assert!(view.may_change && !view.may_change_mobile);
    add(&services, &admin, "jane").await;
    clock.advance(Duration::minutes(6));
    assert!(matches!(
        save(&services, &helper, "jane", &[("mobile", "+94771234567")]).await,
        Err(Error::PasswordNeeded)
    ));
    save(&services, &helper, "jane", &[("givenname", "Jane")])
        .await
        .unwrap();
    save(&services, &admin, "admin", &[("mobile", "+94771234567")])
        .await
        .unwrap();
}

#[tokio::test]
async fn numbers_are_masked_to_viewers() {
    let (services, _, admin) = services().await;
    let viewer = add_with(&services, &admin, "viewer", &[ViewUsers]).await;
    save(
        &services,
        &admin,
        "admin",
        &[("mobile", "+94771234567"), ("telephone", "011 555 0123")],
    )
    .await
    .unwrap();
    assert_eq!(shown(&services, &viewer, "admin", "mobile").await, "•• ••• ••• •67");
    assert_eq!(shown(&services, &viewer, "admin", "telephone").await, "• ••• ••• •23");
    assert!(is_denied(
        &save(&services, &viewer, "admin", &[("givenname", "x")]).await
    ));

    // One's own is shown in full, whatever else one may do.
    let watcher = add_with(&services, &admin, "watcher", &[ViewLog]).await;
    save(&services, &admin, "watcher", &[("mobile", "+94771234567")])
        .await
        .unwrap();
    let watcher = actor(
        &services,
        &Actor {
            session_id: String::new(),
            ..watcher
        },
        "watcher",
    )
    .await;
    assert_eq!(shown(&services, &watcher, "watcher", "mobile").await, "+94771234567");
    assert!(!profile(&services, &watcher, "watcher").await.unwrap().may_change);
    assert!(is_denied(&profile(&services, &watcher, "admin").await));
    assert!(
        is_denied(&profile(&services, &watcher, "nobody").await),
        "whether there is one is not told"
    );
}

#[tokio::test]
async fn nobody_overwrites_unseen_changes() {
    let (services, _, admin) = services().await;
    let seen = version(&services, "admin").await;
    let input = |name: &str| ProfileInput {
        version: seen.clone(),
        claims: [("givenname".to_owned(), name.to_owned())].into(),
    };
    update_profile(&services, &admin, "admin", &input("First"))
        .await
        .unwrap();
    assert!(matches!(
        update_profile(&services, &admin, "admin", &input("Second")).await,
        Err(Error::Stale)
    ));
    assert_eq!(shown(&services, &admin, "admin", "givenname").await, "First");
    let without = ProfileInput {
        version: String::new(),
        ..input("Third")
    };
    assert!(matches!(
        update_profile(&services, &admin, "admin", &without).await,
        Err(Error::Stale)
    ));
}

#[tokio::test]
async fn what_an_application_knows_somebody_by_is_kept_as_the_number_is() {
    let (services, clock, admin) = services().await;
    let helper = add_with(&services, &admin, "helper", &[ManageUsers]).await;
    add(&services, &admin, "jane").await;
    let email = [("emailaddress", "other@example.com")];
    let department = [("department", "4711")];
    assert!(is_denied(&save(&services, &helper, "admin", &email).await));
    save(&services, &helper, "admin", &department).await.unwrap();
    save(&services, &admin, "admin", &[("department", "")]).await.unwrap();

    let wiki = domain::input::service_provider::ServiceProviderInput {
        name: "Wiki".into(),
        ..Default::default()
    };
    let id = crate::service_providers::create(&services, &admin, &wiki)
        .await
        .unwrap();
    entity::service_provider::Entity::update_many()
        .col_expr(
            entity::service_provider::Column::SubjectClaim,
            Expr::value("http://wso2.org/claims/department"),
        )
        .filter(entity::service_provider::Column::Id.eq(id))
        .exec(&services.db)
        .await
        .unwrap();
    assert!(is_denied(&save(&services, &helper, "admin", &department).await));
    save(&services, &helper, "jane", &department).await.unwrap();
    clock.advance(Duration::minutes(6));
    for claims in [[("department", "4712")], email] {
        let answer = save(&services, &helper, "jane", &claims).await;
        assert!(matches!(answer, Err(Error::PasswordNeeded)), "{answer:?}");
    }
    save(&services, &admin, "admin", &email).await.unwrap();
}
