//! Settings: `gatehouse.toml`, overridden by `GATEHOUSE_*`, overridden by flags; all checked before the first socket opens.

mod load;
mod values;

use std::path::{Path, PathBuf};

use identity::settings::{Allowed, Outbound};
use ipnet::IpNet;
use serde::Deserialize;
use url::Url;

pub use load::{Flags, load};

/// A setting that stops the start: which one, what it is, what is accepted.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct ConfigError(pub String);

/// The file's own shape. Unknown keys are refused: a typing error in a security setting must not go unseen.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// Host and port; a host name is listened on at all its addresses.
    pub listen: String,
    pub public_url: String,
    pub data_dir: PathBuf,
    /// Empty: `sqlite:{data_dir}/gatehouse.db`.
    pub database_url: String,
    /// Empty: `{data_dir}/master.key`.
    pub master_key_file: PathBuf,
    /// Networks, separated by commas.
    pub trusted_proxies: String,
    /// ISO 3166-1 alpha-2.
    pub default_country: String,
    pub admin: AdminSection,
    pub sample: SampleSection,
    pub outbound: OutboundSection,
    pub session: SessionSection,
    pub metrics: MetricsSection,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdminSection {
    pub username: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SampleSection {
    pub listen: String,
    pub public_url: String,
    pub issuer: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutboundSection {
    /// Networks or `host:port`, separated by commas.
    pub allow: String,
    pub proxy: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SessionSection {
    pub idle_minutes: i64,
    pub hours: i64,
}

/// Kept apart so that a listener of its own can be given; empty: none.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsSection {
    pub listen: String,
}

impl Default for File {
    fn default() -> Self {
        Self {
            listen: "localhost:9763".into(),
            public_url: "http://localhost:9763".into(),
            data_dir: "data".into(),
            database_url: String::new(),
            master_key_file: PathBuf::new(),
            trusted_proxies: String::new(),
            default_country: String::new(),
            admin: AdminSection::default(),
            sample: SampleSection::default(),
            outbound: OutboundSection::default(),
            session: SessionSection::default(),
            metrics: MetricsSection::default(),
        }
    }
}

impl Default for AdminSection {
    fn default() -> Self {
        Self {
            username: "admin".into(),
        }
    }
}

impl Default for SampleSection {
    fn default() -> Self {
        Self {
            listen: "localhost:8080".into(),
            public_url: "http://localhost:8080".into(),
            issuer: "travelocity.com".into(),
        }
    }
}

impl Default for SessionSection {
    fn default() -> Self {
        Self {
            idle_minutes: 15,
            hours: 24,
        }
    }
}

impl Default for MetricsSection {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:9764".into(),
        }
    }
}

/// The settings after they have been checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub listen: String,
    pub metrics_listen: Option<String>,
    pub data_dir: PathBuf,
    pub database_url: String,
    pub master_key_file: PathBuf,
    pub trusted_proxies: Vec<IpNet>,
    pub admin_username: String,
    pub identity: identity::Settings,
    pub sample: Sample,
}

#[derive(Clone, Debug)]
pub struct Sample {
    pub listen: String,
    pub public_url: Url,
    pub issuer: String,
}

impl File {
    /// Checks every value.
    ///
    /// # Errors
    /// One line with the key, the value and what is accepted.
    pub fn check(self) -> Result<Config, ConfigError> {
        let public_url = values::public_url("public_url", &self.public_url)?;
        let data_dir = self.data_dir;
        let or_in_data = |path: &Path, name: &str| {
            if path.as_os_str().is_empty() {
                data_dir.join(name)
            } else {
                path.to_owned()
            }
        };
        let database_url = values::database_url(&self.database_url, &data_dir)?;
        let master_key_file = or_in_data(&self.master_key_file, "master.key");
        let outbound = Outbound {
            allow: values::list("outbound.allow", &self.outbound.allow, values::allowed)?,
            proxy: values::optional_url("outbound.proxy", &self.outbound.proxy)?,
        };
        let country = self.default_country.trim().to_uppercase();
        Ok(Config {
            listen: values::host_port("listen", &self.listen)?,
            metrics_listen: match self.metrics.listen.trim() {
                "" => None,
                listen => Some(values::host_port("metrics.listen", listen)?),
            },
            database_url,
            master_key_file,
            trusted_proxies: values::list("trusted_proxies", &self.trusted_proxies, values::network)?,
            admin_username: values::username(&self.admin.username)?,
            sample: Sample {
                listen: values::host_port("sample.listen", &self.sample.listen)?,
                public_url: values::public_url("sample.public_url", &self.sample.public_url)?,
                issuer: values::not_empty("sample.issuer", &self.sample.issuer)?,
            },
            identity: identity::Settings {
                public_url,
                default_country: if country.is_empty() {
                    None
                } else {
                    Some(values::country(&country)?)
                },
                outbound,
                sandbox: None,
                session_idle_minutes: values::within("session.idle_minutes", self.session.idle_minutes, 1, 24 * 60)?,
                session_hours: values::within("session.hours", self.session.hours, 1, 30 * 24)?,
                hash_permits: std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            },
            data_dir,
        })
    }
}

impl Config {
    /// Offers the sandbox's presets, and lets requests of ours reach it on this machine.
    pub fn allow_sandbox(&mut self) {
        let url = &self.sample.public_url;
        self.identity.sandbox = Some(url.clone());
        if let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) {
            self.identity
                .outbound
                .allow
                .push(Allowed::HostPort(host.to_owned(), port));
            self.identity
                .outbound
                .allow
                .push(Allowed::HostPort("127.0.0.1".to_owned(), port));
        }
    }
}
