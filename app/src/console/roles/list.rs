//! The list of roles.

use domain::Permission;
use domain::view::{ListQuery, Page, RoleRow};
use leptos::prelude::*;

use super::{LIST, page_of};
use crate::console::page::{Body, console_page};
use crate::context::encode;
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewRoles),
        Some(NavItem::Roles),
        |request| async move {
            let query = ListQuery {
                search: request.query.get("q").unwrap_or_default(),
                after: request.query.get("after"),
                before: request.query.get("before"),
            };
            let console = &request.console;
            let page = identity::roles::list(&console.services, &console.actor, &query).await?;
            Ok(Body::new(content(
                query.search,
                page,
                request.may(Permission::ManageRoles),
            )))
        },
    )
}

fn content(search: String, page: Page<RoleRow>, may_add: bool) -> impl IntoView {
    let count = page.count.map_or_else(|| count_text(u64::MAX), count_text);
    let turn = |name: &str, key: Option<String>| {
        key.map(|key| format!("{LIST}?q={}&{name}={}", encode(&search), encode(&key)))
    };
    let (prev, next) = (turn("before", page.previous), turn("after", page.next));
    let rows = if page.rows.is_empty() {
        view! { <EmptyState title="Nothing found" text="No role has a name that begins like this."/> }.into_any()
    } else {
        let columns = [
            "Role".into(),
            "Permissions".into(),
            Column::number("Users"),
            Column::actions(),
        ];
        let rows = page.rows.into_iter().map(row_view).collect_view();
        view! { <Table caption="Roles" columns=columns.to_vec()>{rows}</Table> }.into_any()
    };
    view! {
        <PageHead title="Roles" subtitle="Sets of permissions that users hold." crumbs=vec![Crumb::here("Roles")]>
            {may_add.then(|| view! { <LinkButton kind=ButtonKind::Primary href="/console/roles/new">"Add Role"</LinkButton> })}
        </PageHead>
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search roles" placeholder="Role name" count=count.clone()/>
            {rows}
            <Pager prev next range="By name" count/>
        </PlainCard>
    }
}

fn row_view(row: RoleRow) -> impl IntoView {
    let page = page_of(row.id);
    let permissions = match row.permissions.len() {
        0 => "None".to_owned(),
        n if n == Permission::ALL.len() => "All".to_owned(),
        _ => row
            .permissions
            .iter()
            .map(|permission| permission.label())
            .collect::<Vec<_>>()
            .join(", "),
    };
    let actions = row.may_change.then(|| {
        view! {
            <LinkButton small=true kind=ButtonKind::Quiet href=page.clone()>"Edit"</LinkButton>
            <LinkButton small=true kind=ButtonKind::Danger href=format!("{page}/delete")>"Delete"</LinkButton>
        }
    });
    view! {
        <tr>
            <NameCell name=row.name href=Some(page.clone())/>
            <Cell label="Permissions">{permissions}</Cell>
            <Cell label="Users" number=true>{count_text(row.users)}</Cell>
            <ActionsCell>{actions}</ActionsCell>
        </tr>
    }
}
