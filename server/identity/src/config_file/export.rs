//! Writes the whole configuration, as it is at one moment.

use std::io;

use super::shape::Section;
use super::{claims, identity_providers, roles, service_providers, users, write};
use crate::{Actor, Error, Result, Services};

/// What whoever asked for it has to know about the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Keys that stood in a request as text and are slots in the file: the identity provider's name, the slots' names.
    pub moved: Vec<(String, Vec<String>)>,
    /// How many users are in it, with what is known about them.
    pub users: u64,
}

const HEAD: &str = "\
# The configuration of Gatehouse, as gatehouse export wrote it. It holds no secret values and no password hashes.
#
#   gatehouse apply --plan FILE    shows what it would change
#   gatehouse apply FILE           changes it
#
# What the file does not name is left alone: whole things, and keys of those that it names. A thing with `delete = true` is
# removed. The role admin is built in and not here; a signing key is brought in with
#
#   [[signing_key]]
#   private_key = \"idp.key\"        # PEM files, from this file's folder
#   certificate = \"idp.crt\"
";

const SECRETS: &str = "\
# Values for {{secret:name}} are not here. Those that are kept stay; others are given so:
#   [identity_provider.secrets]
#   name = { env = \"VARIABLE\" }    # or { file = \"PATH\" }
";

/// Writes everything to `out`; users with their claims only if `with_users` says so.
///
/// # Errors
/// `Denied`; `Internal`, also for what cannot be written.
pub async fn export(
    services: &Services,
    actor: &Actor,
    with_users: bool,
    out: &mut (dyn io::Write + Send),
) -> Result<Exported> {
    let now = services.reading().await?;
    let exported = everything(&now.services, actor, with_users, out).await?;
    out.flush().map_err(Error::internal)?;
    now.roll_back().await?;
    Ok(exported)
}

async fn everything(
    services: &Services,
    actor: &Actor,
    with_users: bool,
    out: &mut (dyn io::Write + Send),
) -> Result<Exported> {
    let mut exported = Exported::default();
    out.write_all(HEAD.as_bytes()).map_err(Error::internal)?;
    for values in claims::all(services).await? {
        write::item(out, Section::Claim, &values).map_err(Error::internal)?;
    }
    for values in roles::all(services).await? {
        write::item(out, Section::Role, &values).map_err(Error::internal)?;
    }
    for name in identity_providers::names(services).await? {
        let stored = identity_providers::find(services, actor, &name)
            .await?
            .ok_or(Error::NotFound)?;
        let (values, moved) = identity_providers::values(&stored)?;
        write::item(out, Section::IdentityProvider, &values).map_err(Error::internal)?;
        if identity_providers::has_slots(&values) {
            out.write_all(SECRETS.as_bytes()).map_err(Error::internal)?;
        }
        if !moved.is_empty() {
            exported.moved.push((name, moved));
        }
    }
    for name in service_providers::names(services).await? {
        let values = service_providers::find(services, actor, &name)
            .await?
            .ok_or(Error::NotFound)?;
        write::item(out, Section::ServiceProvider, &values).map_err(Error::internal)?;
    }
    if with_users {
        exported.users = all_users(services, out).await?;
    }
    Ok(exported)
}

/// Page by page: there may be a million.
async fn all_users(services: &Services, out: &mut (dyn io::Write + Send)) -> Result<u64> {
    let (mut count, mut after) = (0, String::new());
    loop {
        let page = users::page(services, &after).await?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after.clone_from(&last.username_lower);
        for user in page {
            let values = users::values(services, user).await?;
            write::item(out, Section::User, &values).map_err(Error::internal)?;
            count += 1;
        }
    }
}
