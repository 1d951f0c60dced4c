//! Several rows at once: each is changed by itself, in its own transaction and by the rule for one. What one is refused
//! does not hold up the others.

use domain::view::{BulkOutcome, UsedBy};

use crate::{Error, Result};

/// No more than a page can hold; a longer list was not ticked on one.
const MOST: usize = 100;

/// The ids that are to be changed, each once.
///
/// # Errors
/// `Invalid`, if nothing is selected or too much.
pub(crate) fn selected(ids: &[i64]) -> Result<Vec<i64>> {
    let mut once: Vec<i64> = Vec::with_capacity(ids.len());
    for id in ids {
        if !once.contains(id) {
            once.push(*id);
        }
    }
    match once.len() {
        0 => Err(Error::field(
            "",
            "Nothing is selected. Tick the rows that are meant first.",
        )),
        1..=MOST => Ok(once),
        _ => Err(Error::field("", format!("Select at most {MOST} rows at a time."))),
    }
}

/// Notes what became of one row. One that is gone already has come to what was wanted of it, or to nothing.
///
/// # Errors
/// What concerns all rows: an overloaded or failing server.
pub(crate) fn note(outcome: &mut BulkOutcome, name: &str, result: Result<()>) -> Result<()> {
    match result {
        Ok(()) => outcome.done += 1,
        Err(error) => outcome.refused.push((name.to_owned(), reason(error)?)),
    }
    Ok(())
}

/// Why one row was refused, in words.
///
/// # Errors
/// What concerns all rows.
pub(crate) fn reason(error: Error) -> Result<String> {
    Ok(match error {
        Error::Denied(why) => why,
        Error::Invalid(problems) => problems
            .0
            .into_iter()
            .map(|problem| problem.message)
            .collect::<Vec<_>>()
            .join(" "),
        Error::InUse(users) => format!(
            "It is in use: {}.",
            users.iter().map(named).collect::<Vec<_>>().join(", ")
        ),
        Error::Stale => "Somebody else has changed it in the meantime.".to_owned(),
        Error::NotFound => "It is not there any more.".to_owned(),
        Error::PasswordNeeded => "This asks for your password. Do it by itself.".to_owned(),
        other => return Err(other),
    })
}

fn named(user: &UsedBy) -> String {
    format!("{} ({})", user.name, user.how)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_once_and_not_too_many() {
        assert_eq!(selected(&[3, 1, 3]).unwrap(), [3, 1]);
        assert!(matches!(selected(&[]), Err(Error::Invalid(_))));
        assert!(matches!(
            selected(&(0..101).collect::<Vec<_>>()),
            Err(Error::Invalid(_))
        ));
    }

    #[test]
    fn what_fails_for_all_is_no_refusal_of_one() {
        let mut outcome = BulkOutcome::default();
        note(&mut outcome, "a", Ok(())).unwrap();
        note(&mut outcome, "b", Err(Error::NotFound)).unwrap();
        note(&mut outcome, "c", Err(Error::field("", "No."))).unwrap();
        assert!(note(&mut outcome, "d", Err(Error::Busy { retry_after: 1 })).is_err());
        assert!(note(&mut outcome, "d", Err(Error::internal("x"))).is_err());
        assert_eq!((outcome.done, outcome.refused.len()), (1, 2));
        assert_eq!(outcome.refused[1], ("c".to_owned(), "No.".to_owned()));
    }
}
