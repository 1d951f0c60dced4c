//! The rules of service providers, over a store in memory.

mod certificate_rules;
mod metadata_refusal_rules;
mod metadata_rules;
mod metadata_support;
mod metadata_update_rules;
mod page_rules;
mod saml_rules;
mod steps_rules;

use domain::input::identity_provider::IdentityProviderInput;
use domain::input::saml::SamlInput;
use domain::input::service_provider::{ClaimRow, RoleRow, ServiceProviderInput};
use domain::{Permission, Problems, claim};
use entity::audit;
use sea_orm::{EntityTrait, QueryOrder};

use super::create;
use crate::{Actor, Error, Result, Services, identity_providers};

async fn add(services: &Services, actor: &Actor, name: &str) -> i64 {
    create(
        services,
        actor,
        &ServiceProviderInput {
            name: name.into(),
            ..ServiceProviderInput::default()
        },
    )
    .await
    .unwrap()
}

/// An identity provider that can be a step.
async fn add_sms(services: &Services, actor: &Actor, name: &str) -> i64 {
    let input = IdentityProviderInput {
        name: name.into(),
        sms_enabled: true.into(),
        sms_default: true.into(),
        sms_url: "https://sms.example.org/send?to=&num&text=&msg".into(),
        http_method: "GET".into(),
        ..IdentityProviderInput::default()
    };
    identity_providers::create(services, actor, &input).await.unwrap()
}

fn saml(issuer: &str) -> SamlInput {
    SamlInput {
        issuer: issuer.into(),
        acs_urls: vec!["https://sp.example.org/acs".into()],
        ..SamlInput::default()
    }
}

fn claim_row(local: &str, remote: &str) -> ClaimRow {
    ClaimRow {
        local: local.into(),
        remote: remote.into(),
        mandatory: false.into(),
    }
}

fn role_row(local: &str, remote: &str) -> RoleRow {
    RoleRow {
        local: local.into(),
        remote: remote.into(),
    }
}

/// Somebody who may look at everything of this slice and change nothing.
fn viewer(actor: &Actor) -> Actor {
    Actor {
        permissions: [Permission::ViewServiceProviders].into_iter().collect(),
        ..actor.clone()
    }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T>) -> Problems {
    match result {
        Err(Error::Invalid(problems)) => problems,
        other => panic!("not refused: {other:?}"),
    }
}

/// The fields with a problem, in the order in which they were found.
#[track_caller]
fn refused_fields<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
    refused(result).0.into_iter().map(|problem| problem.field).collect()
}

/// The last audit row: action, target, detail.
async fn audited(services: &Services) -> (String, String, String) {
    let row = audit::Entity::find()
        .order_by_desc(audit::Column::Id)
        .one(&services.db)
        .await
        .unwrap()
        .unwrap();
    (row.action, row.target, row.detail)
}

const MOBILE: &str = claim::MOBILE;
