//! Two people at one form, a password that was given too long ago, a session that ended: what was typed is not lost.

use identity::testing::ADMIN_PASSWORD;

use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

/// Both have the page open; the second to save is told, sees the own values, and may then overwrite.
async fn the_second_to_save_is_told(app: &TestApp) {
    let provider = app.provider(|_| ()).await;
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    app.add_user("jane", "another long password").await;
    let (one, two) = (app.console().await, app.console().await);
    for (path, field) in [
        (format!("/console/identity-providers/{provider}"), "Description"),
        (format!("/console/service-providers/{}", sp.id), "Description"),
        (
            format!("/console/service-providers/{}/saml", sp.id),
            "IdP Entity ID Alias",
        ),
        ("/console/users/jane/profile".to_owned(), "Department"),
    ] {
        let first = one
            .open(&path)
            .await
            .page_with(200)
            .form("Update")
            .set(field, "urn:first");
        let second = two
            .open(&path)
            .await
            .page_with(200)
            .form("Update")
            .set(field, "urn:second");
        assert_eq!(
            one.press(&first, "Update").await.page_with(200).status,
            "Updated.",
            "{path}"
        );
        let told = two.press(&second, "Update").await.page_with(200);
        assert!(
            told.alert.contains("Somebody else has changed this"),
            "{path}: {}",
            told.alert
        );
        let form = told.form("Update");
        assert_eq!(form.field(field).value, "urn:second");
        assert_eq!(
            one.open(&path).await.page().form("Update").field(field).value,
            "urn:first",
            "not overwritten yet"
        );
        assert_eq!(
            two.press(&form, "Update").await.page_with(200).status,
            "Updated.",
            "{path}"
        );
        assert_eq!(
            one.open(&path).await.page().form("Update").field(field).value,
            "urn:second"
        );
    }
}

/// Another's number needs one's own password, given within five minutes; the way through it loses nothing.
async fn the_password_is_asked_again(app: &TestApp) {
    app.add_user("jane", "another long password").await;
    let console = app.console().await;
    let path = "/console/users/jane/profile";
    let form = console
        .open(path)
        .await
        .page_with(200)
        .form("Update")
        .set("Mobile", MOBILE);
    app.seconds(301);
    let asked = console.press(&form, "Update").await.page_with(200);
    assert_eq!(asked.heading, "Confirm your password");
    let wrong = console
        .press(&asked.form("Continue").set("Password", "wrong"), "Continue")
        .await
        .page_with(200);
    assert!(wrong.alert.contains("not your password"), "{}", wrong.alert);
    let back = console
        .press(&wrong.form("Continue").set("Password", ADMIN_PASSWORD), "Continue")
        .await;
    let form = back.page_with(200).form("Update");
    assert_eq!(form.field("Mobile").value, MOBILE);
    assert_eq!(console.press(&form, "Update").await.page_with(200).status, "Updated.");
}

/// A draft is its session's: its address is worth nothing to anybody else.
async fn a_draft_is_its_sessions(app: &TestApp) {
    let console = app.console().await;
    let form = console
        .open("/console/identity-providers/new")
        .await
        .page()
        .form("Register");
    let form = form.set("SMS URL", "https://sms.example/?key=k7654321");
    let refused = console.press(&form, "Register").await;
    assert!(refused.path.contains("draft="), "{}", refused.path);
    assert!(!refused.path.contains("k7654321"));
    assert!(refused.body.contains("k7654321"));
    let other = app.console().await;
    assert!(!other.open(&refused.path).await.body.contains("k7654321"));
}

/// Requests that no browser would make.
async fn malformed_bodies(app: &TestApp) {
    let console = app.console().await;
    let deep = format!("input{}=x", "[a]".repeat(2000));
    let many: String = (0..3000).map(|n| format!("input[claims][{n}][local]=x&")).collect();
    for body in [
        "%",
        "%zz=%f0%28",
        "input=x",
        "input[name][name]=x",
        "input[name]=a&input[name]=b",
        "=&=&&&",
        deep.as_str(),
        many.as_str(),
    ] {
        for path in [
            "/api/console/service-providers/create",
            "/api/console/identity-providers/create",
        ] {
            let request = console
                .request(axum::http::Method::POST, path)
                .header("sec-fetch-site", "same-origin")
                .header("content-type", "application/x-www-form-urlencoded");
            let answer = console.send(request, body.to_owned()).await;
            assert!(
                !answer.status.is_server_error(),
                "{path} {:.40}: {} {}",
                body,
                answer.status,
                answer.body
            );
        }
    }
    assert!(
        console
            .open("/console/service-providers")
            .await
            .page_with(200)
            .text
            .contains("No service providers yet")
    );
}

on_both_stores!(
    the_second_to_save_is_told,
    the_password_is_asked_again,
    a_draft_is_its_sessions,
    malformed_bodies,
);
