//! SMS Deliveries: what became of every code and test.

pub(crate) mod counts;
mod details;
mod list;

pub use details::DetailsPage;
pub use list::ListPage;

use domain::view::delivery::DeliveryRow;
use leptos::prelude::*;

use crate::console::logs::{OutcomeTag, When};
use crate::ui::*;

pub(super) const LIST: &str = "/console/deliveries";

fn page_of(id: i64) -> String {
    format!("{LIST}/{id}")
}

/// Deliveries as a table: the list's, and those of one sign-in.
fn table(columns: Vec<Column>, rows: Vec<DeliveryRow>) -> AnyView {
    let rows = rows.into_iter().map(row_view).collect_view();
    view! { <Table caption="SMS deliveries" columns>{rows}</Table> }.into_any()
}

/// The heads of that table; the first is the time.
fn columns(when: Column) -> Vec<Column> {
    let others = ["Service provider", "Number", "Sent by", "Outcome"].map(Column::from);
    let columns = std::iter::once(when).chain(others);
    columns.chain([Column::number("Took"), Column::text("Code")]).collect()
}

fn row_view(row: DeliveryRow) -> impl IntoView {
    let whom = whom(&row);
    let reached = reached(&row);
    let times = times(&row);
    let code = code(&row);
    view! {
        <tr>
            <th scope="row" class="name">
                <a href=page_of(row.id)><When at=row.at/></a>
                {(!row.rule.is_empty()).then(|| view! { <div class="sub">{row.rule}</div> })}
            </th>
            <Cell label="Service provider">{row.application}<div class="sub">{whom}</div></Cell>
            <Cell label="Number">{row.masked_number}<div class="sub">{row.country}</div></Cell>
            <Cell label="Sent by">{row.identity_provider}</Cell>
            <Cell label="Outcome"><OutcomeTag severity=row.severity text=row.outcome/><div class="sub">{reached}</div></Cell>
            <Cell label="Took" number=true>
                {row.duration_millis.map(|millis| format!("{millis} ms"))}
                {times.map(|times| view! { <div class="sub times">{times}</div> })}
            </Cell>
            <Cell label="Code">{code}</Cell>
        </tr>
    }
}

/// `sign-in of jane`.
fn whom(row: &DeliveryRow) -> String {
    match &row.username {
        Some(name) => format!("{} of {name}", row.purpose),
        None => row.purpose.clone(),
    }
}

/// `done · HTTP 200 · 2 tries`.
fn reached(row: &DeliveryRow) -> String {
    let status = row.status.map(|status| format!("HTTP {status}"));
    let tries = (row.attempts > 1).then(|| format!("{} tries", row.attempts));
    let phase = (!row.phase.is_empty()).then(|| row.phase.clone());
    let parts: Vec<String> = [phase, status, tries].into_iter().flatten().collect();
    parts.join(" · ")
}

/// `Name 3, Connected 123, First byte 271, Done 15`.
fn times(row: &DeliveryRow) -> Option<String> {
    let parts: Vec<String> = row
        .phases
        .iter()
        .map(|(name, millis)| format!("{name} {millis}"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn code(row: &DeliveryRow) -> AnyView {
    match &row.used_at {
        Some(at) => view! { "used"<div class="sub"><When at=at.clone()/></div> }.into_any(),
        None if row.purpose != "sign-in" => ().into_any(),
        None => "not used".into_any(),
    }
}

/// A delivery as tests of this slice know it.
#[cfg(test)]
fn sample() -> DeliveryRow {
    DeliveryRow {
        id: 12,
        at: "2026-11-23T12:00:00Z".into(),
        application: "<script>app</script>".into(),
        identity_provider: "<i>SMSOTP</i>".into(),
        username: Some("jane".into()),
        masked_number: "•• ••• ••• •67".into(),
        country: "LK".into(),
        purpose: "sign-in".into(),
        outcome: "accepted".into(),
        severity: domain::view::watch::Severity::Good,
        phase: "done".into(),
        status: Some(200),
        rule: "`<b>` is 0".into(),
        attempts: 3,
        duration_millis: Some(412),
        phases: vec![("Connected".into(), 126), ("Done".into(), 286)],
        segments: Some(2),
        ..DeliveryRow::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn a_row_says_it_all_and_hostile_text_stays_text() {
        let html = markup(|| row_view(sample()));
        for part in [
            r#"<a href="/console/deliveries/12"><time datetime="2026-11-23T12:00:00Z">"#,
            "`&lt;b&gt;` is 0",
            "sign-in of jane",
            "•• ••• ••• •67",
            "LK",
            r#"class="tag good">accepted<"#,
            "done · HTTP 200 · 3 tries",
            "412 ms",
            "Connected 126, Done 286",
            "not used",
            "&lt;script&gt;app",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("<i>"), "{html}");
    }

    #[test]
    fn a_test_has_no_code_to_use() {
        let html = markup(|| {
            row_view(DeliveryRow {
                purpose: "test".into(),
                username: None,
                ..sample()
            })
        });
        assert!(
            !html.contains("used") && html.contains(r#"<div class="sub">test</div>"#),
            "{html}"
        );
        let used = DeliveryRow {
            used_at: Some("2026-11-23T12:00:09Z".into()),
            ..sample()
        };
        assert!(markup(|| row_view(used)).contains("2026-11-23 12:00:09"));
    }
}
