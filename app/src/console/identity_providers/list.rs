//! The list of identity providers.

use domain::Permission::{ManageIdentityProviders, ViewIdentityProviders};
use domain::view::{COUNT_LIMIT, IdentityProviderRow, ListQuery, Page};
use identity::identity_providers;
use leptos::prelude::*;

use super::{ACTIONS, LIST};
use crate::console::page::{Body, Request, console_page};
use crate::context::encode;
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(Some(ViewIdentityProviders), Some(NavItem::IdentityProviderList), load)
}

async fn load(request: Request) -> identity::Result<Body> {
    let query = ListQuery {
        search: request.query.get("q").unwrap_or_default(),
        after: request.query.get("after"),
        before: request.query.get("before"),
    };
    let page = identity_providers::list(&request.console.services, &request.console.actor, &query).await?;
    let may_manage = request.may(ManageIdentityProviders);
    Ok(Body::new(view! {
        <PageHead
            title="Identity Providers"
            subtitle="Where sign-ins get their second factor: each describes one SMS provider's HTTP API."
            crumbs=vec![Crumb::here("Identity Providers")]
        >
            {may_manage.then(|| view! { <LinkButton kind=ButtonKind::Primary href=format!("{LIST}/new")>"Add Identity Provider"</LinkButton> })}
        </PageHead>
        <PlainCard flush=true>
            <SearchBar
                action=LIST
                label="Search identity providers"
                placeholder="Name begins with"
                value=query.search.clone()
                count=count_text(page.count.unwrap_or(COUNT_LIMIT + 1))
            />
            {content(page, &query, may_manage)}
        </PlainCard>
    }))
}

fn content(page: Page<IdentityProviderRow>, query: &ListQuery, may_manage: bool) -> AnyView {
    if page.rows.is_empty() {
        return empty(query, may_manage);
    }
    let href = |key: &str, value: String| format!("{LIST}?q={}&{key}={}", encode(&query.search), encode(&value));
    let range = format!("{} shown", page.rows.len());
    let count = count_text(page.count.unwrap_or(COUNT_LIMIT + 1));
    let rows = page
        .rows
        .into_iter()
        .map(|row| table_row(row, may_manage))
        .collect_view();
    let columns = vec![
        "Name".into(),
        "SMSOTP".into(),
        "Used by".into(),
        "State".into(),
        Column::actions(),
    ];
    view! {
        <Table caption="Identity providers" columns>{rows}</Table>
        <Pager
            prev=page.previous.map(|key| href("before", key))
            next=page.next.map(|key| href("after", key))
            range
            count
        />
    }
    .into_any()
}

fn empty(query: &ListQuery, may_manage: bool) -> AnyView {
    if !query.search.is_empty() {
        return view! {
            <EmptyState title="None found" text="No identity provider's name begins with this.">
                <LinkButton href=LIST>"Show all"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState
            title="No identity provider yet"
            text="An identity provider describes how codes are sent by SMS. Service providers then use it as a step of their sign-in."
        >
            {may_manage.then(|| view! { <LinkButton href=format!("{LIST}/new")>"Describe the first one"</LinkButton> })}
        </EmptyState>
    }
    .into_any()
}

fn table_row(row: IdentityProviderRow, may_manage: bool) -> AnyView {
    let href = format!("{LIST}/{}", row.id);
    let sub = (!row.description.is_empty()).then_some(row.description);
    let sms = match (row.sms_enabled, row.sms_host) {
        (true, Some(host)) => view! { <Mono text=host/> }.into_any(),
        (false, Some(host)) => view! { <Mono text=host/>" " <Tag text="not enabled"/> }.into_any(),
        (_, None) => view! { <span class="quiet-text">"not set up"</span> }.into_any(),
    };
    let used = match row.used_by {
        0 => "nobody".to_owned(),
        1 => "1 service provider".to_owned(),
        n => format!("{n} service providers"),
    };
    let (kind, state) = if row.enabled {
        (TagKind::Good, "enabled")
    } else {
        (TagKind::Neutral, "disabled")
    };
    let actions = may_manage.then(|| {
        let (verb, label) = if row.enabled {
            ("disable", "Disable")
        } else {
            ("enable", "Enable")
        };
        view! {
            <PostButton
                small=true
                kind=ButtonKind::Quiet
                action=format!("{ACTIONS}/{verb}")
                label
                hidden=vec![("id", row.id.to_string()), ("back", "list".to_owned())]
            />
            <LinkButton small=true kind=ButtonKind::Quiet href=href.clone()>"Edit"</LinkButton>
            <LinkButton small=true kind=ButtonKind::Danger href=format!("{href}/delete")>"Delete"</LinkButton>
        }
    });
    view! {
        <tr>
            {match sub {
                Some(sub) => view! { <NameCell name=row.name href=Some(href.clone()) sub/> }.into_any(),
                None => view! { <NameCell name=row.name href=Some(href.clone())/> }.into_any(),
            }}
            <Cell label="SMSOTP">{sms}</Cell>
            <Cell label="Used by">{used}</Cell>
            <Cell label="State"><Tag kind text=state/></Cell>
            <ActionsCell>{actions}</ActionsCell>
        </tr>
    }
    .into_any()
}
