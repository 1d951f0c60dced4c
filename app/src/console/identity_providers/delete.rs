//! The question before an identity provider is deleted; or, where it is in use, why it is not.

use domain::Permission::ManageIdentityProviders;
use domain::view::{IdentityProviderView, UsedBy};
use identity::identity_providers;
use leptos::prelude::*;

use super::{ACTIONS, LIST};
use crate::console::page::{Body, Request, console_page};
use crate::ui::*;

#[component]
pub fn DeletePage() -> impl IntoView {
    console_page(Some(ManageIdentityProviders), Some(NavItem::IdentityProviderList), load)
}

async fn load(request: Request) -> identity::Result<Body> {
    let found = identity_providers::get(&request.console.services, &request.console.actor, request.id()?).await?;
    let name = found.input.name.clone();
    let own = format!("{LIST}/{}", found.id);
    let crumbs = vec![
        Crumb::link("Identity Providers", LIST),
        Crumb::link(name.clone(), own.clone()),
        Crumb::here("Delete"),
    ];
    Ok(Body::new(view! {
        <PageHead title=format!("Delete {name}") crumbs/>
        {if found.used_by.is_empty() { question(found, own) } else { refusal(found, own) }}
    }))
}

fn question(found: IdentityProviderView, own: String) -> AnyView {
    view! {
        <ConfirmForm
            action=format!("{ACTIONS}/delete")
            question=format!("Delete the identity provider {}?", found.input.name)
            hidden=vec![("id", found.id.to_string())]
            confirm="Delete"
            cancel=own
        >
            <p>"Its settings go with it, the provider's keys included. No service provider uses it, and it is nobody's fallback; its deliveries stay in SMS Deliveries."</p>
        </ConfirmForm>
    }
    .into_any()
}

fn refusal(found: IdentityProviderView, own: String) -> AnyView {
    view! {
        <div class="stack">
            <Notice kind=NoticeKind::Bad text="It is in use, and deleting it would leave people without codes. Take it out here first.">
                <ul>{found.used_by.into_iter().map(user).collect_view()}</ul>
            </Notice>
            <div class="buttons"><LinkButton href=own>"Back"</LinkButton></div>
        </div>
    }
    .into_any()
}

fn user(used: UsedBy) -> AnyView {
    view! { <li><a href=used.href>{used.name}</a>" (" {used.how} ")"</li> }.into_any()
}
