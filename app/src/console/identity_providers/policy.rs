//! The code policy: how codes are made, and how often they are sent.

use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
use domain::view::budget_warning;
use leptos::prelude::*;

use super::named;
use crate::ui::*;

/// A short whole number.
fn number(field: &'static str, label: &'static str, value: &str, problems: &Problems, help: &'static str) -> AnyView {
    view! {
        <TextField
            name=named(field)
            label
            value=value.to_owned()
            error=problems.of(field)
            help
            width=Width::Narrow
            inputmode="numeric"
        />
    }
    .into_any()
}

pub fn fields(input: &IdentityProviderInput, problems: &Problems, sent_today: u64) -> AnyView {
    view! {
        <section class="part fields">
            <h3>"Code policy"</h3>
            {codes(input, problems)}
            {limits(input, problems)}
            {reach(input, problems, sent_today)}
        </section>
    }
    .into_any()
}

fn codes(input: &IdentityProviderInput, problems: &Problems) -> AnyView {
    let kinds = [("digits", "Digits"), ("letters_and_digits", "Letters and digits")];
    view! {
        <div class="pair">
            {number("code_length", "Code length", &input.code_length, problems, "6 to 10 digits, or 4 to 10 letters and digits.")}
            <SelectField
                name=named("code_characters")
                label="Code characters"
                options=kinds
                value=input.code_characters.clone()
                error=problems.of("code_characters")
                help="Digits bring up the number pad on phones."
            />
        </div>
        <div class="pair">
            {number("code_lifetime", "Code lifetime (minutes)", &input.code_lifetime, problems, "1 to 10. It stands in the message as `&min`.")}
            {number("wrong_codes_allowed", "Wrong codes allowed", &input.wrong_codes_allowed, problems, "1 to 10. The last one ends the sign-in.")}
        </div>
    }
    .into_any()
}

fn limits(input: &IdentityProviderInput, problems: &Problems) -> AnyView {
    view! {
        <div class="pair">
            {number("resend_wait", "Resend wait (seconds)", &input.resend_wait, problems, "10 to 600 before the first resend; doubles with each.")}
            {number("codes_per_sign_in", "Codes per sign-in", &input.codes_per_sign_in, problems, "1 to 10, the first one included.")}
        </div>
        <div class="pair">
            {number("codes_per_hour", "Codes per hour", &input.codes_per_hour, problems, "Per user and per number.")}
            {number("codes_per_day", "Codes per day", &input.codes_per_day, problems, "Per user and per number.")}
        </div>
    }
    .into_any()
}

fn reach(input: &IdentityProviderInput, problems: &Problems, sent_today: u64) -> AnyView {
    let budget = input.daily_budget.trim().parse::<u64>().ok();
    let warning = budget_warning(sent_today, budget).map(|(sent_today, budget)| {
        let text =
            format!("{sent_today} of today's {budget} are used. When all are, nobody gets a code until tomorrow.");
        view! { <Callout kind=NoticeKind::Warn>{text}</Callout> }
    });
    let used = match sent_today {
        0 => "Empty: no limit. Over all users, tests included.".to_owned(),
        n => format!("Empty: no limit. Over all users, tests included; {n} in the day that runs now."),
    };
    let everywhere = input.allowed_countries.trim().is_empty().then(|| {
        "Codes go to every country. Fraudsters have codes sent to numbers that they are paid for: name the countries your users live in.".to_owned()
    });
    view! {
        <TextField
            name=named("daily_budget")
            label="Daily budget"
            value=input.daily_budget.clone()
            error=problems.of("daily_budget")
            help=used
            width=Width::Narrow
            inputmode="numeric"
        />
        {warning}
        <TextField
            name=named("allowed_countries")
            label="Allowed countries"
            value=input.allowed_countries.clone()
            error=problems.of("allowed_countries")
            help="Two-letter ISO codes with commas between, as `LK, GB`. The number's own country counts, not its calling code."
            note=everywhere
        />
        <Checkbox
            name=named("numbers_may_be_entered")
            label="Let users without a number enter one"
            checked=input.numbers_may_be_entered.0
            help="After the password, and the code goes there. Whoever has stolen a password can then bind a phone of their own."
        />
    }
    .into_any()
}
