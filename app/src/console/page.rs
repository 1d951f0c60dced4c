//! What every console page does first: who is asking, may they, and the frame around the answer.

use std::future::Future;

use domain::Permission;
use http::StatusCode;
use identity::Error;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::context::{self, Console};
use crate::trimmed;
use crate::ui::{Callout, ConsoleShell, NavItem, Notice, NoticeKind, PageHead, Trimmed};

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
    /// What somebody else has saved meanwhile, beside what was typed.
    pub difference: Option<AnyView>,
    pub content: AnyView,
}

impl Body {
    pub fn new(content: impl IntoView + 'static) -> Self {
        Self {
            notice: None,
            difference: None,
            content: content.into_any(),
        }
    }

    /// Under the notice, above the form.
    #[must_use]
    pub fn with_difference(mut self, difference: Option<AnyView>) -> Self {
        self.difference = difference;
        self
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
    let left_out = trimmed::fields(&query.get("trimmed").unwrap_or_default());
    let notice = query.get("notice").and_then(|name| done_text(&name));
    let notice = notice.map(|text| trimmed::in_words(text, &left_out));
    provide_context(Trimmed(left_out.iter().map(|(field, _)| (*field).to_owned()).collect()));
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
                    <ConsoleShell current user may notice>{body.difference}{body.content}</ConsoleShell>
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
        "imported" => "Imported from its metadata.",
        "metadata-applied" => "Updated from its metadata.",
        "updated" => "Updated.",
        "deleted" => "Deleted.",
        "enabled" => "Enabled.",
        "disabled" => "Disabled.",
        "locked" => "Locked. The user's sessions and sign-ins have ended.",
        "codes-opened" => "The user's codes are open again.",
        "backup-codes-revoked" => "Revoked. None of the user's backup codes works any more.",
        "session-ended" => "The session has ended.",
        "sessions-ended" => "The sessions have ended.",
        "import-stopped" => "The import was stopped. Users that were added already stay.",
        "import-discarded" => "Discarded. Nothing of the file is kept.",
        "import-checked" => "Saved and checked again.",
        "left-out" => "Left out.",
        "put-back" => "Put back and checked again.",
        "unlocked" => "Unlocked.",
        "key-published" => "Published. The key is in the metadata, and signs nothing until it is used.",
        "key-used" => "The key signs from now on. The one before it stays in the metadata until it is retired.",
        "key-stopped" => "The key signs no more. It stays in the metadata until it is retired once more.",
        "key-retired" => "Retired. The key is no longer in the metadata, and its private key is erased.",
        "certificate-noted" => "Noted.",
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
