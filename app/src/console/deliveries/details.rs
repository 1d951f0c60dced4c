//! One delivery: all its phases, the rule that decided, whom and what it was for.

use domain::Permission;
use domain::view::delivery::{DeliveryRow, DeliveryView};
use domain::view::watch::SignInRow;
use leptos::prelude::*;

use super::{LIST, code, columns, reached, table, whom};
use crate::console::logs::{OutcomeTag, When};
use crate::console::page::{Body, console_page};
use crate::context::encode;
use crate::ui::*;

#[component]
pub fn DetailsPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewLog),
        Some(NavItem::SmsDeliveries),
        |request| async move {
            let console = &request.console;
            let view = identity::deliveries::get(&console.services, &console.actor, request.id()?).await?;
            Ok(Body::new(content(view)))
        },
    )
}

fn content(view: DeliveryView) -> impl IntoView {
    let title = format!("Delivery {}", view.row.id);
    let crumbs = vec![Crumb::link("SMS Deliveries", LIST), Crumb::here(title.clone())];
    let subtitle = format!("{}: {}", view.row.application, whom(&view.row));
    let others = (!view.others.is_empty()).then(|| table(columns("When".into()), view.others.clone()));
    let others =
        others.map(|rows| view! { <PlainCard title="Other messages of this sign-in" flush=true>{rows}</PlainCard> });
    let (became, phases) = (became(&view), phases(&view.row));
    view! {
        // As text: a service provider's name may hold anything.
        <PageHead title subtitle=subtitle.into_any() crumbs/>
        <PlainCard title="What became of it">{became}</PlainCard>
        <PlainCard title="Phases of the last try">{phases}</PlainCard>
        <PlainCard title="Whom it was for">{for_whom(view)}</PlainCard>
        {others}
    }
}

fn became(view: &DeliveryView) -> impl IntoView + use<> {
    let row = view.row.clone();
    let (reached, code, told) = (reached(&row), code(&row), view.told.clone());
    let has_code = row.purpose == "sign-in";
    let took = row.duration_millis.map(|millis| format!("{millis} ms"));
    view! {
        <Facts>
            <Fact label="Outcome"><OutcomeTag severity=row.severity text=row.outcome/></Fact>
            {fact("Decided by", row.rule)}
            {fact("Reached", reached)}
            <Fact label="Sent"><When at=row.at/></Fact>
            {fact("Tries", row.attempts.to_string())}
            {took.map(|took| fact("Took", took))}
            {row.segments.map(|count| fact("SMS it goes out as", count.to_string()))}
            {has_code.then(|| view! { <Fact label="Code">{code}</Fact> })}
            {fact("The person is told", told)}
        </Facts>
    }
}

/// A fact that is a text; nothing where there is none.
fn fact(label: &'static str, text: String) -> Option<AnyView> {
    (!text.is_empty()).then(|| view! { <Fact label=label>{text}</Fact> }.into_any())
}

fn phases(row: &DeliveryRow) -> AnyView {
    if row.phases.is_empty() {
        let text = "None is noted: nothing was sent, it is still under way, or no try came as far as a phase.";
        return view! { <p>{text}</p> }.into_any();
    }
    let phase = |(name, millis): &(String, u64)| Phase {
        name: name.clone(),
        millis: *millis,
    };
    let phases: Vec<Phase> = row.phases.iter().map(phase).collect();
    view! { <Phases phases/> }.into_any()
}

fn for_whom(view: DeliveryView) -> impl IntoView {
    let row = view.row;
    let number = if row.country.is_empty() {
        row.masked_number
    } else {
        format!("{} ({})", row.masked_number, row.country)
    };
    let user = row
        .username
        .map(|name| view! { <Fact label="User">{link(name, view.user_href)}</Fact> });
    let sign_ins = view.sign_ins.into_iter().map(sign_in).collect_view();
    let time_line = (!view.time_line_href.is_empty()).then(|| {
        view! { <Fact label="Time line"><a href=view.time_line_href>"The whole sign-in"</a></Fact> }
    });
    view! {
        <Facts>
            {user}
            {fact("Number", number)}
            <Fact label="Service provider">{link(row.application, view.service_provider_href)}</Fact>
            <Fact label="Identity provider">{link(row.identity_provider, view.identity_provider_href)}</Fact>
            {sign_ins}
            {time_line}
        </Facts>
    }
}

fn link(name: String, href: String) -> AnyView {
    if href.is_empty() {
        name.into_any()
    } else {
        view! { <a href=href>{name}</a> }.into_any()
    }
}

/// A line of Sign-ins, with the way to it.
fn sign_in(row: SignInRow) -> impl IntoView {
    let search = if row.assertion_id.is_empty() {
        row.username
    } else {
        row.assertion_id
    };
    let href = format!("/console/sign-ins?q={}", encode(&search));
    view! {
        <Fact label="Sign-in"><OutcomeTag severity=row.severity text=row.outcome/>" "<a href=href><When at=row.at/></a></Fact>
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::ui::test_render::markup;

    fn view() -> DeliveryView {
        DeliveryView {
            row: sample(),
            told: "A code is on its way.".into(),
            time_line_href: "/console/sign-ins/flow".into(),
            identity_provider_href: "/console/identity-providers/7".into(),
            user_href: "/console/users/jane/profile".into(),
            sign_ins: vec![SignInRow {
                at: "2026-11-23T12:01:00Z".into(),
                outcome: "signed in".into(),
                assertion_id: "_a1".into(),
                ..SignInRow::default()
            }],
            others: vec![DeliveryRow { id: 11, ..sample() }],
            ..DeliveryView::default()
        }
    }

    #[test]
    fn a_delivery_leads_to_all_it_is_about() {
        let html = markup(|| content(view()));
        for part in [
            "Delivery 12",
            "`&lt;b&gt;` is 0",
            "done · HTTP 200 · 3 tries",
            "Connected",
            "126 ms",
            "•• ••• ••• •67 (LK)",
            r#"href="/console/users/jane/profile">jane"#,
            r#"href="/console/identity-providers/7">&lt;i&gt;SMSOTP"#,
            r#"href="/console/sign-ins?q=_a1""#,
            r#"href="/console/sign-ins/flow""#,
            r#"href="/console/deliveries/11""#,
            "A code is on its way.",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<script") && !html.contains("<i>"), "{html}");
        assert!(
            !html.contains("/console/service-providers/"),
            "no way where there is none: {html}"
        );
    }

    #[test]
    fn nothing_sent_has_no_phases_and_stands_alone() {
        let view = DeliveryView {
            row: DeliveryRow {
                phases: Vec::new(),
                ..sample()
            },
            ..DeliveryView::default()
        };
        let html = markup(|| content(view));
        assert!(
            html.contains("None is noted") && !html.contains("Other messages") && !html.contains("is told"),
            "{html}"
        );
    }
}
