//! Mandatory claims: what the application demands and the profile lacks is asked for when all steps are passed, before
//! anything is answered.
//!
//! What is missing is read anew each time: an administrator or another tab may have given it. What only an administrator
//! gives ends the sign-in, and the page says what it is.

use std::collections::BTreeMap;

use chrono::Duration;
use domain::claim;
use domain::flow::Reason;
use domain::view::ClaimView;

use super::flow_store::Flow;
use super::stage::{Notice, TypedClaim};
use crate::sessions::Client;
use crate::{Result, Services, claims, counters, service_providers, users};

/// How many characters of a value are kept to be shown again; more are refused in any case.
const KEPT_CHARACTERS: usize = 1024;
/// How often values may be given an hour, over all sign-ins of a user: what is refused must not be asked about for ever.
const TRIES_AN_HOUR: u32 = 30;

/// What the application demands and this user has no value for.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// To be asked of the user.
    pub asked: Vec<ClaimView>,
    /// The names of those that only an administrator gives.
    pub lacking: Vec<String>,
}

impl Missing {
    fn is_empty(&self) -> bool {
        self.asked.is_empty() && self.lacking.is_empty()
    }

    /// Whether all of it is the user's to give.
    pub fn is_to_be_asked(&self) -> bool {
        !self.asked.is_empty() && self.lacking.is_empty()
    }
}

/// Reads what is missing now. Costs nothing where the application demands nothing.
pub(super) async fn missing(services: &Services, flow: &Flow) -> Result<Missing> {
    let (Some(provider), Some(user_id)) = (flow.row.service_provider_id, flow.row.user_id) else {
        return Ok(Missing::default());
    };
    let Some(configured) = service_providers::configured(services, provider).await? else {
        return Ok(Missing::default());
    };
    // Roles may be none at all, and everybody has a user name.
    let demanded: Vec<&str> = configured
        .sp
        .claims
        .iter()
        .filter(|claim| claim.mandatory)
        .map(|claim| claim.local.as_str())
        .filter(|uri| !claim::DERIVED.contains(uri))
        .collect();
    if demanded.is_empty() {
        return Ok(Missing::default());
    }
    let db = &services.db;
    let known = users::typed_claims(db, user_id).await?;
    let without = |uri: &&str| known.get(*uri).is_none_or(String::is_empty);
    let uris: Vec<String> = demanded.into_iter().filter(without).map(str::to_owned).collect();
    if uris.is_empty() {
        return Ok(Missing::default());
    }
    let only = users::only_by_administrators(db, &uris).await?;
    let mut missing = Missing::default();
    for claim in claims::all(db)
        .await?
        .into_iter()
        .filter(|claim| uris.contains(&claim.uri))
    {
        if only.contains(&claim.uri) {
            missing.lacking.push(claim.label);
        } else {
            missing.asked.push(claim);
        }
    }
    Ok(missing)
}

/// Decides what a sign-in whose steps are all passed goes on with: its end, questions, or the reason why it is lost.
pub(super) async fn look(services: &Services, flow: &mut Flow) -> Result<()> {
    let missing = missing(services, flow).await?;
    flow.stage.asks_claims = !missing.is_empty();
    if missing.is_empty() {
        return Ok(());
    }
    if !missing.lacking.is_empty() {
        flow.stage.notice = Some(Notice::Lacking(missing.lacking));
        flow.stage.ended = Some(Reason::ClaimMissing);
    } else if flow.stage.passive {
        flow.stage.ended = Some(Reason::Passive);
    }
    Ok(())
}

/// Takes what was typed, by the last parts of the claims' URIs: all of it is kept in the profile, or nothing.
pub(super) async fn take(
    services: &Services,
    flow: &mut Flow,
    typed: &BTreeMap<String, String>,
    client: &Client,
) -> Result<()> {
    let asked = missing(services, flow).await?.asked;
    let Some(user_id) = flow.row.user_id.filter(|_| !asked.is_empty()) else {
        return Ok(());
    };
    let name = format!("claims:user:{user_id}:hour");
    let now = services.clock.now();
    let may_try = counters::take(&services.db, now, &name, TRIES_AN_HOUR, Duration::hours(1)).await?;
    let (mut values, mut shown) = (Vec::new(), Vec::new());
    for claim in asked {
        let typed = typed
            .get(claim::short_name(&claim.uri))
            .map_or("", |typed| typed.trim());
        let read = if may_try {
            users::read_claim(services, user_id, &claim, typed).await?
        } else {
            Err("Too many values were tried. Wait an hour, or ask an administrator.".to_owned())
        };
        shown.push(TypedClaim {
            uri: claim.uri.clone(),
            typed: typed.chars().filter(|c| *c != '\0').take(KEPT_CHARACTERS).collect(),
            why: read.as_ref().err().cloned(),
        });
        values.extend(read.ok().map(|value| (claim, value)));
    }
    if values.len() < shown.len() {
        flow.stage.notice = Some(Notice::ClaimsRefused(shown));
        return Ok(());
    }
    if !users::keep_entered_claims(services, user_id, &values, &flow.row, client).await? {
        flow.stage.ended = Some(Reason::Locked);
    }
    Ok(())
}
