//! What is asked for, as a condition. A choice that was never offered filters nothing; a time that cannot be read is
//! said, since leaving it out would show what was not asked for.

use chrono::{DateTime, NaiveDateTime, Utc};
use domain::Problems;
use domain::view::delivery::DeliveriesQuery;
use entity::{service_provider, sms_delivery, user};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{OPEN, OUTCOMES};
use crate::sms::{Outcome, Purpose};
use crate::{lists, newest};

/// What stands for tests among the service providers.
pub(super) const TESTS: &str = "console";

/// A query that was read: its range apart, since what is counted needs one where the list does not.
pub(super) struct Filter {
    pub condition: Condition,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
}

impl Filter {
    /// The condition with the range.
    pub fn whole(&self) -> Condition {
        self.within(self.from, self.to)
    }

    /// The condition with another range.
    pub fn within(&self, from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Condition {
        self.condition
            .clone()
            .add_option(from.map(|from| sms_delivery::Column::At.gte(from)))
            .add_option(to.map(|to| sms_delivery::Column::At.lt(to)))
    }
}

/// # Errors
/// What cannot be read.
pub(super) fn read(query: &DeliveriesQuery, now: DateTime<Utc>) -> Result<Filter, Problems> {
    use sms_delivery::Column;
    let mut problems = Problems::default();
    let from = time("from", "From", &query.from, &mut problems);
    let to = time("to", "To", &query.to, &mut problems);
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        problems.add("to", "To has to be later than From.");
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let test = Purpose::Test.as_str();
    let service_provider = match query.service_provider.as_str() {
        TESTS => Some(Column::Purpose.eq(test)),
        id => id.parse::<i64>().ok().map(|id| Column::ServiceProviderId.eq(id)),
    };
    let used = match query.used.as_str() {
        "used" => Some(Condition::all().add(Column::UsedAt.is_not_null())),
        "not_used" => Some(
            Condition::all()
                .add(Column::UsedAt.is_null())
                .add(Column::Purpose.ne(test)),
        ),
        _ => None,
    };
    let identity_provider = query.identity_provider.parse::<i64>().ok();
    let condition = Condition::all()
        .add_option(searched(&query.list.search))
        .add_option(with_outcome(&query.outcome, now))
        .add_option(identity_provider.map(|id| Column::IdentityProviderId.eq(id)))
        .add_option(service_provider)
        .add_option(is_country(&query.country).then(|| Column::Country.eq(&query.country)))
        .add_option(used);
    Ok(Filter { condition, from, to })
}

/// Whether this can be a region: two capital letters.
pub(super) fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// By the user's name or the service provider's, as they are now.
fn searched(search: &str) -> Option<Condition> {
    let search = newest::typed(search);
    let users = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(lists::begins_with(user::Column::UsernameLower, &search));
    let providers = service_provider::Entity::find()
        .select_only()
        .column(service_provider::Column::Id)
        .filter(lists::begins_with(service_provider::Column::NameLower, &search));
    let condition = Condition::any()
        .add(sms_delivery::Column::UserId.in_subquery(users.into_query()))
        .add(sms_delivery::Column::ServiceProviderId.in_subquery(providers.into_query()));
    (!search.is_empty()).then_some(condition)
}

/// Rows that read `name` now: a delivery that a crash left open reads *not sent* past its deadline.
fn with_outcome(name: &str, now: DateTime<Utc>) -> Option<Condition> {
    use sms_delivery::Column;
    let unfinished = || Condition::all().add(Column::Outcome.is_not_in(OUTCOMES.map(Outcome::as_str)));
    if name == OPEN {
        return Some(unfinished().add(Column::DeadlineAt.gt(now)));
    }
    let outcome = Outcome::from_name(name)?;
    let stored = Condition::any().add(Column::Outcome.eq(outcome.as_str()));
    Some(match outcome {
        Outcome::NotSent => stored.add(unfinished().add(Column::DeadlineAt.lte(now))),
        _ => stored,
    })
}

/// A time as browsers send it from `datetime-local`, with or without seconds; a `Z` at its end says what holds anyway.
pub(crate) fn time(field: &str, label: &str, typed: &str, problems: &mut Problems) -> Option<DateTime<Utc>> {
    if typed.is_empty() {
        return None;
    }
    let local = typed.strip_suffix('Z').unwrap_or(typed);
    let format = match local.len() {
        16 => "%Y-%m-%dT%H:%M",
        _ => "%Y-%m-%dT%H:%M:%S",
    };
    let read = NaiveDateTime::parse_from_str(local, format).ok();
    let time = read
        .filter(|_| matches!(local.len(), 16 | 19))
        .map(|time| time.and_utc());
    if time.is_none() {
        problems.add(
            field,
            format!("{label} is no time that can be read. Write it as 2026-11-23T12:00, in UTC."),
        );
    }
    time
}
