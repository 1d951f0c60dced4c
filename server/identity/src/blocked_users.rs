//! Users who cannot pass the SMS step of a service provider, by reason: as figures, and the list behind each.
//!
//! One condition makes both, so that they agree. A figure is exact to 10,000, and each reason is found by an index of its
//! own, however many users there are.

use std::collections::BTreeSet;

use domain::flow::Authenticator;
use domain::input::service_provider::AuthenticationType;
use domain::view::home::{BlockedFigure, BlockedListView, BlockedQuery, BlockedRow, BlockedView};
use domain::view::{ListQuery, Page};
use domain::{Permission, claim};
use entity::{authentication_step, authentication_step_option, service_provider, user, user_claim};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use crate::identity_providers::SMSOTP;
use crate::lists::{By, Key};
use crate::{Actor, Error, Result, Services, identity_providers, lists, service_providers};

mod reason;
#[cfg(test)]
mod tests;

use reason::Reason;

/// Service providers that have figures; the others' are on their lists.
const SHOWN: u64 = 10;

const BY_NAME: By<user::Entity> = By::text("", user::Column::UsernameLower, |user: &user::Model| {
    Key::Text(user.username_lower.clone())
});

/// What the SMS steps of a service provider take, together.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
struct Need {
    /// Regions that codes are sent to; `None`: all.
    allowed: Option<BTreeSet<String>>,
    /// Whether whoever has no number may enter one.
    may_enter: bool,
}

/// The figures of the first service providers by name that ask for a code.
///
/// # Errors
/// `Denied` without *View users* and *View service providers*.
pub async fn figures(services: &Services, actor: &Actor) -> Result<BlockedView> {
    require(actor)?;
    let mut providers = with_sms(services).await?;
    let more = providers.len() as u64 > SHOWN;
    providers.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    // Many service providers have the same identity provider, and with it the same figures.
    let mut counted: Vec<(Need, Vec<BlockedFigure>)> = Vec::new();
    let mut rows = Vec::new();
    for provider in providers {
        let Some(need) = need(services, provider.id).await? else {
            continue;
        };
        let known = counted.iter().find(|(other, _)| *other == need);
        let figures = match known.map(|(_, figures)| figures.clone()) {
            Some(figures) => figures,
            None => {
                let mut figures = Vec::new();
                for reason in Reason::ALL {
                    // What no need changes is counted once.
                    let same = counted.first().filter(|_| !reason.depends_on_need());
                    let same = same.and_then(|(_, figures)| {
                        figures.iter().find(|figure| figure.reason == reason.as_str()).cloned()
                    });
                    figures.push(match same {
                        Some(figure) => figure,
                        None => figure(services, &need, reason).await?,
                    });
                }
                counted.push((need, figures.clone()));
                figures
            }
        };
        rows.push(BlockedRow {
            id: provider.id,
            name: provider.name,
            figures,
        });
    }
    Ok(BlockedView { rows, more })
}

async fn figure(services: &Services, need: &Need, reason: Reason) -> Result<BlockedFigure> {
    let db = &services.db;
    let count = match reason.condition(services, need).await? {
        Some(condition) => {
            lists::count(db, user::Entity::find().filter(condition), user::Column::UsernameLower).await?
        }
        None => Some(0),
    };
    Ok(BlockedFigure {
        reason: reason.as_str().to_owned(),
        label: reason.label().to_owned(),
        count,
    })
}

/// The users behind a figure, a page at a time by name.
///
/// # Errors
/// `Denied` as [`figures`]; `NotFound` for a service provider that asks for no code, and for no reason that there is.
pub async fn list(services: &Services, actor: &Actor, id: i64, query: &BlockedQuery) -> Result<BlockedListView> {
    require(actor)?;
    let provider = service_provider::Entity::find_by_id(id)
        .one(&services.db)
        .await?
        .ok_or(Error::NotFound)?;
    let reason = Reason::from_name(&query.reason).ok_or(Error::NotFound)?;
    let need = need(services, id).await?.ok_or(Error::NotFound)?;
    let page = match reason.condition(services, &need).await? {
        Some(condition) => page(services, condition, &query.list).await?,
        None => Page {
            count: Some(0),
            ..Page::default()
        },
    };
    Ok(BlockedListView {
        service_provider: provider.name,
        label: reason.label().to_owned(),
        advice: reason.advice().to_owned(),
        page,
        reasons: Reason::ALL
            .map(|reason| (reason.as_str().to_owned(), reason.label().to_owned()))
            .into(),
    })
}

async fn page(services: &Services, condition: Condition, query: &ListQuery) -> Result<Page<String>> {
    let select = user::Entity::find().filter(condition);
    let page = lists::page(&services.db, select, &BY_NAME, query).await?;
    Ok(Page {
        rows: page.rows.into_iter().map(|user| user.username).collect(),
        count: page.count,
        next: page.next,
        previous: page.previous,
    })
}

fn require(actor: &Actor) -> Result<()> {
    actor.require(Permission::ViewUsers)?;
    actor.require(Permission::ViewServiceProviders)
}

/// The first service providers by name with a step by SMS, and one more if there are more.
async fn with_sms(services: &Services) -> Result<Vec<service_provider::Model>> {
    use service_provider::Column;
    let option = authentication_step_option::Entity::find()
        .select_only()
        .column(authentication_step_option::Column::StepId)
        .filter(authentication_step_option::Column::Authenticator.eq(SMSOTP));
    let step = Query::select()
        .expr(Expr::val(1))
        .from(authentication_step::Entity)
        .and_where(
            Expr::col((
                authentication_step::Entity,
                authentication_step::Column::ServiceProviderId,
            ))
            .equals((service_provider::Entity, Column::Id)),
        )
        .and_where(authentication_step::Column::Id.in_subquery(option.into_query()))
        .to_owned();
    let advanced = Condition::all()
        .add(Column::AuthenticationType.eq(AuthenticationType::Advanced.as_str()))
        .add(Expr::exists(step));
    let found = service_provider::Entity::find()
        .filter(
            Condition::any()
                .add(Column::AuthenticationType.eq(AuthenticationType::Federated.as_str()))
                .add(advanced),
        )
        .order_by_asc(Column::NameLower)
        .limit(SHOWN + 1)
        .all(&services.db)
        .await?;
    Ok(found)
}

/// What the steps take that can be passed by a code alone; `None` if there is none, or if a code goes to another claim than
/// the mobile one, which the figures know nothing of.
async fn need(services: &Services, service_provider_id: i64) -> Result<Option<Need>> {
    let mut all: Option<Need> = None;
    for step in service_providers::steps(&services.db, service_provider_id).await? {
        let ids = step.authenticators.iter().map(|option| match option {
            Authenticator::SmsOtp { identity_provider } => Some(*identity_provider),
            Authenticator::Basic => None,
        });
        // With a password among its options a step is passed without a number.
        let Some(ids) = ids.collect::<Option<Vec<_>>>() else {
            continue;
        };
        let Some(need) = of_step(services, &ids).await? else {
            return Ok(None);
        };
        all = Some(match all {
            Some(before) => before.and(need),
            None => need,
        });
    }
    Ok(all)
}

/// A step's options are the user's choice: what one of them allows is allowed.
async fn of_step(services: &Services, identity_providers: &[i64]) -> Result<Option<Need>> {
    let mut need = Need {
        allowed: Some(BTreeSet::new()),
        may_enter: false,
    };
    for id in identity_providers {
        let Some(otp) = identity_providers::sms_otp(services, &services.db, *id).await? else {
            continue;
        };
        if otp.number_claim != claim::MOBILE {
            return Ok(None);
        }
        need.may_enter |= otp.policy.numbers_may_be_entered;
        if otp.policy.allowed_countries.is_empty() {
            need.allowed = None;
        } else if let Some(allowed) = &mut need.allowed {
            allowed.extend(otp.policy.allowed_countries);
        }
    }
    Ok(Some(need))
}

impl Need {
    /// Two steps: both have to be passed.
    fn and(self, other: Self) -> Self {
        let allowed = match (self.allowed, other.allowed) {
            (Some(one), Some(two)) => Some(one.intersection(&two).cloned().collect()),
            (one, two) => one.or(two),
        };
        Self {
            allowed,
            may_enter: self.may_enter && other.may_enter,
        }
    }
}

/// The regions that numbers are of: each is one step along the index, however many users there are.
async fn regions(db: &impl ConnectionTrait) -> Result<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    loop {
        let mut next = user_claim::Entity::find()
            .select_only()
            .column(user_claim::Column::NumberRegion)
            .filter(user_claim::Column::NumberRegion.is_not_null())
            .order_by_asc(user_claim::Column::NumberRegion)
            .limit(1);
        if let Some(last) = found.last() {
            next = next.filter(user_claim::Column::NumberRegion.gt(last.as_str()));
        }
        match next.into_tuple::<String>().one(db).await? {
            Some(region) => found.push(region),
            None => return Ok(found),
        }
    }
}
