//! The way from an empty installation to the first sign-in, in the five steps of the tutorial. Each is done when it is
//! true of the store, however it came to be: nothing is ticked by hand, and what is undone is no longer done.

use domain::Permission;
use domain::claim;
use domain::input::service_provider::AuthenticationType;
use domain::view::home::GuideStep;
use entity::{
    authentication_step, authentication_step_option, federated_authenticator, identity_provider, saml_service_provider,
    service_provider, service_provider_claim, sign_in, user,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use crate::identity_providers::SMSOTP;
use crate::saml_idp::SIGNED_IN;
use crate::{Actor, Result, Services};

/// The steps that this actor can take, in their order.
pub(super) async fn steps(services: &Services, actor: &Actor) -> Result<Vec<GuideStep>> {
    let may = |permission| actor.permissions.has(permission);
    let mut steps = Vec::new();
    if may(Permission::ManageIdentityProviders) {
        steps.push(identity_provider_step(services).await?);
    }
    if may(Permission::ManageServiceProviders) {
        steps.push(saml_step(services).await?);
        steps.push(steps_step(services).await?);
    }
    if may(Permission::ManageUsers) {
        steps.push(mobile_step(services, actor).await?);
    }
    // To try it takes no permission, to see that it was done does; alone it would be no guide.
    if may(Permission::ViewLog) && !steps.is_empty() {
        steps.push(sign_in_step(services).await?);
    }
    Ok(steps)
}

async fn identity_provider_step(services: &Services) -> Result<GuideStep> {
    let with_sms = federated_authenticator::Entity::find()
        .select_only()
        .column(federated_authenticator::Column::IdentityProviderId)
        .filter(federated_authenticator::Column::Kind.eq(SMSOTP))
        .filter(federated_authenticator::Column::Enabled.eq(true));
    let ready = identity_provider::Entity::find()
        .filter(identity_provider::Column::Enabled.eq(true))
        .filter(identity_provider::Column::Id.in_subquery(with_sms.into_query()));
    let first = identity_provider::Entity::find().order_by_asc(identity_provider::Column::Id);
    let started = first.one(&services.db).await?;
    Ok(GuideStep {
        title: "Add an identity provider that sends SMS".to_owned(),
        text: "Describe your SMS provider's request under SMSOTP Configuration, and enable it.".to_owned(),
        href: started.as_ref().map_or_else(
            || "/console/identity-providers/new".to_owned(),
            |row| format!("/console/identity-providers/{}", row.id),
        ),
        action: action(
            started.is_some(),
            "Go to the identity provider",
            "To Add Identity Provider",
        ),
        done: is_there(&services.db, ready).await?,
    })
}

async fn saml_step(services: &Services) -> Result<GuideStep> {
    let first = service_provider::Entity::find().order_by_asc(service_provider::Column::Id);
    let started = first.one(&services.db).await?;
    Ok(GuideStep {
        title: "Register a service provider with SAML".to_owned(),
        text: "Name your application, then give its issuer and assertion consumer URL, or its metadata.".to_owned(),
        href: started.as_ref().map_or_else(
            || "/console/service-providers/new".to_owned(),
            |row| format!("/console/service-providers/{}/saml", row.id),
        ),
        action: action(
            started.is_some(),
            "Go to its SAML configuration",
            "To Add Service Provider",
        ),
        done: is_there(&services.db, saml_service_provider::Entity::find()).await?,
    })
}

async fn steps_step(services: &Services) -> Result<GuideStep> {
    let db = &services.db;
    let newest = || {
        let configured = saml_service_provider::Entity::find()
            .select_only()
            .column(saml_service_provider::Column::ServiceProviderId)
            .into_query();
        service_provider::Entity::find().filter(service_provider::Column::Id.in_subquery(configured))
    };
    let done = newest().filter(asks_for_sms()).filter(asks_for_mobile());
    let started = newest().order_by_asc(service_provider::Column::Id).one(db).await?;
    let lacks_steps = match &started {
        Some(row) => {
            let same = newest()
                .filter(service_provider::Column::Id.eq(row.id))
                .filter(asks_for_sms());
            !is_there(db, same).await?
        }
        None => false,
    };
    Ok(GuideStep {
        title: "Ask for the mobile claim, and for a code as a step".to_owned(),
        text:
            "Under Claim Configuration add the mobile claim; under Authentication steps make the SMS the second step."
                .to_owned(),
        href: match &started {
            Some(row) if lacks_steps => format!("/console/service-providers/{}/authentication-steps", row.id),
            Some(row) => format!("/console/service-providers/{}", row.id),
            None => "/console/service-providers".to_owned(),
        },
        action: match (&started, lacks_steps) {
            (Some(_), true) => "Go to its authentication steps",
            (Some(_), false) => "Go to its claims",
            (None, _) => "Go to the service providers",
        }
        .to_owned(),
        done: is_there(db, done).await?,
    })
}

/// A step by SMS that the authentication type selects.
fn asks_for_sms() -> Condition {
    let step = authentication_step::Entity::find()
        .select_only()
        .column(authentication_step::Column::ServiceProviderId)
        .filter(authentication_step::Column::Id.in_subquery(sms_options()));
    let advanced = Condition::all()
        .add(service_provider::Column::AuthenticationType.eq(AuthenticationType::Advanced.as_str()))
        .add(service_provider::Column::Id.in_subquery(step.into_query()));
    Condition::any()
        .add(advanced)
        .add(service_provider::Column::AuthenticationType.eq(AuthenticationType::Federated.as_str()))
}

fn sms_options() -> sea_orm::sea_query::SelectStatement {
    authentication_step_option::Entity::find()
        .select_only()
        .column(authentication_step_option::Column::StepId)
        .filter(authentication_step_option::Column::Authenticator.eq(SMSOTP))
        .into_query()
}

fn asks_for_mobile() -> Condition {
    let mobile = service_provider_claim::Entity::find()
        .select_only()
        .column(service_provider_claim::Column::ServiceProviderId)
        .filter(service_provider_claim::Column::LocalClaim.eq(claim::MOBILE));
    Condition::all().add(service_provider::Column::Id.in_subquery(mobile.into_query()))
}

async fn mobile_step(services: &Services, actor: &Actor) -> Result<GuideStep> {
    let with_mobile = user::Entity::find().filter(user::Column::HasMobile.eq(true));
    let name: String = url::form_urlencoded::byte_serialize(actor.username.as_bytes()).collect();
    Ok(GuideStep {
        title: "Give a user a mobile number".to_owned(),
        text: "Codes go to the mobile number of the profile. Begin with your own.".to_owned(),
        href: format!("/console/users/{name}/profile"),
        action: "Go to your profile".to_owned(),
        done: is_there(&services.db, with_mobile).await?,
    })
}

async fn sign_in_step(services: &Services) -> Result<GuideStep> {
    let signed_in = sign_in::Entity::find().filter(sign_in::Column::Outcome.eq(SIGNED_IN));
    // The sample application is another origin's; only the demo knows where it is.
    let sample = services.settings.sandbox.as_ref().map(ToString::to_string);
    Ok(GuideStep {
        title: "Try it".to_owned(),
        text: "Sign in to the application: your password, then the code from your phone. It is listed under Sign-ins."
            .to_owned(),
        action: action(sample.is_some(), "Open the sample application", "Go to Sign-ins"),
        href: sample.unwrap_or_else(|| "/console/sign-ins".to_owned()),
        done: is_there(&services.db, signed_in).await?,
    })
}

fn action(started: bool, go_on: &str, begin: &str) -> String {
    if started { go_on } else { begin }.to_owned()
}

async fn is_there<E: EntityTrait>(db: &impl ConnectionTrait, select: Select<E>) -> Result<bool> {
    let one = select
        .select_only()
        .expr_as(Expr::val(1), "there")
        .limit(1)
        .into_query();
    Ok(db.query_one(&one).await?.is_some())
}
