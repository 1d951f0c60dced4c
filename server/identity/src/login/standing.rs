//! How a sign-in stands, for whoever looks at it from the console: nothing is changed, and no browser is asked for.

use chrono::{DateTime, Utc};
use domain::flow::Reason;
use entity::login_flow;

use super::stage::Stage;
use crate::{Error, Result};

/// How a sign-in stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// This step, counted from 1, of so many.
    UnderWay {
        step: usize,
        of: usize,
    },
    /// All steps are passed; the answer is the application's, or on its way.
    Passed,
    Ended(Reason),
}

/// # Errors
/// `Internal`, for a stage that cannot be read.
pub(crate) fn standing(row: &login_flow::Model, now: DateTime<Utc>) -> Result<Standing> {
    let stage: Stage = serde_json::from_str(&row.stage).map_err(Error::internal)?;
    Ok(match stage.ended {
        Some(reason) => Standing::Ended(reason),
        None if stage.is_done() => Standing::Passed,
        None if row.expires_at <= now => Standing::Ended(Reason::Expired),
        None => Standing::UnderWay {
            step: (stage.current + 1).min(stage.steps.len().max(1)),
            of: stage.steps.len().max(1),
        },
    })
}
