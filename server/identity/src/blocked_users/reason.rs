//! Why a user cannot pass: each reason as words, and as a condition on users that an index serves.

use domain::claim;
use domain::phone::NumberKind;
use entity::{counter, user, user_claim};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use super::{Need, regions};
use crate::login::codes_closed_until;
use crate::{Result, Services, lists};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    NoNumber,
    NotMobile,
    Country,
    Locked,
    CodesClosed,
}

impl Reason {
    pub const ALL: [Self; 5] = [
        Self::NoNumber,
        Self::NotMobile,
        Self::Country,
        Self::Locked,
        Self::CodesClosed,
    ];

    /// Its name in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoNumber => "no_number",
            Self::NotMobile => "not_mobile",
            Self::Country => "country",
            Self::Locked => "locked",
            Self::CodesClosed => "codes_closed",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::NoNumber => "No mobile number",
            Self::NotMobile => "Number is no mobile",
            Self::Country => "Country not allowed",
            Self::Locked => "Locked",
            Self::CodesClosed => "Codes closed",
        }
    }

    pub fn advice(self) -> &'static str {
        match self {
            Self::NoNumber => "Set Mobile in the user's profile, or tick Let users without a number enter one.",
            Self::NotMobile => "A fixed line receives no SMS. Set another number in the user's profile.",
            Self::Country => {
                "Add the number's country to Allowed countries of the identity provider, or change the number."
            }
            Self::Locked => "Unlock the user, if they may sign in again.",
            Self::CodesClosed => "Too many wrong codes were typed. Open the codes on the user's profile.",
        }
    }

    /// Whether it is another matter for another service provider.
    pub fn depends_on_need(self) -> bool {
        matches!(self, Self::NoNumber | Self::Country)
    }

    /// The users it keeps out; `None` if it keeps nobody out.
    pub async fn condition(self, services: &Services, need: &Need) -> Result<Option<Condition>> {
        let holders = |condition: Condition| {
            let claims = user_claim::Entity::find()
                .select_only()
                .column(user_claim::Column::UserId)
                .filter(user_claim::Column::ClaimUri.eq(claim::MOBILE))
                .filter(condition);
            Condition::all().add(user::Column::Id.in_subquery(claims.into_query()))
        };
        Ok(match self {
            Self::NoNumber if need.may_enter => None,
            Self::NoNumber => Some(Condition::all().add(user::Column::HasMobile.eq(false))),
            Self::NotMobile => {
                let fixed = user_claim::Column::NumberKind.eq(NumberKind::Fixed.as_str());
                Some(holders(Condition::all().add(fixed)))
            }
            Self::Country => match &need.allowed {
                None => None,
                Some(allowed) => {
                    let refused: Vec<String> = regions(&services.db)
                        .await?
                        .into_iter()
                        .filter(|region| !allowed.contains(region))
                        .collect();
                    let of_these = user_claim::Column::NumberRegion.is_in(refused.iter().map(String::as_str));
                    (!refused.is_empty()).then(|| holders(Condition::all().add(of_these)))
                }
            },
            Self::Locked => Some(Condition::all().add(user::Column::Locked.eq(true))),
            Self::CodesClosed => Some(closed(services)),
        })
    }
}

/// Counters are named after the user's id, and those of wrong codes are few.
fn closed(services: &Services) -> Condition {
    let (prefix, after) = codes_closed_until(services.clock.now());
    let number = match services.db.get_database_backend() {
        DbBackend::Sqlite => "INTEGER",
        _ => "BIGINT",
    };
    let id = format!("CAST(SUBSTR(\"name\", {}) AS {number})", prefix.len() + 1);
    let ids = counter::Entity::find()
        .select_only()
        .expr(Expr::cust(id))
        .filter(lists::begins_with(counter::Column::Name, prefix))
        .filter(counter::Column::BlockedUntil.gt(after));
    Condition::all().add(user::Column::Id.in_subquery(ids.into_query()))
}
