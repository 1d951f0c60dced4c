//! Certificates that lapse: the keys that sign here, service providers', and those that SMS providers are trusted by.

use chrono::{DateTime, Utc};
use domain::signing_key::{KeyState, short_id};
use domain::view::WARN_DAYS;
use domain::view::resident::ResidentQuery;
use identity::{Actor, Services, identity_providers, resident, service_providers};

use super::Findings;

const WHAT: &str = "certificates";

pub(super) async fn look(services: &Services, findings: &mut Findings) {
    let looked = [
        keys(services, findings).await,
        applications(services, findings).await,
        trusted(services, findings).await,
    ];
    for error in looked.into_iter().filter_map(Result::err) {
        findings.problem(WHAT, format!("some of them cannot be read: {error:#}"));
    }
}

/// The keys that the metadata names.
async fn keys(services: &Services, findings: &mut Findings) -> anyhow::Result<()> {
    let actor = Actor::command_line(services.clock.now());
    let view = resident::get(services, &actor, &ResidentQuery::default()).await?;
    for key in view.keys {
        let (id, until) = (short_id(&key.key_id), &key.not_after);
        let advice = "Roll it: gatehouse signing-key publish, and use it a week later.";
        if key.days_left >= WARN_DAYS {
            findings.ok(
                WHAT,
                format!("the signing key {id} ({}) is good until {until}", key.state.in_words()),
            );
        } else if key.state == KeyState::Active && key.days_left < 0 {
            findings.problem(
                WHAT,
                format!("the certificate of the signing key {id} expired on {until}. {advice}"),
            );
        } else {
            findings.warn(
                WHAT,
                format!("the certificate of the signing key {id} ends on {until}. {advice}"),
            );
        }
    }
    Ok(())
}

async fn applications(services: &Services, findings: &mut Findings) -> anyhow::Result<()> {
    let lapses = service_providers::lapsing(services).await?;
    if lapses.is_empty() {
        findings.ok(WHAT, format!("none of a service provider ends within {WARN_DAYS} days"));
    }
    for (name, lapse) in lapses {
        let words = format!(
            "service provider {name:?}: {} Import its new metadata or certificate.",
            lapse.text
        );
        findings.warn(WHAT, words);
    }
    Ok(())
}

async fn trusted(services: &Services, findings: &mut Findings) -> anyhow::Result<()> {
    let now = services.clock.now();
    for provider in identity_providers::contacts(services).await? {
        for (subject, until) in provider.trusted {
            if let Some(ends) = ends(until, now) {
                let words = format!(
                    "identity provider {:?}: the trusted certificate of {subject} {ends}. Put the new one beside it.",
                    provider.name
                );
                findings.warn(WHAT, words);
            }
        }
    }
    Ok(())
}

fn ends(until: DateTime<Utc>, now: DateTime<Utc>) -> Option<String> {
    let day = until.date_naive();
    if until <= now {
        Some(format!("expired on {day}"))
    } else {
        ((until - now).num_days() < WARN_DAYS).then(|| format!("ends on {day}"))
    }
}
