//! Adding a user. A new one has no role: roles are given on a page of their own.

use domain::input::user::UserInput;
use domain::{Permission, Problems, limits};
use entity::user;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

use super::check_password;
use super::guard::Change;
use crate::audit::{self, Changes, Entry};
use crate::error::OnDuplicate;
use crate::password::hash_problem;
use crate::{Actor, Error, Result, Services};

const MAX_USERNAME: usize = limits::NAME;

/// Adds a user and gives the name.
///
/// # Errors
/// `Denied`; `Invalid` with every field that is wrong.
pub async fn create(services: &Services, actor: &Actor, input: &UserInput) -> Result<String> {
    actor.require(Permission::ManageUsers)?;
    let username = input.username.trim();
    check(username, input)?;
    let hash = services.hasher.hash(&input.password).await?;
    insert(services, actor, username, hash).await
}

/// Adds a user whose password was hashed elsewhere, or who has none that anybody knows, and gives the name.
///
/// # Errors
/// `Denied`; `Invalid`, also for a hash that [`crate::password::hash_problem`] has something against.
pub(crate) async fn create_with_hash(
    services: &Services,
    actor: &Actor,
    username: &str,
    hash: String,
) -> Result<String> {
    actor.require(Permission::ManageUsers)?;
    let username = username.trim();
    let mut problems = Problems::default();
    if let Some(wrong) = username_problem(username) {
        problems.add("username", wrong);
    }
    if let Some(wrong) = hash_problem(&hash) {
        problems.add("password_hash", wrong);
    }
    if problems.is_empty() {
        insert(services, actor, username, hash).await
    } else {
        Err(Error::Invalid(problems))
    }
}

async fn insert(services: &Services, actor: &Actor, username: &str, hash: String) -> Result<String> {
    let now = services.clock.now();
    // A hash takes a while: the actor may have been locked meanwhile.
    let change = Change::begin(services, actor, Some(Permission::ManageUsers)).await?;
    let txn = change.db();
    user::ActiveModel {
        username: Set(username.to_owned()),
        username_lower: Set(username.to_lowercase()),
        password_hash: Set(hash),
        locked: Set(false),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
    .insert(txn)
    .await
    .on_duplicate("username", "There is a user of this name already. Choose another name.")?;
    let entry = Entry {
        action: "create",
        target_kind: "users",
        target: username,
        detail: String::new(),
    };
    let mut changes = Changes::default();
    changes.text("Username", "", username);
    audit::record_changes(txn, &*services.clock, actor, entry, changes).await?;
    change.commit_addition().await?;
    Ok(username.to_owned())
}

fn check(username: &str, input: &UserInput) -> Result<()> {
    let mut problems = Problems::default();
    if let Some(wrong) = username_problem(username) {
        problems.add("username", wrong);
    }
    new_password(
        &mut problems,
        "password",
        &input.password,
        &input.confirm_password,
        username,
    )?;
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(problems))
    }
}

/// Whether somebody may have this name: only characters that look the same everywhere and need no quoting.
#[must_use]
pub fn username_problem(username: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+');
    if username.is_empty() {
        return Some("Username is missing.".to_owned());
    }
    let characters = username.chars().count();
    if characters > MAX_USERNAME {
        return Some(format!(
            "Username is too long: {characters} characters, at most {MAX_USERNAME}."
        ));
    }
    if username.chars().all(|c| c == '.') {
        // In an address these mean this page and the one above.
        return Some("Username needs something besides full stops.".to_owned());
    }
    let wrong = username.chars().find(|c| !allowed(*c))?;
    let shown = if wrong.is_whitespace() || wrong.is_control() {
        "a space".to_owned()
    } else {
        format!("\u{201c}{wrong}\u{201d}")
    };
    Some(format!(
        "Username holds {shown}. Use the letters a to z, digits and . _ - @ + only."
    ))
}

/// Adds what is wrong with a new password typed twice.
pub(super) fn new_password(
    problems: &mut Problems,
    field: &str,
    password: &str,
    confirmed: &str,
    username: &str,
) -> Result<()> {
    match check_password(field, password, username) {
        Err(Error::Invalid(found)) => problems.0.extend(found.0),
        other => other?,
    }
    if password != confirmed {
        problems.add("confirm_password", "The two passwords differ. Type both again.");
    }
    Ok(())
}
