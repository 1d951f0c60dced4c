//! Who knows which certificate: what each service provider has fetched, was told, and was signed with.
//!
//! Anybody can fetch a service provider's address of the metadata, so what is noted here helps to decide when to use a
//! key, and decides nothing itself.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use domain::input::saml::ECDSA_SHA256;
use domain::signing_key::KeyKind::{self, Ec};
use domain::signing_key::{KeyState, short_id};
use domain::view::resident::{Seen, SeenRow, SeenView};
use domain::view::{ListQuery, Page, UsedBy};
use domain::{Permission, Problems};
use entity::service_provider_key::{self, Column};
use entity::{saml_service_provider, service_provider, signing_key};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, OnConflict, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use super::{kind, kind_for, roll};
use crate::audit::{self, Entry};
use crate::{Actor, Error, Result, Services, lists, newest, service_providers, store};

/// A service provider that polls costs one write in this time, unless there is another key to note.
const FETCH_NOTE_MINUTES: i64 = 60;

/// One that is signed in to all the time costs one write in this time.
const SIGNED_NOTE_SECONDS: i64 = 60;

/// How many service providers are named where they stand in the way.
pub(super) const NAMED: u64 = 10;

/// Notes that whoever has this issuer has fetched metadata that names these keys. An issuer that is not registered is
/// nobody: nothing is noted, and nothing tells.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn note_fetched(services: &Services, issuer: &str, published: &[signing_key::Model]) -> Result<()> {
    let (db, now) = (&services.db, services.clock.now());
    let sp = saml_service_provider::Entity::find()
        .filter(saml_service_provider::Column::Issuer.eq(issuer))
        .one(db)
        .await?;
    let Some(sp) = sp else { return Ok(()) };
    let key_ids: Vec<&str> = published.iter().map(|key| key.key_id.as_str()).collect();
    let noted = service_provider_key::Entity::find()
        .filter(Column::ServiceProviderId.eq(sp.service_provider_id))
        .filter(Column::KeyId.is_in(key_ids.iter().copied()))
        .filter(Column::FetchedAt.gt(now - Duration::minutes(FETCH_NOTE_MINUTES)))
        .count(db)
        .await?;
    if usize::try_from(noted).is_ok_and(|noted| noted == key_ids.len()) {
        return Ok(());
    }
    let rows = key_ids.into_iter().map(|key_id| service_provider_key::ActiveModel {
        fetched_at: Set(Some(now)),
        ..fresh(sp.service_provider_id, key_id)
    });
    service_provider_key::Entity::insert_many(rows)
        .on_conflict(latest(Column::FetchedAt))
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Notes that an assertion for a service provider was signed with a key. Belongs into the transaction that records the
/// sign-in.
///
/// # Errors
/// `Internal` only.
pub async fn note_signed(
    db: &impl ConnectionTrait,
    service_provider_id: i64,
    key_id: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = service_provider_key::ActiveModel {
        signed_at: Set(Some(now)),
        ..fresh(service_provider_id, key_id)
    };
    service_provider_key::Entity::insert(row)
        .on_conflict(latest(Column::SignedAt))
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Since when what [`note_signed`] has noted counts: noting it again with every assertion would cost more than it tells.
pub(crate) fn noted_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - Duration::seconds(SIGNED_NOTE_SECONDS)
}

/// Notes, or takes back, that a service provider has a key's certificate because somebody gave it to them.
///
/// # Errors
/// `Denied` without *Manage settings*; `NotFound` for a service provider without SAML or a key that is not published.
pub async fn tell(services: &Services, actor: &Actor, service_provider_id: i64, key: i64, has: bool) -> Result<()> {
    actor.require(Permission::ManageSettings)?;
    let txn = store::begin(&services.db).await?;
    let key = roll::find(&txn, key).await?;
    if super::state(&key) == KeyState::Retired {
        return Err(Error::NotFound);
    }
    let sp = service_provider::Entity::find_by_id(service_provider_id)
        .one(&txn)
        .await?;
    let saml = saml_service_provider::Entity::find_by_id(service_provider_id)
        .one(&txn)
        .await?;
    let (Some(sp), Some(_)) = (sp, saml) else {
        return Err(Error::NotFound);
    };
    let now = services.clock.now();
    let row = service_provider_key::ActiveModel {
        told_at: Set(has.then_some(now)),
        ..fresh(service_provider_id, &key.key_id)
    };
    service_provider_key::Entity::insert(row)
        .on_conflict(latest(Column::ToldAt))
        .exec_without_returning(&txn)
        .await?;
    let state = if has { "has" } else { "does not have" };
    let entry = Entry {
        action: "note_certificate",
        target_kind: "service_providers",
        target: &sp.name,
        detail: format!("{state} the certificate of the signing key {}", short_id(&key.key_id)),
    };
    audit::record(&txn, &*services.clock, actor, entry).await?;
    txn.commit().await?;
    Ok(())
}

fn fresh(service_provider_id: i64, key_id: &str) -> service_provider_key::ActiveModel {
    service_provider_key::ActiveModel {
        service_provider_id: Set(service_provider_id),
        key_id: Set(key_id.to_owned()),
        fetched_at: Set(None),
        told_at: Set(None),
        signed_at: Set(None),
    }
}

fn latest(column: Column) -> OnConflict {
    OnConflict::columns([Column::ServiceProviderId, Column::KeyId])
        .update_column(column)
        .to_owned()
}

/// Refuses a signing algorithm for which there is no key. The row is held against *Retire* until the transaction ends.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn unsigned_without_a_key(db: &impl ConnectionTrait, algorithm: &str) -> Result<Option<Problems>> {
    if kind_for(algorithm) != Ec {
        return Ok(None);
    }
    let key = signing_key::Entity::find()
        .filter(signing_key::Column::Kind.eq(Ec.as_str()))
        .filter(signing_key::Column::State.eq(KeyState::Active.as_str()))
        .lock_shared()
        .one(db)
        .await?;
    let text = "There is no ECDSA key that signs. Choose an RSA algorithm, or publish and use an ECDSA key first: \
                Identity Providers \u{25b8} Resident \u{25b8} Publish a new key.";
    Ok(key.is_none().then(|| Problems::one("response_signing_algorithm", text)))
}

/// The service providers that take signatures of this kind.
fn concerned(kind: KeyKind) -> Select<service_provider::Entity> {
    // How the checked form stands in its row. A value could only hold this with its quotes escaped.
    let chosen = format!("\"response_signing_algorithm\":\"{ECDSA_SHA256}\"").replace('_', "\\_");
    let ecdsa =
        Expr::col(saml_service_provider::Column::Settings).like(LikeExpr::new(format!("%{chosen}%")).escape('\\'));
    let of_kind = saml_service_provider::Entity::find()
        .select_only()
        .column(saml_service_provider::Column::ServiceProviderId)
        .filter(if kind == Ec { ecdsa } else { ecdsa.not() });
    service_provider::Entity::find().filter(service_provider::Column::Id.in_subquery(of_kind.into_query()))
}

/// Those of them who know this key's certificate.
fn knowing(key_id: &str) -> SelectStatement {
    let known = Condition::any()
        .add(Column::FetchedAt.is_not_null())
        .add(Column::ToldAt.is_not_null());
    service_provider_key::Entity::find()
        .select_only()
        .column(Column::ServiceProviderId)
        .filter(Column::KeyId.eq(key_id))
        .filter(known)
        .into_query()
}

fn unknowing(key: &signing_key::Model) -> Select<service_provider::Entity> {
    concerned(kind(key)).filter(service_provider::Column::Id.not_in_subquery(knowing(&key.key_id)))
}

/// How many service providers would meet this key's signatures without being known to have its certificate. A key that
/// signed until a moment ago is one that they have worked with.
pub(super) async fn waiting(db: &impl ConnectionTrait, key: &signing_key::Model) -> Result<u64> {
    if super::state(key) == KeyState::Retiring {
        return Ok(0);
    }
    Ok(unknowing(key).count(db).await?)
}

/// How many service providers take signatures of this kind.
pub(super) async fn total(db: &impl ConnectionTrait, kind: KeyKind) -> Result<u64> {
    Ok(concerned(kind).count(db).await?)
}

/// The first of those who do not know this key's certificate, as links.
pub(super) async fn first_waiting(db: &impl ConnectionTrait, key: &signing_key::Model) -> Result<Vec<UsedBy>> {
    if super::state(key) == KeyState::Retiring {
        return Ok(Vec::new());
    }
    links(db, unknowing(key), NAMED, "does not know the certificate").await
}

/// The first of those who take signatures of this kind, as links.
pub(super) async fn users(db: &impl ConnectionTrait, kind: KeyKind, limit: u64) -> Result<Vec<UsedBy>> {
    links(db, concerned(kind), limit, "Response Signing Algorithm").await
}

async fn links(
    db: &impl ConnectionTrait,
    select: Select<service_provider::Entity>,
    limit: u64,
    how: &str,
) -> Result<Vec<UsedBy>> {
    let rows = select
        .order_by_asc(service_provider::Column::NameLower)
        .limit(limit)
        .all(db)
        .await?;
    let link = |row: service_provider::Model| UsedBy {
        href: format!("/console/service-providers/{}/saml", row.id),
        name: row.name,
        how: how.to_owned(),
    };
    Ok(rows.into_iter().map(link).collect())
}

/// A page of the service providers that take this key's kind of signature, by name, each with what it knows.
pub(super) async fn list(services: &Services, key: &signing_key::Model, query: &ListQuery) -> Result<SeenView> {
    let db = &services.db;
    let page = lists::page(db, concerned(kind(key)), &service_providers::BY_NAME, query).await?;
    let ids: Vec<i64> = page.rows.iter().map(|row| row.id).collect();
    let issuers = saml_service_provider::Entity::find()
        .select_only()
        .column(saml_service_provider::Column::ServiceProviderId)
        .column(saml_service_provider::Column::Issuer)
        .filter(saml_service_provider::Column::ServiceProviderId.is_in(ids.iter().copied()))
        .into_tuple::<(i64, String)>()
        .all(db)
        .await?;
    let mut issuers: HashMap<i64, String> = issuers.into_iter().collect();
    let mut known = known(db, ids).await?;
    let rows = page.rows.into_iter().map(|sp| {
        let known = known.remove(&sp.id).unwrap_or_default();
        let issuer = issuers.remove(&sp.id).unwrap_or_default();
        SeenRow {
            service_provider: sp.id,
            name: sp.name,
            metadata_url: metadata_url(services, &issuer),
            issuer,
            seen: seen(known.iter().find(|row| row.key_id == key.key_id)),
            last_signed: last_signed(&known),
        }
    });
    Ok(SeenView {
        key: key.id,
        total: total(db, kind(key)).await?,
        waiting: waiting(db, key).await?,
        page: Page {
            rows: rows.collect(),
            count: page.count,
            next: page.next,
            previous: page.previous,
        },
    })
}

/// What is noted about these service providers. Of each there is a row a key, and few keys in a server's life.
async fn known(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<HashMap<i64, Vec<service_provider_key::Model>>> {
    let rows = service_provider_key::Entity::find()
        .filter(Column::ServiceProviderId.is_in(ids))
        .all(db)
        .await?;
    let mut known: HashMap<i64, Vec<_>> = HashMap::new();
    for row in rows {
        known.entry(row.service_provider_id).or_default().push(row);
    }
    Ok(known)
}

fn seen(row: Option<&service_provider_key::Model>) -> Seen {
    let Some(row) = row else { return Seen::NotYet };
    match (row.fetched_at, row.told_at) {
        (Some(at), _) => Seen::Fetched(newest::moment(at)),
        (None, Some(at)) => Seen::Told(newest::moment(at)),
        (None, None) => Seen::NotYet,
    }
}

fn last_signed(known: &[service_provider_key::Model]) -> Option<(String, String)> {
    let signed = known.iter().filter_map(|row| row.signed_at.map(|at| (at, &row.key_id)));
    signed.max().map(|(at, key_id)| (key_id.clone(), newest::moment(at)))
}

/// The metadata under a service provider's own address.
fn metadata_url(services: &Services, issuer: &str) -> String {
    let issuer: String = url::form_urlencoded::byte_serialize(issuer.as_bytes()).collect();
    format!("{}?spEntityID={issuer}", services.settings.entity_id())
}
