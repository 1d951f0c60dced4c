//! What an answer is made of, as it stands when a message comes: the service provider's revision, the browser's session
//! and its user, and what is to be told of them. Read in one statement.
//!
//! Each statement is two ways to the store and back, and each row one more, which cost more than they read: by themselves
//! these ten tables would cost more than the signatures (docs/performance.md). So there is one row, and what may be many
//! comes in it as JSON objects. The text is put together once; the builder would take as long as the store.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use domain::claim;
use domain::input::saml::SamlInput;
use domain::signing_key::KeyState;
use entity::{session, user};
use saml::message::NameId;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, IdenStatic, Iterable, QueryResult, Statement};

use super::compose::Person;
use crate::service_providers::{self, Configured};
use crate::sessions::{self, Kind, Live};
use crate::{Error, Result, Services, keys, token, users};

/// Whose message it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose<'a> {
    /// Its `Issuer`, compared exactly (SAML Core section 8.3.6).
    Issuer(&'a str),
    ServiceProvider(i64),
}

/// A service provider, and who is there.
#[derive(Clone, Debug)]
pub(super) struct Situation {
    pub configured: Arc<Configured>,
    /// Whoever is signed in in this browser.
    pub visitor: Option<Visitor>,
}

/// A live session, its user, and what an answer to this service provider needs besides.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub live: Live,
    pub person: Person,
    pub before: Option<Before>,
    /// The keys that sign now, by their kind.
    active: BTreeMap<String, String>,
    /// Of which keys it was noted a moment ago that they sign for this service provider.
    noted: BTreeMap<String, String>,
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

impl Visitor {
    /// The key that signs for a service provider with this configuration.
    ///
    /// # Errors
    /// `Internal`, if there is none.
    pub fn key_id(&self, saml: &SamlInput) -> Result<&str> {
        let key_id = self
            .active
            .get(keys::kind_for(&saml.response_signing_algorithm).as_str());
        key_id
            .map(String::as_str)
            .ok_or_else(|| Error::internal("there is no active key for this signing algorithm"))
    }

    /// Whether it was noted a moment ago that this key signs for the service provider.
    pub fn is_noted(&self, key_id: &str) -> bool {
        self.noted.contains_key(key_id)
    }

    async fn read(services: &Services, row: &QueryResult) -> Result<Option<Self>> {
        let session: Option<session::Model> = FromQueryResult::from_query_result(row, SESSION)?;
        let user: Option<user::Model> = FromQueryResult::from_query_result(row, USER)?;
        let (Some(session), Some(user)) = (session, user) else {
            return Ok(None);
        };
        let Some(live) = sessions::live(services, session, user).await? else {
            return Ok(None);
        };
        let roles: Vec<String> = object(row, "roles")?.into_values().collect();
        let mut claims = object(row, "claims")?;
        claims.retain(|uri, _| !claim::DERIVED.contains(&uri.as_str()));
        users::derive_claims(&mut claims, &live.user, &roles);
        let session_index: Option<String> = row.try_get(BEFORE, "session_index")?;
        let before = match session_index {
            Some(session_index) => Some(Before {
                session_index,
                name_id: row.try_get(BEFORE, "name_id")?,
                format: row.try_get(BEFORE, "name_id_format")?,
            }),
            None => None,
        };
        Ok(Some(Self {
            person: Person {
                user: live.user.clone(),
                claims,
                roles,
            },
            live,
            before,
            active: object(row, "active")?,
            noted: object(row, "noted")?,
        }))
    }
}

impl Situation {
    /// `secret` is what the sign-in session's cookie holds, where there is one. `None`: nobody is registered so.
    ///
    /// # Errors
    /// `Internal` only.
    pub async fn find(services: &Services, whose: Whose<'_>, secret: Option<&str>) -> Result<Option<Self>> {
        let db = services.db.direct();
        let backend = db.get_database_backend();
        let (text, whose) = match whose {
            Whose::Issuer(issuer) => (text(backend, true), issuer.into()),
            Whose::ServiceProvider(id) => (text(backend, false), id.into()),
        };
        let session = secret.map(token::hash).unwrap_or_default().into();
        let values = [whose, session, keys::noted_since(services.clock.now()).into()];
        let Some(row) = db
            .query_one_raw(Statement::from_sql_and_values(backend, text, values))
            .await?
        else {
            return Ok(None);
        };
        let (id, revision) = (row.try_get("", "id")?, row.try_get("", "revision")?);
        let Some(configured) = service_providers::configured_as(services, id, revision).await? else {
            return Ok(None);
        };
        let visitor = Visitor::read(services, &row).await?;
        Ok(Some(Self { configured, visitor }))
    }
}

const SESSION: &str = "s_";
const USER: &str = "u_";
const BEFORE: &str = "p_";

/// `$1` is the issuer or the id, `$2` the session's id, `$3` since when a note of a key counts.
fn text(backend: DbBackend, by_issuer: bool) -> &'static str {
    static TEXTS: [OnceLock<String>; 4] = [const { OnceLock::new() }; 4];
    let postgres = backend == DbBackend::Postgres;
    TEXTS[usize::from(postgres) * 2 + usize::from(by_issuer)].get_or_init(|| {
        let object = |name: &str, key: &str, value: &str, from: &str| {
            if postgres {
                format!(", (SELECT json_object_agg({key}, {value})::text FROM {from}) AS {name}")
            } else {
                format!(", (SELECT json_group_object({key}, {value}) FROM {from}) AS {name}")
            }
        };
        let mut text = "SELECT sp.id AS id, sp.revision AS revision".to_owned();
        columns::<session::Column>(&mut text, "s");
        columns::<user::Column>(&mut text, "u");
        text += ", p.session_index AS p_session_index, p.name_id AS p_name_id, p.name_id_format AS p_name_id_format";
        text += &object(
            "claims",
            "c.claim_uri",
            "c.value",
            "user_claim c WHERE c.user_id = s.user_id",
        );
        text += &object(
            "roles",
            "r.name_lower",
            "r.name",
            "user_role h JOIN role r ON r.id = h.role_id WHERE h.user_id = s.user_id",
        );
        let active = format!("signing_key k WHERE k.state = '{}'", KeyState::Active.as_str());
        text += &object("active", "k.kind", "k.key_id", &active);
        text += &object(
            "noted",
            "n.key_id",
            "n.key_id",
            "service_provider_key n WHERE n.service_provider_id = sp.id AND n.signed_at > $3",
        );
        let which = if by_issuer { "saml.issuer" } else { "sp.id" };
        let kind = Kind::SignIn.as_str();
        let _ = write!(
            text,
            " FROM saml_service_provider saml JOIN service_provider sp ON sp.id = saml.service_provider_id \
             LEFT JOIN session s ON s.id = $2 AND s.kind = '{kind}' LEFT JOIN users u ON u.id = s.user_id \
             LEFT JOIN session_participant p ON p.session_id = s.id AND p.service_provider_id = sp.id \
             WHERE {which} = $1"
        );
        text
    })
}

/// Every column of a table, under the name that its model is read by.
fn columns<C: Iterable + IdenStatic>(text: &mut String, alias: &str) {
    for column in C::iter() {
        let name = column.as_str();
        let _ = write!(text, ", {alias}.{name} AS {alias}_{name}");
    }
}

/// A JSON object of texts; PostgreSQL makes none of no rows.
fn object(row: &QueryResult, name: &str) -> Result<BTreeMap<String, String>> {
    let json: Option<String> = row.try_get("", name)?;
    json.map_or_else(
        || Ok(BTreeMap::new()),
        |json| serde_json::from_str(&json).map_err(Error::internal),
    )
}
