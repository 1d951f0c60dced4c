//! The frame around every page, and the pages that only say something.
//!
//! Owns the document's head, the navigation and the tone of refusals. Refuses markup from outside: texts go through the
//! escaping of the template language.

use axum::extract::{Extension, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use crate::assets;
use crate::site::Site;
use crate::state::App;

/// Which entry of the navigation is the current page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Sample,
    Inbox,
    Elsewhere,
}

/// A whole document. `head` holds what this page needs beyond the style sheet.
pub(crate) fn document(app: &App, here: Here, title: &str, head: &Markup, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Sample app" }
                link rel="icon" href=(assets::ICON) type="image/svg+xml";
                link rel="stylesheet" href=(assets::STYLE);
                (head)
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    div {
                        span.brand { "Sample app" }
                        nav aria-label="Main" {
                            ul {
                                (entry("/", "Home", here == Here::Sample))
                                (entry("/sms", "SMS inbox", here == Here::Inbox))
                                (entry(app.settings.idp_console_url.as_str(), "Gatehouse console", false))
                            }
                        }
                    }
                }
                main id="main" { (main) }
            }
        }
    }
}

fn entry(href: &str, label: &str, current: bool) -> Markup {
    html! { li { a href=(href) aria-current=[current.then_some("page")] { (label) } } }
}

/// A page that goes on to another site by itself; its link does the same. Instead of a redirect after a form of ours, to
/// which browsers would apply `form-action`.
pub(crate) fn going_on(app: &App, url: &str, title: &str, words: &str) -> Markup {
    let head = html! { meta http-equiv="refresh" content={ "0; url=" (url) }; };
    let main = html! {
        div.head { div {
            h1 { (title) }
            p { (words) }
        } }
        div.actions { a.button.primary href=(url) { "Continue" } }
    };
    document(app, Here::Elsewhere, title, &head, &main)
}

/// A page that says what happened and offers the way back to the sample's home.
pub(crate) fn refusal(app: &App, status: StatusCode, title: &str, body: &Markup) -> Response {
    let main = html! {
        div.head { h1 { (title) } }
        div.notice.bad role="alert" { (body) }
        div.actions { a.button href="/" { "Back to the sample app" } }
    };
    let page = document(app, Here::Elsewhere, title, &html! {}, &main);
    (status, page).into_response()
}

pub(crate) async fn not_found(State(app): State<App>, uri: Uri) -> Response {
    let body = html! { p { "There is nothing at " code { (uri.path()) } "." } };
    refusal(&app, StatusCode::NOT_FOUND, "Page not found", &body)
}

pub(crate) async fn method_not_allowed(State(app): State<App>, Extension(site): Extension<Site>, uri: Uri) -> Response {
    let body = html! {
        p { "The address " code { (site.origin()) (uri.path()) } " does not take this kind of request." }
    };
    refusal(&app, StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", &body)
}

/// Answers HEAD where GET acts.
pub(crate) fn head_refused(allow: &'static str) -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, allow)]).into_response()
}
