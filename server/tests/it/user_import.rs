//! Users from a CSV file, through the pages: uploaded, repaired, added, and what does not get that far.

use domain::Permission;
use entity::{audit, user, user_import};
use identity::users::import::work;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::browser::{Answer, Browser};
use crate::edge::user_with;
use crate::harness::TestApp;
use crate::page::Page;
use crate::stores::on_both_stores;

const NEW: &str = "/console/users/import";
const PASSWORD: &str = "another long password";
const FILE: &str = "Username;Password;First Name;Mobile\r\n\
                    nora;tr0mbone-Teapot;Nora;077 123 4567\r\n\
                    odd;tr0mbone-Teapot;\u{d6}dd;12\r\n\
                    Nora;tr0mbone-Teapot;Other;\r\n\
                    admin;tr0mbone-Teapot;Admin;\r\n";

async fn upload(console: &Browser, content: impl AsRef<[u8]>) -> Answer {
    let form = console.open(NEW).await.page_with(200).form("Upload");
    let form = form
        .choose("Default Country", "LK (+94)")
        .choose_file("CSV File", "staff.csv", content);
    console.press(&form, "Upload").await
}

async fn users(app: &TestApp) -> u64 {
    user::Entity::find().count(&app.services.db).await.unwrap()
}

/// What stands beside a count on the page.
fn count(page: &Page, label: &str) -> String {
    let after = page
        .text
        .split(label)
        .nth(1)
        .unwrap_or_else(|| panic!("{label}: {}", page.text));
    after.split_whitespace().next().unwrap_or_default().to_owned()
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect()
}

async fn a_file_is_repaired_and_its_users_sign_in(app: &TestApp) {
    let console = app.console().await;
    assert_eq!(console.open("/console/users").await.page().link("Import Users"), NEW);
    let review = upload(&console, utf16(FILE)).await;
    let page = review.page_with(200);
    assert!(
        page.text.contains("Read as UTF-16, separated by semicolons."),
        "{}",
        page.text
    );
    for (label, expected) in [("Will be added", "1"), ("Already there", "1"), ("With problems", "2")] {
        assert_eq!(count(&page, label), expected, "{label}");
    }
    let form = page.form("Save and check again");
    let number = form.field("Mobile of line 3");
    assert!(number.error.is_some() && number.value == "12", "{number:?}");
    assert!(page.text.contains("Becomes +94771234567"));
    assert!(!review.body.contains("tr0mbone"), "a password never comes back");

    let form = form.set("Mobile of line 3", "0777 654 321");
    let page = console.press(&form, "Save and check again").await.page_with(200);
    assert_eq!(
        (count(&page, "Will be added").as_str(), page.status.as_str()),
        ("2", "Saved and checked again.")
    );
    let page = console
        .press(&page.form("leave-out 4"), "leave-out 4")
        .await
        .page_with(200);
    assert_eq!(count(&page, "With problems"), "0");
    assert_eq!(users(app).await, 1, "nobody is added before");

    let progress = console.press(&page.form("Import 2 Users"), "Import 2 Users").await;
    assert!(progress.path.ends_with("/progress"), "{}", progress.path);
    assert_eq!(progress.header("refresh"), "3", "it shows itself again without scripts");
    assert!(
        progress.page().text.contains("0 of 2 users added"),
        "{}",
        progress.page().text
    );
    assert!(work(&app.services).await.unwrap());
    let page = console.open(&progress.path).await.page_with(200);
    assert_eq!(
        (page.heading.as_str(), count(&page, "Added").as_str()),
        ("Import finished", "2")
    );
    let left = console.get(page.link("Download CSV")).await;
    assert_eq!(left.status, 200);
    assert_eq!(
        left.body,
        "Line,Reason,Username,First Name,Mobile\r\n4,left out,Nora,Other,\r\n5,user name already there,admin,Admin,\r\n"
    );

    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let answer = app.password(&browser, &page, "odd", "tr0mbone-Teapot").await;
    assert!(answer.body.contains("SAMLResponse"), "{}", answer.body);
    let profile = console
        .open("/console/users/odd/profile")
        .await
        .page_with(200)
        .form("Update");
    assert_eq!(profile.field("Mobile").value, "+94777654321");
    assert_eq!(profile.field("First Name").value, "\u{d6}dd");
    let rows = audit::Entity::find().all(&app.services.db).await.unwrap();
    let row = rows
        .iter()
        .find(|row| row.target == "odd" && row.action == "create")
        .unwrap();
    let changes = row.changes.as_deref().unwrap_or_default();
    assert!(
        changes.contains("\u{d6}dd") && changes.contains("Mobile") && !changes.contains("947776543"),
        "{changes}"
    );
}

async fn one_file_at_a_time_and_discarded_it_is_gone(app: &TestApp) {
    let console = app.console().await;
    let review = upload(&console, FILE).await;
    let page = console.open(NEW).await.page_with(200);
    assert!(page.forms.iter().all(|form| !form.has_button("Upload")));
    assert!(review.path.starts_with(page.link("Go on with it")));
    let question = console.open(review.page().link("Discard")).await.page_with(200);
    let list = console.press(&question.form("Discard"), "Discard").await.page_with(200);
    assert!(list.status.contains("Nothing of the file is kept"), "{}", list.status);
    assert_eq!(console.get(&review.path).await.status, 404);
    assert_eq!(user_import::Entity::find().count(&app.services.db).await.unwrap(), 0);
    assert_eq!(users(app).await, 1);
}

async fn columns_are_named_and_edits_are_not_lost_by_importing(app: &TestApp) {
    let console = app.console().await;
    let review = upload(&console, "Login,First Name\nnora,Nora\nodd,Odd\n")
        .await
        .page_with(200);
    assert_eq!(count(&review, "With problems"), "2");
    let form = console
        .open(review.link("Columns"))
        .await
        .page_with(200)
        .form("Apply and check again");
    let form = form
        .choose("Column 1: Login", "Username")
        .tick("Import users without a password");
    let page = console.press(&form, "Apply and check again").await.page_with(200);
    assert_eq!(count(&page, "Will be added"), "2", "{}", page.text);
    // What is typed and makes a problem keeps the import from beginning.
    let form = page.form("Import 2 Users").set("Username of line 3", "not a name");
    let page = console.press(&form, "Import 2 Users").await.page_with(200);
    assert_eq!(
        (page.heading.as_str(), count(&page, "Will be added").as_str()),
        ("Review", "1")
    );
    // The password is asked for again.
    app.seconds(301);
    let question = console
        .press(&page.form("Import 1 User"), "Import 1 User")
        .await
        .page_with(200);
    assert_eq!(question.heading, "Confirm your password");
    let form = question
        .form("Continue")
        .set("Password", identity::testing::ADMIN_PASSWORD);
    let page = console.press(&form, "Continue").await.page_with(200);
    console
        .press(&page.form("Import 1 User"), "Import 1 User")
        .await
        .page_with(200);
    work(&app.services).await.unwrap();
    assert_eq!(users(app).await, 2);
}

async fn wrong_files_are_refused_in_words(app: &TestApp) {
    let console = app.console().await;
    let many = format!("Username\n{}", "a\n".repeat(100_001));
    let long = format!("Username\n{}\n", "x".repeat(2 << 20));
    for (content, why) in [
        (&b""[..], "empty"),
        (many.as_bytes(), "100,000 lines"),
        (long.as_bytes(), "Line 2"),
        (b"nora,secret-word\n", "names no column"),
        (b"Username\nno\0ra\n", "Line 2"),
    ] {
        let page = upload(&console, content).await.page_with(200);
        let field = page.form("Upload");
        let error = field.field("CSV File").error.clone().unwrap_or_default();
        assert!(error.contains(why), "{why}: {error} {}", page.alert);
    }
    let page = upload(&console, vec![b'a'; (50 << 20) + 1]).await.page_with(200);
    assert!(page.alert.contains("50 MB"), "{}", page.alert);
    let refused = upload(&console, vec![b'a'; 60 << 20]).await;
    assert_eq!(refused.status, 413);
    assert!(refused.page().text.contains("50 MB"), "{}", refused.body);
    assert_eq!(user_import::Entity::find().count(&app.services.db).await.unwrap(), 0);
}

async fn an_import_is_its_owners_alone(app: &TestApp) {
    user_with(app, "viewer", &[Permission::ViewUsers]).await;
    user_with(app, "helper", &[Permission::ManageUsers]).await;
    let helper = app.console_as("helper", PASSWORD).await;
    let review = upload(&helper, FILE).await;
    let path = review.path.trim_end_matches("/review").to_owned();
    let id = path.rsplit('/').next().unwrap().to_owned();
    let admin = app.console().await;
    let viewer = app.console_as("viewer", PASSWORD).await;
    assert_eq!(viewer.get(NEW).await.status, 403);
    for page in ["review", "columns", "progress", "left.csv"] {
        assert_eq!(admin.get(&format!("{path}/{page}")).await.status, 404, "{page}");
        assert_eq!(viewer.get(&format!("{path}/{page}")).await.status, 403, "{page}");
    }
    let fields = [
        ("id", id.as_str()),
        ("input[press]", "import"),
        ("ready", "1"),
        ("input[country]", ""),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    for action in ["save", "columns", "check", "discard", "stop"] {
        let answer = admin
            .post(&format!("/api/console/users/import/{action}"), &fields)
            .await;
        assert_eq!(answer.status, 404, "{action}");
    }
    // Whoever loses the permission adds nobody.
    let progress = helper
        .press(&review.page().form("Import 1 User"), "Import 1 User")
        .await;
    assert!(
        progress.path.ends_with("/progress"),
        "{} {}",
        progress.path,
        progress.body
    );
    let input = domain::input::user::UserRolesInput {
        version: "2".into(),
        roles: Vec::new(),
    };
    identity::users::assign_roles(&app.services, &app.actor(), "helper", &input)
        .await
        .unwrap();
    work(&app.services).await.unwrap();
    assert_eq!(users(app).await, 3);
}

/// The addresses of imports take none away from a user.
async fn a_user_called_import_has_all_pages(app: &TestApp) {
    app.add_user("import", PASSWORD).await;
    let console = app.console().await;
    for page in [
        "profile",
        "roles",
        "password",
        "sessions",
        "backup-codes",
        "backup-codes/revoke",
        "delete",
    ] {
        let answer = console.get(&format!("/console/users/import/{page}")).await;
        let page = answer.page_with(200);
        assert!(page.text.contains("import"), "{}", page.text);
        assert!(!page.heading.contains("Import"), "{}", page.heading);
    }
}

on_both_stores!(
    a_file_is_repaired_and_its_users_sign_in,
    one_file_at_a_time_and_discarded_it_is_gone,
    columns_are_named_and_edits_are_not_lost_by_importing,
    wrong_files_are_refused_in_words,
    an_import_is_its_owners_alone,
    a_user_called_import_has_all_pages,
);
