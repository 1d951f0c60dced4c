//! *Add Claim*, and the fields that a claim's own page shares with it.

use domain::input::claim::ClaimInput;
use domain::{Permission, Problems, limits};
use leptos::prelude::*;

use super::LIST;
use crate::console::page::{Body, console_page};
use crate::console::users::with_problems;
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "new-claim";

#[component]
pub fn AddPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageSettings),
        Some(NavItem::Claims),
        |request| async move {
            let draft = request
                .console
                .draft::<ClaimInput>("claims/new", &request.query)
                .await?;
            let (input, problems) = draft.map_or_else(Default::default, |draft| (draft.input, draft.problems));
            let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=!problems.is_empty()/> };
            let body = Body::new((content(input, problems.clone()), guard));
            Ok(with_problems(body, problems, "Not registered"))
        },
    )
}

fn content(input: ClaimInput, problems: Problems) -> impl IntoView {
    let uri = if input.uri.is_empty() {
        format!("{}/", domain::claim::LOCAL_DIALECT)
    } else {
        input.uri.clone()
    };
    let count = problems.0.len();
    view! {
        <PageHead title="Add Claim" subtitle="A new field of every user's profile, which service providers can ask for."
            crumbs=vec![Crumb::link("Claims", LIST), Crumb::here("Add Claim")]/>
        <PostForm action="/api/console/claims/create" id=FORM>
            <PlainCard>
                <div class="fields">
                    <TextField name="input[uri]" label="Claim URI" required=true mono=true value=uri error=problems.of("uri") limit=limits::CLAIM_URI
                        help="The name of the SAML attribute, where a service provider uses the local dialect. It cannot be changed later."/>
                    <ClaimFields input problems derived=false/>
                </div>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Register"</Button>
                <LinkButton kind=ButtonKind::Quiet href=LIST>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

/// Everything but the URI. The value of a `derived` claim is nobody's to type.
#[component]
pub fn ClaimFields(input: ClaimInput, problems: Problems, derived: bool) -> impl IntoView {
    let of_typed = (!derived).then(|| {
        view! {
            <Checkbox name="input[required]" label="Required" checked=input.required.0
                help="A profile's field cannot be emptied any more. Profiles without a value stay as they are until they are changed."/>
            <TextField name="input[pattern]" label="Regular Expression" mono=true value=input.pattern error=problems.of("pattern") limit=limits::PATTERN
                help="A new value has to match all of it, as `[0-9]{4}` does. Empty: anything."/>
        }
    });
    view! {
        <TextField name="input[label]" label="Display Name" required=true width=Width::Medium value=input.label error=problems.of("label") limit=limits::NAME
            help="Names the field on profile pages. It is not sent."/>
        <TextField name="input[attribute]" label="Mapped Attribute" required=true mono=true width=Width::Medium value=input.attribute
            error=problems.of("attribute") limit=limits::NAME help="What the user store calls it, such as `mail`. It is not sent."/>
        {of_typed}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn what_was_typed_is_shown_with_what_is_wrong() {
        let input = ClaimInput {
            uri: "\"><script>".into(),
            label: "Cost".into(),
            pattern: "(".into(),
            required: true.into(),
            ..ClaimInput::default()
        };
        let mut problems = Problems::default();
        problems.add("uri", "not of the dialect <b>");
        problems.add("pattern", "no regular expression");
        let html = markup(move || content(input, problems));
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert!(
            html.contains(r#"id="f-uri-error""#) && html.contains(r#"id="f-pattern-error""#),
            "{html}"
        );
        assert!(
            html.contains(r#"value="Cost""#) && html.contains(" checked") && html.contains("2 problems"),
            "{html}"
        );
    }

    #[test]
    fn a_new_uri_begins_with_the_dialect() {
        let html = markup(|| content(ClaimInput::default(), Problems::default()));
        assert!(html.contains(r#"value="http://wso2.org/claims/""#), "{html}");
    }

    #[test]
    fn a_derived_claim_is_not_typed() {
        let html =
            markup(|| view! { <ClaimFields input=ClaimInput::default() problems=Problems::default() derived=true/> });
        assert!(
            html.contains("Display Name") && !html.contains("Required<") && !html.contains("Regular"),
            "{html}"
        );
    }
}
