//! The audit log to read: who changed what, the newest first. It is written by [`crate::audit`] and changed by nobody.

use domain::Permission;
use domain::view::Page;
use domain::view::watch::{AuditQuery, AuditRow, AuditView};
use entity::audit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::newest::{self, moment};
use crate::{Actor, Result, Services};

/// Kinds of targets and their names in the console.
const KINDS: [(&str, &str); 6] = [
    ("identity_providers", "Identity Providers"),
    ("service_providers", "Service Providers"),
    ("users", "Users"),
    ("roles", "Roles"),
    ("claims", "Claims"),
    ("console", "Console sign-in"),
];

/// A page of the audit log, with what one can filter by.
///
/// # Errors
/// `Denied` without *View log*.
pub async fn list(services: &Services, actor: &Actor, query: &AuditQuery) -> Result<AuditView> {
    actor.require(Permission::ViewLog)?;
    let mut select = audit::Entity::find();
    let search = newest::typed(&query.list.search);
    if !search.is_empty() {
        select = select.filter(newest::begins_with(audit::Column::Actor, &search));
    }
    if KINDS.iter().any(|(kind, _)| *kind == query.kind) {
        select = select.filter(audit::Column::TargetKind.eq(&query.kind));
    }
    let page = newest::page(&services.db, select, audit::Column::Id, &query.list, |row| row.id).await?;
    Ok(AuditView {
        page: Page {
            rows: page.rows.into_iter().map(view).collect(),
            count: page.count,
            next: page.next,
            previous: page.previous,
        },
        kinds: KINDS.map(|(kind, name)| (kind.to_owned(), name.to_owned())).into(),
    })
}

fn view(row: audit::Model) -> AuditRow {
    let kind = KINDS.iter().find(|(kind, _)| *kind == row.target_kind);
    AuditRow {
        id: row.id,
        at: moment(row.at),
        actor: row.actor,
        action: row.action.replace('_', " "),
        kind: kind.map_or_else(|| row.target_kind.replace('_', " "), |(_, name)| (*name).to_owned()),
        target: row.target,
        detail: row.detail,
        address: row.address,
    }
}

#[cfg(test)]
mod tests {
    use domain::view::ListQuery;
    use domain::{Permission, PermissionSet};

    use super::*;
    use crate::audit::{Entry, record};
    use crate::testing::services;
    use crate::users::tests::is_denied;

    async fn write(services: &Services, actor: &str, kind: &str, target: &str) {
        let by = Actor {
            username: actor.to_owned(),
            ..Actor::command_line(services.clock.now())
        };
        let entry = Entry {
            action: "sign_in_failed",
            target_kind: kind,
            target,
            detail: "<script>alert(1)</script>".into(),
        };
        record(&services.db, &*services.clock, &by, entry).await.unwrap();
    }

    async fn found(services: &Services, actor: &Actor, search: &str, kind: &str) -> Vec<String> {
        let list_query = ListQuery {
            search: search.into(),
            ..ListQuery::default()
        };
        let query = AuditQuery {
            list: list_query,
            kind: kind.into(),
        };
        list(services, actor, &query)
            .await
            .unwrap()
            .page
            .rows
            .into_iter()
            .map(|row| row.target)
            .collect()
    }

    #[tokio::test]
    async fn entries_are_found_by_who_and_by_what() {
        let (services, _, admin) = services().await;
        write(&services, "Jane", "users", "one").await;
        write(&services, "janet", "roles", "two").await;
        write(&services, "mary", "users", "three").await;
        assert_eq!(
            found(&services, &admin, "", "").await,
            ["three", "two", "one"],
            "the newest first"
        );
        assert_eq!(found(&services, &admin, " JANE", "").await, ["two", "one"]);
        assert_eq!(found(&services, &admin, "jane", "users").await, ["one"]);
        assert_eq!(found(&services, &admin, "", "claims").await, Vec::<String>::new());
        assert_eq!(
            found(&services, &admin, "", "no such kind").await.len(),
            3,
            "a forged filter filters nothing"
        );
    }

    #[tokio::test]
    async fn a_row_is_what_was_written_in_words() {
        let (services, _, admin) = services().await;
        write(&services, "jane", "console", "jane").await;
        write(&services, "jane", "later_things", "x").await;
        let rows = list(&services, &admin, &AuditQuery::default()).await.unwrap().page.rows;
        assert_eq!(
            (rows[1].at.as_str(), rows[1].action.as_str()),
            ("2026-11-23T12:00:00Z", "sign in failed")
        );
        assert_eq!(
            (rows[1].kind.as_str(), rows[0].kind.as_str()),
            ("Console sign-in", "later things")
        );
        assert_eq!(rows[1].detail, "<script>alert(1)</script>");
    }

    #[tokio::test]
    async fn filters_hold_from_page_to_page() {
        let (services, _, admin) = services().await;
        for n in 0..30 {
            write(&services, "jane", "users", &format!("u{n}")).await;
            write(&services, "mary", "roles", "r").await;
        }
        let list_query = ListQuery {
            search: "jane".into(),
            ..ListQuery::default()
        };
        let first = AuditQuery {
            list: list_query,
            kind: "users".into(),
        };
        let page = list(&services, &admin, &first).await.unwrap().page;
        assert_eq!((page.rows.len(), page.count), (25, Some(30)));
        let second = AuditQuery {
            list: ListQuery {
                after: page.next,
                ..first.list.clone()
            },
            ..first
        };
        let page = list(&services, &admin, &second).await.unwrap().page;
        assert_eq!(
            page.rows.iter().map(|row| row.target.as_str()).collect::<Vec<_>>(),
            ["u4", "u3", "u2", "u1", "u0"]
        );
        assert!(page.previous.is_some() && page.next.is_none());
    }

    #[tokio::test]
    async fn only_those_who_may_view_the_log_read_it() {
        let (services, _, admin) = services().await;
        let others = Permission::ALL
            .into_iter()
            .filter(|permission| *permission != Permission::ViewLog);
        let other = Actor {
            permissions: others.collect(),
            ..admin.clone()
        };
        assert!(is_denied(&list(&services, &other, &AuditQuery::default()).await));
        let viewer = Actor {
            permissions: PermissionSet::from_iter([Permission::ViewLog]),
            ..admin
        };
        assert!(list(&services, &viewer, &AuditQuery::default()).await.is_ok());
    }
}
