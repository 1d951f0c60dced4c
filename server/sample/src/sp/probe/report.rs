//! The report: what the page says, as text to be kept or sent on.
//!
//! Owns its form. Refuses secrets: no message, no NameID, no value of an attribute.

use std::fmt::Write as _;

use axum::extract::{Extension, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use super::outcome::{Verdict, clipped};
use super::record::{Probe, Shared};
use super::scenario::Scenario;
use super::{checks, find, page};
use crate::site::Site;
use crate::state::App;

pub(super) async fn show(State(app): State<App>, Extension(site): Extension<Site>, headers: HeaderMap) -> Response {
    let idp = page::identity_provider(&app).await;
    let idp = idp.map_or("not known: its metadata cannot be had".to_owned(), |idp| {
        clipped(&idp.entity_id)
    });
    let shared = find(&app, &headers).unwrap_or_else(Shared::new);
    let now = app.clock.now();
    let mut text = format!(
        "Check of a SAML setup by the sample app\n\nMade at:            {}\nService provider:   {}\n\
         Assertion consumer: {}\nIdentity provider:  {idp}\n",
        checks::instant(now),
        clipped(&app.settings.issuer),
        site.acs(),
    );
    // Writing to a String cannot fail.
    let _ = write(&mut text, &shared.lock(), now);
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"saml-setup-report.txt\"",
        ),
    ];
    (headers, text).into_response()
}

fn write(text: &mut String, probe: &Probe, now: DateTime<Utc>) -> std::fmt::Result {
    write!(text, "Outcomes:          ")?;
    for verdict in [Verdict::Passed, Verdict::Failed, Verdict::NeedsYou, Verdict::NotRun] {
        write!(
            text,
            " {} {}",
            probe.count(verdict, now),
            verdict.label().to_lowercase()
        )?;
    }
    writeln!(text)?;
    for scenario in Scenario::all() {
        let (about, entry) = (scenario.about(), probe.entry(scenario));
        let outcome = probe.outcome(scenario, now);
        writeln!(text, "\n[{}] {}", outcome.verdict.label(), about.name)?;
        writeln!(text, "  Sent:     {}", about.sends)?;
        writeln!(text, "  Expected: {}", about.expects)?;
        if !outcome.seen.is_empty() {
            writeln!(text, "  Seen:     {}", outcome.seen)?;
        }
        if let Some(at) = entry.at {
            writeln!(text, "  At:       {}", checks::instant(at))?;
        }
        for check in &entry.checks {
            writeln!(text, "    {}: {}", check.name, check.value)?;
        }
    }
    Ok(())
}
