//! A service provider that is there already, updated from its metadata: compared first, and only what is ticked is
//! applied, in one transaction.

use domain::Permission;
use domain::input::metadata::{ApplyInput, MetadataInput};
use domain::input::service_provider::{DIALECT_CUSTOM, DIALECT_LOCAL};
use domain::view::metadata::{ComparisonView, MetadataView};
use domain::{Problems, input::saml::SamlInput};
use entity::{saml_service_provider, service_provider, service_provider_metadata};
use sea_orm::{ConnectionTrait, EntityTrait};

use super::diff::{self, Change, State};
use super::offer::Offer;
use super::read::{self, Found};
use super::record::{self, Taken};
use super::{comparison_form, encryption, source};
use crate::audit::{self, Changes, Entry};
use crate::drafts::{self, Draft};
use crate::service_providers::{KIND, audited, locked, lookup, saml_check, saml_form, write};
use crate::{Actor, Error, Result, Services, store};

/// The field of the ticks.
const TAKE: &str = "take";

/// What is stored of a service provider.
struct Stored {
    row: service_provider::Model,
    saml: Option<saml_service_provider::Model>,
    record: Option<service_provider_metadata::Model>,
    state: State,
}

impl Stored {
    async fn load(db: &impl ConnectionTrait, row: service_provider::Model) -> Result<Self> {
        let saml = saml_service_provider::Entity::find_by_id(row.id).one(db).await?;
        let record = record::find(db, row.id).await?;
        let claims = lookup::claim_rows(db, row.id).await?.into_iter();
        let state = State {
            saml: saml.as_ref().map_or_else(|| Ok(SamlInput::default()), lookup::stored)?,
            registered: saml.is_some(),
            claims: claims
                .map(|claim| (claim.local_claim, claim.remote_claim, claim.mandatory))
                .collect(),
            custom_dialect: row.claim_dialect == DIALECT_CUSTOM,
            source_url: record.as_ref().and_then(|record| record.source_url.clone()),
            valid_until: record.as_ref().and_then(|record| record.valid_until),
            acs_indexes: record::acs_indexes(record.as_ref())?,
            logout_responses: record::logout_responses(record.as_ref())?,
            recorded: record.is_some(),
        };
        Ok(Self {
            row,
            saml,
            record,
            state,
        })
    }

    /// Changes whenever anything does that a comparison has shown.
    fn version(&self) -> String {
        let saml = self.saml.as_ref().map_or(0, |saml| saml.version);
        let imported = self
            .record
            .as_ref()
            .map_or(0, |record| record.imported_at.timestamp_micros());
        format!("{}.{saml}.{imported}", self.row.version)
    }
}

async fn found(db: &impl ConnectionTrait, id: i64) -> Result<Stored> {
    let row = service_provider::Entity::find_by_id(id)
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    Stored::load(db, row).await
}

/// Where its metadata came from and how long that holds.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn metadata(services: &Services, actor: &Actor, id: i64) -> Result<MetadataView> {
    actor.require(Permission::ViewServiceProviders)?;
    let stored = found(&services.db, id).await?;
    let saml = stored.state.registered.then_some(&stored.state.saml);
    let lapses = record::lapses(saml, stored.record.as_ref(), services.clock.now());
    Ok(MetadataView {
        name: stored.row.name,
        facts: stored.record.as_ref().map(record::facts).transpose()?,
        lapses,
    })
}

/// Reads metadata for the service provider and keeps what it offers; gives the draft that [`comparison`] shows.
///
/// # Errors
/// `Denied`, `NotFound`, `Invalid`.
pub async fn compare(services: &Services, actor: &Actor, id: i64, metadata: &MetadataInput) -> Result<String> {
    actor.require(Permission::ManageServiceProviders)?;
    let stored = found(&services.db, id).await?;
    let mut metadata = metadata.clone();
    let shown = stored.state.source_url.as_deref() == Some(metadata.url.trim());
    if shown && (!metadata.content.is_empty() || !metadata.xml.trim().is_empty()) {
        // The form is opened with the address it came from; whoever gives something else means that.
        metadata.url.clear();
    }
    let source = source::read(services, actor, &metadata).await?;
    let issuer = &stored.state.saml.issuer;
    let metadata = match read::find(&source).await? {
        Found::One(found) => *found,
        Found::Several(choices) if choices.iter().any(|choice| choice.entity_id == *issuer) => {
            read::find_entity(&source, issuer).await?
        }
        Found::Several(choices) => {
            let text = format!(
                "The metadata describes {} service providers, and none of them has the issuer `{issuer}`. Take this one's own metadata.",
                choices.len()
            );
            return Err(Error::field(source.field, text));
        }
    };
    let draft = Draft {
        input: read::offer(services, &source, &metadata).await?,
        problems: Problems::default(),
    };
    drafts::keep(services, actor, &comparison_form(id), &draft).await
}

/// As [`compare`], with the metadata fetched anew from where it came.
///
/// # Errors
/// `Denied`, `NotFound` (also: it came from no address), `Invalid`.
pub async fn check_now(services: &Services, actor: &Actor, id: i64) -> Result<String> {
    actor.require(Permission::ManageServiceProviders)?;
    let url = record::find(&services.db, id)
        .await?
        .and_then(|record| record.source_url);
    let metadata = MetadataInput {
        url: url.ok_or(Error::NotFound)?,
        ..MetadataInput::default()
    };
    compare(services, actor, id, &metadata).await
}

async fn offered(services: &Services, actor: &Actor, id: i64, offer: &str) -> Result<Offer> {
    let draft = drafts::find::<Offer>(services, actor, &comparison_form(id), offer).await?;
    draft.map(|draft| draft.input).ok_or(Error::NotFound)
}

/// What the kept metadata differs in from what is stored by now.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn comparison(services: &Services, actor: &Actor, id: i64, offer: &str) -> Result<ComparisonView> {
    actor.require(Permission::ManageServiceProviders)?;
    let offer = offered(services, actor, id, offer).await?;
    let stored = found(&services.db, id).await?;
    let differences = diff::changes(&stored.state, &offer)
        .into_iter()
        .map(|change| change.shown);
    Ok(ComparisonView {
        version: stored.version(),
        differences: differences.collect(),
        name: stored.row.name,
        source_url: offer.source_url,
        notes: offer.notes,
    })
}

/// Takes over what is ticked of a comparison, and nothing else.
///
/// # Errors
/// `Denied`, `NotFound`, `Invalid`, `Stale`.
pub async fn apply(services: &Services, actor: &Actor, id: i64, input: &ApplyInput) -> Result<()> {
    actor.require(Permission::ManageServiceProviders)?;
    let offer = offered(services, actor, id, &input.offer).await?;
    let now = services.clock.now();
    let txn = store::begin(&services.db).await?;
    let row = locked(&txn, id).await?;
    let stored = Stored::load(&txn, row).await?;
    if stored.version() != input.version {
        return Err(Error::Stale);
    }
    let (target, labels) = taken(&stored.state, &offer, &input.take)?;
    let saml = saml_check::check(&target.saml, &encryption::weak_offered(&offer.encryption_methods))
        .map_err(Error::Invalid)?;
    if let Some(holder) = saml_form::holder(&txn, &saml.issuer)
        .await?
        .filter(|holder| holder.id != id)
    {
        return Err(Error::field("issuer", saml_form::taken_text(&holder.name)));
    }
    saml_form::save(&txn, id, stored.saml.as_ref(), &saml).await?;
    if (&target.claims, target.custom_dialect) != (&stored.state.claims, stored.state.custom_dialect) {
        let dialect = if target.custom_dialect {
            DIALECT_CUSTOM
        } else {
            DIALECT_LOCAL
        };
        write::save_claims(&txn, &stored.row, dialect, &target.claims, now).await?;
    }
    let valid_until = if stored.state.recorded {
        target.valid_until
    } else {
        offer.valid_until
    };
    let taken = Taken {
        source_url: target.source_url,
        valid_until,
        acs_indexes: target.acs_indexes,
        logout_responses: target.logout_responses,
    };
    record::save(&txn, id, &offer, taken, now).await?;
    let entry = Entry {
        action: "update",
        target_kind: KIND,
        target: &stored.row.name,
        detail: format!("from metadata: {}", labels.join(", ")),
    };
    let mut changes = Changes::default();
    let old = stored.saml.as_ref().map(|_| &stored.state.saml);
    audited::saml(&mut changes, old, Some(&saml));
    let [old, new] = [&stored.state.claims, &target.claims].map(|claims| audited::claim_lines(claims));
    changes.lines("Requested claims", &old, &new);
    audit::record_changes(&txn, &*services.clock, actor, entry, changes).await?;
    txn.commit().await?;
    Ok(())
}

/// What is stored with the ticked differences in it, and their labels.
fn taken(state: &State, offer: &Offer, ticked: &[String]) -> Result<(State, Vec<String>)> {
    let changes = diff::changes(state, offer);
    let taken: Vec<&Change> = changes
        .iter()
        .filter(|change| ticked.contains(&change.shown.key))
        .collect();
    if taken.is_empty() {
        return Err(Error::field(TAKE, "Nothing is ticked. Tick what is to be taken over."));
    }
    let mut target = state.clone();
    for change in &taken {
        change.take(&mut target);
    }
    Ok((target, taken.iter().map(|change| change.shown.label.clone()).collect()))
}
