//! The profile: every claim of the local dialect that somebody types.

use std::collections::BTreeMap;

use domain::input::user::ProfileInput;
use domain::phone::{E164, NumberKind};
use domain::view::{ClaimView, ProfileView};
use domain::{Permission, Problems, claim, phone};
use entity::{service_provider, user, user_claim};
use regex_lite::Regex;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::backup_codes::backup_codes_left;
use super::claims::typed_claims;
use super::guard::{self, Change};
use super::old_number::{self, OldNumber};
use super::{bump_version, get_by_username};
use crate::audit::{self, Changes, Entry};
use crate::phone::{country_of, kind_of, parse_mobile};
use crate::{Actor, Error, Result, Services, claims, identity_providers, login, roles, sessions};

pub(super) const FIRST_NAME: &str = "http://wso2.org/claims/givenname";
pub(super) const LAST_NAME: &str = "http://wso2.org/claims/lastname";
/// Claims that are shown masked to those who may only view.
pub(crate) const NUMBERS: [&str; 2] = claim::NUMBERS;

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
        mobile_kind: number_kind(db, user.id).await?,
        number_claims: identity_providers::number_claims(db).await?,
        backup_codes_left: backup_codes_left(db, user.id).await?,
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
    for old in save_profile(services, actor, username, input).await? {
        old_number::tell(services, old);
    }
    Ok(())
}

/// As [`update_profile`], where the caller tells the numbers that were replaced ([`super::tell_old_number`]): it has more to
/// do first, or ends before another task would be through.
///
/// # Errors
/// As [`update_profile`].
pub async fn save_profile(
    services: &Services,
    actor: &Actor,
    username: &str,
    input: &ProfileInput,
) -> Result<Vec<OldNumber>> {
    actor.require(Permission::ManageUsers)?;
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let db = change.db();
    let user = get_by_username(db, username).await?;
    let stored = typed_claims(db, user.id).await?;
    let numbers = identity_providers::number_claims(db).await?;
    let changes = changes(services, input, &stored, typed(claims::all(db).await?), &numbers)?;
    let new_numbers: Vec<_> = changes
        .iter()
        .filter(|(claim, _)| numbers.contains(&claim.uri))
        .collect();
    let old_numbers: Vec<_> = new_numbers
        .iter()
        .filter_map(|(claim, _)| E164::new(stored.get(&claim.uri)?))
        .collect();
    if !change.is_self(user.id) && decides_who_it_is(db, &changes).await? {
        change.may_touch(user.id).await?;
        actor.require_fresh_password(services.clock.now())?;
    }
    bump_version(db, user.id, &input.version, services.clock.now()).await?;
    write(db, &user, &changes).await?;
    if !new_numbers.is_empty() {
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
        audit::record_changes(db, &*services.clock, actor, entry, told(&stored, &changes)).await?;
    }
    change.commit().await?;
    let told = |number| OldNumber {
        user_id: user.id,
        number,
    };
    Ok(old_numbers.into_iter().map(told).collect())
}

/// The fields before and after, numbers masked.
fn told(stored: &BTreeMap<String, String>, changes: &[(ClaimView, String)]) -> Changes {
    let mut told = Changes::default();
    for (claim, value) in changes {
        let before = stored.get(&claim.uri).map_or("", String::as_str);
        told.personal(&claim.label, NUMBERS.contains(&claim.uri.as_str()), before, value);
    }
    told
}

/// What kind of number the mobile claim holds; one from before kinds were stored is looked at now.
async fn number_kind(db: &impl ConnectionTrait, user_id: i64) -> Result<Option<NumberKind>> {
    let row = user_claim::Entity::find_by_id((user_id, claim::MOBILE.to_owned()))
        .one(db)
        .await?;
    Ok(row.and_then(|row| {
        let stored = row.number_kind.as_deref().and_then(NumberKind::from_name);
        stored.or_else(|| E164::new(&row.value).map(|number| kind_of(&number)))
    }))
}

/// Whether codes go elsewhere, or applications take the user for another, once these are saved: a number, the e-mail
/// address, and whatever claim a service provider knows its users by.
async fn decides_who_it_is(db: &impl ConnectionTrait, changes: &[(ClaimView, String)]) -> Result<bool> {
    let changed: Vec<_> = changes.iter().map(|(claim, _)| claim.uri.as_str()).collect();
    if changed.iter().any(|uri| NUMBERS.contains(uri) || *uri == claim::EMAIL) {
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
    numbers: &[String],
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
        match accept(&claim, typed, services.settings.default_country.as_deref(), numbers) {
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

/// The value to store. A local number is read as one of `country`; `numbers` are the claims that codes go to: what stands
/// there has to be a mobile number.
pub(super) fn accept(
    claim: &ClaimView,
    typed: &str,
    country: Option<&str>,
    numbers: &[String],
) -> Result<String, String> {
    let mut problems = Problems::default();
    problems.text("", &claim.label, typed, claim.required, MAX_CHARACTERS);
    if let Some(problem) = problems.0.pop() {
        return Err(problem.message);
    }
    if typed.is_empty() {
        return Ok(String::new());
    }
    let value = if numbers.contains(&claim.uri) {
        parse_mobile(typed, country)?.as_str().to_owned()
    } else {
        typed.to_owned()
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
        .map(|(claim, value)| row(user.id, &claim.uri, value))
        .collect();
    if !rows.is_empty() {
        user_claim::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// A claim's value as it is stored; a number with its kind.
pub(super) fn row(user_id: i64, uri: &str, value: &str) -> user_claim::ActiveModel {
    let number = E164::new(value).filter(|_| NUMBERS.contains(&uri));
    user_claim::ActiveModel {
        user_id: Set(user_id),
        claim_uri: Set(uri.to_owned()),
        value_lower: Set(searchable(value)),
        value: Set(value.to_owned()),
        number_kind: Set(number.as_ref().map(|number| kind_of(number).as_str().to_owned())),
        number_region: Set(number.map(|number| country_of(&number).unwrap_or_default())),
    }
}
