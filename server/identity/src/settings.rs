//! What the installation is told from outside, checked before the first socket opens.

use ipnet::IpNet;
use url::Url;

/// The part of the settings that rules depend on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where browsers and service providers reach this server; without a path.
    pub public_url: Url,
    /// ISO 3166-1 alpha-2; a local number is refused without it.
    pub default_country: Option<String>,
    pub outbound: Outbound,
    /// Where the sample application and its SMS sandbox are; only with `--demo`.
    pub sandbox: Option<Url>,
    /// Minutes of idleness after which a session ends, unless an administrator has set others (`time_outs`).
    pub session_idle_minutes: i64,
    /// Hours after which a session ends in any case; as above.
    pub session_hours: i64,
    /// How many passwords are hashed at once; each takes 19 MiB.
    pub hash_permits: usize,
}

/// Where requests of ours may go although the address is private.
#[derive(Clone, Debug, Default)]
pub struct Outbound {
    pub allow: Vec<Allowed>,
    pub proxy: Option<Url>,
}

/// One entry of `outbound.allow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    Network(IpNet),
    /// A host name or address with a port, exactly as a URL names it.
    HostPort(String, u16),
}

impl Settings {
    /// The entity ID, which is also where the metadata is.
    #[must_use]
    pub fn entity_id(&self) -> String {
        self.at("/identity/metadata/saml2")
    }

    /// Single sign-on and logout.
    #[must_use]
    pub fn samlsso_url(&self) -> String {
        self.at("/samlsso")
    }

    /// An absolute address of this server.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// A cookie's name as browsers see it. With https the prefix makes them refuse one that another host or plain HTTP
    /// has set (RFC 6265bis section 4.1.3.2).
    #[must_use]
    pub fn cookie_name(&self, name: &str) -> String {
        if self.is_https() {
            format!("__Host-{name}")
        } else {
            name.to_owned()
        }
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

/// The cookies' names, without prefix: routes and pages read what the other has set.
pub mod cookies {
    /// The console's own session.
    pub const CONSOLE: &str = "gatehouse_console";
    /// What the last try to sign in to the console came to, for a minute.
    pub const OUTCOME: &str = "gatehouse_outcome";
    /// The sign-in session that applications share.
    pub const SESSION: &str = "gatehouse_session";

    /// That a sign-in is this browser's.
    #[must_use]
    pub fn flow(id: &str) -> String {
        format!("gatehouse_flow_{id}")
    }

    /// That a logout is this browser's.
    #[must_use]
    pub fn logout(id: &str) -> String {
        format!("gatehouse_logout_{id}")
    }
}
