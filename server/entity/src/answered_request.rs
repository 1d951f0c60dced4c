//! A request that is answered as it comes, and the row of *Sign-ins* that says so: a view that is only written to, so that
//! one statement writes both. The request's id and its own columns are `saml_request`'s, the others `sign_in`'s.

use std::fmt::Write as _;
use std::sync::OnceLock;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveModelTrait, DbBackend, IntoActiveModel, Iterable, Statement};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "answered_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub service_provider_id: i64,
    pub issuer: String,
    pub request_id: String,
    pub digest: String,
    pub request: String,
    pub acs_url: String,
    pub relay_state: Option<String>,
    pub received_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub answered_at: DateTimeUtc,
    pub application: String,
    pub username: String,
    pub outcome: String,
    pub assertion_id: String,
    pub key_id: String,
    pub address: String,
    /// The request as *Sign-ins* tells it.
    pub told: Option<String>,
    pub session_index: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The statement that writes both rows, or neither where the request's ID was there before: then it breaks a unique
    /// index. Its text is put together once, by the builder it would take as long as all values do.
    #[must_use]
    pub fn insert(self, backend: DbBackend) -> Statement {
        static TEXT: OnceLock<String> = OnceLock::new();
        let text = TEXT.get_or_init(|| {
            let (mut columns, mut values) = (String::new(), String::new());
            for (number, column) in Column::iter().enumerate() {
                let comma = if number == 0 { "" } else { ", " };
                let _ = write!(columns, "{comma}{}", column.as_str());
                let _ = write!(values, "{comma}${}", number + 1);
            }
            format!("INSERT INTO answered_request ({columns}) VALUES ({values})")
        });
        let mut row = self.into_active_model();
        let values = Column::iter().filter_map(|column| row.take(column).into_value());
        Statement::from_sql_and_values(backend, text, values)
    }
}
