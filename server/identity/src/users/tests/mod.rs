//! What the tests of users share: people, and what they may do.

use domain::flow::Authenticator;
use domain::input::role::RoleInput;
use domain::input::user::{ProfileInput, UserInput, UserRolesInput};
use domain::{Permission, PermissionSet, Problems, claim};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{assign_roles, create, find_by_username, profile, update_profile};
use crate::{Actor, Error, Result, Services, roles};

mod backup_code_rules;
mod bulk_rules;
mod create_rules;
mod guard_rules;
mod list_rules;
mod password_rules;
mod profile_rules;

pub(crate) const PASSWORD: &str = "tr0mbone-Teapot";

/// A user without roles.
pub(crate) async fn add(services: &Services, admin: &Actor, username: &str) -> i64 {
    let input = UserInput {
        username: username.into(),
        password: PASSWORD.into(),
        confirm_password: PASSWORD.into(),
    };
    create(services, admin, &input).await.unwrap();
    find_by_username(&services.db, username).await.unwrap().unwrap().id
}

/// A user with a role of these permissions, as an actor.
pub(crate) async fn add_with(services: &Services, admin: &Actor, username: &str, permissions: &[Permission]) -> Actor {
    add(services, admin, username).await;
    let permissions = permissions
        .iter()
        .map(|permission| permission.as_str().to_owned())
        .collect();
    let role = RoleInput {
        version: String::new(),
        name: format!("{username}s"),
        permissions,
    };
    let role = roles::create(services, admin, &role).await.unwrap();
    give(services, admin, username, &[role]).await.unwrap();
    actor(services, admin, username).await
}

/// Gives the user exactly these roles.
pub(crate) async fn give(services: &Services, by: &Actor, username: &str, roles: &[i64]) -> Result<()> {
    let version = version(services, username).await;
    let input = UserRolesInput {
        version,
        roles: roles.iter().map(ToString::to_string).collect(),
    };
    assign_roles(services, by, username, &input).await
}

/// The user as an actor, with a session of their own and the password just given.
pub(crate) async fn actor(services: &Services, admin: &Actor, username: &str) -> Actor {
    let user = find_by_username(&services.db, username).await.unwrap().unwrap();
    Actor {
        user_id: Some(user.id),
        permissions: roles::permissions_of(&services.db, user.id).await.unwrap(),
        session_id: session(services, user.id).await,
        username: user.username,
        ..admin.clone()
    }
}

/// A second user with the role `admin`.
pub(crate) async fn add_admin(services: &Services, admin: &Actor, username: &str) -> Actor {
    add(services, admin, username).await;
    give(services, admin, username, &[admin_role(services, admin).await])
        .await
        .unwrap();
    let actor = actor(services, admin, username).await;
    assert_eq!(actor.permissions, PermissionSet::all());
    actor
}

pub(crate) async fn admin_role(services: &Services, admin: &Actor) -> i64 {
    let choices = super::role_choices(services, admin, "admin").await.unwrap();
    choices.into_iter().find(|role| role.name == "admin").unwrap().id
}

pub(crate) async fn version(services: &Services, username: &str) -> String {
    find_by_username(&services.db, username)
        .await
        .unwrap()
        .unwrap()
        .version
        .to_string()
}

/// Begins a console session.
pub(crate) async fn session(services: &Services, user_id: i64) -> String {
    use crate::sessions::{Kind, begin};
    begin(
        services,
        &services.db,
        Kind::Console,
        user_id,
        &[],
        &crate::sessions::Client::default(),
    )
    .await
    .unwrap()
    .1
    .id
}

pub(crate) async fn is_live(services: &Services, session: &str) -> bool {
    use crate::sessions::{Kind, find_by_id};
    find_by_id(services, Kind::Console, session).await.unwrap().is_some()
}

/// Begins a sign-in of the user's.
async fn begin_flow(services: &Services, user_id: i64) -> String {
    use crate::login::{Begin, Continuation, begin};
    use entity::login_flow::{Column, Entity};
    let flow = Begin {
        continuation: Continuation::Saml { request: "r".into() },
        service_provider_id: None,
        application: "app".into(),
        steps: vec![vec![Authenticator::Basic]],
        force: false,
        passive: false,
    };
    let id = begin(services, &services.db, flow).await.unwrap().flow_id;
    let of_user = Entity::update_many().col_expr(Column::UserId, Expr::value(user_id));
    of_user.filter(Column::Id.eq(&id)).exec(&services.db).await.unwrap();
    id
}

/// Whether the sign-in can still go on.
async fn is_under_way(services: &Services, flow: &str) -> bool {
    let row = entity::login_flow::Entity::find_by_id(flow)
        .one(&services.db)
        .await
        .unwrap();
    row.is_some_and(|row| serde_json::from_str::<serde_json::Value>(&row.stage).unwrap()["ended"].is_null())
}

/// Saves some claims by their short names.
pub(crate) async fn save(services: &Services, by: &Actor, username: &str, claims: &[(&str, &str)]) -> Result<()> {
    let version = version(services, username).await;
    let claims = claims
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    update_profile(services, by, username, &ProfileInput { version, claims }).await
}

/// The value as the profile shows it to `by`.
async fn shown(services: &Services, by: &Actor, username: &str, name: &str) -> String {
    let profile = profile(services, by, username).await.unwrap();
    profile
        .fields
        .into_iter()
        .find(|(field, _)| claim::short_name(&field.uri) == name)
        .unwrap()
        .1
}

pub(crate) fn problems(result: Result<impl std::fmt::Debug>) -> Problems {
    match result {
        Err(Error::Invalid(problems)) => problems,
        other => panic!("not refused as invalid: {other:?}"),
    }
}

pub(crate) fn is_denied<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Denied(_)))
}
