//! Refused requests: the search by case number, what it found, and the newest of them.

use domain::view::UsedBy;
use domain::view::watch::{RefusalRow, RefusalView, RefusalsView};
use leptos::prelude::*;

use super::LIST;
use crate::console::logs::{When, with_any};
use crate::context::encode;
use crate::ui::*;

/// What a case number stands for. `typed` is shown back where nothing does.
#[component]
pub fn CaseAnswer(typed: String, found: Option<RefusalView>) -> impl IntoView {
    match found {
        Some(refusal) => case_view(refusal).into_any(),
        None => view! {
            <Callout kind=NoticeKind::Warn>
                {format!("No refused request has the case number \u{201c}{typed}\u{201d}. Compare it with the page that shows it.")}
            </Callout>
        }
        .into_any(),
    }
}

fn case_view(refusal: RefusalView) -> impl IntoView {
    let RefusalView {
        row,
        detail,
        message_title,
        message,
        advice,
        setting,
        time_line_href,
    } = refusal;
    let time_line = (!time_line_href.is_empty()).then(|| {
        view! { <Fact label="Time line"><a href=time_line_href>"The sign-in that ended so"</a></Fact> }
    });
    let setting = setting.map(|setting| view! { " "{setting_view(setting)} });
    let message = if message.is_empty() {
        view! { <p class="quiet-text">"Nothing of the message could be decoded."</p> }.into_any()
    } else {
        view! { <Wire title=message_title text=wire_text(vec![(WireInk::Plain, message)])/> }.into_any()
    };
    view! {
        <PlainCard title=format!("Case {}", row.case_number) id="case">
            <div class="stack">
                <Facts>
                    <Fact label="When (UTC)"><When at=row.at/></Fact>
                    {(!row.application.is_empty()).then(|| view! { <Fact label="Application">{row.application}</Fact> })}
                    <Fact label="From the issuer"><Mono text=row.issuer/></Fact>
                    <Fact label="Failed check">{row.check}</Fact>
                    <Fact label="Why">{detail}</Fact>
                    <Fact label="What to do">{advice}{setting}</Fact>
                    {time_line}
                </Facts>
                {message}
            </div>
        </PlainCard>
    }
}

/// The setting to change, as a link for those who may open it.
fn setting_view(setting: UsedBy) -> impl IntoView {
    let text = format!("{} \u{203a} {}", setting.name, setting.how);
    if setting.href.is_empty() {
        text.into_any()
    } else {
        view! { <a href=setting.href>{text}</a> }.into_any()
    }
}

/// The search by case number and the newest refused requests.
#[component]
pub fn Refusals(
    /// The case number that was searched for.
    typed: String,
    /// The filter.
    application: String,
    view: RefusalsView,
) -> impl IntoView {
    let RefusalsView { rows, applications } = view;
    let list = if rows.is_empty() && !application.is_empty() {
        view! { <EmptyState title="Nothing found" text="No refused request is of this application. Leave the filter out."/> }.into_any()
    } else if rows.is_empty() {
        view! { <EmptyState title="None refused" text="Requests that fail a check are kept here under the case number that the person sees."/> }.into_any()
    } else {
        let columns = ["Case", "When", "Failed check", "Application", "Issuer"].map(Column::from);
        let rows = rows.into_iter().map(row_view).collect_view();
        view! { <Table caption="Newest refused requests" columns=columns.to_vec()>{rows}</Table> }.into_any()
    };
    view! {
        <PlainCard title="Refused requests" hint="The newest are listed; older ones are found by their case number." flush=true>
            <form class="search-bar" role="search" method="get" action=LIST aria-label="Refused requests by number">
                <span class="search-box">
                    <Icon kind=IconKind::Search/>
                    <input class="control" type="search" name="case" value=typed aria-label="Case number" placeholder="ABCDE-FGHJK" autocomplete="off"/>
                </span>
                <FilterSelect name="application" label="Application" options=with_any("Any application", applications) value=application/>
                <button type="submit" class="btn">"Find"</button>
            </form>
            {list}
        </PlainCard>
    }
}

fn row_view(row: RefusalRow) -> impl IntoView {
    let href = format!("{LIST}?case={}", encode(&row.case_number));
    view! {
        <tr>
            <NameCell name=row.case_number href=Some(href)/>
            <Cell label="When"><When at=row.at/></Cell>
            <Cell label="Failed check">{row.check}</Cell>
            <Cell label="Application">{row.application}</Cell>
            <Cell label="Issuer"><Mono text=row.issuer/></Cell>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn refusal() -> RefusalView {
        RefusalView {
            row: RefusalRow {
                case_number: "ABCDE-FGHJK".into(),
                at: "2026-11-23T12:00:00Z".into(),
                application: "<b>Travel".into(),
                issuer: "</code><script>1</script>".into(),
                check: "Signature".into(),
            },
            detail: "<script>2</script>".into(),
            message_title: "Decoded message".into(),
            message: "<a>\n  <script>`3`</script></pre>".into(),
            advice: "Put the certificate in.".into(),
            setting: Some(UsedBy {
                name: "travel<b>".into(),
                href: "/console/service-providers/7/saml".into(),
                how: "Certificate".into(),
            }),
            time_line_href: "/console/sign-ins/flow".into(),
        }
    }

    #[test]
    fn a_case_shows_its_message_as_text_and_leads_to_the_setting() {
        let html = markup(|| view! { <CaseAnswer typed="x".to_owned() found=Some(refusal())/> });
        assert!(
            !html.contains("<script") && !html.contains("<b>") && html.matches("</pre>").count() == 1,
            "{html}"
        );
        assert!(html.contains("&lt;a&gt;\n  &lt;script&gt;`3`&lt;/script&gt;"), "{html}");
        assert!(
            html.contains(r#"<a href="/console/service-providers/7/saml">travel&lt;b&gt; › Certificate</a>"#),
            "{html}"
        );
        for part in [
            "Case ABCDE-FGHJK",
            "Signature",
            "Put the certificate in.",
            "&lt;script&gt;2",
            r#"href="/console/sign-ins/flow""#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        let mut closed = refusal();
        closed.setting.as_mut().unwrap().href.clear();
        closed.time_line_href.clear();
        let html = markup(move || view! { <CaseAnswer typed="x".to_owned() found=Some(closed)/> });
        assert!(
            !html.contains("href=") && html.contains("› Certificate"),
            "what cannot be opened is no link: {html}"
        );
    }

    #[test]
    fn a_message_that_did_not_decode_is_said_to_be_missing() {
        let nothing = RefusalView {
            message: String::new(),
            setting: None,
            ..refusal()
        };
        let html = markup(move || view! { <CaseAnswer typed="x".to_owned() found=Some(nothing)/> });
        assert!(
            html.contains("Nothing of the message could be decoded") && !html.contains("<pre"),
            "{html}"
        );
    }

    #[test]
    fn what_is_not_found_is_quoted_as_text() {
        let typed = "\"><script>alert(1)</script>";
        let listed = RefusalsView {
            rows: vec![refusal().row],
            applications: vec![("7".into(), "Travel".into())],
        };
        let html = markup(move || {
            view! {
                <CaseAnswer typed=typed.to_owned() found=None/>
                <Refusals typed=typed.to_owned() application="7".to_owned() view=listed/>
            }
        });
        assert!(!html.contains("<script"), "{html}");
        assert!(
            html.contains("No refused request has the case number")
                && html.contains("/console/sign-ins?case=ABCDE-FGHJK"),
            "{html}"
        );
        assert!(html.contains(r#"aria-label="Case number""#), "{html}");
        assert!(html.contains(r#"<option value="7" selected>Travel</option>"#), "{html}");
    }
}
