//! Single values: what is accepted, and how it is said when it is not.

use std::path::Path;

use identity::settings::Allowed;
use ipnet::IpNet;
use url::Url;

use super::ConfigError;

fn wrong(key: &str, value: &str, accepted: &str) -> ConfigError {
    ConfigError(format!("setting {key} is {value:?}; accepted is {accepted}"))
}

pub fn public_url(key: &str, value: &str) -> Result<Url, ConfigError> {
    let accepted = "an http or https address without path, such as \"https://id.example.org\"";
    let url: Url = value.trim().parse().map_err(|_| wrong(key, value, accepted))?;
    let fits = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if fits {
        Ok(url)
    } else {
        Err(wrong(key, value, accepted))
    }
}

pub fn optional_url(key: &str, value: &str) -> Result<Option<Url>, ConfigError> {
    if value.trim().is_empty() {
        Ok(None)
    } else {
        public_url(key, value).map(Some)
    }
}

pub fn host_port(key: &str, value: &str) -> Result<String, ConfigError> {
    let fits = value
        .trim()
        .rsplit_once(':')
        .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if fits {
        Ok(value.trim().to_owned())
    } else {
        Err(wrong(key, value, "a host and a port, such as \"127.0.0.1:9763\""))
    }
}

pub fn database_url(value: &str, data_dir: &Path) -> Result<String, ConfigError> {
    let value = value.trim();
    if value.is_empty() {
        return Ok(format!("sqlite:{}", data_dir.join("gatehouse.db").display()));
    }
    if value.starts_with("sqlite:") || value.starts_with("postgres:") || value.starts_with("postgresql:") {
        return Ok(value.to_owned());
    }
    // Not the value itself: it may hold a password.
    let scheme = value.split(':').next().unwrap_or_default();
    Err(wrong(
        "database_url",
        &format!("{scheme}:…"),
        "an address that begins with \"sqlite:\" or \"postgres:\"",
    ))
}

/// Comma-separated values.
pub fn list<T>(
    key: &str,
    value: &str,
    item: impl Fn(&str, &str) -> Result<T, ConfigError>,
) -> Result<Vec<T>, ConfigError> {
    value
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| item(key, part))
        .collect()
}

pub fn network(key: &str, value: &str) -> Result<IpNet, ConfigError> {
    let single = || value.parse::<std::net::IpAddr>().ok().map(IpNet::from);
    value
        .parse()
        .ok()
        .or_else(single)
        .ok_or_else(|| wrong(key, value, "networks such as \"10.0.0.0/8\", separated by commas"))
}

pub fn allowed(key: &str, value: &str) -> Result<Allowed, ConfigError> {
    if let Ok(network) = network(key, value) {
        return Ok(Allowed::Network(network));
    }
    let accepted = "networks such as \"10.0.0.0/8\" or \"host:port\", separated by commas";
    let (host, port) = value.rsplit_once(':').ok_or_else(|| wrong(key, value, accepted))?;
    match port.parse() {
        Ok(port) if !host.is_empty() && !host.contains('/') => {
            Ok(Allowed::HostPort(host.trim_matches(['[', ']']).to_lowercase(), port))
        }
        _ => Err(wrong(key, value, accepted)),
    }
}

pub fn country(value: &str) -> Result<String, ConfigError> {
    let known = value.len() == 2 && identity::phone::is_country(value);
    if known {
        Ok(value.to_owned())
    } else {
        Err(wrong(
            "default_country",
            value,
            "an ISO 3166-1 code of two letters, such as \"LK\"",
        ))
    }
}

pub fn username(value: &str) -> Result<String, ConfigError> {
    let accepted = "1 to 100 letters a to z, digits and . _ - @ +, and not only full stops";
    match identity::users::username_problem(value) {
        None => Ok(value.to_owned()),
        Some(_) => Err(wrong("admin.username", value, accepted)),
    }
}

pub fn not_empty(key: &str, value: &str) -> Result<String, ConfigError> {
    if value.trim().is_empty() {
        Err(wrong(key, value, "a text that is not empty"))
    } else {
        Ok(value.trim().to_owned())
    }
}

pub fn within(key: &str, value: i64, least: i64, most: i64) -> Result<i64, ConfigError> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(wrong(
            key,
            &value.to_string(),
            &format!("a number from {least} to {most}"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_names_key_value_and_what_is_accepted() {
        let error = public_url("public_url", "localhost").unwrap_err().to_string();
        assert!(
            error.contains("public_url") && error.contains("\"localhost\"") && error.contains("accepted"),
            "{error}"
        );
        assert!(!error.contains('\n'));
        for url in ["ftp://x", "http://x/path", "https://u:p@x", "http://x?q", ""] {
            assert!(public_url("k", url).is_err(), "{url}");
        }
        assert!(host_port("listen", "9763").is_err());
        assert!(host_port("listen", "x:99999").is_err());
        assert!(host_port("listen", "[::1]:9763").is_ok());
        assert!(within("n", 0, 1, 2).is_err());
    }

    #[test]
    fn the_first_administrators_name_is_one_that_users_may_have() {
        for name in ["", "jürgen", "..", "a b", &"a".repeat(101)] {
            let error = username(name).unwrap_err().to_string();
            assert!(error.contains("admin.username"), "{name}: {error}");
        }
        assert_eq!(username("root@example.com").unwrap(), "root@example.com");
    }

    #[test]
    fn a_database_password_is_not_repeated() {
        let error = database_url("mysql://root:hunter2@db/x", Path::new("data"))
            .unwrap_err()
            .to_string();
        assert!(!error.contains("hunter2"), "{error}");
        assert_eq!(database_url("", Path::new("data")).unwrap(), "sqlite:data/gatehouse.db");
    }

    #[test]
    fn outbound_takes_networks_and_hosts() {
        let allowed = list("outbound.allow", " 10.0.0.0/8, sms.internal:8080 ,::1", allowed).unwrap();
        assert_eq!(allowed.len(), 3);
        assert_eq!(allowed[1], Allowed::HostPort("sms.internal".into(), 8080));
        assert!(list("outbound.allow", "sms.internal", super::allowed).is_err());
    }
}
