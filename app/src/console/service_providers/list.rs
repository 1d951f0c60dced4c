//! The list of service providers.

use domain::Permission;
use domain::view::{CertificateState, ListQuery, Page, ServiceProviderRow, WARN_DAYS};
use leptos::prelude::*;

use super::{BULK_FORM, LIST, page_of};
use crate::console::list::{
    BulkBar, BulkButton, ExportLink, Listed, LiveRows, Nothing, Order, asked, nothing_here, outcome, shown_count,
};
use crate::console::logs::When;
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let query = asked(&request.query);
            let console = &request.console;
            let page = identity::service_providers::list(&console.services, &console.actor, &query).await?;
            let may_manage = request.may(Permission::ManageServiceProviders);
            Ok(Body {
                notice: outcome(&request, BULK_FORM).await?,
                ..Body::new(content(&query, page, may_manage))
            })
        },
    )
}

fn content(query: &ListQuery, page: Page<ServiceProviderRow>, may_manage: bool) -> impl IntoView + use<> {
    let listed = Listed::new(LIST, query, &[]);
    let (search, export, kept) = (query.search.clone(), listed.export(), listed.kept());
    let count = shown_count(&page);
    let add = move || {
        may_manage.then(|| view! {
        <LinkButton kind=ButtonKind::Primary href=NavItem::ServiceProviderAdd.href()>"Add Service Provider"</LinkButton>
    })
    };
    let (prev, next) = listed.turns(&page);
    let any = !page.rows.is_empty();
    let rows = if any {
        table(page.rows, &listed, may_manage)
    } else if listed.nothing() == Nothing::Yet {
        let text = "A service provider is an application that signs its users in here.";
        let first = may_manage.then(|| {
            view! { <LinkButton href=NavItem::ServiceProviderAdd.href()>"Register the first one"</LinkButton> }
        });
        view! { <EmptyState title="No service providers yet" text>{first}</EmptyState> }.into_any()
    } else {
        let text = "No service provider has a name or issuer that begins like this.";
        nothing_here(&listed, "Nothing found", text)
    };
    let range = if query.sort == "created" { "By age" } else { "By name" };
    view! {
        <PageHead title="Service Providers" subtitle="Applications that sign their users in here."
            crumbs=vec![Crumb::here("Service Providers")]>
            <ExportLink href=export shown=any/>
            {add()}
        </PageHead>
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search service providers" placeholder="Name or issuer"
                count=count.clone()>
                {kept}
            </SearchBar>
            <LiveRows>
                {rows}
                <Pager prev next range count/>
            </LiveRows>
        </PlainCard>
    }
}

fn table(rows: Vec<ServiceProviderRow>, listed: &Listed, may_manage: bool) -> AnyView {
    let columns = [
        listed.head("Service provider", "", Order::Rising),
        "Issuer".into(),
        "Sign-in".into(),
        "Certificate".into(),
        listed.head("Created", "created", Order::Falling),
        Column::actions(),
    ];
    let columns = may_manage.then(Column::select).into_iter().chain(columns);
    let rows = rows.into_iter().map(|row| row_view(row, may_manage)).collect_view();
    let bulk = may_manage.then(|| {
        view! {
            <BulkBar back=listed.here()>
                <BulkButton action="/api/console/service-providers/ask-delete-selected" label="Delete selected" kind=ButtonKind::Danger/>
            </BulkBar>
        }
    });
    view! { {bulk} <Table caption="Service providers" columns=columns.collect()>{rows}</Table> }.into_any()
}

fn row_view(row: ServiceProviderRow, may_manage: bool) -> impl IntoView {
    let page = page_of(row.id);
    let issuer = match row.issuer {
        Some(issuer) => view! { <Mono text=issuer/> }.into_any(),
        None => view! { <Tag kind=TagKind::Warn text="no SAML configuration"/> }.into_any(),
    };
    let (kind, certificate) = certificate_tag(row.certificate);
    let metadata = row.metadata_days.map(|days| {
        let (kind, text) = metadata_tag(days);
        view! { " "<Tag kind text/> }
    });
    let what = format!(" {}", row.name);
    let delete = may_manage.then(|| {
        let what = what.clone();
        view! {
            <LinkButton small=true kind=ButtonKind::Danger href=format!("{page}/delete")>"Delete"<span
                class="hear-only">{what}</span></LinkButton>
        }
    });
    let edit = if may_manage { "Edit" } else { "View" };
    let pick = may_manage.then(|| view! { <PickCell id=row.id name=row.name.clone()/> });
    view! {
        <tr>
            {pick}
            <NameCell name=row.name href=Some(page.clone()) sub=row.description/>
            <Cell label="Issuer">{issuer}</Cell>
            <Cell label="Sign-in">{row.steps.join(" → ")}</Cell>
            <Cell label="Certificate">{certificate.map(|text| view! { <Tag kind text/> })}{metadata}</Cell>
            <Cell label="Created"><When at=row.created/></Cell>
            <ActionsCell>
                <LinkButton small=true kind=ButtonKind::Quiet href=page.clone()>{edit}<span
                    class="hear-only">{what}</span></LinkButton>
                {delete}
            </ActionsCell>
        </tr>
    }
}

fn certificate_tag(state: CertificateState) -> (TagKind, Option<String>) {
    match state {
        CertificateState::NoConfiguration => (TagKind::Neutral, None),
        CertificateState::NoneNeeded => (TagKind::Neutral, Some("none needed".to_owned())),
        CertificateState::Days(days) if days < 0 => (TagKind::Bad, Some("expired".to_owned())),
        CertificateState::Days(days) if days < WARN_DAYS => (TagKind::Warn, Some(time_left(days))),
        CertificateState::Days(days) => (TagKind::Good, Some(time_left(days))),
    }
}

/// Only metadata that lapses soon is told: most has no end.
fn metadata_tag(days: i64) -> (TagKind, String) {
    if days < 0 {
        (TagKind::Bad, "metadata expired".to_owned())
    } else {
        (TagKind::Warn, format!("metadata: {}", time_left(days)))
    }
}

/// `9 days`, `5 months`, `2 years`: as exact as somebody has to know.
fn time_left(days: i64) -> String {
    let counted = |n: i64, unit: &str| {
        if n == 1 {
            format!("1 {unit}")
        } else {
            format!("{n} {unit}s")
        }
    };
    match days {
        ..60 => counted(days, "day"),
        60..730 => counted(days / 30, "month"),
        _ => counted(days / 365, "year"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_warns_before_it_ends() {
        for (days, kind, text) in [
            (-1, TagKind::Bad, "expired"),
            (0, TagKind::Warn, "0 days"),
            (1, TagKind::Warn, "1 day"),
            (29, TagKind::Warn, "29 days"),
            (30, TagKind::Good, "30 days"),
            (150, TagKind::Good, "5 months"),
            (800, TagKind::Good, "2 years"),
        ] {
            assert_eq!(
                certificate_tag(CertificateState::Days(days)),
                (kind, Some(text.to_owned())),
                "{days}"
            );
        }
    }
}
