//! *Import Users*: the file, and how its numbers are read.

use domain::input::user_import::{MAX_BYTES, UploadInput};
use domain::view::user_import::ImportStatus;
use domain::{Permission, Problems};
use identity::users::import::{self as rules, Open};
use leptos::prelude::*;
use leptos::server_fn::codec::MultipartData;

use super::super::{LIST, with_problems};
use super::{UPLOAD_FORM, page_of, reading_fields};
use crate::console::page::{Body, console_page};
use crate::error::UiError;
use crate::multipart::{self, Part};
use crate::ui::*;

/// More than any field beside the file holds.
const FIELD_MAX: usize = 1024;

/// # Errors
/// `Transport` (400) for what is no such form.
pub async fn read(data: MultipartData) -> Result<UploadInput, UiError> {
    let limit = |name: &str| if name == "input[file]" { MAX_BYTES } else { FIELD_MAX };
    let mut input = UploadInput::default();
    let put = |part: Part| match part.name.as_str() {
        "input[file]" => {
            input.file = part.file;
            input.content = part.bytes;
        }
        "input[country]" => input.country = part.text(),
        "input[without_password]" => input.without_password = (part.text() == "true").into(),
        _ => {}
    };
    multipart::read(data, limit, put).await?;
    Ok(input)
}

#[component]
pub fn ImportPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageUsers),
        Some(NavItem::Users),
        |request| async move {
            let console = &request.console;
            let open = rules::open(&console.services, &console.actor).await?;
            let draft = console.draft::<UploadInput>(UPLOAD_FORM, &request.query).await?;
            let country = console.services.settings.default_country.clone().unwrap_or_default();
            let (input, problems) = match draft {
                Some(draft) => (draft.input, draft.problems),
                None => (
                    UploadInput {
                        country,
                        ..UploadInput::default()
                    },
                    Problems::default(),
                ),
            };
            let body = Body::new(content(input, &problems, open));
            Ok(with_problems(body, problems, "Not read"))
        },
    )
}

fn content(input: UploadInput, problems: &Problems, open: Option<Open>) -> impl IntoView + use<> {
    let count = problems.0.len();
    let crumbs = vec![Crumb::link("Users", LIST), Crumb::here("Import Users")];
    let under_way = open.as_ref().is_some_and(|open| is_under_way(open.status));
    let form = (!under_way).then(|| {
        let error = problems.of("file");
        let reading = reading_fields(input.country, input.without_password.0, problems.of("country"));
        view! {
            <PostForm action="/api/console/users/import/upload" multipart=true>
                <PlainCard>
                    <div class="fields">
                        <FileField name="input[file]" label="CSV File" required=true accept=".csv,.txt,.tsv,text/csv" error
                            help="At most 100,000 lines and 50 MB, in UTF-8, UTF-16 or Latin-1, with commas, semicolons or tabs. The first \
                                  line names the columns: `Username`, `Password`, and claims by their label, URI or attribute. Roles are not imported."/>
                        {reading}
                    </div>
                </PlainCard>
                <SaveBar problems=count>
                    <Button kind=ButtonKind::Primary>"Upload"</Button>
                    <LinkButton kind=ButtonKind::Quiet href=LIST>"Cancel"</LinkButton>
                </SaveBar>
            </PostForm>
        }
    });
    view! {
        <PageHead title="Import Users" subtitle="From a CSV file. You look through its rows and repair them; nobody is added before you say so." crumbs/>
        {open.map(other)}
        {form}
    }
}

fn is_under_way(status: ImportStatus) -> bool {
    matches!(
        status,
        ImportStatus::Review | ImportStatus::Checking | ImportStatus::Running
    )
}

/// The import that is there already.
fn other(open: Open) -> impl IntoView {
    let (text, label, page) = match open.status {
        ImportStatus::Running => ("is being imported.", "See progress", "progress"),
        ImportStatus::Review | ImportStatus::Checking | ImportStatus::Reading => (
            "waits for you. Another file can be uploaded once it is imported or discarded.",
            "Go on with it",
            "review",
        ),
        _ => (
            "was imported. What is left of it is deleted with the next upload.",
            "See what came of it",
            "progress",
        ),
    };
    let href = page_of(&open.id, page);
    view! {
        <Callout>
            <p>{format!("\u{201c}{}\u{201d} {text}", open.file)}</p>
            <LinkButton href>{label}</LinkButton>
        </Callout>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn an_import_that_waits_takes_the_place_of_the_form() {
        let open = |status| {
            Some(Open {
                id: "x".into(),
                file: "<a>.csv".into(),
                status,
            })
        };
        let html = markup(|| content(UploadInput::default(), &Problems::default(), None));
        assert!(
            html.contains(">CSV File</label>") && html.contains("multipart/form-data"),
            "{html}"
        );
        let html = markup(|| content(UploadInput::default(), &Problems::default(), open(ImportStatus::Review)));
        assert!(!html.contains("<form") && html.contains("&lt;a&gt;.csv"), "{html}");
        let html = markup(|| content(UploadInput::default(), &Problems::default(), open(ImportStatus::Done)));
        assert!(html.contains("<form") && html.contains("/x/progress"), "{html}");
    }
}
