//! A second provider behind the first: who is asked, what the person and the log are told.

use domain::input::identity_provider::IdentityProviderInput;
use entity::sms_delivery;
use identity::identity_providers;
use identity::sms::FailureKind;
use identity::sms::transport::{Answer, SendFailure};
use identity::testing::ADMIN_PASSWORD;
use sea_orm::{EntityTrait, QueryOrder};

use crate::fake_provider::{answer_next, last_code};
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

/// Password and code, the code by `SMSOTP`, whose fallback is `Spare`. Gives the first one's id too.
async fn with_fallback(app: &TestApp) -> (FakeSp, i64) {
    let spare = app
        .provider(|input| {
            input.name = "Spare".into();
            input.sms_url = "https://spare.example/send".into();
        })
        .await;
    let first = app.provider(|input| input.fallback = spare.to_string()).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Travelocity", &[None, Some(first)], |_| ()).await;
    (sp, first)
}

/// The host that the newest message went to.
fn last_host(app: &TestApp) -> String {
    let sent = app.sms.sent.lock().unwrap();
    let wire = String::from_utf8_lossy(sent.last().unwrap()).into_owned();
    let (_, after) = wire.split_once("Host: ").unwrap();
    after.split("\r\n").next().unwrap().to_owned()
}

/// Identity provider and outcome of every delivery, the oldest first.
async fn rows(app: &TestApp) -> Vec<(String, String)> {
    let rows = sms_delivery::Entity::find().order_by_asc(sms_delivery::Column::Id);
    let rows = rows.all(&app.services.db).await.unwrap();
    rows.into_iter()
        .map(|row| (row.identity_provider, row.outcome))
        .collect()
}

fn down() -> Result<Answer, SendFailure> {
    Err(SendFailure::new(FailureKind::AddressRefused))
}

async fn a_code_comes_by_the_fallback_when_the_first_is_down(app: &TestApp) {
    let (sp, _) = with_fallback(app).await;
    let browser = app.browser();
    answer_next(&app.sms, vec![down()]);
    let (request, page) = app.to_code_page(&browser, &sp).await;
    assert_eq!(page.page().alert, "", "nothing is wrong for the person");
    assert_eq!(last_host(app), "spare.example");
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    let expected = [("SMSOTP", "not_sent"), ("Spare", "sent")];
    assert_eq!(
        rows(app).await,
        expected.map(|(name, outcome)| (name.to_owned(), outcome.to_owned()))
    );
    let used = sms_delivery::Entity::find().all(&app.services.db).await.unwrap();
    let used: Vec<_> = used.into_iter().filter(|row| row.used_at.is_some()).collect();
    assert_eq!((used.len(), used[0].identity_provider.as_str()), (1, "Spare"));
}

async fn when_both_are_down_nobody_waits_for_a_code(app: &TestApp) {
    let (sp, _) = with_fallback(app).await;
    let browser = app.browser();
    answer_next(&app.sms, vec![down(), down()]);
    let (_, page) = app.begin(&browser, &sp).await;
    let page = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let shown = page.page_with(200);
    assert!(shown.alert.contains("no code was sent"), "{}", shown.alert);
    app.seconds(3);
    let again = app.resend(&browser, &page).await.page_with(200);
    assert!(
        again.status.starts_with("A new code is on its way."),
        "{}",
        again.status
    );
    assert_eq!(
        last_host(app),
        "sms.example",
        "what was not sent is not counted as a resend"
    );
}

async fn the_second_resend_goes_by_the_fallback(app: &TestApp) {
    let (sp, _) = with_fallback(app).await;
    let browser = app.browser();
    let (request, mut page) = app.to_code_page(&browser, &sp).await;
    assert_eq!(last_host(app), "sms.example");
    for (wait, host) in [(30, "sms.example"), (60, "spare.example"), (120, "spare.example")] {
        app.seconds(wait);
        page = app.resend(&browser, &page).await;
        assert_eq!(last_host(app), host, "after {wait} s");
    }
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

async fn the_form_offers_saves_and_guards_it(app: &TestApp) {
    let (_, first) = with_fallback(app).await;
    let console = app.console().await;
    let page = console.open(&format!("/console/identity-providers/{first}")).await;
    let form = page.page_with(200).form("Update");
    let spare = form.field("Fallback identity provider").value.clone();
    let own = console.open(&format!("/console/identity-providers/{spare}")).await;
    let circle = own
        .page_with(200)
        .form("Update")
        .set("Fallback identity provider", &first.to_string());
    let refused = console.press(&circle, "Update").await.page_with(200);
    assert!(refused.text.contains("Spare → SMSOTP → Spare"), "{}", refused.text);
    let question = console
        .open(&format!("/console/identity-providers/{spare}/delete"))
        .await;
    let shown = question.page_with(200);
    assert!(shown.text.contains("SMSOTP ( fallback )"), "{}", shown.text);
    let actor = app.actor();
    assert!(
        identity_providers::delete(&app.services, &actor, spare.parse().unwrap())
            .await
            .is_err()
    );

    let certificates = form.set("Trusted certificates", "-----BEGIN CERTIFICATE-----\nx");
    let refused = console.press(&certificates, "Update").await.page_with(200);
    assert!(
        refused.text.contains("Block 1 (line 1): its end is missing."),
        "{}",
        refused.text
    );
    let none = refused
        .form("Update")
        .set("Trusted certificates", "")
        .set("Fallback identity provider", "");
    assert_eq!(console.press(&none, "Update").await.page_with(200).status, "Updated.");
    let kept: IdentityProviderInput = identity_providers::input_of(&app.services, &actor, first)
        .await
        .unwrap();
    assert_eq!(kept.fallback, "");
}

on_both_stores!(
    a_code_comes_by_the_fallback_when_the_first_is_down,
    when_both_are_down_nobody_waits_for_a_code,
    the_second_resend_goes_by_the_fallback,
    the_form_offers_saves_and_guards_it,
);
