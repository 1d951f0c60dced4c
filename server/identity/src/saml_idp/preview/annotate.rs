//! Beside each part of the message, what causes it: the claim, the setting, the step.

use domain::claim;
use domain::input::saml::{DIGEST_ALGORITHMS, NAME_ID_FORMATS, SIGNING_ALGORITHMS};
use domain::view::preview::{Ink, Link, Note, Part};
use saml::response::ResponseSpec;

use super::super::compose::{ASSERTION_SECONDS, Trace};
use super::super::subject::Source;
use super::lines::{self, About};
use super::{COMMON_NAME, Looking};
use crate::service_providers::RequestedClaim;
use crate::users;

/// A message and where it comes from.
pub(super) struct Annotating<'a> {
    pub looking: &'a Looking<'a>,
    pub spec: &'a ResponseSpec,
    pub trace: &'a Trace,
    /// The classes that people's choices in the steps can lead to; the first is shown.
    pub classes: &'a [&'static str],
}

/// The parts of a response without an assertion.
pub(super) fn status_parts(looking: &Looking<'_>, xml: &str) -> Vec<Part> {
    let part = |(about, text): (About, String)| Part {
        lines: lines::inked(&text, Ink::Person),
        notes: match about {
            About::Envelope => looking.envelope(),
            About::ResponseSignature => vec![looking.signature("A status is always signed.")],
            _ => vec![note(
                "Status",
                "The application is told that the sign-in failed, and nothing about who it was.",
            )],
        },
    };
    lines::parts(xml).into_iter().map(part).collect()
}

fn note(about: &str, text: impl Into<String>) -> Note {
    Note {
        about: about.to_owned(),
        text: text.into(),
        link: None,
    }
}

impl Looking<'_> {
    /// A note with the setting that causes it: its label, and where it is on the service provider's pages.
    fn set(&self, about: &str, text: impl Into<String>, label: &str, rest: &str) -> Note {
        Note {
            link: Some(Link {
                text: label.to_owned(),
                href: format!("/console/service-providers/{}{rest}", self.sp.id),
            }),
            ..note(about, text)
        }
    }

    fn envelope(&self) -> Vec<Note> {
        let saml = &self.sp.saml;
        let issuer = if saml.idp_entity_id_alias.is_empty() {
            note("Issuer", "This server\u{2019}s entity ID.")
        } else {
            let text = "What this service provider knows this server by.";
            self.set("Issuer", text, "IdP Entity ID Alias", "/saml#f-idp_entity_id_alias")
        };
        vec![
            self.set(
                "Destination",
                "Where the browser posts it: the address that the request asks for. This is the default one.",
                "Assertion Consumer URLs",
                "/saml#acs_urls",
            ),
            note(
                "ID, InResponseTo",
                "The ID is new in every answer; InResponseTo is the request\u{2019}s, made up here.",
            ),
            issuer,
        ]
    }

    /// `why` it is signed, and how.
    fn signature(&self, why: &str) -> Note {
        let saml = &self.sp.saml;
        let named = |list: &[(&str, &str)], uri: &str| {
            let known = list.iter().find(|(known, _)| *known == uri);
            known.map_or_else(|| uri.to_owned(), |(_, name)| (*name).to_owned())
        };
        let text = format!(
            "{why} {} with {}. The key was made for this preview and is gone; its certificate says {COMMON_NAME}. Shown \
             shortened.",
            named(&SIGNING_ALGORITHMS, &saml.response_signing_algorithm),
            named(&DIGEST_ALGORITHMS, &saml.response_digest_algorithm),
        );
        let label = "Response Signing Algorithm";
        self.set("Signature", text, label, "/saml#f-response_signing_algorithm")
    }
}

impl Annotating<'_> {
    /// The message laid out, with the notes on each part.
    pub fn parts(&self, xml: &str) -> Vec<Part> {
        let part = |(about, text): (About, String)| Part {
            lines: lines::inked(&text, self.person(about)),
            notes: self.notes(about),
        };
        lines::parts(xml).into_iter().map(part).collect()
    }

    /// The ink of what a part says about the person.
    fn person(&self, about: About) -> Ink {
        let uri = match (about, &self.trace.source) {
            (About::Subject, Source::Claim(uri)) => Some(uri),
            (About::Attribute(n), _) => self.trace.attributes.get(n).map(|claim| &claim.local),
            _ => None,
        };
        if uri.is_some_and(|uri| users::NUMBERS.contains(&uri.as_str())) {
            Ink::Number
        } else {
            Ink::Person
        }
    }

    fn notes(&self, about: About) -> Vec<Note> {
        let looking = self.looking;
        match about {
            About::Envelope => self.envelope(),
            About::ResponseSignature => vec![looking.signature("Enable Response Signing is ticked.")],
            About::Status => vec![note("Status", "All steps are passed.")],
            About::Assertion => vec![note(
                "Assertion",
                "Its ID is new in every answer, and stands in Sign-ins.",
            )],
            About::AssertionSignature => vec![looking.signature("Assertions are always signed.")],
            About::Subject => vec![self.name_id(), self.format()],
            About::Confirmation(0) => vec![self.confirmation()],
            About::Confirmation(_) => vec![looking.set(
                "SubjectConfirmation",
                "One more address that the assertion may be delivered at.",
                "Enable Recipient Validation",
                "/saml#f-enable_recipient_validation",
            )],
            About::Conditions => self.conditions(),
            About::Authentication => self.authentication(),
            About::Attribute(n) => self
                .trace
                .attributes
                .get(n)
                .map_or_else(Vec::new, |claim| self.attribute(n, claim)),
        }
    }

    fn envelope(&self) -> Vec<Note> {
        let mut notes = self.looking.envelope();
        if !self.spec.sign_response {
            notes.push(self.looking.set(
                "No signature here",
                "The assertion is signed, the response is not.",
                "Enable Response Signing",
                "/saml#f-enable_response_signing",
            ));
        }
        notes
    }

    fn name_id(&self) -> Note {
        let looking = self.looking;
        match &self.trace.source {
            Source::Claim(uri) if uri == claim::USERNAME => {
                let text = "The user name, since no other claim is chosen.";
                looking.set("NameID", text, "Subject Claim URI", "#f-subject_claim")
            }
            Source::Claim(uri) if *uri == looking.sp.subject_claim => {
                let text = format!("The value of {uri}.{}", self.masked(uri));
                looking.set("NameID", text, "Subject Claim URI", "#f-subject_claim")
            }
            Source::Claim(uri) => {
                let text = format!("The value of {uri}: the format says e-mail address, and no other claim is chosen.");
                looking.set("NameID", text, "Subject Claim URI", "#f-subject_claim")
            }
            Source::Persistent => note(
                "NameID",
                "Derived from user and service provider: always the same here, another one everywhere else, and nothing \
                 of the user in it.",
            ),
            Source::Transient => note("NameID", "Made up for this answer; nobody is known by it again."),
        }
    }

    fn format(&self) -> Note {
        let format = self.spec.name_id.format.as_deref().unwrap_or_default();
        let known = NAME_ID_FORMATS.iter().find(|(uri, _)| *uri == format);
        let name = known.map_or(format, |(_, name)| name);
        self.looking.set(
            "Format",
            format!("{name}, unless the request\u{2019}s NameIDPolicy asks for another."),
            "NameID format",
            "/saml#f-name_id_format",
        )
    }

    fn confirmation(&self) -> Note {
        let text = format!(
            "Whoever brings it is taken for the user: only at this address, only as the answer to that request, and \
             within {} minutes.",
            ASSERTION_SECONDS / 60
        );
        note("SubjectConfirmation", text)
    }

    fn conditions(&self) -> Vec<Note> {
        let looking = self.looking;
        let audience = if self.spec.audience.len() > 1 {
            looking.set(
                "Audience",
                "The Issuer of this service provider, and those that are added.",
                "Enable Audience Restriction",
                "/saml#f-enable_audience_restriction",
            )
        } else {
            let text = "The Issuer of this service provider: nobody else may accept it.";
            looking.set("Audience", text, "Issuer", "/saml#f-issuer")
        };
        let text = format!(
            "Half a minute back, for clocks that are behind, and {} minutes ahead.",
            ASSERTION_SECONDS / 60
        );
        vec![note("NotBefore, NotOnOrAfter", text), audience]
    }

    fn authentication(&self) -> Vec<Note> {
        let looking = self.looking;
        let steps = looking.page.steps.join(", then ");
        let mut class = format!("What the steps come to: {steps}.");
        if let Some((_, others)) = self.classes.split_first().filter(|(_, others)| !others.is_empty()) {
            class.push_str(&format!(
                " With another choice in a step it is {}.",
                others.join(" or ")
            ));
        }
        class.push_str(" A request may ask for another class and gets it if it is true.");
        let hours = looking.session_hours;
        vec![
            note(
                "SessionIndex",
                "The session\u{2019}s name towards this service provider, the same until the session ends; a logout names it.",
            ),
            note(
                "SessionNotOnOrAfter",
                format!("Sessions last {hours} hours. AuthnInstant is when the steps were passed."),
            ),
            looking.set(
                "AuthnContextClassRef",
                class,
                "Authentication steps",
                "/authentication-steps",
            ),
        ]
    }

    fn attribute(&self, n: usize, requested: &RequestedClaim) -> Vec<Note> {
        let sp = self.looking.sp;
        let about = self
            .spec
            .attributes
            .get(n)
            .map_or("Attribute", |attribute| attribute.name.as_str());
        let mut text = if requested.local == claim::ROLE {
            "The user\u{2019}s roles, under the service provider\u{2019}s names for them where there are any."
                .to_owned()
        } else if sp.custom_dialect {
            format!(
                "The claim {}, under the service provider\u{2019}s own name.",
                requested.local
            )
        } else {
            "The claim of this URI, under the URI itself: the local dialect is used.".to_owned()
        };
        text.push_str(self.masked(&requested.local));
        if requested.mandatory {
            text.push_str(" Mandatory: whoever has no value is asked for it at sign-in.");
        }
        let mut notes = vec![self.looking.set(about, text, "Claim Configuration", "#claims")];
        if n == 0 {
            let text = format!("{}, for all attributes.", sp.saml.attribute_name_format);
            let label = "Attribute Name Format";
            notes.push(
                self.looking
                    .set("NameFormat", text, label, "/saml#f-attribute_name_format"),
            );
        }
        notes
    }

    fn masked(&self, uri: &str) -> &'static str {
        if self.looking.masked && users::NUMBERS.contains(&uri) {
            " Masked here, sent in full."
        } else {
            ""
        }
    }
}
