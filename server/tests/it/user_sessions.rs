//! A user's sessions: seen and ended by an administrator, at once and everywhere.

use domain::Permission;
use domain::input::session::TimeOutsInput;
use entity::{audit, session};
use identity::testing::ADMIN_PASSWORD;
use identity::time_outs;
use identity::users::find_by_username;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::browser::Browser;
use crate::edge::user_with;
use crate::fake_sp::FakeSp;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

const PAGE: &str = "/console/users/nora/sessions";
const PASSWORD: &str = "another long password";

async fn ended_by_hand(app: &TestApp) -> Vec<String> {
    let rows = audit::Entity::find().filter(audit::Column::Action.starts_with("end_session"));
    let rows = rows.all(&app.services.db).await.unwrap();
    rows.into_iter().map(|row| row.detail).collect()
}

/// The id of the only session of this kind that one of our browsers has in the user's name.
async fn session_of(app: &TestApp, username: &str, kind: &str) -> String {
    let user = find_by_username(&app.services.db, username).await.unwrap().unwrap();
    let of_user = session::Entity::find()
        .filter(session::Column::UserId.eq(user.id))
        .filter(session::Column::Kind.eq(kind))
        .filter(session::Column::UserAgent.eq("Test browser"));
    let rows = of_user.all(&app.services.db).await.unwrap();
    assert_eq!(rows.len(), 1);
    rows[0].id.clone()
}

/// Presses the button of one session on the page.
async fn press_for(admin: &Browser, page: &str, session: &str, button: &str) -> crate::page::Page {
    let shown = admin.open(page).await.page_with(200);
    let has =
        |form: &&crate::form::Form| form.has_button(button) && form.fields.iter().any(|field| field.value == session);
    let form = shown.forms.iter().find(has).expect("a button for the session");
    admin.press(form, button).await.page_with(200)
}

/// Whether the application is answered without a question.
async fn is_signed_in(browser: &Browser, sp: &FakeSp) -> bool {
    let page = browser.open(&sp.redirect(&sp.request(), None)).await;
    page.body.contains("SAMLResponse")
}

async fn each_session_says_where_it_is_and_ends_at_once(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    user_with(app, "nora", &[Permission::ViewUsers]).await;
    let phone = app.browser();
    let (_, page) = app.begin(&phone, &sp).await;
    app.password(&phone, &page, "nora", PASSWORD).await;
    let nora = app.console_as("nora", PASSWORD).await;

    let admin = app.console().await;
    let profile = admin.open("/console/users/nora/profile").await.page_with(200);
    assert_eq!(profile.link("Sessions"), PAGE);
    let shown = admin.open(PAGE).await.page_with(200);
    for words in ["Console", "Sign-in", "By password", "Wiki", "192.0.2.1", "Test browser"] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }

    // The console's alone: what applications share goes on.
    let console = session_of(app, "nora", "console").await;
    let shown = press_for(&admin, PAGE, &console, "End").await;
    assert_eq!(shown.status, "The session has ended.");
    assert!(
        nora.get("/console/users")
            .await
            .location()
            .starts_with("/console/login")
    );
    assert!(is_signed_in(&phone, &sp).await);
    let sign_in = session_of(app, "nora", "sign_in").await;
    let shown = press_for(&admin, PAGE, &sign_in, "End").await;
    assert!(shown.text.contains("No sessions"), "{}", shown.text);
    assert!(!is_signed_in(&phone, &sp).await);
    assert_eq!(ended_by_hand(app).await, ["console session", "sign-in session"]);
}

async fn all_at_once_with_sign_ins_under_way(app: &TestApp) {
    let provider = app.provider(|_| ()).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    user_with(app, "nora", &[Permission::ViewUsers]).await;
    app.set_mobile("nora", "+94777654321").await;
    let phone = app.browser();
    let (_, page) = app.begin(&phone, &sp).await;
    let code_page = app.password(&phone, &page, "nora", PASSWORD).await;
    assert_eq!(code_page.page_with(200).heading, "Check your phone");
    let nora = app.console_as("nora", PASSWORD).await;
    let admin = app.console().await;
    let form = admin.open(PAGE).await.page_with(200).form("End all sessions");
    let page = admin.press(&form, "End all sessions").await.page_with(200);
    assert_eq!(page.status, "The sessions have ended.");
    assert!(
        nora.get("/console/users")
            .await
            .location()
            .starts_with("/console/login")
    );
    let code = crate::fake_provider::last_code(&app.sms);
    let ended = app.code(&phone, &code_page, &code).await.page_with(200);
    assert_eq!(ended.alert, domain::flow::Reason::AccountChanged.words());
    assert_eq!(ended_by_hand(app).await, ["1 session"]);
}

async fn ones_own_is_marked_and_ending_it_signs_out(app: &TestApp) {
    let (here, there) = (app.console().await, app.console().await);
    let page = "/console/users/admin/sessions";
    let shown = here.open(page).await.page_with(200);
    assert_eq!(shown.text.matches("this one").count(), 1, "{}", shown.text);
    let form = shown.form("End all sessions");
    here.press(&form, "End all sessions").await.page_with(200);
    assert!(
        there.get("/console/users").await.status.is_redirection(),
        "another of one's own ends"
    );
    let shown = here.open(page).await.page_with(200);
    assert_eq!(shown.text.matches("this one").count(), 1, "this one stays");
    assert!(shown.forms.iter().all(|form| !form.has_button("End all sessions")));
    let signed_out = here.press(&shown.form("Sign out here"), "Sign out here").await;
    assert_eq!(signed_out.path, "/console/login");
    assert!(here.cookie("gatehouse_console").is_none());
    app.console_as("admin", ADMIN_PASSWORD).await;
}

async fn nobody_ends_what_they_may_not_touch(app: &TestApp) {
    user_with(app, "viewer", &[Permission::ViewUsers]).await;
    user_with(app, "helper", &[Permission::ManageUsers]).await;
    let admin = app.console().await;
    let session = session_of(app, "admin", "console").await;
    for (name, status) in [("viewer", 403), ("helper", 403)] {
        let browser = app.console_as(name, PASSWORD).await;
        let shown = browser.open("/console/users/admin/sessions").await.page_with(200);
        assert!(
            shown
                .forms
                .iter()
                .all(|form| !form.has_button("End") && !form.has_button("End all sessions"))
        );
        let fields = [("username", "admin"), ("session", &session)].map(|(name, value)| (name.into(), value.into()));
        for path in ["/api/console/users/end-session", "/api/console/users/end-sessions"] {
            assert_eq!(browser.post(path, &fields).await.status, status, "{name} {path}");
        }
    }
    assert_eq!(admin.get("/console/users").await.status, 200);
    // A session of somebody else's under one's own name is not found, and does not end.
    let helper = app.console_as("helper", PASSWORD).await;
    let fields = [("username", "helper"), ("session", &session)].map(|(name, value)| (name.into(), value.into()));
    helper.post("/api/console/users/end-session", &fields).await;
    assert_eq!(admin.get("/console/users").await.status, 200);
    assert!(ended_by_hand(app).await.is_empty());
}

/// What is listed, and counted, goes by the time-outs that an administrator has set, as the sessions themselves do.
async fn those_are_listed_that_are_live(app: &TestApp) {
    user_with(app, "nora", &[Permission::ViewUsers]).await;
    let set = async |seen: &str, idle: &str| {
        let input = TimeOutsInput {
            seen: seen.into(),
            idle_minutes: idle.into(),
            hours: "24".into(),
        };
        time_outs::update(&app.services, &app.actor(), &input).await.unwrap();
    };
    set("/", "480").await;
    let nora = app.console_as("nora", PASSWORD).await;
    app.clock.advance(chrono::Duration::minutes(20));
    let admin = app.console().await;
    let shown = admin.open(PAGE).await.page_with(200);
    assert!(shown.forms.iter().any(|form| form.has_button("End")), "{}", shown.text);
    assert_eq!(nora.get("/console/users").await.status, 200, "it opens the console");
    set("480/24", "5").await;
    app.clock.advance(chrono::Duration::minutes(6));
    let admin = app.console().await;
    let shown = admin.open(PAGE).await.page_with(200);
    assert!(!shown.forms.iter().any(|form| form.has_button("End")), "{}", shown.text);
}

on_both_stores!(
    those_are_listed_that_are_live,
    each_session_says_where_it_is_and_ends_at_once,
    all_at_once_with_sign_ins_under_way,
    ones_own_is_marked_and_ending_it_signs_out,
    nobody_ends_what_they_may_not_touch,
);
