//! Lists of rows: without scripts they end in two empty ones, each button is a visit, and nothing typed is lost.

use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn empty_rows_are_ignored(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let console = app.console().await;
    let page = format!("/console/service-providers/{}", sp.id);
    let form = console.open(&page).await.page_with(200).form("Update");
    let rows = |form: &crate::form::Form| form.fields.iter().filter(|field| field.label == "Local Claim").count();
    assert_eq!(rows(&form), 3, "one claim and two empty rows");
    let form = form
        .choose("input[claims][2][local]", "http://wso2.org/claims/emailaddress")
        .tick("input[claims][2][mandatory]");
    let shown = console.press(&form, "Update").await.page_with(200);
    assert_eq!(shown.status, "Updated.");
    let form = shown.form("Update");
    assert_eq!(rows(&form), 4);
    assert_eq!(
        form.field("input[claims][1][local]").value,
        "http://wso2.org/claims/emailaddress"
    );
    assert!(form.is_ticked("input[claims][1][mandatory]") && !form.is_ticked("input[claims][0][mandatory]"));

    let saml = console
        .open(&format!("{page}/saml"))
        .await
        .page_with(200)
        .form("Update");
    let saml = saml.set("input[acs_urls][2]", "https://wiki.example/second");
    assert_eq!(console.press(&saml, "Update").await.page_with(200).status, "Updated.");
    let saml = console.open(&format!("{page}/saml")).await.page().form("Update");
    let urls: Vec<_> = saml
        .fields
        .iter()
        .filter(|field| field.name.starts_with("input[acs_urls]"))
        .collect();
    assert_eq!(
        urls.iter().map(|url| url.value.as_str()).collect::<Vec<_>>(),
        [&sp.acs, "https://wiki.example/second", "", ""]
    );
}

async fn adding_and_removing_keeps_the_rest(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let console = app.console().await;
    let page = format!("/console/service-providers/{}", sp.id);
    let form = console.open(&page).await.page().form("Update");
    let form = form
        .set("Service Provider Name", "Not saved yet")
        .set("Description", "typed");
    let form = console
        .press(&form, "Add Claim URI")
        .await
        .page_with(200)
        .form("Update");
    let form = console
        .press(&form, "remove-claim-0")
        .await
        .page_with(200)
        .form("Update");
    assert_eq!(form.field("Service Provider Name").value, "Not saved yet");
    assert_eq!(form.field("Description").value, "typed");
    let stored = console.open(&page).await.page().form("Update");
    assert_eq!(
        stored.field("Service Provider Name").value,
        "Wiki",
        "nothing was saved on the way"
    );
    // To the SAML page and back: what was typed has come along, there and back.
    let saml = console.press(&form, "Edit").await.page_with(200);
    let back = console.open(saml.link("Cancel")).await.page_with(200).form("Update");
    assert_eq!(back.field("Service Provider Name").value, "Not saved yet");
}

async fn steps_are_refused_in_words(app: &TestApp) {
    let provider = app.provider(|_| ()).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    let console = app.console().await;
    let page = format!("/console/service-providers/{}/authentication-steps", sp.id);
    let form = console.open(&page).await.page_with(200).form("Update");

    let twice = console.press(&form, "add-local-0").await.page_with(200);
    assert!(twice.alert.contains("cannot be in a step twice"), "{}", twice.alert);
    let subject = console.press(&form, "delete-0").await.page_with(200);
    assert!(
        subject.alert.contains("Step 1 gives the subject identifier"),
        "{}",
        subject.alert
    );
    let form = console
        .press(&form, "Add Authentication Step")
        .await
        .page_with(200)
        .form("Update");
    let empty = console.press(&form, "Update").await.page_with(200);
    assert!(
        empty.alert.contains("problem") && empty.text.contains("Step 3"),
        "{}",
        empty.alert
    );

    // None of it was saved.
    let form = console.open(&page).await.page().form("Update");
    let picked = form
        .fields
        .iter()
        .filter(|field| field.name.contains("[authenticators]"));
    assert_eq!(picked.count(), 2);
    // Moved and deleted, then saved: one step is left, and the sign-in asks for it alone.
    let form = console.press(&form, "delete-1").await.page_with(200).form("Update");
    assert_eq!(console.press(&form, "Update").await.page_with(200).status, "Updated.");
    let (_, login) = app.begin(&app.browser(), &sp).await;
    assert!(!login.page_with(200).text.contains("of 2"), "{}", login.page().text);
}

/// Several authenticators in a step are the user's choice.
async fn a_choice_within_a_step(app: &TestApp) {
    let first = app.provider(|_| ()).await;
    let second = app
        .provider(|input| {
            input.name = "Second".into();
            input.display_name = "The other <phone>".into();
        })
        .await;
    let sp = app.sp("Wiki", &[None, Some(first)], |_| ()).await;
    app.set_mobile("admin", crate::harness::MOBILE).await;
    let console = app.console().await;
    let page = format!("/console/service-providers/{}/authentication-steps", sp.id);
    let form = console.open(&page).await.page().form("Update");
    let form = form.set("input[steps][1][federated]", &second.to_string());
    let form = console
        .press(&form, "add-federated-1")
        .await
        .page_with(200)
        .form("Update");
    assert_eq!(console.press(&form, "Update").await.page_with(200).status, "Updated.");

    let browser = app.browser();
    let (request, login) = app.begin(&browser, &sp).await;
    let choice = app
        .password(&browser, &login, "admin", identity::testing::ADMIN_PASSWORD)
        .await
        .page_with(200);
    assert_eq!((choice.heading.as_str(), app.sent()), ("Choose how to go on", 0));
    let label = "Code by SMS (The other <phone>)";
    let code = browser.press(&choice.form(label), label).await;
    assert_eq!(
        (code.page_with(200).heading.as_str(), app.sent()),
        ("Check your phone", 1)
    );
    let answer = app
        .code(&browser, &code, &crate::fake_provider::last_code(&app.sms))
        .await;
    sp.accept(&crate::fake_sp::PostPage::read(&answer), &request).unwrap();
}

async fn what_is_in_use_stays(app: &TestApp) {
    let sp = app.two_steps().await;
    let console = app.console().await;
    let (id, _) = identity::identity_providers::choices(&app.services.db)
        .await
        .unwrap()
        .remove(0);
    let path = format!("/console/identity-providers/{id}/delete");
    let page = console.open(&path).await.page_with(200);
    let href = page.link("Travelocity").to_owned();
    assert!(
        href.starts_with(&format!("/console/service-providers/{}", sp.id)),
        "{href}"
    );
    console
        .post(
            "/api/console/identity-providers/delete",
            &[("id".into(), id.to_string())],
        )
        .await;
    app.to_code_page(&app.browser(), &sp).await;

    let delete = console
        .open(&format!("/console/service-providers/{}/delete", sp.id))
        .await
        .page_with(200);
    let after = console.press(&delete.form("Delete"), "Delete").await.page_with(200);
    assert_eq!(after.status, "Deleted.");
    let page = console.open(&path).await.page_with(200);
    assert_eq!(
        console
            .press(&page.form("Delete"), "Delete")
            .await
            .page_with(200)
            .status,
        "Deleted."
    );
}

on_both_stores!(
    empty_rows_are_ignored,
    adding_and_removing_keeps_the_rest,
    steps_are_refused_in_words,
    a_choice_within_a_step,
    what_is_in_use_stays,
);
