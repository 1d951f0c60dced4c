//! Two administrators at one form: the second is shown what differs, and overwrites knowingly or takes over.

use crate::harness::TestApp;
use crate::stores::on_both_stores;

const MOBILE_CLAIM: &str = "/console/claims/edit?uri=http%3A%2F%2Fwso2.org%2Fclaims%2Fmobile";

async fn the_second_sees_what_differs(app: &TestApp) {
    let provider = app.provider(|_| ()).await;
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    app.add_user("jane", "another long password").await;
    let (one, two) = (app.console().await, app.console().await);
    let role = one
        .open("/console/roles/new")
        .await
        .page_with(200)
        .form("Register")
        .set("Role Name", "Editors");
    let role = one.press(&role, "Register").await.path;
    let role = role.split('?').next().unwrap_or_default().to_owned();
    let of_sp = format!("/console/service-providers/{}", sp.id);
    for (path, field) in [
        (format!("/console/identity-providers/{provider}"), "Message"),
        (of_sp.clone(), "Description"),
        (format!("{of_sp}/saml"), "IdP Entity ID Alias"),
        ("/console/users/jane/profile".to_owned(), "Department"),
        (role, "Role Name"),
        (MOBILE_CLAIM.to_owned(), "Mapped Attribute"),
    ] {
        let [first, second] = ["urn:first &otp", "urn:second &otp"].map(|value| {
            if field == "Message" {
                value.to_owned()
            } else {
                value.replace(" &otp", "")
            }
        });
        let open = async |browser: &crate::browser::Browser, value: &str| {
            browser
                .open(&path)
                .await
                .page_with(200)
                .form("Update")
                .set(field, value)
        };
        let (theirs, own) = (open(&one, &first).await, open(&two, &second).await);
        assert_eq!(
            one.press(&theirs, "Update").await.page_with(200).status,
            "Updated.",
            "{path}"
        );
        let told = two.press(&own, "Update").await;
        let page = told.page_with(200);
        assert!(
            page.alert.contains("Somebody else has changed this"),
            "{path}: {}",
            page.alert
        );
        let row = format!("{field} {first} {second}");
        assert!(page.text.contains(&row), "{path}: no {row:?} in {}", page.text);
        assert_eq!(page.form("Update").field(field).value, second, "{path}");
        // Taking over shows what is saved, and nothing of one's own.
        let taken = two.open(page.link("Take over what is saved")).await.page_with(200);
        assert_eq!(taken.form("Update").field(field).value, first, "{path}");
        assert!(taken.alert.is_empty() && !taken.text.contains(&second), "{path}");
        // A second submit overwrites.
        let done = two.press(&page.form("Update"), "Update").await.page_with(200);
        assert_eq!(done.status, "Updated.", "{path}");
        assert_eq!(
            one.open(&path).await.page().form("Update").field(field).value,
            second,
            "{path}"
        );
    }
}

/// A third one saves while the second compares: they are told again, with what is saved by then.
async fn a_third_is_not_overwritten_unseen(app: &TestApp) {
    app.add_user("jane", "another long password").await;
    let path = "/console/users/jane/profile";
    let (one, two) = (app.console().await, app.console().await);
    let stale = two
        .open(path)
        .await
        .page_with(200)
        .form("Update")
        .set("Department", "mine");
    let mut shown = stale;
    for theirs in ["first", "third"] {
        let form = one
            .open(path)
            .await
            .page_with(200)
            .form("Update")
            .set("Department", theirs);
        one.press(&form, "Update").await.page_with(200);
        let page = two.press(&shown, "Update").await.page_with(200);
        assert!(
            page.text.contains(&format!("Department {theirs} mine")),
            "{}",
            page.text
        );
        shown = page.form("Update");
    }
    assert_eq!(two.press(&shown, "Update").await.page_with(200).status, "Updated.");
}

/// Steps and roles are told by their names, keys are dotted.
async fn values_are_told_in_words(app: &TestApp) {
    let provider = app
        .provider(|input| input.http_headers = "Authorization: Bearer k7654321".into())
        .await;
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    app.add_user("jane", "another long password").await;
    let (one, two) = (app.console().await, app.console().await);

    let path = format!("/console/service-providers/{}/authentication-steps", sp.id);
    let mut own = two.open(&path).await.page_with(200).form("Update");
    own = two.press(&own, "add-step").await.page_with(200).form("Update");
    own = own.set("input[steps][1][federated]", &provider.to_string());
    own = two.press(&own, "add-federated-1").await.page_with(200).form("Update");
    app.set_steps(sp.id, &[Some(provider), None]).await;
    let page = two.press(&own, "Update").await.page_with(200);
    assert!(
        page.text.contains("Step 1 SMSOTP basic Step 2 basic SMSOTP"),
        "{}",
        page.text
    );

    let path = "/console/users/jane/roles";
    let own = two.open(path).await.page_with(200).form("Update").tick("admin");
    let form = one
        .open("/console/users/jane/profile")
        .await
        .page_with(200)
        .form("Update");
    one.press(&form.set("Department", "x"), "Update").await.page_with(200);
    let page = two.press(&own, "Update").await.page_with(200);
    assert!(page.text.contains("Roles empty admin"), "{}", page.text);

    let path = format!("/console/identity-providers/{provider}");
    let own = two.open(&path).await.page_with(200).form("Update");
    let own = own.set("HTTP Headers", "Authorization: Bearer z1234567");
    let form = one
        .open(&path)
        .await
        .page_with(200)
        .form("Update")
        .set("Description", "x");
    one.press(&form, "Update").await.page_with(200);
    let answer = two.press(&own, "Update").await;
    let page = answer.page_with(200);
    assert!(page.text.contains("(another key)"), "{}", page.text);
    let table = page.text.split("Take over what is saved").next().unwrap_or_default();
    assert!(!table.contains("k7654321") && !table.contains("z1234567"), "{table}");
}

/// With nothing between them the page says so.
async fn the_same_twice_is_no_difference(app: &TestApp) {
    let (one, two) = (app.console().await, app.console().await);
    let form = async |browser: &crate::browser::Browser| {
        let form = browser.open(MOBILE_CLAIM).await.page_with(200).form("Update");
        form.set("Display Name", "Phone")
    };
    let (theirs, own) = (form(&one).await, form(&two).await);
    one.press(&theirs, "Update").await.page_with(200);
    let page = two.press(&own, "Update").await.page_with(200);
    assert!(page.text.contains("Both say the same"), "{}", page.text);
}

on_both_stores!(
    the_second_sees_what_differs,
    a_third_is_not_overwritten_unseen,
    values_are_told_in_words,
    the_same_twice_is_no_difference,
);
