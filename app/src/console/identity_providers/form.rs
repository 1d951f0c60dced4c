//! The form of one identity provider: its sections, and the bar that saves all of them at once.

use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
use domain::view::SmsTestView;
use domain::view::secret::{PresetView, SecretField};
use identity::identity_providers::Offered;
use identity::{Services, identity_providers, phone};
use leptos::prelude::*;

use super::{ACTIONS, LIST, basics, connection, named, policy, request, takes};
use crate::islands::sms_form::{Known, Shown, show};
use crate::islands::{SecretFields, SendTest, SmsPreview, UnsavedGuard};
use crate::ui::*;

/// The id of the form element, for the islands.
pub const FORM: &str = "identity-provider";
/// Ids of *Send test SMS* and of what it shows.
pub const SEND: &str = "send-test";
pub const RESULT: &str = "send-test-result";

/// What the form is made from.
pub struct Form {
    /// `None` for a new one.
    pub id: Option<i64>,
    pub input: IdentityProviderInput,
    pub problems: Problems,
    /// The fields of the secret slots.
    pub secrets: Vec<SecretField>,
    /// What *Provider presets* offers.
    pub presets: Vec<PresetView>,
    /// Opened with what a submit has refused.
    pub is_draft: bool,
    pub may_manage: bool,
    pub sent_today: u64,
    /// Id and name of every other identity provider.
    pub fallbacks: Vec<(i64, String)>,
    /// What *Claim Configuration* and *Role Configuration* offer.
    pub offered: Offered,
    pub is_skipped: bool,
    pub last_test: Option<SmsTestView>,
}

pub fn form(services: &Services, form: Form) -> AnyView {
    let known = known(services, &form.input);
    let input = &form.input;
    let trusted = identity_providers::trusted_note(services, &input.trusted_certificates);
    // The same function as in the browser: the preview is right without scripts, and with what was just refused.
    let mut shown = show(&|name| value(input, name), &known);
    if form.may_manage {
        return editable(form, shown, known, trusted);
    }
    if !shown.problems.is_empty() {
        shown.request = "The keys in these settings are not shown to you, and so neither is the request.".to_owned();
    }
    readable(form, shown, known, trusted)
}

fn editable(form: Form, shown: Shown, known: Known, trusted: Option<String>) -> AnyView {
    let is_draft = form.is_draft;
    let problems = form.problems.0.len();
    let id = form.id.map_or_else(String::new, |id| id.to_string());
    let version = form.input.version.clone();
    let (action, save) = if form.id.is_some() {
        ("update", "Update")
    } else {
        ("create", "Register")
    };
    let sections = sections(form, shown, !known.host.is_empty(), trusted);
    view! {
        <PostForm action=format!("{ACTIONS}/{action}") id=FORM>
            // The first submit button is the one that Enter presses: it must save, not send a test.
            <button type="submit" class="hear-only" tabindex="-1" aria-hidden="true"></button>
            <Hidden name="id" value=id/>
            <Hidden name=named("version") value=version/>
            {sections}
            <SaveBar problems>
                <Button kind=ButtonKind::Primary>{save}</Button>
                <LinkButton kind=ButtonKind::Quiet href=LIST>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
        <UnsavedGuard form=FORM.to_owned() draft=is_draft/>
        <SmsPreview form=FORM.to_owned() typed=known.typed e164=known.e164 national=known.national host=known.host/>
        <SecretFields form=FORM.to_owned()/>
        <SendTest button=SEND.to_owned() action=format!("{ACTIONS}/send-test") result=RESULT.to_owned()/>
    }
    .into_any()
}

/// For whoever may only view: the same fields, not to be changed and not to be sent.
fn readable(form: Form, shown: Shown, known: Known, trusted: Option<String>) -> AnyView {
    let sections = sections(form, shown, !known.host.is_empty(), trusted);
    view! { <fieldset class="stack" disabled=true>{sections}</fieldset> }.into_any()
}

pub fn sections(form: Form, shown: Shown, can_bind: bool, trusted: Option<String>) -> AnyView {
    let problem_in = |fields: &[&str]| {
        let mut problems = form.problems.0.iter();
        problems.any(|problem| fields.contains(&problem.field.as_str()))
    };
    let basics_open = form.id.is_none() || problem_in(&["name", "display_name", "description"]);
    let (claims_open, roles_open) = (problem_in(&["number_claim"]), problem_in(&["roles"]));
    let (claim_hint, role_hint) = (takes::claim_hint(&form.input), takes::role_hint(&form.input));
    let claims = takes::claims(&form.input, &form.offered, &form.problems);
    let roles = takes::roles(&form.input, &form.offered, &form.problems);
    let enabled = if form.input.sms_enabled.0 {
        "1 enabled"
    } else {
        "none enabled"
    };
    let hint = basics::hint(&form.input);
    let basics = basics::fields(&form.input, &form.problems);
    let request = request::fields(&form, shown, can_bind);
    let connection = connection::fields(&form, trusted);
    let policy = policy::fields(&form.input, &form.problems, form.sent_today);
    view! {
        <Card title="Basic Information" hint open=basics_open>{basics}</Card>
        <Card title="Claim Configuration" hint=claim_hint open=claims_open>{claims}</Card>
        <Card title="Role Configuration" hint=role_hint open=roles_open>{roles}</Card>
        <Card title="Federated Authenticators" hint=enabled open=true>
            <div class="stack">{request}{connection}{policy}</div>
        </Card>
    }
    .into_any()
}

/// A field's value as the browser's controls would give it.
pub fn value(input: &IdentityProviderInput, name: &str) -> String {
    let tick = |on: bool| if on { "on" } else { "" }.to_owned();
    match name {
        "sms_enabled" => tick(input.sms_enabled.0),
        "bind_to_site" => tick(input.bind_to_site.0),
        "sms_url" => input.sms_url.clone(),
        "http_method" => input.http_method.clone(),
        "http_headers" => input.http_headers.clone(),
        "http_payload" => input.http_payload.clone(),
        "http_response_code" => input.http_response_code.clone(),
        "body_rule" => input.body_rule.clone(),
        "body_rule_pointer" => input.body_rule_pointer.clone(),
        "body_rule_value" => input.body_rule_value.clone(),
        "message" => input.message.clone(),
        "number_format" => input.number_format.clone(),
        "test_number" => input.test_number.clone(),
        "code_length" => input.code_length.clone(),
        "code_characters" => input.code_characters.clone(),
        "code_lifetime" => input.code_lifetime.clone(),
        _ => String::new(),
    }
}

fn known(services: &Services, input: &IdentityProviderInput) -> Known {
    let number = phone::parse_mobile(&input.test_number, services.settings.default_country.as_deref()).ok();
    let public = &services.settings.public_url;
    let host = public
        .host_str()
        .filter(|_| services.settings.is_https() && public.port().is_none());
    Known {
        typed: input.test_number.trim().to_owned(),
        e164: number
            .as_ref()
            .map_or_else(String::new, |number| number.as_str().to_owned()),
        national: number.as_ref().map_or_else(String::new, |number| {
            phone::in_format(number, sms::NumberFormat::National)
        }),
        host: host.unwrap_or_default().to_owned(),
    }
}
