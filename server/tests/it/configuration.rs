//! The configuration as a file, on both stores: written, applied to another store, and seen by the server that runs.

use std::path::Path;

use entity::audit;
use identity::config_file::{self, Mode, Refused, Report, Source};
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::harness::TestApp;
use crate::stores::{Kind, on_both_stores};

/// The example of the documentation, kept true.
const EXAMPLE: &str = include_str!("../../../docs/configuration.toml");
/// What its user's `password_hash` was made of, by another program (the reference library, through argon2-cffi).
const ELSEWHERE: &str = "a password from elsewhere";

async fn run(app: &TestApp, text: &str, mode: Mode) -> Result<Report, Refused> {
    let source = Source {
        folder: Path::new(""),
        variable: &|name| (name == "CLICKATELL_KEY").then(|| "k-1234567".to_owned()),
    };
    config_file::apply(&app.services, &app.actor(), text, source, mode).await
}

async fn applied(app: &TestApp, text: &str) -> String {
    let report = run(app, text, Mode::Apply).await.unwrap();
    format!("{report}{}", report.count())
}

async fn exported(app: &TestApp) -> String {
    let mut out = Vec::new();
    config_file::export(&app.services, &app.actor(), true, &mut out)
        .await
        .unwrap();
    String::from_utf8(out).unwrap()
}

async fn audited(app: &TestApp) -> u64 {
    audit::Entity::find().count(&app.services.db).await.unwrap()
}

/// The whole of it, with the one value that is never written out.
fn with_key(exported: &str) -> String {
    let head = "# Values for {{secret:name}} are not here.";
    assert!(exported.contains(head), "{exported}");
    exported.replacen(
        head,
        "[identity_provider.secrets]\nkey = { env = \"CLICKATELL_KEY\" }\n#",
        1,
    )
}

async fn what_is_written_makes_another_store_equal(app: &TestApp) {
    let before = exported(app).await;
    let planned = run(app, EXAMPLE, Mode::Plan).await.unwrap();
    assert_eq!(exported(app).await, before, "a plan changes nothing");
    assert_eq!(run(app, EXAMPLE, Mode::Apply).await.unwrap(), planned);
    let (whole, rows) = (exported(app).await, audited(app).await);
    for secret in ["k-1234567", "argon2"] {
        assert!(!whole.contains(secret), "{whole}");
    }
    assert!(applied(app, EXAMPLE).await.ends_with("Nothing to change."));
    assert_eq!(applied(app, &whole).await, "Nothing to change.");
    assert_eq!(audited(app).await, rows);

    let kind = if app.store.url.starts_with("postgres") {
        Kind::Postgres
    } else {
        Kind::Sqlite
    };
    let other = TestApp::start(kind).await;
    applied(&other, &with_key(&whole)).await;
    assert_eq!(exported(&other).await, whole);
    other.stop().await;
}

async fn a_hash_from_elsewhere_signs_in(app: &TestApp) {
    applied(app, EXAMPLE).await;
    let jane = app.console_as("jane", ELSEWHERE).await;
    assert_eq!(jane.open("/console/users").await.page_with(200).heading, "Users");
}

/// Rows are read each time: there is nothing to start again.
async fn a_running_server_sees_it_at_once(app: &TestApp) {
    let browser = app.console().await;
    applied(app, EXAMPLE).await;
    let page = browser.open("/console/identity-providers").await;
    assert!(page.body.contains("Clickatell"), "{}", page.body);
    let jane = app.console_as("jane", ELSEWHERE).await;
    let report = applied(app, "[[user]]\nusername = \"jane\"\nlocked = true\n").await;
    assert!(report.contains("locked: false → true"), "{report}");
    let page = jane.open("/console/users").await.page_with(200);
    assert_eq!(page.heading, "Sign in", "her session has ended");
    let log = browser.open("/console/audit").await;
    assert!(log.body.contains("command line"), "{}", log.body);
}

/// Of two that cannot both be, neither is, and all else is taken back too; on PostgreSQL a refused statement breaks off a
/// transaction that has no savepoint.
async fn what_is_refused_takes_everything_back(app: &TestApp) {
    let before = (exported(app).await, audited(app).await);
    let twin = "[[service_provider]]\nname = \"Twin\"\n[service_provider.saml]\nissuer = \"travelocity.com\"\n\
                acs_urls = [\"https://twin.example.com/acs\"]\n";
    let text = format!("{EXAMPLE}{twin}");
    let Err(Refused::Mistakes(mistakes)) = run(app, &text, Mode::Apply).await else {
        panic!("it is not refused");
    };
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    // The first of the two needs an identity provider that comes later in the file, so it is the one that is late.
    let line = text
        .lines()
        .position(|line| line == "issuer = \"travelocity.com\"")
        .unwrap()
        + 1;
    assert_eq!((mistakes[0].line, mistakes[0].column), (line, 10), "{mistakes:?}");
    assert!(mistakes[0].message.contains("has this issuer"), "{mistakes:?}");
    assert_eq!((exported(app).await, audited(app).await), before);
}

on_both_stores!(
    what_is_written_makes_another_store_equal,
    a_hash_from_elsewhere_signs_in,
    a_running_server_sees_it_at_once,
    what_is_refused_takes_everything_back,
);
