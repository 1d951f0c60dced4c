//! A step with several authenticators is the user's choice: what is offered, and what of it cannot work for this user.
//!
//! Decided anew each time the page is shown or a choice comes in. The choice is kept in the flow and nowhere else.

use domain::flow::{Authenticator, Reason};
use entity::identity_provider;
use sea_orm::EntityTrait;

use super::authenticator::sms_otp;
use super::flow_store::Flow;
use crate::{Result, Services};

/// One way to pass the step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Its position in the step, which is what a choice names.
    pub option: usize,
    pub label: String,
    /// Why it cannot work for this user now.
    pub trouble: Option<&'static str>,
}

/// Nobody has said yet who it is.
const NOBODY: &str = "A code can only be sent once you have typed your user name and password.";

/// The ways to pass the current step, in their order. One that this user's roles do not allow is not among them.
pub(super) async fn ways(services: &Services, flow: &Flow) -> Result<Vec<Way>> {
    let step = flow.stage.steps.get(flow.stage.current).map(Vec::as_slice);
    let mut ways = Vec::new();
    for (option, authenticator) in step.unwrap_or_default().iter().enumerate() {
        let (label, trouble) = match authenticator {
            Authenticator::Basic => ("User name and password".to_owned(), None),
            Authenticator::SmsOtp { identity_provider } => {
                let obstacle = match flow.row.user_id {
                    Some(user_id) => sms_otp::obstacle(services, user_id, *identity_provider).await?,
                    None => None,
                };
                if obstacle == Some(Reason::RoleMissing) {
                    continue;
                }
                let trouble = match flow.row.user_id {
                    Some(_) => obstacle.map(Reason::words),
                    None => Some(NOBODY),
                };
                (by_sms(services, *identity_provider).await?, trouble)
            }
        };
        ways.push(Way { option, label, trouble });
    }
    Ok(ways)
}

async fn by_sms(services: &Services, identity_provider: i64) -> Result<String> {
    let row = identity_provider::Entity::find_by_id(identity_provider)
        .one(&services.db)
        .await?;
    let name = row.map_or_else(
        || "SMS".to_owned(),
        |row| {
            if row.display_name.is_empty() {
                row.name
            } else {
                row.display_name
            }
        },
    );
    Ok(format!("Code by SMS ({name})"))
}

/// Whether a choice is one of the ways that can work.
pub(super) async fn is_open(services: &Services, flow: &Flow, option: usize) -> Result<bool> {
    let ways = ways(services, flow).await?;
    Ok(ways.iter().any(|way| way.option == option && way.trouble.is_none()))
}

/// Why nothing of the step can work for this user: a configured step is always enforced.
pub(super) async fn hopeless(services: &Services, flow: &Flow) -> Result<Option<Reason>> {
    let mut last = Reason::StepMisconfigured;
    for authenticator in flow.stage.steps.get(flow.stage.current).into_iter().flatten() {
        let Authenticator::SmsOtp { identity_provider } = authenticator else {
            return Ok(None);
        };
        let Some(user_id) = flow.row.user_id else { continue };
        match sms_otp::obstacle(services, user_id, *identity_provider).await? {
            None => return Ok(None),
            // What somebody else may use says less than what this user lacks.
            Some(Reason::RoleMissing) if last != Reason::StepMisconfigured => {}
            Some(reason) => last = reason,
        }
    }
    Ok(Some(last))
}
