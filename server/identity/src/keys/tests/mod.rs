//! The rules of a roll, and what is known of who has which certificate.

mod imported;
mod known;
mod steps;

use std::sync::Arc;

use chrono::Duration;
use domain::input::saml::{ECDSA_SHA256, SamlInput};
use domain::input::service_provider::ServiceProviderInput;
use domain::input::signing_key::PublishKeyInput;
use domain::signing_key::KeyState;
use entity::{audit, signing_key};
use sea_orm::{EntityTrait, QueryOrder};

use crate::clock::{Clock, ManualClock};
use crate::{Actor, Error, Result, Services, service_providers, testing};

/// A store with its first key, and somebody who has just given their password, whenever it is.
struct Test {
    services: Services,
    clock: Arc<ManualClock>,
    admin: Actor,
}

impl Test {
    async fn new() -> Self {
        let (services, clock, admin) = testing::services().await;
        Self { services, clock, admin }
    }

    fn actor(&self) -> Actor {
        Actor {
            password_at: self.clock.now(),
            ..self.admin.clone()
        }
    }

    fn minutes(&self, minutes: i64) {
        self.clock.advance(Duration::minutes(minutes));
    }

    async fn publish(&self, kind: &str) -> Result<i64> {
        let input = PublishKeyInput {
            kind: kind.into(),
            ..PublishKeyInput::default()
        };
        let published = super::publish(&self.services, &self.actor(), &input).await?;
        Ok(published.id)
    }

    async fn activate(&self, id: i64) -> Result<super::Used> {
        super::activate(&self.services, &self.actor(), id, false).await
    }

    async fn retire(&self, id: i64) -> Result<super::Retired> {
        super::retire(&self.services, &self.actor(), id, false).await
    }

    async fn rows(&self) -> Vec<signing_key::Model> {
        let rows = signing_key::Entity::find().order_by_asc(signing_key::Column::Id);
        rows.all(&self.services.db).await.unwrap()
    }

    /// The states of all keys, the oldest first.
    async fn states(&self) -> Vec<KeyState> {
        self.rows().await.iter().map(super::state).collect()
    }

    /// What the audit log says of keys.
    async fn actions(&self) -> Vec<String> {
        let rows = audit::Entity::find().order_by_asc(audit::Column::Id);
        let rows = rows.all(&self.services.db).await.unwrap();
        rows.into_iter()
            .filter(|row| row.target_kind == super::KIND)
            .map(|row| row.action)
            .collect()
    }

    async fn sp(&self, name: &str) -> i64 {
        let basics = ServiceProviderInput {
            name: name.into(),
            ..ServiceProviderInput::default()
        };
        let id = service_providers::create(&self.services, &self.actor(), &basics)
            .await
            .unwrap();
        self.save(id, &Self::saml(name)).await.unwrap();
        id
    }

    fn saml(name: &str) -> SamlInput {
        SamlInput {
            issuer: format!("{}.example", name.to_lowercase()),
            acs_urls: vec!["https://sp.example/acs".into()],
            ..SamlInput::default()
        }
    }

    async fn save(&self, id: i64, saml: &SamlInput) -> Result<()> {
        service_providers::save_saml(&self.services, &self.actor(), id, saml).await
    }

    /// Lets a service provider take signatures by ECDSA, or by RSA again.
    async fn choose_ecdsa(&self, id: i64, ecdsa: bool) -> Result<()> {
        let stored = service_providers::saml_form(&self.services, &self.actor(), id).await?;
        let saml = SamlInput {
            response_signing_algorithm: if ecdsa {
                ECDSA_SHA256.into()
            } else {
                SamlInput::default().response_signing_algorithm
            },
            ..stored.input
        };
        self.save(id, &saml).await
    }

    async fn fetch(&self, issuer: &str) {
        crate::saml_idp::metadata(&self.services, Some(issuer), false)
            .await
            .unwrap();
    }
}

/// What a refusal says.
#[track_caller]
fn words<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Invalid(problems)) => problems.0.into_iter().map(|problem| problem.message).collect(),
        other => panic!("not refused: {other:?}"),
    }
}
