//! The authentication steps.

use domain::flow::Authenticator;
use domain::input::service_provider::{StepRow, StepsInput};

use super::super::{get, save_steps, steps, steps_form, update};
use super::*;
use crate::testing;

/// Each text is a step: names of authenticators with spaces between them.
fn rows(steps: &[&str]) -> Vec<StepRow> {
    let row = |step: &&str| StepRow {
        authenticators: step.split_whitespace().map(str::to_owned).collect(),
        ..StepRow::default()
    };
    steps.iter().map(row).collect()
}

/// The stored form with other steps in it; step 1 gives subject and attributes.
async fn opened(services: &Services, actor: &Actor, id: i64, steps: &[&str]) -> StepsInput {
    let version = steps_form(services, actor, id).await.unwrap().input.version;
    StepsInput {
        version,
        steps: rows(steps),
        subject_step: "0".into(),
        attributes_step: "0".into(),
        press: String::new(),
    }
}

#[tokio::test]
async fn saved_at_once_and_advanced_configuration_is_selected() {
    let (services, _, actor) = testing::services().await;
    let sms = add_sms(&services, &actor, "SMSOTP").await;
    let id = add(&services, &actor, "Wiki").await;
    let page = get(&services, &actor, id).await.unwrap().input;
    let form = steps_form(&services, &actor, id).await.unwrap();
    assert_eq!(form.input.steps, rows(&["basic"]));
    assert_eq!(
        form.choices.identity_providers,
        [(sms.to_string(), "SMSOTP".to_owned())]
    );

    let mut input = opened(&services, &actor, id, &["basic", &format!("{sms} basic")]).await;
    input.attributes_step = "1".into();
    save_steps(&services, &actor, id, &input).await.unwrap();
    let asked = steps(&services.db, id).await.unwrap();
    assert_eq!(
        asked[1].authenticators,
        [Authenticator::SmsOtp { identity_provider: sms }, Authenticator::Basic]
    );
    assert_eq!(
        asked
            .iter()
            .map(|step| (step.gives_subject, step.gives_attributes))
            .collect::<Vec<_>>(),
        [(true, false), (false, true)]
    );
    let view = get(&services, &actor, id).await.unwrap();
    assert_eq!(
        (view.input.authentication_type.as_str(), view.steps.join(" → ")),
        ("advanced", "password → SMS (SMSOTP) or password".to_owned())
    );
    assert_eq!(
        audited(&services).await.2,
        "authentication steps: password → SMS (SMSOTP) or password"
    );
    let form = steps_form(&services, &actor, id).await.unwrap().input;
    assert_eq!((form.steps, form.attributes_step.as_str()), (input.steps, "1"));

    // The page that was open meanwhile is saved with the type that it showed, which nobody touched there.
    update(&services, &actor, id, &page).await.unwrap();
    assert_eq!(
        get(&services, &actor, id).await.unwrap().input.authentication_type,
        "advanced"
    );
    assert_eq!(steps(&services.db, id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_type_chosen_without_having_seen_the_saved_steps_is_stale() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let mut page = get(&services, &actor, id).await.unwrap().input;
    save_steps(
        &services,
        &actor,
        id,
        &opened(&services, &actor, id, &["basic", "basic"]).await,
    )
    .await
    .unwrap();
    page.authentication_type = "local".into();
    assert!(matches!(update(&services, &actor, id, &page).await, Err(Error::Stale)));
    page.seen_authentication_type = "advanced".into();
    update(&services, &actor, id, &page).await.unwrap();
    assert_eq!(
        get(&services, &actor, id).await.unwrap().input.authentication_type,
        "local"
    );
}

#[tokio::test]
async fn refused_in_words() {
    let (services, _, actor) = testing::services().await;
    let sms = add_sms(&services, &actor, "SMSOTP").await;
    let id = add(&services, &actor, "Wiki").await;
    let twice = format!("{sms} {sms}");
    for (wanted, field, words) in [
        (vec![], "", "There is no step"),
        (vec!["basic", ""], "steps[1][local]", "Step 2 is empty"),
        (
            vec!["basic basic"],
            "steps[0][local]",
            "Step 1 holds the same authenticator twice",
        ),
        (
            vec!["basic", &twice],
            "steps[1][federated]",
            "Step 2 holds the same authenticator twice",
        ),
        (vec!["basic", "99"], "steps[1][federated]", "not there any more"),
        (vec!["x509"], "steps[0][federated]", "not there any more"),
    ] {
        let problems = refused(save_steps(&services, &actor, id, &opened(&services, &actor, id, &wanted).await).await);
        assert!(problems.of(field).unwrap().contains(words), "{problems:?}");
        assert_eq!(problems.0.len(), 1, "{problems:?}");
    }
    let mut input = opened(&services, &actor, id, &["basic", ""]).await;
    input.subject_step = "2".into();
    input.attributes_step = String::new();
    let fields = refused_fields(save_steps(&services, &actor, id, &input).await);
    assert_eq!(
        fields,
        ["steps[1][local]", "subject_step", "attributes_step"],
        "all at once"
    );
    assert_eq!(
        get(&services, &actor, id).await.unwrap().input.authentication_type,
        "default"
    );
}

#[tokio::test]
async fn a_step_whose_identity_provider_was_switched_off_stays_savable_but_cannot_be_added() {
    let (services, _, actor) = testing::services().await;
    let sms = add_sms(&services, &actor, "SMSOTP").await.to_string();
    let id = add(&services, &actor, "Wiki").await;
    save_steps(
        &services,
        &actor,
        id,
        &opened(&services, &actor, id, &["basic", &sms]).await,
    )
    .await
    .unwrap();
    identity_providers::set_enabled(&services, &actor, sms.parse().unwrap(), false)
        .await
        .unwrap();
    save_steps(
        &services,
        &actor,
        id,
        &opened(&services, &actor, id, &["basic", &sms, "basic"]).await,
    )
    .await
    .unwrap();
    let other = add(&services, &actor, "Payroll").await;
    let input = opened(&services, &actor, other, &["basic", &sms]).await;
    assert_eq!(
        refused_fields(save_steps(&services, &actor, other, &input).await),
        ["steps[1][federated]"]
    );
}

#[tokio::test]
async fn nobody_overwrites_unseen() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let first = opened(&services, &actor, id, &["basic", "basic"]).await;
    let second = opened(&services, &actor, id, &["basic"]).await;
    save_steps(&services, &actor, id, &first).await.unwrap();
    assert!(matches!(
        save_steps(&services, &actor, id, &second).await,
        Err(Error::Stale)
    ));
    assert_eq!(steps(&services.db, id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn viewing_is_not_managing() {
    let (services, _, actor) = testing::services().await;
    let id = add(&services, &actor, "Wiki").await;
    let input = opened(&services, &viewer(&actor), id, &["basic"]).await;
    assert!(matches!(
        save_steps(&services, &viewer(&actor), id, &input).await,
        Err(Error::Denied(_))
    ));
    assert!(matches!(
        save_steps(&services, &actor, id + 1, &input).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(steps(&services.db, id + 1).await, Err(Error::NotFound)));
}
