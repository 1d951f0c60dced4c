//! Entity ID, addresses, metadata, signing keys and time-outs of the resident identity provider.

use domain::Permission;
use domain::input::session::TimeOutsInput;
use domain::signing_key::{KeyKind, KeyState};
use domain::view::resident::{ResidentQuery, ResidentView, SigningKeyView};
use leptos::prelude::*;

use super::keys::{WARN_DAYS, keys_card, retired_card};
use super::roll::roll_card;
use super::seen::seen_card;
use super::time_outs::{self, Typed};
use super::{IMPORT, PUBLISH, TIME_OUTS_FORM};
use crate::console::list::asked;
use crate::console::page::{Body, console_page};
use crate::islands::CopyButton;
use crate::ui::*;

const METADATA: &str = "/identity/metadata/saml2";
const METADATA_FILE: &str = "/identity/metadata/saml2?download";

#[component]
pub fn ResidentPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewSettings),
        Some(NavItem::Resident),
        |request| async move {
            let query = ResidentQuery {
                kind: request.query.get("kind").and_then(|kind| KeyKind::from_name(&kind)),
                list: asked(&request.query),
            };
            let console = &request.console;
            let view = identity::resident::get(&console.services, &console.actor, &query).await?;
            let draft = console.draft::<TimeOutsInput>(TIME_OUTS_FORM, &request.query).await?;
            let typed = draft.map_or_else(Typed::default, |draft| Typed {
                input: Some(draft.input),
                problems: draft.problems,
            });
            let (refused, problems) = (!typed.problems.is_empty(), typed.problems.clone());
            let body = Body::new(content(view, typed, request.may(Permission::ManageSettings)));
            Ok(if refused {
                body.with_notice(view! { <ErrorSummary problems/> })
            } else {
                body
            })
        },
    )
}

fn content(view: ResidentView, typed: Typed, may_manage: bool) -> impl IntoView {
    let warnings = view.keys.iter().filter_map(warning).collect_view();
    let several = view.rolls.len() > 1;
    let guides = view
        .rolls
        .iter()
        .map(|roll| roll_card(roll, may_manage, several))
        .collect_view();
    let seen = view
        .rolls
        .into_iter()
        .map(|roll| seen_card(roll, may_manage))
        .collect_view();
    let retired = retired_card(view.retired, view.retired_total);
    view! {
        <PageHead title="Resident Identity Provider" subtitle="What service providers have to know about this server."
            crumbs=vec![Crumb::link("Identity Providers", NavItem::IdentityProviderList.href()), Crumb::here("Resident")]>
            <LinkButton href=METADATA_FILE>"Download Metadata"</LinkButton>
            {may_manage.then(|| view! {
                <LinkButton href=IMPORT>"Import a key"</LinkButton>
                <LinkButton href=PUBLISH>"Publish a new key"</LinkButton>
            })}
        </PageHead>
        {warnings}
        {guides}
        {keys_card(view.keys, may_manage)}
        {seen}
        {addresses(view.entity_id, view.sso_url, view.slo_url)}
        {retired}
        {time_outs::card(view.time_outs, typed, may_manage)}
    }
}

fn addresses(entity_id: String, sso_url: String, slo_url: String) -> impl IntoView {
    let own = format!("{entity_id}?spEntityID=");
    view! {
        <PlainCard title="Addresses" hint="A service provider that reads metadata needs nothing else.">
            <Facts>
                <Fact label="Entity ID">{copied(entity_id, "Copy entity ID")}</Fact>
                <Fact label="Single sign-on (SSO)">{copied(sso_url, "Copy single sign-on address")}</Fact>
                <Fact label="Single logout (SLO)">{copied(slo_url, "Copy single logout address")}</Fact>
                <Fact label="Metadata"><a href=METADATA>"SAML 2.0 metadata"</a></Fact>
                <Fact label="For one service provider">
                    {copied(own, "Copy metadata address for one service provider")}
                    <div class="sub">"The same metadata. With the issuer of a service provider after it, this page shows when it was
                        last fetched there."</div>
                </Fact>
            </Facts>
        </PlainCard>
    }
}

/// What will go wrong with a key that signs or is to sign.
fn warning(key: &SigningKeyView) -> Option<impl IntoView + use<>> {
    if key.state == KeyState::Retiring || key.days_left >= WARN_DAYS {
        return None;
    }
    let kind = if key.days_left < 0 {
        NoticeKind::Bad
    } else {
        NoticeKind::Warn
    };
    let end = match key.days_left {
        days if days < 0 => format!("has expired on {}", key.not_after),
        1 => "expires in 1 day".to_owned(),
        days => format!("expires in {days} days"),
    };
    let text = format!(
        "The certificate of the {} key that {} {end}. Publish a new key in time: service providers need a week to fetch it.",
        key.kind.label(),
        if key.state == KeyState::Active {
            "signs"
        } else {
            "is next"
        },
    );
    Some(view! { <Callout kind>{text}</Callout> })
}

pub(super) fn copied(value: String, label: impl Into<String>) -> impl IntoView {
    let label = label.into();
    view! { <CopyValue value=value.clone()><CopyButton value label/></CopyValue> }
}

#[cfg(test)]
mod tests {
    use domain::view::resident::TimeOutsView;

    use super::super::keys::tests::key;
    use super::*;
    use crate::ui::test_render::markup;

    fn view(keys: Vec<SigningKeyView>) -> ResidentView {
        ResidentView {
            entity_id: "http://localhost:9763/identity/metadata/saml2".into(),
            sso_url: "http://localhost:9763/samlsso".into(),
            slo_url: "http://localhost:9763/samlsso".into(),
            keys,
            time_outs: TimeOutsView {
                idle_minutes: 15,
                hours: 24,
                ..TimeOutsView::default()
            },
            ..ResidentView::default()
        }
    }

    #[test]
    fn everything_can_be_taken_elsewhere() {
        let html = markup(|| content(view(vec![key(KeyState::Active, 400)]), Typed::default(), true));
        assert!(html.contains("<code>http://localhost:9763/samlsso</code>"), "{html}");
        assert!(
            html.contains(r#"href="/identity/metadata/saml2""#)
                && html.contains(r#"href="/identity/metadata/saml2?download""#),
            "{html}"
        );
        assert!(html.contains("15 minutes") && html.contains("24 hours"), "{html}");
        assert!(html.contains("saml2?spEntityID=</code>"), "{html}");
        assert!(!html.contains("<b>") && html.contains("&lt;b&gt;host"), "{html}");
        assert!(
            html.contains(">Publish a new key<") && html.contains(">Import a key<"),
            "{html}"
        );
        assert!(!html.contains("class=\"notice"), "nothing is wrong: {html}");
    }

    #[test]
    fn whoever_may_only_look_is_offered_no_step() {
        let html = markup(|| {
            content(
                view(vec![key(KeyState::Active, 400), key(KeyState::Next, 400)]),
                Typed::default(),
                false,
            )
        });
        for step in ["Publish a new key", "Import a key", "/use\"", "/retire\"", "<form"] {
            assert!(!html.contains(step), "{step}: {html}");
        }
    }

    #[test]
    fn an_end_that_comes_is_said_in_time() {
        for (days, word) in [
            (-1, "has expired"),
            (0, "in 0 days"),
            (1, "in 1 day."),
            (29, "in 29 days"),
        ] {
            let html = markup(move || content(view(vec![key(KeyState::Active, days)]), Typed::default(), true));
            assert!(html.contains("class=\"notice") && html.contains(word), "{days}: {html}");
        }
        for quiet in [key(KeyState::Active, 30), key(KeyState::Retiring, 3)] {
            let html = markup(move || content(view(vec![quiet]), Typed::default(), true));
            assert!(!html.contains("class=\"notice"), "{html}");
        }
    }
}
