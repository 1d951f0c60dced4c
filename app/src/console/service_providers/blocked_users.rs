//! The list behind a figure of Home: users who cannot pass the SMS step of a service provider, for one reason.

use domain::Permission;
use domain::view::home::{BlockedListView, BlockedQuery};
use leptos::prelude::*;

use super::LIST;
use crate::console::list::{Listed, asked, shown_count};
use crate::console::page::{Body, console_page};
use crate::context::encode;
use crate::ui::*;

#[component]
pub fn BlockedUsersPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewUsers),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let id = request.id()?;
            let query = BlockedQuery {
                list: asked(&request.query),
                reason: request.query.get("reason").unwrap_or_else(|| "no_number".to_owned()),
            };
            let console = &request.console;
            let view = identity::blocked_users::list(&console.services, &console.actor, id, &query).await?;
            Ok(Body::new(content(id, &query, view)))
        },
    )
}

/// The address of the list.
pub(crate) fn page_of(id: i64, reason: &str) -> String {
    format!("{LIST}/{id}/blocked-users?reason={}", encode(reason))
}

fn content(id: i64, query: &BlockedQuery, view: BlockedListView) -> impl IntoView + use<> {
    let reason = query.reason.as_str();
    let listed = Listed::new(format!("{LIST}/{id}/blocked-users"), &query.list, &[("reason", reason)]);
    let (prev, next) = listed.turns(&view.page);
    let count = shown_count(&view.page);
    let crumbs = vec![
        Crumb::link("Service Providers", LIST),
        Crumb::link(view.service_provider.clone(), format!("{LIST}/{id}")),
        Crumb::here("Users who cannot pass"),
    ];
    let subtitle = format!("Users who cannot pass the SMS step of {}.", view.service_provider);
    let others = view
        .reasons
        .into_iter()
        .map(|(name, label)| {
            let current = (name == reason).then_some("page");
            view! { <li><a href=page_of(id, &name) aria-current=current>{label}</a></li> }
        })
        .collect_view();
    let rows = if view.page.rows.is_empty() {
        view! { <EmptyState title="Nobody" text="No user is kept out for this reason."/> }.into_any()
    } else {
        let rows = view.page.rows.into_iter().map(row_view).collect_view();
        view! { <Table caption="Users who cannot pass" columns=vec![Column::text("User")]>{rows}</Table> }.into_any()
    };
    view! {
        // As text: a service provider's name may hold anything.
        <PageHead title=view.label subtitle=subtitle.into_any() crumbs/>
        <nav aria-label="Reasons"><ul class="reasons">{others}</ul></nav>
        <PlainCard title="What to do" hint=count.clone()><p>{view.advice}</p></PlainCard>
        <PlainCard flush=true>
            {rows}
            <Pager prev next range="By user name" count/>
        </PlainCard>
    }
}

fn row_view(name: String) -> impl IntoView {
    let href = format!("/console/users/{}/profile", encode(&name));
    view! { <tr><NameCell name href/></tr> }
}

#[cfg(test)]
mod tests {
    use domain::view::Page;

    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn each_leads_to_the_profile_and_the_reason_goes_along() {
        let view = BlockedListView {
            service_provider: "<b>wiki</b>".into(),
            label: "No mobile number".into(),
            advice: "Set one.".into(),
            page: Page {
                rows: vec!["jane".into()],
                count: None,
                next: Some("jane".into()),
                previous: None,
            },
            reasons: vec![
                ("no_number".into(), "No mobile number".into()),
                ("locked".into(), "Locked".into()),
            ],
        };
        let query = BlockedQuery {
            reason: "no_number".into(),
            ..BlockedQuery::default()
        };
        let html = markup(move || content(7, &query, view));
        for part in [
            "/console/users/jane/profile",
            "/console/service-providers/7/blocked-users?reason=no_number&amp;after=jane",
            "/console/service-providers/7/blocked-users?reason=locked",
            "10,000+",
            "&lt;b&gt;wiki",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert_eq!(
            html.matches(r#"aria-current="page""#).count(),
            2,
            "the crumb and the reason: {html}"
        );
        assert!(!html.contains("<b>"), "{html}");
    }
}
