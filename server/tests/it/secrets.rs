//! After all that a sign-in and a console do, no table holds a code, a password, a key, or a number elsewhere than where
//! numbers belong.

use std::sync::OnceLock;

use chrono::{TimeZone, Utc};
use identity::testing::ADMIN_PASSWORD;
use saml::keys::KeyPair;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, Statement};

use crate::browser::Browser;
use crate::fake_provider::codes;
use crate::fake_sp::PostPage;
use crate::harness::{MOBILE, TestApp};
use crate::keys::private_pem;
use crate::page::Page;
use crate::stores::on_both_stores;

const KEY_IN_URL: &str = "k-in-the-url-7654321";
const KEY_IN_HEADER: &str = "k-in-the-header-7654321";
const KEY_IN_SLOT: &str = "k-in-a-secret-slot-7654321";
const TEST_NUMBER: &str = "+94771112223";
const WRONG_PASSWORD: &str = "a wrong but telling password";
const NEW_PASSWORD: &str = "a new and telling password";

/// One column of one row.
pub struct Cell {
    pub place: String,
    pub text: String,
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

pub async fn dump(db: &DatabaseConnection) -> Vec<Cell> {
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
        .set(
            "SMS URL",
            &format!("https://sms.example/send?api_key={KEY_IN_URL}&token={{{{secret:token}}}}"),
        )
        .set(
            "HTTP Headers",
            &format!("Authorization: Bearer {KEY_IN_HEADER}\nContent-Type: application/json"),
        )
        .set("HTTP Payload", r#"{"to":"&num","text":"&msg"}"#)
        .set("Code length", "10")
        .set("Test number", TEST_NUMBER);
    // The slot's field appears after a submit that says what is missing.
    let form = console.press(&form, "Register").await.page().form("Register");
    let form = form.set("token", KEY_IN_SLOT);
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
    roll_keys(app, &console).await;
    let secret = console.cookie("gatehouse_console").unwrap();
    (open, secret)
}

/// Two key pairs that somebody brings along.
fn brought() -> &'static [KeyPair; 2] {
    static PAIRS: OnceLock<[KeyPair; 2]> = OnceLock::new();
    PAIRS.get_or_init(|| {
        let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
        ["other.example", "own.example"].map(|name| KeyPair::generate_rsa(2048, name, year(2025), year(2035)).unwrap())
    })
}

/// Parts of a private key as a table could hold it: in Base64, and as the bytes that a dump shows. They are of its second
/// half: the first is the modulus, which is public.
fn private_parts(pair: &KeyPair) -> Vec<String> {
    let lines = private_pem(pair);
    let dumped = String::from_utf8_lossy(&pair.pkcs8_der()[400..500]).into_owned();
    // A character that is cut in two at either end shows as another.
    let count = dumped.chars().count();
    let dumped: String = dumped.chars().skip(4).take(count - 8).collect();
    vec![lines.lines().nth(10).unwrap().to_owned(), dumped]
}

/// A key pair that is brought along: refused at first, published, used; and one that is retired.
async fn roll_keys(app: &TestApp, console: &Browser) {
    let [other, own] = brought();
    let fields = |page: &Page, certificate: &KeyPair| {
        page.form("Import")
            .set("Private Key", &private_pem(own))
            .set("Certificate", &certificate.certificate_pem())
    };
    let page = console
        .open("/console/identity-providers/resident/keys/import")
        .await
        .page_with(200);
    let page = console.press(&fields(&page, other), "Import").await.page_with(200);
    assert!(page.alert.contains("does not belong"), "{}", page.alert);
    let page = console.press(&fields(&page, own), "Import").await.page_with(200);
    let page = console.open(page.link("Use")).await.page_with(200);
    let button = "Use it all the same";
    let page = console.press(&page.form(button), button).await.page_with(200);
    let page = console.open(page.link("Retire")).await.page_with(200);
    let button = "Retire it all the same";
    let page = console.press(&page.form(button), button).await.page_with(200);
    assert!(page.status.contains("Retired."), "{} {}", page.status, page.alert);
    let keys = entity::signing_key::Entity::find().all(&app.services.db).await.unwrap();
    assert_eq!(keys.len(), 2);
}

async fn no_table_holds_a_secret(app: &TestApp) {
    let (open, console_secret) = a_full_run(app).await;
    let cells = dump(&app.store.db).await;
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
        KEY_IN_SLOT,
        "771112223",
        ADMIN_PASSWORD,
        WRONG_PASSWORD,
        NEW_PASSWORD,
    ];
    // So it would be found: a certificate is in its table, in the clear.
    let [_, own] = brought();
    assert_eq!(
        found(own.certificate_pem().lines().nth(5).unwrap()),
        ["signing_key.certificate_pem"]
    );
    secrets.extend(private_parts(own));
    for secret in secrets.iter().map(String::as_str).chain(known) {
        assert_eq!(found(secret), Vec::<&str>::new(), "{secret}");
    }
}

on_both_stores!(no_table_holds_a_secret);
