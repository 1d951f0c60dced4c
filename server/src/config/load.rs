//! Reads the settings from file, environment and flags, and says in one line what is wrong with them.

use std::path::{Path, PathBuf};

use figment::Figment;
use figment::error::Kind;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::Serialize;

use super::{Config, ConfigError, File};

/// The file that is read where none is named, if it is there.
const DEFAULT_FILE: &str = "gatehouse.toml";

/// Variables of our prefix that are no settings.
const NO_SETTINGS: [&str; 1] = ["admin_password"];

/// What the command line sets; what is not given is left out.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Flags {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
}

/// # Errors
/// One line that names the key, the value and what is accepted, or the file that could not be read.
pub fn load(file: Option<&Path>, flags: &Flags) -> Result<Config, ConfigError> {
    let mut figment = Figment::new();
    if let Some(path) = file.or_else(|| Some(Path::new(DEFAULT_FILE)).filter(|path| path.exists())) {
        // Read here, since a provider that finds no file says nothing.
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigError(format!("settings file {} cannot be read: {error}", path.display())))?;
        figment = figment.merge(Toml::string(&text));
    }
    figment = figment
        .merge(Env::prefixed("GATEHOUSE_").ignore(&NO_SETTINGS).split("__"))
        .merge(Serialized::defaults(flags));
    let file: File = figment.extract().map_err(|error| explain(&error))?;
    file.check()
}

fn explain(error: &figment::Error) -> ConfigError {
    let key = error.path.join(".");
    ConfigError(match &error.kind {
        Kind::UnknownField(name, accepted) => {
            let parent = error
                .path
                .iter()
                .filter(|part| *part != name)
                .map(|part| format!("{part}."))
                .collect::<String>();
            format!(
                "setting {parent}{name} does not exist; accepted are {}",
                accepted.join(", ")
            )
        }
        Kind::InvalidType(found, wanted) => format!("setting {key} is {found}; accepted is {wanted}"),
        Kind::InvalidValue(found, wanted) => format!("setting {key} is {found}; accepted is {wanted}"),
        other => format!("the settings cannot be read: {}", other.to_string().replace('\n', " ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(toml: &str) -> Result<File, ConfigError> {
        Figment::new()
            .merge(Toml::string(toml))
            .extract()
            .map_err(|error| explain(&error))
    }

    #[test]
    fn an_unknown_key_is_named_with_what_there_is() {
        let error = parse("listn = \"x:1\"").unwrap_err().to_string();
        assert!(error.contains("listn") && error.contains("listen"), "{error}");
        let error = parse("[outbound]\nallowed = \"\"").unwrap_err().to_string();
        assert!(error.contains("outbound.allowed") && error.contains("allow"), "{error}");
    }

    #[test]
    fn a_wrong_type_is_named() {
        let error = parse("[session]\nhours = \"long\"").unwrap_err().to_string();
        assert!(error.contains("session.hours") && error.contains("long"), "{error}");
        assert!(parse("listen = ").unwrap_err().to_string().lines().count() == 1);
    }
}
