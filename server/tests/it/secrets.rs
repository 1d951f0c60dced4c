//! After all that a sign-in and a console do, no table holds a code, a password, a key, or a number elsewhere than where
//! numbers belong.

use identity::testing::ADMIN_PASSWORD;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::browser::Browser;
use crate::fake_provider::codes;
use crate::fake_sp::PostPage;
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

const KEY_IN_URL: &str = "k-in-the-url-7654321";
const KEY_IN_HEADER: &str = "k-in-the-header-7654321";
const TEST_NUMBER: &str = "+94771112223";
const WRONG_PASSWORD: &str = "a wrong but telling password";
const NEW_PASSWORD: &str = "a new and telling password";

/// One column of one row.
struct Cell {
    place: String,
    text: String,
}

async fn texts(db: &DatabaseConnection, sql: String) -> Vec<(String, String)> {
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter()
        .map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap()))
        .collect()
}

/// Every column of every table, and whether it holds bytes.
async fn columns(db: &DatabaseConnection) -> Vec<(String, String, bool)> {
    let sql = if db.get_database_backend() == DbBackend::Sqlite {
        "SELECT t.name || '.' || c.name, lower(c.type) FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table'"
    } else {
        "SELECT table_name || '.' || column_name, data_type::text FROM information_schema.columns WHERE table_schema = 'public'"
    };
    let found = texts(db, sql.to_owned()).await;
    let split = |(name, kind): (String, String)| {
        let (table, column) = name.split_once('.').unwrap();
        (
            table.to_owned(),
            column.to_owned(),
            kind.contains("blob") || kind == "bytea",
        )
    };
    found.into_iter().map(split).collect()
}

async fn dump(db: &DatabaseConnection) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (table, column, bytes) in columns(db).await {
        let place = format!("{table}.{column}");
        let backend = db.get_database_backend();
        let value = if bytes {
            format!("\"{column}\"")
        } else {
            format!("CAST(\"{column}\" AS TEXT)")
        };
        let sql = format!("SELECT {value} FROM \"{table}\" WHERE \"{column}\" IS NOT NULL");
        for row in db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap() {
            let text = if bytes {
                let bytes: Vec<u8> = row.try_get_by_index(0).unwrap();
                String::from_utf8_lossy(&bytes).into_owned()
            } else {
                row.try_get_by_index(0).unwrap()
            };
            let place = place.clone();
            cells.push(Cell { place, text });
        }
    }
    cells
}

/// Everything that has to do with a secret: forms that are refused and saved, tests, sign-ins good and bad.
async fn a_full_run(app: &TestApp) -> (Browser, String) {
    app.set_mobile("admin", MOBILE).await;
    let console = app.console().await;
    let form = console
        .open("/console/identity-providers/new")
        .await
        .page()
        .form("Register");
    let form = form
        .tick("Enable SMSOTP Authenticator")
        .set("SMS URL", &format!("https://sms.example/send?api_key={KEY_IN_URL}"))
        .set(
            "HTTP Headers",
            &format!("Authorization: Bearer {KEY_IN_HEADER}\nContent-Type: application/json"),
        )
        .set("HTTP Payload", r#"{"to":"&num","text":"&msg"}"#)
        .set("Code length", "10")
        .set("Test number", TEST_NUMBER);
    let form = console.press(&form, "Register").await.page().form("Register");
    let form = form.set("Identity Provider Name", "SMSOTP");
    let page = console.press(&form, "Register").await.page_with(200);
    assert_eq!(page.status, "Registered.");
    console
        .press(&page.form("Update"), "Send test SMS")
        .await
        .page_with(200);
    assert_eq!(app.sent(), 1);
    let (id, _) = identity::identity_providers::choices(&app.services.db)
        .await
        .unwrap()
        .remove(0);
    let sp = app.sp("Travelocity", &[None, Some(id)], |_| ()).await;

    let browser = app.browser();
    let (request, page) = app.begin(&browser, &sp).await;
    let page = app.password(&browser, &page, "admin", WRONG_PASSWORD).await;
    let page = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let page = app.code(&browser, &page, "0000000001").await;
    app.seconds(30);
    let page = app.resend(&browser, &page).await;
    let answer = app.code(&browser, &page, codes(&app.sms).last().unwrap()).await;
    let accepted = sp.accept(&PostPage::read(&answer), &request).unwrap();
    browser
        .get(
            &sp.redirect(&sp.request(), None)
                .replace("SAMLRequest=", "SAMLRequest=x"),
        )
        .await;
    browser
        .open(&sp.logout_redirect(&sp.logout_request(&accepted), None))
        .await;
    // One more that stays open, with its session elsewhere.
    let open = app.browser();
    app.to_code_page(&open, &sp).await;

    let form = console
        .open("/console/users/admin/password")
        .await
        .page_with(200)
        .form("Change");
    let form = form
        .set("New Password", NEW_PASSWORD)
        .set("Confirm Password", NEW_PASSWORD);
    let changed = console.press(&form, "Change").await.page_with(200);
    assert!(
        changed.status.contains("password was changed"),
        "{} {}",
        changed.alert,
        changed.status
    );
    let secret = console.cookie("gatehouse_console").unwrap();
    (open, secret)
}

async fn no_table_holds_a_secret(app: &TestApp) {
    let (open, console_secret) = a_full_run(app).await;
    let cells = dump(&app.services.db).await;
    let found = |needle: &str| -> Vec<&str> {
        let holding = cells.iter().filter(|cell| cell.text.contains(needle));
        let mut places: Vec<_> = holding.map(|cell| cell.place.as_str()).collect();
        places.sort_unstable();
        places
    };
    // The search finds what is there.
    assert!(found("Travelocity").contains(&"service_provider.name"));
    assert_eq!(found("94771234567"), ["user_claim.value", "user_claim.value_lower"]);
    assert!(
        cells
            .iter()
            .any(|cell| cell.place == "federated_authenticator.settings_sealed")
    );

    let mut secrets = codes(&app.sms);
    assert_eq!(secrets.len(), 4);
    secrets.extend(open.cookies.lock().unwrap().values().cloned());
    secrets.push(console_secret);
    let known = [
        KEY_IN_URL,
        KEY_IN_HEADER,
        "771112223",
        ADMIN_PASSWORD,
        WRONG_PASSWORD,
        NEW_PASSWORD,
    ];
    for secret in secrets.iter().map(String::as_str).chain(known) {
        assert_eq!(found(secret), Vec::<&str>::new(), "{secret}");
    }
}

on_both_stores!(no_table_holds_a_secret);
