//! The list of users.

use domain::Permission;
use domain::Problems;
use domain::view::{ListQuery, Page, UserRow};
use leptos::prelude::*;

use super::{LIST, page_of, with_problems};
use crate::console::page::{Body, console_page};
use crate::context::encode;
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewUsers),
        Some(NavItem::Users),
        |request| async move {
            let query = ListQuery {
                search: request.query.get("q").unwrap_or_default(),
                after: request.query.get("after"),
                before: request.query.get("before"),
            };
            let console = &request.console;
            let page = identity::users::list(&console.services, &console.actor, &query).await?;
            let draft = console.draft::<()>("users", &request.query).await?;
            let problems = draft.map_or_else(Problems::default, |draft| draft.problems);
            let body = Body::new(content(&query, page, request.may(Permission::ManageUsers)));
            Ok(with_problems(body, problems, "Not done"))
        },
    )
}

/// The address's query for a part of the list.
fn query_of(search: &str, turn: Option<(&str, &str)>) -> String {
    let search = (!search.is_empty()).then(|| format!("q={}", encode(search)));
    let turn = turn.map(|(name, key)| format!("{name}={}", encode(key)));
    search.into_iter().chain(turn).collect::<Vec<_>>().join("&")
}

fn content(query: &ListQuery, page: Page<UserRow>, may_add: bool) -> impl IntoView + use<> {
    let search = query.search.clone();
    let count = page.count.map_or_else(|| count_text(u64::MAX), count_text);
    let turn =
        |name: &str, key: Option<String>| key.map(|key| format!("{LIST}?{}", query_of(&search, Some((name, &key)))));
    let (prev, next) = (turn("before", page.previous), turn("after", page.next));
    let here = match (&query.after, &query.before) {
        (Some(key), _) => query_of(&search, Some(("after", key))),
        (None, Some(key)) => query_of(&search, Some(("before", key))),
        (None, None) => query_of(&search, None),
    };
    let rows = if page.rows.is_empty() {
        view! { <EmptyState title="Nobody found" text="No user name and no claim begins like this."/> }.into_any()
    } else {
        table(page.rows, &here)
    };
    view! {
        <PageHead title="Users" subtitle="Whoever can sign in here." crumbs=vec![Crumb::here("Users")]>
            {may_add.then(|| view! { <LinkButton kind=ButtonKind::Primary href="/console/users/new">"Add User"</LinkButton> })}
        </PageHead>
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search users" placeholder="User name, name, e-mail or number" count=count.clone()/>
            {rows}
            <Pager prev next range="By user name" count/>
        </PlainCard>
    }
}

fn table(rows: Vec<UserRow>, here: &str) -> AnyView {
    let columns = ["User", "Mobile", "Roles", "State"]
        .map(Column::from)
        .into_iter()
        .chain([Column::actions()]);
    let rows = rows.into_iter().map(|row| row_view(row, here)).collect_view();
    view! { <Table caption="Users" columns=columns.collect()>{rows}</Table> }.into_any()
}

fn row_view(row: UserRow, here: &str) -> impl IntoView + use<> {
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
            <NameCell name=row.username href=Some(profile.clone()) sub=row.full_name/>
            <Cell label="Mobile">{row.mobile}</Cell>
            <Cell label="Roles">{row.roles.join(", ")}</Cell>
            <Cell label="State"><Tag kind text=state/></Cell>
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
        };
        markup(move || row_view(row, "q=a%2Bb&after=x"))
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
    fn a_part_of_the_list_has_its_address() {
        assert_eq!(query_of("", None), "");
        assert_eq!(query_of("a&b", Some(("after", "x y"))), "q=a%26b&after=x+y");
    }
}
