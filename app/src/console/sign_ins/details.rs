//! One sign-in from its request to its end, as a time line.

use domain::Permission;
use domain::view::watch::{MomentView, RequestedView, TimeLineView};
use leptos::prelude::*;

use super::LIST;
use crate::console::logs::{OutcomeTag, When};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn DetailsPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewLog),
        Some(NavItem::SignIns),
        |request| async move {
            let console = &request.console;
            let id = request.param("id")?;
            let view = identity::sign_ins::time_line(&console.services, &console.actor, &id).await?;
            Ok(Body::new(content(view)))
        },
    )
}

fn content(view: TimeLineView) -> impl IntoView {
    let title = "Time line";
    let crumbs = vec![Crumb::link("Sign-ins", LIST), Crumb::here(title)];
    let user = if view.username.is_empty() {
        "somebody unknown".to_owned()
    } else {
        view.username.clone()
    };
    let subtitle = format!("{user}, signing in to {}. Times are UTC.", view.application);
    let request = view.request.clone().map(|request| {
        view! { <PlainCard title="What was asked for">{requested(request)}</PlainCard> }
    });
    let cut = view.cut.then(|| {
        view! { <Callout kind=NoticeKind::Warn>"More happened than is shown here: these are the first 200 of each kind."</Callout> }
    });
    let moments = moments(view.moments.clone());
    view! {
        // As text: a service provider's name may hold anything.
        <PageHead title subtitle=subtitle.into_any() crumbs/>
        <PlainCard title="How it stands">{stands(view)}</PlainCard>
        {request}
        <PlainCard title="What happened">{cut}{moments}</PlainCard>
    }
}

fn stands(view: TimeLineView) -> impl IntoView {
    let (began, ended) = (view.moments.first().cloned(), view.moments.last().cloned());
    let ended = ended.filter(|_| !view.under_way);
    let user = (!view.username.is_empty()).then(|| {
        view! { <Fact label="User">{link(view.username, view.user_href)}</Fact> }
    });
    let last = ended.map(|last| view! { <Fact label="Last"><When at=last.at/>" ("{last.since}")"</Fact> });
    view! {
        <Facts>
            <Fact label="Standing"><OutcomeTag severity=view.severity text=view.standing/></Fact>
            {user}
            <Fact label="Application">{link(view.application, view.application_href)}</Fact>
            {began.map(|first| view! { <Fact label="Began"><When at=first.at/></Fact> })}
            {last}
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

fn requested(request: RequestedView) -> impl IntoView {
    let text =
        |label: &'static str, text: String| (!text.is_empty()).then(|| view! { <Fact label=label><Mono text/></Fact> });
    let by = if request.request_id.is_empty() {
        "No request: it began at this server".to_owned()
    } else if request.binding.is_empty() {
        "AuthnRequest".to_owned()
    } else {
        format!("AuthnRequest by {}", request.binding)
    };
    let wishes = if request.wishes.is_empty() {
        "nothing beyond a sign-in".to_owned()
    } else {
        request.wishes.join("; ")
    };
    view! {
        <Facts>
            <Fact label="How it came">{by}</Fact>
            {text("Issuer", request.issuer)}
            {text("Request ID", request.request_id)}
            {text("Answer goes to", request.acs_url)}
            <Fact label="Asked for">{wishes}</Fact>
        </Facts>
    }
}

fn moments(moments: Vec<MomentView>) -> AnyView {
    if moments.is_empty() {
        return view! { <p>"Nothing is in the log yet."</p> }.into_any();
    }
    let items = moments.into_iter().map(moment).collect_view();
    view! { <ol class="time-line">{items}</ol> }.into_any()
}

fn moment(moment: MomentView) -> impl IntoView {
    let facts = (!moment.facts.is_empty()).then(|| {
        let key_href = moment.key_href.clone();
        let facts = moment.facts.into_iter().map(move |(label, value)| {
            let href = if label == "Signed with" {
                key_href.clone()
            } else {
                String::new()
            };
            let value = if href.is_empty() {
                view! { <Mono text=value/> }.into_any()
            } else {
                view! { <a href=href><Mono text=value/></a> }.into_any()
            };
            view! { <Fact label>{value}</Fact> }
        });
        view! { <Facts>{facts.collect_view()}</Facts> }
    });
    let address = (!moment.address.is_empty()).then(|| format!("from {}", moment.address));
    let detail = (!moment.detail.is_empty()).then(|| view! { <div class="sub">{moment.detail}</div> });
    let more = moment
        .link
        .map(|(href, name)| view! { <div class="sub"><a href=href>{name}</a></div> });
    view! {
        <li>
            <div class="moment-at"><When at=moment.at/><span class="sub">{moment.since}</span></div>
            <div class="moment">
                <OutcomeTag severity=moment.severity text=moment.what/>
                {address.map(|address| view! { <span class="sub">{address}</span> })}
                {detail}
                {more}
                {facts}
            </div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use domain::view::watch::Severity;

    use super::*;
    use crate::ui::test_render::markup;

    fn view() -> TimeLineView {
        TimeLineView {
            application: "<b>wiki</b>".into(),
            username: "jane".into(),
            standing: "signed in".into(),
            severity: Severity::Good,
            request: Some(RequestedView {
                issuer: "wiki".into(),
                request_id: "_r1".into(),
                binding: "HTTP-POST".into(),
                acs_url: "https://wiki.example/acs".into(),
                wishes: vec!["ForceAuthn".into(), "Subject <i>".into()],
            }),
            moments: vec![
                MomentView {
                    at: "2026-11-23T12:00:00Z".into(),
                    since: "0 s".into(),
                    what: "Wrong code".into(),
                    address: "192.0.2.1".into(),
                    link: Some(("/console/deliveries/7".into(), "Delivery 7".into())),
                    ..MomentView::default()
                },
                MomentView {
                    at: "2026-11-23T12:01:05Z".into(),
                    since: "1 min 5 s".into(),
                    what: "Response sent".into(),
                    facts: vec![("Signed with".into(), "k1".into())],
                    key_href: "/console/identity-providers/resident".into(),
                    ..MomentView::default()
                },
            ],
            ..TimeLineView::default()
        }
    }

    #[test]
    fn a_time_line_tells_all_in_order_and_hostile_text_stays_text() {
        let html = markup(|| content(view()));
        for part in [
            "&lt;b&gt;wiki",
            "AuthnRequest by HTTP-POST",
            "ForceAuthn; Subject &lt;i&gt;",
            "1 min 5 s",
            "from 192.0.2.1",
            r#"href="/console/deliveries/7">Delivery 7"#,
            r#"<a href="/console/identity-providers/resident"><code>k1"#,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<b>") && !html.contains("<i>"), "{html}");
        assert!(html.find("Wrong code").unwrap() < html.find("Response sent").unwrap());
    }

    #[test]
    fn one_under_way_has_no_end_and_nothing_asked_is_said() {
        let under_way = TimeLineView {
            under_way: true,
            username: String::new(),
            request: Some(RequestedView::default()),
            ..view()
        };
        let html = markup(|| content(under_way));
        assert!(!html.contains(">Last<") && html.contains("somebody unknown"), "{html}");
        assert!(
            html.contains("it began at this server") && html.contains("nothing beyond a sign-in"),
            "{html}"
        );
    }
}
