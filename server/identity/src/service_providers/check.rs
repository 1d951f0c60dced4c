//! What a service provider's form may hold. Every field is looked at, so that all that is wrong is said at once.

use std::collections::HashSet;

use domain::input::service_provider::{AuthenticationType, BASIC, DIALECT_CUSTOM, DIALECT_LOCAL, ServiceProviderInput};
use domain::{Problems, claim, limits};
use entity::service_provider;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::form;
use crate::{Error, Result};

pub(super) const NAME_TAKEN: &str = "Another service provider has this name. Choose a different one.";

const NAME: &str = "Service Provider Name";
const NAME_MAX: usize = limits::NAME;
const DESCRIPTION_MAX: usize = limits::DESCRIPTION;
const REMOTE_CLAIM_MAX: usize = 255;
const REMOTE_ROLE_MAX: usize = 100;

/// Name and description.
pub(super) struct Basics {
    pub name: String,
    pub name_lower: String,
    pub description: String,
}

/// The whole form, checked and without its empty rows.
pub(super) struct Checked {
    pub basics: Basics,
    pub claim_dialect: &'static str,
    pub subject_claim: String,
    /// Local claim, remote claim, mandatory.
    pub claims: Vec<(String, String, bool)>,
    /// Local role, remote role.
    pub roles: Vec<(String, String)>,
    pub authentication: Authentication,
}

/// How users sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Authentication {
    pub kind: AuthenticationType,
    /// Only with [`AuthenticationType::Federated`].
    pub federated: Option<i64>,
}

/// Checks what a new service provider needs.
pub(super) async fn new(db: &impl ConnectionTrait, input: &ServiceProviderInput) -> Result<Basics> {
    let mut problems = Problems::default();
    let basics = basics(db, None, input, &mut problems).await?;
    if problems.is_empty() {
        Ok(basics)
    } else {
        Err(Error::Invalid(problems))
    }
}

/// Checks the form of the stored `row`.
pub(super) async fn whole(
    db: &impl ConnectionTrait,
    row: &service_provider::Model,
    input: &ServiceProviderInput,
) -> Result<Checked> {
    let mut problems = Problems::default();
    let offered = form::offered(db).await?;
    let known_claims: HashSet<&str> = offered.claims.iter().map(String::as_str).collect();
    let known_roles: HashSet<&str> = offered.roles.iter().map(String::as_str).collect();
    let mut federated: Vec<i64> = offered
        .identity_providers
        .iter()
        .filter_map(|(id, _)| id.parse().ok())
        .collect();
    // One that was switched off since stays savable: otherwise nothing else on the page could be saved either.
    federated.extend(row.federated_identity_provider_id);

    let basics = basics(db, Some(row.id), input, &mut problems).await?;
    let claim_dialect = dialect(input, &mut problems);
    let checked = Checked {
        basics,
        claim_dialect,
        subject_claim: subject_claim(input, &known_claims, &mut problems),
        claims: claims(input, claim_dialect == DIALECT_CUSTOM, &known_claims, &mut problems),
        roles: roles(input, &known_roles, &mut problems),
        authentication: authentication(row, input, &federated, &mut problems)?,
    };
    if problems.is_empty() {
        Ok(checked)
    } else {
        Err(Error::Invalid(problems))
    }
}

async fn basics(
    db: &impl ConnectionTrait,
    id: Option<i64>,
    input: &ServiceProviderInput,
    problems: &mut Problems,
) -> Result<Basics> {
    let name = input.name.trim().to_owned();
    let name_lower = name.to_lowercase();
    let before = problems.0.len();
    // A few letters become two in lower case, and the lower-cased name is stored as well.
    let longer = if name_lower.chars().count() > name.chars().count() {
        &name_lower
    } else {
        &name
    };
    problems.text("name", NAME, longer, true, NAME_MAX);
    if problems.0.len() == before && name.contains(['\n', '\r', '\t']) {
        problems.add("name", format!("{NAME} is one line: remove the line break or tab."));
    }
    problems.text("description", "Description", &input.description, false, DESCRIPTION_MAX);
    let mut same = service_provider::Entity::find().filter(service_provider::Column::NameLower.eq(&name_lower));
    if let Some(id) = id {
        same = same.filter(service_provider::Column::Id.ne(id));
    }
    if !name.is_empty() && same.one(db).await?.is_some() {
        problems.add("name", NAME_TAKEN);
    }
    Ok(Basics {
        name,
        name_lower,
        description: input.description.trim().to_owned(),
    })
}

fn dialect(input: &ServiceProviderInput, problems: &mut Problems) -> &'static str {
    match input.claim_dialect.as_str() {
        DIALECT_LOCAL => DIALECT_LOCAL,
        DIALECT_CUSTOM => DIALECT_CUSTOM,
        _ => {
            problems.add("claim_dialect", "Choose the local claim dialect or a custom one.");
            DIALECT_LOCAL
        }
    }
}

fn subject_claim(input: &ServiceProviderInput, known: &HashSet<&str>, problems: &mut Problems) -> String {
    let uri = if input.subject_claim.is_empty() {
        claim::USERNAME
    } else {
        &input.subject_claim
    };
    if !known.contains(uri) {
        problems.add(
            "subject_claim",
            format!("There is no claim `{uri}` in the local dialect. Choose another subject claim."),
        );
    }
    uri.to_owned()
}

fn claims(
    input: &ServiceProviderInput,
    custom: bool,
    known: &HashSet<&str>,
    problems: &mut Problems,
) -> Vec<(String, String, bool)> {
    let (mut locals, mut remotes) = (HashSet::new(), HashSet::new());
    let mut kept = Vec::new();
    for (n, row) in input.claims.iter().enumerate() {
        let (local, remote) = (row.local.trim(), row.remote.trim());
        if local.is_empty() && remote.is_empty() {
            continue;
        }
        let (local_field, remote_field) = (format!("claims[{n}][local]"), format!("claims[{n}][remote]"));
        if local.is_empty() {
            problems.add(
                local_field,
                format!("Choose the local claim that is sent as `{remote}`, or remove the row."),
            );
        } else if !known.contains(local) {
            problems.add(
                local_field,
                format!("There is no claim `{local}` in the local dialect. Choose another or remove the row."),
            );
        } else if !locals.insert(local) {
            problems.add(
                local_field,
                format!("The claim `{local}` is in this list twice. Remove one of the rows."),
            );
        }
        if custom {
            let before = problems.0.len();
            problems.text(&remote_field, "Service Provider Claim", remote, true, REMOTE_CLAIM_MAX);
            if problems.0.len() == before && !remotes.insert(remote) {
                problems.add(
                    remote_field,
                    format!("Two claims cannot both be sent as `{remote}`. Give one of them another name."),
                );
            }
        } else if remote.chars().count() > REMOTE_CLAIM_MAX {
            problems.add(
                remote_field,
                format!("Service Provider Claim has at most {REMOTE_CLAIM_MAX} characters."),
            );
        }
        kept.push((local.to_owned(), remote.to_owned(), row.mandatory.0));
    }
    kept
}

fn roles(input: &ServiceProviderInput, known: &HashSet<&str>, problems: &mut Problems) -> Vec<(String, String)> {
    let mut locals = HashSet::new();
    let mut kept = Vec::new();
    for (n, row) in input.roles.iter().enumerate() {
        let (local, remote) = (row.local.trim(), row.remote.trim());
        if local.is_empty() && remote.is_empty() {
            continue;
        }
        let field = format!("roles[{n}][local]");
        if local.is_empty() {
            problems.add(
                field,
                format!("Choose the local role that is sent as `{remote}`, or remove the row."),
            );
        } else if !known.contains(local) {
            problems.add(
                field,
                format!("There is no role `{local}`. Choose another or remove the row."),
            );
        } else if !locals.insert(local) {
            problems.add(
                field,
                format!("The role `{local}` is in this list twice. Remove one of the rows."),
            );
        }
        problems.text(
            &format!("roles[{n}][remote]"),
            "Service Provider Role",
            remote,
            true,
            REMOTE_ROLE_MAX,
        );
        kept.push((local.to_owned(), remote.to_owned()));
    }
    kept
}

/// Merges the chosen type with the stored one: the page *Authentication steps* saves on its own and may have changed it
/// since this form was opened. A form in which nobody touched the type must not take the second factor away again.
fn authentication(
    row: &service_provider::Model,
    input: &ServiceProviderInput,
    federated: &[i64],
    problems: &mut Problems,
) -> Result<Authentication> {
    let seen = input.seen_authentication_type.as_str();
    let changed_meanwhile = !seen.is_empty() && seen != row.authentication_type;
    let typed = if changed_meanwhile && input.authentication_type == seen {
        &row.authentication_type
    } else {
        &input.authentication_type
    };
    let Some(kind) = AuthenticationType::from_name(typed) else {
        problems.add("authentication_type", "Choose how users sign in.");
        return Ok(Authentication {
            kind: AuthenticationType::Default,
            federated: None,
        });
    };
    if changed_meanwhile && kind.as_str() != row.authentication_type {
        return Err(Error::Stale);
    }
    let mut chosen = Authentication { kind, federated: None };
    match kind {
        AuthenticationType::Default | AuthenticationType::Advanced => {}
        AuthenticationType::Local => {
            if input.local_authenticator != BASIC {
                problems.add("local_authenticator", "Choose a local authenticator.");
            }
        }
        AuthenticationType::Federated => {
            chosen.federated = input
                .federated_identity_provider
                .parse()
                .ok()
                .filter(|id| federated.contains(id));
            if chosen.federated.is_none() {
                let text = "Choose an identity provider whose SMSOTP authenticator is enabled.";
                problems.add("federated_identity_provider", text);
            }
        }
    }
    Ok(chosen)
}
