//! The question before a user is deleted.

use domain::{Permission, Problems};
use leptos::prelude::*;

use super::{crumbs, form_of, page_of, with_problems};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn DeletePage() -> impl IntoView {
    console_page(
        Some(Permission::ManageUsers),
        Some(NavItem::Users),
        |request| async move {
            let console = &request.console;
            let user = identity::users::get(&console.services, &console.actor, &request.param("username")?).await?;
            let draft = console
                .draft::<()>(&form_of(&user.username, "delete"), &request.query)
                .await?;
            let problems = draft.map_or_else(Problems::default, |draft| draft.problems);
            let body = Body::new(content(&user.username, user.oneself));
            Ok(with_problems(body, problems, "Not deleted"))
        },
    )
}

fn content(username: &str, oneself: bool) -> impl IntoView + use<> {
    let cancel = page_of(username, "profile");
    let question = if oneself {
        view! {
            <Hindered text="Nobody deletes themselves. Another administrator can." back=cancel/>
        }
        .into_any()
    } else {
        view! {
            <ConfirmForm action="/api/console/users/delete" question=format!("Delete the user \u{201c}{username}\u{201d}?")
                hidden=vec![("username", username.to_owned())] confirm="Delete" cancel>
                <p>"Profile, sessions and sign-ins go with it at once. The audit log keeps what was done under this name."</p>
            </ConfirmForm>
        }
        .into_any()
    };
    view! {
        <PageHead title=format!("Delete {username}") crumbs=crumbs(username, "Delete")/>
        {question}
    }
}
