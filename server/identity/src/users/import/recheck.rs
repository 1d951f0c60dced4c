//! *Columns*: what each column is and how numbers are read, and with that every row looked at again. A check that is cut
//! off leaves the import where it can be checked again.

use chrono::Duration;
use domain::input::user_import::ColumnsInput;
use domain::view::user_import::{ColumnsView, ImportColumn, ImportStatus, Standing};
use domain::{Problems, claim};
use entity::{user_import, user_import_row};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::check::{Checker, Dialect};
use super::columns::{PASSWORD, choices};
use super::rows::{self, BATCH, Prepared};
use super::upload::country;
use super::{About, LEASE_SECONDS, facts, own, renew, turn};
use crate::{Actor, Error, Result, Services, claims, store, token};

/// Characters of a sample.
const SAMPLE: usize = 40;

/// The columns with what the first row holds.
///
/// # Errors
/// `Denied`; `NotFound` for an import of somebody else's.
pub async fn columns(services: &Services, actor: &Actor, id: &str) -> Result<ColumnsView> {
    let import = own(services, &services.db, actor, id).await?;
    let about = About::open(&services.vault, &import)?;
    let first = user_import_row::Entity::find()
        .filter(user_import_row::Column::ImportId.eq(id))
        .order_by_asc(user_import_row::Column::Line)
        .one(&services.db)
        .await?;
    let cells = first.map(|row| rows::open(&services.vault, &row)).transpose()?;
    let columns = about.columns.iter().enumerate().map(|(place, column)| ImportColumn {
        header: column.header.clone(),
        target: column.target.clone(),
        sample: match cells.as_ref().and_then(|cells| cells.get(place)) {
            // A column nobody has named may be a password, too.
            Some(cell) if column.target != PASSWORD && !column.target.is_empty() => cell.chars().take(SAMPLE).collect(),
            _ => String::new(),
        },
    });
    Ok(ColumnsView {
        columns: columns.collect(),
        choices: choices(&claims::all(&services.db).await?),
        facts: facts(services, &import, about).await?,
    })
}

/// Changes what columns are, and checks every row by that.
///
/// # Errors
/// `Denied`; `NotFound`; `Invalid` for two columns of one kind, or none of user names; `Stale` when the import is no
/// longer looked through.
pub async fn set_columns(services: &Services, actor: &Actor, id: &str, input: &ColumnsInput) -> Result<()> {
    let import = own(services, &services.db, actor, id).await?;
    let mut about = About::open(&services.vault, &import)?;
    about.country = country(&input.country)?;
    about.without_password = input.without_password.0;
    let offered = choices(&claims::all(&services.db).await?);
    let mut problems = Problems::default();
    let mut taken: Vec<String> = Vec::new();
    for (place, column) in about.columns.iter_mut().enumerate() {
        let Some(target) = input.columns.get(&format!("c{place}")) else {
            continue;
        };
        let known = offered.iter().find(|(known, _)| known == target);
        let Some((_, label)) = known else {
            problems.add(
                format!("columns[c{place}]"),
                "There is no such claim any more. Choose another.",
            );
            continue;
        };
        if !target.is_empty() && taken.contains(target) {
            let text = format!("Another column is {label} already. Choose one of them.");
            problems.add(format!("columns[c{place}]"), text);
        }
        taken.push(target.clone());
        column.target.clone_from(target);
    }
    if !about
        .columns
        .iter()
        .any(|column| column.target == super::columns::USERNAME)
    {
        problems.add(
            "",
            format!(
                "Choose the column that is the Username, the claim `{}`.",
                claim::USERNAME
            ),
        );
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    if !turn(
        &services.db,
        id,
        ImportStatus::Review,
        ImportStatus::Checking,
        services.clock.now(),
    )
    .await?
    {
        return Err(Error::Stale);
    }
    user_import::Entity::update_many()
        .col_expr(
            user_import::Column::AboutSealed,
            Expr::value(about.seal(&services.vault, id)?),
        )
        .filter(user_import::Column::Id.eq(id))
        .exec(&services.db)
        .await?;
    check_again(services, actor, id).await
}

/// Looks at every row again; also how a check that was cut off is done after all.
///
/// # Errors
/// `Denied`; `NotFound`; `Stale` while another does it.
pub async fn check_again(services: &Services, actor: &Actor, id: &str) -> Result<()> {
    own(services, &services.db, actor, id).await?;
    let (me, now) = (token::id()?, services.clock.now());
    let leased = user_import::Entity::update_many()
        .col_expr(user_import::Column::LeaseBy, Expr::value(&me))
        .col_expr(
            user_import::Column::LeaseUntil,
            Expr::value(now + Duration::seconds(LEASE_SECONDS)),
        )
        .filter(user_import::Column::Id.eq(id))
        .filter(user_import::Column::Status.eq(ImportStatus::Checking.as_str()))
        .filter(user_import::Column::LeaseUntil.lte(now))
        .exec(&services.db)
        .await?;
    if leased.rows_affected == 0 {
        return Err(Error::Stale);
    }
    let import = own(services, &services.db, actor, id).await?;
    let about = About::open(&services.vault, &import)?;
    let dialect = Dialect::load(&services.db).await?;
    let mut after = i64::MIN;
    while let Some(last) = check_batch(services, &about, &dialect, id, &me, after).await? {
        after = last;
    }
    let txn = store::begin(&services.db).await?;
    rows::mark_duplicates(&txn, id).await?;
    let done = user_import::Entity::update_many()
        .col_expr(user_import::Column::Status, Expr::value(ImportStatus::Review.as_str()))
        .col_expr(user_import::Column::LeaseUntil, Expr::value(services.clock.now()))
        .filter(user_import::Column::Id.eq(id))
        .filter(user_import::Column::LeaseBy.eq(&me))
        .filter(user_import::Column::Status.eq(ImportStatus::Checking.as_str()))
        .exec(&txn)
        .await?;
    if done.rows_affected == 0 {
        return Err(Error::Stale);
    }
    Ok(txn.commit().await?)
}

/// The rows after `after`, and the last of them; `None` after the end.
async fn check_batch(
    services: &Services,
    about: &About,
    dialect: &Dialect,
    id: &str,
    me: &str,
    after: i64,
) -> Result<Option<i64>> {
    let found = user_import_row::Entity::find()
        .filter(user_import_row::Column::ImportId.eq(id))
        .filter(user_import_row::Column::Line.gt(after))
        .order_by_asc(user_import_row::Column::Line)
        .limit(BATCH as u64)
        .all(&services.db)
        .await?;
    let Some(last) = found.last().map(|row| row.line) else {
        return Ok(None);
    };
    let checker = Checker::new(about, dialect);
    let by = services.clone();
    let checked = tokio::task::spawn_blocking(move || found.iter().map(|row| look(&by, &checker, row)).collect());
    let checked: Result<Vec<Prepared>> = checked.await.map_err(Error::internal)?;
    let mut checked = checked?;
    rows::note_taken(&services.db, &mut checked).await?;
    let txn = store::begin(&services.db).await?;
    if !renew(services, &txn, id, me, ImportStatus::Checking).await? {
        return Err(Error::Stale);
    }
    // One statement out and one in, where an update a row would be five hundred.
    user_import_row::Entity::delete_many()
        .filter(user_import_row::Column::ImportId.eq(id))
        .filter(user_import_row::Column::Line.is_in(checked.iter().map(|row| row.line)))
        .exec(&txn)
        .await?;
    rows::insert(&txn, id, checked).await?;
    txn.commit().await?;
    Ok(Some(last))
}

fn look(services: &Services, checker: &Checker, row: &user_import_row::Model) -> Result<Prepared> {
    let cells = rows::open(&services.vault, row)?;
    let checked = checker.check(&cells)?;
    let mut new = rows::prepare(&services.vault, &row.import_id, row.line, &cells, &checked)?;
    new.left_out = row.standing == Standing::LeftOut.number();
    Ok(new)
}
