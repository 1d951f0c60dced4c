//! The list of roles.

use domain::Permission;
use domain::view::{ListQuery, Page, RoleRow};
use leptos::prelude::*;

use super::{LIST, page_of};
use crate::console::list::{ExportLink, Listed, LiveRows, Order, asked, nothing_here, shown_count};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewRoles),
        Some(NavItem::Roles),
        |request| async move {
            let query = asked(&request.query);
            let console = &request.console;
            let page = identity::roles::list(&console.services, &console.actor, &query).await?;
            Ok(Body::new(content(&query, page, request.may(Permission::ManageRoles))))
        },
    )
}

fn content(query: &ListQuery, page: Page<RoleRow>, may_add: bool) -> impl IntoView + use<> {
    let listed = Listed::new(LIST, query, &[]);
    let (search, export, kept) = (query.search.clone(), listed.export(), listed.kept());
    let count = shown_count(&page);
    let (prev, next) = listed.turns(&page);
    let any = !page.rows.is_empty();
    let rows = if !any {
        nothing_here(&listed, "Nothing found", "No role has a name that begins like this.")
    } else {
        let columns = [
            listed.head("Role", "", Order::Rising),
            "Permissions".into(),
            Column::number("Users"),
            Column::actions(),
        ];
        let rows = page.rows.into_iter().map(row_view).collect_view();
        view! { <Table caption="Roles" columns=columns.to_vec()>{rows}</Table> }.into_any()
    };
    view! {
        <PageHead title="Roles" subtitle="Sets of permissions that users hold." crumbs=vec![Crumb::here("Roles")]>
            <ExportLink href=export shown=any/>
            {may_add.then(|| view! { <LinkButton kind=ButtonKind::Primary href="/console/roles/new">"Add Role"</LinkButton> })}
        </PageHead>
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search roles" placeholder="Role name" count=count.clone()>
                {kept}
            </SearchBar>
            <LiveRows>
                {rows}
                <Pager prev next range="By name" count/>
            </LiveRows>
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
