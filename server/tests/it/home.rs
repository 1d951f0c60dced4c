//! Home, as an administrator sees it.

use domain::Permission;
use identity::users;

use crate::edge::user_with;
use crate::harness::{MOBILE, TestApp};
use crate::page::Page;
use crate::stores::on_both_stores;

async fn home(app: &TestApp) -> Page {
    app.console().await.open("/console").await.page_with(200)
}

async fn the_guide_leads_through_a_new_installation(app: &TestApp) {
    let page = home(app).await;
    assert_eq!(page.heading, "Home");
    assert!(page.text.contains("First steps 0 of 5 done"), "{}", page.text);
    assert_eq!(page.link("To Add Identity Provider"), "/console/identity-providers/new");
    let sp = app.two_steps().await;
    let page = home(app).await;
    assert!(page.text.contains("First steps 4 of 5 done"), "{}", page.text);
    app.sign_in(&app.browser(), &sp).await;
    let page = home(app).await;
    assert!(page.text.contains("First steps All 5 are done"), "{}", page.text);
    let console = app.console().await;
    for (_, href) in page.links.iter().filter(|(_, href)| href.starts_with("/console")) {
        let answer = console.open(href).await;
        assert_eq!(answer.status, 200, "{href}");
    }
}

async fn a_figure_and_the_list_behind_it_agree(app: &TestApp) {
    let sp = app.two_steps().await;
    for name in ["anna", "bert", "carl"] {
        app.add_user(name, "another long password").await;
    }
    app.set_mobile("bert", "+94777654321").await;
    users::lock(&app.services, &app.actor(), "carl").await.unwrap();
    let page = home(app).await;
    let figures: Vec<_> = page
        .links
        .iter()
        .filter(|(_, href)| href.contains("/blocked-users?"))
        .collect();
    let counts: Vec<_> = figures.iter().map(|(text, _)| text.as_str()).collect();
    assert_eq!(counts, ["2", "1"], "anna and carl have no number, carl is locked");
    let console = app.console().await;
    for ((count, href), names) in figures.into_iter().zip([&["anna", "carl"][..], &["carl"]]) {
        let list = console.open(href).await.page_with(200);
        let users = list.links.iter().filter(|(_, href)| href.ends_with("/profile"));
        let users: Vec<_> = users.map(|(name, _)| name.as_str()).collect();
        assert_eq!((users.len().to_string(), users.as_slice()), (count.clone(), names));
    }
    let forged = format!("/console/service-providers/{}/blocked-users?reason=because", sp.id);
    assert_eq!(console.open(&forged).await.status, 404);
}

async fn charts_show_what_was(app: &TestApp) {
    let sp = app.two_steps().await;
    app.sign_in(&app.browser(), &sp).await;
    let page = app.console().await.open("/console").await;
    for part in [
        "Sign-ins by hour, most at",
        "1 signed in",
        "Messages by day, most at",
        "1 accepted",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
}

/// Each part only for whoever may view what it is about; to look at Home takes nothing.
async fn everybody_sees_their_own_home(app: &TestApp) {
    app.two_steps().await;
    app.set_mobile("admin", MOBILE).await;
    user_with(app, "viewer", &[Permission::ViewRoles]).await;
    let console = app.console_as("viewer", "another long password").await;
    let page = console.open("/console").await.page_with(200);
    assert!(page.text.contains("Nothing to show here"), "{}", page.text);
    for part in ["First steps", "Sign-ins", "cannot pass", "Needs somebody"] {
        assert!(!page.text.contains(part), "{part}: {}", page.text);
    }
}

on_both_stores!(
    the_guide_leads_through_a_new_installation,
    a_figure_and_the_list_behind_it_agree,
    charts_show_what_was,
    everybody_sees_their_own_home,
);
