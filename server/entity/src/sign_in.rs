//! How one sign-in ended.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: DateTimeUtc,
    pub flow_id: String,
    pub application: String,
    pub username: String,
    pub outcome: String,
    pub assertion_id: String,
    pub key_id: String,
    pub address: String,
    /// What was asked for, as JSON, where there is no flow that tells it.
    pub request: Option<String>,
    pub service_provider_id: Option<i64>,
    /// Of the assertion; `None` where there is none.
    pub session_index: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Entity {
    /// What is in the log of one sign-in. Most rows belong to none and are not in the index over the flows, which the
    /// question has to say in the index's own words to be answered out of it.
    pub fn of_flow(flow_id: &str) -> Select<Self> {
        Self::find()
            .filter(Column::FlowId.eq(flow_id))
            .filter(Expr::cust("sign_in.flow_id <> ''"))
    }
}
