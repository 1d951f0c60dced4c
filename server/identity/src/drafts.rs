//! A form somebody is still working on: what was typed and what was wrong with it.
//!
//! A form is posted, refused, and shown again by a redirect. What was typed waits in a sealed row of the session, so
//! that nothing is lost, with scripts or without, and nothing of it stands in an address.

use chrono::Duration;
use domain::Problems;
use entity::draft;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::vault::Place;
use crate::{Actor, Result, Services, token};

/// Hours after which a draft is forgotten.
const LIFETIME_HOURS: i64 = 12;

/// What a page shows instead of the stored values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft<T> {
    pub input: T,
    pub problems: Problems,
}

/// Keeps a draft of `form` (one name per page: `identity-providers/new`) and gives the id for the address.
///
/// # Errors
/// `Internal` only.
pub async fn keep<T: Serialize>(services: &Services, actor: &Actor, form: &str, draft: &Draft<T>) -> Result<String> {
    let id = token::id()?;
    let content = services.vault.seal_json(place(&id), draft)?;
    draft::ActiveModel {
        id: Set(id.clone()),
        session_id: Set(actor.session_id.clone()),
        form: Set(form.to_owned()),
        content_sealed: Set(content),
        expires_at: Set(services.clock.now() + Duration::hours(LIFETIME_HOURS)),
    }
    .insert(&services.db)
    .await?;
    Ok(id)
}

/// The draft of `form`, if it is this session's own and not forgotten yet.
///
/// # Errors
/// `Internal` only; a draft that is gone is `None`.
pub async fn find<T: DeserializeOwned>(
    services: &Services,
    actor: &Actor,
    form: &str,
    id: &str,
) -> Result<Option<Draft<T>>> {
    let row = draft::Entity::find_by_id(id)
        .filter(draft::Column::SessionId.eq(&actor.session_id))
        .filter(draft::Column::Form.eq(form))
        .filter(draft::Column::ExpiresAt.gt(services.clock.now()))
        .one(&services.db)
        .await?;
    row.map(|row| services.vault.open_json(place(&row.id), &row.content_sealed))
        .transpose()
}

fn place(id: &str) -> Place<'_> {
    Place {
        table: "draft",
        column: "content_sealed",
        row: id,
    }
}
