//! A form somebody is still working on: what was typed and what was wrong with it.
//!
//! A form is posted, refused, and shown again by a redirect. What was typed waits in a sealed row of the session, so
//! that nothing is lost, with scripts or without, and nothing of it stands in an address.

use std::borrow::Cow;

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

/// The column's length.
const LONGEST_FORM: usize = 64;

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
        form: Set(stored_form(form).into_owned()),
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
        .filter(draft::Column::Form.eq(&*stored_form(form)))
        .filter(draft::Column::ExpiresAt.gt(services.clock.now()))
        .one(&services.db)
        .await?;
    row.map(|row| services.vault.open_json(place(&row.id), &row.content_sealed))
        .transpose()
}

/// The name as the column takes it. A cut would make one name of two, and one page's draft another's.
fn stored_form(form: &str) -> Cow<'_, str> {
    if form.len() <= LONGEST_FORM {
        Cow::Borrowed(form)
    } else {
        Cow::Owned(token::hash(form))
    }
}

fn place(id: &str) -> Place<'_> {
    Place {
        table: "draft",
        column: "content_sealed",
        row: id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_long_name_of_a_form_fits_and_stays_its_own() {
        let (services, _, admin) = crate::testing::services().await;
        let long = |end: &str| format!("{}{end}", "é".repeat(200));
        let draft = Draft {
            input: "typed".to_owned(),
            problems: Problems::default(),
        };
        let id = keep(&services, &admin, &long("a"), &draft).await.unwrap();
        let row = draft::Entity::find_by_id(&id).one(&services.db).await.unwrap().unwrap();
        assert!(row.form.len() <= LONGEST_FORM, "{}", row.form);
        let found = |form: String| {
            let (services, admin, id) = (&services, &admin, &id);
            async move { find::<String>(services, admin, &form, id).await.unwrap() }
        };
        assert_eq!(found(long("a")).await.unwrap().input, "typed");
        assert!(found(long("b")).await.is_none());
    }
}
