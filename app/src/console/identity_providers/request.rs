//! *SMSOTP Configuration*: the request as the provider's documents give it, beside what will be sent.

use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
use leptos::prelude::*;

use super::form::{Form, RESULT, SEND};
use super::{ACTIONS, fill, named, secrets, test_result};
use crate::islands::HeaderRows;
use crate::islands::sms_form::Shown;
use crate::islands::sms_preview::{ASIDE, LENGTH, REQUEST, SEGMENTS};
use crate::ui::*;

/// What is said about a field: problems of the last submit, what the last button noted, and what the request language
/// notes.
struct Said<'a> {
    problems: &'a Problems,
    done: &'a [(String, String)],
    shown: &'a Shown,
}

impl Said<'_> {
    fn error(&self, field: &str) -> Option<String> {
        self.problems.of(field)
    }

    fn note(&self, field: &str) -> Option<String> {
        let done = self.done.iter().filter(|(name, _)| name == field);
        let noted = self.shown.notes.iter().filter(|(name, _)| *name == field).take(1);
        let texts: Vec<_> = done
            .map(|(_, text)| text.as_str())
            .chain(noted.map(|(_, text)| text.as_str()))
            .collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    }
}

pub fn fields(form: &Form, shown: Shown, can_bind: bool) -> AnyView {
    let said = Said {
        problems: &form.problems,
        done: &form.input.done.notes,
        shown: &shown,
    };
    let input = &form.input;
    view! {
        <section class="stack">
            {switches(input, &said)}
            {form.may_manage.then(|| fill::fields(input, &form.presets, &form.problems))}
            <div class="split">
                <div class="fields">
                    {address(input, &said)}
                    {payload(input, &said)}
                    {secrets::fields(form)}
                    {answer(input, &said)}
                    {message(input, &said, can_bind)}
                </div>
                <div class="aside">{aside(form, &said)}</div>
            </div>
        </section>
    }
    .into_any()
}

fn switches(input: &IdentityProviderInput, said: &Said<'_>) -> AnyView {
    let state = input
        .sms_enabled
        .0
        .then(|| view! { <Tag kind=TagKind::Good text="enabled"/> });
    let default = input.sms_default.0.then(|| view! { <Tag text="default"/> });
    view! {
        <div class="line"><h3>"SMSOTP Configuration"</h3>{state}{default}</div>
        <div class="line">
            <Checkbox
                name=named("sms_enabled")
                label="Enable SMSOTP Authenticator"
                checked=input.sms_enabled.0
                error=said.error("sms_enabled")
            />
            <Checkbox
                name=named("sms_default")
                label="Default"
                checked=input.sms_default.0
                error=said.error("sms_default")
                help="The only enabled authenticator is the default by itself."
            />
        </div>
    }
    .into_any()
}

fn address(input: &IdentityProviderInput, said: &Said<'_>) -> AnyView {
    view! {
        <TextField
            name=named("sms_url")
            label="SMS URL"
            required=true
            mono=true
            value=input.sms_url.clone()
            error=said.error("sms_url")
            note=said.note("sms_url")
            help="Placeholders: `&num` number, `&msg` message, `&otp` code; or `$ctx.num`, `$ctx.msg`, `$ctx.otp`."
        />
        <SelectField
            name=named("http_method")
            label="HTTP Method"
            options=["GET", "POST", "PUT"].map(|method| (method, method))
            value=input.http_method.clone()
            error=said.error("http_method")
        />
        <div class="stack">
            <TextArea
                name=named("http_headers")
                label="HTTP Headers"
                value=input.http_headers.clone()
                error=said.error("http_headers")
                note=said.note("http_headers")
                help="`Name: value`, one a line, or in one line with commas between."
            />
            <HeaderRows area=field_id("http_headers")/>
        </div>
    }
    .into_any()
}

fn payload(input: &IdentityProviderInput, said: &Said<'_>) -> AnyView {
    view! {
        <TextArea
            name=named("http_payload")
            label="HTTP Payload"
            rows=4
            value=input.http_payload.clone()
            error=said.error("http_payload")
            note=said.note("http_payload")
            help="The body of a POST or PUT; with GET it is kept, and not sent. Values are escaped by its type: JSON, form, XML."
        />
        <SelectField
            name=named("number_format")
            label="Number format"
            options=[
                ("e164", "With + and country code: +94771234567"),
                ("without_plus", "With country code, without +: 94771234567"),
                ("national", "As dialled in its country: 0771234567"),
            ]
            value=input.number_format.clone()
            error=said.error("number_format")
            width=Width::Full
            help="How `&num` is written."
        />
    }
    .into_any()
}

fn answer(input: &IdentityProviderInput, said: &Said<'_>) -> AnyView {
    let rules = [
        ("none", "The status alone decides"),
        ("equals", "The value at a JSON pointer is"),
        ("not_equals", "The value at a JSON pointer is not"),
        ("contains", "The answer contains"),
        ("not_contains", "The answer does not contain"),
        ("matches", "The answer matches the regular expression"),
    ];
    view! {
        <TextField
            name=named("http_response_code")
            label="HTTP Response Code"
            mono=true
            width=Width::Medium
            value=input.http_response_code.clone()
            error=said.error("http_response_code")
            help="What means success. Empty: 200, 201 or 202. Lists and ranges: `200,202`, `2xx`."
        />
        <SelectField
            name=named("body_rule")
            label="Rule on the answer"
            options=rules
            value=input.body_rule.clone()
            error=said.error("body_rule")
            help="For providers that answer 200 with an error inside."
        />
        <div class="pair">
            <TextField
                name=named("body_rule_pointer")
                label="JSON pointer"
                mono=true
                value=input.body_rule_pointer.clone()
                error=said.error("body_rule_pointer")
                help="RFC 6901, as `/messages/0/status`."
            />
            <TextField
                name=named("body_rule_value")
                label="Value, text or expression"
                mono=true
                value=input.body_rule_value.clone()
                error=said.error("body_rule_value")
                help="What the rule compares with."
            />
        </div>
    }
    .into_any()
}

fn message(input: &IdentityProviderInput, said: &Said<'_>, can_bind: bool) -> AnyView {
    let bind = (can_bind || input.bind_to_site.0).then(|| {
        view! {
            <Checkbox
                name=named("bind_to_site")
                label="Bind the code to this site"
                checked=input.bind_to_site.0
                error=said.error("bind_to_site")
                help="Adds a last line by which browsers fill the code in here, and on no other site."
            />
        }
    });
    view! {
        <TextArea
            name=named("message")
            label="Message"
            mono=false
            rows=2
            value=input.message.clone()
            error=said.error("message")
            note=said.note("message")
            help="What `&msg` holds: `&otp` is the code, `&min` its lifetime in minutes."
        />
        <div class="meter">
            <span id=LENGTH>{said.shown.length.clone()}</span>
            <span id=SEGMENTS>{said.shown.segments.clone()}</span>
        </div>
        {bind}
    }
    .into_any()
}

fn aside(form: &Form, said: &Said<'_>) -> AnyView {
    let tested = form.input.done.tested.clone().map(test_result::shown);
    let last = || {
        form.last_test
            .clone()
            .map(|last| test_result::figure("Last test", last))
    };
    let result = tested.or_else(last);
    let send = form.may_manage.then(|| {
        view! {
            <div class="buttons">
                <button type="submit" class="btn" id=SEND formaction=format!("{ACTIONS}/send-test")>"Send test SMS"</button>
                <span class="quiet-text">"with these edits, saved or not"</span>
            </div>
        }
    });
    view! {
        <h3>"What will be sent"</h3>
        <figure class="wire">
            <figcaption><span>"Request"</span><span id=ASIDE>{said.shown.aside.clone()}</span></figcaption>
            <pre id=REQUEST inner_html=said.shown.request.clone()></pre>
        </figure>
        <TextField
            name=named("test_number")
            label="Test number"
            kind="tel"
            width=Width::Medium
            value=form.input.test_number.clone()
            error=said.error("test_number")
            help="With country code, as `+94 77 123 4567`. Kept with these settings."
        />
        {send}
        <div class="stack" id=RESULT>{result}</div>
    }
    .into_any()
}
