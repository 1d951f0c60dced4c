//! One entry with what it changed, field by field, and the way to the thing as it is now.

use domain::view::watch::{AuditDetails, FieldChange};
use domain::{Permission, view::watch::AuditRow};
use entity::{audit, claim, identity_provider, role, service_provider, user};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{KINDS, view};
use crate::audit::Changes;
use crate::{Actor, Error, Result, Services};

/// An entry by its id. What it changed is shown to whoever may also view that kind of thing.
///
/// # Errors
/// `Denied` without *View log*; `NotFound`.
pub async fn get(services: &Services, actor: &Actor, id: i64) -> Result<AuditDetails> {
    actor.require(Permission::ViewLog)?;
    let db = &services.db;
    let stored = audit::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let kind = KINDS.iter().find(|(kind, ..)| *kind == stored.target_kind);
    // A kind of a later version is shown to those who may view everything that this one knows.
    let needed = kind.map_or(Permission::ViewSettings, |(.., needed)| *needed);
    let changes = Changes::of_json(stored.changes.as_deref());
    let (target_kind, target) = (stored.target_kind.clone(), stored.target.clone());
    let row: AuditRow = view(stored);
    if !actor.permissions.has(needed) {
        let hidden = (!changes.is_empty()).then(|| needed.label().to_owned());
        return Ok(AuditDetails {
            row,
            hidden,
            ..AuditDetails::default()
        });
    }
    let shown = changes.into_iter().map(|change| FieldChange {
        field: change.field,
        before: change.before,
        after: change.after,
    });
    Ok(AuditDetails {
        changes: shown.collect(),
        hidden: None,
        href: href(db, &target_kind, &target).await?,
        row,
    })
}

/// Where the thing is that has this name now.
async fn href(db: &impl ConnectionTrait, kind: &str, name: &str) -> Result<String> {
    let lower = name.to_lowercase();
    let href = match kind {
        "identity_providers" => identity_provider::Entity::find()
            .filter(identity_provider::Column::NameLower.eq(lower))
            .one(db)
            .await?
            .map(|row| format!("/console/identity-providers/{}", row.id)),
        "service_providers" => service_provider::Entity::find()
            .filter(service_provider::Column::NameLower.eq(lower))
            .one(db)
            .await?
            .map(|row| format!("/console/service-providers/{}", row.id)),
        "users" => user::Entity::find()
            .filter(user::Column::UsernameLower.eq(lower))
            .one(db)
            .await?
            .map(|row| format!("/console/users/{}/profile", encoded(&row.username))),
        "roles" => role::Entity::find()
            .filter(role::Column::NameLower.eq(lower))
            .one(db)
            .await?
            .map(|row| format!("/console/roles/{}", row.id)),
        "claims" => claim::Entity::find_by_id(name)
            .one(db)
            .await?
            .map(|row| format!("/console/claims/edit?uri={}", encoded(&row.uri))),
        "signing_keys" => Some("/console/identity-providers/resident".to_owned()),
        _ => None,
    };
    Ok(href.unwrap_or_default())
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use domain::PermissionSet;
    use domain::input::role::RoleInput;

    use super::*;
    use crate::audit_log::list;
    use crate::testing::services;
    use crate::users::tests::is_denied;
    use crate::{claims, roles};

    async fn newest(services: &Services, actor: &Actor) -> AuditDetails {
        let id = list(services, actor, &Default::default()).await.unwrap().page.rows[0].id;
        get(services, actor, id).await.unwrap()
    }

    fn fields(details: &AuditDetails) -> Vec<[&str; 3]> {
        let fields = details.changes.iter();
        fields
            .map(|change| [change.field.as_str(), &change.before, &change.after])
            .collect()
    }

    fn role(name: &str, permissions: &[Permission], version: &str) -> RoleInput {
        RoleInput {
            name: name.into(),
            permissions: permissions.iter().map(|one| one.as_str().to_owned()).collect(),
            version: version.into(),
        }
    }

    #[tokio::test]
    async fn a_role_is_followed_from_its_first_day_to_its_last() {
        let (services, _, admin) = services().await;
        let first = role("clerk", &[Permission::ViewUsers], "");
        let id = roles::create(&services, &admin, &first).await.unwrap();
        let details = newest(&services, &admin).await;
        assert_eq!(
            fields(&details),
            [["Role Name", "", "clerk"], ["Permissions", "", "View users"]]
        );
        assert_eq!(details.href, format!("/console/roles/{id}"));

        let second = role("clerk", &[Permission::ViewUsers, Permission::ViewLog], "1");
        roles::update(&services, &admin, id, &second).await.unwrap();
        let details = newest(&services, &admin).await;
        assert_eq!(
            fields(&details),
            [["Permissions", "View users", "View users\nView log"]]
        );

        roles::delete(&services, &admin, id).await.unwrap();
        let details = newest(&services, &admin).await;
        assert_eq!(fields(&details)[0], ["Role Name", "clerk", ""]);
        assert_eq!(details.href, "", "no way to what is gone");
    }

    #[tokio::test]
    async fn moving_a_claim_tells_its_places() {
        let (services, _, admin) = services().await;
        let order = claims::list(&services, &admin).await.unwrap();
        claims::move_by_one(&services, &admin, &order[1].uri, claims::Direction::Down)
            .await
            .unwrap();
        let details = newest(&services, &admin).await;
        assert_eq!(fields(&details), [["Display Order", "2", "3"]]);
        assert!(
            details.href.starts_with("/console/claims/edit?uri=http%3A%2F%2F"),
            "{details:?}"
        );
    }

    #[tokio::test]
    async fn what_was_changed_is_for_those_who_may_view_the_thing() {
        let (services, _, admin) = services().await;
        let input = role("clerk", &[Permission::ViewUsers], "");
        roles::create(&services, &admin, &input).await.unwrap();
        let viewer = Actor {
            permissions: PermissionSet::from_iter([Permission::ViewLog]),
            ..admin.clone()
        };
        let details = newest(&services, &viewer).await;
        assert_eq!(
            (details.changes.len(), details.hidden.as_deref(), details.href.as_str()),
            (0, Some("View roles"), "")
        );
        assert_eq!(details.row.target, "clerk");
        let nobody = Actor {
            permissions: PermissionSet::default(),
            ..admin.clone()
        };
        assert!(is_denied(&get(&services, &nobody, details.row.id).await));
        assert!(matches!(get(&services, &admin, 999_999).await, Err(Error::NotFound)));
    }
}
