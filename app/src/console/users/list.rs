//! The list of users.

use domain::Permission;
use domain::Problems;
use domain::view::{ListQuery, UserRow, UsersView};
use leptos::prelude::*;

use super::{BULK_FORM, LIST, page_of, with_problems};
use crate::console::list::{
    BulkBar, BulkButton, ExportLink, Listed, LiveRows, Order, asked, nothing_here, outcome, shown_count,
};
use crate::console::logs::{When, with_any};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewUsers),
        Some(NavItem::Users),
        |request| async move {
            let query = asked(&request.query);
            let console = &request.console;
            let view = identity::users::list(&console.services, &console.actor, &query).await?;
            let draft = console.draft::<()>("users", &request.query).await?;
            let problems = draft.map_or_else(Problems::default, |draft| draft.problems);
            let notice = outcome(&request, BULK_FORM).await?;
            let body = Body {
                notice,
                ..Body::new(content(&query, view, request.may(Permission::ManageUsers)))
            };
            Ok(with_problems(body, problems, "Not done"))
        },
    )
}

fn content(query: &ListQuery, view: UsersView, may_manage: bool) -> impl IntoView + use<> {
    let listed = Listed::new(LIST, query, &[]);
    let (search, search_in) = (query.search.clone(), query.search_in.clone());
    let (export, kept) = (listed.export(), listed.kept());
    let count = shown_count(&view.page);
    let page = view.page;
    let (prev, next) = listed.turns(&page);
    let any = !page.rows.is_empty();
    let rows = if any {
        table(page.rows, &listed, may_manage)
    } else {
        nothing_here(&listed, "Nobody found", "No user name and no claim begins like this.")
    };
    let cut = view.cut.then(|| {
        view! { <Callout>"More begin like this than can be looked through: the list does not hold everybody. Type more to find the others."</Callout> }
    });
    let range = match query.sort.as_str() {
        "created" => "By age",
        "locked" => "By state",
        _ => "By user name",
    };
    view! {
        <PageHead title="Users" subtitle="Whoever can sign in here." crumbs=vec![Crumb::here("Users")]>
            <ExportLink href=export shown=any/>
            {may_manage.then(|| view! { <LinkButton href="/console/users/import">"Import Users"</LinkButton> })}
            {may_manage.then(|| view! { <LinkButton kind=ButtonKind::Primary href="/console/users/new">"Add User"</LinkButton> })}
        </PageHead>
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search users" placeholder="User name, name, e-mail or number" count=count.clone()>
                <FilterSelect name="in" label="Search in" options=with_any("Anything", view.search_in) value=search_in/>
                {kept}
            </SearchBar>
            <LiveRows>
                {cut}
                {rows}
                <Pager prev next range count/>
            </LiveRows>
        </PlainCard>
    }
}

fn table(rows: Vec<UserRow>, listed: &Listed, may_manage: bool) -> AnyView {
    let columns = [
        listed.head("User", "", Order::Rising),
        "Mobile".into(),
        "Roles".into(),
        listed.head("State", "locked", Order::Falling),
        listed.head("Created", "created", Order::Falling),
        Column::actions(),
    ];
    let columns = may_manage.then(Column::select).into_iter().chain(columns);
    let here = listed.here();
    let rows = rows
        .into_iter()
        .map(|row| row_view(row, &here, may_manage))
        .collect_view();
    let bulk = may_manage.then(|| {
        view! {
            <BulkBar back=here.clone()>
                <BulkButton action="/api/console/users/lock-selected" label="Lock selected"/>
                <BulkButton action="/api/console/users/unlock-selected" label="Unlock selected"/>
                <BulkButton action="/api/console/users/ask-delete-selected" label="Delete selected" kind=ButtonKind::Danger/>
            </BulkBar>
        }
    });
    view! { {bulk} <Table caption="Users" columns=columns.collect()>{rows}</Table> }.into_any()
}

fn row_view(row: UserRow, here: &str, may_manage: bool) -> impl IntoView + use<> {
    let pick = may_manage.then(|| view! { <PickCell id=row.id name=row.username.clone()/> });
    let (kind, state) = if row.locked {
        (TagKind::Bad, "locked")
    } else {
        (TagKind::Good, "active")
    };
    let [profile, roles, password, delete] =
        ["profile", "roles", "password", "delete"].map(|page| page_of(&row.username, page));
    let lock = (!row.oneself).then(|| lock_button(&row, here));
    let actions = row.may_change.then(|| {
        let others = lock.map(|lock| {
            view! {
                {lock}
                <LinkButton small=true kind=ButtonKind::Danger href=delete>"Delete"</LinkButton>
            }
        });
        view! {
            <LinkButton small=true kind=ButtonKind::Quiet href=roles>"Assign Roles"</LinkButton>
            <LinkButton small=true kind=ButtonKind::Quiet href=password>"Change Password"</LinkButton>
            {others}
        }
    });
    view! {
        <tr>
            {pick}
            <NameCell name=row.username href=Some(profile.clone()) sub=row.full_name/>
            <Cell label="Mobile">{row.mobile}</Cell>
            <Cell label="Roles">{row.roles.join(", ")}</Cell>
            <Cell label="State"><Tag kind text=state/></Cell>
            <Cell label="Created"><When at=row.created/></Cell>
            <ActionsCell>
                <LinkButton small=true kind=ButtonKind::Quiet href=profile>"User Profile"</LinkButton>
                {actions}
            </ActionsCell>
        </tr>
    }
}

fn lock_button(row: &UserRow, here: &str) -> impl IntoView + use<> {
    let (action, label) = if row.locked {
        ("/api/console/users/unlock", "Unlock")
    } else {
        ("/api/console/users/lock", "Lock")
    };
    let hidden = vec![("username", row.username.clone()), ("back", here.to_owned())];
    view! { <PostButton small=true kind=ButtonKind::Quiet action label hidden/> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn row(may_change: bool, oneself: bool, locked: bool) -> String {
        let row = UserRow {
            id: 1,
            username: "a+b@c.d".into(),
            full_name: "<b>Jane</b>".into(),
            mobile: Some("••67".into()),
            roles: vec!["admin".into()],
            locked,
            may_change,
            oneself,
            created: "2026-11-23T12:00:00Z".into(),
        };
        markup(move || row_view(row, "q=a%2Bb&after=x", may_change))
    }

    #[test]
    fn a_row_offers_what_one_may_do() {
        let html = row(true, false, false);
        for action in [
            ">User Profile<",
            ">Assign Roles<",
            ">Change Password<",
            ">Lock<",
            ">Delete<",
        ] {
            assert_eq!(html.matches(action).count(), 1, "{action}: {html}");
        }
        assert!(
            html.contains("/console/users/a%2Bb%40c.d/roles") && html.contains("/api/console/users/lock"),
            "{html}"
        );
        assert!(html.contains("&lt;b&gt;Jane") && !html.contains("<b>"), "{html}");
        assert!(row(true, false, true).contains(">Unlock<"));
        let own = row(true, true, false);
        assert!(
            own.contains(">Change Password<") && !own.contains(">Lock<") && !own.contains(">Delete<"),
            "{own}"
        );
        let viewed = row(false, false, false);
        assert!(
            viewed.contains(">User Profile<") && !viewed.contains("Change Password") && !viewed.contains("Delete"),
            "{viewed}"
        );
    }

    #[test]
    fn rows_are_ticked_by_those_who_may_change_them() {
        let html = row(true, true, false);
        assert!(
            html.contains(r#"aria-label="Select a+b@c.d""#) && html.contains(r#"form="bulk""#),
            "{html}"
        );
        assert!(!row(false, false, false).contains("checkbox"));
    }
}
