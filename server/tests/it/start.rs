//! Starting the binary: what stops it says so in one line, with the exit code for it, and changes nothing.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Output;

use crate::browser::{Browser, ORIGIN, Server};
use crate::process::{Place, free_port};

/// The exit code, and the one line on standard error.
#[track_caller]
fn told(output: &Output) -> (i32, String) {
    let errors = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(errors.lines().count(), 1, "{errors}");
    assert!(errors.starts_with("gatehouse: "), "{errors}");
    (output.status.code().unwrap(), errors)
}

async fn refused(place: &Place, arguments: &[&str], code: i32, words: &[&str]) {
    let output = place.run(arguments).await;
    let (exit, line) = told(&output);
    assert_eq!(exit, code, "{line}");
    for word in words {
        assert!(line.contains(word), "{word:?} is not in: {line}");
    }
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[tokio::test]
async fn a_wrong_setting_is_named_and_nothing_changes() {
    for (arguments, words) in [
        (
            &["--listen", "nonsense"][..],
            &["setting listen", "\"nonsense\"", "accepted"][..],
        ),
        (&["--public-url", "localhost"], &["setting public_url", "\"localhost\""]),
        (&["--public-url", "https://x/path"], &["setting public_url"]),
        (
            &["--database-url", "mysql://u:hunter2@db/x"],
            &["setting database_url", "sqlite:"],
        ),
        (&["--config", "missing.toml"], &["missing.toml", "cannot be read"]),
    ] {
        let place = Place::new();
        refused(&place, &[&["serve"], arguments].concat(), 2, words).await;
        assert!(!place.path("data").exists(), "{arguments:?}");
    }
    for (name, value, words) in [
        ("LISTN", "x", &["listn", "does not exist", "listen"][..]),
        ("SESSION__HOURS", "long", &["session.hours", "long"]),
        ("SESSION__HOURS", "0", &["session.hours", "1 to 720"]),
        (
            "OUTBOUND__ALLOW",
            "10.0.0.0/8, sms.internal",
            &["outbound.allow", "sms.internal"],
        ),
        ("TRUSTED_PROXIES", "10.0.0.0/99", &["trusted_proxies", "10.0.0.0/99"]),
        ("DEFAULT_COUNTRY", "Ceylon", &["default_country"]),
        ("ADMIN__USERNAME", "a b", &["admin.username"]),
        ("LISTEN", "", &["listen"]),
    ] {
        let place = Place::new().with(name, value);
        refused(&place, &["serve"], 2, words).await;
        assert!(!place.path("data").exists(), "{name}");
    }
}

#[tokio::test]
async fn a_wrong_line_in_the_file_is_named() {
    for (text, words) in [
        ("lisen = \"x:1\"", &["lisen", "listen"][..]),
        ("[outbound]\nallowed = \"\"", &["outbound.allowed", "allow"]),
        ("listen = 9763", &["listen"]),
        ("listen = ", &["settings"]),
    ] {
        let place = Place::new();
        std::fs::write(place.path("gatehouse.toml"), text).unwrap();
        refused(&place, &["serve"], 2, words).await;
    }
}

/// Variables beat the file, flags beat variables.
#[tokio::test]
async fn flags_beat_variables_beat_the_file() {
    let place = Place::new()
        .with("PUBLIC_URL", "http://variable.example")
        .with("ADMIN__USERNAME", "root");
    std::fs::write(
        place.path("gatehouse.toml"),
        "public_url = \"nonsense\"\nadmin.username = \"file\"",
    )
    .unwrap();
    let running = place.serve(&["--public-url", "http://flag.example"]).await;
    assert!(
        running.printed.contains("http://flag.example/console"),
        "{}",
        running.printed
    );
    assert!(running.printed.contains("Sign in as root"), "{}", running.printed);
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let place = Place::new();
    let listen = format!("127.0.0.1:{port}");
    refused(
        &place,
        &["serve", "--listen", &listen],
        1,
        &[&format!("port {port} is taken"), "setting listen"],
    )
    .await;
    assert!(
        !place.path("data").exists(),
        "a second start must not touch the first one's store"
    );
    let sample = Place::new().with("SAMPLE__LISTEN", &listen);
    let listen = format!("127.0.0.1:{}", free_port());
    let words = [&format!("port {port} is taken"), "setting sample.listen"];
    refused(&sample, &["serve", "--demo", "--listen", &listen], 1, &words).await;
}

#[tokio::test]
async fn the_demo_is_for_this_machine_only() {
    let place = Place::new();
    let open = format!("0.0.0.0:{}", free_port());
    refused(
        &place,
        &["serve", "--demo", "--listen", &open],
        2,
        &["setting listen", "loopback"],
    )
    .await;
    let sample = Place::new().with("SAMPLE__LISTEN", &open);
    let listen = format!("127.0.0.1:{}", free_port());
    refused(
        &sample,
        &["serve", "--demo", "--listen", &listen],
        2,
        &["setting sample.listen", "loopback"],
    )
    .await;
}

#[tokio::test]
async fn the_sandbox_runs_in_the_demo_only() {
    let sample = format!("127.0.0.1:{}", free_port());
    let place = Place::new().with("SAMPLE__LISTEN", &sample);
    let inbox = format!("http://{sample}/sms");
    let running = place.serve(&[]).await;
    assert!(!running.printed.contains(&inbox), "{}", running.printed);
    let connected = std::net::TcpStream::connect(&sample);
    assert_eq!(connected.unwrap_err().kind(), std::io::ErrorKind::ConnectionRefused);
    assert_eq!(running.stop().await.0, Some(0));

    let place = place.with("SAMPLE__PUBLIC_URL", &format!("http://{sample}"));
    let running = place.serve(&["--demo"]).await;
    assert!(running.printed.contains(&inbox), "{}", running.printed);
    std::net::TcpStream::connect(&sample).unwrap();
}

#[tokio::test]
async fn a_password_is_generated_once_or_taken_as_given() {
    let place = Place::new();
    let first = place.serve(&[]).await;
    let (_, after) = first.printed.split_once("with the password ").expect(&first.printed);
    let password = after.lines().next().unwrap().trim().to_owned();
    assert!(password.len() >= 16, "{password}");
    assert_eq!(first.stop().await.0, Some(0));
    let second = place.serve(&[]).await;
    assert!(
        !second.printed.contains(&password) && second.printed.contains("it was given"),
        "{}",
        second.printed
    );
    assert!(!place.log().contains(&password));

    let place = Place::new().with("ADMIN_PASSWORD", "admin");
    let listen = format!("127.0.0.1:{}", free_port());
    refused(
        &place,
        &["serve", "--listen", &listen],
        2,
        &["GATEHOUSE_ADMIN_PASSWORD is refused"],
    )
    .await;
    // Nothing is half made: with a better one it starts.
    let place = place.with("ADMIN_PASSWORD", "a password that will do");
    let running = place.serve(&[]).await;
    assert!(
        !running.printed.contains("a password that will do"),
        "{}",
        running.printed
    );
}

#[tokio::test]
async fn a_log_that_goes_to_a_file_has_no_colours() {
    let place = Place::new();
    let running = place.serve(&["--public-url", ORIGIN]).await;
    let browser = Browser::new(Server::Socket(running.address), ORIGIN);
    browser.get("/console/login").await;
    running.stop().await;
    let log = place.log();
    assert!(log.contains("/console/login") && !log.contains('\u{1b}'), "{log}");
}

/// A used store opens with its own key only, and no other key is made for it.
#[tokio::test]
async fn a_store_opens_with_its_key_only() {
    let place = Place::new();
    place.serve(&[]).await.stop().await;
    let key = place.path("data/master.key");
    let own = std::fs::read(&key).unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    let serve = ["serve", "--listen", &listen];
    std::fs::remove_file(&key).unwrap();
    refused(&place, &serve, 1, &["master.key", "is missing", "master_key_file"]).await;
    assert!(!key.exists());

    let write = |content: &[u8], mode| {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(&key, content).unwrap();
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    write(&[9; 32], 0o600);
    refused(&place, &serve, 1, &["master key is not the one"]).await;
    write(&own[..31], 0o600);
    refused(&place, &serve, 1, &["shorter than 32"]).await;
    write(&own, 0o644);
    refused(&place, &serve, 1, &["may be read by others", "chmod 600"]).await;
    write(&own, 0o600);
    place.serve(&[]).await;
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_said_without_its_password() {
    let place = Place::new();
    let url = format!("postgres://gatehouse:hunter2@127.0.0.1:{}/x", free_port());
    let listen = format!("127.0.0.1:{}", free_port());
    let output = place.run(&["serve", "--listen", &listen, "--database-url", &url]).await;
    let (exit, line) = told(&output);
    assert_eq!(exit, 1);
    assert!(line.contains("database_url") && !line.contains("hunter2"), "{line}");
}

#[tokio::test]
async fn migrate_prepares_a_store_and_makes_no_key() {
    let place = Place::new();
    for _ in 0..2 {
        let output = place.run(&["migrate"]).await;
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "The store is up to date.\n");
    }
    assert!(place.path("data/gatehouse.db").exists() && !place.path("data/master.key").exists());
    place.serve(&[]).await;
}
