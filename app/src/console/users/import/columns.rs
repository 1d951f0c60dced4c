//! *Columns*: what each column of the file is. Changing it checks every row again.

use domain::input::user_import::ColumnsInput;
use domain::view::user_import::{ColumnsView, ImportStatus};
use domain::{Permission, Problems};
use identity::users::import as rules;
use leptos::prelude::*;

use super::super::with_problems;
use super::{crumbs, facts_line, form_of, page_of, reading_fields};
use crate::console::page::{Body, console_page};
use crate::context::see_other;
use crate::ui::*;

#[component]
pub fn ColumnsPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageUsers),
        Some(NavItem::Users),
        |request| async move {
            let console = &request.console;
            let mut view = rules::columns(&console.services, &console.actor, &request.param("id")?).await?;
            if view.facts.status != ImportStatus::Review {
                see_other(&page_of(&view.facts.id, "review"));
                return Ok(Body::new(()));
            }
            let form = form_of(&view.facts.id, "columns");
            let draft = console.draft::<ColumnsInput>(&form, &request.query).await?;
            let problems = match draft {
                Some(draft) => {
                    put(&mut view, draft.input);
                    draft.problems
                }
                None => Problems::default(),
            };
            let body = Body::new(content(view, &problems));
            Ok(with_problems(body, problems, "Not changed"))
        },
    )
}

/// What was chosen, over what is stored.
fn put(view: &mut ColumnsView, mut input: ColumnsInput) {
    for (place, column) in view.columns.iter_mut().enumerate() {
        if let Some(target) = input.columns.remove(&format!("c{place}")) {
            column.target = target;
        }
    }
    view.facts.country = input.country;
    view.facts.without_password = input.without_password.0;
}

fn content(view: ColumnsView, problems: &Problems) -> impl IntoView + use<> {
    let count = problems.0.len();
    let review = page_of(&view.facts.id, "review");
    let choices = view.choices;
    let selects = view
        .columns
        .into_iter()
        .enumerate()
        .map(|(place, column)| {
            let field = format!("columns[c{place}]");
            let help = match column.sample.as_str() {
                "" => String::new(),
                sample => format!("First: {}", sample.replace('`', "")),
            };
            view! {
                <SelectField name=format!("input[columns][c{place}]")
                    label=format!("Column {}: {}", place + 1, column.header) options=choices.clone() value=column.target
                    error=problems.of(&field) help/>
            }
        })
        .collect_view();
    let reading = reading_fields(
        view.facts.country.clone(),
        view.facts.without_password,
        problems.of("country"),
    );
    let subtitle = facts_line(&view.facts);
    view! {
        <PageHead title="Columns" subtitle crumbs=crumbs("Columns")/>
        <PostForm action="/api/console/users/import/columns">
            <Hidden name="id" value=view.facts.id/>
            <PlainCard title="What each column is"><div class="fields">{selects}</div></PlainCard>
            <PlainCard title="How rows are read"><div class="fields">{reading}</div></PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Apply and check again"</Button>
                <LinkButton kind=ButtonKind::Quiet href=review>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

#[cfg(test)]
mod tests {
    use domain::view::user_import::{ImportColumn, ImportCounts, ImportFacts};

    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn each_column_has_a_select_of_its_own() {
        let column = |header: &str, target: &str| ImportColumn {
            header: header.into(),
            target: target.into(),
            sample: "<x>".into(),
        };
        let facts = ImportFacts {
            id: "i".into(),
            file: "f".into(),
            read_as: "Read.".into(),
            country: "LK".into(),
            without_password: false,
            status: ImportStatus::Review,
            counts: ImportCounts::default(),
            kinds: Vec::new(),
        };
        let mut view = ColumnsView {
            facts,
            columns: vec![column("Login", "username"), column("Login", "")],
            choices: [("", "Ignored"), ("username", "Username")]
                .map(|(value, label)| (value.to_owned(), label.to_owned()))
                .into(),
        };
        let input = ColumnsInput {
            columns: [("c1".to_owned(), "username".to_owned())].into(),
            ..ColumnsInput::default()
        };
        put(&mut view, input);
        let html = markup(|| content(view, &Problems::one("columns[c1]", "Taken")));
        assert!(
            html.contains(r#"name="input[columns][c1]""#) && html.contains("Taken"),
            "{html}"
        );
        assert_eq!(html.matches("selected>Username").count(), 2, "{html}");
        assert!(
            html.contains(">Column 1: Login</label>") && html.contains("&lt;x&gt;"),
            "{html}"
        );
    }
}
