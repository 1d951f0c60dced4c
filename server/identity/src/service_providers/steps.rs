//! The steps that a service provider's users go through, whichever authentication type they come from.

use std::collections::HashMap;

use domain::flow::Authenticator;
use domain::input::service_provider::{AuthenticationType, BASIC};
use entity::{authentication_step, authentication_step_option, identity_provider, service_provider};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::identity_providers::SMSOTP;
use crate::{Error, Result};

/// One step; several authenticators in it are the user's choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub authenticators: Vec<Authenticator>,
    pub gives_subject: bool,
    pub gives_attributes: bool,
}

impl Step {
    /// User name and password, which say who it is.
    pub(super) fn basic() -> Self {
        Self::alone(Authenticator::Basic)
    }

    fn alone(authenticator: Authenticator) -> Self {
        Self {
            authenticators: vec![authenticator],
            gives_subject: true,
            gives_attributes: true,
        }
    }
}

/// The steps of a service provider as they are now: at least one, and at least one authenticator in each.
///
/// # Errors
/// `NotFound`; `Internal` for stored steps that make no sense. Nothing is left out of them: a step that was configured
/// is a step that is asked.
pub async fn steps(db: &impl ConnectionTrait, service_provider_id: i64) -> Result<Vec<Step>> {
    let row = service_provider::Entity::find_by_id(service_provider_id)
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    let advanced = advanced(db, &[row.id]).await?.remove(&row.id).unwrap_or_default();
    resolve(&row, advanced)
}

/// What the type makes of a service provider's row and its own steps.
pub(super) fn resolve(row: &service_provider::Model, advanced: Vec<Step>) -> Result<Vec<Step>> {
    let broken = |why: &str| Error::internal(format!("service provider {}: {why}", row.id));
    let steps = match AuthenticationType::from_name(&row.authentication_type) {
        Some(AuthenticationType::Default) => vec![Step::basic()],
        Some(AuthenticationType::Local) if row.local_authenticator == BASIC => vec![Step::basic()],
        Some(AuthenticationType::Local) => return Err(broken("unknown local authenticator")),
        Some(AuthenticationType::Federated) => {
            let identity_provider = row
                .federated_identity_provider_id
                .ok_or_else(|| broken("no federated authenticator"))?;
            vec![Step::alone(Authenticator::SmsOtp { identity_provider })]
        }
        Some(AuthenticationType::Advanced) => advanced,
        None => return Err(broken("unknown authentication type")),
    };
    // An empty list would be a sign-in with nothing to pass.
    if steps.is_empty() || steps.iter().any(|step| step.authenticators.is_empty()) {
        return Err(broken("a sign-in with nothing to pass"));
    }
    Ok(steps)
}

/// The stored steps of these service providers, whether their type selects them or not.
pub(super) async fn advanced(db: &impl ConnectionTrait, ids: &[i64]) -> Result<HashMap<i64, Vec<Step>>> {
    let rows = authentication_step::Entity::find()
        .filter(authentication_step::Column::ServiceProviderId.is_in(ids.iter().copied()))
        .order_by_asc(authentication_step::Column::ServiceProviderId)
        .order_by_asc(authentication_step::Column::Position)
        .all(db)
        .await?;
    let mut options: HashMap<i64, Vec<Authenticator>> = HashMap::new();
    let step_ids = rows.iter().map(|step| step.id);
    for option in authentication_step_option::Entity::find()
        .filter(authentication_step_option::Column::StepId.is_in(step_ids))
        .order_by_asc(authentication_step_option::Column::Position)
        .all(db)
        .await?
    {
        options.entry(option.step_id).or_default().push(authenticator(&option)?);
    }
    let mut steps: HashMap<i64, Vec<Step>> = HashMap::new();
    for row in rows {
        steps.entry(row.service_provider_id).or_default().push(Step {
            authenticators: options.remove(&row.id).unwrap_or_default(),
            gives_subject: row.gives_subject,
            gives_attributes: row.gives_attributes,
        });
    }
    Ok(steps)
}

fn authenticator(option: &authentication_step_option::Model) -> Result<Authenticator> {
    match (option.authenticator.as_str(), option.identity_provider_id) {
        (BASIC, None) => Ok(Authenticator::Basic),
        (SMSOTP, Some(identity_provider)) => Ok(Authenticator::SmsOtp { identity_provider }),
        _ => Err(Error::internal(format!(
            "authentication step option {} makes no sense",
            option.id
        ))),
    }
}

/// Steps as people read them: `password`, `SMS (SMSOTP)`, `password or SMS (SMSOTP)`.
pub(super) fn in_words(steps: &[Step], names: &HashMap<i64, String>) -> Vec<String> {
    let word = |authenticator: &Authenticator| match authenticator {
        Authenticator::Basic => "password".to_owned(),
        Authenticator::SmsOtp { identity_provider } => names
            .get(identity_provider)
            .map_or_else(|| "SMS".to_owned(), |name| format!("SMS ({name})")),
    };
    steps
        .iter()
        .map(|step| step.authenticators.iter().map(word).collect::<Vec<_>>().join(" or "))
        .collect()
}

/// The names of the identity providers that these steps ask.
pub(super) async fn names<'a>(
    db: &impl ConnectionTrait,
    steps: impl Iterator<Item = &'a Step>,
) -> Result<HashMap<i64, String>> {
    let ids = steps
        .flat_map(|step| &step.authenticators)
        .filter_map(|authenticator| match authenticator {
            Authenticator::Basic => None,
            Authenticator::SmsOtp { identity_provider } => Some(*identity_provider),
        });
    let ids: Vec<i64> = ids.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = identity_provider::Entity::find()
        .filter(identity_provider::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn row(authentication_type: &str, federated: Option<i64>) -> service_provider::Model {
        service_provider::Model {
            id: 1,
            name: "Wiki".into(),
            name_lower: "wiki".into(),
            description: String::new(),
            claim_dialect: "local".into(),
            subject_claim: String::new(),
            authentication_type: authentication_type.into(),
            local_authenticator: BASIC.into(),
            federated_identity_provider_id: federated,
            version: 1,
            revision: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn each_type_gives_its_steps() {
        let sms = Authenticator::SmsOtp { identity_provider: 7 };
        let two = vec![
            Step::basic(),
            Step {
                gives_subject: false,
                ..Step::alone(sms.clone())
            },
        ];
        let basic = vec![Step::basic()];
        assert_eq!(resolve(&row("default", None), two.clone()).unwrap(), basic);
        assert_eq!(resolve(&row("local", None), two.clone()).unwrap(), basic);
        assert_eq!(
            resolve(&row("federated", Some(7)), two.clone()).unwrap(),
            vec![Step::alone(sms)]
        );
        assert_eq!(resolve(&row("advanced", None), two.clone()).unwrap(), two);
    }

    #[test]
    fn nothing_to_pass_is_never_an_answer() {
        let empty = Step {
            authenticators: vec![],
            gives_subject: true,
            gives_attributes: true,
        };
        for (row, advanced) in [
            (row("advanced", None), vec![]),
            (row("advanced", None), vec![Step::basic(), empty]),
            (row("federated", None), vec![]),
            (row("something", None), vec![Step::basic()]),
            (
                service_provider::Model {
                    local_authenticator: "x509".into(),
                    ..row("local", None)
                },
                vec![],
            ),
        ] {
            assert!(matches!(resolve(&row, advanced), Err(Error::Internal(_))), "{row:?}");
        }
    }

    #[test]
    fn steps_read_as_words() {
        let names = HashMap::from([(7, "SMSOTP".to_owned())]);
        let sms = Authenticator::SmsOtp { identity_provider: 7 };
        let mut second = Step::alone(sms);
        assert_eq!(
            in_words(&[Step::basic(), second.clone()], &names),
            ["password", "SMS (SMSOTP)"]
        );
        second.authenticators.insert(0, Authenticator::Basic);
        assert_eq!(in_words(&[second], &names), ["password or SMS (SMSOTP)"]);
    }
}
