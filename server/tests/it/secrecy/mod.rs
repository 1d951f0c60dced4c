//! After a full run of the binary no trace of it holds a code, a key or a password, and a number stands in its user's
//! claim only: neither the database's files and dumps, nor the log at its most talkative, nor any page.
//!
//! Each place that is searched is first shown to be searched: what is known to be there is found there.

mod run;
mod search;

use std::path::{Path, PathBuf};

use identity::store::connect;
use tokio::process::Command;

use self::run::{MARKER, Secrets, a_full_run};
use self::search::{Trace, holding};
use crate::browser::ORIGIN;
use crate::process::{Place, Running};
use crate::secrets::dump;
use crate::stores::{Kind, Store};

/// Everything in a folder, however deep.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

/// The files of the database as they are at this moment.
fn database_files(place: &Place) -> Vec<Trace> {
    let files = files(&place.path("data")).into_iter();
    let files = files.filter(|path| path.file_name().is_some_and(|name| name != "master.key"));
    files
        .map(|path| Trace {
            place: path.file_name().unwrap().to_string_lossy().into_owned(),
            bytes: std::fs::read(&path).unwrap(),
        })
        .collect()
}

/// The cells of all tables, a trace each.
async fn cells(url: &str) -> Vec<Trace> {
    let db = connect(url).await.unwrap();
    let cells = dump(&db).await.into_iter().map(|cell| Trace {
        place: cell.place,
        bytes: cell.text.into_bytes(),
    });
    let cells = cells.collect();
    db.close().await.unwrap();
    cells
}

/// What PostgreSQL's own backup of the database holds.
async fn postgres_dump(url: &str) -> Trace {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let find = Command::new(root.join("scripts/with-postgres")).arg("--find").output();
    let programs = String::from_utf8(find.await.unwrap().stdout).unwrap();
    let dump = Command::new(Path::new(programs.trim()).join("pg_dump"))
        .arg(url)
        .output();
    let dump = dump.await.unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    Trace {
        place: "pg_dump".into(),
        bytes: dump.stdout,
    }
}

/// None of the secrets is in any of the traces, nor are numbers, but in places that begin like one of `claims`.
#[track_caller]
fn nothing_in(traces: &[Trace], secrets: &Secrets, claims: &[&str]) {
    for secret in &secrets.never {
        assert_eq!(holding(traces, secret), Vec::<&str>::new(), "{secret}");
    }
    for number in &secrets.numbers {
        let places = holding(traces, number);
        let strays: Vec<_> = places
            .iter()
            .filter(|place| !claims.iter().any(|claim| place.starts_with(claim)))
            .collect();
        assert!(strays.is_empty(), "{number} is in {strays:?}");
    }
}

/// Stops the server and searches all that it wrote for people to read, beside the pages.
async fn log_and_pages(place: &Place, running: Running, secrets: &Secrets, pages: &[Trace]) {
    let (exit, printed) = running.stop().await;
    assert_eq!(exit, Some(0));
    let log = [Trace {
        place: "log".into(),
        bytes: (printed + &place.log()).into_bytes(),
    }];
    let written = String::from_utf8_lossy(&log[0].bytes);
    // It is the log of all, at its most talkative: the client that sends the SMS is in it, and the addresses of requests.
    for known in ["TRACE", "hyper", &secrets.known_in_log] {
        assert!(written.contains(known), "{known}");
    }
    nothing_in(&log, secrets, &[]);
    assert!(!holding(pages, MARKER).is_empty(), "pages are searched");
    assert!(pages.len() > 40, "{}", pages.len());
    // The answer to the application has the claim that it asked for.
    nothing_in(pages, secrets, &["/samlsso/resume/"]);
}

const CLAIMS: [&str; 2] = ["user_claim.value", "user_claim.value_lower"];

#[tokio::test]
async fn a_full_run_leaves_no_secret_in_sqlite_files_log_or_pages() {
    let (place, provider) = run::place().await;
    let running = place.serve(&["--public-url", ORIGIN]).await;
    let (secrets, pages) = a_full_run(&running, &provider).await;

    // While it runs the newest rows are in the write-ahead log, not in the database's own file.
    let files = database_files(&place);
    let names = holding(&files, MARKER);
    assert!(names.iter().any(|name| name.ends_with("-wal")), "{names:?}");
    let stored = cells(&run::sqlite_url(&place)).await;
    assert_eq!(
        holding(&stored, &secrets.numbers[0]),
        CLAIMS,
        "the number that is his now"
    );
    nothing_in(&stored, &secrets, &CLAIMS);
    let all_of = |traces: &[Trace]| traces.iter().map(|trace| trace.place.clone()).collect::<Vec<_>>();
    let where_claims_are = all_of(&files);
    let where_claims_are: Vec<&str> = where_claims_are.iter().map(String::as_str).collect();
    nothing_in(&files, &secrets, &where_claims_are);

    log_and_pages(&place, running, &secrets, &pages).await;
    let files = database_files(&place);
    assert!(!holding(&files, MARKER).is_empty());
    nothing_in(&files, &secrets, &where_claims_are);
}

#[tokio::test]
async fn a_full_run_leaves_no_secret_in_a_dump_of_postgres() {
    let store = Store::open(Kind::Postgres).await;
    let (place, provider) = run::place().await;
    let place = place.with("DATABASE_URL", &store.url);
    let running = place.serve(&["--public-url", ORIGIN]).await;
    let (secrets, pages) = a_full_run(&running, &provider).await;

    let stored = cells(&store.url).await;
    assert_eq!(holding(&stored, &secrets.numbers[0]), CLAIMS);
    nothing_in(&stored, &secrets, &CLAIMS);
    let dump = [postgres_dump(&store.url).await];
    assert_eq!(holding(&dump, MARKER), ["pg_dump"]);
    nothing_in(&dump, &secrets, &["pg_dump"]);
    log_and_pages(&place, running, &secrets, &pages).await;
    store.remove().await;
}
