//! Home: what an administrator has to know at first sight, and the way to the first sign-in on a new installation.
//!
//! Each part is read for whoever may view what it is about, and for nobody else. However large the store is, each
//! statement reads a bounded number of rows.

use domain::Permission;
use domain::view::home::HomeView;

use crate::{Actor, Result, Services, blocked_users};

mod charts;
mod guide;
#[cfg(test)]
mod tests;
mod warnings;

/// Home as this actor sees it.
///
/// # Errors
/// `Internal` only: there is nothing that nobody may see.
pub async fn view(services: &Services, actor: &Actor) -> Result<HomeView> {
    let may = |permission| actor.permissions.has(permission);
    let charts = match may(Permission::ViewLog) {
        true => Some(charts::all(services).await?),
        false => None,
    };
    let blocked = match may(Permission::ViewUsers) && may(Permission::ViewServiceProviders) {
        true => Some(blocked_users::figures(services, actor).await?),
        false => None,
    };
    Ok(HomeView {
        guide: guide::steps(services, actor).await?,
        charts,
        warnings: warnings::all(services, actor).await?,
        blocked,
    })
}
