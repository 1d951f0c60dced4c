//! The tutorial's walk-through from an empty store, through the same forms a person fills in, without scripts.

use identity::testing::ADMIN_PASSWORD;

use crate::browser::Browser;
use crate::fake_provider::{code_in, messages};
use crate::fake_sp::{FakeSp, PostPage, logout_status};
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

const NEXMO_URL: &str =
    "https://rest.nexmo.com/sms/json?api_key=k1234567&api_secret=s7654321&from=NEXMO&to=&num&text=&msg";
const CLICKATELL_URL: &str = "https://api.clickatell.com/rest/message";
const CLICKATELL_HEADERS: &str =
    "X-Version: 1, Authorization: bearer s7654321, Accept: application/json, Content-Type: application/json";
/// As the tutorial prints it.
const CLICKATELL_PAYLOAD: &str =
    "{\u{201c}text\u{201d}:\u{201d}&msg\u{201c},\u{201d}to\u{201d}:[\u{201c}&num\u{201c}]}";

/// Fills in *SMSOTP Configuration* with these labels and values.
pub async fn add_identity_provider(console: &Browser, request: &[(&str, &str)], method: &str, codes: &str) {
    let list = console.open("/console/identity-providers").await.page_with(200);
    let mut form = console
        .open(list.link("Add Identity Provider"))
        .await
        .page()
        .form("Register");
    form = form.set("Identity Provider Name", "SMSOTP");
    form = form.tick("Enable SMSOTP Authenticator").tick("Default");
    for (label, value) in request {
        form = form.set(label, value);
    }
    form = form.choose("HTTP Method", method).set("HTTP Response Code", codes);
    let page = console.press(&form, "Register").await.page_with(200);
    assert_eq!((page.heading.as_str(), page.status.as_str()), ("SMSOTP", "Registered."));
    let form = page.form("Update");
    for (label, value) in request {
        assert_eq!(&form.field(label).value, value, "{label} is shown as it was typed");
    }
}

/// Registers `sp`, with its claim and both steps.
pub async fn add_service_provider(console: &Browser, sp: &FakeSp) {
    let list = console.open("/console/service-providers").await.page_with(200);
    let form = console
        .open(list.link("Add Service Provider"))
        .await
        .page()
        .form("Register");
    let page = console
        .press(&form.set("Service Provider Name", &sp.name), "Register")
        .await;
    let form = console
        .press(&page.page_with(200).form("Update"), "Configure")
        .await
        .page()
        .form("Register");
    let form = form.set("Issuer", &sp.issuer).set("Assertion Consumer URLs", &sp.acs);
    let form = form.tick("Enable Response Signing").tick("Enable Single Logout");
    let form = form
        .tick("Enable Attribute Profile")
        .tick("Include Attributes in the Response Always");
    let page = console.press(&form, "Register").await.page_with(200);
    assert_eq!(
        (page.heading.as_str(), page.status.as_str()),
        (sp.name.as_str(), "Registered.")
    );

    // Without scripts each press of a button is a visit of the server, which forgets nothing.
    let page = console
        .press(&page.form("Update"), "Add Claim URI")
        .await
        .page_with(200);
    let claim = "http://wso2.org/claims/mobile";
    let form = page.form("Update").choose("input[claims][0][local]", claim);
    let form = console
        .press(&form, "Edit Authentication Steps")
        .await
        .page()
        .form("Update");
    let form = console
        .press(&form, "Add Authentication Step")
        .await
        .page()
        .form("Update");
    let form = form.choose("input[steps][1][federated]", "SMSOTP");
    let form = console.press(&form, "add-federated-1").await.page().form("Update");
    let page = console.press(&form, "Update").await.page_with(200);
    assert_eq!(page.status, "Updated.");
    let form = page.form("Update");
    assert!(form.is_ticked("Advanced Configuration"));
    assert_eq!(
        form.field("input[claims][0][local]").value,
        claim,
        "what was typed before has come along"
    );
    let page = console.press(&form, "Update").await.page_with(200);
    assert_eq!(page.status, "Updated.");
    assert!(page.text.contains("by password, then SMS (SMSOTP)"), "{}", page.text);
}

/// Gives the administrator a number.
pub async fn set_mobile(console: &Browser) {
    let users = console.open("/console/users").await.page_with(200);
    let form = console.open(users.link("User Profile")).await.page().form("Update");
    let page = console
        .press(&form.set("Mobile", "+94 77 123 4567"), "Update")
        .await
        .page_with(200);
    assert_eq!(
        (page.status.as_str(), page.form("Update").field("Mobile").value.as_str()),
        ("Updated.", MOBILE)
    );
}

/// Signs in as the administrator and checks every step on the way; gives what the service provider accepted.
async fn sign_in(app: &TestApp, browser: &Browser, sp: &FakeSp, text: impl Fn(&str) -> bool) -> saml::sp::Accepted {
    let (request, page) = app.begin(browser, sp).await;
    let shown = page.page_with(200);
    assert!(shown.text.contains("Travelocity"), "{}", shown.text);
    let page = app.password(browser, &page, "admin", ADMIN_PASSWORD).await;
    let shown = page.page_with(200);
    assert!(
        shown.text.contains("•67.") && !shown.text.contains("94771234567"),
        "{}",
        shown.text
    );
    let [message] = messages(&app.sms).try_into().unwrap();
    assert!(text(&message), "{message}");
    let sent = PostPage::read(&app.code(browser, &page, &code_in(&message)).await);
    assert_eq!(sent.relay_state.as_deref(), Some("relay"));
    sp.accept(&sent, &request).unwrap()
}

async fn through(app: &TestApp, request: &[(&str, &str)], method: &str, codes: &str, text: impl Fn(&str) -> bool) {
    let console = app.console().await;
    add_identity_provider(&console, request, method, codes).await;
    let sp = FakeSp::new(app, 0, "Travelocity").await;
    add_service_provider(&console, &sp).await;
    set_mobile(&console).await;

    let accepted = sign_in(app, &console, &sp, text).await;
    assert_eq!(accepted.name_id.value, "admin");
    assert_eq!(
        accepted.authn_context_class.as_deref(),
        Some(saml::identifier::CONTEXT_REFEDS_MFA)
    );
    let attributes: Vec<_> = accepted
        .attributes
        .iter()
        .map(|one| (one.name.as_str(), one.values.clone()))
        .collect();
    assert_eq!(attributes, [("http://wso2.org/claims/mobile", vec![MOBILE.to_owned()])]);
    assert_eq!(app.outcomes().await, [("admin".to_owned(), "signed_in".to_owned())]);

    let logout = sp.logout_request(&accepted);
    let answer = console.open(&sp.logout_redirect(&logout, None)).await;
    let message = sp.receive_redirect(&answer);
    assert!(logout_status(&message).is_success());
    assert_eq!(message.relay_state.as_deref(), Some("after logout"));
    assert_eq!(app.begin(&console, &sp).await.1.page_with(200).heading, "Sign in");
    console.open("/console/users").await.page_with(200);
}

async fn with_nexmo(app: &TestApp) {
    let text = |message: &str| {
        message.starts_with("GET /sms/json?api_key=k1234567&api_secret=s7654321&from=NEXMO&to= 94771234567&text=Your ")
            || message.contains("&to=+94771234567&text=Your verification code is ")
    };
    through(app, &[("SMS URL", NEXMO_URL)], "GET", "", text).await;
}

async fn with_clickatell(app: &TestApp) {
    let request = [
        ("SMS URL", CLICKATELL_URL),
        ("HTTP Headers", CLICKATELL_HEADERS),
        ("HTTP Payload", CLICKATELL_PAYLOAD),
    ];
    let text = |message: &str| {
        message.starts_with("POST /rest/message ")
            && message.contains("bearer s7654321")
            && message.contains("{\"text\":\"Your verification code is ")
            && message.contains("771234567\"]}")
    };
    through(app, &request, "POST", "202,200", text).await;
}

/// The tutorial's service provider posts its requests, and logs out by POST.
async fn by_post(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let request = sp.request();
    let page = crate::fake_sp::post_request(&browser, &sp.post(&request, None)).await;
    let page = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let answer = app
        .code(&browser, &page, &crate::fake_provider::last_code(&app.sms))
        .await;
    let accepted = sp.accept(&PostPage::read(&answer), &request.id).unwrap();

    let logout = sp.logout_request(&accepted);
    let answer = crate::fake_sp::post_request(&browser, &sp.logout_post(&logout, None)).await;
    let message = sp.receive_post(&PostPage::read(&answer));
    assert!(logout_status(&message).is_success());
    assert_eq!(app.begin(&browser, &sp).await.1.page_with(200).heading, "Sign in");
}

on_both_stores!(with_nexmo, with_clickatell, by_post);
