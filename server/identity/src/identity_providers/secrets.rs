//! The values of `{{secret:name}}`: kept with the settings that need them, each for the scheme, host and port of the SMS URL
//! and for the parameters, headers and members it was typed for.
//!
//! They are part of the authenticator's sealed settings: one row and one seal, so a value can neither be saved without its
//! origin nor be moved to another identity provider. Refuses every way out but into a request to that origin. What is typed
//! and not saved yet is held in a sealed row of the session, apart from the form's draft, under an id that the form carries.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};
use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::request;
use super::stored::Stored;
use crate::drafts::{self, Draft};
use crate::{Actor, Result, Services};

/// The draft that holds what was typed, whatever page it was typed on.
const HELD: &str = "identity-providers/secrets";
/// The longest value, in characters: a signed token of the largest kind.
const MAX_VALUE: usize = 4096;
/// A value shorter than this is not looked for in answers: it would be found everywhere.
const MIN_DOTTED: usize = 4;
const DOTS: &str = "••••••••";

/// Values by the names of their slots. `Debug` shows the names.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secrets(BTreeMap<String, Secret>);

#[derive(Clone, Serialize, Deserialize)]
struct Secret {
    #[serde(with = "exposed")]
    value: SecretString,
    /// Scheme, host and port that it is for; empty only while it is held for a URL that has none yet.
    origin: String,
    /// Where in the request it may stand, as `SecretSlot::places` tells.
    #[serde(default)]
    places: Vec<String>,
    since: DateTime<Utc>,
}

impl Secret {
    /// Whether it may be sent to `origin` where the slot stands.
    fn fits(&self, slot: &::sms::SecretSlot, origin: &str) -> bool {
        (self.origin == origin || self.origin.is_empty()) && slot.places.iter().all(|place| self.places.contains(place))
    }
}

/// Without the places, which follow from the request.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.origin == other.origin
            && self.since == other.since
            && self.value.expose_secret() == other.value.expose_secret()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// What one submit has to do with: values typed or held, those kept, and when.
pub(super) struct Given {
    pub typed: Secrets,
    pub kept: Secrets,
    pub now: DateTime<Utc>,
}

impl Given {
    pub async fn of(
        services: &Services,
        actor: &Actor,
        input: &IdentityProviderInput,
        before: Option<&Stored>,
    ) -> Result<Self> {
        Ok(Self {
            typed: typed(services, actor, input).await?,
            kept: before.map(|before| before.secrets.clone()).unwrap_or_default(),
            now: services.clock.now(),
        })
    }
}

impl Secrets {
    /// The value of a slot, for a request to `origin` and no other.
    #[must_use]
    pub fn reveal(&self, name: &str, origin: &str) -> Option<String> {
        let secret = self.0.get(name).filter(|secret| secret.origin == origin)?;
        Some(secret.value.expose_secret().to_owned())
    }

    /// A text from outside without these values: some providers repeat what they were sent.
    #[must_use]
    pub fn dotted(&self, text: &str) -> String {
        let values = self.0.values().map(|secret| secret.value.expose_secret());
        let long = values.filter(|value| value.chars().count() >= MIN_DOTTED);
        let mut spelt: Vec<String> = long.flat_map(spellings).collect();
        // One value may begin like another: the rest of the longer one must not stay.
        spelt.sort_by_key(|value| std::cmp::Reverse(value.len()));
        spelt
            .iter()
            .fold(text.to_owned(), |text, value| text.replace(value.as_str(), DOTS))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is a value that may be sent to `origin` where the slot stands.
    pub(super) fn fits(&self, slot: &::sms::SecretSlot, origin: &str) -> bool {
        self.0.get(&slot.name).is_some_and(|secret| secret.fits(slot, origin))
    }

    /// For which origin a slot's value is, and since when it is kept.
    pub(super) fn about(&self, name: &str) -> Option<(&str, DateTime<Utc>)> {
        self.0.get(name).map(|secret| (secret.origin.as_str(), secret.since))
    }

    /// The names whose values differ between the two, in order.
    pub(super) fn changed(&self, before: &Self) -> Vec<String> {
        let names = self
            .0
            .keys()
            .chain(before.0.keys().filter(|name| !self.0.contains_key(*name)));
        names
            .filter(|name| self.0.get(*name) != before.0.get(*name))
            .cloned()
            .collect()
    }

    pub(super) fn put(&mut self, slot: &::sms::SecretSlot, value: String, origin: String, now: DateTime<Utc>) {
        let secret = Secret {
            value: SecretString::from(value),
            origin,
            places: slot.places.clone(),
            since: now,
        };
        self.0.insert(slot.name.clone(), secret);
    }
}

/// A value as it is, and as JSON (with `/` escaped or not) and forms write it.
fn spellings(value: &str) -> [String; 4] {
    let json = serde_json::Value::from(value).to_string();
    let json = json[1..json.len() - 1].to_owned();
    let form = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    [value.to_owned(), json.replace('/', "\\/"), json, form]
}

/// What was typed into the form, now or before: a value typed now takes the place of one that is held.
pub(super) async fn typed(services: &Services, actor: &Actor, input: &IdentityProviderInput) -> Result<Secrets> {
    let held = match input.held.as_str() {
        "" => None,
        id => drafts::find::<Secrets>(services, actor, HELD, id).await?,
    };
    let mut typed = held.map(|draft| draft.input).unwrap_or_default();
    let origin = ::sms::origin(&input.sms_url).unwrap_or_default();
    let slots = ::sms::secret_slots(&request::settings(input, &mut Problems::default()));
    for row in input.secrets.iter().filter(|row| !row.value.0.is_empty()) {
        if let Some(slot) = slots.iter().find(|slot| slot.name == row.name) {
            let now = services.clock.now();
            typed.put(slot, row.value.0.clone(), origin.clone(), now);
        }
    }
    Ok(typed)
}

/// Takes what was typed out of the form and holds it for this session until the form is saved, as long as a draft.
///
/// # Errors
/// `Internal` only.
pub async fn hold(services: &Services, actor: &Actor, input: &mut IdentityProviderInput) -> Result<()> {
    if input.secrets.iter().any(|row| !row.value.0.is_empty()) {
        let typed = typed(services, actor, input).await?;
        hold_all(services, actor, input, typed).await?;
    }
    input.secrets.clear();
    Ok(())
}

pub(super) async fn hold_all(
    services: &Services,
    actor: &Actor,
    input: &mut IdentityProviderInput,
    typed: Secrets,
) -> Result<()> {
    let draft = Draft {
        input: typed,
        problems: Problems::default(),
    };
    let held = drafts::keep(services, actor, HELD, &draft).await?;
    forget(&services.db, actor, input).await?;
    input.held = held;
    Ok(())
}

/// Drops what is held for a form: it is saved, or held under another id.
pub(super) async fn forget(db: &impl ConnectionTrait, actor: &Actor, input: &IdentityProviderInput) -> Result<()> {
    drafts::forget(db, actor, HELD, &input.held).await
}

/// The values that a request needs, of those typed and those kept. A slot without one is a problem at its field.
pub(super) fn resolve(request: &::sms::Settings, given: &Given, problems: &mut Problems) -> Secrets {
    let origin = ::sms::origin(&request.url).unwrap_or_default();
    let template = ::sms::compile(request).template;
    let mut secrets = Secrets::default();
    for (at, slot) in ::sms::secret_slots(request).into_iter().enumerate() {
        let fits = |secret: &&Secret| secret.fits(&slot, &origin);
        let of = |all: &Secrets| all.0.get(&slot.name).filter(fits).cloned();
        let new = of(&given.typed).map(|secret| Secret {
            since: given.now,
            ..secret
        });
        let found = new.or_else(|| of(&given.kept));
        let wrong = match &found {
            Some(secret) => refused(&slot.name, secret.value.expose_secret(), template.as_ref()),
            // Without an origin the URL is the problem, and it is said there.
            None if slot.sent && !origin.is_empty() => Some(missing(&slot.name, given, &origin)),
            None => None,
        };
        if let Some(message) = wrong {
            problems.add(format!("secrets[{at}][value]"), message);
        }
        if let Some(secret) = found {
            let secret = Secret {
                origin: origin.clone(),
                places: slot.places,
                ..secret
            };
            secrets.0.insert(slot.name, secret);
        }
    }
    secrets
}

fn missing(name: &str, given: &Given, origin: &str) -> String {
    let elsewhere = given.typed.about(name).or(given.kept.about(name));
    match elsewhere {
        Some((same, _)) if same == origin || same.is_empty() => format!(
            "The value of {{{{secret:{name}}}}} was typed for another place in the request and is sent in no other. \
             Type it again for this one."
        ),
        Some((other, _)) => format!(
            "The value of {{{{secret:{name}}}}} is for {other} and is sent nowhere else. Type it again for {origin}."
        ),
        None => format!("No value is kept for {{{{secret:{name}}}}}. Type the key that it stands for."),
    }
}

/// What is wrong with a value where it is to stand.
fn refused(name: &str, value: &str, template: Option<&::sms::Template>) -> Option<String> {
    if value.trim() != value {
        return Some("The value begins or ends with a space or a line break. Paste it without.".to_owned());
    }
    let length = value.chars().count();
    if length > MAX_VALUE {
        return Some(format!(
            "The value has {length} characters, and {MAX_VALUE} are allowed."
        ));
    }
    let values = ::sms::Values {
        number: "1",
        code: "1",
        minutes: 1,
        site: None,
    };
    let alone = |slot: &str| Some(if slot == name { value } else { "x" }.to_owned());
    let error = template?.render(&values, &alone).err()?;
    Some(format!("This value cannot be sent: {error}. Type another."))
}

/// A secret in the JSON that is sealed: exposed on purpose, here alone.
mod exposed {
    use secrecy::{ExposeSecret, SecretString};
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(value: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.expose_secret())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
        String::deserialize(deserializer).map(SecretString::from)
    }
}
