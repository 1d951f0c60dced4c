//! SMS Deliveries: what a sign-in and a test leave there, as a page, by itself and as a file.

use axum::http::header;
use domain::Permission;
use identity::sms::FailureKind;
use identity::sms::transport::{Answer, SendFailure};

use crate::browser::Browser;
use crate::edge::user_with;
use crate::fake_provider::{answer_next, last_code};
use crate::harness::{MOBILE, TestApp};
use crate::page::Page;
use crate::stores::on_both_stores;

const LIST: &str = "/console/deliveries";
const CSV: &str = "/console/deliveries.csv";

/// The page's links to single deliveries, the newest first.
fn deliveries(page: &Page) -> Vec<String> {
    let links = page.links.iter().map(|(_, href)| href.clone());
    links
        .filter(|href| {
            href.strip_prefix("/console/deliveries/")
                .is_some_and(|id| id.bytes().all(|b| b.is_ascii_digit()))
        })
        .collect()
}

/// The lines of the file, without its head.
async fn lines(console: &Browser, query: &str) -> Vec<String> {
    let answer = console.get(&format!("{CSV}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.ends_with("\r\n"), "{}", answer.body);
    answer
        .body
        .split_terminator("\r\n")
        .skip(1)
        .map(str::to_owned)
        .collect()
}

/// A sign-in whose first message is refused and whose second is used; and one that never ends.
async fn two_sign_ins(app: &TestApp) {
    let sp = app.two_steps().await;
    answer_next(&app.sms, vec![Ok(Answer::new(422, "no such number"))]);
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    app.seconds(30);
    let page = app.resend(&browser, &page).await;
    app.code(&browser, &page, &last_code(&app.sms)).await;
    app.seconds(3600);
    app.to_code_page(&app.browser(), &sp).await;
}

async fn a_delivery_is_found_by_every_filter(app: &TestApp) {
    two_sign_ins(app).await;
    let console = app.console().await;
    let found = async |query: &str| {
        let page = console.open(&format!("{LIST}?{query}")).await.page_with(200);
        (
            deliveries(&page).len(),
            lines(&console, &format!("?{query}")).await.len(),
        )
    };
    for (query, expected) in [
        ("", 3),
        ("q=ADM", 3),
        ("q=travel", 3),
        ("q=nobody", 0),
        ("outcome=refused", 1),
        ("outcome=sent", 2),
        ("used=used", 1),
        ("used=not_used", 2),
        ("country=LK", 3),
        ("country=DE", 0),
        ("identity_provider=999999", 0),
        ("service_provider=999999", 0),
        ("service_provider=console", 0),
        ("from=2026-11-23T13:00", 1),
        ("to=2026-11-23T13:00&used=not_used", 1),
    ] {
        assert_eq!(found(query).await, (expected, expected), "{query}");
    }
    // By what the selects offer.
    let page = console.open(LIST).await.page_with(200);
    let form = page.form("Search");
    for (label, words) in [
        ("Identity provider", "SMSOTP"),
        ("Service provider", "Travelocity"),
        ("Country", "LK"),
    ] {
        let chosen = form.clone().choose(label, words);
        let (_, pairs) = chosen.press("Search");
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        assert_eq!(found(&query).await, (3, 3), "{label}: {query}");
    }
}

async fn a_range_that_cannot_be_read_is_said(app: &TestApp) {
    two_sign_ins(app).await;
    let console = app.console().await;
    let page = console
        .open(&format!("{LIST}?from=yesterday&q=adm"))
        .await
        .page_with(200);
    assert!(
        page.alert.contains("From is no time that can be read"),
        "{}",
        page.alert
    );
    assert!(deliveries(&page).is_empty());
    let field = page.form("Search").field("From").clone();
    assert_eq!(
        (field.value.as_str(), field.error.is_some()),
        ("yesterday", true),
        "kept as it was typed"
    );
    assert_eq!(console.get(&format!("{CSV}?from=yesterday")).await.status, 400);
    assert_eq!(console.get(&format!("{CSV}?from=%00")).await.status, 400);
}

async fn the_page_counts_what_it_shows(app: &TestApp) {
    two_sign_ins(app).await;
    let console = app.console().await;
    let page = console.open(LIST).await.page_with(200);
    for part in ["accepted 2 (2 SMS)", "refused 1 (1 SMS)", "By hour"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let page = console.open(&format!("{LIST}?outcome=refused")).await.page_with(200);
    assert!(!page.text.contains("(2 SMS)"), "{}", page.text);
    let page = console
        .open(&format!("{LIST}?from=2020-01-01T00:00"))
        .await
        .page_with(200);
    assert!(page.text.contains("By day"), "{}", page.text);
}

async fn a_delivery_by_itself_tells_all_but_secrets(app: &TestApp) {
    two_sign_ins(app).await;
    let console = app.console().await;
    let list = console.open(LIST).await.page_with(200);
    let links = deliveries(&list);
    let page = console.open(&links[1]).await.page_with(200);
    for part in [
        "accepted",
        "HTTP 200",
        "used",
        "signed in",
        "•67",
        "(LK)",
        "Other messages of this sign-in",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(page.link("admin").ends_with("/users/admin/profile"));
    assert!(page.link("Travelocity").starts_with("/console/service-providers/"));
    assert!(page.link("SMSOTP").starts_with("/console/identity-providers/"));
    assert_eq!(deliveries(&page), [links[2].clone()], "the first of the same sign-in");
    assert!(!page.text.contains(&MOBILE[4..]), "{}", page.text);

    let refused = console.open(&links[2]).await.page_with(200);
    assert!(
        refused.text.contains("HTTP 422 is not one of 200, 201, 202.") && refused.text.contains("no code was sent"),
        "{}",
        refused.text
    );
    // The sign-in that is still open has nothing in the log yet.
    let open = console.open(&links[0]).await.page_with(200);
    assert!(!open.text.contains("Other messages"), "{}", open.text);
    for missing in ["999999", "x", "99999999999999999999"] {
        assert_eq!(console.get(&format!("{LIST}/{missing}")).await.status, 404, "{missing}");
    }
}

async fn the_file_is_complete_and_harmless(app: &TestApp) {
    let provider = app.provider(|input| input.name = "=cmd|' /C calc'!A1".into()).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("@SUM(1,\"2\")", &[None, Some(provider)], |_| ()).await;
    let refused = SendFailure::new(FailureKind::AddressRefused);
    answer_next(&app.sms, vec![Err(refused)]);
    app.to_code_page(&app.browser(), &sp).await;

    let console = app.console().await;
    let answer = console.get(CSV).await;
    assert_eq!(
        answer.header(header::CONTENT_TYPE),
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(
        answer.header(header::CONTENT_DISPOSITION),
        "attachment; filename=\"gatehouse-sms-deliveries-2026-11-23.csv\""
    );
    let [head, row] = &answer.body.split_terminator("\r\n").collect::<Vec<_>>()[..] else {
        panic!("{}", answer.body)
    };
    assert!(
        head.starts_with("id,at,identity_provider,service_provider,user,number,country,"),
        "{head}"
    );
    assert!(
        row.contains(",2026-11-23T12:00:00Z,\"'=cmd|' /C calc'!A1\",\"'@SUM(1,\"\"2\"\")\",admin,•• ••• ••• •67,LK,sign-in,not sent,address,,"),
        "{row}"
    );
    assert!(!answer.body.contains(&MOBILE[4..]), "{}", answer.body);
}

async fn a_long_log_fits_through(app: &TestApp) {
    use entity::sms_delivery;
    use sea_orm::{EntityTrait, IntoActiveModel};
    two_sign_ins(app).await;
    let db = &app.services.db;
    let row = sms_delivery::Entity::find().one(db).await.unwrap().unwrap();
    for _ in 0..6 {
        let copies = (0..200).map(|_| {
            let mut copy = row.clone().into_active_model();
            copy.id = sea_orm::ActiveValue::NotSet;
            copy
        });
        sms_delivery::Entity::insert_many(copies).exec(db).await.unwrap();
    }
    let console = app.console().await;
    let ids: Vec<i64> = lines(&console, "")
        .await
        .iter()
        .map(|line| line.split(',').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(ids.len(), 1203);
    assert!(ids.is_sorted_by(|a, b| a > b), "each once, the newest first");
}

async fn only_those_who_may_view_the_log_export_it(app: &TestApp) {
    two_sign_ins(app).await;
    let nobody = app.browser().get(CSV).await;
    assert_eq!(
        (nobody.status.as_u16(), nobody.location()),
        (303, "/console/login?next=/console/deliveries")
    );
    let others = Permission::ALL.into_iter().filter(|one| *one != Permission::ViewLog);
    user_with(app, "other", &others.collect::<Vec<_>>()).await;
    let other = app.console_as("other", "another long password").await;
    for path in [CSV.to_owned(), LIST.to_owned(), format!("{LIST}/1")] {
        assert_eq!(other.get(&path).await.status, 403, "{path}");
    }
    user_with(app, "viewer", &[Permission::ViewLog]).await;
    let viewer = app.console_as("viewer", "another long password").await;
    assert_eq!(lines(&viewer, "").await.len(), 3);
    let page = viewer.open(LIST).await.page_with(200);
    let page = viewer.open(&deliveries(&page)[0]).await.page_with(200);
    let inside = page.links.iter().any(|(_, href)| {
        [
            "/console/users/",
            "/console/service-providers/",
            "/console/identity-providers/",
        ]
        .iter()
        .any(|path| href.starts_with(path))
    });
    assert!(!inside, "no way to where one may not go: {:?}", page.links);
}

/// The administrator's test is a delivery, too: it has no code to be used, and is found among the tests.
async fn a_test_is_a_delivery(app: &TestApp) {
    app.provider(|input| input.test_number = MOBILE.into()).await;
    let console = app.console().await;
    let list = console.open("/console/identity-providers").await.page_with(200);
    let page = console.open(list.link("SMSOTP")).await.page_with(200);
    console
        .press(&page.form("Update"), "Send test SMS")
        .await
        .page_with(200);
    let lines = lines(&console, "?service_provider=console").await;
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].contains(",console,admin,") && lines[0].contains(",test,accepted,"),
        "{lines:?}"
    );
    assert!(!lines[0].contains(&MOBILE[4..]), "{lines:?}");
}

on_both_stores!(
    a_delivery_is_found_by_every_filter,
    a_range_that_cannot_be_read_is_said,
    the_page_counts_what_it_shows,
    a_delivery_by_itself_tells_all_but_secrets,
    the_file_is_complete_and_harmless,
    a_long_log_fits_through,
    only_those_who_may_view_the_log_export_it,
    a_test_is_a_delivery,
);
