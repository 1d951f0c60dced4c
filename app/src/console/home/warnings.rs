//! What needs somebody soon.

use domain::view::home::{Warning, WarningKind};
use leptos::prelude::*;

use crate::ui::*;

/// Nothing where all is in order.
pub(super) fn card(warnings: Vec<Warning>) -> Option<AnyView> {
    if warnings.is_empty() {
        return None;
    }
    let columns = ["What", "Kind", "Why"].map(Column::from);
    let rows = warnings.into_iter().map(row_view).collect_view();
    Some(
        view! {
            <PlainCard title="Needs somebody" flush=true>
                <Table caption="What needs somebody" columns=columns.to_vec()>{rows}</Table>
            </PlainCard>
        }
        .into_any(),
    )
}

fn row_view(warning: Warning) -> impl IntoView {
    let words = match warning.kind {
        WarningKind::Certificate => "Certificate",
        WarningKind::Budget => "Daily budget",
        WarningKind::Skipped => "Left out",
    };
    let kind = if warning.urgent { TagKind::Bad } else { TagKind::Warn };
    view! {
        <tr>
            <NameCell name=warning.name href=warning.href/>
            <Cell label="Kind"><Tag kind text=words/></Cell>
            <Cell label="Why"><div class="as-text">{warning.text}</div></Cell>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn each_leads_to_where_it_is_mended() {
        let warning = |urgent| Warning {
            kind: WarningKind::Certificate,
            name: "<b>wiki</b>".into(),
            href: "/console/service-providers/7/saml#f-certificate".into(),
            text: "It expires.".into(),
            urgent,
        };
        let html = markup(|| card(vec![warning(true), warning(false)]));
        for part in [
            "/console/service-providers/7/saml#f-certificate",
            r#"class="tag bad">Certificate"#,
            r#"class="tag warn">Certificate"#,
            "&lt;b&gt;wiki",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(card(Vec::new()).is_none());
    }
}
