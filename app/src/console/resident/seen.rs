//! Who has the new certificate: each service provider with what is known of it.

use domain::signing_key::{KeyKind, short_id};
use domain::view::ListQuery;
use domain::view::resident::{RollView, Seen, SeenRow};
use leptos::prelude::*;

use super::RESIDENT;
use crate::console::list::{Listed, shown_count};
use crate::console::logs::When;
use crate::islands::CopyButton;
use crate::ui::*;

pub(super) fn seen_card(roll: RollView, may_manage: bool) -> impl IntoView {
    let title = format!("Who has the new {} certificate", roll.kind.label());
    let seen = roll.seen;
    let hint = match seen.waiting {
        0 => format!("all of {}", count_text(seen.total)),
        waiting => format!("{} of {} not yet", count_text(waiting), count_text(seen.total)),
    };
    let kind: KeyKind = roll.kind;
    let listed = Listed::new(RESIDENT, &ListQuery::default(), &[("kind", kind.as_str())]);
    let (prev, next) = listed.turns(&seen.page);
    let count = shown_count(&seen.page);
    let key = seen.key;
    let rows = if seen.page.rows.is_empty() {
        let text = match kind {
            KeyKind::Rsa => "No service provider takes RSA signatures.",
            KeyKind::Ec => {
                "No service provider has chosen ECDSA-SHA256. Once there is an ECDSA key that signs, they can: on their SAML2 Web SSO page."
            }
        };
        view! { <EmptyState title="Nobody is waiting" text/> }.into_any()
    } else {
        let columns = ["Service provider", "New certificate", "Last assertion signed with"]
            .map(Column::from)
            .into_iter()
            .chain([Column::actions()]);
        let rows = seen
            .page
            .rows
            .into_iter()
            .map(|row| seen_row(row, key, may_manage))
            .collect_view();
        view! { <Table caption=title.clone() columns=columns.collect()>{rows}</Table> }.into_any()
    };
    view! {
        <PlainCard title hint flush=true>
            {rows}
            <Pager prev next range="By name" count/>
        </PlainCard>
    }
}

fn seen_row(row: SeenRow, key: i64, may_manage: bool) -> impl IntoView {
    let page = format!("/console/service-providers/{}/saml", row.service_provider);
    let signed = match row.last_signed {
        Some((key_id, at)) => {
            let short = short_id(&key_id).to_owned();
            view! { <code title=key_id>{short}</code>" "<When at/> }.into_any()
        }
        None => view! { "not noted" }.into_any(),
    };
    let what = format!(" {}", row.name);
    let label = format!("Copy metadata address of {}", row.name);
    let tick = may_manage.then(|| tick(&row.seen)).flatten().map(|(label, has)| {
        view! {
            <form method="post" action="/api/console/signing-keys/note-certificate" class="one-button">
                <Hidden name="service_provider" value=row.service_provider.to_string()/>
                <Hidden name="key" value=key.to_string()/>
                <Hidden name="has" value=has.to_string()/>
                <button type="submit" class="btn quiet small">{label}<span class="hear-only">{what}</span></button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row" class="name">
                <a href=page>{row.name}</a>
                <div class="sub"><code>{row.issuer}</code></div>
                <div class="sub needs-script">"metadata address "<CopyButton value=row.metadata_url label/></div>
            </th>
            <Cell label="New certificate">{state(row.seen)}</Cell>
            <Cell label="Last signed">{signed}</Cell>
            <ActionsCell>{tick}</ActionsCell>
        </tr>
    }
}

/// The button that says otherwise, where an administrator's word counts.
fn tick(seen: &Seen) -> Option<(&'static str, bool)> {
    match seen {
        Seen::NotYet => Some(("Has the new certificate", true)),
        Seen::Told(_) => Some(("Does not have it", false)),
        Seen::Fetched(_) => None,
    }
}

fn state(seen: Seen) -> impl IntoView {
    let (kind, text, at) = match seen {
        Seen::NotYet => (TagKind::Warn, "not yet", None),
        Seen::Fetched(at) => (TagKind::Good, "has fetched it", Some(at)),
        Seen::Told(at) => (TagKind::Good, "told by hand", Some(at)),
    };
    view! { <Tag kind text/>{at.map(|at| view! { <div class="sub"><When at/></div> })} }
}

#[cfg(test)]
mod tests {
    use domain::view::Page;
    use domain::view::resident::SeenView;

    use super::*;
    use crate::ui::test_render::markup;

    fn row(seen: Seen) -> SeenRow {
        SeenRow {
            service_provider: 3,
            name: "<i>Wiki</i>".into(),
            issuer: "wiki.example".into(),
            metadata_url: "http://localhost:9763/identity/metadata/saml2?spEntityID=wiki.example".into(),
            seen,
            last_signed: None,
        }
    }

    #[test]
    fn each_state_has_its_words_and_the_button_that_changes_it() {
        let at = || "2026-11-23T12:00:00Z".to_owned();
        for (seen, words, button) in [
            (Seen::NotYet, "not yet", Some("Has the new certificate")),
            (Seen::Fetched(at()), "has fetched it", None),
            (Seen::Told(at()), "told by hand", Some("Does not have it")),
        ] {
            let html = {
                let seen = seen.clone();
                markup(move || seen_row(row(seen), 9, true))
            };
            assert!(html.contains(&format!(">{words}<")), "{html}");
            assert_eq!(html.contains("<form"), button.is_some(), "{html}");
            assert!(
                button.is_none_or(|button| html.contains(&format!(">{button}<"))),
                "{html}"
            );
            assert!(html.contains("&lt;i&gt;Wiki") && !html.contains("<i>"), "{html}");
            let html = markup(move || seen_row(row(seen), 9, false));
            assert!(!html.contains("<form"), "{html}");
        }
    }

    #[test]
    fn a_long_list_has_pages_of_its_own_kind() {
        let roll = RollView {
            kind: KeyKind::Ec,
            seen: SeenView {
                key: 9,
                total: 20_000,
                waiting: 7,
                page: Page {
                    rows: vec![row(Seen::NotYet)],
                    count: None,
                    next: Some("wiki".into()),
                    previous: None,
                },
            },
            ..RollView::default()
        };
        let html = markup(move || seen_card(roll, true));
        assert!(
            html.contains("kind=ec&amp;after=wiki") && html.contains("7 of 10,000+ not yet"),
            "{html}"
        );
    }
}
