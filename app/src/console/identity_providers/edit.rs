//! The pages of a new and of a registered identity provider: what they load, and their heads.

use domain::Permission::{ManageIdentityProviders, ViewIdentityProviders};
use domain::Problems;
use domain::input::identity_provider::{Done, IdentityProviderInput};
use domain::view::{IdentityProviderView, UsedBy};
use identity::identity_providers;
use leptos::prelude::*;

use super::actions::draft_name;
use super::fill;
use super::form::{Form, form};
use super::{ACTIONS, LIST};
use crate::console::page::{Body, Request, console_page};
use crate::console::{difference, labels};
use crate::ui::*;

#[component]
pub fn AddPage() -> impl IntoView {
    console_page(
        Some(ManageIdentityProviders),
        Some(NavItem::IdentityProviderAdd),
        load_new,
    )
}

#[component]
pub fn EditPage() -> impl IntoView {
    console_page(Some(ViewIdentityProviders), Some(NavItem::IdentityProviderList), load)
}

async fn load_new(request: Request) -> identity::Result<Body> {
    let services = &request.console.services;
    let draft = request
        .console
        .draft::<IdentityProviderInput>(&draft_name(""), &request.query)
        .await?;
    let is_draft = draft.is_some();
    let (input, problems) = draft.map_or_else(Default::default, |draft| (draft.input, draft.problems));
    let crumbs = vec![Crumb::link("Identity Providers", LIST), Crumb::here("Add")];
    let head = view! { <PageHead title="Add Identity Provider" subtitle="Describe your SMS provider's HTTP API as its documents give it." crumbs/> };
    let secrets = identity_providers::secret_fields(services, &request.console.actor, None, &input).await?;
    let done = input.done.clone();
    let shown = Form {
        id: None,
        input,
        problems: problems.clone(),
        secrets,
        presets: identity_providers::presets(services),
        is_draft,
        may_manage: true,
        sent_today: 0,
        fallbacks: identity_providers::fallback_choices(&services.db, None).await?,
        offered: identity_providers::offered(&services.db).await?,
        is_skipped: false,
        // Tests of forms that are not saved are of no identity provider yet; each is shown to whoever has sent it.
        last_test: None,
    };
    Ok(body(problems, &done, (head, form(services, shown)).into_any()))
}

async fn load(request: Request) -> identity::Result<Body> {
    let services = &request.console.services;
    let found = identity_providers::get(services, &request.console.actor, request.id()?).await?;
    let may_manage = request.may(ManageIdentityProviders);
    let name = draft_name(&found.id.to_string());
    let draft = request
        .console
        .draft::<IdentityProviderInput>(&name, &request.query)
        .await?
        .filter(|_| may_manage);
    let is_draft = draft.is_some();
    let (mut input, problems) = match draft {
        Some(draft) => (draft.input, draft.problems),
        None => (found.input.clone(), Problems::default()),
    };
    if problems.of("version").is_some() {
        // Told that somebody else has saved, whoever submits again means to overwrite.
        input.version = found.input.version.clone();
    }
    let fallbacks = identity_providers::fallback_choices(&services.db, Some(found.id)).await?;
    let differs = difference(&found.input, &input, &problems, &fallbacks);
    let head = head(&found, may_manage);
    let secrets = identity_providers::secret_fields(services, &request.console.actor, Some(found.id), &input).await?;
    let done = input.done.clone();
    let shown = Form {
        id: Some(found.id),
        input,
        problems: problems.clone(),
        secrets,
        presets: identity_providers::presets(services),
        is_draft,
        may_manage,
        sent_today: found.sent_today,
        fallbacks,
        offered: identity_providers::offered(&services.db).await?,
        is_skipped: found.is_skipped,
        last_test: found.last_test,
    };
    Ok(body(problems, &done, (head, form(services, shown)).into_any()).with_difference(differs))
}

/// What somebody else has saved meanwhile, beside what was typed; keys in either are dotted.
fn difference(
    saved: &IdentityProviderInput,
    yours: &IdentityProviderInput,
    problems: &Problems,
    fallbacks: &[(i64, String)],
) -> Option<AnyView> {
    let dotted = |input: &IdentityProviderInput| {
        let mut input = identity_providers::dotted(input);
        input.done = Done::default();
        input
    };
    let typed = yours;
    let (stored, mut yours) = (dotted(saved), dotted(yours));
    for (field, before, after) in [
        (&mut yours.sms_url, &saved.sms_url, &typed.sms_url),
        (&mut yours.http_headers, &saved.http_headers, &typed.http_headers),
        (&mut yours.http_payload, &saved.http_payload, &typed.http_payload),
    ] {
        // Under its dots one key looks like another.
        let same = [&stored.sms_url, &stored.http_headers, &stored.http_payload].contains(&&*field);
        if same && before != after {
            field.push_str("\n(another key)");
        }
    }
    let words = |path: &str, value: &str| match path {
        "held" => Some("typed anew, not saved yet".to_owned()),
        "fallback" => fallbacks
            .iter()
            .find(|(id, _)| id.to_string() == value)
            .map(|(_, name)| name.clone()),
        _ => None,
    };
    difference::difference(problems, labels::IDENTITY_PROVIDER, &stored, &yours, &words)
}

fn body(problems: Problems, done: &Done, content: AnyView) -> Body {
    let body = Body::new(content);
    if !problems.is_empty() {
        return body.with_notice(view! { <ErrorSummary problems/> });
    }
    match fill::done(done) {
        Some(notice) => body.with_notice(notice),
        None => body,
    }
}

fn head(found: &IdentityProviderView, may_manage: bool) -> AnyView {
    let crumbs = vec![
        Crumb::link("Identity Providers", LIST),
        Crumb::here(found.input.name.clone()),
    ];
    let (verb, label) = if found.enabled {
        ("disable", "Disable")
    } else {
        ("enable", "Enable")
    };
    let actions = may_manage.then(|| {
        view! {
            <PostButton
                action=format!("{ACTIONS}/{verb}")
                label
                hidden=vec![("id", found.id.to_string()), ("back", "page".to_owned())]
            />
            <LinkButton kind=ButtonKind::Danger href=format!("{LIST}/{}/delete", found.id)>"Delete"</LinkButton>
        }
    });
    view! {
        <PageHead title=found.input.name.clone() subtitle=subtitle(found) crumbs>{actions}</PageHead>
    }
    .into_any()
}

/// What is true about it: who uses it, and whether that can work.
fn subtitle(found: &IdentityProviderView) -> AnyView {
    let off = (!found.enabled).then_some("Disabled. ");
    if found.used_by.is_empty() {
        return view! { {off} "Not used by any service provider yet" }.into_any();
    }
    let uses = found
        .used_by
        .iter()
        .enumerate()
        .map(|(at, used)| usage(at, used))
        .collect_view();
    view! { {off} "Used " {uses} }.into_any()
}

fn usage(at: usize, used: &UsedBy) -> AnyView {
    let before = if at == 0 { "as " } else { ", as " };
    view! { {before} {used.how.clone()} " by " <a href=used.href.clone()>{used.name.clone()}</a> }.into_any()
}
