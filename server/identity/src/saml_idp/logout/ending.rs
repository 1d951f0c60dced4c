//! Sessions end, and with that it is settled whom to tell. The caller's transaction holds both: a session that is gone
//! without its list of applications would leave them logged in.

use entity::{session, session_participant};
use saml::message::LogoutRequest;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::messages::takes_logout;
use super::state::{Initiator, Participant, Standing, State};
use crate::service_providers::{self, SamlServiceProvider};
use crate::sessions::{self, Kind, Live};
use crate::{Result, Services};

/// This browser's own session.
pub async fn live(services: &Services, session: Option<&str>) -> Result<Option<Live>> {
    match session {
        Some(secret) => sessions::find(services, Kind::SignIn, secret).await,
        None => Ok(None),
    }
}

/// Whether an unverified request names this very session: NameID and SessionIndex both equal.
pub async fn is_named(services: &Services, initiator: &Initiator, live: &Live) -> Result<bool> {
    let row = session_participant::Entity::find()
        .filter(session_participant::Column::SessionId.eq(&live.row.id))
        .filter(session_participant::Column::ServiceProviderId.eq(initiator.service_provider_id))
        .one(&services.db)
        .await?;
    Ok(row
        .is_some_and(|row| row.name_id == initiator.name_id && initiator.session_indexes.contains(&row.session_index)))
}

/// Which sessions a verified request names, in one order for everybody who locks them. Without a SessionIndex all of the
/// person's at this service provider (SAML Core 3.7.3).
pub async fn named(db: &impl ConnectionTrait, sp: i64, request: &LogoutRequest) -> Result<Vec<String>> {
    use session_participant::Column;
    let mut select = session_participant::Entity::find()
        .filter(Column::ServiceProviderId.eq(sp))
        .filter(Column::NameId.eq(&request.name_id.value));
    if !request.session_indexes.is_empty() {
        select = select.filter(Column::SessionIndex.is_in(&request.session_indexes));
    }
    let rows = select.order_by_asc(Column::SessionId).all(db).await?;
    Ok(rows.into_iter().map(|row| row.session_id).collect())
}

/// Ends a session and notes whom to tell: everybody who had part in it but the one who asked. Its row is held first, so
/// that of two logouts one tells its applications, and so that none joins in between.
pub async fn end(db: &impl ConnectionTrait, state: &mut State, session_id: &str) -> Result<()> {
    let held = session::Entity::find_by_id(session_id).lock_exclusive().one(db).await?;
    if held.is_none() {
        return Ok(());
    }
    let rows = session_participant::Entity::find()
        .filter(session_participant::Column::SessionId.eq(session_id))
        .order_by_asc(session_participant::Column::Id)
        .all(db)
        .await?;
    sessions::end(db, session_id).await?;
    let asked_by = state.initiator.as_ref().map(|initiator| initiator.service_provider_id);
    for row in rows.into_iter().filter(|row| Some(row.service_provider_id) != asked_by) {
        if let Some(sp) = service_providers::saml_by_id(db, row.service_provider_id).await? {
            add(state, &sp, row);
        }
    }
    Ok(())
}

/// One LogoutRequest can name several sessions, as long as they are under one name.
fn add(state: &mut State, sp: &SamlServiceProvider, row: session_participant::Model) {
    let same = |one: &&mut Participant| {
        one.service_provider_id == row.service_provider_id
            && one.name_id == row.name_id
            && one.name_id_format == row.name_id_format
    };
    if let Some(one) = state.participants.iter_mut().find(same) {
        one.session_indexes.push(row.session_index);
        return;
    }
    state.participants.push(Participant {
        service_provider_id: row.service_provider_id,
        name: sp.name.clone(),
        name_id: row.name_id,
        name_id_format: row.name_id_format,
        session_indexes: vec![row.session_index],
        sent: Vec::new(),
        standing: if takes_logout(sp) {
            Standing::Waiting
        } else {
            Standing::NothingToTell
        },
    });
}
