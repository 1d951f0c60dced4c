//! What the form offers for keys: a field for each secret slot, and moving keys that were typed into other fields there.

use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
use domain::view::secret::{SecretField, SecretState};

use super::secrets::{self, Secrets};
use super::{authenticator, request, stored};
use crate::{Actor, Result, Services};

/// The fields of the secret slots of a form, in the order of [`::sms::secret_slots`]; `id` is `None` for a new one.
///
/// # Errors
/// `Internal` only.
pub async fn secret_fields(
    services: &Services,
    actor: &Actor,
    id: Option<i64>,
    input: &IdentityProviderInput,
) -> Result<Vec<SecretField>> {
    let settings = request::settings(input, &mut Problems::default());
    let slots = ::sms::secret_slots(&settings);
    if slots.is_empty() {
        return Ok(Vec::new());
    }
    let held = secrets::typed(services, actor, input).await?;
    let kept = kept(services, id).await?;
    let origin = ::sms::origin(&input.sms_url).unwrap_or_default();
    let preset = ::sms::presets::find(&input.filled_from);
    let fields = slots.into_iter().map(|slot| {
        let key = preset.and_then(|preset| preset.keys.iter().find(|key| key.slot == slot.name));
        SecretField {
            label: key.map_or_else(|| slot.name.clone(), |key| key.label.clone()),
            help: key.map_or_else(String::new, |key| key.help.clone()),
            state: state(&slot, &held, &kept, &origin),
            name: slot.name,
        }
    });
    Ok(fields.collect())
}

fn state(slot: &::sms::SecretSlot, held: &Secrets, kept: &Secrets, origin: &str) -> SecretState {
    if held.fits(slot, origin) {
        return SecretState::Held;
    }
    match kept.about(&slot.name) {
        Some((_, since)) if kept.fits(slot, origin) => {
            SecretState::Kept(since.format("%Y-%m-%d %H:%M UTC").to_string())
        }
        Some((of, _)) if of != origin => SecretState::KeptFor(of.to_owned()),
        // One for another place in the request is as good as none.
        _ => SecretState::Missing,
    }
}

async fn kept(services: &Services, id: Option<i64>) -> Result<Secrets> {
    let Some(id) = id else {
        return Ok(Secrets::default());
    };
    let row = authenticator(&services.db, id).await?;
    let stored = row.map(|row| stored::open(services, &row)).transpose()?;
    Ok(stored.map(|stored| stored.secrets).unwrap_or_default())
}

/// Moves every key that stands in the URL, the headers or the payload to a secret slot and holds its value; nothing is
/// saved.
///
/// # Errors
/// `Internal` only.
pub async fn move_keys(services: &Services, actor: &Actor, input: &mut IdentityProviderInput) -> Result<()> {
    let settings = request::settings(input, &mut Problems::default());
    let (slotted, moved) = ::sms::move_to_slots(&settings);
    if moved.is_empty() {
        input.done.said = "There is no key left to move.".to_owned();
        return Ok(());
    }
    let mut typed = secrets::typed(services, actor, input).await?;
    let origin = ::sms::origin(&slotted.url).unwrap_or_default();
    let names: Vec<String> = moved.iter().map(|secret| secret.name.clone()).collect();
    let slots = ::sms::secret_slots(&slotted);
    for secret in moved {
        if let Some(slot) = slots.iter().find(|slot| slot.name == secret.name) {
            typed.put(slot, secret.value, origin.clone(), services.clock.now());
        }
    }
    input.sms_url = slotted.url;
    input.http_headers = slotted.headers;
    input.http_payload = slotted.payload;
    input.secrets.clear();
    secrets::hold_all(services, actor, input, typed).await?;
    input.done.said = format!("Moved to a secret: {}. Nothing is saved yet.", names.join(", "));
    Ok(())
}
