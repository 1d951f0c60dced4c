//! Nobody is signed in: pages lead to the sign-in, everything else is refused, and nothing happens.

use axum::http::{Request, header};
use entity::audit;
use sea_orm::{EntityTrait, PaginatorTrait};

use super::access::{self, Access};
use super::addresses::{Kind, all, fields, set_up};
use crate::edge::as_taken;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn nobody_gets_anything(app: &TestApp) {
    set_up(app).await;
    let browser = app.browser();
    let before = audit::Entity::find().count(&app.services.db).await.unwrap();
    for address in all() {
        if access::of(&address.path) == Ok(Access::Public) {
            continue;
        }
        let path = address.filled();
        if address.kind == Kind::Function {
            let (kind, body) = as_taken(&path, &fields());
            let request = Request::post(&path)
                .header(header::HOST, "localhost:9763")
                .header(header::ACCEPT, "text/html")
                .header("sec-fetch-site", "same-origin")
                // A page's address alone keeps nothing: there is no session that has ended.
                .header(header::REFERER, "http://localhost:9763/console/roles/2")
                .header(header::COOKIE, "gatehouse_console=made-up")
                .header(header::CONTENT_TYPE, kind);
            let answer = browser.send(request, body).await;
            assert_eq!(answer.status, 401, "{path}: {}", answer.body);
        } else {
            let answer = browser.get(&path).await;
            let next = answer.location();
            assert!(next.starts_with("/console/login?next="), "{path}: {next}");
            assert!(!answer.body.contains("jane"), "{path}: {}", answer.body);
        }
    }
    assert_eq!(audit::Entity::find().count(&app.services.db).await.unwrap(), before);
    assert_eq!(entity::draft::Entity::find().count(&app.services.db).await.unwrap(), 0);
}

on_both_stores!(nobody_gets_anything);
