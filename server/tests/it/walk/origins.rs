//! What is sent from another site is refused everywhere but where service providers send people; and to open an address
//! changes nothing.

use axum::http::{Method, header};
use entity::audit;
use sea_orm::{EntityTrait, PaginatorTrait};

use super::addresses::{Kind, all, set_up};
use crate::browser::ORIGIN;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// Service providers post here from their own sites (SAML Bindings, section 3.5).
const FROM_ELSEWHERE: &str = "/samlsso";

async fn no_write_from_another_site(app: &TestApp) {
    set_up(app).await;
    let console = app.console().await;
    let sources: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site"), ("origin", ORIGIN)],
        &[("sec-fetch-site", "same-site"), ("origin", "http://localhost:8080")],
        &[("origin", "https://evil.example")],
        &[],
    ];
    for address in all() {
        if address.path == FROM_ELSEWHERE {
            continue;
        }
        let path = address.filled();
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            for from in sources {
                let request = console
                    .request(method.clone(), &path)
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                let request = from
                    .iter()
                    .fold(request, |request, (name, value)| request.header(*name, *value));
                let answer = console.send(request, "").await;
                assert_eq!(answer.status, 403, "{method} {path} {from:?}");
                assert!(answer.headers.get(header::SET_COOKIE).is_none(), "{path}");
            }
        }
    }
}

async fn to_open_changes_nothing(app: &TestApp) {
    set_up(app).await;
    let console = app.console().await;
    let rows = async || audit::Entity::find().count(&app.services.db).await.unwrap();
    let mut before = rows().await;
    for address in all() {
        let path = address.filled();
        let answer = console.get(&path).await;
        let status = answer.status.as_u16();
        match address.kind {
            Kind::Function => assert!(matches!(status, 404 | 405), "{path}: {status}"),
            Kind::Page | Kind::Route => assert!(status < 500, "{path}: {status} {}", answer.body),
        }
        if path.ends_with(".csv") && status == 200 {
            // That a list was taken along is noted, and nothing else is.
            before += 1;
        }
        assert_eq!(rows().await, before, "{path} has changed something");
    }
}

on_both_stores!(no_write_from_another_site, to_open_changes_nothing);
