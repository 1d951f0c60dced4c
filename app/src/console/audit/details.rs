//! One entry: who, what, when, and each field before and after.

use domain::Permission;
use domain::view::watch::{AuditDetails, AuditRow, FieldChange};
use leptos::prelude::*;

use super::LIST;
use crate::console::logs::When;
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn DetailsPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewLog),
        Some(NavItem::AuditLog),
        |request| async move {
            let console = &request.console;
            let view = identity::audit_log::get(&console.services, &console.actor, request.id()?).await?;
            Ok(Body::new(content(view)))
        },
    )
}

fn content(view: AuditDetails) -> impl IntoView {
    let title = format!("Entry {}", view.row.id);
    let crumbs = vec![Crumb::link("Audit Log", LIST), Crumb::here(title.clone())];
    let subtitle = format!("{} by {}: {}", view.row.action, who(&view.row), view.row.target);
    let changes = changes(view.changes, view.hidden);
    view! {
        // As text: a name may hold anything.
        <PageHead title subtitle=subtitle.into_any() crumbs/>
        <PlainCard title="Who and what">{facts(view.row, view.href)}</PlainCard>
        {changes}
    }
}

/// Names that nobody has are not kept: people type passwords into that field.
fn who(row: &AuditRow) -> String {
    if row.actor.is_empty() {
        "unknown".to_owned()
    } else {
        row.actor.clone()
    }
}

fn facts(row: AuditRow, href: String) -> impl IntoView {
    let (actor, target) = (who(&row), row.target.clone());
    let now = (!href.is_empty()).then(|| {
        view! { <Fact label="As it is now"><a href=href>{target}</a></Fact> }
    });
    let text =
        |label: &'static str, text: String| (!text.is_empty()).then(|| view! { <Fact label=label>{text}</Fact> });
    view! {
        <Facts>
            <Fact label="When (UTC)"><When at=row.at/></Fact>
            <Fact label="Who">{actor}</Fact>
            {text("From the address", row.address)}
            <Fact label="What">{row.action}</Fact>
            <Fact label="Kind">{row.kind}</Fact>
            {text("Target", row.target)}
            {text("Detail", row.detail)}
            {now}
        </Facts>
    }
}

fn changes(changes: Vec<FieldChange>, hidden: Option<String>) -> AnyView {
    if let Some(permission) = hidden {
        let text = format!("What was changed is shown to whoever has the permission \u{201c}{permission}\u{201d}.");
        return view! { <PlainCard title="Before and after"><p>{text}</p></PlainCard> }.into_any();
    }
    if changes.is_empty() {
        return ().into_any();
    }
    let columns = ["Field", "Before", "After"].map(Column::from);
    let rows = changes.into_iter().map(row_view).collect_view();
    view! {
        <PlainCard title="Before and after" hint="Keys are dotted, numbers masked" flush=true>
            <Table caption="Before and after, field by field" columns=columns.to_vec()>{rows}</Table>
        </PlainCard>
    }
    .into_any()
}

fn row_view(change: FieldChange) -> impl IntoView {
    view! {
        <tr>
            <th scope="row" class="name">{change.field}</th>
            <Cell label="Before">{value(change.before)}</Cell>
            <Cell label="After">{value(change.after)}</Cell>
        </tr>
    }
}

/// A value as it was typed, a line a line.
fn value(text: String) -> AnyView {
    if text.is_empty() {
        return view! { <span class="none">"nothing"</span> }.into_any();
    }
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines
        .into_iter()
        .map(|line| view! { <code class="value-line">{line}</code> })
        .collect_view()
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn view() -> AuditDetails {
        AuditDetails {
            row: AuditRow {
                id: 7,
                at: "2026-11-23T12:00:00Z".into(),
                actor: "jane".into(),
                action: "update".into(),
                kind: "Users".into(),
                target: "<b>mary</b>".into(),
                address: "192.0.2.1".into(),
                ..AuditRow::default()
            },
            changes: vec![FieldChange {
                field: "HTTP <Payload>".into(),
                before: String::new(),
                after: "<script>\nnew".into(),
            }],
            href: "/console/users/mary/profile".into(),
            hidden: None,
        }
    }

    #[test]
    fn fields_stand_before_and_after_and_hostile_text_stays_text() {
        let html = markup(|| content(view()));
        for part in [
            "Entry 7",
            "update by jane",
            "HTTP &lt;Payload&gt;",
            ">nothing<",
            r#"<code class="value-line">&lt;script&gt;</code><code class="value-line">new</code>"#,
            r#"href="/console/users/mary/profile""#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    }

    #[test]
    fn who_may_not_see_it_is_told_what_it_takes() {
        let hidden = AuditDetails {
            changes: Vec::new(),
            hidden: Some("View users".into()),
            href: String::new(),
            ..view()
        };
        let html = markup(|| content(hidden));
        assert!(html.contains("View users") && !html.contains("<table"), "{html}");
        let plain = AuditDetails {
            changes: Vec::new(),
            ..view()
        };
        assert!(!markup(|| content(plain)).contains("Before and after"));
    }
}
