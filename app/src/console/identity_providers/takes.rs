//! *Claim Configuration* and *Role Configuration*: what a step by this identity provider takes from its user.

use domain::Problems;
use domain::claim;
use domain::input::identity_provider::IdentityProviderInput;
use identity::identity_providers::Offered;
use leptos::prelude::*;

use super::named;
use crate::ui::*;

/// What stands on the closed section's header.
pub fn claim_hint(input: &IdentityProviderInput) -> String {
    format!("codes go to {}", claim::short_name(&input.number_claim))
}

/// As [`claim_hint`].
pub fn role_hint(input: &IdentityProviderInput) -> String {
    match input.roles.as_slice() {
        [] => "everybody may use it".to_owned(),
        [only] => format!("for {only}"),
        several => format!("for {} roles", several.len()),
    }
}

pub fn claims(input: &IdentityProviderInput, offered: &Offered, problems: &Problems) -> AnyView {
    let options: Vec<_> = offered
        .number_claims
        .iter()
        .map(|uri| (uri.clone(), uri.clone()))
        .collect();
    view! {
        <div class="fields">
            <SelectField
                name=named("number_claim")
                label="Number Claim URI"
                options
                value=input.number_claim.clone()
                error=problems.of("number_claim")
                help="The claim of the user that holds the number codes go to. Only claims that hold numbers are offered; a value \
                      that is no mobile number in full counts as none. A fallback sends to the number that is found here."
                width=Width::Full
            />
        </div>
    }
    .into_any()
}

pub fn roles(input: &IdentityProviderInput, offered: &Offered, problems: &Problems) -> AnyView {
    // A role that is gone stays ticked until somebody looks: without it the identity provider might be open to everybody.
    let gone = input.roles.iter().filter(|name| !offered.roles.contains(name));
    let boxes = offered
        .roles
        .iter()
        .chain(gone)
        .map(|name| {
            let (label, checked) = (format!("Role {name}"), input.roles.contains(name));
            view! { <Checkbox name="input[roles][]" value=name.clone() label checked/> }
        })
        .collect_view();
    view! {
        <fieldset class="group" id=field_id("roles") tabindex="-1">
            <legend>"Who may use it"</legend>
            {problems.of("roles").map(|text| view! { <p class="field-error">{text}</p> })}
            <p class="field-help">
                "In a step, only users with one of the roles ticked here can use this identity provider. None ticked: everybody. \
                 Somebody else is not offered it where a step has several authenticators; where it is the only one, the sign-in \
                 ends and says so."
            </p>
            <div class="choices">{boxes}</div>
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn offered() -> Offered {
        Offered {
            number_claims: vec![claim::MOBILE.into(), claim::TELEPHONE.into()],
            roles: vec!["Default".into(), "admin".into()],
        }
    }

    #[test]
    fn both_sections_are_fields_of_the_form() {
        let input = IdentityProviderInput {
            roles: vec!["admin".into(), "gone<b>".into()],
            ..Default::default()
        };
        let html = markup(move || {
            view! {
                {claims(&input, &offered(), &Problems::default())}
                {roles(&input, &offered(), &Problems::default())}
            }
        });
        let chosen = r#"<option value="http://wso2.org/claims/mobile" selected>"#;
        assert!(
            html.contains(chosen) && html.contains(r#"name="input[number_claim]""#),
            "{html}"
        );
        assert_eq!(html.matches(r#"name="input[roles][]""#).count(), 3, "{html}");
        assert_eq!(html.matches(" checked").count(), 2, "{html}");
        // No role's name is the label of another control of the page.
        assert!(
            html.contains(">Role Default</label>") && !html.contains(">Default</label>"),
            "{html}"
        );
        assert!(html.contains(">Role gone&lt;b&gt;</label>"), "{html}");
    }

    #[test]
    fn a_closed_section_says_what_is_in_it() {
        let mut input = IdentityProviderInput::default();
        assert_eq!(claim_hint(&input), "codes go to mobile");
        assert_eq!(role_hint(&input), "everybody may use it");
        input.roles = vec!["sms".into()];
        assert_eq!(role_hint(&input), "for sms");
        input.roles.push("x".into());
        assert_eq!(role_hint(&input), "for 2 roles");
    }
}
