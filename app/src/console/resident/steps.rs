//! The questions before *Use* and *Retire*: what will happen, and to whom.

use domain::signing_key::{KeyState, short_id};
use domain::view::UsedBy;
use domain::view::resident::{RetireView, UseView};
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::{RESIDENT, counted, crumbs, form_of};
use crate::console::page::{Body, Request, console_page};
use crate::console::users::{ask_password, with_problems};
use crate::ui::*;

#[component]
pub fn UsePage() -> impl IntoView {
    console_page(
        Some(Permission::ManageSettings),
        Some(NavItem::Resident),
        |request| async move {
            let console = &request.console;
            let view = identity::keys::use_question(&console.services, &console.actor, request.id()?).await?;
            if let Some(question) = ask_password(&request) {
                return Ok(question);
            }
            let problems = problems(&request, view.key.id, "use").await?;
            Ok(with_problems(Body::new(use_content(view)), problems, "Not used"))
        },
    )
}

#[component]
pub fn RetirePage() -> impl IntoView {
    console_page(
        Some(Permission::ManageSettings),
        Some(NavItem::Resident),
        |request| async move {
            let console = &request.console;
            let view = identity::keys::retire_question(&console.services, &console.actor, request.id()?).await?;
            if let Some(question) = ask_password(&request) {
                return Ok(question);
            }
            let problems = problems(&request, view.key.id, "retire").await?;
            Ok(with_problems(Body::new(retire_content(view)), problems, "Not retired"))
        },
    )
}

async fn problems(request: &Request, id: i64, step: &str) -> identity::Result<Problems> {
    let draft = request.console.draft::<()>(&form_of(id, step), &request.query).await?;
    Ok(draft.map_or_else(Problems::default, |draft| draft.problems))
}

fn use_content(view: UseView) -> impl IntoView {
    let short = short_id(&view.key.key_id).to_owned();
    let again = view.key.state == KeyState::Retiring;
    let title = if again { "Use a key again" } else { "Use a key" };
    let body = match view.refusal {
        Some(why) => blocked(why, Vec::new(), 0),
        None => {
            let old = view.replaces.as_ref().map(|old| short_id(&old.key_id).to_owned());
            let happens = match old {
                Some(old) => format!(
                    "From this moment on it signs every assertion, answer and logout message that is signed by {}. The key {old} signs \
                     no more, and stays in the metadata.",
                    view.key.kind.label()
                ),
                None => "It is the first of its kind. Service providers can choose ECDSA-SHA256 from this moment on; nothing \
                         changes for the others."
                    .to_owned(),
            };
            let anyway = view.waiting > 0;
            let warning = anyway.then(|| waiting(view.waiting, view.first, view.ripe));
            let known = match (anyway || view.total == 0, again) {
                (true, _) => None,
                (false, true) => Some("It signed before, so service providers know its certificate.".to_owned()),
                (false, false) => Some(format!(
                    "All that it concerns ({}) have its certificate, as far as is known.",
                    counted(view.total)
                )),
            };
            let known = known.map(|text| view! { <p>{text}</p> });
            view! {
                {warning}
                <ConfirmForm action="/api/console/signing-keys/use" question=format!("Use the key `{short}` ({})?", view.key.size)
                    hidden=vec![("id", view.key.id.to_string()), ("anyway", anyway.to_string())]
                    kind=if anyway { ButtonKind::Danger } else { ButtonKind::Primary }
                    confirm=if anyway { "Use it all the same" } else { "Use" } cancel=RESIDENT>
                    <p>{happens}</p>
                    {known}
                    <p>"Sign-ins that are under way go on. Until the old key is retired, this can be taken back."</p>
                </ConfirmForm>
            }
            .into_any()
        }
    };
    view! { <PageHead title crumbs=crumbs(title)/> {body} }
}

/// Who would not accept what is signed.
fn waiting(n: u64, first: Vec<UsedBy>, ripe: Option<String>) -> impl IntoView {
    let head = format!(
        "{} may not know this certificate yet, and would turn people away.",
        counted(n)
    );
    let ripe = ripe.map(|day| {
        view! { <p>{format!("Whoever reads metadata has it by {day} at the latest: copies of the metadata are valid for 7 days.")}</p> }
    });
    view! { <Callout kind=NoticeKind::Warn><p>{head}</p>{ripe}{links(first, n)}</Callout> }
}

fn links(first: Vec<UsedBy>, total: u64) -> impl IntoView {
    let more = total.saturating_sub(first.len() as u64);
    let items = first
        .into_iter()
        .map(|one| view! { <li><a href=one.href>{one.name}</a></li> })
        .collect_view();
    view! { <ul>{items}{(more > 0).then(|| view! { <li>{format!("and {} more", count_text(more))}</li> })}</ul> }
}

fn blocked(why: String, first: Vec<UsedBy>, total: u64) -> AnyView {
    let list = (!first.is_empty()).then(|| links(first, total));
    view! {
        <Callout kind=NoticeKind::Warn><p>{why}</p>{list}</Callout>
        <p><a href=RESIDENT>"Back to the keys"</a></p>
    }
    .into_any()
}

fn retire_content(view: RetireView) -> impl IntoView {
    let short = short_id(&view.key.key_id).to_owned();
    let body = if let Some(why) = view.refusal {
        blocked(why, Vec::new(), 0)
    } else if view.used_total > 0 {
        let why = format!(
            "This is the only key for signatures by ECDSA, which are chosen for {}. Choose an RSA algorithm there first.",
            counted(view.used_total)
        );
        blocked(why, view.used_by, view.used_total)
    } else {
        let happens = match (view.key.state, view.becomes) {
            (KeyState::Next, _) => "It was never used. It leaves the metadata, and its private key is erased for good.",
            (_, KeyState::Retiring) => {
                "No service provider takes signatures by ECDSA. It signs no more, and stays in the metadata until it is retired once more."
            }
            _ => {
                "It leaves the metadata, and its private key is erased for good: the change to the new key cannot be taken back then. \
                 Its certificate stays on this page, for whoever looks at an old assertion."
            }
        };
        let anyway = view.in_flight_until.is_some();
        let warning = view.in_flight_until.map(|until| {
            let until = until.replace('T', " ").replace('Z', " UTC");
            view! {
                <Callout kind=NoticeKind::Warn>
                    {format!("Messages that it has signed may be on their way until {until}. Service providers that fetch the metadata before they \
                        arrive would refuse them. Wait so long, unless somebody else has the private key.")}
                </Callout>
            }
        });
        view! {
            {warning}
            <ConfirmForm action="/api/console/signing-keys/retire" question=format!("Retire the key `{short}` ({})?", view.key.size)
                hidden=vec![("id", view.key.id.to_string()), ("anyway", anyway.to_string())]
                confirm=if anyway { "Retire it all the same" } else { "Retire" } cancel=RESIDENT>
                <p>{happens}</p>
            </ConfirmForm>
        }
        .into_any()
    };
    view! { <PageHead title="Retire a key" crumbs=crumbs("Retire a key")/> {body} }
}

#[cfg(test)]
mod tests {
    use super::super::keys::tests::key;
    use super::*;
    use crate::ui::test_render::markup;

    fn sp(name: &str) -> UsedBy {
        UsedBy {
            name: name.into(),
            href: "/console/service-providers/3/saml".into(),
            how: String::new(),
        }
    }

    #[test]
    fn who_does_not_know_the_certificate_is_named_before_it_is_used() {
        let view = |waiting, first| UseView {
            key: key(KeyState::Next, 400),
            replaces: Some(key(KeyState::Active, 400)),
            total: 12,
            waiting,
            first,
            ..UseView::default()
        };
        let html = markup(move || use_content(view(12, vec![sp("<i>Wiki</i>")])));
        assert!(
            html.contains("12 service providers may not know") && html.contains("and 11 more"),
            "{html}"
        );
        assert!(
            html.contains("&lt;i&gt;Wiki") && html.contains("/console/service-providers/3/saml"),
            "{html}"
        );
        assert!(
            html.contains(r#"name="anyway" value="true""#) && html.contains("btn danger"),
            "{html}"
        );
        let html = markup(move || use_content(view(0, Vec::new())));
        assert!(
            html.contains(r#"name="anyway" value="false""#) && html.contains("btn primary"),
            "{html}"
        );
    }

    #[test]
    fn a_step_out_of_order_has_no_button() {
        let refused = UseView {
            refusal: Some("This key signs already.".into()),
            ..UseView::default()
        };
        let html = markup(move || use_content(refused));
        assert!(html.contains("signs already") && !html.contains("<form"), "{html}");
        let used = RetireView {
            key: key(KeyState::Active, 400),
            used_by: vec![sp("Wiki")],
            used_total: 1,
            ..RetireView::default()
        };
        let html = markup(move || retire_content(used));
        assert!(html.contains(">Wiki</a>") && !html.contains("<form"), "{html}");
    }

    #[test]
    fn in_flight_messages_are_waited_for() {
        let view = RetireView {
            key: key(KeyState::Retiring, 400),
            becomes: KeyState::Retired,
            in_flight_until: Some("2026-11-23T12:10:00Z".into()),
            ..RetireView::default()
        };
        let html = markup(move || retire_content(view));
        assert!(
            html.contains("until 2026-11-23 12:10:00 UTC") && html.contains("Retire it all the same"),
            "{html}"
        );
    }
}
