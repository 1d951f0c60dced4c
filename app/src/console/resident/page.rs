//! Entity ID, addresses, metadata, signing certificates and time-outs of the resident identity provider.

use domain::Permission;
use domain::view::watch::{ResidentView, SigningCertificate};
use leptos::prelude::*;

use crate::console::page::{Body, console_page};
use crate::islands::CopyButton;
use crate::ui::*;

const METADATA: &str = "/identity/metadata/saml2";
/// Days before a certificate's end from which the page warns.
const WARN_DAYS: i64 = 30;

#[component]
pub fn ResidentPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewSettings),
        Some(NavItem::Resident),
        |request| async move {
            let console = &request.console;
            let view = identity::resident::get(&console.services, &console.actor).await?;
            Ok(Body::new(content(view)))
        },
    )
}

fn content(view: ResidentView) -> impl IntoView {
    let idle = minutes(view.session_idle_minutes);
    let longest = if view.session_hours == 1 {
        "1 hour".to_owned()
    } else {
        format!("{} hours", view.session_hours)
    };
    view! {
        <PageHead title="Resident Identity Provider" subtitle="What service providers have to know about this server."
            crumbs=vec![Crumb::link("Identity Providers", NavItem::IdentityProviderList.href()), Crumb::here("Resident")]>
            <LinkButton href=METADATA download="gatehouse-metadata.xml">"Download Metadata"</LinkButton>
        </PageHead>
        <PlainCard title="Addresses" hint="A service provider that reads metadata needs nothing else.">
            <Facts>
                <Fact label="Entity ID">{copied(view.entity_id, "Copy entity ID")}</Fact>
                <Fact label="Single sign-on (SSO)">{copied(view.sso_url, "Copy single sign-on address")}</Fact>
                <Fact label="Single logout (SLO)">{copied(view.slo_url, "Copy single logout address")}</Fact>
                <Fact label="Metadata"><a href=METADATA>"SAML 2.0 metadata"</a></Fact>
            </Facts>
        </PlainCard>
        {view.certificates.into_iter().map(certificate_view).collect_view()}
        <PlainCard title="Session time-outs" hint="Settings `session.idle_minutes` and `session.hours`.">
            <Facts>
                <Fact label="Without use">{idle}</Fact>
                <Fact label="At most">{longest}</Fact>
            </Facts>
        </PlainCard>
    }
}

fn minutes(minutes: i64) -> String {
    if minutes == 1 {
        "1 minute".to_owned()
    } else {
        format!("{minutes} minutes")
    }
}

fn copied(value: String, label: &'static str) -> impl IntoView {
    view! { <CopyValue value=value.clone()><CopyButton value label=label.to_owned()/></CopyValue> }
}

fn certificate_view(certificate: SigningCertificate) -> impl IntoView {
    let (title, what) = if certificate.active {
        ("Signing certificate", "Its key signs now.")
    } else {
        (
            "Next signing certificate",
            "Published already, so that service providers know it before its key signs.",
        )
    };
    let expiry = match certificate.days_left {
        days if days < 0 => Some((TagKind::Bad, "expired".to_owned())),
        days if days < WARN_DAYS => Some((TagKind::Warn, format!("{days} days left"))),
        _ => None,
    };
    view! {
        <PlainCard title hint=what>
            <div class="stack">
                <Facts>
                    <Fact label="Subject">{certificate.subject}</Fact>
                    <Fact label="Expires">{certificate.not_after}{expiry.map(|(kind, text)| view! { " "<Tag kind text/> })}</Fact>
                    <Fact label="Key ID">{copied(certificate.key_id, "Copy key ID")}</Fact>
                </Facts>
                <details>
                    <summary>"Show the certificate"</summary>
                    <Wire title="PEM" text=wire_text(vec![(WireInk::Plain, certificate.pem)])/>
                </details>
            </div>
        </PlainCard>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn certificate(active: bool, days_left: i64) -> SigningCertificate {
        SigningCertificate {
            active,
            days_left,
            key_id: "k1".into(),
            subject: "CN=<b>host</b>".into(),
            not_after: "2031-11-22".into(),
            pem: "-----BEGIN CERTIFICATE-----\nAAAA".into(),
        }
    }

    #[test]
    fn everything_can_be_taken_elsewhere() {
        let view = ResidentView {
            entity_id: "http://localhost:9763/identity/metadata/saml2".into(),
            sso_url: "http://localhost:9763/samlsso".into(),
            slo_url: "http://localhost:9763/samlsso".into(),
            certificates: vec![certificate(true, 400), certificate(false, 800)],
            session_idle_minutes: 15,
            session_hours: 24,
        };
        let html = markup(move || content(view));
        assert!(html.contains("<code>http://localhost:9763/samlsso</code>"), "{html}");
        assert_eq!(html.matches(r#"href="/identity/metadata/saml2""#).count(), 2, "{html}");
        assert!(html.contains("15 minutes") && html.contains("24 hours"), "{html}");
        assert!(
            html.contains("Next signing certificate") && html.contains("-----BEGIN CERTIFICATE-----\nAAAA"),
            "{html}"
        );
        assert!(!html.contains("<b>") && html.contains("&lt;b&gt;host"), "{html}");
    }

    #[test]
    fn an_end_that_comes_is_said_in_time() {
        for (days, word) in [(-1, "expired"), (0, "0 days left"), (29, "29 days left")] {
            assert!(
                markup(move || certificate_view(certificate(true, days))).contains(word),
                "{days}"
            );
        }
        assert!(!markup(|| certificate_view(certificate(true, 30))).contains("class=\"tag"));
    }
}
