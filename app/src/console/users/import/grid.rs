//! The grid: a block for each row, a field for each cell, and beside each what is wrong with it.

use domain::view::user_import::{ImportCell, ImportRow, Standing};
use leptos::prelude::*;

use crate::ui::*;

/// A row with its cells.
pub fn row(row: ImportRow) -> impl IntoView {
    let line = row.line;
    let kind = match row.standing {
        Standing::Problem => TagKind::Bad,
        Standing::Exists => TagKind::Warn,
        Standing::Ready => TagKind::Good,
        Standing::LeftOut => TagKind::Neutral,
    };
    let (press, label) = if row.standing == Standing::LeftOut {
        ("put-back", "Put back")
    } else {
        ("leave-out", "Leave out")
    };
    let whole = row
        .problems
        .into_iter()
        .map(|text| view! { <p class="field-error"><Icon kind=IconKind::Alert/><span>{text}</span></p> })
        .collect_view();
    // What is left out is shown to be put back, not to be repaired.
    let locked = row.standing == Standing::LeftOut;
    let cells = row.cells.into_iter().map(|one| cell(line, one, locked)).collect_view();
    view! {
        <li class="import-row">
            <div class="import-row-head">
                <h2>{format!("Line {line}")}</h2>
                <Tag kind text=row.standing.words()/>
                <Button kind=ButtonKind::Quiet small=true name="input[press]" value=format!("{press} {line}")>
                    {label}<span class="hear-only">{format!(" line {line}")}</span>
                </Button>
            </div>
            {whole}
            <div class="import-cells">{cells}</div>
        </li>
    }
}

fn cell(line: i64, cell: ImportCell, locked: bool) -> AnyView {
    let name = format!("input[cells][r{line}][c{}]", cell.column);
    let id = field_id(&name);
    let hidden = match (cell.is_hidden, cell.is_secret) {
        (true, true) => Some("Kept, not shown. Type another to replace it.".to_owned()),
        (true, false) => Some("Too long to be shown. Type it anew.".to_owned()),
        _ => None,
    };
    let becomes = cell.becomes.map(|value| format!("Becomes {value}"));
    let note = becomes.or(hidden);
    let described = described_by(&id, cell.problem.is_some(), false, note.is_some());
    let invalid = cell.problem.is_some().then_some("true");
    let kind = if cell.is_secret { "password" } else { "text" };
    let complete = if cell.is_secret { "new-password" } else { "off" };
    let control = if cell.value.contains('\n') {
        view! {
            <textarea id=id.clone() name=name class="control" rows="2" autocomplete="off" aria-invalid=invalid
                aria-describedby=described disabled=locked>{format!("\n{}", cell.value)}</textarea>
        }
        .into_any()
    } else {
        view! {
            <input id=id.clone() name=name type=kind class="control" value=cell.value autocomplete=complete
                aria-invalid=invalid aria-describedby=described disabled=locked/>
        }
        .into_any()
    };
    let error = cell.problem.map(|text| {
        view! { <p class="field-error" id=format!("{id}-error")><Icon kind=IconKind::Alert/><span>{text}</span></p> }
    });
    let note = note.map(|text| view! { <p class="field-note" id=format!("{id}-note")><span>{text}</span></p> });
    view! {
        <div class="field">
            <label class="label" for=id.clone()>{cell.label}<span class="hear-only">{format!(" of line {line}")}</span></label>
            {control}{error}{note}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn shown(cell: ImportCell, standing: Standing) -> String {
        markup(move || {
            row(ImportRow {
                line: 12,
                standing,
                cells: vec![cell],
                problems: Vec::new(),
            })
        })
    }

    #[test]
    fn a_cell_has_its_problem_beside_it_and_what_it_becomes() {
        let number = ImportCell {
            column: 3,
            label: "Mobile".into(),
            value: "\"<077".into(),
            is_secret: false,
            is_hidden: false,
            problem: Some("Not <so>".into()),
            becomes: Some("+94771234567".into()),
        };
        let html = shown(number.clone(), Standing::Problem);
        for part in [
            r#"name="input[cells][r12][c3]""#,
            r#"aria-invalid="true""#,
            "Not &lt;so&gt;",
            "Becomes +94771234567",
            r#"value="&quot;&lt;077""#,
            r#"value="leave-out 12""#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        let secret = ImportCell {
            is_secret: true,
            is_hidden: true,
            value: String::new(),
            becomes: None,
            ..number.clone()
        };
        let html = shown(secret, Standing::Ready);
        assert!(
            html.contains(r#"type="password""#) && html.contains("not shown"),
            "{html}"
        );
        let html = shown(number, Standing::LeftOut);
        assert!(
            html.contains(r#"value="put-back 12""#) && html.contains(" disabled"),
            "{html}"
        );
    }
}
