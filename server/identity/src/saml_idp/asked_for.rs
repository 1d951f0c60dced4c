//! What a request asked for, as its sign-in's time line keeps and tells it: names and addresses, never RelayState.

use entity::saml_request;
use serde::{Deserialize, Serialize};

use super::kept::Kept;
use crate::{Error, Result};

#[derive(Debug, Serialize, Deserialize)]
struct Told {
    issuer: String,
    request_id: String,
    acs_url: String,
    kept: Kept,
}

/// A request in a time line's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AskedFor {
    pub issuer: String,
    /// Empty: there was no request.
    pub request_id: String,
    pub acs_url: String,
    /// `HTTP-Redirect`, `HTTP-POST`; empty where it is not known.
    pub binding: String,
    /// What it asked for beyond a sign-in, each by its SAML name.
    pub wishes: Vec<String>,
}

/// The request as it is stored with its time line.
pub(super) fn told(row: &saml_request::Model) -> Result<String> {
    let told = Told {
        issuer: row.issuer.clone(),
        request_id: row.request_id.clone(),
        acs_url: row.acs_url.clone(),
        kept: Kept::of(row)?,
    };
    serde_json::to_string(&told).map_err(Error::internal)
}

/// What was stored, in words; `None` for what a later version has stored.
pub(crate) fn read(stored: &str) -> Option<AskedFor> {
    let Told {
        issuer,
        request_id,
        acs_url,
        kept,
    } = serde_json::from_str(stored).ok()?;
    Some(AskedFor {
        wishes: wishes(&kept),
        request_id: if kept.unsolicited { String::new() } else { request_id },
        binding: kept.binding,
        issuer,
        acs_url,
    })
}

fn wishes(kept: &Kept) -> Vec<String> {
    let mut wishes = Vec::new();
    if kept.force {
        wishes.push("ForceAuthn".to_owned());
    }
    if kept.passive {
        wishes.push("IsPassive".to_owned());
    }
    if let Some(wanted) = &kept.context {
        wishes.push(wanted.in_words());
    }
    if let Some(format) = &kept.name_id_format {
        wishes.push(format!("NameIDPolicy {format}"));
    }
    if let Some(subject) = &kept.subject {
        wishes.push(format!("Subject {subject}"));
    }
    if kept.attributes_asked {
        wishes.push("AttributeConsumingServiceIndex".to_owned());
    }
    wishes
}
