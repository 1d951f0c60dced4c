//! `export`, `apply` and `user` as processes: what they print, their exit codes, and that they work beside a server.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use crate::browser::{Browser, ORIGIN, Server};
use crate::process::Place;

/// Exit code, standard output, standard error.
fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

async fn run(place: &Place, arguments: &[&str]) -> (i32, String, String) {
    said(&place.run(arguments).await)
}

const FILE: &str = r#"
[[role]]
name = "helpdesk"
permissions = ["users.view"]

[[identity_provider]]
name = "SMSOTP"
sms_enabled = true
http_method = "GET"
sms_url = "https://sms.example.com/?key={{secret:key}}&to=&num&text=&msg"
[identity_provider.secrets]
key = { file = "sms.key" }
"#;

#[tokio::test]
async fn a_file_makes_an_installation() {
    let place = Place::new();
    fs::create_dir(place.path("etc")).unwrap();
    fs::write(place.path("etc/sms.key"), "k-1234567\n").unwrap();
    fs::write(place.path("etc/gatehouse.toml"), FILE).unwrap();
    let file = "etc/gatehouse.toml";
    // There is nothing to compare with yet, and nothing is made.
    let (code, printed, errors) = run(&place, &["apply", file, "--plan"]).await;
    assert_eq!((code, printed.as_str()), (1, ""), "{errors}");
    assert!(errors.contains("there is no store at data/gatehouse.db"), "{errors}");
    assert!(!place.path("data").exists());

    let (code, printed, errors) = run(&place, &["apply", file]).await;
    assert_eq!(code, 0, "{errors}");
    assert!(printed.contains("the user admin has the password"), "{printed}");
    assert!(printed.contains("2 added, 0 changed, 0 removed."), "{printed}");
    assert!(!printed.contains("k-1234567"), "{printed}");
    let (code, printed, _) = run(&place, &["apply", file]).await;
    assert!(code == 0 && printed.ends_with("Nothing to change.\n"), "{printed}");

    // What an earlier run left there is not written on.
    fs::write(place.path("all.toml.unfinished"), "left").unwrap();
    fs::set_permissions(place.path("all.toml.unfinished"), fs::Permissions::from_mode(0o644)).unwrap();
    let (code, printed, errors) = run(&place, &["export", "--output", "all.toml"]).await;
    assert_eq!((code, printed.as_str()), (0, ""), "{errors}");
    assert!(errors.contains("names 1 users"), "{errors}");
    let mode = fs::metadata(place.path("all.toml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let all = fs::read_to_string(place.path("all.toml")).unwrap();
    assert!(
        all.contains("name = \"helpdesk\"") && all.contains("username = \"admin\""),
        "{all}"
    );
    assert_eq!(run(&place, &["export"]).await.1, all);
    assert!(!run(&place, &["export", "--without-users"]).await.1.contains("[[user]]"));

    fs::write(
        place.path("all.toml"),
        all.replace("[\"users.view\"]", "[\"users.manage\"]"),
    )
    .unwrap();
    let (code, printed, errors) = run(&place, &["apply", "--plan", "all.toml"]).await;
    assert_eq!(code, 0, "{errors}");
    assert!(
        printed.contains("permissions: [\"users.view\"] → [\"users.view\",\"users.manage\"]"),
        "{printed}"
    );
    assert!(printed.contains("This is the plan; nothing is changed."), "{printed}");
    assert_eq!(run(&place, &["export"]).await.1, all);
}

#[tokio::test]
async fn mistakes_are_named_by_file_line_and_column() {
    let place = Place::new();
    fs::write(place.path("ok.toml"), "").unwrap();
    assert_eq!(run(&place, &["apply", "ok.toml"]).await.0, 0);
    fs::write(
        place.path("bad.toml"),
        "[[role]]\nname = \"x\"\npermission = []\n[[users]]\n",
    )
    .unwrap();
    for plan in [&["apply", "bad.toml"][..], &["apply", "bad.toml", "--plan"]] {
        let (code, printed, errors) = run(&place, plan).await;
        assert_eq!((code, printed.as_str()), (2, ""), "{errors}");
        let lines: Vec<_> = errors.lines().collect();
        assert!(
            lines[0].starts_with("bad.toml:3:1: role has no key \"permission\"; accepted are name, permissions"),
            "{errors}"
        );
        assert!(
            lines[1].starts_with("bad.toml:4:3: there is no section \"users\"; accepted are [[claim]]"),
            "{errors}"
        );
        assert_eq!(lines[2], "gatehouse: bad.toml has 2 mistakes; nothing is changed");
    }
    let output = place.run_with(&["apply", "-"], "[[role]]\nname = \"\"\n").await;
    let (code, _, errors) = said(&output);
    assert!(
        code == 2 && errors.starts_with("-:1:1: role needs the key name"),
        "{errors}"
    );
    let (code, _, errors) = run(&place, &["apply", "missing.toml"]).await;
    assert!(code == 2 && errors.contains("missing.toml cannot be read"), "{errors}");
}

#[tokio::test]
async fn users_are_managed_beside_the_running_server() {
    let place = Place::new()
        .with("ADMIN_PASSWORD", "a long test password")
        .with("DEFAULT_COUNTRY", "LK");
    let running = place.serve(&["--public-url", ORIGIN]).await;
    let password = "quite a new password";
    let output = place
        .run_with(&["user", "create", "jane", "--role", "admin"], &format!("{password}\n"))
        .await;
    let (code, printed, errors) = said(&output);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(printed, "The user jane is added, with the roles: admin.\n");
    let (code, printed, errors) = run(&place, &["user", "set-claim", "jane", "mobile", "0771234567"]).await;
    assert_eq!(
        (code, printed.as_str()),
        (0, "The claim mobile of jane is +94771234567.\n"),
        "{errors}"
    );

    let sign_in = async |password: &str| {
        let browser = Browser::new(Server::Socket(running.address), ORIGIN);
        let form = browser.open("/console/login").await.page_with(200).form("Sign In");
        let form = form.set("Username", "jane").set("Password", password);
        browser.press(&form, "Sign In").await;
        browser
    };
    let heading = async |browser: &Browser| browser.open("/console/users").await.page_with(200).heading;
    let jane = sign_in(password).await;
    assert_eq!(heading(&jane).await, "Users");
    let (code, printed, _) = run(&place, &["user", "lock", "jane"]).await;
    assert!(code == 0 && printed.contains("is locked"), "{printed}");
    assert_eq!(heading(&jane).await, "Sign in");
    assert_eq!(run(&place, &["user", "unlock", "jane"]).await.0, 0);
    let other = "another new password";
    let output = place.run_with(&["user", "set-password", "jane"], other).await;
    assert_eq!(said(&output).0, 0, "{output:?}");
    assert_eq!(heading(&sign_in(password).await).await, "Sign in");
    assert_eq!(heading(&sign_in(other).await).await, "Users");
    running.stop().await;
}

#[tokio::test]
async fn a_password_that_is_typed_is_not_shown() {
    let place = Place::new().with("ADMIN_PASSWORD", "a long test password");
    fs::write(place.path("empty.toml"), "").unwrap();
    assert_eq!(run(&place, &["apply", "empty.toml"]).await.0, 0);
    let first = "New password of admin: ";
    let again = "The same again: ";
    let typed = [(first, "quite a new password"), (again, "quite another one")];
    let (code, shown) = place.at_a_terminal("user set-password admin", &typed).await;
    assert_eq!(code, Some(2), "{shown}");
    assert!(shown.contains("the two passwords differ"), "{shown}");
    let typed = typed.map(|(question, _)| (question, "quite a new password"));
    let (code, shown) = place.at_a_terminal("user set-password admin", &typed).await;
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains("The password of admin is changed") && !shown.contains("quite"),
        "{shown}"
    );
}

#[tokio::test]
async fn what_is_wrong_with_a_user_has_its_exit_code() {
    let place = Place::new().with("ADMIN_PASSWORD", "a long test password");
    fs::write(place.path("empty.toml"), "").unwrap();
    assert_eq!(run(&place, &["apply", "empty.toml"]).await.0, 0);
    for (arguments, input, code, words) in [
        (&["user", "create", "jane"][..], "short\n", 2, "too short"),
        (&["user", "create", "jane"], "", 2, "no password was given"),
        (&["user", "create", "jane doe"], "a fine password\n", 2, "holds a space"),
        (&["user", "create", "ADMIN"], "a fine password\n", 2, "already"),
        (
            &["user", "create", "jane", "--role", "x"],
            "a fine password\n",
            2,
            "no role \"x\"",
        ),
        (
            &["user", "set-password", "nobody"],
            "a fine password\n",
            2,
            "no user \"nobody\"",
        ),
        (
            &["user", "set-claim", "admin", "shoesize", "44"],
            "",
            2,
            "accepted are givenname",
        ),
        (
            &["user", "set-claim", "admin", "mobile", "0771234567"],
            "",
            2,
            "country",
        ),
        (&["user", "lock", "nobody"], "", 2, "no user \"nobody\""),
        (
            &["user", "lock", "admin"],
            "",
            1,
            "no unlocked user with all permissions",
        ),
    ] {
        let (exit, printed, errors) = said(&place.run_with(arguments, input).await);
        assert_eq!((exit, printed.as_str()), (code, ""), "{arguments:?} {errors}");
        assert!(
            errors.starts_with("gatehouse: ") && errors.contains(words),
            "{arguments:?} {errors}"
        );
        assert_eq!(errors.lines().count(), 1, "{errors}");
    }
    let all = run(&place, &["export"]).await.1;
    assert_eq!(all.matches("[[user]]").count(), 1, "{all}");
    for command in [
        &["export"][..],
        &["apply"],
        &["user"],
        &["user", "create"],
        &["user", "set-password"],
        &["user", "set-claim"],
        &["user", "lock"],
        &["user", "unlock"],
        &["doctor"],
    ] {
        let (code, printed, _) = run(&place, &[command, &["--help"]].concat()).await;
        assert!(code == 0 && printed.contains("Example"), "{command:?} {printed}");
    }
}
