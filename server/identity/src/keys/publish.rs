//! The first step of a roll: a key, generated or brought along, is named in the metadata before it signs anything.

use domain::Permission;
use domain::input::signing_key::{ImportKeyInput, PublishKeyInput};
use domain::signing_key::{KeyKind, KeyState, short_id};
use entity::signing_key;
use saml::keys::KeyPair;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{check, generate, kind_of, roll, row, state};
use crate::error::OnDuplicate;
use crate::{Actor, Error, Result, Services};

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    pub id: i64,
    pub key_id: String,
}

/// Generates a key and publishes it as the next one of its kind.
///
/// # Errors
/// `Denied` without *Manage settings*; `PasswordNeeded`; `Invalid`, also while there is a next key of this kind.
pub async fn publish(services: &Services, actor: &Actor, input: &PublishKeyInput) -> Result<Published> {
    may(services, actor)?;
    let (kind, bits) = check::wanted(input)?;
    // Looked at twice: making a key that cannot be stored costs seconds.
    no_next(&services.db, kind).await?;
    let pair = generate(services, kind, bits).await?;
    store(services, actor, &pair, "publish").await
}

/// Publishes a key pair that was made elsewhere as the next one of its kind.
///
/// # Errors
/// As [`publish`]; `Invalid` too for a pair that cannot be used or is here already.
pub async fn import(services: &Services, actor: &Actor, input: &ImportKeyInput) -> Result<Published> {
    may(services, actor)?;
    let pair = check::pair(input, services.clock.now())?;
    store(services, actor, &pair, "import").await
}

/// Whether this pair is published here already, in whatever state.
///
/// # Errors
/// `Invalid` for a pair that cannot be used; `Internal`.
pub(crate) async fn is_published(services: &Services, input: &ImportKeyInput) -> Result<bool> {
    let pair = check::pair(input, services.clock.now())?;
    let same = signing_key::Entity::find()
        .filter(signing_key::Column::KeyId.eq(pair.key_id()))
        .one(&services.db)
        .await?;
    Ok(same.is_some_and(|same| state(&same) != KeyState::Retired))
}

/// Who may take a step.
pub(super) fn may(services: &Services, actor: &Actor) -> Result<()> {
    actor.require(Permission::ManageSettings)?;
    actor.require_fresh_password(services.clock.now())
}

async fn store(services: &Services, actor: &Actor, pair: &KeyPair, action: &str) -> Result<Published> {
    let turn = roll::begin(services).await?;
    let key_id = pair.key_id();
    let same = signing_key::Entity::find()
        .filter(signing_key::Column::KeyId.eq(&key_id))
        .one(&turn)
        .await?;
    if let Some(same) = same {
        return Err(Error::field("certificate", here_already(&same)));
    }
    no_next(&turn, kind_of(pair)).await?;
    let stored = row(services, pair, KeyState::Next)?.insert(&turn).await.on_duplicate(
        "",
        "Another key was published at the same moment. Look at the list of keys.",
    )?;
    let detail = format!(
        "{}, certificate of {} until {}",
        super::views::size(pair.certificate()),
        pair.certificate().subject,
        pair.certificate().not_after.date_naive()
    );
    let changes = roll::moved(&key_id, None, KeyState::Next);
    roll::record(services, &turn, actor, action, &key_id, detail, changes).await?;
    turn.commit().await?;
    Ok(Published { id: stored.id, key_id })
}

fn here_already(same: &signing_key::Model) -> String {
    if state(same) == KeyState::Retired {
        "This key was retired here and does not come back. Make a new pair.".to_owned()
    } else {
        format!(
            "This key is here already: {} ({}).",
            short_id(&same.key_id),
            state(same).in_words()
        )
    }
}

/// Of each kind one key waits at a time: with two, nobody could say which of them a service provider has seen.
async fn no_next(db: &impl ConnectionTrait, kind: KeyKind) -> Result<()> {
    let next = signing_key::Entity::find()
        .filter(signing_key::Column::Kind.eq(kind.as_str()))
        .filter(signing_key::Column::State.eq(KeyState::Next.as_str()))
        .one(db)
        .await?;
    match next {
        Some(next) => Err(roll::refused(format!(
            "The {} key {} is published already and waits to be used. Use or retire it first.",
            kind.label(),
            short_id(&next.key_id)
        ))),
        None => Ok(()),
    }
}
