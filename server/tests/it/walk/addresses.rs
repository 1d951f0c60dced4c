//! All there is, as the router has it.

use axum::http::Method;
use domain::input::identity_provider::IdentityProviderInput;
use domain::input::role::RoleInput;
use domain::input::service_provider::ServiceProviderInput;
use identity::{identity_providers, roles, service_providers, users};
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::generate_route_list;

use super::access::{self, ADMINISTRATOR, PUBLIC};
use crate::edge::FIELDS;
use crate::harness::TestApp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Page,
    Function,
    /// Of the table in `server::routes`.
    Route,
}

/// The address of something, with `{id}` and the like in the place of parameters.
#[derive(Clone, Debug)]
pub struct Address {
    pub kind: Kind,
    pub path: String,
}

impl Address {
    /// With something that there is in the place of each parameter, as `set_up` makes it.
    pub fn filled(&self) -> String {
        let parts = self.path.split('/').map(|part| match part {
            "{id}" => ID,
            "{username}" => USER,
            part if part.starts_with('{') => "x",
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// The number of an identity provider, a service provider, a key and a role that are no built-in ones.
pub const ID: &str = "2";
/// Somebody without a role.
pub const USER: &str = "jane";

/// The fields of every server function, about those things.
pub fn fields() -> String {
    let about = [
        ("id=1&", format!("id={ID}&")),
        ("username=admin&", format!("username={USER}&")),
    ];
    about.iter().fold(FIELDS.to_owned(), |fields, (before, after)| {
        assert!(fields.contains(before), "{before}");
        fields.replacen(before, after, 1)
    })
}

/// Makes the things that addresses are filled with.
pub async fn set_up(app: &TestApp) {
    let (services, actor) = (&app.services, app.actor());
    user(app).await;
    for name in ["One", "Two"] {
        let provider = IdentityProviderInput {
            name: name.into(),
            ..IdentityProviderInput::default()
        };
        identity_providers::create(services, &actor, &provider).await.unwrap();
        let provider = ServiceProviderInput {
            name: name.into(),
            ..ServiceProviderInput::default()
        };
        service_providers::create(services, &actor, &provider).await.unwrap();
        let role = RoleInput {
            name: name.into(),
            ..RoleInput::default()
        };
        roles::create(services, &actor, &role).await.unwrap();
    }
}

/// Makes the user again, whom somebody was allowed to delete.
pub async fn user(app: &TestApp) {
    if users::find_by_username(&app.services.db, USER).await.unwrap().is_none() {
        app.add_user(USER, "another long password").await;
    }
}

/// Every address there is.
pub fn all() -> Vec<Address> {
    let pages = generate_route_list(app::routes::App).into_iter().map(|route| Address {
        kind: Kind::Page,
        path: in_braces(route.path()),
    });
    let functions = server_fn_paths().map(|(path, method)| {
        assert_eq!(method, Method::POST, "{path}");
        Address {
            kind: Kind::Function,
            path: path.to_owned(),
        }
    });
    let routes = server::routes::table().into_iter().map(|(path, _)| Address {
        kind: Kind::Route,
        path: path.to_owned(),
    });
    pages.chain(functions).chain(routes).collect()
}

/// Leptos writes a parameter as `:id`, axum as `{id}`.
fn in_braces(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn the_walk_leaves_nothing_out() {
    let all = all();
    for (kind, least) in [(Kind::Page, 40), (Kind::Function, 50), (Kind::Route, 10)] {
        let count = all.iter().filter(|address| address.kind == kind).count();
        assert!(count >= least, "{kind:?}: {count}");
    }
    let unknown: Vec<_> = all
        .iter()
        .filter_map(|address| access::of(&address.path).err())
        .collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    for (name, _) in PUBLIC.iter().chain(&ADMINISTRATOR) {
        let used = all.iter().any(|address| access::stands_for(name, &address.path));
        assert!(used, "{name} is exempt and not there any more");
    }
}

/// A route is made in the one table, or it would escape the walk. The metrics have a listener of their own, which no
/// browser reaches (`server::metrics`).
#[test]
fn no_route_is_made_elsewhere() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut left = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = left.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for make in [
                ".route(",
                ".nest(",
                "route_service(",
                "nest_service(",
                "fallback_service(",
            ] {
                let times = text.matches(make).count();
                found.extend(std::iter::repeat_n(
                    (path.strip_prefix(&root).unwrap().display().to_string(), make),
                    times,
                ));
            }
        }
    }
    found.sort();
    let expected = [
        // All routes, inside the layers that are around them.
        ("lib.rs".to_owned(), "fallback_service("),
        ("metrics.rs".to_owned(), ".route("),
        ("routes/mod.rs".to_owned(), ".route("),
    ];
    assert_eq!(found, expected);
}
