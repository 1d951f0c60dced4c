//! The sample's home page, signed out and signed in.
//!
//! Owns what is shown of a session: the NameID, the attributes, how the person was authenticated, the response itself on
//! demand. All of it comes from outside and is escaped.

use std::sync::Arc;

use axum::extract::{Extension, RawQuery, State};
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use saml::message::Attribute;
use saml::sp::Accepted;

use super::{cookies, session_end};
use crate::page::{Here, document};
use crate::site::Site;
use crate::state::App;
use crate::{assets, form};

pub(super) async fn show(
    State(app): State<App>,
    Extension(site): Extension<Site>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Markup {
    let now = app.clock.now();
    let session = cookies::read(&headers, cookies::SESSION)
        .and_then(|cookie| app.sp.sessions.touch(&cookie, now, |session| session_end(session, now)));
    let notice = form::field(query.unwrap_or_default().as_bytes(), "notice");
    let head = html! { script src=(assets::COPY_SCRIPT) defer {} };
    let main = html! {
        @match &session {
            Some(session) => (signed_in(session)),
            None => {
                (outcome(notice.as_deref()))
                (signed_out())
            }
        }
        (addresses(&app, &site))
    };
    document(&app, Here::Sample, "Home", &head, &main)
}

/// The outcome of a logout. The address chooses among fixed texts and says nothing of its own.
fn outcome(notice: Option<&str>) -> Markup {
    match notice {
        Some("logged-out") => html! {
            div.notice role="status" { p { "You are logged out here and at the identity server." } }
        },
        Some("partly-logged-out") => html! {
            div.notice role="status" {
                p { "You are logged out here and at the identity server, which could not reach every other application." }
            }
        },
        _ => html! {},
    }
}

fn signed_out() -> Markup {
    html! {
        div.head { div {
            h1 { "Sample app" }
            p {
                "A SAML 2.0 service provider to try Gatehouse with: it sends you there to sign in, checks what comes back, "
                "and shows what it was told about you. Codes sent by SMS to the sandbox arrive in the "
                a href="/sms" { "SMS inbox" } "."
            }
        } }
        div.actions {
            a.button.primary href="/saml/login" { "Log in with SAML" }
            a.button href="/saml/login?binding=post" { "Log in with SAML (POST)" }
        }
    }
}

fn signed_in(session: &Arc<Accepted>) -> Markup {
    html! {
        div.head {
            div {
                h1 { "You are logged in as " (session.name_id.value) }
                p { "This is what the identity server told the sample app about you." }
            }
            div.actions {
                form action="/saml/logout" method="post" {
                    button.button.primary type="submit" { "Logout" }
                }
            }
        }
        (attributes(&session.attributes))
        (particulars(session))
        details.card {
            summary { "Response as it was received" }
            pre { "\n" (session.xml) }
        }
    }
}

fn attributes(attributes: &[Attribute]) -> Markup {
    html! {
        section.card aria-labelledby="attributes" {
            h2 id="attributes" { "Attributes" }
            @if attributes.is_empty() {
                div.body { p.help {
                    "None were sent. The service provider needs " em { "Enable Attribute Profile" } ", "
                    em { "Include Attributes in the Response Always" } " and a requested claim."
                } }
            } @else {
                table {
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Value" } } }
                    tbody { @for attribute in attributes { (row(attribute)) } }
                }
            }
        }
    }
}

fn row(attribute: &Attribute) -> Markup {
    html! {
        tr {
            th scope="row" {
                code { (attribute.name) }
                @if let Some(name) = &attribute.friendly_name { br; small { (name) } }
            }
            td {
                @match attribute.values.as_slice() {
                    [one] => p { (one) },
                    several => ul { @for value in several { li.value { (value) } } },
                }
            }
        }
    }
}

fn particulars(session: &Accepted) -> Markup {
    let context = session.authn_context_class.as_deref();
    html! {
        section.card aria-labelledby="session" {
            h2 id="session" { "Session" }
            dl.rows {
                div { dt { "Authentication context" } dd { code { (context.unwrap_or("not given")) } } }
                div { dt { "Authenticated" } dd { (instant(session.authn_instant)) } }
                div { dt { "Identity provider" } dd { code { (session.issuer) } } }
                @if let Some(format) = &session.name_id.format {
                    div { dt { "NameID format" } dd { code { (format) } } }
                }
                @if let Some(index) = &session.session_index {
                    div { dt { "Session index" } dd { code { (index) } } }
                }
                @if let Some(end) = session.session_not_on_or_after {
                    div { dt { "Ends at the latest" } dd { (instant(end)) } }
                }
            }
        }
    }
}

fn instant(at: DateTime<Utc>) -> Markup {
    html! { time datetime=(at.to_rfc3339()) { (at.format("%Y-%m-%d %H:%M:%S UTC")) } }
}

/// What an identity server has to know of this service provider.
fn addresses(app: &App, site: &Site) -> Markup {
    html! {
        section.card aria-labelledby="addresses" {
            h2 id="addresses" { "For the identity server" }
            dl.rows {
                (address("Issuer", &app.settings.issuer))
                (address("Assertion Consumer URL", &site.acs()))
                (address("SLO URL", &site.slo()))
                div {
                    dt { "Metadata" }
                    dd {
                        a href="/saml/metadata" { code { (site.metadata()) } }
                        (copy_button("Metadata address", &site.metadata()))
                    }
                }
            }
            div.body {
                p {
                    a href="/probe" { "Check this setup" }
                    ": the sample app asks the identity server all that a service provider may ask, and tells what came of it."
                }
                p.help {
                    "The signing key is made anew at every start of the sample: where its certificate is registered, import "
                    "the metadata again."
                }
                p.help id="copied" role="status" {}
            }
        }
    }
}

fn address(label: &str, value: &str) -> Markup {
    html! {
        div {
            dt { (label) }
            dd { code { (value) } (copy_button(label, value)) }
        }
    }
}

fn copy_button(label: &str, value: &str) -> Markup {
    html! {
        button.button.small type="button" hidden data-copy=(value) aria-label={ "Copy " (label) } { "Copy" }
    }
}
