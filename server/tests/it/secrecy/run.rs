//! Everything that has to do with a secret, through the binary's own address: forms that are refused and saved, keys in
//! every place, tests, sign-ins good and bad, a number that changes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use identity::clock::SystemClock;

use super::search::Trace;
use crate::browser::{Answer, Browser, ORIGIN, Server};
use crate::fake_provider::{HttpProvider, code_in};
use crate::fake_sp::{FakeSp, PostPage};
use crate::form::Form;
use crate::process::{Place, Running};
use crate::walk_through::add_service_provider;

/// Stands in a claim of the administrator's: what is found proves the search.
pub const MARKER: &str = "planted in a claim 7654321";
const PASSWORD: &str = "a telling password of this run";
const WRONG_PASSWORD: &str = "a wrong but telling password";
const KEYS: [&str; 4] = [
    "k-in-the-url-7654321",
    "k-in-the-header-7654321",
    "k-in-the-payload-7654321",
    "k-that-came-later-7654321",
];
/// As digits, so that they are found however they are written: the newest first, then the one before, then the test's.
/// None is the example that forms show.
const NUMBERS: [&str; 3] = ["94777654321", "94769876543", "94771112223"];
const TESTS: usize = 3;
const CODE: &str = "Enter the code sent to your mobile phone";

/// What must not be found, and what must.
pub struct Secrets {
    pub never: Vec<String>,
    /// Digits of numbers.
    pub numbers: Vec<String>,
    /// A part of an address that was asked for.
    pub known_in_log: String,
}

pub async fn place() -> (Place, HttpProvider) {
    let provider = HttpProvider::start().await;
    let place = Place::new()
        .with("ADMIN_PASSWORD", PASSWORD)
        .with("OUTBOUND__ALLOW", &provider.address.to_string())
        .talkative();
    (place, provider)
}

pub fn sqlite_url(place: &Place) -> String {
    let mut files = super::files(&place.path("data"));
    files.retain(|path| path.extension().is_some_and(|extension| extension == "db"));
    let [file] = &files[..] else { panic!("{files:?}") };
    format!("sqlite:{}", file.display())
}

/// A browser that keeps every page it is shown.
struct Reader {
    browser: Browser,
    pages: Arc<Mutex<Vec<Trace>>>,
}

impl Reader {
    fn new(running: &Running, pages: &Arc<Mutex<Vec<Trace>>>) -> Self {
        Self {
            browser: Browser::new(Server::Socket(running.address), ORIGIN),
            pages: pages.clone(),
        }
    }

    /// Where a page stands matters, not whose it is: ids and flows are left out.
    fn keep(&self, answer: &Answer) {
        self.pages.lock().unwrap().push(Trace {
            place: answer.path.split('?').next().unwrap_or_default().to_owned(),
            bytes: format!("{:?}\n{}", answer.headers, answer.body).into_bytes(),
        });
    }

    async fn open(&self, path: &str) -> Answer {
        let answer = self.browser.open(path).await;
        self.keep(&answer);
        answer
    }

    async fn press(&self, form: &Form, button: &str) -> Answer {
        let answer = self.browser.press(form, button).await;
        self.keep(&answer);
        answer
    }

    async fn sign_in(&self, page: &Answer, username: &str, password: &str) -> Answer {
        let form = page.page().form("Sign In");
        let form = form.set("Username", username).set("Password", password);
        self.press(&form, "Sign In").await
    }

    async fn code(&self, page: &Answer, code: &str) -> Answer {
        let form = page.page().form("Authenticate").set(CODE, code);
        self.press(&form, "Authenticate").await
    }
}

pub async fn a_full_run(running: &Running, provider: &HttpProvider) -> (Secrets, Vec<Trace>) {
    let pages = Arc::default();
    // The console's own forms show a key to whoever may change it: those pages are not kept.
    let console = Reader::new(running, &Arc::default());
    let person = Reader::new(running, &pages);
    let page = console.open("/console/login").await;
    console.sign_in(&page, "admin", PASSWORD).await;
    identity_provider(&console, provider).await;
    profile(&console, NUMBERS[1]).await;
    let metadata = console.open("/identity/metadata/saml2").await;
    let sp = FakeSp::knowing(&metadata, Arc::new(SystemClock), 0, "Travelocity");
    add_service_provider(&console.browser, &sp).await;

    sign_ins(&person, &sp, provider).await;
    profile(&console, NUMBERS[0]).await;
    let other = Reader::new(running, &pages);
    let page = other.open(&sp.redirect(&sp.request(), None)).await;
    let page = other.sign_in(&page, "admin", PASSWORD).await;
    assert_eq!(page.page_with(200).heading, "Check your phone");
    changed_keys(&console).await;

    let viewer = viewer(&console, running, &pages).await;
    read_all(&viewer).await;
    let mut never: Vec<String> = KEYS
        .iter()
        .chain([&PASSWORD, &WRONG_PASSWORD])
        .map(|&text| text.into())
        .collect();
    // A test sends a made-up code, which the preview shows, too.
    let received = provider.received();
    // An old number is told that it was changed, without a code.
    let codes = received
        .iter()
        .skip(TESTS)
        .filter(|message| message.contains("code is"));
    never.extend(codes.map(|message| code_in(message)));
    for reader in [&console, &person, &other, &viewer] {
        never.extend(reader.browser.cookies.lock().unwrap().values().cloned());
    }
    let secrets = Secrets {
        never,
        numbers: NUMBERS.map(str::to_owned).to_vec(),
        known_in_log: "/console/deliveries".into(),
    };
    // Cookies stand in the answers that set them, and nowhere else in a page.
    let pages = std::mem::take(&mut *pages.lock().unwrap());
    (secrets, pages.into_iter().map(without_cookies).collect())
}

fn without_cookies(page: Trace) -> Trace {
    let text = String::from_utf8(page.bytes).unwrap();
    let (_, body) = text.split_once('\n').unwrap();
    Trace {
        place: page.place,
        bytes: body.as_bytes().to_vec(),
    }
}

/// Refused at first, so that a draft of it is kept; then saved, and tried with good and bad answers.
async fn identity_provider(console: &Reader, provider: &HttpProvider) {
    let page = console.open("/console/identity-providers/new").await;
    let url = format!("http://{}/send?api_key={}&to=&num", provider.address, KEYS[0]);
    let payload = format!(r#"{{"secret":"{}","text":"&msg"}}"#, KEYS[2]);
    let form = page.page().form("Register");
    let form = form
        .tick("Enable SMSOTP Authenticator")
        .set("SMS URL", &url)
        .set(
            "HTTP Headers",
            &format!("Authorization: Bearer {}\nContent-Type: application/json", KEYS[1]),
        )
        .set("HTTP Payload", &payload)
        .set("Code length", "10")
        .set("Test number", &format!("+{}", NUMBERS[2]));
    let page = console.press(&form, "Register").await;
    assert!(page.page_with(200).alert.contains("Not saved"), "{}", page.page().alert);
    let form = page.page().form("Register").set("Identity Provider Name", "SMSOTP");
    let page = console.press(&form, "Register").await;
    assert_eq!(page.page_with(200).status, "Registered.");
    provider.answer_next(&[500, 422]);
    for _ in 0..TESTS {
        console
            .press(&page.page().form("Update"), "Send test SMS")
            .await
            .page_with(200);
    }
    assert_eq!(provider.received().len(), TESTS);
}

async fn profile(console: &Reader, number: &str) {
    let page = console.open("/console/users/admin/profile").await;
    let form = page.page().form("Update");
    let form = form.set("Mobile", &format!("+{number}")).set("Organization", MARKER);
    let page = console.press(&form, "Update").await;
    assert_eq!(page.page_with(200).status, "Updated.");
}

/// One with all that can go wrong and still goes through; requests that are refused.
async fn sign_ins(person: &Reader, sp: &FakeSp, provider: &HttpProvider) {
    let request = sp.request();
    let page = person.open(&sp.redirect(&request, Some("relay"))).await;
    let page = person.sign_in(&page, "admin", WRONG_PASSWORD).await;
    // Busy, three times over: nothing left, and the next may go after two seconds.
    provider.answer_next(&[503, 503, 503]);
    let page = person.sign_in(&page, "admin", PASSWORD).await;
    assert!(
        page.page_with(200).text.contains("no code was sent"),
        "{}",
        page.page().text
    );
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let page = person.press(&page.page().form("Resend code"), "Resend code").await;
    let page = person.code(&page, "0000000001").await;
    assert!(
        page.page_with(200).text.contains("4 attempts left"),
        "{}",
        page.page().text
    );
    let code = provider.received().last().map(|message| code_in(message)).unwrap();
    let answer = person.code(&page, &code).await;
    let accepted = sp.accept(&PostPage::read(&answer), &request.id).unwrap();
    let broken = sp.redirect(&sp.request(), None);
    person.open(&broken.replace("SAMLRequest=", "SAMLRequest=x")).await;
    person
        .open(&sp.logout_redirect(&sp.logout_request(&accepted), None))
        .await;

    // A message that is refused, and a sign-in that is left there.
    let page = person.open(&sp.redirect(&sp.request(), None)).await;
    let page = person.sign_in(&page, "admin", PASSWORD).await;
    provider.answer_next(&[422]);
    person.press(&page.page().form("Resend code"), "Resend code").await;
}

/// Another key in the place of the first.
async fn changed_keys(console: &Reader) {
    let list = console.open("/console/identity-providers").await;
    let page = console.open(list.page().link("SMSOTP")).await;
    let form = page.page().form("Update");
    let url = form.field("SMS URL").value.replace(KEYS[0], KEYS[3]);
    let page = console.press(&form.set("SMS URL", &url), "Update").await;
    assert_eq!(page.page_with(200).status, "Updated.");
}

/// Somebody who may look at everything.
async fn viewer(console: &Reader, running: &Running, pages: &Arc<Mutex<Vec<Trace>>>) -> Reader {
    const VIEWER: (&str, &str) = ("viewer", "the password of a viewer");
    let form = console.open("/console/users/new").await.page().form("Register");
    let form = form.set("Username", VIEWER.0).set("Password", VIEWER.1);
    let form = form.set("Confirm Password", VIEWER.1);
    console.press(&form, "Register").await.page_with(200);
    let form = console.open("/console/roles/new").await.page().form("Register");
    let views: Vec<String> = domain::Permission::ALL
        .into_iter()
        .filter(|one| !one.as_str().ends_with(".manage"))
        .map(|one| one.label().to_owned())
        .collect();
    let form = views
        .iter()
        .fold(form.set("Role Name", "viewer"), |form, view| form.tick(view));
    let page = console.press(&form, "Register").await;
    assert_eq!(page.page_with(200).status, "Registered.", "{}", page.page().alert);
    let page = console.open("/console/users/viewer/roles").await;
    let page = console
        .press(&page.page().form("Update").tick("viewer"), "Update")
        .await;
    assert_eq!(page.page_with(200).status, "Updated.", "{}", page.page().alert);

    let viewer = Reader::new(running, pages);
    let page = viewer.open("/console/login").await;
    viewer.sign_in(&page, VIEWER.0, VIEWER.1).await;
    viewer
}

/// Every page that leads on from the navigation, and those one step further.
async fn read_all(viewer: &Reader) {
    let home = viewer.open("/console/deliveries").await.page_with(200);
    let inside = |page: &crate::page::Page| -> Vec<String> {
        let links = page
            .links
            .iter()
            .map(|(_, href)| href.split('#').next().unwrap_or_default().to_owned());
        links.filter(|href| href.starts_with("/console")).collect()
    };
    let mut seen = std::collections::BTreeSet::new();
    let mut to_see = inside(&home);
    while let Some(path) = to_see.pop() {
        if !seen.insert(path.clone()) || seen.len() > 150 {
            continue;
        }
        let answer = viewer.open(&path).await;
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        if answer.status == 200 && !path.contains(".csv") {
            to_see.extend(inside(&answer.page()));
        }
    }
    for page in [
        "/console/deliveries.csv",
        "/console/audit",
        "/console/sign-ins",
        "/console/users/admin/profile",
    ] {
        assert!(
            seen.iter().any(|path| path.starts_with(page)),
            "{page} was not seen: {seen:?}"
        );
    }
}
