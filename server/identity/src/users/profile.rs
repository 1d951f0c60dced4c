//! The profile: every claim of the local dialect that somebody types.

use std::collections::BTreeMap;

use domain::input::user::ProfileInput;
use domain::view::{ClaimView, ProfileView};
use domain::{Permission, Problems, claim, phone};
use entity::{service_provider, user, user_claim};
use regex_lite::Regex;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::claims::typed_claims;
use super::guard::{self, Change};
use super::{bump_version, get_by_username};
use crate::audit::{self, Entry};
use crate::phone::parse_mobile;
use crate::{Actor, Error, Result, Services, claims, login, roles, sessions};

pub(super) const FIRST_NAME: &str = "http://wso2.org/claims/givenname";
pub(super) const LAST_NAME: &str = "http://wso2.org/claims/lastname";
/// Claims that are shown masked to those who may only view.
pub(super) const NUMBERS: [&str; 2] = [claim::MOBILE, "http://wso2.org/claims/telephone"];

const MAX_CHARACTERS: usize = 1024;
/// Characters of a value that can be searched for: a longer key fits no index page of PostgreSQL.
const SEARCHABLE_CHARACTERS: usize = 255;

/// What a value is found by.
pub(super) fn searchable(value: &str) -> String {
    value.to_lowercase().chars().take(SEARCHABLE_CHARACTERS).collect()
}

/// A user's profile; one's own, or with *View users* anybody's.
///
/// # Errors
/// `Denied`; `NotFound`.
pub async fn profile(services: &Services, actor: &Actor, username: &str) -> Result<ProfileView> {
    let db = &services.db;
    let user = super::find_by_username(db, username).await?;
    let own = user.as_ref().is_some_and(|user| actor.user_id == Some(user.id));
    if !own {
        actor.require(Permission::ViewUsers)?;
    }
    let user = user.ok_or(Error::NotFound)?;
    let may_change = actor.permissions.has(Permission::ManageUsers);
    let held = roles::permissions_of(db, user.id).await?;
    let mut values = typed_claims(db, user.id).await?;
    if !may_change && !own {
        for uri in NUMBERS {
            values
                .entry(uri.to_owned())
                .and_modify(|number| *number = phone::mask(number));
        }
    }
    let fields = typed(claims::all(db).await?).map(|claim| {
        let value = values.remove(&claim.uri).unwrap_or_default();
        (claim, value)
    });
    Ok(ProfileView {
        fields: fields.collect(),
        roles: roles::names_of(db, user.id).await?,
        may_change,
        may_change_mobile: may_change && (own || guard::covers(actor.permissions, held).is_ok()),
        codes_closed: login::codes_closed(services, user.id).await?,
        version: user.version,
        locked: user.locked,
        username: user.username,
    })
}

/// Saves the claims that `input` holds; those it does not name stay. A new number ends the user's sessions and
/// sign-ins.
///
/// # Errors
/// `Denied`; `Invalid` with every field that is wrong; `PasswordNeeded` for what decides who another user is; `Stale`.
pub async fn update_profile(services: &Services, actor: &Actor, username: &str, input: &ProfileInput) -> Result<()> {
    actor.require(Permission::ManageUsers)?;
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let db = change.db();
    let user = get_by_username(db, username).await?;
    let stored = typed_claims(db, user.id).await?;
    let changes = changes(services, input, &stored, typed(claims::all(db).await?))?;
    let new_number = changes.iter().any(|(claim, _)| claim.uri == claim::MOBILE);
    if !change.is_self(user.id) && decides_who_it_is(db, &changes).await? {
        change.may_touch(user.id).await?;
        actor.require_fresh_password(services.clock.now())?;
    }
    bump_version(db, user.id, &input.version, services.clock.now()).await?;
    write(db, &user, &changes).await?;
    if new_number {
        let own_session = change.is_self(user.id).then_some(actor.session_id.as_str());
        sessions::end_all_of(db, user.id, own_session).await?;
    }
    if !changes.is_empty() {
        let detail = changes
            .iter()
            .map(|(claim, _)| claim.label.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let entry = Entry {
            action: "update",
            target_kind: "users",
            target: &user.username,
            detail,
        };
        audit::record(db, &*services.clock, actor, entry).await?;
    }
    change.commit().await
}

/// Whether codes go elsewhere, or applications take the user for another, once these are saved: the number, the e-mail
/// address, and whatever claim a service provider knows its users by.
async fn decides_who_it_is(db: &impl ConnectionTrait, changes: &[(ClaimView, String)]) -> Result<bool> {
    let changed: Vec<_> = changes.iter().map(|(claim, _)| claim.uri.as_str()).collect();
    if changed.contains(&claim::MOBILE) || changed.contains(&claim::EMAIL) {
        return Ok(true);
    }
    if changed.is_empty() {
        return Ok(false);
    }
    let known_by = service_provider::Entity::find().filter(service_provider::Column::SubjectClaim.is_in(changed));
    Ok(known_by.count(db).await? > 0)
}

fn typed(claims: Vec<ClaimView>) -> impl Iterator<Item = ClaimView> {
    claims.into_iter().filter(|claim| !claim.derived)
}

/// The claims whose value is another now. What was not touched is not judged: a number can be saved although somebody
/// has made the e-mail address required since.
fn changes(
    services: &Services,
    input: &ProfileInput,
    stored: &BTreeMap<String, String>,
    claims: impl Iterator<Item = ClaimView>,
) -> Result<Vec<(ClaimView, String)>> {
    let mut problems = Problems::default();
    let mut changes = Vec::new();
    for claim in claims {
        let name = claim::short_name(&claim.uri);
        let Some(typed) = input.claims.get(name).map(|typed| typed.trim()) else {
            continue;
        };
        let before = stored.get(&claim.uri).map_or("", String::as_str);
        if typed == before {
            continue;
        }
        match accept(services, &claim, typed) {
            Ok(value) if value == before => {}
            Ok(value) => changes.push((claim, value)),
            Err(why) => problems.add(format!("claims[{name}]"), why),
        }
    }
    if problems.is_empty() {
        Ok(changes)
    } else {
        Err(Error::Invalid(problems))
    }
}

/// The value to store.
fn accept(services: &Services, claim: &ClaimView, typed: &str) -> Result<String, String> {
    let mut problems = Problems::default();
    problems.text("", &claim.label, typed, claim.required, MAX_CHARACTERS);
    if let Some(problem) = problems.0.pop() {
        return Err(problem.message);
    }
    if typed.is_empty() {
        return Ok(String::new());
    }
    let value = match claim.uri.as_str() {
        claim::MOBILE => parse_mobile(typed, services.settings.default_country.as_deref())?
            .as_str()
            .to_owned(),
        _ => typed.to_owned(),
    };
    if claim.pattern.is_empty() {
        return Ok(value);
    }
    match Regex::new(&format!("^(?:{})$", claim.pattern)) {
        Ok(pattern) if pattern.is_match(&value) => Ok(value),
        Ok(_) => Err(format!(
            "{} does not have the form that is asked for: `{}`.",
            claim.label, claim.pattern
        )),
        Err(_) => Err(format!(
            "{} cannot be checked: its pattern under Claims is no regular expression.",
            claim.label
        )),
    }
}

async fn write(db: &impl ConnectionTrait, user: &user::Model, changes: &[(ClaimView, String)]) -> Result<()> {
    user_claim::Entity::delete_many()
        .filter(user_claim::Column::UserId.eq(user.id))
        .filter(user_claim::Column::ClaimUri.is_in(changes.iter().map(|(claim, _)| claim.uri.as_str())))
        .exec(db)
        .await?;
    let rows: Vec<_> = changes
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(claim, value)| user_claim::ActiveModel {
            user_id: Set(user.id),
            claim_uri: Set(claim.uri.clone()),
            value_lower: Set(searchable(value)),
            value: Set(value.clone()),
        })
        .collect();
    if !rows.is_empty() {
        user_claim::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}
