//! What metadata differs in from what is stored, one thing at a time, each with its way to be taken over.
//!
//! Only what the metadata says is compared: where it leaves a choice, the administrator's choice is no difference. What is
//! stricter here than there (signatures that are demanded, responses that are signed) is never offered to be weakened.

use chrono::{DateTime, Utc};
use domain::input::saml::{
    ATTRIBUTE_NAME_FORMATS, ENCRYPTION_ALGORITHMS, KEY_ENCRYPTION_ALGORITHMS, LOGOUT_METHODS, NAME_ID_FORMATS,
    SamlInput, WEAK_ENCRYPTION_ALGORITHMS,
};
use domain::view::metadata::Difference;
use saml::algorithm::{DataEncryption, KeyEncryption};

use super::offer::{Logout, Offer};
use super::{certificates, claims};

/// What is stored, and what it becomes.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// The stored configuration, or a new one's defaults.
    pub saml: SamlInput,
    /// Whether there is a stored one.
    pub registered: bool,
    /// Local claim, remote claim, mandatory.
    pub claims: Vec<(String, String, bool)>,
    pub custom_dialect: bool,
    pub source_url: Option<String>,
    pub valid_until: Option<DateTime<Utc>>,
    /// Whether it was taken from metadata before.
    pub recorded: bool,
    /// The assertion consumer URLs by the index that metadata gave them; empty: their place in the list counts.
    pub acs_indexes: Vec<(u16, String)>,
    /// Where answers to its LogoutRequests go by each logout method, where metadata named several addresses.
    pub logout_responses: Vec<(String, String)>,
}

/// One difference and how it is taken over.
pub(super) struct Change {
    pub shown: Difference,
    set: Box<dyn Fn(&mut State) + Send + Sync>,
}

impl Change {
    pub fn take(&self, state: &mut State) {
        (self.set)(state);
    }

    pub fn new(
        key: impl Into<String>,
        label: impl Into<String>,
        now: Vec<String>,
        new: Vec<String>,
        set: impl Fn(&mut State) + Send + Sync + 'static,
    ) -> Self {
        let shown = Difference {
            key: key.into(),
            label: label.into(),
            now,
            new,
        };
        Self {
            shown,
            set: Box::new(set),
        }
    }
}

/// Everything that differs, in the order of the form.
pub(super) fn changes(state: &State, offer: &Offer) -> Vec<Change> {
    let mut found = Vec::new();
    addresses(&mut found, state, offer);
    signatures(&mut found, state, offer);
    certificates::changes(&mut found, state, offer);
    encryption(&mut found, state, offer);
    logout(&mut found, state, offer);
    claims::changes(&mut found, state, offer);
    origin(&mut found, state, offer);
    found
}

/// A text of the form that is another now.
fn text(
    found: &mut Vec<Change>,
    (key, label): (&'static str, &'static str),
    (now, new): (&str, &str),
    field: fn(&mut SamlInput) -> &mut String,
) {
    if now != new {
        let value = new.to_owned();
        found.push(Change::new(key, label, one(now), one(new), move |state| {
            field(&mut state.saml).clone_from(&value);
        }));
    }
}

/// A value of a select, shown by its words.
fn choice(
    found: &mut Vec<Change>,
    (key, label): (&'static str, &'static str),
    list: &[(&str, &str)],
    (now, new): (&str, &str),
    field: fn(&mut SamlInput) -> &mut String,
) {
    if now != new {
        let value = new.to_owned();
        let words = |value| vec![words_for(list, value).to_owned()];
        found.push(Change::new(key, label, words(now), words(new), move |state| {
            field(&mut state.saml).clone_from(&value);
        }));
    }
}

/// What a select calls one of its values.
fn words_for<'a>(list: &[(&str, &'a str)], value: &'a str) -> &'a str {
    let known = list.iter().find(|(known, _)| *known == value);
    known.map_or(value, |(_, words)| words)
}

/// A box that is to be ticked, or not.
pub(super) fn tick(
    found: &mut Vec<Change>,
    (key, label): (&'static str, &'static str),
    on: bool,
    field: fn(&mut SamlInput) -> &mut domain::input::Tick,
) {
    let words = |on: bool| vec![if on { "on" } else { "off" }.to_owned()];
    found.push(Change::new(key, label, words(!on), words(on), move |state| {
        *field(&mut state.saml) = on.into();
    }));
}

fn one(value: &str) -> Vec<String> {
    if value.is_empty() {
        Vec::new()
    } else {
        vec![value.to_owned()]
    }
}

fn addresses(found: &mut Vec<Change>, state: &State, offer: &Offer) {
    let (now, new) = (&state.saml, &offer.saml);
    text(found, ("issuer", "Issuer"), (&now.issuer, &new.issuer), |saml| {
        &mut saml.issuer
    });
    let sorted = |urls: &[String]| {
        let mut urls = urls.to_vec();
        urls.sort();
        urls
    };
    if sorted(&now.acs_urls) != sorted(&new.acs_urls) {
        let urls = new.acs_urls.clone();
        let (before, after) = (now.acs_urls.clone(), new.acs_urls.clone());
        let indexes = offer.acs_indexes.clone();
        found.push(Change::new(
            "acs_urls",
            "Assertion Consumer URLs",
            before,
            after,
            move |state| {
                state.saml.acs_urls.clone_from(&urls);
                state.acs_indexes.clone_from(&indexes);
                // Empty means the first; the difference below says it where another is meant.
                if !urls.contains(&state.saml.default_acs_url) {
                    state.saml.default_acs_url.clear();
                }
            },
        ));
    } else {
        let before = by_index(&state.acs_indexes, &now.acs_urls);
        let after = by_index(&offer.acs_indexes, &new.acs_urls);
        if before != after {
            let indexes = offer.acs_indexes.clone();
            let label = "Assertion Consumer URLs by index";
            found.push(Change::new("acs_indexes", label, before, after, move |state| {
                state.acs_indexes.clone_from(&indexes);
            }));
        }
    }
    let default = |saml: &SamlInput| match saml.default_acs_url.as_str() {
        "" => saml.acs_urls.first().cloned().unwrap_or_default(),
        chosen => chosen.to_owned(),
    };
    let label = ("default_acs_url", "Default Assertion Consumer URL");
    text(found, label, (&default(now), &default(new)), |saml| {
        &mut saml.default_acs_url
    });
    if let Some(first) = offer
        .name_id_formats
        .first()
        .filter(|_| !offer.name_id_formats.contains(&now.name_id_format))
    {
        let label = ("name_id_format", "NameID format");
        choice(found, label, &NAME_ID_FORMATS, (&now.name_id_format, first), |saml| {
            &mut saml.name_id_format
        });
    }
}

/// What a request names by each index.
fn by_index(indexes: &[(u16, String)], urls: &[String]) -> Vec<String> {
    let places = (0..).zip(urls.iter().cloned());
    let mut named: Vec<(u16, String)> = if indexes.is_empty() {
        places.collect()
    } else {
        indexes.to_vec()
    };
    named.sort();
    named
        .into_iter()
        .map(|(index, url)| format!("{index}: {url}"))
        .collect()
}

fn signatures(found: &mut Vec<Change>, state: &State, offer: &Offer) {
    let (now, new) = (&state.saml, &offer.saml);
    if !state.registered && new.enable_response_signing.0 {
        let label = ("enable_response_signing", "Enable Response Signing");
        tick(found, label, true, |saml| &mut saml.enable_response_signing);
    }
    if new.enable_signature_validation.0 && !now.enable_signature_validation.0 {
        let label = (
            "enable_signature_validation",
            "Enable Signature Validation in Authentication Requests and Logout Requests",
        );
        tick(found, label, true, |saml| &mut saml.enable_signature_validation);
    }
}

fn encryption(found: &mut Vec<Change>, state: &State, offer: &Offer) {
    let (now, new) = (&state.saml, &offer.saml);
    let label = ("enable_assertion_encryption", "Enable Assertion Encryption");
    let had_key = !now.encryption_certificate.is_empty();
    if new.enable_assertion_encryption.0 && !now.enable_assertion_encryption.0 && !had_key {
        // With a key already there, somebody has chosen to have it off.
        tick(found, label, true, |saml| &mut saml.enable_assertion_encryption);
    } else if offer.encryption_certificates.is_empty() && now.enable_assertion_encryption.0 && had_key {
        tick(found, label, false, |saml| &mut saml.enable_assertion_encryption);
    }
    if offer.encryption_certificates.is_empty() || !new.enable_assertion_encryption.0 {
        return;
    }
    let offers = |uri: &str, of_this_kind: &[&str]| {
        let said = offer
            .encryption_methods
            .iter()
            .any(|method| of_this_kind.contains(&method.as_str()));
        !said || offer.encryption_methods.iter().any(|method| method == uri)
    };
    let data = DataEncryption::ALL
        .into_iter()
        .chain(DataEncryption::WEAK)
        .map(DataEncryption::uri);
    let algorithm = DataEncryption::from_uri(&now.assertion_encryption_algorithm).unwrap_or_default();
    let weaker = algorithm.is_weak()
        && DataEncryption::from_uri(&new.assertion_encryption_algorithm).is_some_and(|new| !new.is_weak());
    if weaker || !offers(algorithm.uri(), &data.collect::<Vec<_>>()) {
        let list = [ENCRYPTION_ALGORITHMS.as_slice(), &WEAK_ENCRYPTION_ALGORITHMS].concat();
        let values = (
            now.assertion_encryption_algorithm.as_str(),
            new.assertion_encryption_algorithm.as_str(),
        );
        let label = ("assertion_encryption_algorithm", "Assertion Encryption Algorithm");
        choice(found, label, &list, values, |saml| {
            &mut saml.assertion_encryption_algorithm
        });
    }
    let key = KeyEncryption::ALL.map(KeyEncryption::uri);
    if !offers(&now.key_encryption_algorithm, &key) {
        let values = (
            now.key_encryption_algorithm.as_str(),
            new.key_encryption_algorithm.as_str(),
        );
        let label = ("key_encryption_algorithm", "Key Encryption Algorithm");
        choice(found, label, &KEY_ENCRYPTION_ALGORITHMS, values, |saml| {
            &mut saml.key_encryption_algorithm
        });
    }
}

fn logout(found: &mut Vec<Change>, state: &State, offer: &Offer) {
    let now = &state.saml;
    let same_method = offer.logout.iter().find(|one| one.method == now.logout_method);
    let Some(new) = same_method.or(offer.logout.first()) else {
        return;
    };
    // Where logout is off although addresses are there, somebody has chosen so.
    if !now.enable_single_logout.0 && now.slo_request_url.is_empty() {
        let label = ("enable_single_logout", "Enable Single Logout");
        tick(found, label, true, |saml| &mut saml.enable_single_logout);
    }
    let Logout {
        method,
        request_url,
        response_url,
    } = new;
    let label = ("slo_response_url", "SLO Response URL");
    text(found, label, (&now.slo_response_url, response_url), |saml| {
        &mut saml.slo_response_url
    });
    let responses = offer.logout_responses();
    if state.logout_responses != responses {
        let before = by_method(&state.logout_responses);
        let after = by_method(&responses);
        let label = "SLO Response URL by binding";
        found.push(Change::new("logout_responses", label, before, after, move |state| {
            state.logout_responses.clone_from(&responses);
        }));
    }
    let label = ("slo_request_url", "SLO Request URL");
    text(found, label, (&now.slo_request_url, request_url), |saml| {
        &mut saml.slo_request_url
    });
    let label = ("logout_method", "Logout Method");
    choice(found, label, &LOGOUT_METHODS, (&now.logout_method, method), |saml| {
        &mut saml.logout_method
    });
}

fn by_method(responses: &[(String, String)]) -> Vec<String> {
    responses
        .iter()
        .map(|(method, url)| format!("{}: {url}", words_for(&LOGOUT_METHODS, method)))
        .collect()
}

/// The name format of the attributes that it asks for; called by the claims' part.
pub(super) fn name_format(found: &mut Vec<Change>, state: &State, offer: &Offer) {
    if let Some(format) = &offer.attribute_name_format {
        let label = ("attribute_name_format", "Attribute Name Format");
        let values = (state.saml.attribute_name_format.as_str(), format.as_str());
        choice(found, label, &ATTRIBUTE_NAME_FORMATS, values, |saml| {
            &mut saml.attribute_name_format
        });
    }
}

/// Where the metadata is and how long it holds. The first time that is just noted.
fn origin(found: &mut Vec<Change>, state: &State, offer: &Offer) {
    if let Some(url) = offer
        .source_url
        .clone()
        .filter(|url| state.source_url.as_ref() != Some(url))
    {
        let now = state.source_url.iter().cloned().collect();
        found.push(Change::new(
            "source_url",
            "Metadata URL",
            now,
            vec![url.clone()],
            move |state| {
                state.source_url = Some(url.clone());
            },
        ));
    }
    if state.recorded && state.valid_until != offer.valid_until {
        let day = |until: Option<DateTime<Utc>>| match until {
            Some(until) => vec![until.format("%Y-%m-%d %H:%M UTC").to_string()],
            None => vec!["without end".to_owned()],
        };
        let (now, until) = (day(state.valid_until), offer.valid_until);
        found.push(Change::new(
            "valid_until",
            "Metadata valid until",
            now,
            day(until),
            move |state| {
                state.valid_until = until;
            },
        ));
    }
}
