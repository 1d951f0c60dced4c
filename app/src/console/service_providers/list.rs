//! The list of service providers.

use domain::Permission;
use domain::view::{CertificateState, ListQuery, Page, ServiceProviderRow};
use leptos::prelude::*;

use super::{LIST, page_of};
use crate::console::page::{Body, console_page};
use crate::context::encode;
use crate::ui::*;

/// Days before a certificate's end from which the list warns.
const WARN_DAYS: i64 = 30;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let query = ListQuery {
                search: request.query.get("q").unwrap_or_default(),
                after: request.query.get("after"),
                before: request.query.get("before"),
            };
            let console = &request.console;
            let page = identity::service_providers::list(&console.services, &console.actor, &query).await?;
            let may_manage = request.may(Permission::ManageServiceProviders);
            Ok(Body::new(content(query.search, page, may_manage)))
        },
    )
}

fn content(search: String, page: Page<ServiceProviderRow>, may_manage: bool) -> impl IntoView {
    let count = page.count.map_or_else(|| count_text(u64::MAX), count_text);
    let add = move || {
        may_manage.then(|| view! {
        <LinkButton kind=ButtonKind::Primary href=NavItem::ServiceProviderAdd.href()>"Add Service Provider"</LinkButton>
    })
    };
    let turn = |name: &str, key: Option<String>| {
        key.map(|key| format!("{LIST}?q={}&{name}={}", encode(&search), encode(&key)))
    };
    let (prev, next) = (turn("before", page.previous), turn("after", page.next));
    let rows = if !page.rows.is_empty() {
        table(page.rows, may_manage)
    } else if search.is_empty() {
        let text = "A service provider is an application that signs its users in here.";
        view! { <EmptyState title="No service providers yet" text/> }.into_any()
    } else {
        let text = "No service provider has a name or issuer that begins like this.";
        view! { <EmptyState title="Nothing found" text/> }.into_any()
    };
    view! {
        <PageHead title="Service Providers" subtitle="Applications that sign their users in here."
            crumbs=vec![Crumb::here("Service Providers")]>
            {add()}
        </PageHead>
        <PlainCard flush=true>
            <SearchBar action=LIST value=search.clone() label="Search service providers" placeholder="Name or issuer"
                count=count.clone()/>
            {rows}
            <Pager prev next range="By name" count/>
        </PlainCard>
    }
}

fn table(rows: Vec<ServiceProviderRow>, may_manage: bool) -> AnyView {
    let columns = ["Service provider", "Issuer", "Sign-in", "Certificate"]
        .map(Column::from)
        .into_iter()
        .chain([Column::actions()]);
    let rows = rows.into_iter().map(|row| row_view(row, may_manage)).collect_view();
    view! { <Table caption="Service providers" columns=columns.collect()>{rows}</Table> }.into_any()
}

fn row_view(row: ServiceProviderRow, may_manage: bool) -> impl IntoView {
    let page = page_of(row.id);
    let issuer = match row.issuer {
        Some(issuer) => view! { <Mono text=issuer/> }.into_any(),
        None => view! { <Tag kind=TagKind::Warn text="no SAML configuration"/> }.into_any(),
    };
    let (kind, certificate) = certificate_tag(row.certificate);
    let what = format!(" {}", row.name);
    let delete = may_manage.then(|| {
        let what = what.clone();
        view! {
            <LinkButton small=true kind=ButtonKind::Danger href=format!("{page}/delete")>"Delete"<span
                class="hear-only">{what}</span></LinkButton>
        }
    });
    let edit = if may_manage { "Edit" } else { "View" };
    view! {
        <tr>
            <NameCell name=row.name href=Some(page.clone()) sub=row.description/>
            <Cell label="Issuer">{issuer}</Cell>
            <Cell label="Sign-in">{row.steps.join(" → ")}</Cell>
            <Cell label="Certificate">{certificate.map(|text| view! { <Tag kind text/> })}</Cell>
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
