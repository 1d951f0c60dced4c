//! A user's sessions: seen, and ended by hand.

use domain::Permission::{self, ManageUsers};
use domain::Problems;
use domain::view::session::{SessionRow, SessionsView};
use identity::settings::cookies::CONSOLE;
use identity::users as rules;
use leptos::prelude::*;

use super::{crumbs, page_of, with_problems};
use crate::console::logs::When;
use crate::console::page::{Body, console_page};
use crate::context::{self, Console};
use crate::error::UiError;
use crate::ui::*;

const PAGE: &str = "sessions";

/// Ending the session that this request came in signs out.
#[server(prefix = "/api", endpoint = "console/users/end-session")]
pub async fn end_session(username: String, #[server(default)] session: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::end_session(&console.services, &console.actor, &username, &session).await;
    if result.is_ok() && session == console.actor.session_id {
        context::drop_cookie(CONSOLE);
        context::see_other("/console/login");
        return Ok(());
    }
    let page = page_of(&username, PAGE);
    let next = result.map(|()| format!("{page}?notice=session-ended"));
    console.answer(PAGE, &page, (), next).await
}

#[server(prefix = "/api", endpoint = "console/users/end-sessions")]
pub async fn end_sessions(username: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::end_all_sessions(&console.services, &console.actor, &username).await;
    let page = page_of(&username, PAGE);
    let next = result.map(|()| format!("{page}?notice=sessions-ended"));
    console.answer(PAGE, &page, (), next).await
}

/// `/console/users/{username}/sessions`
#[component]
pub fn SessionsPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewUsers),
        Some(NavItem::Users),
        |request| async move {
            let console = &request.console;
            let view = rules::sessions_of(&console.services, &console.actor, &request.param("username")?).await?;
            let draft = console.draft::<()>(PAGE, &request.query).await?;
            let problems = draft.map_or_else(Problems::default, |draft| draft.problems);
            Ok(with_problems(Body::new(content(view)), problems, "Not ended"))
        },
    )
}

fn content(view: SessionsView) -> impl IntoView {
    let username = view.username.clone();
    let others = view.rows.iter().any(|row| !row.is_current);
    let all = (view.may_end && others).then(|| {
        let hidden = vec![("username", username.clone())];
        view! { <PostButton kind=ButtonKind::Danger action="/api/console/users/end-sessions" label="End all sessions" hidden/> }
    });
    let about = view.may_end.then(|| {
        let own = if view.oneself {
            " \u{201c}End all sessions\u{201d} leaves the one you are working in."
        } else {
            ""
        };
        view! {
            <p class="field-help">
                "An ended session is refused from the next request on, and so are sign-ins under way. Applications are not told: \
                 whoever is signed in there stays so until the application's own session ends."{own}
            </p>
        }
    });
    let shown = view.rows.len() as u64;
    let more = (view.total > shown).then(|| format!("The {shown} seen last of {} are listed.", view.total));
    let list = if view.rows.is_empty() {
        let text = "Nobody is signed in under this name, neither to the console nor to an application.";
        view! { <EmptyState title="No sessions" text/> }.into_any()
    } else {
        table(&view)
    };
    view! {
        <PageHead title="Sessions" subtitle=format!("Where {username} is signed in now.") crumbs=crumbs(&username, "Sessions")>
            {all}
        </PageHead>
        <PlainCard flush=true>{list}</PlainCard>
        {more.map(|text| view! { <p class="field-help">{text}</p> })}
        {about}
    }
}

fn table(view: &SessionsView) -> AnyView {
    let columns = ["Session", "Began", "Last seen", "From", "Signed in to"]
        .map(Column::from)
        .into_iter()
        .chain([Column::actions()]);
    let rows = view
        .rows
        .iter()
        .map(|row| row_view(row, &view.username, view.may_end))
        .collect_view();
    view! { <Table caption="Live sessions" columns=columns.collect()>{rows}</Table> }.into_any()
}

fn row_view(row: &SessionRow, username: &str, may_end: bool) -> impl IntoView + use<> {
    let name = if row.is_console { "Console" } else { "Sign-in" };
    let by = match row.steps.as_slice() {
        [] => String::new(),
        steps => format!("By {}", steps.join(", ")),
    };
    let current = row
        .is_current
        .then(|| view! { " "<Tag kind=TagKind::Good text="this one"/> });
    let end = may_end.then(|| {
        let hidden = vec![("username", username.to_owned()), ("session", row.id.clone())];
        let label = if row.is_current { "Sign out here" } else { "End" };
        view! { <PostButton small=true kind=ButtonKind::Danger action="/api/console/users/end-session" label hidden/> }
    });
    let applications = match row.applications.as_slice() {
        [] if row.is_console => "The console".to_owned(),
        [] => "No application yet".to_owned(),
        names => names.join(", "),
    };
    let (began, seen) = (row.began.clone(), row.last_seen.clone());
    let (address, browser) = (row.address.clone(), row.browser.clone());
    view! {
        <tr>
            <th scope="row" class="name">{name}{current}<div class="sub">{by}</div></th>
            <Cell label="Began"><When at=began/></Cell>
            <Cell label="Last seen"><When at=seen/></Cell>
            <Cell label="From">{browser}<div class="sub">{address}</div></Cell>
            <Cell label="Signed in to">{applications}</Cell>
            <ActionsCell>{end}</ActionsCell>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn view(may_end: bool) -> SessionsView {
        let row = |id: &str, is_console| SessionRow {
            id: id.into(),
            is_console,
            is_current: is_console,
            began: "2026-11-23T12:00:00Z".into(),
            last_seen: "2026-11-23T12:05:00Z".into(),
            address: "192.0.2.1".into(),
            browser: "<b>".into(),
            applications: if is_console { Vec::new() } else { vec!["Wiki".into()] },
            steps: vec!["password".into()],
        };
        SessionsView {
            username: "a+b".into(),
            rows: vec![row("one", true), row("two", false)],
            total: 2,
            may_end,
            oneself: true,
        }
    }

    #[test]
    fn each_session_can_be_ended_and_ones_own_is_marked() {
        let html = markup(|| content(view(true)));
        assert_eq!(html.matches(">End</button>").count(), 1, "{html}");
        assert_eq!(html.matches(">Sign out here</button>").count(), 1, "{html}");
        assert_eq!(html.matches(">End all sessions</button>").count(), 1, "{html}");
        assert!(
            html.contains("this one") && html.contains("Wiki") && html.contains("&lt;b&gt;"),
            "{html}"
        );
    }

    #[test]
    fn whoever_may_only_look_has_no_buttons() {
        assert!(!markup(|| content(view(false))).contains("<button"));
    }
}
