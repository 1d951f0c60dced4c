//! The one file that names `leptos_axum`: what a page or server function gets from its request and puts into its answer.

use cookie::{Cookie, SameSite};
use domain::{Permission, Problems};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use identity::drafts::{self, Draft};
use identity::sessions::Client;
use identity::{Actor, Error, Services};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::UiError;
use crate::{late_form, trimmed};

/// Where the compiled assets are served, with a part that changes whenever they do.
#[derive(Clone, Debug)]
pub struct Assets {
    /// Without slashes around it: `pkg/3f2a…`.
    pub base: String,
}

#[must_use]
pub fn services() -> Services {
    expect_context::<Services>()
}

#[must_use]
pub fn assets() -> Assets {
    expect_context::<Assets>()
}

/// Whose console session came with the request; the server's session layer has looked it up.
#[must_use]
pub fn actor() -> Option<Actor> {
    parts().extensions.get::<Actor>().cloned()
}

/// Where the request came from.
#[must_use]
pub fn client() -> Client {
    parts().extensions.get::<Client>().cloned().unwrap_or_default()
}

#[must_use]
pub fn parts() -> Parts {
    expect_context::<Parts>()
}

/// Path and query of this very request.
#[must_use]
pub fn here() -> String {
    parts()
        .uri
        .path_and_query()
        .map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// A value of this request's query, decoded once: the router's own map decodes an address within an address twice.
#[must_use]
pub fn asked(name: &str) -> Option<String> {
    let parts = parts();
    let query = parts.uri.query().unwrap_or_default();
    let found = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

pub fn status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

pub fn retry_after(seconds: u32) {
    header(header::RETRY_AFTER, &seconds.to_string());
}

pub fn header(name: HeaderName, value: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(value)) {
        response.append_header(name, value);
    }
}

/// Answers with a redirect to a page of ours. Anything that is not a path of ours leads to `/`. A real 303, whatever the
/// client accepts: `leptos_axum::redirect` answers 200 to whoever does not ask for HTML.
pub fn see_other(path: &str) {
    let ours = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    let location = HeaderValue::from_str(path).ok().filter(|_| ours);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(header::LOCATION, location.unwrap_or(HeaderValue::from_static("/")));
        response.set_status(StatusCode::SEE_OTHER);
    }
}

/// A cookie of this request, by the name without prefix.
#[must_use]
pub fn cookie(name: &str) -> Option<String> {
    let name = cookie_name(name);
    let found = cookies().into_iter().find(|cookie| cookie.name() == name);
    found.map(|cookie| cookie.value().to_owned())
}

/// The cookies of this request whose names begin so: the rest of each name, and its value.
#[must_use]
pub fn cookies_beginning(name: &str) -> Vec<(String, String)> {
    let beginning = cookie_name(name);
    let rest = |cookie: &Cookie<'_>| {
        Some((
            cookie.name().strip_prefix(&beginning)?.to_owned(),
            cookie.value().to_owned(),
        ))
    };
    cookies().iter().filter_map(rest).collect()
}

fn cookies() -> Vec<Cookie<'static>> {
    let parts = parts();
    let values = parts.headers.get_all(header::COOKIE).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| Cookie::split_parse(value.to_owned()).flatten().collect::<Vec<_>>())
        .collect()
}

/// Sets a cookie that no script can read and no foreign POST carries; for the browser's session unless `seconds`.
pub fn set_cookie(name: &str, value: &str, seconds: Option<i64>) {
    let secure = services().settings.is_https();
    let mut cookie = Cookie::build((cookie_name(name), value.to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure);
    if let Some(seconds) = seconds {
        cookie = cookie.max_age(cookie::time::Duration::seconds(seconds));
    }
    header(header::SET_COOKIE, &cookie.build().to_string());
}

pub fn drop_cookie(name: &str) {
    set_cookie(name, "", Some(0));
}

fn cookie_name(name: &str) -> String {
    services().settings.cookie_name(name)
}

/// What a console page or action works with.
#[derive(Clone, Debug)]
pub struct Console {
    pub services: Services,
    pub actor: Actor,
}

impl Console {
    /// The first line of every server function of the console: each is a public endpoint.
    ///
    /// # Errors
    /// `SignedOut` (401) or `Denied` (403).
    pub fn require(permission: Permission) -> Result<Self, UiError> {
        let console = Self::any()?;
        console.actor.require(permission)?;
        Ok(console)
    }

    /// As [`Console::require`], for what any administrator may do: sign out, change one's own password.
    ///
    /// # Errors
    /// `SignedOut` (401).
    pub fn any() -> Result<Self, UiError> {
        let Some(actor) = actor() else {
            status(StatusCode::UNAUTHORIZED);
            return Err(UiError::SignedOut);
        };
        Ok(Self {
            services: services(),
            actor,
        })
    }

    /// What was typed into `form` and refused, if the address names a draft of it.
    ///
    /// # Errors
    /// `Internal` only.
    pub async fn draft<T: DeserializeOwned>(
        &self,
        form: &str,
        query: &ParamsMap,
    ) -> identity::Result<Option<Draft<T>>> {
        let Some(id) = query.get("draft") else { return Ok(None) };
        match drafts::find(&self.services, &self.actor, form, &id).await? {
            Some(draft) => Ok(Some(draft)),
            None => late_form::find(self, &id).await,
        }
    }

    /// Ends a form's server function. Done: on to the page that `result` names. Something to mend: what was typed is
    /// kept and the form's own page `page` shows it again with the problems.
    ///
    /// # Errors
    /// What is not the form's to mend: permission, a vanished thing, an overloaded or failing server.
    pub async fn answer<T: Serialize>(
        &self,
        form: &str,
        page: &str,
        input: T,
        result: identity::Result<String>,
    ) -> Result<(), UiError> {
        match result {
            Ok(next) => see_other(&trimmed::told(next, &input)),
            Err(Error::Invalid(problems)) => self.back_to(form, page, input, problems).await?,
            Err(Error::Stale) => {
                let text = "Somebody else has changed this in the meantime, and nothing was overwritten. Compare below what is \
                            saved now with your values, which the form holds; submit once more to overwrite.";
                self.back_to(form, page, input, Problems::one("version", text)).await?;
            }
            Err(Error::InUse(users)) => {
                let names: Vec<_> = users
                    .iter()
                    .map(|user| format!("{} ({})", user.name, user.how))
                    .collect();
                let text = format!("This is in use and stays as it is. Used by: {}.", names.join(", "));
                self.back_to(form, page, input, Problems::one("", text)).await?;
            }
            Err(Error::PasswordNeeded) => {
                let back = self.keep(form, page, input, Problems::default()).await?;
                see_other(&format!("/console/confirm-password?next={}", encode(&back)));
            }
            Err(other) => return Err(other.into()),
        }
        Ok(())
    }

    /// Shows a form again with what was typed; also how a button inside a form (*Add*) gives its rows back.
    ///
    /// # Errors
    /// `Failed`, if the draft cannot be kept.
    pub async fn back_to<T: Serialize>(
        &self,
        form: &str,
        page: &str,
        input: T,
        problems: Problems,
    ) -> Result<(), UiError> {
        let back = self.keep(form, page, input, problems).await?;
        see_other(&back);
        Ok(())
    }

    /// Keeps what was typed into a form beside what is shown next, and gives the draft's id.
    ///
    /// # Errors
    /// `Failed`, if the draft cannot be kept.
    pub async fn keep_draft<T: Serialize>(&self, form: &str, input: T) -> Result<String, UiError> {
        let draft = Draft {
            input,
            problems: Problems::default(),
        };
        Ok(drafts::keep(&self.services, &self.actor, form, &draft).await?)
    }

    async fn keep<T: Serialize>(
        &self,
        form: &str,
        page: &str,
        input: T,
        problems: Problems,
    ) -> Result<String, UiError> {
        let id = drafts::keep(&self.services, &self.actor, form, &Draft { input, problems }).await?;
        let (path, fragment) = page
            .split_once('#')
            .map_or((page, String::new()), |(path, fragment)| (path, format!("#{fragment}")));
        let joint = if path.contains('?') { '&' } else { '?' };
        Ok(format!("{path}{joint}draft={id}{fragment}"))
    }
}

/// The route's parameters and the address's query, taken before anything is awaited.
#[must_use]
pub fn params() -> (ParamsMap, ParamsMap) {
    (use_params_map().get_untracked(), use_query_map().get_untracked())
}

/// A page's address without what a submit has added to it: a draft, the outcome.
#[must_use]
pub fn page_alone(address: &str) -> String {
    let Some((path, query)) = address.split_once('?') else {
        return address.to_owned();
    };
    let kept = query.split('&').filter(|pair| {
        !["draft=", "notice=", "moved=", "trimmed="]
            .iter()
            .any(|name| pair.starts_with(name))
    });
    match kept.collect::<Vec<_>>().join("&").as_str() {
        "" => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// Percent-encodes a value for a query.
#[must_use]
pub fn encode(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

/// An error with its causes, in one line for the log.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
