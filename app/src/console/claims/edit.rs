//! A claim's own page.

use domain::input::claim::ClaimInput;
use domain::view::ClaimView;
use domain::view::watch::ClaimDetails;
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::add::ClaimFields;
use super::{LIST, form_of, page_of, uri_of};
use crate::console::difference::{as_they_are, difference};
use crate::console::labels;
use crate::console::page::{Body, console_page};
use crate::console::users::with_problems;
use crate::islands::{CopyButton, UnsavedGuard};
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "claim";

#[component]
pub fn EditPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewSettings),
        Some(NavItem::Claims),
        |request| async move {
            let console = &request.console;
            let details = identity::claims::get(&console.services, &console.actor, &uri_of(&request)).await?;
            if !request.may(Permission::ManageSettings) {
                return Ok(Body::new(view! { {head(&details, false)} {facts(details.claim)} }));
            }
            let draft = console
                .draft::<ClaimInput>(&form_of(&details.claim.uri, "edit"), &request.query)
                .await?;
            let saved = stored(&details.claim);
            let (mut input, problems) = match draft {
                Some(draft) => (draft.input, draft.problems),
                None => (saved.clone(), Problems::default()),
            };
            let differs = difference(&problems, labels::CLAIM, &saved, &input, &as_they_are);
            if differs.is_some() {
                // Somebody else saved in between, and the page says so: the next submit overwrites knowingly.
                input.version = saved.version;
            }
            let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=!problems.is_empty()/> };
            let body =
                Body::new(view! { {head(&details, true)} {form(details.claim, input, problems.clone())} {guard} });
            Ok(with_problems(body.with_difference(differs), problems, "Not saved"))
        },
    )
}

fn stored(claim: &ClaimView) -> ClaimInput {
    ClaimInput {
        version: identity::claims::version(claim),
        uri: claim.uri.clone(),
        label: claim.label.clone(),
        attribute: claim.attribute.clone(),
        required: claim.required.into(),
        pattern: claim.pattern.clone(),
    }
}

fn head(details: &ClaimDetails, may_manage: bool) -> impl IntoView + use<> {
    let claim = &details.claim;
    let subtitle = match (claim.derived, details.built_in, details.used_by.len()) {
        (true, ..) => "Derived by the server: nobody types its value.",
        (_, true, _) => "The number that codes are sent to; it cannot be deleted.",
        (_, _, 0) => "Nothing uses it.",
        _ => "Service providers or users use it.",
    };
    let delete = page_of(&claim.uri, "delete");
    let may_delete = may_manage && !details.built_in;
    view! {
        <PageHead title=claim.label.clone() subtitle crumbs=vec![Crumb::link("Claims", LIST), Crumb::here(claim.label.clone())]>
            {may_delete.then(|| view! { <LinkButton kind=ButtonKind::Danger href=delete>"Delete"</LinkButton> })}
        </PageHead>
    }
}

fn form(claim: ClaimView, input: ClaimInput, problems: Problems) -> impl IntoView {
    let count = problems.0.len();
    view! {
        <PostForm action="/api/console/claims/update" id=FORM>
            <Hidden name="uri" value=claim.uri.clone()/>
            <Hidden name="input[version]" value=input.version.clone()/>
            <PlainCard>
                <div class="fields">
                    {uri_fact(claim.uri)}
                    <ClaimFields input problems derived=claim.derived/>
                </div>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Update"</Button>
                <LinkButton kind=ButtonKind::Quiet href=LIST>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

fn uri_fact(uri: String) -> impl IntoView {
    view! {
        <Facts>
            <Fact label="Claim URI"><CopyValue value=uri.clone()><CopyButton value=uri label="Copy claim URI".to_owned()/></CopyValue></Fact>
        </Facts>
    }
}

/// The claim for whoever may not change it.
fn facts(claim: ClaimView) -> impl IntoView {
    let value = match (claim.derived, claim.required) {
        (true, _) => "Derived by the server",
        (false, true) => "Required",
        (false, false) => "Optional",
    };
    let pattern = (!claim.pattern.is_empty())
        .then(|| view! { <Fact label="Regular Expression"><Mono text=claim.pattern/></Fact> });
    view! {
        <PlainCard>
            <div class="stack">
                {uri_fact(claim.uri)}
                <Facts>
                    <Fact label="Mapped Attribute"><Mono text=claim.attribute/></Fact>
                    <Fact label="Value">{value}</Fact>
                    {pattern}
                </Facts>
            </div>
        </PlainCard>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn details(derived: bool, built_in: bool) -> ClaimDetails {
        let claim = ClaimView {
            uri: "http://wso2.org/claims/x".into(),
            label: "<b>X</b>".into(),
            attribute: "<i>x</i>".into(),
            required: true,
            pattern: "\"><script>".into(),
            derived,
        };
        ClaimDetails {
            claim,
            built_in,
            used_by: Vec::new(),
        }
    }

    #[test]
    fn the_form_begins_with_what_is_stored() {
        let claim = details(false, false).claim;
        let html = markup(move || form(claim.clone(), stored(&claim), Problems::default()));
        assert!(
            html.contains(r#"name="uri" value="http://wso2.org/claims/x""#) && html.contains(" checked"),
            "{html}"
        );
        assert!(
            !html.contains("<script") && !html.contains("<b>") && !html.contains("<i>"),
            "{html}"
        );
        assert!(!html.contains("input[uri]"), "a URI stays what it is: {html}");
        let role = details(true, true).claim;
        let html = markup(move || form(role.clone(), stored(&role), Problems::default()));
        assert!(
            !html.contains("input[pattern]") && !html.contains("input[required]"),
            "{html}"
        );
    }

    #[test]
    fn delete_is_offered_where_it_can_work() {
        assert!(markup(|| head(&details(false, false), true)).contains("/console/claims/delete"));
        for (derived, built_in, may_manage) in [(false, false, false), (false, true, true), (true, true, true)] {
            let html = markup(|| head(&details(derived, built_in), may_manage));
            assert!(
                !html.contains("/claims/delete"),
                "{derived} {built_in} {may_manage}: {html}"
            );
        }
    }

    #[test]
    fn viewers_get_no_form() {
        let html = markup(|| facts(details(false, false).claim));
        assert!(
            html.contains("Required") && !html.contains("<form") && !html.contains("<script"),
            "{html}"
        );
    }
}
