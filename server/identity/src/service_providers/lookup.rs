//! What the SAML engine needs to know about a service provider, by its issuer or its id.

use domain::claim;
use domain::input::saml::SamlInput;
use domain::input::service_provider::DIALECT_CUSTOM;
use entity::{saml_service_provider, service_provider, service_provider_claim, service_provider_role};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::import;
use crate::{Error, Result};

/// A service provider with its SAML configuration.
#[derive(Clone, Debug)]
pub struct SamlServiceProvider {
    pub id: i64,
    pub name: String,
    /// The checked form: every value of it is one that the engine can honour.
    pub saml: SamlInput,
    /// The claim whose value is the subject. Never empty.
    pub subject_claim: String,
    pub custom_dialect: bool,
    pub claims: Vec<RequestedClaim>,
    /// The assertion consumer URLs by the index that its metadata gave them; empty: their place in the list counts.
    pub acs_indexes: Vec<(u16, String)>,
    /// Where its metadata takes answers to LogoutRequests by each logout method; empty: at one address.
    pub logout_responses: Vec<(String, String)>,
    /// Local roles and what the service provider calls them.
    pub roles: Vec<(String, String)>,
}

impl SamlServiceProvider {
    /// The registered assertion consumer URL that an index names (saml-core 3.4.1): the one its metadata gave it, if the
    /// configuration came from metadata and that one is still registered, else its place in the list, counted from 0.
    #[must_use]
    pub fn acs_by_index(&self, index: u16) -> Option<&String> {
        let registered = &self.saml.acs_urls;
        if self.acs_indexes.is_empty() {
            return registered.get(usize::from(index));
        }
        let (_, named) = self.acs_indexes.iter().find(|(known, _)| *known == index)?;
        let still = registered.iter().find(|url| *url == named);
        still.or_else(|| registered.get(usize::from(index)))
    }

    /// Where an answer to a LogoutRequest goes by this logout method, if metadata named an address for it. An address that
    /// an administrator has typed since is meant for all.
    #[must_use]
    pub fn logout_response_by(&self, method: &str) -> Option<&String> {
        let typed = |(_, url): &(String, String)| *url == self.saml.slo_response_url;
        let (_, named) = self.logout_responses.iter().find(|(known, _)| known == method)?;
        self.logout_responses.iter().any(typed).then_some(named)
    }
}

/// A claim that the service provider asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedClaim {
    /// The local claim's URI.
    pub local: String,
    /// The attribute's name on the wire: the local URI, or in a custom dialect the service provider's own.
    pub remote: String,
    pub mandatory: bool,
}

/// The service provider whose messages carry this `Issuer`, compared exactly (SAML Core section 8.3.6).
///
/// # Errors
/// `Internal` only.
pub async fn by_issuer(db: &impl ConnectionTrait, issuer: &str) -> Result<Option<SamlServiceProvider>> {
    let row = saml_service_provider::Entity::find()
        .filter(saml_service_provider::Column::Issuer.eq(issuer))
        .one(db)
        .await?;
    match row {
        Some(row) => saml_by_id(db, row.service_provider_id).await,
        None => Ok(None),
    }
}

/// The service provider of this id; `None` if it is gone or has no SAML configuration.
///
/// # Errors
/// `Internal` only.
pub async fn saml_by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<SamlServiceProvider>> {
    let Some(row) = service_provider::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    let Some(saml) = saml_service_provider::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    let custom_dialect = row.claim_dialect == DIALECT_CUSTOM;
    let claims = claim_rows(db, id).await?.into_iter().map(|claim| RequestedClaim {
        remote: if custom_dialect {
            claim.remote_claim
        } else {
            claim.local_claim.clone()
        },
        local: claim.local_claim,
        mandatory: claim.mandatory,
    });
    let record = import::record(db, id).await?;
    Ok(Some(SamlServiceProvider {
        id,
        name: row.name,
        saml: stored(&saml)?,
        subject_claim: if row.subject_claim.is_empty() {
            claim::USERNAME.to_owned()
        } else {
            row.subject_claim
        },
        custom_dialect,
        claims: claims.collect(),
        acs_indexes: import::acs_indexes(record.as_ref())?,
        logout_responses: import::logout_responses(record.as_ref())?,
        roles: role_rows(db, id)
            .await?
            .into_iter()
            .map(|role| (role.local_role, role.remote_role))
            .collect(),
    }))
}

/// The stored SAML form.
pub(super) fn stored(row: &saml_service_provider::Model) -> Result<SamlInput> {
    serde_json::from_str(&row.settings).map_err(Error::internal)
}

pub(super) async fn claim_rows(db: &impl ConnectionTrait, id: i64) -> Result<Vec<service_provider_claim::Model>> {
    use service_provider_claim::Column;
    let rows = service_provider_claim::Entity::find().filter(Column::ServiceProviderId.eq(id));
    Ok(rows.order_by_asc(Column::Position).all(db).await?)
}

pub(super) async fn role_rows(db: &impl ConnectionTrait, id: i64) -> Result<Vec<service_provider_role::Model>> {
    use service_provider_role::Column;
    let rows = service_provider_role::Entity::find().filter(Column::ServiceProviderId.eq(id));
    Ok(rows.order_by_asc(Column::Position).all(db).await?)
}
