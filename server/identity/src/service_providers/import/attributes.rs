//! The attributes that metadata asks for, as rows of the claim configuration.
//!
//! Owns the table of the names that attributes go by outside. Refuses to guess: what no name of it matches is said.

use domain::claim::{self, short_name};
use domain::view::ClaimView;
use saml::metadata::RequestedAttribute;
use serde::{Deserialize, Serialize};

/// The column's length.
const REMOTE_CLAIM_MAX: usize = 255;

pub(super) const FORMAT_URI: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri";
pub(super) const FORMAT_BASIC: &str = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";

/// A claim that metadata asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    /// The local claim's URI.
    pub local: String,
    /// The service provider's name for it.
    pub remote: String,
    pub mandatory: bool,
}

/// Local claim (the last part of its URI) and what it is called elsewhere: object identifiers of X.500 and eduPerson
/// (MACE-Dir attribute profile), LDAP's names (RFC 4519, RFC 4524), and the URIs of WS-Federation products.
const NAMES: [(&str, &[&str]); 13] = [
    (
        "username",
        &[
            "urn:oid:0.9.2342.19200300.100.1.1",
            "urn:oid:1.3.6.1.4.1.5923.1.1.1.6",
            "uid",
            "userid",
            "username",
            "login",
            "eduPersonPrincipalName",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
        ],
    ),
    (
        "emailaddress",
        &[
            "urn:oid:0.9.2342.19200300.100.1.3",
            "urn:oid:1.2.840.113549.1.9.1",
            "mail",
            "email",
            "emailAddress",
            "rfc822Mailbox",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
        ],
    ),
    (
        "givenname",
        &[
            "urn:oid:2.5.4.42",
            "givenName",
            "firstName",
            "first_name",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname",
        ],
    ),
    (
        "lastname",
        &[
            "urn:oid:2.5.4.4",
            "sn",
            "surname",
            "lastName",
            "last_name",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname",
        ],
    ),
    (
        "mobile",
        &[
            "urn:oid:0.9.2342.19200300.100.1.41",
            "mobile",
            "mobileTelephoneNumber",
            "mobilePhone",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/mobilephone",
        ],
    ),
    (
        "telephone",
        &[
            "urn:oid:2.5.4.20",
            "telephoneNumber",
            "phone",
            "phoneNumber",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/homephone",
        ],
    ),
    (
        "organization",
        &["urn:oid:2.5.4.10", "o", "organization", "organizationName", "company"],
    ),
    (
        "department",
        &[
            "urn:oid:2.16.840.1.113730.3.1.2",
            "urn:oid:2.5.4.11",
            "departmentNumber",
            "department",
            "ou",
        ],
    ),
    (
        "streetaddress",
        &[
            "urn:oid:2.5.4.9",
            "street",
            "streetAddress",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/streetaddress",
        ],
    ),
    (
        "country",
        &[
            "urn:oid:2.5.4.6",
            "c",
            "country",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/country",
        ],
    ),
    (
        "url",
        &[
            "urn:oid:1.3.6.1.4.1.250.1.57",
            "labeledURI",
            "url",
            "webpage",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/webpage",
        ],
    ),
    ("im", &["im", "instantMessaging"]),
    (
        "role",
        &[
            "urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
            "isMemberOf",
            "memberOf",
            "role",
            "roles",
            "group",
            "groups",
            "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
            "http://schemas.xmlsoap.org/claims/Group",
        ],
    ),
];

/// What was asked for, matched to `local`; and in sentences what was not.
pub(super) fn read(requested: &[RequestedAttribute], local: &[ClaimView]) -> (Vec<Asked>, Vec<String>) {
    let (mut asked, mut notes) = (Vec::<Asked>::new(), Vec::new());
    for attribute in requested {
        let name = attribute.name.trim();
        if let Some(same) = asked.iter_mut().find(|one| one.remote == name) {
            // Another set of attributes asks for it as well; only what every set needs stops a sign-in.
            same.mandatory &= attribute.required;
            continue;
        }
        let called = attribute
            .friendly_name
            .as_deref()
            .map(str::trim)
            .filter(|called| !called.is_empty());
        let Some(claim) = local_claim(name, called, local) else {
            let called = called.map_or_else(String::new, |called| format!(" ({called})"));
            let text = format!(
                "The attribute `{name}`{called} that it asks for matches no claim here. Add a row for it in the claim configuration if there is one that it means."
            );
            add(&mut notes, text);
            continue;
        };
        if name.chars().count() > REMOTE_CLAIM_MAX {
            add(
                &mut notes,
                format!("An attribute's name is longer than {REMOTE_CLAIM_MAX} characters and was left out."),
            );
        } else if let Some(first) = asked.iter().find(|one| one.local == claim.uri) {
            let text = format!(
                "The attribute `{name}` means the same claim as `{}` and was left out: a claim is sent under one name.",
                first.remote
            );
            add(&mut notes, text);
        } else {
            asked.push(Asked {
                local: claim.uri.clone(),
                remote: name.to_owned(),
                mandatory: attribute.required,
            });
        }
    }
    (asked, notes)
}

fn add(notes: &mut Vec<String>, text: String) {
    if !notes.contains(&text) {
        notes.push(text);
    }
}

/// By its own URI first, then by the names known elsewhere, last by what it is called here.
fn local_claim<'a>(name: &str, called: Option<&str>, local: &'a [ClaimView]) -> Option<&'a ClaimView> {
    let names = || std::iter::once(name).chain(called);
    let exact = local.iter().find(|claim| claim.uri == name);
    exact
        .or_else(|| names().find_map(|name| by_table(name, local)))
        .or_else(|| names().find_map(|name| by_own_name(name, local)))
}

fn by_table<'a>(name: &str, local: &'a [ClaimView]) -> Option<&'a ClaimView> {
    let known = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let (short, _) = NAMES.iter().find(|(_, names)| known(names))?;
    let uri = format!("{}/{short}", claim::LOCAL_DIALECT);
    local.iter().find(|claim| claim.uri == uri)
}

fn by_own_name<'a>(name: &str, local: &'a [ClaimView]) -> Option<&'a ClaimView> {
    local.iter().find(|claim| {
        let own = [claim.attribute.as_str(), short_name(&claim.uri), claim.label.as_str()];
        own.iter().any(|own| !own.is_empty() && own.eq_ignore_ascii_case(name))
    })
}

/// The name format that what is asked for has: stated, or as the names look. `None`: nothing is asked for.
pub(super) fn name_format(requested: &[RequestedAttribute]) -> Option<&'static str> {
    let stated = |format: &str| {
        requested
            .iter()
            .filter(|one| one.name_format.as_deref() == Some(format))
            .count()
    };
    let (uri, basic) = (stated(FORMAT_URI), stated(FORMAT_BASIC));
    if uri == 0 && basic == 0 {
        let first = requested.first()?;
        return Some(if first.name.contains(':') { "uri" } else { "basic" });
    }
    Some(if uri >= basic { "uri" } else { "basic" })
}

#[cfg(test)]
mod tests {
    use domain::claim::PROFILE;

    use super::*;

    fn local() -> Vec<ClaimView> {
        let profile = PROFILE.map(|(uri, label, attribute)| (uri, label, attribute));
        let derived = [(claim::USERNAME, "Username", "uid"), (claim::ROLE, "Role", "role")];
        let own = [("urn:example:badge", "Badge", "badgeNumber")];
        let all = profile.into_iter().chain(derived).chain(own);
        all.map(|(uri, label, attribute)| ClaimView {
            uri: uri.into(),
            label: label.into(),
            attribute: attribute.into(),
            required: false,
            pattern: String::new(),
            derived: false,
        })
        .collect()
    }

    fn attribute(name: &str, called: &str, required: bool) -> RequestedAttribute {
        RequestedAttribute {
            name: name.into(),
            name_format: None,
            friendly_name: (!called.is_empty()).then(|| called.into()),
            required,
            service_index: 0,
        }
    }

    #[test]
    fn attributes_are_known_by_every_name_they_go_by() {
        for (name, called, uri) in [
            (claim::MOBILE, "", claim::MOBILE),
            ("urn:oid:0.9.2342.19200300.100.1.3", "", claim::EMAIL),
            ("urn:oid:2.5.4.42", "", "http://wso2.org/claims/givenname"),
            ("urn:oid:2.5.4.4", "", "http://wso2.org/claims/lastname"),
            ("urn:oid:0.9.2342.19200300.100.1.1", "", claim::USERNAME),
            ("urn:oid:0.9.2342.19200300.100.1.41", "", claim::MOBILE),
            (
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
                "",
                claim::EMAIL,
            ),
            ("MAIL", "", claim::EMAIL),
            ("urn:example:unknown", "givenName", "http://wso2.org/claims/givenname"),
            ("badgenumber", "", "urn:example:badge"),
            ("x", "Badge", "urn:example:badge"),
        ] {
            let (asked, notes) = read(&[attribute(name, called, true)], &local());
            assert_eq!(asked.len(), 1, "{name} {called}: {notes:?}");
            assert_eq!((asked[0].local.as_str(), asked[0].remote.as_str()), (uri, name));
            assert!(asked[0].mandatory);
        }
        for (_, names) in NAMES {
            for name in names {
                assert!(by_table(name, &local()).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn what_matches_nothing_or_twice_is_said() {
        let requested = [
            attribute("mail", "", true),
            attribute("urn:oid:0.9.2342.19200300.100.1.3", "mail", true),
            attribute("shoeSize", "Shoes", false),
            attribute("mail", "", false),
        ];
        let (asked, notes) = read(&requested, &local());
        assert_eq!(asked.len(), 1);
        assert!(!asked[0].mandatory, "one of the two sets does without");
        assert_eq!(notes.len(), 2);
        assert!(
            notes[0].contains("`mail`") && notes[1].contains("`shoeSize` (Shoes)"),
            "{notes:?}"
        );
    }

    #[test]
    fn the_name_format_is_the_one_most_ask_for() {
        let with = |name: &str, format: Option<&str>| RequestedAttribute {
            name_format: format.map(str::to_owned),
            ..attribute(name, "", false)
        };
        assert_eq!(name_format(&[]), None);
        assert_eq!(name_format(&[with("mail", None)]), Some("basic"));
        assert_eq!(name_format(&[with("urn:oid:2.5.4.4", None)]), Some("uri"));
        assert_eq!(
            name_format(&[with("urn:oid:2.5.4.4", Some(FORMAT_BASIC))]),
            Some("basic")
        );
    }
}
