//! *From* and *To* of a log's filter: read as the deliveries' are, and as a condition.

use chrono::{DateTime, Utc};
use domain::Problems;
use sea_orm::{ColumnTrait, Condition};

use crate::deliveries::filter::time;

type Moment = Option<DateTime<Utc>>;

/// Reads both; a time that cannot be read is said, since leaving it out would show what was not asked for.
pub(crate) fn read(from: &str, to: &str) -> Result<(Moment, Moment), Problems> {
    let mut problems = Problems::default();
    let from = time("from", "From", from, &mut problems);
    let to = time("to", "To", to, &mut problems);
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        problems.add("to", "To has to be later than From.");
    }
    if problems.is_empty() {
        Ok((from, to))
    } else {
        Err(problems)
    }
}

/// Rows of the range; its end is not part of it.
pub(crate) fn within(column: impl ColumnTrait, from: Moment, to: Moment) -> Condition {
    Condition::all()
        .add_option(from.map(|from| column.gte(from)))
        .add_option(to.map(|to| column.lt(to)))
}
