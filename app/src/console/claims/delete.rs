//! The question before a claim is deleted; while something uses it, what does.

use domain::view::UsedBy;
use domain::view::watch::ClaimDetails;
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::{LIST, form_of, page_of, uri_of};
use crate::console::page::{Body, console_page};
use crate::console::users::with_problems;
use crate::ui::*;

#[component]
pub fn DeletePage() -> impl IntoView {
    console_page(
        Some(Permission::ManageSettings),
        Some(NavItem::Claims),
        |request| async move {
            let console = &request.console;
            let details = identity::claims::get(&console.services, &console.actor, &uri_of(&request)).await?;
            let draft = console
                .draft::<()>(&form_of(&details.claim.uri, "delete"), &request.query)
                .await?;
            let problems = draft.map_or_else(Problems::default, |draft| draft.problems);
            let may_open = |href: &str| {
                request.may(if href.starts_with("/console/users") {
                    Permission::ViewUsers
                } else if href.starts_with("/console/identity-providers") {
                    Permission::ViewIdentityProviders
                } else {
                    Permission::ViewServiceProviders
                })
            };
            let body = Body::new(content(details, may_open));
            Ok(with_problems(body, problems, "Not deleted"))
        },
    )
}

fn content(details: ClaimDetails, may_open: impl Fn(&str) -> bool) -> AnyView {
    let claim = details.claim;
    let edit = page_of(&claim.uri, "edit");
    let question = if details.built_in {
        view! { <Hindered text="The server needs this claim: it cannot be deleted." back=edit.clone()/> }.into_any()
    } else if details.used_by.is_empty() {
        view! {
            <ConfirmForm action="/api/console/claims/delete" question=format!("Delete the claim \u{201c}{}\u{201d}?", claim.label)
                hidden=vec![("uri", claim.uri)] confirm="Delete" cancel=edit.clone()>
                <p>"No service provider asks for it, and no user has a value of it. Profiles lose the field."</p>
            </ConfirmForm>
        }
        .into_any()
    } else {
        let uses = details
            .used_by
            .into_iter()
            .map(|used| use_view(used, &may_open))
            .collect_view();
        view! {
            <Hindered text="This claim cannot be deleted while something uses it. Take it away from these first." back=edit.clone()>
                <PlainCard title="Used by"><ul>{uses}</ul></PlainCard>
            </Hindered>
        }
        .into_any()
    };
    view! {
        <PageHead title=format!("Delete {}", claim.label)
            crumbs=vec![Crumb::link("Claims", LIST), Crumb::link(claim.label, edit), Crumb::here("Delete")]/>
        {question}
    }
    .into_any()
}

fn use_view(used: UsedBy, may_open: &impl Fn(&str) -> bool) -> AnyView {
    let name = if may_open(&used.href) {
        view! { <a href=used.href>{used.name}</a> }.into_any()
    } else {
        used.name.into_any()
    };
    view! { <li>{name}{format!(" ({})", used.how)}</li> }.into_any()
}

#[cfg(test)]
mod tests {
    use domain::view::ClaimView;

    use super::*;
    use crate::ui::test_render::markup;

    fn details(built_in: bool, used_by: &[(&str, &str)]) -> ClaimDetails {
        let used = |(name, href): &(&str, &str)| UsedBy {
            name: (*name).into(),
            href: (*href).into(),
            how: "claim".into(),
        };
        ClaimDetails {
            claim: ClaimView {
                uri: "http://wso2.org/claims/x".into(),
                label: "<b>X</b>".into(),
                attribute: "x".into(),
                required: false,
                pattern: String::new(),
                derived: false,
            },
            built_in,
            used_by: used_by.iter().map(used).collect(),
        }
    }

    #[test]
    fn only_what_nothing_uses_is_asked_for() {
        let html = markup(|| content(details(false, &[]), |_| true));
        assert!(
            html.contains("/api/console/claims/delete") && html.contains(r#"value="http://wso2.org/claims/x""#),
            "{html}"
        );
        assert!(!html.contains("<b>"), "{html}");
        assert!(!markup(|| content(details(true, &[]), |_| true)).contains("<form"));
        let used = [
            ("<s>jane</s>", "/console/users/jane/profile"),
            ("sp", "/console/service-providers/1"),
        ];
        let html = markup(|| content(details(false, &used), |href| href.contains("service-providers")));
        assert!(
            !html.contains("<form") && !html.contains("<s>") && html.contains("&lt;s&gt;jane"),
            "{html}"
        );
        assert!(
            html.contains(r#"href="/console/service-providers/1""#) && !html.contains("/users/jane"),
            "{html}"
        );
    }
}
