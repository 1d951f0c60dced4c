//! The audit log to read: who changed what, the newest first. It is written by [`crate::audit`] and changed by nobody.

use domain::Permission;
use domain::view::Page;
use domain::view::watch::{AuditQuery, AuditRow, AuditView};
use entity::audit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::newest::{self, moment};
use crate::{Actor, Result, Services, range};

mod details;

pub use details::get;

/// Kinds of targets, their names in the console, and what it takes to see what of them was changed.
const KINDS: [(&str, &str, Permission); 12] = [
    (
        "identity_providers",
        "Identity Providers",
        Permission::ViewIdentityProviders,
    ),
    (
        "service_providers",
        "Service Providers",
        Permission::ViewServiceProviders,
    ),
    ("users", "Users", Permission::ViewUsers),
    ("roles", "Roles", Permission::ViewRoles),
    ("claims", "Claims", Permission::ViewSettings),
    ("settings", "Settings", Permission::ViewSettings),
    ("signing_keys", "Signing keys", Permission::ViewSettings),
    ("master_key", "Master key", Permission::ViewSettings),
    ("console", "Console sign-in", Permission::ViewLog),
    ("sms_deliveries", "SMS Deliveries", Permission::ViewLog),
    ("sign_ins", "Sign-ins", Permission::ViewLog),
    ("audit_log", "Audit Log", Permission::ViewLog),
];

/// A page of the audit log, with what one can filter by.
///
/// # Errors
/// `Denied` without *View log*.
pub async fn list(services: &Services, actor: &Actor, query: &AuditQuery) -> Result<AuditView> {
    actor.require(Permission::ViewLog)?;
    let choices = AuditView {
        kinds: KINDS.map(|(kind, name, _)| (kind.to_owned(), name.to_owned())).into(),
        actions: actions(services).await?,
        ..AuditView::default()
    };
    let (from, to) = match range::read(&query.from, &query.to) {
        Ok(range) => range,
        Err(problems) => {
            let page = Page {
                count: Some(0),
                ..Page::default()
            };
            return Ok(AuditView {
                page,
                problems,
                ..choices
            });
        }
    };
    let mut select = audit::Entity::find();
    let search = newest::typed(&query.list.search);
    if KINDS.iter().any(|(kind, ..)| *kind == query.kind) {
        select = select.filter(audit::Column::TargetKind.eq(&query.kind));
    }
    if choices.actions.iter().any(|(action, _)| *action == query.action) {
        select = select.filter(audit::Column::Action.eq(&query.action));
    }
    let select = select.filter(range::within(audit::Column::At, from, to));
    let columns = (audit::Column::Id, audit::Column::Actor);
    let page = newest::page_of_names(&services.db, select, columns, &search, &query.list, |row| row.id).await?;
    Ok(AuditView {
        page: Page {
            rows: page.rows.into_iter().map(view).collect(),
            count: page.count,
            next: page.next,
            previous: page.previous,
        },
        ..choices
    })
}

/// Every action there is a row of: each is one step along the index, however long the log is.
async fn actions(services: &Services) -> Result<Vec<(String, String)>> {
    let mut found: Vec<String> = Vec::new();
    loop {
        let after = found.last().map_or("", String::as_str);
        let next: Option<String> = audit::Entity::find()
            .select_only()
            .column(audit::Column::Action)
            .filter(audit::Column::Action.gt(after))
            .order_by_asc(audit::Column::Action)
            .limit(1)
            .into_tuple()
            .one(&services.db)
            .await?;
        match next {
            Some(action) => found.push(action),
            None => break,
        }
    }
    let words = |action: String| {
        let words = action.replace('_', " ");
        (action, words)
    };
    Ok(found.into_iter().map(words).collect())
}

fn view(row: audit::Model) -> AuditRow {
    let kind = KINDS.iter().find(|(kind, ..)| *kind == row.target_kind);
    AuditRow {
        id: row.id,
        at: moment(row.at),
        actor: row.actor,
        action: row.action.replace('_', " "),
        kind: kind.map_or_else(|| row.target_kind.replace('_', " "), |(_, name, _)| (*name).to_owned()),
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
            ..AuditQuery::default()
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
            ..AuditQuery::default()
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

    #[tokio::test]
    async fn entries_are_found_by_what_was_done_and_when() {
        let (services, clock, admin) = services().await;
        write(&services, "jane", "users", "old").await;
        clock.advance(chrono::Duration::hours(2));
        write(&services, "jane", "users", "new").await;
        crate::users::tests::add(&services, &admin, "mary").await;
        let found = async |change: fn(&mut AuditQuery)| {
            let mut query = AuditQuery::default();
            change(&mut query);
            let view = list(&services, &admin, &query).await.unwrap();
            let targets: Vec<_> = view.page.rows.into_iter().map(|row| row.target).collect();
            (targets, view.problems.0.len())
        };
        let targets = |names: &[&str]| (names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), 0);
        assert_eq!(found(|query| query.action = "create".into()).await, targets(&["mary"]));
        assert_eq!(
            found(|query| query.action = "forged".into()).await,
            targets(&["mary", "new", "old"])
        );
        assert_eq!(
            found(|query| query.to = "2026-11-23T13:00".into()).await,
            targets(&["old"])
        );
        assert_eq!(
            found(|query| query.from = "2026-11-23T13:00".into()).await,
            targets(&["mary", "new"])
        );
        assert_eq!(found(|query| query.from = "yesterday".into()).await, (Vec::new(), 1));
        let actions = list(&services, &admin, &AuditQuery::default()).await.unwrap().actions;
        assert_eq!(
            actions,
            [("create", "create"), ("sign_in_failed", "sign in failed")].map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
    }
}
