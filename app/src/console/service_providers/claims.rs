//! *Claim Configuration*: the dialect, the requested claims, the subject.

use domain::Problems;
use domain::input::service_provider::{ClaimRow, DIALECT_CUSTOM, DIALECT_LOCAL, ServiceProviderInput};
use leptos::prelude::*;

use super::rows::{RemoveButton, SPARE_ROWS};
use crate::ui::*;

#[component]
pub fn ClaimConfiguration(
    input: ServiceProviderInput,
    uris: Vec<String>,
    problems: Problems,
    may_manage: bool,
) -> impl IntoView {
    let hint = match input.claims.len() {
        0 => "no claims".to_owned(),
        1 => "1 claim".to_owned(),
        n => format!("{n} claims"),
    };
    let filled = input.claims.len();
    let row = {
        let (uris, problems) = (uris.clone(), problems.clone());
        move |n: usize, row: ClaimRow, spare: bool| claim_row(n, row, &uris, &problems, may_manage && !spare)
    };
    let spare: Vec<_> = (filled..filled + SPARE_ROWS)
        .map(|n| row(n, ClaimRow::default(), true))
        .collect();
    let shown: Vec<_> = input
        .claims
        .into_iter()
        .enumerate()
        .map(|(n, claim)| row(n, claim, false))
        .collect();
    view! {
        <Card title="Claim Configuration" hint open=true>
            <RadioGroup legend="Dialect" name="input[claim_dialect]" value=input.claim_dialect
                error=problems.of("claim_dialect")
                options=[
                    (DIALECT_LOCAL, "Use Local Claim Dialect", "Attributes are named by the claim URI."),
                    (DIALECT_CUSTOM, "Define Custom Claim Dialect", "Attributes have the service provider's own names."),
                ]/>
            <div class="fields claim-rows" id="claims" tabindex="-1">
                {shown}
                {may_manage.then(|| view! {
                    <noscript><div class="fields">{spare}</div></noscript>
                    <div class="buttons"><Button small=true name="input[press]"
                        value="add-claim">"Add Claim URI"</Button></div>
                })}
                <p class="field-help">{prose("Sent as `Attribute` elements, with both attribute boxes of the SAML configuration ticked.")}</p>
            </div>
            <div class="fields">
                <SelectField name="input[subject_claim]" label="Subject Claim URI" options=pairs(uris)
                    value=input.subject_claim width=Width::Full
                    error=problems.of("subject_claim") help="The claim whose value is the `NameID`. A user without it cannot sign in there."/>
            </div>
        </Card>
    }
}

fn pairs(texts: Vec<String>) -> Vec<(String, String)> {
    texts.into_iter().map(|text| (text.clone(), text)).collect()
}

fn claim_row(n: usize, row: ClaimRow, uris: &[String], problems: &Problems, removable: bool) -> AnyView {
    let field = |part: &str| format!("claims[{n}][{part}]");
    let name = |part: &str| format!("input[claims][{n}][{part}]");
    let options: Vec<_> = [(String::new(), "Choose a claim".to_owned())]
        .into_iter()
        .chain(pairs(uris.to_vec()))
        .collect();
    view! {
        <div class="stack" role="group" aria-label=format!("Requested claim {}", n + 1)>
            <div class="pair">
                <SelectField name=name("local") label="Local Claim" options value=row.local width=Width::Full
                    error=problems.of(&field("local"))/>
                <div class="custom-only">
                    <TextField name=name("remote") label="Service Provider Claim" mono=true value=row.remote
                        error=problems.of(&field("remote"))
                        help="Its name in a custom dialect."/>
                </div>
            </div>
            <div class="line">
                <Checkbox name=name("mandatory") label="Mandatory Claim" checked=row.mandatory.0/>
                {removable.then(|| view! { <RemoveButton press=format!("remove-claim-{n}") what=format!("claim {}", n + 1)/> })}
            </div>
        </div>
    }
    .into_any()
}
