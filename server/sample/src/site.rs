//! The address under which a request reached the sample.
//!
//! Owns the `Host` check and the absolute URLs built from it: the sample answers at its public address and, where it
//! listens on loopback, at every loopback name of its port, so that cross-site behaviour can be tried at `127.0.0.1`
//! while the identity server is at `localhost`. Refuses every other host with 421: a foreign name that resolves to
//! loopback (DNS rebinding) would otherwise read the inbox.

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::Settings;
use crate::state::App;

const LOOPBACK_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// An origin of the sample: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    origin: String,
}

impl Site {
    /// The site that a `Host` header names, if it is one of ours.
    pub(crate) fn from_host(settings: &Settings, host: &str) -> Option<Self> {
        let authority: Authority = host.parse().ok()?;
        if authority.as_str().contains('@') {
            return None;
        }
        let name = authority.host().to_ascii_lowercase();
        let public = &settings.public_url;
        let port = authority.port_u16().or_else(|| default_port(public));
        if public.host_str() == Some(&name) && public.port_or_known_default() == port {
            return Some(Self::public(settings));
        }
        let listen = settings.listen;
        let on_loopback = listen.ip().is_loopback() || listen.ip().is_unspecified();
        let ours = authority.port_u16().unwrap_or(80) == listen.port();
        (on_loopback && ours && LOOPBACK_NAMES.contains(&name.as_str())).then(|| Self {
            origin: format!("http://{name}:{}", listen.port()),
        })
    }

    /// The site of the public address.
    pub(crate) fn public(settings: &Settings) -> Self {
        Self {
            origin: settings.public_url.origin().ascii_serialization(),
        }
    }

    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) fn is_https(&self) -> bool {
        self.origin.starts_with("https:")
    }

    /// Where SAML responses arrive; logout messages too, for servers that know no other address.
    pub(crate) fn acs(&self) -> String {
        format!("{}/saml/acs", self.origin)
    }

    /// Where logout messages arrive.
    pub(crate) fn slo(&self) -> String {
        format!("{}/saml/slo", self.origin)
    }

    pub(crate) fn metadata(&self) -> String {
        format!("{}/saml/metadata", self.origin)
    }
}

fn default_port(public: &Url) -> Option<u16> {
    match public.scheme() {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

/// Puts the request's [`Site`] into its extensions, or answers 421.
pub(crate) async fn require(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let header = request
        .headers()
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let host = header.or_else(|| request.uri().authority().map(Authority::as_str));
    match host.and_then(|host| Site::from_host(&app.settings, host)) {
        Some(site) => {
            request.extensions_mut().insert(site);
            next.run(request).await
        }
        // Plain text: a page's style sheet would be asked for under the same wrong name.
        None => (
            StatusCode::MISDIRECTED_REQUEST,
            format!(
                "This is the sample app. It answers at {} only.\n",
                Site::public(&app.settings).origin()
            ),
        )
            .into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(listen: &str, public: &str) -> Settings {
        Settings {
            listen: listen.parse().unwrap(),
            public_url: public.parse().unwrap(),
            issuer: "travelocity.com".into(),
            idp_metadata_url: "http://localhost:9763/identity/metadata/saml2".parse().unwrap(),
            idp_console_url: "http://localhost:9763/console".parse().unwrap(),
        }
    }

    fn acs(settings: &Settings, host: &str) -> Option<String> {
        Site::from_host(settings, host).map(|site| site.acs())
    }

    #[test]
    fn the_public_address_and_loopback_names_of_the_port() {
        let s = settings("127.0.0.1:8080", "http://localhost:8080");
        for host in ["localhost:8080", "LOCALHOST:8080"] {
            assert_eq!(acs(&s, host).as_deref(), Some("http://localhost:8080/saml/acs"));
        }
        assert_eq!(
            acs(&s, "127.0.0.1:8080").as_deref(),
            Some("http://127.0.0.1:8080/saml/acs")
        );
        assert_eq!(acs(&s, "[::1]:8080").as_deref(), Some("http://[::1]:8080/saml/acs"));
    }

    #[test]
    fn nothing_else() {
        let s = settings("127.0.0.1:8080", "http://localhost:8080");
        for host in [
            "",
            "localhost",
            "localhost:9763",
            "localhost.:8080",
            "evil.example:8080",
            "a@localhost:8080",
            "localhost:8080:1",
            "localhost:99999",
        ] {
            assert_eq!(acs(&s, host), None, "{host}");
        }
    }

    #[test]
    fn behind_a_proxy_the_public_name_has_its_own_scheme_and_port() {
        let s = settings("10.0.0.7:8080", "https://sample.example.org");
        for host in ["sample.example.org", "sample.example.org:443"] {
            let site = Site::from_host(&s, host).unwrap();
            assert_eq!(site.origin(), "https://sample.example.org");
            assert!(site.is_https());
        }
        assert_eq!(acs(&s, "sample.example.org:80"), None);
        assert_eq!(acs(&s, "localhost:8080"), None);
    }
}
