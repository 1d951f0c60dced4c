//! The list of identity providers.

use domain::Permission::{ManageIdentityProviders, ViewIdentityProviders};
use domain::view::{IdentityProviderRow, ListQuery, Page};
use identity::identity_providers;
use leptos::prelude::*;

use super::{ACTIONS, BULK_FORM, LIST};
use crate::console::list::{
    BulkBar, BulkButton, ExportLink, Listed, LiveRows, Nothing, Order, asked, nothing_here, outcome, shown_count,
};
use crate::console::logs::When;
use crate::console::page::{Body, Request, console_page};
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(Some(ViewIdentityProviders), Some(NavItem::IdentityProviderList), load)
}

async fn load(request: Request) -> identity::Result<Body> {
    let query = asked(&request.query);
    let page = identity_providers::list(&request.console.services, &request.console.actor, &query).await?;
    let may_manage = request.may(ManageIdentityProviders);
    let listed = Listed::new(LIST, &query, &[]);
    let notice = outcome(&request, BULK_FORM).await?;
    let (count, any) = (shown_count(&page), !page.rows.is_empty());
    let (export, kept) = (listed.export(), listed.kept());
    let rows = content(page, &query, &listed, may_manage);
    let body = Body::new(view! {
        <PageHead
            title="Identity Providers"
            subtitle="Where sign-ins get their second factor: each describes one SMS provider's HTTP API."
            crumbs=vec![Crumb::here("Identity Providers")]
        >
            <ExportLink href=export shown=any/>
            {may_manage.then(|| view! { <LinkButton kind=ButtonKind::Primary href=format!("{LIST}/new")>"Add Identity Provider"</LinkButton> })}
        </PageHead>
        <PlainCard flush=true>
            <SearchBar
                action=LIST
                label="Search identity providers"
                placeholder="Name begins with"
                value=query.search
                count
            >
                {kept}
            </SearchBar>
            <LiveRows>{rows}</LiveRows>
        </PlainCard>
    });
    Ok(Body { notice, ..body })
}

fn content(page: Page<IdentityProviderRow>, query: &ListQuery, listed: &Listed, may_manage: bool) -> AnyView {
    if page.rows.is_empty() {
        return empty(listed, may_manage);
    }
    let range = if query.sort == "created" { "By age" } else { "By name" };
    let count = shown_count(&page);
    let (prev, next) = listed.turns(&page);
    let rows = page
        .rows
        .into_iter()
        .map(|row| table_row(row, may_manage))
        .collect_view();
    let columns = [
        listed.head("Name", "", Order::Rising),
        "SMSOTP".into(),
        "Used by".into(),
        "State".into(),
        listed.head("Created", "created", Order::Falling),
        Column::actions(),
    ];
    let columns = may_manage.then(Column::select).into_iter().chain(columns);
    let bulk = may_manage.then(|| {
        view! {
            <BulkBar back=listed.here()>
                <BulkButton action=format!("{ACTIONS}/enable-selected") label="Enable selected"/>
                <BulkButton action=format!("{ACTIONS}/disable-selected") label="Disable selected"/>
            </BulkBar>
        }
    });
    view! {
        {bulk}
        <Table caption="Identity providers" columns=columns.collect()>{rows}</Table>
        <Pager prev next range count/>
    }
    .into_any()
}

fn empty(listed: &Listed, may_manage: bool) -> AnyView {
    if listed.nothing() != Nothing::Yet {
        return nothing_here(listed, "None found", "No identity provider's name begins with this.");
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
    let budget = row.budget_nearly_used.map(|(used, budget)| {
        let text = format!("{used} of today's {budget} SMS used");
        view! { " "<Tag kind=TagKind::Warn text/> }
    });
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
    let pick = may_manage.then(|| view! { <PickCell id=row.id name=row.name.clone()/> });
    view! {
        <tr>
            {pick}
            {match sub {
                Some(sub) => view! { <NameCell name=row.name href=Some(href.clone()) sub/> }.into_any(),
                None => view! { <NameCell name=row.name href=Some(href.clone())/> }.into_any(),
            }}
            <Cell label="SMSOTP">{sms}</Cell>
            <Cell label="Used by">{used}</Cell>
            <Cell label="State"><Tag kind text=state/>{budget}</Cell>
            <Cell label="Created"><When at=row.created/></Cell>
            <ActionsCell>{actions}</ActionsCell>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn p6_a_budget_nearly_used_up_stands_in_the_list() {
        let html = |budget_nearly_used| {
            let row = IdentityProviderRow {
                id: 1,
                name: "SMSOTP".into(),
                description: String::new(),
                enabled: true,
                sms_enabled: true,
                sms_host: None,
                used_by: 0,
                budget_nearly_used,
                created: "2026-11-23T12:00:00Z".into(),
            };
            markup(move || table_row(row, true))
        };
        assert!(html(Some((8, 10))).contains("8 of today's 10 SMS used"));
        assert!(!html(None).contains("SMS used"));
        assert_eq!(domain::view::budget_warning(7, Some(10)), None);
    }
}
