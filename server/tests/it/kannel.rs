//! A real gateway, Debian's Kannel with its fake SMSC, on ports of this machine: a sign-in whose code goes all the way
//! through it, and the sandbox's shape of Kannel held against it.

use std::net::Ipv4Addr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use identity::clock::SystemClock;
use identity::sms::Limits;
use identity::sms::transport::{Answer, SmsTransport as _};
use sms::Settings;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::{sleep, timeout};

use crate::browser::{Answer as Page, Browser, Server};
use crate::fake_provider::code_in;
use crate::fake_sp::{FakeSp, PostPage};
use crate::process::{Place, free_port};
use crate::sandbox::{self, transport};
use crate::walk_through::{add_identity_provider, add_service_provider, set_mobile};

/// Far longer than Kannel takes for anything on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
const ORIGIN: &str = "http://localhost:9763";
const PASSWORD: &str = "a password of a gateway";

/// The gateway's processes, which are killed with it, and its folder.
struct Kannel {
    /// Where smsbox takes messages.
    port: u16,
    /// What the SMSC prints: a line for each message that reached it.
    smsc: Lines<BufReader<ChildStderr>>,
    _folder: TempDir,
    _processes: [Child; 3],
}

impl Kannel {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [admin, boxes, smsc, port] = std::array::from_fn(|_| free_port());
        let configuration = format!(
            "group = core\nadmin-port = {admin}\nadmin-interface = 127.0.0.1\nadmin-password = status\n\
             smsbox-port = {boxes}\nsmsbox-interface = 127.0.0.1\n\n\
             group = smsc\nsmsc = fake\nsmsc-id = fake\nport = {smsc}\nconnect-allow-ip = 127.0.0.1\n\n\
             group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {port}\nsendsms-interface = 127.0.0.1\n\n\
             group = sendsms-user\nusername = tester\npassword = foobar\n\n\
             group = sms-service\nkeyword = default\ntext = \"nothing here\"\n"
        );
        std::fs::write(folder.path().join("kannel.conf"), configuration).unwrap();
        let run = |program: &str, arguments: &[&str]| {
            Command::new(program)
                .args(arguments)
                .current_dir(folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .kill_on_drop(true)
                .spawn()
                .unwrap_or_else(|error| panic!("{program}: {error}; scripts/setup-test installs it"))
        };
        let mut bearerbox = run("/usr/sbin/bearerbox", &["kannel.conf"]);
        drain(&mut bearerbox);
        listens(boxes).await;
        listens(smsc).await;
        let mut smsbox = run("/usr/sbin/smsbox", &["kannel.conf"]);
        drain(&mut smsbox);
        let smsc = smsc.to_string();
        let arguments = ["-H", "127.0.0.1", "-r", &smsc, "-m", "0", "1 2 text nothing"];
        let mut fake = run("/usr/lib/kannel/test/fakesmsc", &arguments);
        let printed = fake.stderr.take().unwrap();
        listens(port).await;
        Self {
            port,
            smsc: BufReader::new(printed).lines(),
            _folder: folder,
            _processes: [fake, smsbox, bearerbox],
        }
    }

    /// The next message that reaches the SMSC: sender, number, kind, text.
    async fn received(&mut self) -> String {
        let next = async {
            loop {
                let line = self.smsc.next_line().await.unwrap().expect("the SMSC ended");
                if let Some((_, message)) = line.split_once("Got message ") {
                    let (_, message) = message.split_once(": <").expect("a message");
                    return message.trim_end_matches('>').to_owned();
                }
            }
        };
        timeout(PATIENCE, next).await.expect("no message reached the SMSC")
    }

    /// The preset's settings for this gateway, with these keys typed in.
    fn settings(&self, username: &str, password: &str) -> Settings {
        let settings = sms::presets::find("kannel").unwrap().settings("");
        let url = settings
            .url
            .replace("localhost:13013", &format!("127.0.0.1:{}", self.port));
        let url = url.replace("{{secret:username}}", username);
        Settings {
            url: url.replace("{{secret:password}}", password),
            ..settings
        }
    }
}

/// A process whose output nobody takes would stop when the pipe is full.
fn drain(child: &mut Child) {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
}

async fn listens(port: u16) {
    let connected = async {
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, connected).await.expect("Kannel does not get ready");
}

async fn press(browser: &Browser, page: &Page, fields: &[(&str, &str)], button: &str) -> Page {
    let form = page.page().form(button);
    let form = fields.iter().fold(form, |form, (label, value)| form.set(label, value));
    browser.press(&form, button).await
}

#[tokio::test]
async fn a_code_reaches_the_phone_and_signs_in() {
    let mut kannel = Kannel::start().await;
    let place = Place::new()
        .with("ADMIN_PASSWORD", PASSWORD)
        .with("OUTBOUND__ALLOW", &format!("127.0.0.1:{}", kannel.port));
    let server = place.serve(&["--public-url", ORIGIN]).await;
    let browser = Browser::new(Server::Socket(server.address), ORIGIN);
    let credentials = [("Username", "admin"), ("Password", PASSWORD)];
    let page = browser.open("/console/users").await;
    press(&browser, &page, &credentials, "Sign In").await.page_with(200);

    let settings = kannel.settings("tester", "foobar");
    add_identity_provider(&browser, &[("SMS URL", &settings.url)], "GET", &settings.response_code).await;
    let metadata = browser.get("/identity/metadata/saml2").await;
    let sp = FakeSp::knowing(&metadata, Arc::new(SystemClock), 0, "Travelocity");
    add_service_provider(&browser, &sp).await;
    set_mobile(&browser).await;

    let request = sp.request();
    let page = browser.open(&sp.redirect(&request, None)).await;
    let page = press(&browser, &page, &credentials, "Sign In").await;
    assert_eq!(page.page_with(200).heading, "Check your phone");
    let message = kannel.received().await;
    assert!(
        message.starts_with("Gatehouse +94771234567 text Your verification code is "),
        "{message}"
    );
    let code = code_in(&message);
    let label = "Enter the code sent to your mobile phone";
    let answer = press(&browser, &page, &[(label, &code)], "Authenticate").await;
    let accepted = sp.accept(&PostPage::read(&answer), &request.id).unwrap();
    assert_eq!(accepted.name_id.value, "admin");
    let deliveries = browser.open("/console/deliveries").await.page_with(200);
    assert!(deliveries.text.contains("accepted"), "{}", deliveries.text);
    server.stop().await;
}

/// Sends one GET and gives status and text.
async fn ask(url: &str) -> Answer {
    let settings = Settings {
        method: sms::Method::Get,
        url: url.to_owned(),
        ..Settings::default()
    };
    let values = sms::Values {
        number: "+94771234567",
        code: "482913",
        minutes: 5,
        site: None,
    };
    let request = sms::compile(&settings)
        .template
        .unwrap()
        .render(&values, &|_| None)
        .unwrap();
    transport(Limits::PRODUCT).send(&request).await.unwrap()
}

#[tokio::test]
async fn the_sandbox_answers_as_kannel_does() {
    let mut kannel = Kannel::start().await;
    let here = sandbox::serve().await;
    let good = "username=tester&password=foobar&from=G&to=&num&charset=UTF-8&text=&msg";
    for (what, query) in [
        ("good", good.to_owned()),
        (
            "short names",
            good.replace("username", "user").replace("password", "pass"),
        ),
        ("a wrong password", good.replace("foobar", "wrong")),
        ("no password", good.replace("password=foobar&", "")),
        ("no number", good.replace("to=&num&", "")),
        ("no number at all", good.replace("&num", "somebody")),
    ] {
        let path = format!("/cgi-bin/sendsms?{query}");
        let real = ask(&format!("http://127.0.0.1:{}{path}", kannel.port)).await;
        let shape = ask(&format!("http://{here}/sms/kannel{path}")).await;
        assert_eq!((shape.status, &shape.body), (real.status, &real.body), "{what}");
    }
    for _ in ["good", "short names"] {
        assert!(
            kannel
                .received()
                .await
                .starts_with("G +94771234567 text Your verification code")
        );
    }
}
