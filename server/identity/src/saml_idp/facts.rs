//! What an answer is made of besides its service provider and its session, read in one statement.
//!
//! Each statement is a way to the store and back, which costs more than it reads: five tables one after the other would
//! cost more than the signatures (docs/performance.md).

use std::collections::BTreeMap;

use domain::claim;
use entity::{role, session_participant, signing_key, user_claim};
use saml::message::NameId;
use sea_orm::sea_query::{Expr, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait};

use super::compose::Person;
use crate::service_providers::SamlServiceProvider;
use crate::sessions::Live;
use crate::{Error, Result, Services, keys, roles, users};

const CLAIM: &str = "claim";
const ROLE: &str = "role";
const PARTICIPANT: &str = "participant";
const KEY: &str = "key";
const NOTED: &str = "noted";

/// A person, the key that signs, and what this session has told the service provider before.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub person: Person,
    /// The key that signs for this service provider.
    pub key_id: String,
    /// Whether it was noted a moment ago that this key signs for it.
    pub key_noted: bool,
    pub before: Option<Before>,
}

/// The session's name and the person's towards this service provider, as they were told last.
#[derive(Clone, Debug)]
pub(super) struct Before {
    pub session_index: String,
    name_id: String,
    format: String,
}

impl Before {
    pub fn is(&self, name_id: &NameId) -> bool {
        self.name_id == name_id.value && self.format == name_id.format.as_deref().unwrap_or_default()
    }
}

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    name: String,
    value: String,
    more: String,
}

impl Facts {
    /// # Errors
    /// `Internal` only.
    pub async fn load(services: &Services, sp: &SamlServiceProvider, live: &Live) -> Result<Self> {
        let db = &services.db;
        let statement = db.get_database_backend().build(&query(services, sp, live));
        let rows = Row::find_by_statement(statement).all(db).await?;
        let (mut claims, mut names, mut noted) = (BTreeMap::new(), Vec::new(), Vec::new());
        let (mut key_id, mut before) = (None, None);
        for Row {
            kind,
            name,
            value,
            more,
        } in rows
        {
            match kind.as_str() {
                CLAIM => drop(claims.insert(name, value)),
                ROLE => names.push((name, value)),
                KEY => key_id = Some(name),
                NOTED => noted.push(name),
                _ => {
                    before = Some(Before {
                        session_index: name,
                        name_id: value,
                        format: more,
                    });
                }
            }
        }
        names.sort();
        let roles: Vec<String> = names.into_iter().map(|(_, name)| name).collect();
        users::derive_claims(&mut claims, &live.user, &roles);
        let key_id = key_id.ok_or_else(|| Error::internal("there is no active key for this signing algorithm"))?;
        Ok(Self {
            person: Person {
                user: live.user.clone(),
                claims,
                roles,
            },
            key_noted: noted.contains(&key_id),
            key_id,
            before,
        })
    }
}

fn query(services: &Services, sp: &SamlServiceProvider, live: &Live) -> SelectStatement {
    let text = |text: &str| Expr::val(text.to_owned());
    let typed = user_claim::Entity::find()
        .select_only()
        .expr_as(text(CLAIM), "kind")
        .expr_as(Expr::col(user_claim::Column::ClaimUri), "name")
        .expr_as(Expr::col(user_claim::Column::Value), "value")
        .expr_as(text(""), "more")
        .filter(user_claim::Column::UserId.eq(live.user.id))
        .filter(user_claim::Column::ClaimUri.is_not_in(claim::DERIVED));
    let held = roles::of_user(live.user.id)
        .select_only()
        .expr(text(ROLE))
        .column(role::Column::NameLower)
        .column(role::Column::Name)
        .expr(text(""));
    let participant = session_participant::Entity::find()
        .select_only()
        .expr(text(PARTICIPANT))
        .column(session_participant::Column::SessionIndex)
        .column(session_participant::Column::NameId)
        .column(session_participant::Column::NameIdFormat)
        .filter(session_participant::Column::SessionId.eq(&live.row.id))
        .filter(session_participant::Column::ServiceProviderId.eq(sp.id));
    let key = keys::active_for(&sp.saml)
        .select_only()
        .expr(text(KEY))
        .column(signing_key::Column::KeyId)
        .expr(text(""))
        .expr(text(""));
    let noted = keys::noted_lately(sp.id, services.clock.now())
        .select_only()
        .expr(text(NOTED))
        .column(entity::service_provider_key::Column::KeyId)
        .expr(text(""))
        .expr(text(""));
    let mut query = typed.into_query();
    for more in [
        held.into_query(),
        participant.into_query(),
        key.into_query(),
        noted.into_query(),
    ] {
        query.union(UnionType::All, more);
    }
    query
}
