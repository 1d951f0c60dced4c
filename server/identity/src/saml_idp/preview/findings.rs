//! What is missing for a sign-in of this person at this service provider, and where it can be mended.

use domain::Permission;
use domain::claim;
use domain::flow::Authenticator;
use domain::view::preview::{Finding, Link};
use domain::view::watch::Severity;
use saml::response::Encryption;

use super::super::compose::{Composed, Obstacle, Silence};
use super::Looking;
use crate::service_providers::Step;
use crate::{Result, claims, identity_providers, login, phone, users};

/// What was found.
pub(super) struct Findings {
    /// The worst first.
    pub list: Vec<Finding>,
    /// Whether the person does not get through the steps at all.
    pub no_sign_in: bool,
}

pub(super) async fn of(looking: &Looking<'_>, composed: Option<&Composed>, obstacles: &[Obstacle]) -> Result<Findings> {
    let names = Names(claims::all(&looking.services.db).await?);
    let mut found = steps(looking).await?;
    if looking.person.user.locked {
        let username = &looking.person.user.username;
        found.push(bad(
            format!("{username} is locked, and no sign-in succeeds."),
            link("Users", format!("/console/users?q={}", encoded(username))),
        ));
    }
    let no_sign_in = !found.is_empty() && found.iter().any(|one| one.severity == Severity::Bad);
    found.extend(
        obstacles
            .iter()
            .map(|obstacle| obstacle_words(looking, &names, obstacle)),
    );
    if let Some(composed) = composed {
        found.extend(attributes(looking, composed, &names));
        found.extend(composed.encryption().map(|encryption| encrypted(looking, encryption)));
    }
    if looking.masked {
        found.push(Finding {
            severity: Severity::Neutral,
            text: "Numbers are masked: you may view users and not change them. The application gets them in full."
                .to_owned(),
            link: None,
        });
    }
    found.sort_by_key(|one| match one.severity {
        Severity::Bad => 0,
        Severity::Warn => 1,
        Severity::Neutral | Severity::Good => 2,
    });
    Ok(Findings {
        list: found,
        no_sign_in,
    })
}

/// Labels of claims, by URI.
struct Names(Vec<domain::view::ClaimView>);

impl Names {
    fn of(&self, uri: &str) -> String {
        let known = self.0.iter().find(|claim| claim.uri == uri);
        known.map_or_else(|| uri.to_owned(), |claim| format!("{} ({uri})", claim.label))
    }
}

fn bad(text: String, link: Option<Link>) -> Finding {
    Finding {
        severity: Severity::Bad,
        text,
        link,
    }
}

fn link(text: &str, href: String) -> Option<Link> {
    Some(Link {
        text: text.to_owned(),
        href,
    })
}

/// A part of an address: user names are ASCII, claims come from a list; all else is percent-encoded.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The field of a claim in the person's profile.
fn profile(looking: &Looking<'_>, uri: &str) -> Option<Link> {
    let username = encoded(&looking.person.user.username);
    link(
        "User Profile",
        format!("/console/users/{username}/profile#f-claims-{}", claim::short_name(uri)),
    )
}

fn of_the_sp(looking: &Looking<'_>, text: &str, rest: &str) -> Option<Link> {
    link(text, format!("/console/service-providers/{}{rest}", looking.sp.id))
}

/// What keeps the person from passing the steps. A step with several authenticators is lost only if all of them are.
async fn steps(looking: &Looking<'_>) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    let by_name = |step: &Step| step.authenticators.contains(&Authenticator::Basic);
    if !looking.steps.iter().any(by_name) {
        let text = "No step asks for user name and password, so nobody is known when the code is to be sent.";
        let steps = of_the_sp(looking, "Authentication steps", "/authentication-steps");
        found.push(bad(text.to_owned(), steps));
    }
    for (n, step) in looking.steps.iter().enumerate() {
        let mut lost = Vec::new();
        for option in &step.authenticators {
            if let Authenticator::SmsOtp { identity_provider } = option {
                lost.extend(no_code(looking, n + 1, *identity_provider).await?);
            }
        }
        let all = lost.len() == step.authenticators.len();
        found.extend(lost.into_iter().map(|mut one| {
            if !all {
                one.severity = Severity::Warn;
                one.text.push_str(" The step can be passed another way.");
            }
            one
        }));
    }
    Ok(found)
}

/// Why this person gets no code from this identity provider.
async fn no_code(looking: &Looking<'_>, step: usize, identity_provider: i64) -> Result<Option<Finding>> {
    let (services, person) = (looking.services, looking.person);
    let username = &person.user.username;
    let otp = identity_providers::sms_otp(services, &services.db, identity_provider).await?;
    let Some(otp) = otp.filter(|otp| otp.enabled) else {
        let text = format!("Step {step} sends a code by SMS, and its identity provider is disabled or not set up.");
        let page = format!("/console/identity-providers/{identity_provider}");
        let may_open = looking.actor.permissions.has(Permission::ViewIdentityProviders);
        let link = may_open.then(|| link("Identity provider", page)).flatten();
        return Ok(Some(bad(text, link)));
    };
    let uri = otp.number_claim.as_str();
    if !identity_providers::may_use(&services.db, identity_provider, person.user.id).await? {
        let text = format!(
            "Step {step} sends a code by SMS ({}), which is for users with certain roles, and {username} has none of them.",
            otp.name
        );
        let page = format!("/console/users/{}/roles", encoded(username));
        return Ok(Some(bad(text, link("Assign Roles", page))));
    }
    let Some(number) = users::number_of(&services.db, person.user.id, uri).await? else {
        let text = format!(
            "Step {step} sends a code by SMS ({}), and {username} has no {} number: the sign-in ends there.",
            otp.name,
            claim::short_name(uri)
        );
        return Ok(Some(bad(text, profile(looking, uri))));
    };
    let allowed = &otp.policy.allowed_countries;
    let country = phone::country_of(&number);
    // Whoever sees the number masked is not told where it is from either.
    if !looking.masked && !allowed.is_empty() && !country.is_some_and(|country| allowed.contains(&country)) {
        let text = format!(
            "Step {step} sends a code by SMS, and {} does not allow the country of {username}\u{2019}s number.",
            otp.name
        );
        return Ok(Some(bad(text, profile(looking, uri))));
    }
    if login::codes_closed(services, person.user.id).await? {
        let text = format!("Codes of {username} are closed after too many wrong ones.");
        let page = format!("/console/users/{}/profile", encoded(username));
        return Ok(Some(bad(text, link("User Profile", page))));
    }
    Ok(None)
}

fn obstacle_words(looking: &Looking<'_>, names: &Names, obstacle: &Obstacle) -> Finding {
    let username = &looking.person.user.username;
    match obstacle {
        Obstacle::NoSubject { claim } => bad(
            format!(
                "{username} has no value for {}, which the NameID is taken from.",
                names.of(claim)
            ),
            profile(looking, claim),
        ),
        Obstacle::MandatoryClaims(claims) => {
            let named: Vec<_> = claims.iter().map(|uri| names.of(uri)).collect();
            let text = format!(
                "{username} has no value for what is mandatory: {}. The sign-in would ask for it; what only an administrator gives would end it.",
                named.join(", ")
            );
            bad(text, claims.first().and_then(|uri| profile(looking, uri)))
        }
        Obstacle::NoEncryptionCertificate => bad(
            "Enable Assertion Encryption is ticked, and no registered certificate holds an RSA key to encrypt for. The \
             sign-in would be refused."
                .to_owned(),
            of_the_sp(looking, "Certificate", "/saml#f-certificate"),
        ),
        // A preview answers a request that asks for no context and names nobody.
        Obstacle::Context | Obstacle::AnotherSubject => bad("The request cannot be answered.".to_owned(), None),
    }
}

fn attributes(looking: &Looking<'_>, composed: &Composed, names: &Names) -> Vec<Finding> {
    let trace = &composed.trace;
    let asked = !looking.sp.claims.is_empty();
    let warn = |text: &str, link: Option<Link>| Finding {
        severity: Severity::Warn,
        text: text.to_owned(),
        link,
    };
    let mut found = Vec::new();
    match trace.silence {
        Some(Silence::ProfileOff) if asked => found.push(warn(
            "No attributes are sent, because Enable Attribute Profile is not ticked.",
            of_the_sp(looking, "Enable Attribute Profile", "/saml#f-enable_attribute_profile"),
        )),
        Some(Silence::NotAsked) if asked => found.push(warn(
            "No attributes are sent, because Include Attributes in the Response Always is not ticked. A request with an \
             AttributeConsumingServiceIndex gets them.",
            of_the_sp(
                looking,
                "Include Attributes in the Response Always",
                "/saml#f-include_attributes_always",
            ),
        )),
        _ if !asked => found.push(Finding {
            severity: Severity::Neutral,
            text: "No attributes are sent, because no claims are requested.".to_owned(),
            link: of_the_sp(looking, "Claim Configuration", "#claims"),
        }),
        _ => {}
    }
    let optional = trace.without_value.iter().filter(|claim| !claim.mandatory);
    found.extend(optional.map(|claim| {
        Finding {
            severity: Severity::Neutral,
            text: format!("No value for {}: its attribute is left out.", names.of(&claim.local)),
            link: (claim.local != claim::ROLE)
                .then(|| profile(looking, &claim.local))
                .flatten(),
        }
    }));
    found
}

fn encrypted(looking: &Looking<'_>, encryption: &Encryption) -> Finding {
    let certificate = &encryption.certificate;
    Finding {
        severity: Severity::Neutral,
        text: format!(
            "The assertion is sent encrypted for the certificate of {}, good until {}, fingerprint {}\u{2026}. Annotated, \
             it stands in clear.",
            certificate.subject,
            certificate.not_after.format("%Y-%m-%d"),
            &certificate.sha256[..16.min(certificate.sha256.len())]
        ),
        link: of_the_sp(
            looking,
            "Enable Assertion Encryption",
            "/saml#f-enable_assertion_encryption",
        ),
    }
}
