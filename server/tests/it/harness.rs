//! A server with everything real but the clock and the way out to the SMS provider, and short ways to set it up.
//!
//! What a test is about it does through pages; what it only needs is set up here, by the rules pages call.

use std::sync::Arc;

use axum::Router;
use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::input::saml::SamlInput;
use domain::input::service_provider::{BASIC, ClaimRow, StepRow, StepsInput};
use domain::input::user::{ProfileInput, UserInput};
use domain::{PermissionSet, claim};
use identity::clock::{Clock, ManualClock};
use identity::testing::{self, ADMIN_PASSWORD, RecordingTransport};
use identity::{Actor, Services, Settings, identity_providers, service_providers, users};
use sea_orm::EntityTrait;
use server::AppState;

use crate::browser::{Answer, Browser, Server};
use crate::fake_provider::last_code;
use crate::fake_sp::{FakeSp, PostPage};
use crate::stores::{Kind, Store};

/// The administrator's number in tests.
pub const MOBILE: &str = "+94771234567";

pub struct TestApp {
    pub services: Services,
    pub clock: Arc<ManualClock>,
    pub sms: Arc<RecordingTransport>,
    pub router: Router,
    pub store: Store,
    pub origin: String,
}

impl TestApp {
    pub async fn start(kind: Kind) -> Self {
        Self::start_with(kind, testing::settings()).await
    }

    pub async fn start_with(kind: Kind, settings: Settings) -> Self {
        let store = Store::open(kind).await;
        let origin = settings.public_url.origin().ascii_serialization();
        let (services, clock, sms, _) = testing::services_on(store.db.clone(), settings).await;
        let router = server::router(AppState::new(services.clone(), Vec::new()));
        Self {
            services,
            clock,
            sms,
            router,
            store,
            origin,
        }
    }

    pub async fn stop(self) {
        drop((self.router, self.services));
        self.store.remove().await;
    }

    pub fn browser(&self) -> Browser {
        Browser::new(Server::Router(self.router.clone()), &self.origin)
    }

    /// A browser with the administrator signed in to the console.
    pub async fn console(&self) -> Browser {
        self.console_as("admin", ADMIN_PASSWORD).await
    }

    pub async fn console_as(&self, username: &str, password: &str) -> Browser {
        let browser = self.browser();
        let form = browser.open("/console/login").await.page_with(200).form("Sign In");
        let form = form.set("Username", username).set("Password", password);
        browser.press(&form, "Sign In").await;
        assert!(browser.cookie("gatehouse_console").is_some());
        browser
    }

    pub fn seconds(&self, seconds: i64) {
        self.clock.advance(chrono::Duration::seconds(seconds));
    }

    /// Who sets things up: everything is allowed, and the password was given just now.
    pub fn actor(&self) -> Actor {
        Actor {
            permissions: PermissionSet::all(),
            ..Actor::command_line(self.clock.now())
        }
    }

    /// An identity provider `SMSOTP` that posts JSON.
    pub async fn provider(&self, change: impl FnOnce(&mut IdentityProviderInput)) -> i64 {
        let mut input = IdentityProviderInput {
            name: "SMSOTP".into(),
            sms_enabled: Tick(true),
            sms_default: Tick(true),
            sms_url: "https://sms.example/send".into(),
            http_headers: "Content-Type: application/json".into(),
            http_payload: r#"{"to":"&num","text":"&msg"}"#.into(),
            ..Default::default()
        };
        change(&mut input);
        identity_providers::create(&self.services, &self.actor(), &input)
            .await
            .unwrap()
    }

    /// A service provider with these steps, each an identity provider's id or `None` for user name and password.
    pub async fn sp(&self, name: &str, steps: &[Option<i64>], change: impl FnOnce(&mut SamlInput)) -> FakeSp {
        let (services, actor) = (&self.services, self.actor());
        let basics = domain::input::service_provider::ServiceProviderInput {
            name: name.into(),
            ..Default::default()
        };
        let id = service_providers::create(services, &actor, &basics).await.unwrap();
        let mut sp = FakeSp::new(self, id, name).await;
        let mut saml = SamlInput {
            issuer: sp.issuer.clone(),
            acs_urls: vec![sp.acs.clone()],
            enable_response_signing: Tick(true),
            enable_single_logout: Tick(true),
            enable_attribute_profile: Tick(true),
            include_attributes_always: Tick(true),
            ..Default::default()
        };
        change(&mut saml);
        sp.response_signed = saml.enable_response_signing.0;
        service_providers::save_saml(services, &actor, id, &saml).await.unwrap();
        self.set_steps(id, steps).await;
        let mut page = service_providers::get(services, &actor, id).await.unwrap().input;
        page.claims = vec![ClaimRow {
            local: claim::MOBILE.into(),
            ..Default::default()
        }];
        service_providers::update(services, &actor, id, &page).await.unwrap();
        sp
    }

    pub async fn set_steps(&self, id: i64, steps: &[Option<i64>]) {
        let stored = service_providers::steps_form(&self.services, &self.actor(), id)
            .await
            .unwrap();
        let row = |step: &Option<i64>| StepRow {
            authenticators: vec![step.map_or(BASIC.to_owned(), |id| id.to_string())],
            ..Default::default()
        };
        let input = StepsInput {
            version: stored.input.version,
            steps: steps.iter().map(row).collect(),
            subject_step: "0".into(),
            attributes_step: "0".into(),
            press: String::new(),
        };
        service_providers::save_steps(&self.services, &self.actor(), id, &input)
            .await
            .unwrap();
    }

    /// Changes a service provider's SAML configuration.
    pub async fn change_saml(&self, sp: &FakeSp, change: impl FnOnce(&mut SamlInput)) {
        let stored = service_providers::saml_form(&self.services, &self.actor(), sp.id)
            .await
            .unwrap();
        let mut input = stored.input;
        change(&mut input);
        service_providers::save_saml(&self.services, &self.actor(), sp.id, &input)
            .await
            .unwrap();
    }

    /// The usual case: password and code, and the administrator has a number.
    pub async fn two_steps(&self) -> FakeSp {
        let provider = self.provider(|_| ()).await;
        self.set_mobile("admin", MOBILE).await;
        self.sp("Travelocity", &[None, Some(provider)], |_| ()).await
    }

    pub async fn set_mobile(&self, username: &str, number: &str) {
        self.set_claim(username, "mobile", number).await;
    }

    /// Changes one field of a profile, by the last part of its claim's URI.
    pub async fn set_claim(&self, username: &str, name: &str, value: &str) {
        let profile = users::profile(&self.services, &self.actor(), username).await.unwrap();
        let input = ProfileInput {
            version: profile.version.to_string(),
            claims: [(name.to_owned(), value.to_owned())].into(),
        };
        users::update_profile(&self.services, &self.actor(), username, &input)
            .await
            .unwrap();
    }

    pub async fn add_user(&self, username: &str, password: &str) {
        let input = UserInput {
            username: username.into(),
            password: password.into(),
            confirm_password: password.into(),
        };
        users::create(&self.services, &self.actor(), &input).await.unwrap();
    }

    /// Goes from the application to the sign-in's first page; gives the request's ID too.
    pub async fn begin(&self, browser: &Browser, sp: &FakeSp) -> (String, Answer) {
        let request = sp.request();
        let answer = browser.open(&sp.redirect(&request, Some("relay"))).await;
        (request.id, answer)
    }

    /// Types name and password into the page that asks for them.
    pub async fn password(&self, browser: &Browser, page: &Answer, username: &str, password: &str) -> Answer {
        let form = page
            .page()
            .form("Sign In")
            .set("Username", username)
            .set("Password", password);
        browser.press(&form, "Sign In").await
    }

    pub async fn code(&self, browser: &Browser, page: &Answer, code: &str) -> Answer {
        let label = "Enter the code sent to your mobile phone";
        browser
            .press(&page.page().form("Authenticate").set(label, code), "Authenticate")
            .await
    }

    pub async fn resend(&self, browser: &Browser, page: &Answer) -> Answer {
        browser.press(&page.page().form("Resend code"), "Resend code").await
    }

    /// As far as the page that asks for the code.
    pub async fn to_code_page(&self, browser: &Browser, sp: &FakeSp) -> (String, Answer) {
        let (request, page) = self.begin(browser, sp).await;
        let page = self.password(browser, &page, "admin", ADMIN_PASSWORD).await;
        assert_eq!(page.page_with(200).heading, "Check your phone");
        (request, page)
    }

    /// A whole sign-in with password and code, to the form that goes to the application.
    pub async fn sign_in(&self, browser: &Browser, sp: &FakeSp) -> (String, PostPage) {
        let (request, page) = self.to_code_page(browser, sp).await;
        let answer = self.code(browser, &page, &last_code(&self.sms)).await;
        (request, PostPage::read(&answer))
    }

    pub fn sent(&self) -> usize {
        self.sms.sent.lock().unwrap().len()
    }

    /// The outcomes in Sign-ins, oldest first.
    pub async fn outcomes(&self) -> Vec<(String, String)> {
        let rows = entity::sign_in::Entity::find().all(&self.services.db).await.unwrap();
        rows.into_iter().map(|row| (row.username, row.outcome)).collect()
    }
}
