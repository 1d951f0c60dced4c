//! What every console page does first: who is asking, may they, and the frame around the answer.

use std::future::Future;

use domain::Permission;
use http::StatusCode;
use identity::Error;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::context::{self, Console};
use crate::ui::{Callout, ConsoleShell, NavItem, Notice, NoticeKind, PageHead};

/// What a page is made from.
#[derive(Clone, Debug)]
pub struct Request {
    pub console: Console,
    /// Parameters of the route: `:id`, `:username`.
    pub params: ParamsMap,
    pub query: ParamsMap,
}

impl Request {
    /// A row's id from the route.
    ///
    /// # Errors
    /// `NotFound` for anything that is no number.
    pub fn id(&self) -> identity::Result<i64> {
        self.params
            .get("id")
            .and_then(|id| id.parse().ok())
            .ok_or(Error::NotFound)
    }

    /// A text from the route.
    ///
    /// # Errors
    /// `NotFound`, should the route have no such parameter.
    pub fn param(&self, name: &str) -> identity::Result<String> {
        self.params.get(name).ok_or(Error::NotFound)
    }

    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.console.actor.permissions.has(permission)
    }
}

/// A loaded page and what stands above its head.
pub struct Body {
    /// The last submit's problems, as an `ErrorSummary`; without it the address's `notice` is shown.
    pub notice: Option<AnyView>,
    pub content: AnyView,
}

impl Body {
    pub fn new(content: impl IntoView + 'static) -> Self {
        Self {
            notice: None,
            content: content.into_any(),
        }
    }

    #[must_use]
    pub fn with_notice(mut self, notice: impl IntoView + 'static) -> Self {
        self.notice = Some(notice.into_any());
        self
    }
}

/// A console page. Signed out, it leads to the sign-in; without the permission it is a 403 page; else it is what
/// `load` gives. `None` as permission: any administrator.
pub fn console_page<F, Fut>(permission: Option<Permission>, current: Option<NavItem>, load: F) -> impl IntoView
where
    F: FnOnce(Request) -> Fut + Send + 'static,
    Fut: Future<Output = identity::Result<Body>> + Send + 'static,
{
    let (params, query) = context::params();
    let Some(actor) = context::actor() else {
        context::see_other(&format!("/console/login?next={}", context::encode(&context::here())));
        return ().into_any();
    };
    let may = visible(&actor);
    let user = actor.username.clone();
    let notice = query.get("notice").and_then(|name| done_text(&name));
    let request = Request {
        console: Console {
            services: context::services(),
            actor,
        },
        params,
        query,
    };
    let body = async move {
        let allowed = permission.map_or(Ok(()), |permission| request.console.actor.require(permission));
        match allowed {
            Ok(()) => load(request).await,
            Err(error) => Err(error),
        }
    };
    view! {
        <Suspense fallback=|| ()>
            {Suspend::new(async move {
                let body = body.await.unwrap_or_else(failed);
                let notice = body.notice.or_else(|| notice.map(|text| view! { <Notice kind=NoticeKind::Good text/> }.into_any()));
                view! {
                    <ConsoleShell current user may notice>{body.content}</ConsoleShell>
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// The pages somebody may see.
fn visible(actor: &identity::Actor) -> Vec<NavItem> {
    let needs = |item: &NavItem| match item {
        NavItem::IdentityProviderAdd => Permission::ManageIdentityProviders,
        NavItem::IdentityProviderList => Permission::ViewIdentityProviders,
        NavItem::ServiceProviderAdd => Permission::ManageServiceProviders,
        NavItem::ServiceProviderList => Permission::ViewServiceProviders,
        NavItem::Users => Permission::ViewUsers,
        NavItem::Roles => Permission::ViewRoles,
        NavItem::Resident | NavItem::Claims => Permission::ViewSettings,
        NavItem::SmsDeliveries | NavItem::SignIns | NavItem::AuditLog => Permission::ViewLog,
    };
    NavItem::ALL
        .into_iter()
        .filter(|item| actor.permissions.has(needs(item)))
        .collect()
}

/// What was done, by the address's `notice`: a closed list, since an address can be forged.
fn done_text(name: &str) -> Option<&'static str> {
    Some(match name {
        "registered" => "Registered.",
        "updated" => "Updated.",
        "deleted" => "Deleted.",
        "enabled" => "Enabled.",
        "disabled" => "Disabled.",
        "locked" => "Locked. The user's sessions and sign-ins have ended.",
        "codes-opened" => "The user's codes are open again.",
        "unlocked" => "Unlocked.",
        "password-changed" => "The password was changed. The user's other sessions have ended.",
        _ => return None,
    })
}

/// An error as a page, with its status; logged here, once.
fn failed(error: Error) -> Body {
    let (status, title, text) = match error {
        Error::NotFound => (
            StatusCode::NOT_FOUND,
            "Not found",
            "There is no such thing, or it was deleted.".to_owned(),
        ),
        Error::Denied(why) => (StatusCode::FORBIDDEN, "Not allowed", why),
        Error::Busy { retry_after } => {
            context::retry_after(retry_after);
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "Busy",
                "The server is busy. Open the page again in a moment.".to_owned(),
            )
        }
        other => {
            tracing::error!(error = %context::chain(&other), "a console page failed");
            let text = "The page could not be loaded. The server's log says why.".to_owned();
            (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", text)
        }
    };
    context::status(status);
    let content = view! {
        <PageHead title/>
        <Callout kind=NoticeKind::Bad>{text}</Callout>
    };
    Body::new(content)
}
