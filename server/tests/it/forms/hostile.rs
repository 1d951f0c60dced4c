//! Names that try to be something else stay names, wherever they are shown.

use domain::input::user::ProfileInput;
use identity::testing::ADMIN_PASSWORD;
use identity::users;

use crate::browser::Answer;
use crate::fake_sp::PostPage;
use crate::harness::TestApp;
use crate::page::all;
use crate::stores::on_both_stores;

/// At most 100 characters each, so that every field takes them.
const NAMES: [&str; 8] = [
    "</textarea><script>alert(1)</script>",
    "\"><b onmouseover=alert(1)>x</b>",
    "'-alert(1)-'",
    "</title></h1><img src=x onerror=alert(1)>",
    "<!--",
    "&lt;b&gt; &amp;quot; &#39;",
    "{{constructor}} ${7*7} %s \\u003cscript\\u003e",
    "\u{202e}evil \u{2066}漢字 😀 e\u{301}",
];

/// No element and no attribute came out of a name.
#[track_caller]
fn unharmed(answer: &Answer, name: &str) {
    let html = scraper::Html::parse_document(&answer.body);
    let root = html.root_element();
    for script in all(root, "script") {
        let words: String = script.text().collect();
        assert!(
            script.attr("nonce").is_some() && !words.contains("alert(1)"),
            "{name} on {}: {words}",
            answer.path
        );
    }
    for element in all(root, "*") {
        let handler = element
            .value()
            .attrs()
            .find(|(attribute, _)| attribute.starts_with("on"));
        assert!(handler.is_none(), "{name} on {}: {handler:?}", answer.path);
    }
    assert!(all(root, "img, b").is_empty(), "{name} on {}", answer.path);
}

/// The same characters, spaces aside, as a person reads them.
#[track_caller]
fn reads(text: &str, name: &str, place: &str) {
    let collapse = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        collapse(text).contains(&collapse(name)),
        "{place}: {text:?} does not hold {name:?}"
    );
}

async fn in_the_console(app: &TestApp) {
    let console = app.console().await;
    for name in NAMES {
        for (path, label, list) in [
            (
                "/console/identity-providers/new",
                "Identity Provider Name",
                "/console/identity-providers",
            ),
            (
                "/console/service-providers/new",
                "Service Provider Name",
                "/console/service-providers",
            ),
            ("/console/roles/new", "Role Name", "/console/roles"),
        ] {
            let form = console
                .open(path)
                .await
                .page_with(200)
                .form("Register")
                .set(label, name);
            let description = form.fields.iter().any(|field| field.label == "Description");
            let form = if description {
                form.set("Description", name)
            } else {
                form
            };
            let answer = console.press(&form, "Register").await;
            unharmed(&answer, name);
            let page = answer.page_with(200);
            let field = page
                .forms
                .iter()
                .find(|form| form.fields.iter().any(|field| field.label == label));
            assert_eq!(field.unwrap().field(label).value, name, "{path}");
            if page.status == "Registered." {
                reads(&page.heading, name, "heading");
                reads(&page.title, name, "title");
                let listed = console.open(list).await;
                unharmed(&listed, name);
                reads(&listed.page().text, name, list);
            } else {
                assert!(page.alert.contains("problem"), "{path}: {}", page.alert);
            }
        }
    }
}

async fn in_a_profile(app: &TestApp) {
    let console = app.console().await;
    for name in NAMES {
        let path = "/console/users/admin/profile";
        let form = console.open(path).await.page_with(200).form("Update");
        let form = form.set("First Name", name).set("Address", name);
        let answer = console.press(&form, "Update").await;
        unharmed(&answer, name);
        let page = answer.page_with(200);
        assert_eq!(page.status, "Updated.");
        assert_eq!(page.form("Update").field("First Name").value, name);
        let list = console.open("/console/users").await;
        unharmed(&list, name);
        reads(&list.page().text, name, "the list of users");
        let query: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let search = console.open(&format!("/console/users?q={query}&after={query}")).await;
        assert_eq!(search.status, 200);
        unharmed(&search, name);
    }
}

/// The application's name stands on the sign-in pages and on the page that posts itself.
async fn on_the_way_to_an_application(app: &TestApp) {
    for (n, name) in NAMES.into_iter().enumerate() {
        let mut sp = app.sp(&format!("sp {n}"), &[None], |_| ()).await;
        let actor = app.actor();
        let mut input = identity::service_providers::get(&app.services, &actor, sp.id)
            .await
            .unwrap()
            .input;
        name.clone_into(&mut input.name);
        identity::service_providers::update(&app.services, &actor, sp.id, &input)
            .await
            .unwrap();
        name.clone_into(&mut sp.name);
        let browser = app.browser();
        let (request, page) = app.begin(&browser, &sp).await;
        unharmed(&page, name);
        reads(&page.page_with(200).text, name, "the sign-in page");
        let answer = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
        unharmed(&answer, name);
        reads(&answer.page().heading, name, "the page that posts itself");
        sp.accept(&PostPage::read(&answer), &request).unwrap();
        let asked = browser
            .open(&sp.logout_redirect(&other_session(&sp, &answer, &request), None))
            .await;
        unharmed(&asked, name);
        reads(&asked.page().text, name, "the question of the logout");
    }
}

/// A LogoutRequest that leads to the question.
fn other_session(sp: &crate::fake_sp::FakeSp, answer: &Answer, request: &str) -> saml::logout::LogoutRequestSpec {
    let accepted = sp.accept(&PostPage::read(answer), request).unwrap();
    let mut logout = sp.logout_request(&accepted);
    logout.session_indexes = vec!["another".into()];
    logout
}

/// Values reach the application as they are, escaped for XML and nothing else.
async fn in_an_assertion(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let actor = app.actor();
    let mut input = identity::service_providers::get(&app.services, &actor, sp.id)
        .await
        .unwrap()
        .input;
    input.claims[0].local = "http://wso2.org/claims/organization".into();
    identity::service_providers::update(&app.services, &actor, sp.id, &input)
        .await
        .unwrap();
    for name in NAMES {
        let profile = users::profile(&app.services, &actor, "admin").await.unwrap();
        let input = ProfileInput {
            version: profile.version.to_string(),
            claims: [("organization".to_owned(), name.to_owned())].into(),
        };
        users::update_profile(&app.services, &actor, "admin", &input)
            .await
            .unwrap();
        let browser = app.browser();
        let (request, page) = app.begin(&browser, &sp).await;
        let answer = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
        let accepted = sp.accept(&PostPage::read(&answer), &request).unwrap();
        assert_eq!(accepted.attributes[0].values, [name]);
    }
}

on_both_stores!(
    in_the_console,
    in_a_profile,
    on_the_way_to_an_application,
    in_an_assertion
);
