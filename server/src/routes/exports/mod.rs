//! `GET /console/{list}.csv`: what a list shows under the same search and order, all of it, as a file.
//!
//! Read a part after the other, each when the one before was taken: a list of any length fits through. Numbers are masked
//! as in the list, and that a list was taken along is in the audit log.

use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use domain::view::watch::{AuditQuery, SignInsQuery};
use domain::view::{ListQuery, Page};
use futures_util::stream::unfold;
use http::{StatusCode, header};
use identity::exports::{self, List};
use identity::{Actor, Error, Result, Services};
use serde::Deserialize;

use crate::AppState;
use crate::http::pages;

mod lines;

/// The page's search, order and filters, under the names that they have in its address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    r#in: String,
    sort: String,
    dir: String,
    kind: String,
    action: String,
    outcome: String,
    service_provider: String,
    from: String,
    to: String,
}

impl Asked {
    fn list(&self, after: Option<String>) -> ListQuery {
        ListQuery {
            search: self.q.clone(),
            search_in: self.r#in.clone(),
            sort: self.sort.clone(),
            dir: self.dir.clone(),
            after,
            before: None,
            whole: true,
        }
    }
}

/// One part of a list, as lines, and where the next begins.
type Part = (String, Option<String>);

fn part<T>(page: Page<T>, line: impl Fn(T) -> String) -> Part {
    (page.rows.into_iter().map(line).collect(), page.next)
}

/// The lists that have a file of this kind.
#[derive(Clone, Copy, Debug)]
enum File {
    IdentityProviders,
    ServiceProviders,
    Users,
    Roles,
    Claims,
    SignIns,
    AuditLog,
}

impl File {
    /// The list, and the last part of its page's address.
    fn of(self) -> (List, &'static str) {
        match self {
            Self::IdentityProviders => (List::IdentityProviders, "identity-providers"),
            Self::ServiceProviders => (List::ServiceProviders, "service-providers"),
            Self::Users => (List::Users, "users"),
            Self::Roles => (List::Roles, "roles"),
            Self::Claims => (List::Claims, "claims"),
            Self::SignIns => (List::SignIns, "sign-ins"),
            Self::AuditLog => (List::AuditLog, "audit"),
        }
    }

    fn head(self) -> &'static str {
        match self {
            Self::IdentityProviders => "id,name,description,enabled,smsotp,sms_host,used_by,created\r\n",
            Self::ServiceProviders => "id,name,description,issuer,steps,certificate_days,metadata_days,created\r\n",
            Self::Users => "id,username,full_name,mobile,roles,locked,created\r\n",
            Self::Roles => "id,name,permissions,users\r\n",
            Self::Claims => "uri,label,attribute,required,pattern,derived\r\n",
            Self::SignIns => "id,at,application,user,outcome,assertion_id,key_id,address\r\n",
            Self::AuditLog => "id,at,actor,action,kind,target,detail,address\r\n",
        }
    }

    /// Whether a search finds more than it goes through: a file that looked whole would not be.
    async fn is_cut(self, services: &Services, actor: &Actor, asked: &Asked) -> Result<bool> {
        match self {
            Self::Users if !asked.q.trim().is_empty() => {
                let found = identity::users::list(services, actor, &asked.list(None)).await?;
                Ok(found.cut)
            }
            _ => Ok(false),
        }
    }

    async fn part(self, services: &Services, actor: &Actor, asked: &Asked, after: Option<String>) -> Result<Part> {
        let list = asked.list(after);
        Ok(match self {
            Self::IdentityProviders => {
                let page = identity::identity_providers::list(services, actor, &list).await?;
                part(page, lines::identity_provider)
            }
            Self::ServiceProviders => {
                let page = identity::service_providers::list(services, actor, &list).await?;
                part(page, lines::service_provider)
            }
            Self::Users => part(identity::users::list(services, actor, &list).await?.page, lines::user),
            Self::Roles => part(identity::roles::list(services, actor, &list).await?, lines::role),
            Self::Claims => part(identity::claims::page(services, actor, &list).await?, lines::claim),
            Self::SignIns => {
                let query = SignInsQuery {
                    list,
                    outcome: asked.outcome.clone(),
                    service_provider: asked.service_provider.clone(),
                    from: asked.from.clone(),
                    to: asked.to.clone(),
                };
                part(
                    identity::sign_ins::list(services, actor, &query).await?.page,
                    lines::sign_in,
                )
            }
            Self::AuditLog => {
                let query = AuditQuery {
                    list,
                    kind: asked.kind.clone(),
                    action: asked.action.clone(),
                    from: asked.from.clone(),
                    to: asked.to.clone(),
                };
                part(
                    identity::audit_log::list(services, actor, &query).await?.page,
                    lines::entry,
                )
            }
        })
    }
}

/// Each list's file, at its page's address and `.csv`.
pub fn table() -> Vec<(&'static str, MethodRouter<AppState>)> {
    let files = [
        ("/console/identity-providers.csv", File::IdentityProviders),
        ("/console/service-providers.csv", File::ServiceProviders),
        ("/console/users.csv", File::Users),
        ("/console/roles.csv", File::Roles),
        ("/console/claims.csv", File::Claims),
        ("/console/sign-ins.csv", File::SignIns),
        ("/console/audit.csv", File::AuditLog),
    ];
    files
        .map(|(path, file)| (path, get(move |state, request| export(file, state, request))))
        .into()
}

async fn export(file: File, State(state): State<AppState>, request: Request) -> Response {
    let (list, page) = file.of();
    let Some(actor) = request.extensions().get::<Actor>().cloned() else {
        return Redirect::to(&format!("/console/login?next=/console/{page}")).into_response();
    };
    let Ok(Query(asked)) = Query::<Asked>::try_from_uri(request.uri()) else {
        let text = "This search cannot be read. Search on the list's own page, and export from there.";
        return pages::respond(
            &state,
            request.headers(),
            StatusCode::BAD_REQUEST,
            "Nothing exported",
            text,
        );
    };
    let narrowed = [
        &asked.q,
        &asked.kind,
        &asked.action,
        &asked.outcome,
        &asked.service_provider,
        &asked.from,
        &asked.to,
    ];
    let filtered = narrowed.iter().any(|typed| !typed.trim().is_empty());
    match file.is_cut(&state.services, &actor, &asked).await {
        Ok(false) => {}
        Ok(true) => {
            let text = "More users are found than a search goes through. Narrow the search, or export the whole list.";
            let status = StatusCode::BAD_REQUEST;
            return pages::respond(&state, request.headers(), status, "Nothing exported", text);
        }
        Err(error) => return refused(&state, &request, &error),
    }
    match exports::begin(&state.services, &actor, list, filtered).await {
        Ok(()) => stream(&state, file, actor, asked),
        Err(error) => refused(&state, &request, &error),
    }
}

/// The page for whoever gets no file.
pub(super) fn refused(state: &AppState, request: &Request, error: &Error) -> Response {
    match error {
        Error::Denied(_) => {
            let text = "You do not have the permission for this. An administrator can give it to you.";
            pages::respond(state, request.headers(), StatusCode::FORBIDDEN, "Not allowed", text)
        }
        error => pages::failed(state, request.headers(), error),
    }
}

/// What a browser needs to keep the answer as a file.
pub(super) fn headers(state: &AppState, name: &str) -> [(header::HeaderName, String); 3] {
    let day = state.services.clock.now().format("%Y-%m-%d");
    [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"gatehouse-{name}-{day}.csv\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ]
}

/// Where a file is.
enum Place {
    Head,
    /// After this key, or at the beginning.
    Rows(Option<String>),
    End,
}

async fn next(file: File, services: &Services, actor: &Actor, asked: &Asked, after: Option<String>) -> Result<Part> {
    exports::go_on(services, actor, file.of().0).await?;
    file.part(services, actor, asked, after).await
}

fn stream(state: &AppState, file: File, actor: Actor, asked: Asked) -> Response {
    let services = state.services.clone();
    let begun = (Place::Head, file, services, actor, asked);
    let parts = unfold(begun, async |(place, file, services, actor, asked)| {
        let (lines, next) = match place {
            Place::Head => (Ok(file.head().to_owned()), Place::Rows(None)),
            Place::Rows(after) => match next(file, &services, &actor, &asked, after).await {
                Ok((lines, next)) => (Ok(lines), next.map_or(Place::End, |next| Place::Rows(Some(next)))),
                Err(error) => {
                    // The file ends in the middle of nothing: the client is told by a connection that breaks off.
                    tracing::error!(error = %app::context::chain(&error), "an export broke off");
                    (Err(error), Place::End)
                }
            },
            Place::End => return None,
        };
        Some((lines, (next, file, services, actor, asked)))
    });
    (headers(state, file.of().1), Body::from_stream(parts)).into_response()
}
