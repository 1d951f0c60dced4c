//! *Preview assertion*: whom to look at, what is missing, and the message, annotated or as it would be sent.
//!
//! A plain GET form and a choice between two views that needs no script. All of it is text: what is shown was typed by
//! people.

use domain::Permission;
use domain::view::preview::{Candidate, Finding, Ink, Link, Note, Part, Preview, PreviewView};
use domain::view::watch::Severity;
use leptos::prelude::*;

use super::{LIST, page_of};
use crate::console::logs::OutcomeTag;
use crate::console::page::{Body, console_page};
use crate::context::encode;
use crate::islands::CopyButton;
use crate::ui::*;

const TITLE: &str = "Preview assertion";

/// Where the preview of a service provider is.
pub(super) fn address(id: i64) -> String {
    format!("{}/preview", page_of(id))
}

#[component]
pub fn PreviewPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let id = request.id()?;
            let typed = request.query.get("username").unwrap_or_default();
            let console = &request.console;
            let view = identity::saml_idp::preview(&console.services, &console.actor, id, &typed).await?;
            Ok(Body::new(content(view)))
        },
    )
}

fn content(view: PreviewView) -> impl IntoView {
    let PreviewView {
        id,
        application,
        configured,
        typed,
        preview,
        candidates,
        more,
    } = view;
    let subtitle = format!("What {application} is told about a person, made by the code that makes the real answer.");
    let crumbs = vec![
        Crumb::link("Service Providers", LIST),
        Crumb::link(application, page_of(id)),
        Crumb::here(TITLE),
    ];
    let head = view! { <PageHead title=TITLE subtitle crumbs/> };
    if !configured {
        let href = format!("{}/saml", page_of(id));
        return (
            head,
            view! {
                <PlainCard>
                    <EmptyState title="No SAML configuration yet" text="Nothing is told to anybody before there is one.">
                        <LinkButton href>"SAML2 Web SSO Configuration"</LinkButton>
                    </EmptyState>
                </PlainCard>
            },
        )
            .into_any();
    }
    let username = preview
        .as_ref()
        .map_or_else(|| typed.clone(), |found| found.username.clone());
    let chosen = match preview {
        Some(preview) => found(preview).into_any(),
        None => choice(id, &typed, candidates, more).into_any(),
    };
    (head, form(id, username), chosen).into_any()
}

fn form(id: i64, username: String) -> impl IntoView {
    view! {
        <PlainCard>
            <form method="get" action=address(id) class="choose-user">
                <TextField name="username" label="Username" value=username width=Width::Medium
                    help="In full, or the beginning of a name to choose from."/>
                <Button kind=ButtonKind::Primary>"Preview"</Button>
            </form>
        </PlainCard>
    }
}

fn choice(id: i64, typed: &str, candidates: Vec<Candidate>, more: bool) -> AnyView {
    if candidates.is_empty() {
        let text = format!("No user\u{2019}s name begins with \u{201c}{typed}\u{201d}.");
        return view! { <PlainCard><p class="quiet-text">{text}</p></PlainCard> }.into_any();
    }
    let title = if typed.is_empty() { "Users" } else { "Which of them" };
    let rows = candidates.into_iter().map(move |one| {
        let href = format!("{}?username={}", address(id), encode(&one.username));
        view! { <li><a href=href>{one.username}</a>" "<span class="quiet-text">{one.full_name}</span></li> }
    });
    let more = more.then(|| view! { <p class="quiet-text">"There are more. Type more of the name."</p> });
    view! {
        <PlainCard title>
            <ul class="picks">{rows.collect_view()}</ul>
            {more}
        </PlainCard>
    }
    .into_any()
}

fn found(preview: Preview) -> impl IntoView {
    let Preview {
        username,
        outcome,
        severity,
        explanation,
        destination,
        xml,
        parts,
        findings,
        ..
    } = preview;
    view! {
        <PlainCard title=username>
            <p class="verdict"><OutcomeTag severity text=outcome/><span>{explanation}</span></p>
            <Facts><Fact label="Goes to"><Mono text=destination/></Fact></Facts>
        </PlainCard>
        <PlainCard title="What is missing">{missing(findings)}</PlainCard>
        {message(xml, parts)}
    }
}

fn missing(findings: Vec<Finding>) -> AnyView {
    if findings.is_empty() {
        return view! { <p class="quiet-text">"Nothing: every claim that is requested has a value."</p> }.into_any();
    }
    let rows = findings.into_iter().map(|one| {
        let (kind, word) = match one.severity {
            Severity::Bad => (TagKind::Bad, "stops it"),
            Severity::Warn => (TagKind::Warn, "look here"),
            Severity::Neutral | Severity::Good => (TagKind::Neutral, "note"),
        };
        view! { <li><Tag kind text=word/><span>{one.text}{one.link.map(link)}</span></li> }
    });
    view! { <ul class="findings">{rows.collect_view()}</ul> }.into_any()
}

fn link(link: Link) -> impl IntoView {
    view! { " "<a href=link.href>{link.text}</a> }
}

/// Both views are there; the style sheet shows the one that is chosen.
fn message(xml: String, parts: Vec<Part>) -> impl IntoView {
    let parts = parts.into_iter().map(part).collect_view();
    let radio = |id: &'static str, text: &'static str, checked: bool| {
        view! {
            <input type="radio" name="view" id=id checked=checked autocomplete="off"/>
            <label for=id>{text}</label>
        }
    };
    view! {
        <section class="card views">
            <header>
                <h2>"Response"</h2>
                <fieldset class="switch">
                    <legend class="hear-only">"How the response is shown"</legend>
                    {radio("view-annotated", "Annotated", true)}
                    {radio("view-sent", "As it would be sent", false)}
                </fieldset>
            </header>
            <div class="card-flush annotated"><ol>{parts}</ol></div>
            <div class="card-body as-sent">{as_sent(xml)}</div>
        </section>
    }
}

fn part(part: Part) -> impl IntoView {
    let notes = part.notes.into_iter().map(|one| {
        let Note { about, text, link } = one;
        view! { <div><dt>{about}</dt><dd>{text}{link.map(self::link)}</dd></div> }
    });
    view! {
        <li>
            <pre>{part.lines.into_iter().map(stretch).collect_view()}</pre>
            <dl>{notes.collect_view()}</dl>
        </li>
    }
}

fn stretch((ink, text): (Ink, String)) -> AnyView {
    match ink {
        Ink::Markup => view! { <span class="key">{text}</span> }.into_any(),
        Ink::Text => text.into_any(),
        Ink::Person => view! { <mark class="person">{text}</mark> }.into_any(),
        Ink::Number => view! { <mark class="number">{text}</mark> }.into_any(),
    }
}

fn as_sent(xml: String) -> AnyView {
    if xml.is_empty() {
        return view! { <p class="quiet-text">"Nothing is sent."</p> }.into_any();
    }
    let title = format!("SAMLResponse, {} bytes", xml.len());
    let copy = view! { <CopyButton value=xml.clone() label="Copy response".to_owned()/> }.into_any();
    view! {
        <p class="quiet-text">
            "Byte for byte, before HTTP-POST puts it into base64. Only the key is another one: it was made for this preview, \
             its certificate says PREVIEW, and nobody accepts its signature."
        </p>
        <Wire title aside=copy text=wire_text(vec![(WireInk::Plain, xml)])/>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn view(preview: Option<Preview>) -> PreviewView {
        PreviewView {
            id: 7,
            application: "<b>Wiki".into(),
            configured: true,
            typed: "\"><script>1</script>".into(),
            preview,
            ..PreviewView::default()
        }
    }

    fn preview() -> Preview {
        let hostile = "</pre><script>2</script>".to_owned();
        Preview {
            username: "jane".into(),
            outcome: "would be sent".into(),
            severity: Severity::Good,
            explanation: hostile.clone(),
            destination: hostile.clone(),
            xml: format!("<saml:NameID>{hostile}</saml:NameID>"),
            parts: vec![Part {
                lines: vec![
                    (Ink::Markup, "<saml:NameID>".into()),
                    (Ink::Number, "+94771234567".into()),
                    (Ink::Person, hostile.clone()),
                ],
                notes: vec![Note {
                    about: hostile.clone(),
                    text: hostile.clone(),
                    link: Some(Link {
                        text: hostile.clone(),
                        href: "/console/x#f-y".into(),
                    }),
                }],
            }],
            findings: vec![Finding {
                severity: Severity::Bad,
                text: hostile,
                link: None,
            }],
            masked: false,
        }
    }

    #[test]
    fn what_people_typed_stays_text() {
        let html = markup(|| content(view(Some(preview()))));
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
        assert_eq!(html.matches("</pre>").count(), 2, "{html}");
        assert!(html.contains(r#"<mark class="number">+94771234567</mark>"#), "{html}");
        assert!(
            html.contains("stops it") && html.contains(r#"href="/console/x#f-y""#),
            "{html}"
        );
        let html = markup(|| content(view(None)));
        assert!(
            !html.contains("<script") && html.contains("No user\u{2019}s name begins with"),
            "{html}"
        );
    }

    #[test]
    fn both_views_are_chosen_between_without_scripts() {
        let html = markup(|| content(view(Some(preview()))));
        for label in ["Annotated", "As it would be sent", "Username"] {
            assert_eq!(html.matches(&format!(">{label}</label>")).count(), 1, "{label}: {html}");
        }
        assert_eq!(html.matches(" checked").count(), 1, "{html}");
        assert!(
            html.contains(r#"method="get" action="/console/service-providers/7/preview""#),
            "{html}"
        );
        let refused = Preview {
            xml: String::new(),
            ..preview()
        };
        let html = markup(move || content(view(Some(refused))));
        assert!(
            html.contains("Nothing is sent.") && !html.contains("data-copy"),
            "{html}"
        );
    }

    #[test]
    fn users_to_choose_are_links() {
        let candidates = vec![Candidate {
            username: "jane+1".into(),
            full_name: "<i>Jane".into(),
        }];
        let choosing = PreviewView {
            candidates,
            more: true,
            ..view(None)
        };
        let html = markup(move || content(choosing));
        assert!(
            html.contains(r#"<a href="/console/service-providers/7/preview?username=jane%2B1">jane+1</a>"#),
            "{html}"
        );
        assert!(html.contains("There are more") && !html.contains("<i>"), "{html}");
    }

    #[test]
    fn without_configuration_there_is_nothing_to_choose() {
        let bare = PreviewView {
            configured: false,
            ..view(None)
        };
        let html = markup(move || content(bare));
        assert!(
            html.contains("No SAML configuration yet") && html.contains("/console/service-providers/7/saml"),
            "{html}"
        );
        assert!(!html.contains("<form"), "{html}");
    }
}
