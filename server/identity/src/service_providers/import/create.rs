//! A new service provider out of metadata, in one transaction: all of it or nothing.

use std::collections::HashSet;

use domain::input::metadata::{EntityInput, MetadataInput, TakenBy};
use domain::input::service_provider::{DIALECT_CUSTOM, DIALECT_LOCAL, ServiceProviderInput};
use domain::view::metadata::{EntityChoice, EntityChoicesView};
use domain::{Permission, Problems};
use entity::service_provider;
use saml::keys::Certificate;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};

use super::offer::Offer;
use super::read::{self, Found};
use super::source::{self, Source};
use super::{comparison_form, encryption, record};
use crate::audit::{self, Changes, Entry};
use crate::drafts::{self, Draft};
use crate::service_providers::{KIND, audited, check, saml_check, saml_form, write};
use crate::{Actor, Error, Result, Services, store};

/// What a file of several service providers is kept under. A session has one at a time: it may be large.
const FORM: &str = "service-providers/import";
/// The field of the choice among them.
const ENTITY: &str = "entity_id";
/// More than this are searched.
const CHOICES_SHOWN: usize = 50;
const NAME_MAX: usize = 100;
const DESCRIPTION_MAX: usize = 500;

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is registered, under this id.
    Registered(i64),
    /// There are several in it, and one has to be chosen; the draft holds them.
    Choose { file: String },
    /// Another has the name or the issuer. Nothing was done; that one can be updated instead.
    Taken { problems: Problems, by: TakenBy },
}

/// A file of several service providers, until one is chosen.
#[derive(Serialize, Deserialize)]
struct Several {
    basics: ServiceProviderInput,
    text: String,
    url: Option<String>,
    choices: Vec<EntityChoice>,
}

/// Registers a service provider with everything its metadata holds. Of `basics` name and description count, if they are
/// filled in.
///
/// # Errors
/// `Denied`, `Invalid`.
pub async fn import(
    services: &Services,
    actor: &Actor,
    basics: &ServiceProviderInput,
    metadata: &MetadataInput,
) -> Result<Outcome> {
    actor.require(Permission::ManageServiceProviders)?;
    let source = source::read(services, actor, metadata).await?;
    match read::find(&source).await? {
        Found::One(found) => {
            let offer = read::offer(services, &source, &found).await?;
            register(services, actor, basics, offer, source.field).await
        }
        Found::Several(choices) => {
            let input = Several {
                basics: ServiceProviderInput {
                    name: basics.name.clone(),
                    description: basics.description.clone(),
                    ..ServiceProviderInput::default()
                },
                text: source.text,
                url: source.url,
                choices,
            };
            let problems = Problems::default();
            let file = drafts::keep_only(services, actor, FORM, &Draft { input, problems }).await?;
            Ok(Outcome::Choose { file })
        }
    }
}

/// The service providers of a file, to choose from: the first whose name or issuer holds what is searched for.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn entity_choices(services: &Services, actor: &Actor, file: &str, search: &str) -> Result<EntityChoicesView> {
    actor.require(Permission::ManageServiceProviders)?;
    let kept = several(services, actor, file).await?;
    let typed = search.trim().to_lowercase();
    let holds = |text: &str| text.to_lowercase().contains(&typed);
    let total = kept.choices.len();
    let mut choices = kept.choices;
    choices.retain(|choice| holds(&choice.entity_id) || choice.display_name.as_deref().is_some_and(holds));
    let matching = choices.len();
    choices.truncate(CHOICES_SHOWN);
    Ok(EntityChoicesView {
        input: EntityInput {
            file: file.to_owned(),
            name: kept.basics.name,
            entity_id: String::new(),
        },
        total,
        matching,
        choices,
    })
}

async fn several(services: &Services, actor: &Actor, draft: &str) -> Result<Several> {
    let draft = drafts::find::<Several>(services, actor, FORM, draft).await?;
    draft.map(|draft| draft.input).ok_or(Error::NotFound)
}

/// As [`import`], of the chosen one.
///
/// # Errors
/// `Denied`, `NotFound`, `Invalid`.
pub async fn import_entity(services: &Services, actor: &Actor, input: &EntityInput) -> Result<Outcome> {
    actor.require(Permission::ManageServiceProviders)?;
    let kept = several(services, actor, &input.file).await?;
    if !kept.choices.iter().any(|choice| choice.entity_id == input.entity_id) {
        return Err(Error::field(ENTITY, "Choose one of the service providers."));
    }
    let source = Source {
        field: ENTITY,
        text: kept.text,
        url: kept.url,
    };
    let found = read::find_entity(&source, &input.entity_id).await?;
    let offer = read::offer(services, &source, &found).await?;
    let basics = ServiceProviderInput {
        name: input.name.clone(),
        ..kept.basics
    };
    register(services, actor, &basics, offer, ENTITY).await
}

/// `field` is where what is wrong with the metadata is said.
async fn register(
    services: &Services,
    actor: &Actor,
    basics: &ServiceProviderInput,
    offer: Offer,
    field: &'static str,
) -> Result<Outcome> {
    let saml = saml_check::check(&offer.saml, &encryption::weak_offered(&offer.encryption_methods))
        .map_err(|problems| Error::Invalid(at(field, problems)))?;
    let txn = store::begin(&services.db).await?;
    if let Some((problems, holder)) = taken(&txn, basics, &saml.issuer, field).await? {
        txn.rollback().await?;
        let form = comparison_form(holder.id);
        let draft = Draft {
            input: offer,
            problems: Problems::default(),
        };
        let by = TakenBy {
            id: holder.id,
            name: holder.name,
            offer: drafts::keep(services, actor, &form, &draft).await?,
        };
        return Ok(Outcome::Taken { problems, by });
    }
    let input = named(&txn, basics, &offer).await?;
    let now = services.clock.now();
    let dialect = if offer.own_names { DIALECT_CUSTOM } else { DIALECT_LOCAL };
    let row = write::insert(&txn, now, check::new(&txn, &input).await?, dialect).await?;
    let claims: Vec<_> = offer
        .claims
        .iter()
        .map(|claim| (claim.local.clone(), claim.remote.clone(), claim.mandatory))
        .collect();
    write::replace_claims(&txn, row.id, &claims).await?;
    saml_form::save(&txn, row.id, None, &saml).await.on_issuer(field)?;
    let taken = record::Taken {
        source_url: offer.source_url.clone(),
        valid_until: offer.valid_until,
        acs_indexes: offer.acs_indexes.clone(),
        logout_responses: offer.logout_responses(),
    };
    record::save(&txn, row.id, &offer, taken, now).await?;
    let entry = Entry {
        action: "import",
        target_kind: KIND,
        target: &row.name,
        detail: detail(&offer),
    };
    let mut changes = Changes::default();
    changes.text("Service Provider Name", "", &row.name);
    changes.text("Description", "", &row.description);
    changes.lines("Requested claims", &[], &audited::claim_lines(&claims));
    audited::saml(&mut changes, None, Some(&saml));
    audit::record_changes(&txn, &*services.clock, actor, entry, changes).await?;
    txn.commit().await?;
    Ok(Outcome::Registered(row.id))
}

/// A race for the issuer is lost at the metadata's field: there is no other on the page.
trait OnIssuer {
    fn on_issuer(self, field: &'static str) -> Self;
}

impl OnIssuer for Result<()> {
    fn on_issuer(self, field: &'static str) -> Self {
        self.map_err(|error| match error {
            Error::Invalid(problems) => Error::Invalid(at(field, problems)),
            other => other,
        })
    }
}

/// The same words at the one field there is.
fn at(field: &'static str, problems: Problems) -> Problems {
    let words: Vec<_> = problems.0.into_iter().map(|problem| problem.message).collect();
    Problems::one(
        field,
        format!("The metadata cannot be taken as it is. {}", words.join(" ")),
    )
}

/// Who has the issuer or the typed name already, and where that is said.
async fn taken(
    db: &DatabaseTransaction,
    basics: &ServiceProviderInput,
    issuer: &str,
    field: &'static str,
) -> Result<Option<(Problems, service_provider::Model)>> {
    if let Some(holder) = saml_form::holder(db, issuer).await? {
        let text = format!(
            "The service provider \u{201c}{}\u{201d} has the issuer `{issuer}` already. An issuer belongs to one service provider.",
            holder.name
        );
        return Ok(Some((Problems::one(field, text), holder)));
    }
    let name = basics.name.trim().to_lowercase();
    if name.is_empty() {
        return Ok(None);
    }
    let holder = service_provider::Entity::find()
        .filter(service_provider::Column::NameLower.eq(name))
        .one(db)
        .await?;
    Ok(holder.map(|holder| (Problems::one("name", check::NAME_TAKEN), holder)))
}

/// Name and description: as typed, else as the metadata has them.
async fn named(
    db: &impl ConnectionTrait,
    basics: &ServiceProviderInput,
    offer: &Offer,
) -> Result<ServiceProviderInput> {
    let name = if basics.name.trim().is_empty() {
        let wanted = offer.name.as_deref().unwrap_or(&offer.saml.issuer);
        free_name(db, wanted).await?
    } else {
        basics.name.clone()
    };
    let description = match &offer.description {
        Some(description) if basics.description.trim().is_empty() => {
            description.chars().take(DESCRIPTION_MAX).collect()
        }
        _ => basics.description.clone(),
    };
    Ok(ServiceProviderInput {
        name,
        description,
        ..ServiceProviderInput::default()
    })
}

/// The wanted name, shortened, and with a number behind it if another has it.
async fn free_name(db: &impl ConnectionTrait, wanted: &str) -> Result<String> {
    // A few letters become two in lower case, which counts as well; room for the number.
    let mut short: String = wanted.split_whitespace().collect::<Vec<_>>().join(" ");
    while short.chars().count().max(short.to_lowercase().chars().count()) > NAME_MAX {
        short.pop();
    }
    let base: String = short.chars().take(NAME_MAX / 2).collect();
    let candidates = std::iter::once(short).chain((2..100).map(|n| format!("{base} ({n})")));
    let candidates: Vec<String> = candidates.collect();
    let lower: Vec<String> = candidates.iter().map(|name| name.to_lowercase()).collect();
    let used: Vec<String> = service_provider::Entity::find()
        .select_only()
        .column(service_provider::Column::NameLower)
        .filter(service_provider::Column::NameLower.is_in(lower))
        .into_tuple()
        .all(db)
        .await?;
    let used: HashSet<String> = used.into_iter().collect();
    let free = candidates.iter().find(|name| !used.contains(&name.to_lowercase()));
    // A hundred of one name: the administrator is asked for another.
    Ok(free.cloned().unwrap_or_else(|| candidates[0].clone()))
}

fn detail(offer: &Offer) -> String {
    let from = offer
        .source_url
        .as_deref()
        .map_or("metadata".to_owned(), |url| format!("metadata from {url}"));
    let certificates = Certificate::parse_all(&offer.saml.certificate).map_or(0, |all| all.len());
    format!(
        "from {from}: issuer {}, {} assertion consumer URLs, {certificates} certificates, {} claims",
        offer.saml.issuer,
        offer.saml.acs_urls.len(),
        offer.claims.len()
    )
}
