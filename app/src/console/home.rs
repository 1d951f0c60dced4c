//! `/console`: leads to the first list that one may see.

use domain::Permission;
use leptos::prelude::*;

use super::page::{Body, console_page};
use crate::context;
use crate::ui::PageHead;

#[component]
pub fn Home() -> impl IntoView {
    console_page(None, None, |request| async move {
        let first = [
            (Permission::ViewIdentityProviders, "/console/identity-providers"),
            (Permission::ViewServiceProviders, "/console/service-providers"),
            (Permission::ViewUsers, "/console/users"),
            (Permission::ViewRoles, "/console/roles"),
            (Permission::ViewSettings, "/console/claims"),
            (Permission::ViewLog, "/console/sign-ins"),
        ]
        .into_iter()
        .find(|(permission, _)| request.may(*permission));
        if let Some((_, path)) = first {
            context::see_other(path);
        }
        Ok(Body::new(
            view! { <PageHead title="Console" subtitle="Your roles open none of these pages yet. Ask an administrator for a permission."/> },
        ))
    })
}
