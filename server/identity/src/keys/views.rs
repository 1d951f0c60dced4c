//! The keys as the resident page, the command line and whoever downloads a certificate see them.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use domain::signing_key::{KeyKind, KeyState};
use domain::view::ListQuery;
use domain::view::resident::{ResidentQuery, RollView, SigningKeyView};
use entity::service_provider_key;
use entity::signing_key::{self, Column};
use saml::keys::Certificate;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{METADATA_DAYS, kind, published, roll, seen, since, state};
use crate::{Error, Result, Services, newest};

/// How many of the retired keys are shown.
const SHOWN_RETIRED: u64 = 20;
/// How long a key that signs no more is kept at the least: until it is retired, *Use* can be taken back.
const KEEP_DAYS: i64 = 1;

/// The keys and where their rolls stand.
#[derive(Debug)]
pub struct Keys {
    pub published: Vec<SigningKeyView>,
    pub retired: Vec<SigningKeyView>,
    pub retired_total: u64,
    pub rolls: Vec<RollView>,
}

/// All of it. Whoever calls has made sure that it may be seen.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn get(services: &Services, query: &ResidentQuery) -> Result<Keys> {
    let db = &services.db;
    let rows = published(services).await?;
    let old = signing_key::Entity::find().filter(Column::State.eq(KeyState::Retired.as_str()));
    let retired_total = old.clone().count(db).await?;
    let old = old
        .order_by_desc(Column::StateSince)
        .order_by_desc(Column::Id)
        .limit(SHOWN_RETIRED)
        .all(db)
        .await?;
    let mut rolls = Vec::new();
    for kind in KeyKind::ALL {
        let list = match query.kind {
            Some(asked) if asked == kind => query.list.clone(),
            _ => ListQuery::default(),
        };
        rolls.extend(roll_of(services, &rows, kind, &list).await?);
    }
    Ok(Keys {
        published: views(services, &rows).await?,
        retired: views(services, &old).await?,
        retired_total,
        rolls,
    })
}

/// Where a kind's roll stands; `None` if there is but the key that signs, and nothing to do.
async fn roll_of(
    services: &Services,
    rows: &[signing_key::Model],
    of: KeyKind,
    list: &ListQuery,
) -> Result<Option<RollView>> {
    let of_kind: Vec<_> = rows.iter().filter(|row| kind(row) == of).cloned().collect();
    let find = |wanted: KeyState| of_kind.iter().find(|row| state(row) == wanted);
    // Before *Use* the certificate in question is the next key's, after it the one's that signs now.
    let (moved, days, new) = match (find(KeyState::Retiring), find(KeyState::Next)) {
        (Some(retiring), _) => (retiring, KEEP_DAYS, find(KeyState::Active).unwrap_or(retiring)),
        (None, Some(next)) => (next, METADATA_DAYS, next),
        (None, None) => return Ok(None),
    };
    let ripe = since(moved) + Duration::days(days);
    let views = views(services, &of_kind).await?;
    let find = |wanted: KeyState| views.iter().find(|view| view.state == wanted).cloned();
    Ok(Some(RollView {
        kind: of,
        active: find(KeyState::Active),
        next: find(KeyState::Next),
        retiring: find(KeyState::Retiring),
        ripe: ripe.date_naive().to_string(),
        is_ripe: ripe <= services.clock.now(),
        seen: seen::list(services, new, list).await?,
    }))
}

/// One key as pages show it.
pub(super) async fn view(services: &Services, row: &signing_key::Model) -> Result<SigningKeyView> {
    let mut views = views(services, std::slice::from_ref(row)).await?;
    views.pop().ok_or(Error::NotFound)
}

async fn views(services: &Services, rows: &[signing_key::Model]) -> Result<Vec<SigningKeyView>> {
    let mut signed = last_signed(&services.db, rows).await?;
    let now = services.clock.now();
    let mut views = Vec::new();
    for row in rows {
        let certificate = Certificate::parse(&row.certificate_pem).map_err(Error::internal)?;
        views.push(SigningKeyView {
            id: row.id,
            kind: kind(row),
            size: size(&certificate),
            state: state(row),
            since: newest::moment(since(row)),
            last_signed: signed.remove(&row.key_id).map(newest::moment),
            not_before: (certificate.not_before > now).then(|| certificate.not_before.date_naive().to_string()),
            not_after: certificate.not_after.date_naive().to_string(),
            days_left: days_until(certificate.not_after, now),
            subject: certificate.subject,
            may_use: roll::use_refusal(&services.db, row, now).await?.is_none(),
            may_retire: roll::retire_refusal(row).is_none(),
            key_id: row.key_id.clone(),
            pem: row.certificate_pem.clone(),
        });
    }
    Ok(views)
}

/// Whole days; negative once the moment has passed, by however little.
fn days_until(moment: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (moment - now).num_seconds().div_euclid(24 * 60 * 60)
}

/// When each key last signed an assertion.
async fn last_signed(db: &impl ConnectionTrait, rows: &[signing_key::Model]) -> Result<HashMap<String, DateTime<Utc>>> {
    use service_provider_key::Column::{KeyId, SignedAt};
    let mut last = HashMap::new();
    for row in rows {
        let newest = service_provider_key::Entity::find()
            .filter(KeyId.eq(&row.key_id))
            .filter(SignedAt.is_not_null())
            .order_by_desc(SignedAt)
            .one(db)
            .await?;
        if let Some(at) = newest.and_then(|newest| newest.signed_at) {
            last.insert(row.key_id.clone(), at);
        }
    }
    Ok(last)
}

/// `RSA, 2048 bits`.
pub(super) fn size(certificate: &Certificate) -> String {
    if certificate.key_algorithm == "EC" {
        format!("ECDSA, P-{}", certificate.key_bits)
    } else {
        format!("{}, {} bits", certificate.key_algorithm, certificate.key_bits)
    }
}

/// The day by which every copy of metadata that does not name this key has lapsed, if that is to come.
pub(super) fn ripe(row: &signing_key::Model, now: DateTime<Utc>) -> Option<String> {
    let ripe = since(row) + Duration::days(METADATA_DAYS);
    (state(row) == KeyState::Next && ripe > now).then(|| ripe.date_naive().to_string())
}

/// A published key's certificate in PEM.
///
/// # Errors
/// `NotFound` for a key that the metadata does not name.
pub async fn certificate(services: &Services, key_id: &str) -> Result<String> {
    let row = signing_key::Entity::find()
        .filter(Column::KeyId.eq(key_id))
        .filter(Column::State.ne(KeyState::Retired.as_str()))
        .one(&services.db)
        .await?;
    Ok(row.ok_or(Error::NotFound)?.certificate_pem)
}
