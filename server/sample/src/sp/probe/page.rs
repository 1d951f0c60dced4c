//! The probe's page: every scenario with what it sends, what is expected, and what came of it.
//!
//! Owns the table and what the walk asks of the person. All of what was seen comes from outside and is escaped.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use maud::{Markup, html};
use saml::metadata::IdpMetadata;

use super::outcome::{Check, Verdict};
use super::record::{Probe, Shared};
use super::scenario::{Group, Scenario, Step};
use super::{checks, find};
use crate::assets;
use crate::page::{Here, document};
use crate::site::Site;
use crate::state::App;

pub(super) async fn show(State(app): State<App>, Extension(site): Extension<Site>, headers: HeaderMap) -> Markup {
    let now = app.clock.now();
    let idp = app.sp.idp.metadata(now).await;
    let shared = find(&app, &headers).unwrap_or_else(Shared::new);
    let probe = shared.lock();
    let head = html! { script src=(assets::PROBE_SCRIPT) defer {} };
    let main = html! {
        div.head {
            div {
                h1 { "Check this setup" }
                p {
                    "The sample app asks the identity server, as it is set up now, what a service provider may ask, and "
                    "compares what comes back with what should. Nothing is changed there; you are signed in, and "
                    "signed out at the end."
                }
            }
            div.actions {
                form action="/probe/all" method="post" { button.button.primary type="submit" { "Run all" } }
                a.button href="/probe/report" download { "Download report" }
            }
        }
        (walk(&probe, &app))
        (parties(&app, &site, idp.as_deref().ok()))
        @if let Err(why) = &idp {
            div.notice.bad { p { "The identity provider's metadata cannot be had: " (why) "." } }
        }
        (group(&app, &probe, Group::SignIn, "Sign-in", html! {
            "Run all goes through these by itself. You sign in once, and once more where ForceAuthn asks for it."
        }))
        (group(&app, &probe, Group::Refusal, "Refusals", html! {
            "Each opens in a tab of its own, where the identity server should show a case number and send nothing. Close the "
            "tab and come back here. " a href="/probe" { "Look again" } " for what has come of it."
        }))
        (group(&app, &probe, Group::Logout, "Logout", html! {
            strong { "These end your session at the identity server" } ", so they come last. Logout by POST asks you to sign in "
            "once more before."
        }))
    };
    document(&app, Here::Elsewhere, "Check this setup", &head, &main)
}

/// How far the walk is, and what it waits for.
fn walk(probe: &Probe, app: &App) -> Markup {
    let now = app.clock.now();
    let stop = html! {
        form action="/probe/stop" method="post" { button.button type="submit" { "Stop" } }
    };
    let go_on = |scenario: Scenario, label: &str| {
        html! {
            form action="/probe/run" method="post" {
                (hidden(scenario, None, true))
                button.button.primary type="submit" { (label) }
            }
        }
    };
    let waits_for = probe.walk_waits_for();
    match probe.queue.front() {
        Some(next) if next.group() == Group::Logout && !probe.may_log_out => html! {
            div.notice role="status" {
                p { strong { "Everything but the logout has been asked." } " " (counted(probe, app)) }
                p {
                    "Open the refusals below if you like. Then go on with the logout, which ends your session at the identity "
                    "server."
                }
                div.actions { (go_on(*next, "Go on with the logout")) (stop) }
            }
        },
        Some(next) => html! {
            div.notice role="status" {
                @if let Some(waiting) = waits_for {
                    p { strong { "No answer has come to: " (waiting.about().name) "." } }
                } @else {
                    p { strong { "The walk is not at its end." } }
                }
                p { "Next: " (next.about().name) ". " (probe.queue.len()) " left." }
                div.actions { (go_on(*next, "Go on")) (stop) }
            }
        },
        None if probe.count(Verdict::NotRun, now) < Scenario::all().count() => html! {
            div.notice role="status" { p { (counted(probe, app)) } }
        },
        None => html! {},
    }
}

fn counted(probe: &Probe, app: &App) -> String {
    let now = app.clock.now();
    let of = |verdict: Verdict| format!("{} {}", probe.count(verdict, now), verdict.label().to_lowercase());
    let verdicts = [Verdict::Passed, Verdict::Failed, Verdict::NeedsYou, Verdict::NotRun];
    format!("{}.", verdicts.map(of).join(", "))
}

/// Who talks to whom.
fn parties(app: &App, site: &Site, idp: Option<&IdpMetadata>) -> Markup {
    html! {
        section.card aria-labelledby="parties" {
            h2 id="parties" { "Who is asked" }
            dl.rows {
                div { dt { "Service provider" } dd { code { (app.settings.issuer) } } }
                div { dt { "Assertion consumer" } dd { code { (site.acs()) } } }
                @if let Some(idp) = idp {
                    div { dt { "Identity provider" } dd { code { (idp.entity_id) } } }
                    div {
                        dt { "Demands signed requests" }
                        dd { @if idp.want_authn_requests_signed { "yes, says its metadata" } @else { "not in general" } }
                    }
                }
            }
        }
    }
}

fn group(app: &App, probe: &Probe, group: Group, title: &str, words: Markup) -> Markup {
    let id = title.to_lowercase();
    html! {
        section.card aria-labelledby=(id) {
            h2 id=(id) { (title) }
            div.body { p.help { (words) } }
            table.probe {
                thead { tr {
                    th.what scope="col" { "Scenario" }
                    th.expected scope="col" { "Expected" }
                    th scope="col" { "Outcome" }
                    th.run scope="col" { "Run" }
                } }
                tbody { @for scenario in Scenario::of(group) { (row(app, probe, scenario)) } }
            }
        }
    }
}

fn row(app: &App, probe: &Probe, scenario: Scenario) -> Markup {
    let about = scenario.about();
    let outcome = probe.outcome(scenario, app.clock.now());
    let entry = probe.entry(scenario);
    html! {
        tr id=(about.id) data-under-way[outcome.verdict == Verdict::UnderWay] {
            th scope="row" { strong { (about.name) } p.help { (about.sends) } }
            td data-label="Expected" { p { (about.expects) } }
            td data-label="Outcome" {
                (tag(outcome.verdict))
                @if !outcome.seen.is_empty() { p { (outcome.seen) } }
                @if !entry.checks.is_empty() { (checks_of(about.name, &entry.checks)) }
                @if let Some(at) = entry.at { p.help { (checks::instant(at)) } }
            }
            td { (run_button(probe, scenario)) }
        }
    }
}

fn checks_of(name: &str, checks: &[Check]) -> Markup {
    html! {
        details {
            summary aria-label={ "What was checked: " (name) } { "What was checked" }
            dl { @for check in checks { dt { (check.name) } dd { (check.value) } } }
        }
    }
}

fn run_button(probe: &Probe, scenario: Scenario) -> Markup {
    let name = scenario.about().name;
    let apart = scenario.group() == Group::Refusal;
    let target = apart.then_some("_blank");
    let rel = apart.then_some("noopener");
    let form = |step: Option<Step>, label: &str| {
        html! {
            form action="/probe/run" method="post" target=[target] rel=[rel] {
                (hidden(scenario, step, false))
                button.button.small type="submit" aria-label={ (label) ": " (name) } { (label) }
            }
        }
    };
    html! {
        (form(None, "Run"))
        @if let Some(onward) = probe.onward(scenario) { (form(Some(onward.step), "Finish")) }
    }
}

/// The fields of a form that runs a scenario.
pub(super) fn hidden(scenario: Scenario, step: Option<Step>, walk: bool) -> Markup {
    html! {
        input type="hidden" name="scenario" value=(scenario.about().id);
        @if let Some(step) = step { input type="hidden" name="step" value=(step.id()); }
        @if walk { input type="hidden" name="walk" value="1"; }
    }
}

pub(super) fn tag(verdict: Verdict) -> Markup {
    let class = match verdict {
        Verdict::NotRun | Verdict::UnderWay => "tag",
        Verdict::Passed => "tag good",
        Verdict::Failed => "tag bad",
        Verdict::NeedsYou => "tag warn",
    };
    html! { span class=(class) { (verdict.label()) } }
}

/// The metadata, where it can be had, for the report too.
pub(super) async fn identity_provider(app: &App) -> Option<Arc<IdpMetadata>> {
    app.sp.idp.metadata(app.clock.now()).await.ok()
}
