//! The question before a role is deleted; while somebody holds it, who does.

use domain::view::RoleView;
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::edit::holders;
use super::{LIST, form_of, page_of};
use crate::console::page::{Body, console_page};
use crate::console::users::{ask_password, with_problems};
use crate::ui::*;

#[component]
pub fn DeletePage() -> impl IntoView {
    console_page(
        Some(Permission::ManageRoles),
        Some(NavItem::Roles),
        |request| async move {
            let id = request.id()?;
            let console = &request.console;
            let role = identity::roles::get(&console.services, &console.actor, id).await?;
            if let Some(question) = ask_password(&request) {
                return Ok(question);
            }
            let draft = console
                .draft::<()>(&format!("{}/delete", form_of(id)), &request.query)
                .await?;
            let problems = draft.map_or_else(Problems::default, |draft| draft.problems);
            Ok(with_problems(Body::new(content(&role)), problems, "Not deleted"))
        },
    )
}

fn content(role: &RoleView) -> impl IntoView + use<> {
    let name = role.name.clone();
    let holding = holders(role);
    let question = if !role.may_change {
        view! {
            <Hindered text="This role cannot be deleted: it is built in, or holds permissions that you do not hold yourself."
                back=page_of(role.id)/>
        }
        .into_any()
    } else if role.users_total > 0 {
        view! {
            <Hindered text="This role cannot be deleted while somebody holds it. Take it from these users first."
                back=page_of(role.id)>{holding}</Hindered>
        }
        .into_any()
    } else {
        view! {
            <ConfirmForm action="/api/console/roles/delete" question=format!("Delete the role \u{201c}{name}\u{201d}?")
                hidden=vec![("id", role.id.to_string())] confirm="Delete" cancel=page_of(role.id)>
                <p>"Nobody holds it."</p>
            </ConfirmForm>
        }
        .into_any()
    };
    view! {
        <PageHead title=format!("Delete {name}")
            crumbs=vec![Crumb::link("Roles", LIST), Crumb::link(name.clone(), page_of(role.id)), Crumb::here("Delete")]/>
        {question}
    }
}
