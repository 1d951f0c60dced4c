//! For every permission somebody who holds it alone: exactly what the table says opens, and nothing else.

use domain::{Permission, PermissionSet};

use super::access::{self, Access};
use super::addresses::{Address, Kind, all, fields, set_up, user};
use crate::browser::Browser;
use crate::edge::{as_taken, user_with};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

const PASSWORD: &str = "another long password";

/// Whether the address does what it is for, be it to say what is wrong with a form. Its answer, for the message.
async fn lets_in(browser: &Browser, address: &Address) -> (bool, String) {
    let path = address.filled();
    let answer = match address.kind {
        Kind::Function => {
            let (kind, body) = as_taken(&path, &fields());
            browser.post_as(&path, kind, body.into_bytes()).await
        }
        Kind::Page | Kind::Route => browser.get(&path).await,
    };
    let told = format!("{} {}", answer.status, answer.body);
    assert!(!answer.status.is_server_error(), "{path}: {told}");
    let to_sign_in = answer.status.is_redirection() && answer.location().starts_with("/console/login");
    assert!(!to_sign_in, "{path}: the session has ended");
    (!matches!(answer.status.as_u16(), 401 | 403), told)
}

async fn each_permission_opens_its_own(app: &TestApp) {
    set_up(app).await;
    let mut wrong = Vec::new();
    for permission in Permission::ALL {
        let name = permission.as_str().replace('.', "-");
        user_with(app, &name, &[permission]).await;
        user(app).await;
        let browser = app.console_as(&name, PASSWORD).await;
        let held: PermissionSet = [permission].into_iter().collect();
        for address in all() {
            let expected = match access::of(&address.path).unwrap() {
                // Signing out would end the walk.
                Access::Public | Access::Administrator if address.kind == Kind::Function => continue,
                Access::Public => continue,
                Access::Administrator => true,
                Access::Needs(needs) => needs.iter().all(|one| held.has(*one)),
            };
            let (opens, told) = lets_in(&browser, &address).await;
            if opens != expected {
                let how = if opens { "opens" } else { "is closed" };
                wrong.push(format!("{} {how} to {permission}: {:.200}", address.path, told));
            }
        }
        // What is one's own needs none.
        for own in ["profile", "password"] {
            assert_eq!(
                browser.get(&format!("/console/users/{name}/{own}")).await.status,
                200,
                "{own} of {name}"
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

on_both_stores!(each_permission_opens_its_own);
