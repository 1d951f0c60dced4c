//! Adding, changing, ordering and deleting claims. A claim's version is what it says: no row counts its changes.

use domain::input::claim::ClaimInput;
use domain::view::ClaimView;
use domain::{Permission, Problems, claim};
use entity::claim as claim_row;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::check::{self, Checked};
use super::{all, usage};
use crate::audit::{self, Changes, Entry};
use crate::error::OnDuplicate;
use crate::{Actor, Error, Result, Services, store, token};

const KIND: &str = "claims";

/// A field by its label, and how it reads.
type Reading = (&'static str, fn(&ClaimView) -> &str);

/// Where a claim moves in the display order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

/// The dialect as Claims shows it.
///
/// # Errors
/// `Denied` without *View settings*.
pub async fn list(services: &Services, actor: &Actor) -> Result<Vec<ClaimView>> {
    actor.require(Permission::ViewSettings)?;
    all(&services.db).await
}

/// Adds a claim at the end of the display order and gives its URI.
///
/// # Errors
/// `Denied` without *Manage settings*; `Invalid` with every field that is wrong.
pub async fn create(services: &Services, actor: &Actor, input: &ClaimInput) -> Result<String> {
    let txn = begin(services, actor).await?;
    let others = all(&txn).await?;
    let mut problems = Problems::default();
    let uri = check::uri(input, &others, &mut problems);
    let checked = accepted(check::rest(input, &others, false, &mut problems), problems)?;
    let last = claim_row::Entity::find()
        .order_by_desc(claim_row::Column::DisplayOrder)
        .one(&txn)
        .await?;
    let row = claim_row::ActiveModel {
        uri: Set(uri.clone()),
        label: Set(checked.label),
        attribute: Set(checked.attribute),
        display_order: Set(last.map_or(1, |row| row.display_order.saturating_add(1))),
        required: Set(checked.required),
        pattern: Set(checked.pattern),
        derived: Set(false),
    };
    row.insert(&txn)
        .await
        .on_duplicate("uri", "There is a claim of this URI already.")?;
    let added = usage::row(&txn, &uri).await?;
    let changes = told(None, Some(&super::view(added)));
    finish(services, actor, txn, "create", &uri, String::new(), changes).await?;
    Ok(uri)
}

/// What a form was opened with: another one means that somebody else has changed the claim.
#[must_use]
pub fn version(claim: &ClaimView) -> String {
    let required = if claim.required { "required" } else { "optional" };
    token::hash(
        &[&claim.label, &claim.attribute, required, &claim.pattern]
            .map(|part| format!("{part:?}"))
            .concat(),
    )
}

/// Changes everything but a claim's URI. Values that users have are not judged again.
///
/// # Errors
/// As [`create`]; `NotFound`; `Stale`, if it is not what the form was opened with any more.
pub async fn update(services: &Services, actor: &Actor, uri: &str, input: &ClaimInput) -> Result<()> {
    let txn = begin(services, actor).await?;
    let stored = super::view(usage::row(&txn, uri).await?);
    if !input.version.is_empty() && input.version != version(&stored) {
        return Err(Error::Stale);
    }
    let others: Vec<ClaimView> = all(&txn).await?.into_iter().filter(|other| other.uri != uri).collect();
    let mut problems = Problems::default();
    let checked = accepted(check::rest(input, &others, stored.derived, &mut problems), problems)?;
    let detail = changes(&stored, &checked);
    claim_row::Entity::update_many()
        .col_expr(claim_row::Column::Label, Expr::value(checked.label))
        .col_expr(claim_row::Column::Attribute, Expr::value(checked.attribute))
        .col_expr(claim_row::Column::Required, Expr::value(checked.required))
        .col_expr(claim_row::Column::Pattern, Expr::value(checked.pattern))
        .filter(claim_row::Column::Uri.eq(uri))
        .exec(&txn)
        .await?;
    let changes = told(Some(&stored), Some(&super::view(usage::row(&txn, uri).await?)));
    finish(services, actor, txn, "update", uri, detail, changes).await
}

/// Deletes a claim that nobody uses.
///
/// # Errors
/// `Denied`, `NotFound`; `Invalid` for the claims that the server needs; `InUse` with what uses it.
pub async fn delete(services: &Services, actor: &Actor, uri: &str) -> Result<()> {
    let txn = begin(services, actor).await?;
    let row = usage::row(&txn, uri).await?;
    if usage::built_in(&row.uri, row.derived) {
        return Err(Error::field("", "The server needs this claim: it cannot be deleted."));
    }
    let used_by = usage::of(&txn, actor, uri).await?;
    if !used_by.is_empty() {
        return Err(Error::InUse(used_by));
    }
    claim_row::Entity::delete_by_id(uri).exec(&txn).await?;
    let changes = told(Some(&super::view(row)), None);
    finish(services, actor, txn, "delete", uri, String::new(), changes).await
}

/// Moves a claim past its neighbour; the first and the last stay where they are.
///
/// # Errors
/// `Denied`; `NotFound`.
pub async fn move_by_one(services: &Services, actor: &Actor, uri: &str, direction: Direction) -> Result<()> {
    let txn = begin(services, actor).await?;
    let mut order: Vec<String> = all(&txn).await?.into_iter().map(|claim| claim.uri).collect();
    let at = order.iter().position(|other| other == uri).ok_or(Error::NotFound)?;
    let to = match direction {
        Direction::Up => at.checked_sub(1),
        Direction::Down => Some(at + 1).filter(|to| *to < order.len()),
    };
    let Some(to) = to else { return Ok(()) };
    order.swap(at, to);
    number(&txn, &order).await?;
    let changes = moved_told(at, to);
    finish(services, actor, txn, "update", uri, "Display Order".to_owned(), changes).await
}

/// Puts these claims in this order, on the places that they have among all; says whether any of them has moved.
///
/// # Errors
/// `Denied`; `NotFound` for a claim that is not there.
pub(crate) async fn arrange(services: &Services, actor: &Actor, wanted: &[String]) -> Result<bool> {
    let txn = begin(services, actor).await?;
    let before: Vec<String> = all(&txn).await?.into_iter().map(|claim| claim.uri).collect();
    if wanted.iter().any(|uri| !before.contains(uri)) {
        return Err(Error::NotFound);
    }
    let mut next = wanted.iter();
    let order: Vec<String> = before
        .iter()
        .map(|uri| {
            if wanted.contains(uri) {
                next.next().unwrap_or(uri)
            } else {
                uri
            }
            .clone()
        })
        .collect();
    let Some(to) = order.iter().zip(&before).position(|(after, before)| after != before) else {
        return Ok(false);
    };
    let moved = &order[to];
    let at = before.iter().position(|uri| uri == moved).unwrap_or(to);
    number(&txn, &order).await?;
    let changes = moved_told(at, to);
    finish(
        services,
        actor,
        txn,
        "update",
        moved,
        "Display Order".to_owned(),
        changes,
    )
    .await?;
    Ok(true)
}

/// Places in the display order before and after, counted from 1 as people do.
fn moved_told(at: usize, to: usize) -> Changes {
    let mut changes = Changes::default();
    changes.text("Display Order", &(at + 1).to_string(), &(to + 1).to_string());
    changes
}

/// Puts a claim to a place in the display order, counted from 0; beyond the end it is the last.
///
/// # Errors
/// `Denied`; `NotFound`.
pub async fn place(services: &Services, actor: &Actor, uri: &str, to: usize) -> Result<()> {
    let txn = begin(services, actor).await?;
    let mut order: Vec<String> = all(&txn).await?.into_iter().map(|claim| claim.uri).collect();
    let at = order.iter().position(|other| other == uri).ok_or(Error::NotFound)?;
    let to = to.min(order.len() - 1);
    if at == to {
        return Ok(());
    }
    let uri = order.remove(at);
    order.insert(to, uri.clone());
    number(&txn, &order).await?;
    let changes = moved_told(at, to);
    finish(
        services,
        actor,
        txn,
        "update",
        &uri,
        "Display Order".to_owned(),
        changes,
    )
    .await
}

/// Writes a display order.
async fn number(txn: &DatabaseTransaction, order: &[String]) -> Result<()> {
    for (place, uri) in (1_i32..).zip(order) {
        claim_row::Entity::update_many()
            .col_expr(claim_row::Column::DisplayOrder, Expr::value(place))
            .filter(claim_row::Column::Uri.eq(uri))
            .filter(claim_row::Column::DisplayOrder.ne(place))
            .exec(txn)
            .await?;
    }
    Ok(())
}

/// Begins a change of the dialect. Changes take turns: last parts and labels are unique over all rows, which no index
/// can hold. SQLite's write transaction does so by itself (and knows no row locks).
async fn begin(services: &Services, actor: &Actor) -> Result<DatabaseTransaction> {
    actor.require(Permission::ManageSettings)?;
    let txn = store::begin(&services.db).await?;
    if txn.get_database_backend() != DbBackend::Sqlite {
        claim_row::Entity::find_by_id(claim::USERNAME)
            .lock_exclusive()
            .one(&txn)
            .await?;
    }
    Ok(txn)
}

fn accepted(checked: Checked, problems: Problems) -> Result<Checked> {
    if problems.is_empty() {
        Ok(checked)
    } else {
        Err(Error::Invalid(problems))
    }
}

/// The fields that change, by name.
fn changes(before: &ClaimView, after: &Checked) -> String {
    let fields = [
        ("Display Name", before.label != after.label),
        ("Mapped Attribute", before.attribute != after.attribute),
        ("Required", before.required != after.required),
        ("Regular Expression", before.pattern != after.pattern),
    ];
    fields
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(name, _)| name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The fields before and after. `None`: the claim is not there.
fn told(before: Option<&ClaimView>, after: Option<&ClaimView>) -> Changes {
    let mut changes = Changes::default();
    let text = |side: Option<&ClaimView>, read: fn(&ClaimView) -> &str| side.map(read).unwrap_or_default().to_owned();
    let fields: [Reading; 5] = [
        ("Claim URI", |claim| &claim.uri),
        ("Display Name", |claim| &claim.label),
        ("Mapped Attribute", |claim| &claim.attribute),
        ("Required", |claim| if claim.required { "yes" } else { "no" }),
        ("Regular Expression", |claim| &claim.pattern),
    ];
    for (label, read) in fields {
        changes.text(label, &text(before, read), &text(after, read));
    }
    changes
}

async fn finish(
    services: &Services,
    actor: &Actor,
    txn: DatabaseTransaction,
    action: &str,
    uri: &str,
    detail: String,
    changes: Changes,
) -> Result<()> {
    let entry = Entry {
        action,
        target_kind: KIND,
        target: uri,
        detail,
    };
    audit::record_changes(&txn, &*services.clock, actor, entry, changes).await?;
    txn.commit().await?;
    Ok(())
}
