//! The question before a service provider is deleted.

use domain::Permission;
use leptos::prelude::*;

use super::{LIST, page_of};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn DeletePage() -> impl IntoView {
    console_page(
        Some(Permission::ManageServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let id = request.id()?;
            let console = &request.console;
            let provider = identity::service_providers::get(&console.services, &console.actor, id).await?;
            let name = provider.name;
            let saml = provider.issuer.map(|issuer| {
                view! {
                    <p>
                        "Its SAML configuration with the issuer "<Mono text=issuer/>
                        " goes with it: sign-ins from there are refused from then on."
                    </p>
                }
            });
            let crumbs = vec![
                Crumb::link("Service Providers", LIST),
                Crumb::link(name.clone(), page_of(id)),
                Crumb::here("Delete"),
            ];
            Ok(Body::new(view! {
                <PageHead title=format!("Delete {name}") crumbs/>
                <ConfirmForm action="/api/console/service-providers/delete"
                    question=format!("Delete the service provider \u{201c}{name}\u{201d}?")
                    hidden=vec![("id", id.to_string())] confirm="Delete" cancel=page_of(id)>
                    {saml}
                    <p>"Sign-ins to it that are under way end. Users and their other sessions stay as they are."</p>
                </ConfirmForm>
            }))
        },
    )
}
