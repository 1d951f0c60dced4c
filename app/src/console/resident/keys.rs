//! The keys as tables: those that metadata names, and those that it names no more.

use domain::signing_key::{KeyState, short_id};
use domain::view::resident::SigningKeyView;
use leptos::prelude::*;

use super::page::copied;
use super::page_of;
use crate::console::logs::When;
use crate::ui::*;

/// Days before a certificate's end from which the page warns.
pub(super) const WARN_DAYS: i64 = 30;

pub(super) fn keys_card(keys: Vec<SigningKeyView>, may_manage: bool) -> impl IntoView {
    let columns = ["Key", "Key ID", "State", "Certificate", "Last used"]
        .map(Column::from)
        .into_iter()
        .chain([Column::actions()]);
    let rows = keys.into_iter().map(|key| key_row(key, may_manage)).collect_view();
    view! {
        <PlainCard title="Signing keys" hint="All of these are in the metadata. To change one without an outage: publish, wait, use, retire." flush=true>
            <Table caption="Signing keys" columns=columns.collect()>{rows}</Table>
        </PlainCard>
    }
}

fn key_row(key: SigningKeyView, may_manage: bool) -> impl IntoView {
    let short = short_id(&key.key_id).to_owned();
    let what = format!(" {short}");
    let step = |possible: bool, label: &'static str, step: &str, kind: ButtonKind| {
        let what = what.clone();
        (possible && may_manage).then(|| {
            view! { <LinkButton small=true kind href=page_of(key.id, step)>{label}<span class="hear-only">{what}</span></LinkButton> }
        })
    };
    let use_label = if key.state == KeyState::Retiring {
        "Use again"
    } else {
        "Use"
    };
    let steps = (
        step(key.may_use, use_label, "use", ButtonKind::Quiet),
        step(key.may_retire, "Retire", "retire", ButtonKind::Danger),
    );
    let file = format!("/identity/metadata/certificates/{}.pem", key.key_id);
    let last = match key.last_signed {
        Some(at) => view! { <When at/> }.into_any(),
        None => view! { "not noted" }.into_any(),
    };
    view! {
        <tr>
            <NameCell name=key.size sub=Some(key.subject.clone())/>
            <Cell label="Key ID">{short_key(&key.key_id)}</Cell>
            <Cell label="State">{state_tag(key.state)}<div class="sub">"since "<When at=key.since/></div></Cell>
            <Cell label="Certificate">{dates(&key.not_after, key.not_before, key.days_left)}</Cell>
            <Cell label="Last used">{last}</Cell>
            <ActionsCell>
                <LinkButton small=true kind=ButtonKind::Quiet href=file>"Certificate"<span class="hear-only">{what.clone()}</span></LinkButton>
                {steps}
            </ActionsCell>
        </tr>
    }
}

/// The beginning of a key's id, and a button that copies all of it.
fn short_key(key_id: &str) -> impl IntoView + use<> {
    let short = short_id(key_id).to_owned();
    let label = format!("Copy key ID {short}");
    view! {
        <span class="copy-value">
            <code title=key_id.to_owned()>{short}</code>
            <span class="needs-script"><crate::islands::CopyButton value=key_id.to_owned() label/></span>
        </span>
    }
}

pub(super) fn state_tag(state: KeyState) -> impl IntoView {
    let kind = match state {
        KeyState::Active => TagKind::Good,
        KeyState::Next | KeyState::Retiring => TagKind::Warn,
        KeyState::Retired => TagKind::Neutral,
    };
    view! { <Tag kind text=state.in_words()/> }
}

fn dates(not_after: &str, not_before: Option<String>, days_left: i64) -> impl IntoView + use<> {
    let expiry = match days_left {
        days if days < 0 => Some((TagKind::Bad, "expired".to_owned())),
        1 => Some((TagKind::Warn, "1 day left".to_owned())),
        days if days < WARN_DAYS => Some((TagKind::Warn, format!("{days} days left"))),
        _ => None,
    };
    view! {
        {format!("until {not_after}")}
        {expiry.map(|(kind, text)| view! { " "<Tag kind text/> })}
        {not_before.map(|day| view! { " "<Tag kind=TagKind::Warn text=format!("not valid before {day}")/> })}
    }
}

/// What is left of keys that are gone: who looks at an old assertion finds the certificate here.
pub(super) fn retired_card(keys: Vec<SigningKeyView>, total: u64) -> Option<impl IntoView> {
    if keys.is_empty() {
        return None;
    }
    let hidden = total.saturating_sub(keys.len() as u64);
    let hint = format!("{} · private keys erased", count_text(total));
    let parts = keys
        .into_iter()
        .map(|key| {
            view! {
                <div class="stack">
                    <Facts>
                        <Fact label="Key">{key.size}</Fact>
                        <Fact label="Key ID">{copied(key.key_id.clone(), format!("Copy key ID {}", short_id(&key.key_id)))}</Fact>
                        <Fact label="Subject">{key.subject}</Fact>
                        <Fact label="Retired"><When at=key.since/></Fact>
                    </Facts>
                    <details>
                        <summary>"Show the certificate"</summary>
                        <Wire title="PEM" text=wire_text(vec![(WireInk::Plain, key.pem)])/>
                    </details>
                </div>
            }
        })
        .collect_view();
    Some(view! {
        <Card title="Retired keys" hint>
            {parts}
            {(hidden > 0).then(|| view! { <p>{format!("and {} older ones", count_text(hidden))}</p> })}
        </Card>
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    pub(crate) fn key(state: KeyState, days_left: i64) -> SigningKeyView {
        SigningKeyView {
            id: 7,
            key_id: format!("{}{}", "0123456789abcdef".repeat(3), "fedcba9876543210"),
            size: "RSA, 2048 bits".into(),
            state,
            since: "2026-11-23T12:00:00Z".into(),
            subject: "CN=<b>host</b>".into(),
            not_after: "2031-11-22".into(),
            days_left,
            pem: "-----BEGIN CERTIFICATE-----\nAAAA".into(),
            may_use: matches!(state, KeyState::Next | KeyState::Retiring),
            may_retire: state != KeyState::Active,
            ..SigningKeyView::default()
        }
    }

    #[test]
    fn a_row_says_where_the_key_stands_and_offers_what_is_possible() {
        let html = markup(|| key_row(key(KeyState::Next, 400), true));
        assert!(
            html.contains(">published, not used yet<") && html.contains("since <time"),
            "{html}"
        );
        assert!(
            html.contains("/keys/7/use\"") && html.contains("/keys/7/retire\"") && html.contains("until 2031-11-22"),
            "{html}"
        );
        assert!(
            html.contains("<code title=\"0123456789abcdef") && html.contains(">0123456789ab</code>"),
            "short, and whole where it is pointed at: {html}"
        );
        let html = markup(|| key_row(key(KeyState::Active, 5), true));
        assert!(!html.contains("/use\"") && !html.contains("/retire\""), "{html}");
        assert!(html.contains("5 days left") && html.contains("not noted"), "{html}");
        let html = markup(|| key_row(key(KeyState::Retiring, 400), true));
        assert!(html.contains(">Use again<"), "{html}");
    }

    #[test]
    fn dates_in_words() {
        for (days, word) in [
            (-1, "expired"),
            (0, "0 days left"),
            (1, "1 day left"),
            (29, "29 days left"),
        ] {
            assert!(markup(move || dates("2031-11-22", None, days)).contains(word), "{days}");
        }
        assert!(!markup(|| dates("2031-11-22", None, 30)).contains("class=\"tag"));
        assert!(markup(|| dates("2031-11-22", Some("2027-01-01".into()), 30)).contains("not valid before 2027-01-01"));
    }

    #[test]
    fn retired_keys_keep_their_certificates() {
        let html = markup(|| retired_card(vec![key(KeyState::Retired, 400)], 3));
        assert!(
            html.contains("-----BEGIN CERTIFICATE-----\nAAAA") && html.contains("and 2 older ones"),
            "{html}"
        );
        assert!(!html.contains("<b>"), "{html}");
    }
}
