//! Identity providers as others find them: the list, the choices of a step, and who stands in the way of deleting one.

use entity::{authentication_step, authentication_step_option, service_provider};

use super::*;

#[tokio::test]
async fn disabled_it_is_no_choice() {
    let (services, _, actor) = services().await;
    let id = create(&services, &actor, &input("SMSOTP")).await.unwrap();
    set_enabled(&services, &actor, id, false).await.unwrap();
    assert!(choices(&services.db).await.unwrap().is_empty());
    assert!(!sms_otp(&services, &services.db, id).await.unwrap().unwrap().enabled);
    set_enabled(&services, &actor, id, true).await.unwrap();
    let off = IdentityProviderInput {
        version: "3".into(),
        sms_enabled: Tick(false),
        sms_default: Tick(false),
        ..input("SMSOTP")
    };
    update(&services, &actor, id, &off).await.unwrap();
    assert!(choices(&services.db).await.unwrap().is_empty());
    assert!(sms_otp(&services, &services.db, 99).await.unwrap().is_none());
}

async fn service_provider(services: &Services, name: &str, federated: Option<i64>) -> i64 {
    let now = services.clock.now();
    let row = service_provider::ActiveModel {
        name: Set(name.into()),
        name_lower: Set(name.to_lowercase()),
        description: Set(String::new()),
        claim_dialect: Set("local".into()),
        subject_claim: Set(String::new()),
        authentication_type: Set("advanced".into()),
        local_authenticator: Set("basic".into()),
        federated_identity_provider_id: Set(federated),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    row.insert(&services.db).await.unwrap().id
}

#[tokio::test]
async fn one_in_use_stays_and_says_by_whom() {
    let (services, _, actor) = services().await;
    let id = create(&services, &actor, &input("SMSOTP")).await.unwrap();
    let federated = service_provider(&services, "federated.example", Some(id)).await;
    let stepped = service_provider(&services, "travelocity.com", None).await;
    let step = authentication_step::ActiveModel {
        service_provider_id: Set(stepped),
        position: Set(1),
        gives_subject: Set(false),
        gives_attributes: Set(false),
        ..Default::default()
    };
    let step = step.insert(&services.db).await.unwrap();
    let option = authentication_step_option::ActiveModel {
        step_id: Set(step.id),
        position: Set(0),
        authenticator: Set("SMSOTP".into()),
        identity_provider_id: Set(Some(id)),
        ..Default::default()
    };
    option.insert(&services.db).await.unwrap();

    let Err(Error::InUse(users)) = delete(&services, &actor, id).await else {
        panic!("it was deleted")
    };
    let users: Vec<_> = users.into_iter().map(|user| (user.name, user.how, user.href)).collect();
    assert_eq!(
        users,
        [
            (
                "federated.example".into(),
                "federated authentication".into(),
                format!("/console/service-providers/{federated}")
            ),
            (
                "travelocity.com".into(),
                "step 2".into(),
                format!("/console/service-providers/{stepped}/authentication-steps")
            ),
        ]
    );
    let page = list(&services, &actor, &ListQuery::default()).await.unwrap();
    assert_eq!(page.rows[0].used_by, 2);
    assert_eq!(page.rows[0].sms_host.as_deref(), Some("api.clickatell.com"));
    assert_eq!(get(&services, &actor, id).await.unwrap().used_by.len(), 2);
}

#[tokio::test]
async fn the_list_is_searched_by_the_start_of_the_name_and_read_by_key() {
    let (services, _, actor) = services().await;
    for n in 0..30 {
        create(&services, &actor, &input(&format!("Provider {n:02}")))
            .await
            .unwrap();
    }
    create(&services, &actor, &input("100%_sure")).await.unwrap();
    let query = |search: &str, after: Option<String>| ListQuery {
        search: search.into(),
        after,
        ..ListQuery::default()
    };
    let first = list(&services, &actor, &query("provider", None)).await.unwrap();
    assert_eq!(
        (first.rows.len(), first.count, first.previous.is_none()),
        (25, Some(30), true)
    );
    let second = list(&services, &actor, &query("provider", first.next)).await.unwrap();
    assert_eq!(
        (second.rows.len(), second.rows[0].name.as_str(), second.next.is_none()),
        (5, "Provider 25", true)
    );
    let literal = list(&services, &actor, &query("100%_", None)).await.unwrap();
    assert_eq!(literal.rows.len(), 1);
    assert!(
        list(&services, &actor, &query("100_", None))
            .await
            .unwrap()
            .rows
            .is_empty(),
        "a wildcard is only a character"
    );
}
