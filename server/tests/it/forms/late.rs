//! The session ends while a form is open: what was typed waits for the same person, and for nobody else.

use axum::http::{Method, header};
use identity::testing::ADMIN_PASSWORD;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::browser::{Answer, Browser, ORIGIN};
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

const NEW: &str = "/console/service-providers/new";

async fn sign_in(browser: &Browser, page: &Answer, username: &str, password: &str) -> Answer {
    let form = page.page_with(200).form("Sign In");
    let form = form.set("Username", username).set("Password", password);
    browser.press(&form, "Sign In").await
}

async fn drafts(app: &TestApp) -> u64 {
    entity::draft::Entity::find().count(&app.services.db).await.unwrap()
}

async fn names(app: &TestApp) -> String {
    let list = app.console().await.open("/console/service-providers").await;
    list.page_with(200).text
}

async fn nothing_is_lost(app: &TestApp) {
    let console = app.console().await;
    let form = console.open(NEW).await.page_with(200).form("Register");
    app.seconds(16 * 60);
    let typed = form
        .set("Service Provider Name", "Wiki <1>")
        .set("Description", "a\r\nb & c");
    let led = console.press(&typed, "Register").await;
    assert!(led.path.starts_with("/console/login?next="), "{}", led.path);
    let page = led.page_with(200);
    assert!(
        page.status.contains("Nothing is lost: sign in as admin"),
        "{}",
        page.text
    );
    assert!(!led.body.contains("Wiki"), "nothing of it is seen before: {}", led.body);
    assert!(page.scripts == 0 && led.headers.get(header::SET_COOKIE).is_none());
    // A wrong password does not lose it either.
    let again = sign_in(&console, &led, "admin", "not this one").await;
    let page = again.page_with(200);
    assert!(
        page.alert.contains("The user name or the password is wrong"),
        "{}",
        page.alert
    );
    assert!(page.text.contains("Nothing is lost"), "{}", page.text);
    let back = sign_in(&console, &again, "admin", ADMIN_PASSWORD).await;
    assert!(back.path.starts_with(NEW), "{}", back.path);
    let page = back.page_with(200);
    assert!(
        page.alert.contains("Your session had ended before this was saved."),
        "{}",
        page.alert
    );
    let form = page.form("Register");
    assert_eq!(form.field("Service Provider Name").value, "Wiki <1>");
    assert_eq!(form.field("Description").value, "a\r\nb & c");
    assert!(!names(app).await.contains("Wiki"), "it is not sent by itself");
    let done = console.press(&form, "Register").await.page_with(200);
    assert_eq!(done.status, "Registered.");
    assert!(names(app).await.contains("Wiki <1>"));
}

/// Rows, nested pages, a user's own page: each form is read as its page keeps it.
async fn every_kind_of_form_comes_back(app: &TestApp) {
    let provider = app.provider(|_| ()).await;
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    app.add_user("jane", "another long password").await;
    let of_sp = format!("/console/service-providers/{}", sp.id);
    for (path, button, field, value) in [
        (
            format!("/console/identity-providers/{provider}"),
            "Update",
            "SMS URL",
            "https://sms.example/?a=1&b=2",
        ),
        (of_sp.clone(), "Update", "Description", "typed"),
        (
            format!("{of_sp}/saml"),
            "Update",
            "Assertion Consumer URLs",
            "https://wiki.example/acs",
        ),
        (
            format!("{of_sp}/authentication-steps"),
            "Update",
            "input[steps][0][authenticators][0]",
            "basic",
        ),
        ("/console/users/jane/profile".to_owned(), "Update", "Mobile", MOBILE),
        ("/console/roles/new".to_owned(), "Register", "Role Name", "Editors"),
        (
            "/console/claims/edit?uri=http%3A%2F%2Fwso2.org%2Fclaims%2Fmobile".to_owned(),
            "Update",
            "Display Name",
            "Phone",
        ),
        ("/console/users/new".to_owned(), "Register", "Username", "john"),
    ] {
        let console = app.console().await;
        let form = console.open(&path).await.page_with(200).form(button).set(field, value);
        app.seconds(16 * 60);
        let led = console.press(&form, button).await;
        let back = sign_in(&console, &led, "admin", ADMIN_PASSWORD).await;
        let page = back.page_with(200);
        assert!(
            page.alert.contains("Your session had ended"),
            "{path}: {} {}",
            back.path,
            page.alert
        );
        assert_eq!(page.form(button).field(field).value, value, "{path}");
    }
}

async fn passwords_and_keys_are_not_kept(app: &TestApp) {
    let console = app.console().await;
    for (path, button, field) in [
        ("/console/users/new", "Register", "Password"),
        ("/console/users/admin/password", "Change", "New Password"),
        (
            "/console/identity-providers/resident/keys/import",
            "Import",
            "Private Key",
        ),
    ] {
        let console = app.console().await;
        let form = console
            .open(path)
            .await
            .page_with(200)
            .form(button)
            .set(field, "k7654321 long");
        app.seconds(16 * 60);
        let led = console.press(&form, button).await;
        let back = sign_in(&console, &led, "admin", ADMIN_PASSWORD).await;
        let page = back.page_with(200);
        assert!(
            page.alert.contains("type or choose those again"),
            "{path}: {}",
            page.alert
        );
        assert!(!back.body.contains("k7654321"), "{path}");
    }
    drop(console);
    for row in entity::draft::Entity::find().all(&app.services.db).await.unwrap() {
        let place = identity::vault::Place {
            table: "draft",
            column: "content_sealed",
            row: &row.id,
        };
        let kept = app.services.vault.open(place, &row.content_sealed).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("k7654321"), "{}", row.form);
    }
}

/// Somebody else signs in on the same computer, or opens the address elsewhere.
async fn nobody_else_sees_it(app: &TestApp) {
    app.add_user("jane", "another long password").await;
    crate::edge::user_with(app, "john", &domain::Permission::ALL).await;
    let console = app.console().await;
    let form = console.open(NEW).await.page_with(200).form("Register");
    app.seconds(16 * 60);
    let led = console
        .press(&form.set("Service Provider Name", "Wiki"), "Register")
        .await;
    let other = app.console().await;
    let next = url::form_urlencoded::parse(led.path.split_once('?').unwrap().1.as_bytes())
        .next()
        .unwrap()
        .1
        .into_owned();
    assert!(
        !other.open(&next).await.body.contains("Wiki"),
        "another browser of the same user"
    );
    let seen = app.browser().open(&led.path).await;
    assert!(!seen.body.contains("Nothing is lost"), "another browser, signed out");
    let back = sign_in(&console, &led, "john", "another long password").await;
    assert!(back.path.starts_with(NEW), "{}", back.path);
    assert!(!back.body.contains("Wiki"), "{}", back.body);
    assert_eq!(drafts(app).await, 0, "it is gone");
}

/// What a cookie of nobody, another site, a locked user or a program sends is not kept.
async fn nothing_is_kept_for_others(app: &TestApp) {
    crate::edge::user_with(app, "john", &domain::Permission::ALL).await;
    let body = "input%5Bname%5D=Wiki";
    let send = async |browser: &Browser, site: &str, accept: &str, referrer: &str| {
        let request = browser
            .request(Method::POST, "/api/console/service-providers/create")
            .header("sec-fetch-site", site)
            .header(header::REFERER, referrer)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let mut request = request;
        if let Some(headers) = request.headers_mut() {
            headers.insert(header::ACCEPT, accept.parse().unwrap());
        }
        browser.send(request, body).await.status.as_u16()
    };
    let here = format!("{ORIGIN}{NEW}");
    let html = "text/html";
    let made_up = app.browser();
    made_up
        .cookies
        .lock()
        .unwrap()
        .insert("gatehouse_console".into(), "made-up".into());
    assert_eq!(send(&made_up, "same-origin", html, &here).await, 401);
    let john = app.console_as("john", "another long password").await;
    app.seconds(16 * 60);
    for (site, accept, referrer, status) in [
        ("cross-site", html, here.as_str(), 403),
        ("same-site", html, here.as_str(), 403),
        ("same-origin", "application/json", here.as_str(), 401),
        (
            "same-origin",
            html,
            "https://evil.example/console/service-providers/new",
            401,
        ),
        ("same-origin", html, ORIGIN, 401),
        ("same-origin", html, "nonsense", 401),
    ] {
        assert_eq!(
            send(&john, site, accept, referrer).await,
            status,
            "{site} {accept} {referrer}"
        );
    }
    assert_eq!(drafts(app).await, 0);
    identity::users::lock(&app.services, &app.actor(), "john")
        .await
        .unwrap();
    assert_eq!(send(&john, "same-origin", html, &here).await, 401, "locked");
    let out = app.console().await;
    let cookies = out.cookies.lock().unwrap().clone();
    out.press(
        &out.open("/console/roles").await.page_with(200).form("Sign out"),
        "Sign out",
    )
    .await;
    *out.cookies.lock().unwrap() = cookies;
    assert_eq!(send(&out, "same-origin", html, &here).await, 401, "signed out by hand");
    assert_eq!(drafts(app).await, 0);
}

/// Where no page is known there is nothing to come back to: that is said, and the form is not half done.
async fn without_a_page_it_is_refused(app: &TestApp) {
    let console = app.console().await;
    let form = console.open(NEW).await.page_with(200).form("Register");
    app.seconds(16 * 60);
    let (action, pairs) = form.set("Service Provider Name", "Wiki").press("Register");
    let elsewhere = app.browser();
    *elsewhere.cookies.lock().unwrap() = console.cookies.lock().unwrap().clone();
    let answer = elsewhere.post(&action, &pairs).await;
    assert_eq!(answer.page_with(401).heading, "Sign in first");
    assert!(!names(app).await.contains("Wiki"));
}

on_both_stores!(
    nothing_is_lost,
    every_kind_of_form_comes_back,
    passwords_and_keys_are_not_kept,
    nobody_else_sees_it,
    nothing_is_kept_for_others,
    without_a_page_it_is_refused,
);
