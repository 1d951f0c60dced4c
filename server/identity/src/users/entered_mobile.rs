//! A number that somebody enters while signing in: read as the profile reads one, and kept when its code was right.

use domain::phone::E164;
use entity::login_flow;

use super::entered::{Entered, Kept, keep};
use super::profile::accept;
use crate::sessions::Client;
use crate::{Result, Services, claims};

/// The number in E.164, or why it cannot be one's mobile number, in words for whoever typed it.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn read_number(
    services: &Services,
    uri: &str,
    typed: &str,
) -> Result<std::result::Result<E164, String>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Err(
            "Type your mobile number, with + and the country code first.".to_owned()
        ));
    }
    let known = claims::all(&services.db).await?;
    let Some(claim) = known.into_iter().find(|claim| claim.uri == uri) else {
        return Ok(Err(
            "This installation keeps no such numbers. Ask an administrator.".to_owned()
        ));
    };
    let country = services.settings.default_country.as_deref();
    let value = accept(&claim, typed, country, &[uri.to_owned()]);
    Ok(value.and_then(|value| E164::new(&value).ok_or_else(|| "This is no mobile number.".to_owned())))
}

/// Makes this the number of a user who has none under this claim. `false`: there is one by now, the user was locked, or the
/// claim is gone.
///
/// # Errors
/// `Internal` only.
pub(crate) async fn keep_entered_number(
    services: &Services,
    user_id: i64,
    uri: &str,
    number: &E164,
    flow: &login_flow::Model,
    client: &Client,
) -> Result<bool> {
    let known = claims::all(&services.db).await?;
    let Some(claim) = known.into_iter().find(|claim| claim.uri == uri) else {
        return Ok(false);
    };
    let entered = Entered {
        action: "enter_number",
        values: &[(claim, number.as_str().to_owned())],
        flow,
        client,
    };
    Ok(keep(services, user_id, entered).await? == Kept::Some)
}
