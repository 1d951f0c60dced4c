//! Sign-ins that have not ended, each with the way to its time line.

use domain::view::watch::UnderWayRow;
use leptos::prelude::*;

use super::page_of;
use crate::console::logs::When;
use crate::ui::*;

/// Nothing where none is under way.
#[component]
pub fn UnderWay(rows: Vec<UnderWayRow>) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        let columns = ["Began", "Application", "User", "Stands at"].map(Column::from);
        let rows = rows.into_iter().map(row_view).collect_view();
        view! {
            <PlainCard title="Under way" hint="The newest that have not ended" flush=true>
                <Table caption="Not ended yet" columns=columns.to_vec()>{rows}</Table>
            </PlainCard>
        }
    })
}

fn row_view(row: UnderWayRow) -> impl IntoView {
    let user = if row.username.is_empty() {
        "not known yet".to_owned()
    } else {
        row.username
    };
    view! {
        <tr>
            <th scope="row" class="name"><a href=page_of(&row.id)><When at=row.began/></a></th>
            <Cell label="Application">{row.application}</Cell>
            <Cell label="User">{user}</Cell>
            <Cell label="Stands at">{row.standing}</Cell>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn each_leads_to_its_time_line_and_none_is_nothing() {
        let row = UnderWayRow {
            id: "abc-_1".into(),
            began: "2026-11-23T12:00:00Z".into(),
            application: "<b>wiki</b>".into(),
            standing: "step 2 of 2".into(),
            ..UnderWayRow::default()
        };
        let html = markup(|| view! { <UnderWay rows=vec![row]/> });
        for part in [
            "/console/sign-ins/abc-_1",
            "&lt;b&gt;wiki",
            "not known yet",
            "step 2 of 2",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!markup(|| view! { <UnderWay rows=Vec::new()/> }).contains("Under way"));
    }
}
