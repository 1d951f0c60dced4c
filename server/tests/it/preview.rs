//! *Preview assertion* through the router: who may see it, what it shows, and that its links lead somewhere.

use domain::Permission;
use entity::audit;
use identity::testing::ADMIN_PASSWORD;
use saml::keys::Certificate;
use scraper::Html;
use sea_orm::EntityTrait;

use crate::browser::Browser;
use crate::edge::user_with;
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::{MOBILE, TestApp};
use crate::page::{all, attribute};
use crate::stores::on_both_stores;

fn address(sp: &FakeSp, username: &str) -> String {
    format!("/console/service-providers/{}/preview?username={username}", sp.id)
}

/// The message as it would be sent, character by character.
async fn as_sent(browser: &Browser, sp: &FakeSp, username: &str) -> String {
    let html = browser.get(&address(sp, username)).await.body;
    let html = Html::parse_document(&html);
    let texts = all(html.root_element(), ".as-sent pre");
    texts.first().map_or_else(String::new, |pre| pre.text().collect())
}

/// A message without what differs in any two answers: IDs, digests, signatures, the key.
fn without_what_is_new(xml: &str) -> String {
    let mut kept = xml.to_owned();
    for (name, end) in [
        (" ID=\"", '"'),
        ("InResponseTo=\"", '"'),
        ("SessionIndex=\"", '"'),
        ("URI=\"", '"'),
        ("<ds:DigestValue>", '<'),
        ("<ds:SignatureValue>", '<'),
        ("<ds:X509Certificate>", '<'),
    ] {
        let mut parts = kept.split(name);
        let first = parts.next().unwrap_or_default().to_owned();
        kept = parts.fold(first, |kept, part| kept + name + &part[part.find(end).unwrap()..]);
    }
    kept
}

/// The same message as the real answer, but for the key and what is new in every answer.
async fn it_shows_what_the_application_gets(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    app.set_mobile("admin", MOBILE).await;
    let console = app.console().await;
    let previewed = as_sent(&console, &sp, "admin").await;
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &sp).await;
    let sent = PostPage::read(&app.password(&browser, &page, "admin", ADMIN_PASSWORD).await);
    sp.accept(&sent, &request).unwrap();
    assert_eq!(without_what_is_new(&previewed), without_what_is_new(&sent.xml()));
    // Its key is nobody's.
    let (_, certificate) = previewed.split_once("<ds:X509Certificate>").unwrap();
    let certificate = Certificate::parse(certificate.split_once('<').unwrap().0).unwrap();
    assert_eq!(certificate.subject, "CN=PREVIEW");
    assert!(!sp.idp.certificates.contains(&certificate));
    // It is no sign-in.
    assert_eq!(app.outcomes().await.len(), 1);
}

async fn both_permissions_are_needed(app: &TestApp) {
    let sp = app.two_steps().await;
    let others: Vec<_> = Permission::ALL
        .into_iter()
        .filter(|one| !one.as_str().starts_with("users.") && !one.as_str().starts_with("service_providers."))
        .collect();
    for (name, more, status) in [
        ("neither", &[][..], 403),
        ("sps", &[Permission::ViewServiceProviders], 403),
        ("people", &[Permission::ViewUsers], 403),
        ("both", &[Permission::ViewServiceProviders, Permission::ViewUsers], 200),
    ] {
        user_with(app, name, &[&others, more].concat()).await;
        let browser = app.console_as(name, "another long password").await;
        let answer = browser.get(&address(&sp, "admin")).await;
        let page = answer.page_with(status);
        let seen = answer.body.contains("AuthnContextClassRef");
        assert_eq!(seen, status == 200, "{name}");
        assert!(!answer.body.contains(&MOBILE[1..]), "{name} may not see numbers");
        if status == 403 {
            assert_eq!(page.heading, "Not allowed", "{name}");
        } else {
            assert!(page.text.contains("Numbers are masked"), "{}", page.text);
        }
        // The link is offered to whoever may follow it.
        let own = browser.get(&format!("/console/service-providers/{}", sp.id)).await;
        let offered = own.page().links.iter().any(|(text, _)| text == "Preview assertion");
        assert_eq!(offered, status == 200, "{name}");
    }
    let rows = audit::Entity::find().all(&app.services.db).await.unwrap();
    let looked: Vec<_> = rows
        .into_iter()
        .filter(|row| row.action == "preview_assertion")
        .map(|row| (row.actor, row.target, row.detail))
        .collect();
    let expected = ("both".to_owned(), "Travelocity".to_owned(), "admin".to_owned());
    assert_eq!(looked, [expected]);
}

/// From the application's page to a person, by what a browser without scripts can do.
async fn somebody_is_found_by_the_beginning_of_their_name(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    app.add_user("jane", "another long password").await;
    app.add_user("janet", "another long password").await;
    let console = app.console().await;
    let own = console
        .get(&format!("/console/service-providers/{}", sp.id))
        .await
        .page();
    let page = console.get(own.link("Preview assertion")).await.page_with(200);
    assert_eq!(page.heading, "Preview assertion");
    let (action, mut pairs) = page.form("Preview").set("Username", "jan").press("Preview");
    pairs.retain(|(name, _)| name == "username");
    assert_eq!(pairs, [("username".to_owned(), "jan".to_owned())]);
    let page = console.get(&format!("{action}?username=jan")).await.page_with(200);
    assert_eq!(page.links.iter().filter(|(text, _)| text.starts_with("jan")).count(), 2);
    let found = console.get(page.link("janet")).await.page_with(200);
    assert!(
        found.text.contains("would be sent") && found.text.contains("janet"),
        "{}",
        found.text
    );
    let nobody = console.get(&format!("{action}?username=%3Cscript%3E")).await;
    assert!(nobody.page_with(200).text.contains("\u{201c}<script>\u{201d}"));
    assert_eq!(console.get("/console/service-providers/999/preview").await.status, 404);
}

/// Every setting that is named is where its link leads.
async fn its_links_lead_to_the_settings(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| {
            saml.enable_response_signing = false.into();
            saml.include_attributes_always = false.into();
            saml.idp_entity_id_alias = "urn:us".into();
            saml.enable_audience_restriction = true.into();
            saml.audiences = vec!["urn:more".into()];
            saml.enable_recipient_validation = true.into();
            saml.recipients = vec!["https://wiki.example/more".into()];
        })
        .await;
    app.set_mobile("admin", MOBILE).await;
    let console = app.console().await;
    let mut checked = std::collections::BTreeSet::new();
    for always in [false, true] {
        app.change_saml(&sp, |saml| saml.include_attributes_always = always.into())
            .await;
        let page = console.get(&address(&sp, "admin")).await.page_with(200);
        for (text, href) in page.links {
            let Some((path, fragment)) = href.split_once('#').filter(|(path, _)| path.starts_with("/console/")) else {
                continue;
            };
            let target = console.get(path).await;
            assert_eq!(target.status, 200, "{text} {href}");
            let html = Html::parse_document(&target.body);
            let there = all(html.root_element(), "[id]")
                .iter()
                .any(|one| attribute(*one, "id") == fragment);
            assert!(there, "{text} {href}");
            checked.insert(href);
        }
    }
    assert_eq!(checked.len(), 11, "{checked:?}");
}

on_both_stores!(
    it_shows_what_the_application_gets,
    both_permissions_are_needed,
    somebody_is_found_by_the_beginning_of_their_name,
    its_links_lead_to_the_settings,
);
