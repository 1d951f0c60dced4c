//! Each server function is a public endpoint: all there are are tried by nobody, and by somebody who may only look.

use axum::http::{Request, header};
use domain::Permission;
use domain::input::role::RoleInput;
use domain::input::user::UserRolesInput;
use entity::audit;
use identity::{roles, users};
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::generate_route_list;
use sea_orm::{EntityTrait, PaginatorTrait};

use server::http::body::UPLOADS;

use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// Fields that every server function understands, so that none stops at what is missing.
pub const FIELDS: &str = "id=1&input[version]=1&input[name]=x&username=admin&back=&flow=x&return_draft=&option=0\
    &case_number=x&uri=x&direction=up&input[new_password]=xxxxxxxxxxxx&input[confirm_password]=xxxxxxxxxxxx&next=";

/// The fields as the address takes them: those that take a file want another kind of form.
pub fn as_taken(path: &str, body: &str) -> (&'static str, String) {
    if !UPLOADS.contains(&path) {
        return ("application/x-www-form-urlencoded", body.to_owned());
    }
    let parts = url::form_urlencoded::parse(body.as_bytes())
        .map(|(name, value)| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    (
        "multipart/form-data; boundary=x",
        format!("{}--x--\r\n", parts.collect::<String>()),
    )
}

/// What anybody may call: these begin or go through a sign-in or a logout.
fn is_public(path: &str) -> bool {
    path == "/api/console/sign-in" || path.starts_with("/api/login/") || path.starts_with("/api/logout")
}

async fn audit_rows(app: &TestApp) -> u64 {
    audit::Entity::find().count(&app.services.db).await.unwrap()
}

async fn nobody_gets_401(app: &TestApp) {
    let browser = app.browser();
    let before = audit_rows(app).await;
    let paths: Vec<_> = server_fn_paths()
        .map(|(path, _)| path)
        .filter(|path| !is_public(path))
        .collect();
    assert!(paths.len() > 20, "{paths:?}");
    for path in paths {
        for accept in ["text/html", "application/json"] {
            for body in [FIELDS, ""] {
                let (kind, sent) = as_taken(path, body);
                let request = Request::post(path)
                    .header(header::HOST, "localhost:9763")
                    .header(header::ACCEPT, accept)
                    .header("sec-fetch-site", "same-origin")
                    .header(header::CONTENT_TYPE, kind);
                let answer = browser.send(request, sent).await;
                let status = answer.status.as_u16();
                if body == FIELDS {
                    assert_eq!(status, 401, "{path} {accept}: {}", answer.body);
                } else {
                    // Without its fields it may stop before it asks who is there, yet it says no more than that.
                    let told = status >= 400 || !answer.location().contains("notice=");
                    assert!(told, "{path} {accept}: {status} {}", answer.header(header::LOCATION));
                }
                assert!(answer.headers.get(header::SET_COOKIE).is_none(), "{path}");
            }
        }
    }
    assert_eq!(audit_rows(app).await, before);
}

/// A sign-in's functions do nothing for whoever has no sign-in.
async fn a_made_up_flow_is_not_found(app: &TestApp) {
    let browser = app.browser();
    for (path, _) in server_fn_paths().filter(|(path, _)| path.starts_with("/api/login/")) {
        let form: Vec<_> = url::form_urlencoded::parse(FIELDS.as_bytes()).into_owned().collect();
        let answer = browser.post(path, &form).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
    }
}

/// A user who may do exactly this.
pub async fn user_with(app: &TestApp, name: &str, permissions: &[Permission]) {
    app.add_user(name, "another long password").await;
    let role = RoleInput {
        name: name.to_owned(),
        permissions: permissions.iter().map(|one| one.as_str().to_owned()).collect(),
        ..Default::default()
    };
    let role = roles::create(&app.services, &app.actor(), &role).await.unwrap();
    let input = UserRolesInput {
        version: "1".into(),
        roles: vec![role.to_string()],
    };
    users::assign_roles(&app.services, &app.actor(), name, &input)
        .await
        .unwrap();
}

async fn whoever_may_only_look_gets_403(app: &TestApp) {
    app.two_steps().await;
    let views = Permission::ALL
        .into_iter()
        .filter(|one| !one.as_str().ends_with(".manage"));
    user_with(app, "viewer", &views.collect::<Vec<_>>()).await;
    let browser = app.console_as("viewer", "another long password").await;
    let before = audit_rows(app).await;
    let own = ["/api/console/sign-out", "/api/console/confirm-password"];
    for (path, _) in server_fn_paths().filter(|(path, _)| !is_public(path) && !own.contains(path)) {
        let (kind, body) = as_taken(path, FIELDS);
        let answer = browser.post_as(path, kind, body.into_bytes()).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
    }
    assert_eq!(audit_rows(app).await, before, "nothing has happened");
}

/// The addresses of all pages, with something in the place of each parameter.
fn pages() -> Vec<String> {
    let routes = generate_route_list(app::routes::App);
    let filled = routes.iter().map(|route| {
        let parts = route.path().split('/').map(|part| match part {
            "{id}" | ":id" => "1",
            "{username}" | ":username" => "admin",
            other => other,
        });
        parts.collect::<Vec<_>>().join("/")
    });
    filled
        .filter(|path| path.starts_with("/console") && path != "/console/login")
        .collect()
}

async fn signed_out_every_page_leads_to_the_sign_in(app: &TestApp) {
    let browser = app.browser();
    assert!(pages().len() > 20, "{:?}", pages());
    for path in pages() {
        let answer = browser.get(&path).await;
        assert!(
            answer.location().starts_with("/console/login?next="),
            "{path}: {}",
            answer.location()
        );
        assert!(
            answer.body.is_empty() || !answer.body.contains("admin"),
            "{path}: {}",
            answer.body
        );
    }
}

/// Somebody with one permission sees what it opens, and a 403 page elsewhere: with the navigation of their own pages.
async fn one_permission_opens_its_pages_only(app: &TestApp) {
    app.two_steps().await;
    for (name, permission, opens) in [
        ("idps", Permission::ViewIdentityProviders, "/console/identity-providers"),
        ("sps", Permission::ViewServiceProviders, "/console/service-providers"),
        ("roles", Permission::ViewRoles, "/console/roles"),
    ] {
        user_with(app, name, &[permission]).await;
        let browser = app.console_as(name, "another long password").await;
        let home = browser.open("/console").await.page_with(200);
        assert!(
            home.links.iter().any(|(_, href)| href == opens),
            "{name}: {:?}",
            home.links
        );
        for path in [
            "/console/identity-providers",
            "/console/service-providers",
            "/console/users",
            "/console/roles",
        ] {
            let answer = browser.get(path).await;
            let (status, heading) = (answer.status.as_u16(), answer.page().heading);
            if path == opens {
                assert_eq!(status, 200, "{path}");
            } else {
                assert_eq!((status, heading.as_str()), (403, "Not allowed"), "{path} as {name}");
                assert!(
                    !answer.page().links.iter().any(|(_, href)| href == path),
                    "{path} is not offered to {name}"
                );
            }
        }
        for path in pages()
            .iter()
            .filter(|path| ["/new", "/delete", "/preview"].iter().any(|end| path.ends_with(end)))
        {
            assert_eq!(browser.get(path).await.status, 403, "{path} as {name}");
        }
    }
}

/// Without any role there is no way in at all.
async fn no_role_opens_no_console(app: &TestApp) {
    app.add_user("jane", "another long password").await;
    let browser = app.browser();
    let form = browser.open("/console/login").await.page().form("Sign In");
    let form = form.set("Username", "jane").set("Password", "another long password");
    let page = browser.press(&form, "Sign In").await.page_with(403);
    assert!(page.alert.contains("no role that opens the console"), "{}", page.alert);
    assert!(browser.cookie("gatehouse_console").is_none());
}

on_both_stores!(
    nobody_gets_401,
    a_made_up_flow_is_not_found,
    whoever_may_only_look_gets_403,
    signed_out_every_page_leads_to_the_sign_in,
    one_permission_opens_its_pages_only,
    no_role_opens_no_console,
);
