//! Claims that somebody gives while signing in, because an application demands them and the profile has none: read as the
//! profile reads them, and kept in the user's own name.
//!
//! Refuses what decides who somebody is or where codes go: that is an administrator's to give, as in the profile. Whoever
//! holds a stolen password must gain nothing by an empty field. Never changes a value that is there.

use domain::claim;
use domain::view::ClaimView;
use entity::{login_flow, saml_service_provider, service_provider, user_claim};
use saml::identifier::NAMEID_EMAIL;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::entered::{Entered, Kept, keep};
use super::profile::{NUMBERS, accept, searchable};
use crate::sessions::Client;
use crate::{Result, Services};

/// Which of these claims only an administrator gives: what the server derives, what codes go to, and what a service
/// provider knows its users by.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn only_by_administrators(db: &impl ConnectionTrait, uris: &[String]) -> Result<Vec<String>> {
    let subjects: Vec<String> = service_provider::Entity::find()
        .select_only()
        .column(service_provider::Column::SubjectClaim)
        .filter(service_provider::Column::SubjectClaim.is_in(uris))
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    let mut only: Vec<String> = Vec::new();
    for uri in uris {
        // Codes may go to any claim of numbers one day.
        let fixed = claim::DERIVED.contains(&uri.as_str()) || NUMBERS.contains(&uri.as_str());
        let named = fixed || subjects.contains(uri);
        if named || (uri == claim::EMAIL && names_by_address(db).await?) {
            only.push(uri.clone());
        }
    }
    Ok(only)
}

/// Whether a service provider is configured to know its users by their e-mail address, without choosing that claim. The
/// settings are JSON as `serde_json` writes it.
async fn names_by_address(db: &impl ConnectionTrait) -> Result<bool> {
    let configured = format!("\"name_id_format\":\"{NAMEID_EMAIL}\"");
    let found = saml_service_provider::Entity::find()
        .select_only()
        .column(saml_service_provider::Column::ServiceProviderId)
        .filter(saml_service_provider::Column::Settings.contains(configured))
        .into_tuple::<i64>()
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// The value to store, or why it cannot be, in words for whoever typed it. Nobody leaves it empty: it is demanded.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn read_claim(
    services: &Services,
    user_id: i64,
    claim: &ClaimView,
    typed: &str,
) -> Result<std::result::Result<String, String>> {
    let demanded = ClaimView {
        required: true,
        ..claim.clone()
    };
    let value = match accept(
        &demanded,
        typed.trim(),
        services.settings.default_country.as_deref(),
        &[],
    ) {
        Ok(value) => value,
        Err(why) => return Ok(Err(why)),
    };
    if claim.uri == claim::EMAIL && is_anothers(&services.db, user_id, &value).await? {
        // Applications take people for whoever has the address.
        let why = "This address cannot be used for your account. Check it, or ask an administrator.";
        return Ok(Err(why.to_owned()));
    }
    Ok(Ok(value))
}

async fn is_anothers(db: &impl ConnectionTrait, user_id: i64, address: &str) -> Result<bool> {
    let found = user_claim::Entity::find()
        .filter(user_claim::Column::ClaimUri.eq(claim::EMAIL))
        .filter(user_claim::Column::ValueLower.eq(searchable(address)))
        .filter(user_claim::Column::UserId.ne(user_id))
        .one(db)
        .await?;
    Ok(found.is_some())
}

/// Keeps these values for a user who has none under their claims. `false`: the user was locked in between.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn keep_entered_claims(
    services: &Services,
    user_id: i64,
    values: &[(ClaimView, String)],
    flow: &login_flow::Model,
    client: &Client,
) -> Result<bool> {
    let entered = Entered {
        action: "enter_claims",
        values,
        flow,
        client,
    };
    Ok(keep(services, user_id, entered).await? != Kept::Refused)
}
