//! Metadata's text into what it offers. Parsing is work for a processor, so it is done beside the requests.

use domain::view::metadata::EntityChoice;
use saml::metadata::{self, MetadataError, SpMetadata};

use super::offer::Offer;
use super::source::Source;
use crate::{Error, Result, Services, claims};

/// As many service providers of one file as are offered to choose from.
const CHOICES_MAX: usize = 2_000;

/// What a text holds.
pub(super) enum Found {
    One(Box<SpMetadata>),
    /// Service providers, of which one has to be chosen.
    Several(Vec<EntityChoice>),
}

/// Reads the one service provider of a text, or says which there are.
///
/// # Errors
/// `Invalid`, at the source's field.
pub(super) async fn find(source: &Source) -> Result<Found> {
    beside(source, |text| match metadata::parse_sp(text) {
        Ok(found) => Ok(Found::One(Box::new(found))),
        Err(MetadataError::Several(_)) => several(text),
        Err(error) => Err(said(&error, text)),
    })
    .await
}

/// Reads this service provider.
///
/// # Errors
/// `Invalid`, at the source's field.
pub(super) async fn find_entity(source: &Source, entity_id: &str) -> Result<SpMetadata> {
    let entity_id = entity_id.to_owned();
    beside(source, move |text| {
        metadata::parse_sp_entity(text, &entity_id).map_err(|error| said(&error, text))
    })
    .await
}

/// What it offers, in this product's terms.
///
/// # Errors
/// `Invalid`, at the source's field.
pub(super) async fn offer(services: &Services, source: &Source, found: &SpMetadata) -> Result<Offer> {
    let local = claims::all(&services.db).await?;
    Offer::read(found, &local, source.url.clone(), services.clock.now())
        .map_err(|wrong| Error::field(source.field, wrong))
}

async fn beside<T, F>(source: &Source, read: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&str) -> Result<T, String> + Send + 'static,
{
    let text = source.text.clone();
    let read = tokio::task::spawn_blocking(move || read(&text)).await;
    read.map_err(Error::internal)?
        .map_err(|wrong| Error::field(source.field, wrong))
}

fn several(text: &str) -> Result<Found, String> {
    let entities = metadata::entities(text).map_err(|error| said(&error, text))?;
    let providers: Vec<_> = entities
        .into_iter()
        .filter(|entity| entity.is_service_provider)
        .collect();
    match providers.as_slice() {
        [] => Err(
            "The metadata describes several entities, and no service provider among them that speaks SAML 2.0."
                .to_owned(),
        ),
        [only] => metadata::parse_sp_entity(text, &only.entity_id)
            .map(|found| Found::One(Box::new(found)))
            .map_err(|error| said(&error, text)),
        many if many.len() > CHOICES_MAX => Err(format!(
            "The metadata describes {} service providers; one of at most {CHOICES_MAX} can be chosen. Take the service provider's own metadata.",
            many.len()
        )),
        _ => Ok(Found::Several(
            providers
                .into_iter()
                .map(|entity| EntityChoice {
                    entity_id: entity.entity_id,
                    display_name: entity.display_name,
                })
                .collect(),
        )),
    }
}

/// The reason in a sentence. Whoever has the wrong side's metadata is told so.
fn said(error: &MetadataError, text: &str) -> String {
    if matches!(error, MetadataError::NoRole(_)) && metadata::parse_idp(text).is_ok() {
        return "This is the metadata of an identity provider. Here that of a service provider is needed.".to_owned();
    }
    format!("{error}.")
}
