//! Running scenarios: one, or all whose answer comes back, one after another.
//!
//! Owns the walk. A page between two visits goes on by itself where scripts run and has a button where they do not. It
//! stops by itself before it would log the person out, and where a visit was not answered.

use axum::body::Bytes;
use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use cookie::time::Duration;
use maud::{Markup, html};

use super::outcome::Verdict;
use super::record::{Probe, Shared};
use super::scenario::{Group, Scenario, Step};
use super::{KEPT, begin, depart, find, home, page};
use crate::page::{Here, document};
use crate::site::Site;
use crate::sp::cookies;
use crate::sp::failure::Failure;
use crate::sp::logout::is_from_own_page;
use crate::state::App;
use crate::{assets, form};

/// What a form of ours asks for.
struct Asked {
    scenario: Scenario,
    step: Option<Step>,
    /// As a part of the walk.
    walk: bool,
}

impl Asked {
    fn read(body: &[u8]) -> Option<Self> {
        Some(Self {
            scenario: Scenario::from_id(&form::field(body, "scenario")?)?,
            step: form::field(body, "step").and_then(|id| Step::from_id(&id)),
            walk: form::field(body, "walk").is_some(),
        })
    }
}

/// Begins a scenario, or goes on with one.
pub(super) async fn one(
    State(app): State<App>,
    Extension(site): Extension<Site>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_from_own_page(&headers, &site) {
        return Failure::CrossSite.page(&app);
    }
    let Some(asked) = Asked::read(&body) else {
        return Redirect::to(&home(&site)).into_response();
    };
    let (probe, cookie) = match at_hand(&app, &site, &headers) {
        Ok(found) => found,
        Err(failure) => return failure.page(&app),
    };
    let onward = {
        let mut probe = probe.lock();
        if asked.walk {
            probe.walks_to(asked.scenario);
        } else if asked.scenario.group() != Group::Refusal && asked.step.is_none() {
            // One alone: a walk that was left stays left. Refusals have a tab of their own beside it.
            probe.queue.clear();
        }
        let onward = probe.onward(asked.scenario);
        onward.filter(|onward| asked.step == Some(onward.step))
    };
    let response = match depart::depart(&app, &site, &probe, asked.scenario, onward).await {
        Ok(response) => response,
        Err(failure) => failure.page(&app),
    };
    (cookie, response).into_response()
}

/// Begins the walk.
pub(super) async fn all(State(app): State<App>, Extension(site): Extension<Site>, headers: HeaderMap) -> Response {
    if !is_from_own_page(&headers, &site) {
        return Failure::CrossSite.page(&app);
    }
    match at_hand(&app, &site, &headers) {
        Ok((probe, cookie)) => {
            probe.lock().begin_walk();
            (cookie, Redirect::to(&format!("{}/next", home(&site)))).into_response()
        }
        Err(failure) => failure.page(&app),
    }
}

pub(super) async fn stop(State(app): State<App>, Extension(site): Extension<Site>, headers: HeaderMap) -> Response {
    if !is_from_own_page(&headers, &site) {
        return Failure::CrossSite.page(&app);
    }
    if let Some(probe) = find(&app, &headers) {
        probe.lock().queue.clear();
    }
    Redirect::to(&home(&site)).into_response()
}

type SetCookie = AppendHeaders<[(header::HeaderName, axum::http::HeaderValue); 1]>;

/// This browser's record, a new one if need be, and its cookie.
fn at_hand(app: &App, site: &Site, headers: &HeaderMap) -> Result<(Shared, SetCookie), Failure> {
    let known = find(app, headers).zip(cookies::read(headers, cookies::PROBE));
    let (probe, value) = match known {
        Some(known) => known,
        None => begin(app)?,
    };
    let lifetime = Some(Duration::seconds(KEPT.num_seconds()));
    let cookie = cookies::set(site, cookies::PROBE, &value, lifetime);
    Ok((probe, AppendHeaders([(header::SET_COOKIE, cookie)])))
}

/// Where an answer leads: on with its scenario, on with the walk, or to the page.
pub(super) async fn next(
    State(app): State<App>,
    Extension(site): Extension<Site>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let after = form::field(query.unwrap_or_default().as_bytes(), "after").and_then(|id| Scenario::from_id(&id));
    let Some(probe) = find(&app, &headers) else {
        return Redirect::to(&home(&site)).into_response();
    };
    let coming = coming(&probe.lock(), after);
    match coming {
        Some(coming) => between(&app, &probe.lock(), after, &coming).into_response(),
        None => {
            let row = after.map_or(String::new(), |scenario| format!("#{}", scenario.about().id));
            Redirect::to(&format!("{}{row}", home(&site))).into_response()
        }
    }
}

/// The visit that follows by itself.
struct Coming {
    scenario: Scenario,
    step: Option<Step>,
    walk: bool,
}

fn coming(probe: &Probe, after: Option<Scenario>) -> Option<Coming> {
    // A visit whose answer has been had goes on with its own next one.
    if let Some(scenario) = after
        && let Some(onward) = probe.half_done(scenario)
    {
        return Some(Coming {
            scenario,
            step: Some(onward.step),
            walk: false,
        });
    }
    if after.is_some_and(|scenario| scenario.group() == Group::Refusal) || probe.walk_waits_for().is_some() {
        return None;
    }
    let scenario = *probe.queue.front()?;
    (scenario.group() != Group::Logout || probe.may_log_out).then_some(Coming {
        scenario,
        step: None,
        walk: true,
    })
}

/// The page between two visits.
fn between(app: &App, probe: &Probe, after: Option<Scenario>, coming: &Coming) -> Markup {
    let now = app.clock.now();
    let head = html! { script src=(assets::PROBE_SCRIPT) defer {} };
    let name = coming.scenario.about().name;
    let left = probe.queue.len();
    let main = html! {
        div.head { div {
            h1 { "Checking this setup" }
            p {
                "Next: " (name)
                @if coming.step == Some(Step::Check) { ", and whether there is a session" }
                ". "
                @if coming.walk { (left) @if left == 1 { " scenario is" } @else { " scenarios are" } " left." }
            }
        } }
        @if let Some(after) = after {
            @let outcome = probe.outcome(after, now);
            @if outcome.verdict != Verdict::NotRun {
                div.notice role="status" { p { (after.about().name) ": " (page::tag(outcome.verdict)) } p { (outcome.seen) } }
            }
        }
        div.actions {
            form action="/probe/run" method="post" data-onward {
                (page::hidden(coming.scenario, coming.step, coming.walk))
                button.button.primary type="submit" { "Go on" }
            }
            a.button href="/probe" { "Stop here" }
        }
    };
    document(app, Here::Elsewhere, "Checking this setup", &head, &main)
}
