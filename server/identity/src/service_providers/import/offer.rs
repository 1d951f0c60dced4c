//! What metadata offers, as this product's settings: the one reading of it that an import takes, a comparison shows and
//! a draft keeps, so that what was shown is what is applied.

use chrono::{DateTime, Utc};
use domain::input::saml::{NAME_ID_FORMATS, SamlInput};
use domain::view::ClaimView;
use saml::identifier::{BINDING_POST, BINDING_REDIRECT, BINDING_SOAP};
use saml::keys::Certificate;
use saml::metadata::{Endpoint, SpMetadata};
use serde::{Deserialize, Serialize};

use super::attributes::{self, Asked};
use super::encryption;
use crate::service_providers::saml_check::{self, CERTIFICATES_MAX};

/// How a LogoutRequest gets to the service provider, best first: the browser keeps its cookies in front, and a redirect
/// is what every product takes.
const LOGOUT: [(&str, &str); 3] = [
    (BINDING_REDIRECT, "front_channel_redirect"),
    (BINDING_POST, "front_channel_post"),
    (BINDING_SOAP, BACK_CHANNEL),
];
const BACK_CHANNEL: &str = "back_channel";

/// What is taken from metadata.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Offer {
    /// A whole configuration, as a new service provider gets it.
    pub saml: SamlInput,
    /// Its name for people, where it has one.
    pub name: Option<String>,
    pub description: Option<String>,
    /// NameID formats it takes that there are here.
    pub name_id_formats: Vec<String>,
    /// Where logout messages may go, best first.
    pub logout: Vec<Logout>,
    /// Each certificate that assertions may be encrypted for, in PEM.
    pub encryption_certificates: Vec<String>,
    /// As [`SpMetadata::encryption_methods`].
    pub encryption_methods: Vec<String>,
    /// The addresses of `saml.acs_urls` by the index that requests may name.
    pub acs_indexes: Vec<(u16, String)>,
    /// The claims it asks for.
    pub claims: Vec<Asked>,
    /// Whether it names its attributes otherwise than by claim URIs.
    pub own_names: bool,
    pub attribute_name_format: Option<String>,
    pub valid_until: Option<DateTime<Utc>>,
    pub source_url: Option<String>,
    /// What is not taken, in sentences.
    pub notes: Vec<String>,
}

/// One way to log a user out there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Logout {
    /// A value of `SamlInput::logout_method`.
    pub method: String,
    pub request_url: String,
    pub response_url: String,
}

impl Offer {
    /// Where answers to LogoutRequests go by each method that leads through the browser. Empty where that is one address,
    /// which the form has a field for.
    pub fn logout_responses(&self) -> Vec<(String, String)> {
        let front = self.logout.iter().filter(|one| one.method != BACK_CHANNEL);
        let all: Vec<_> = front
            .map(|one| (one.method.clone(), one.response_url.clone()))
            .collect();
        let several = all.iter().any(|(_, url)| *url != all[0].1);
        if several { all } else { Vec::new() }
    }

    /// # Errors
    /// A sentence: why nothing can be taken.
    pub fn read(
        metadata: &SpMetadata,
        local: &[ClaimView],
        source_url: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Self, String> {
        if metadata.is_expired(now) {
            let until = metadata.valid_until.map(|until| until.format("%Y-%m-%d").to_string());
            return Err(format!(
                "The metadata expired on {}: it says that it must not be used any longer. Get the service provider's new one.",
                until.unwrap_or_default()
            ));
        }
        let mut reading = Reading {
            metadata,
            saml: SamlInput {
                issuer: metadata.entity_id.clone(),
                ..SamlInput::default()
            },
            notes: metadata.notes.iter().map(ToString::to_string).collect(),
        };
        let acs_indexes = reading.consumers()?;
        let name_id_formats = reading.name_id_formats();
        let logout = reading.logout();
        reading.signatures();
        let encryption_certificates = reading.encryption();
        let (claims, mut unmatched) = attributes::read(&metadata.requested_attributes, local);
        reading.notes.append(&mut unmatched);
        let attribute_name_format = attributes::name_format(&metadata.requested_attributes).map(str::to_owned);
        let Reading { mut saml, notes, .. } = reading;
        if let Some(format) = &attribute_name_format {
            saml.attribute_name_format.clone_from(format);
        }
        saml.enable_attribute_profile = (!claims.is_empty()).into();
        saml.include_attributes_always = (!claims.is_empty()).into();
        Ok(Self {
            saml,
            name: metadata.display_name.clone(),
            description: metadata.description.clone(),
            name_id_formats,
            logout,
            encryption_certificates,
            encryption_methods: metadata.encryption_methods.clone(),
            acs_indexes,
            own_names: claims.iter().any(|claim| claim.local != claim.remote),
            claims,
            attribute_name_format,
            valid_until: metadata.valid_until,
            source_url,
            notes,
        })
    }
}

/// Metadata on its way into a configuration.
struct Reading<'a> {
    metadata: &'a SpMetadata,
    saml: SamlInput,
    notes: Vec<String>,
}

impl Reading<'_> {
    /// Every address that takes responses, in the order of their indexes (saml-metadata 2.2.3); gives them by index.
    fn consumers(&mut self) -> Result<Vec<(u16, String)>, String> {
        let mut endpoints: Vec<&Endpoint> = self.metadata.post_acs().collect();
        endpoints.sort_by_key(|endpoint| endpoint.index);
        let mut indexes = Vec::new();
        for endpoint in endpoints {
            if let Some(wrong) = saml_check::url_problem("An assertion consumer service", &endpoint.location) {
                self.notes
                    .push(format!("{wrong} `{}` was left out.", endpoint.location));
                continue;
            }
            if !self.saml.acs_urls.contains(&endpoint.location) {
                self.saml.acs_urls.push(endpoint.location.clone());
            }
            indexes.extend(endpoint.index.map(|index| (index, endpoint.location.clone())));
        }
        let Some(first) = self.saml.acs_urls.first() else {
            return Err(
                "None of its assertion consumer services has an address that a response can be sent to.".to_owned(),
            );
        };
        let default = self.metadata.default_acs().map(|endpoint| &endpoint.location);
        if let Some(default) = default.filter(|url| *url != first && self.saml.acs_urls.contains(url)) {
            self.saml.default_acs_url.clone_from(default);
        }
        Ok(indexes)
    }

    fn name_id_formats(&mut self) -> Vec<String> {
        let known = |format: &&String| NAME_ID_FORMATS.iter().any(|(urn, _)| urn == *format);
        let asked = &self.metadata.name_id_formats;
        let formats: Vec<String> = asked.iter().filter(known).cloned().collect();
        match formats.first() {
            Some(first) => self.saml.name_id_format.clone_from(first),
            None if asked.is_empty() => {}
            None => self.notes.push(format!(
                "None of the NameID formats it takes is issued here ({}), so `unspecified` is.",
                asked
                    .iter()
                    .map(|format| format!("`{format}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            )),
        }
        formats
    }

    fn logout(&mut self) -> Vec<Logout> {
        let mut found = Vec::new();
        for (binding, method) in LOGOUT {
            let Some(endpoint) = self.metadata.slo.iter().find(|endpoint| endpoint.binding == binding) else {
                continue;
            };
            let response = endpoint.response_location.as_ref().unwrap_or(&endpoint.location);
            let wrong = [&endpoint.location, response]
                .into_iter()
                .find_map(|url| saml_check::url_problem("A logout service", url).map(|wrong| (wrong, url)));
            match wrong {
                Some((wrong, url)) => self.notes.push(format!("{wrong} `{url}` was left out.")),
                None => found.push(Logout {
                    method: method.to_owned(),
                    request_url: endpoint.location.clone(),
                    response_url: response.clone(),
                }),
            }
        }
        let Some(first) = found.first() else {
            if !self.metadata.slo.is_empty() {
                self.notes.push(
                    "It can be told of a logout in no way that there is here, so single logout is off.".to_owned(),
                );
            }
            return found;
        };
        for other in found.iter().filter(|other| other.request_url != first.request_url) {
            self.notes.push(format!(
                "Its other logout service `{}` is not told of logouts: one address is.",
                other.request_url
            ));
        }
        self.saml.enable_single_logout = true.into();
        self.saml.logout_method.clone_from(&first.method);
        self.saml.slo_request_url.clone_from(&first.request_url);
        self.saml.slo_response_url.clone_from(&first.response_url);
        found
    }

    /// Responses are signed as well as assertions: metadata can ask for the one but has no word for the other
    /// (saml-metadata 2.4.4), many products refuse an unsigned response unless told otherwise, and none a signed one.
    fn signatures(&mut self) {
        self.saml.enable_response_signing = true.into();
        let mut certificates: Vec<&Certificate> = self.metadata.signing_certificates.iter().collect();
        if certificates.len() > CERTIFICATES_MAX {
            self.notes.push(format!(
                "It has {} signing certificates; the first {CERTIFICATES_MAX} were taken.",
                certificates.len()
            ));
            certificates.truncate(CERTIFICATES_MAX);
        }
        self.saml.certificate = pem(&certificates);
        if self.metadata.authn_requests_signed && certificates.is_empty() {
            self.notes.push(
                "It says that it signs its requests and holds no certificate to check that with: Enable Signature Validation is off.".to_owned(),
            );
        } else {
            self.saml.enable_signature_validation = self.metadata.authn_requests_signed.into();
        }
    }

    /// Encryption is on where a key for it is published. Nothing else in metadata says whether it is wanted; who publishes
    /// such a key can decrypt, so it costs nothing and keeps what is said of a person from browsers, logs and proxies.
    /// Shibboleth reads metadata in the same way. The box stays there for whoever wants it off.
    fn encryption(&mut self) -> Vec<String> {
        let certificates = &self.metadata.encryption_certificates;
        let Some(first) = certificates.first() else {
            return Vec::new();
        };
        match encryption::choose(&self.metadata.encryption_methods) {
            Ok(chosen) => {
                self.saml.enable_assertion_encryption = true.into();
                chosen
                    .data
                    .uri()
                    .clone_into(&mut self.saml.assertion_encryption_algorithm);
                chosen.key.uri().clone_into(&mut self.saml.key_encryption_algorithm);
                if chosen.data.is_weak() {
                    self.notes.push(
                        "It decrypts AES-CBC only, which is weak: a change to what was encrypted goes unnoticed. Ask for a version of it that takes AES-GCM.".to_owned(),
                    );
                }
            }
            Err(why) => self.notes.push(why.to_owned()),
        }
        if certificates.len() > 1 {
            self.notes.push(format!(
                "It has {} certificates to encrypt for; the first, of `{}`, is used.",
                certificates.len(),
                first.subject
            ));
        }
        self.saml.encryption_certificate = first.pem().trim_end().to_owned();
        certificates
            .iter()
            .map(|certificate| certificate.pem().trim_end().to_owned())
            .collect()
    }
}

/// As the field *Certificate* holds them.
pub(super) fn pem(certificates: &[&Certificate]) -> String {
    let all: String = certificates.iter().map(|certificate| certificate.pem()).collect();
    all.trim_end().to_owned()
}
