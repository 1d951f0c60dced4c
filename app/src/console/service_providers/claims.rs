//! *Claim Configuration*: the dialect, the requested claims, the subject.

use domain::Problems;
use domain::input::service_provider::{ClaimRow, DIALECT_CUSTOM, DIALECT_LOCAL, ServiceProviderInput};
use leptos::prelude::*;

use super::rows::{RemoveButton, SPARE_ROWS};
use crate::ui::*;

const SENT: &str = "Sent as `Attribute` elements, with both attribute boxes of the SAML configuration ticked. A mandatory claim \
                    without a value is asked of the user at sign-in; numbers that codes go to, and what a service provider \
                    knows its users by, only an administrator gives.";

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
                    (DIALECT_CUSTOM, "Define Custom Claim Dialect", "Attributes have the names given here."),
                ]/>
            <div class="fields claim-rows" id="claims" tabindex="-1">
                {shown}
                {may_manage.then(|| view! {
                    <noscript><div class="fields">{spare}</div></noscript>
                    <div class="buttons">
                        <Button small=true name="input[press]" value="add-claim">"Add Claim URI"</Button>
                    </div>
                })}
                <p class="field-help">{prose(SENT)}</p>
            </div>
            <div class="fields">
                <SelectField name="input[subject_claim]" label="Subject Claim URI" options=pairs(uris)
                    value=input.subject_claim width=Width::Full
                    error=problems.of("subject_claim")
                    help="The claim whose value is the `NameID`. A user without it cannot sign in there."/>
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
                <TextField name=name("remote") label="Service Provider Claim" mono=true value=row.remote
                    error=problems.of(&field("remote"))
                    help="Its name in a custom dialect."/>
            </div>
            <div class="line">
                <Checkbox name=name("mandatory") label="Mandatory Claim" checked=row.mandatory.0/>
                {removable.then(|| view! {
                    <RemoveButton press=format!("remove-claim-{n}") what=format!("claim {}", n + 1)/>
                })}
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn card(may_manage: bool) -> String {
        let mobile = "http://wso2.org/claims/mobile".to_owned();
        let claims = vec![ClaimRow {
            local: mobile.clone(),
            mandatory: true.into(),
            ..ClaimRow::default()
        }];
        let input = ServiceProviderInput {
            claim_dialect: "local".into(),
            claims,
            ..ServiceProviderInput::default()
        };
        let problems = Problems::one("claims[0][local]", "Twice");
        markup(move || view! { <ClaimConfiguration input uris=vec![mobile] problems may_manage/> })
    }

    #[test]
    fn a_row_offers_the_claim_uris_under_their_own_text() {
        let html = card(true);
        let shown = html.split("<noscript>").next().unwrap();
        let option = r#"<option value="http://wso2.org/claims/mobile" selected>http://wso2.org/claims/mobile</option>"#;
        assert!(shown.contains(option), "{shown}");
        for label in [
            "Use Local Claim Dialect",
            "Define Custom Claim Dialect",
            "Local Claim",
            "Mandatory Claim",
        ] {
            assert_eq!(
                shown.matches(&format!(">{label}</label>")).count(),
                1,
                "{label}: {shown}"
            );
        }
        assert!(
            shown.contains(r#"id="f-claims-0-local-error""#) && shown.contains(r#"value="remove-claim-0""#),
            "{shown}"
        );
        assert!(
            html.contains("input[claims][1][local]") && html.contains("input[claims][2][local]"),
            "spare rows: {html}"
        );
    }

    #[test]
    fn viewers_get_no_buttons() {
        assert!(!card(false).contains("<button"));
    }
}
