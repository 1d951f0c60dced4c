//! A form somebody is still working on: what was typed and what was wrong with it.
//!
//! A form is posted, refused, and shown again by a redirect. What was typed waits in a sealed row of the session, so
//! that nothing is lost, with scripts or without, and nothing of it stands in an address.

use std::borrow::Cow;

use chrono::Duration;
use domain::Problems;
use entity::draft;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::vault::{Place, Vault};
use crate::{Actor, Result, Services, store, token};

/// Hours after which a draft is forgotten.
pub(crate) const LIFETIME_HOURS: i64 = 12;

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
    insert(services, &services.db, &actor.session_id, form, draft).await
}

/// As [`keep`], in the place of any other draft that this session has of `form`: for what is large.
///
/// # Errors
/// `Internal` only.
pub async fn keep_only<T: Serialize>(
    services: &Services,
    actor: &Actor,
    form: &str,
    draft: &Draft<T>,
) -> Result<String> {
    let txn = store::begin(&services.db).await?;
    draft::Entity::delete_many()
        .filter(draft::Column::SessionId.eq(&actor.session_id))
        .filter(draft::Column::Form.eq(&*stored_form(form)))
        .exec(&txn)
        .await?;
    let id = insert(services, &txn, &actor.session_id, form, draft).await?;
    txn.commit().await?;
    Ok(id)
}

pub(crate) async fn insert<T: Serialize>(
    services: &Services,
    db: &impl ConnectionTrait,
    session_id: &str,
    form: &str,
    draft: &Draft<T>,
) -> Result<String> {
    let id = token::id()?;
    let content = services.vault.seal_json(place(&id), draft)?;
    draft::ActiveModel {
        id: Set(id.clone()),
        session_id: Set(session_id.to_owned()),
        form: Set(stored_form(form).into_owned()),
        content_sealed: Set(content),
        expires_at: Set(services.clock.now() + Duration::hours(LIFETIME_HOURS)),
    }
    .insert(db)
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

/// As [`find`], once: the draft is gone with this call, and of two at once one gets it.
///
/// # Errors
/// `Internal` only.
pub async fn take<T: DeserializeOwned>(
    services: &Services,
    actor: &Actor,
    form: &str,
    id: &str,
) -> Result<Option<Draft<T>>> {
    let Some(draft) = find(services, actor, form, id).await? else {
        return Ok(None);
    };
    let deleted = draft::Entity::delete_by_id(id).exec(&services.db).await?;
    Ok((deleted.rows_affected == 1).then_some(draft))
}

/// Drops a draft of this session's own; one that is gone already is no error.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn forget(db: &impl ConnectionTrait, actor: &Actor, form: &str, id: &str) -> Result<()> {
    draft::Entity::delete_by_id(id)
        .filter(draft::Column::SessionId.eq(&actor.session_id))
        .filter(draft::Column::Form.eq(&*stored_form(form)))
        .exec(db)
        .await?;
    Ok(())
}

/// Seals every draft again under another master key; how many there were.
pub(crate) async fn reseal(db: &impl ConnectionTrait, old: &Vault, new: &Vault) -> Result<u64> {
    let rows = draft::Entity::find().all(db).await?;
    let count = rows.len() as u64;
    for row in rows {
        let sealed = old.reseal(new, place(&row.id), &row.content_sealed)?;
        let mut row: draft::ActiveModel = row.into();
        row.content_sealed = Set(sealed);
        row.update(db).await?;
    }
    Ok(count)
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

    #[tokio::test]
    async fn a_large_draft_takes_the_place_of_the_one_before() {
        let (services, _, admin) = crate::testing::services().await;
        let draft = |input: &str| Draft {
            input: input.to_owned(),
            problems: Problems::default(),
        };
        let other = keep(&services, &admin, "other", &draft("other")).await.unwrap();
        let first = keep_only(&services, &admin, "form", &draft("first")).await.unwrap();
        let second = keep_only(&services, &admin, "form", &draft("second")).await.unwrap();
        let found = async |form: &str, id: &str| {
            let found = find::<String>(&services, &admin, form, id).await.unwrap();
            found.map(|draft| draft.input)
        };
        assert_eq!(found("form", &first).await, None);
        assert_eq!(found("form", &second).await.as_deref(), Some("second"));
        assert_eq!(found("other", &other).await.as_deref(), Some("other"));
    }
}
