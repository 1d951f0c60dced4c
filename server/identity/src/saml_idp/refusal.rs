//! Messages that are refused: a case number for the person, everything else for the administrator, nothing for the sender.

use aws_lc_rs::rand::fill;
use chrono::Duration;
use entity::saml_refusal;
use saml::inbound::DecodeError;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

use crate::{Error, Result, Services, counters};

/// How much of a message is kept for the administrator, in characters.
const MESSAGE_KEPT: usize = 16 * 1024;
/// How many refusals are kept an hour: anybody can send rubbish, and nobody is to fill the disk with it.
const KEPT_AN_HOUR: u32 = 2000;
/// Without `0 O 1 I L`: case numbers are read out on the phone.
const CASE_ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// Which check a message failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    Decoding,
    Kind,
    Issuer,
    Signature,
    Destination,
    IssueInstant,
    Replay,
    AssertionConsumerUrl,
    ProtocolBinding,
    SingleLogout,
    Session,
    InResponseTo,
    Steps,
    IdpInitiated,
    MandatoryClaim,
    EncryptionCertificate,
}

impl Check {
    /// Every check there is.
    pub const ALL: [Self; 16] = [
        Self::Decoding,
        Self::Kind,
        Self::Issuer,
        Self::Signature,
        Self::Destination,
        Self::IssueInstant,
        Self::Replay,
        Self::AssertionConsumerUrl,
        Self::ProtocolBinding,
        Self::SingleLogout,
        Self::Session,
        Self::InResponseTo,
        Self::Steps,
        Self::IdpInitiated,
        Self::MandatoryClaim,
        Self::EncryptionCertificate,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decoding => "decoding",
            Self::Kind => "kind",
            Self::Issuer => "issuer",
            Self::Signature => "signature",
            Self::Destination => "destination",
            Self::IssueInstant => "issue_instant",
            Self::Replay => "replay",
            Self::AssertionConsumerUrl => "assertion_consumer_url",
            Self::ProtocolBinding => "protocol_binding",
            Self::SingleLogout => "single_logout",
            Self::Session => "session",
            Self::InResponseTo => "in_response_to",
            Self::Steps => "steps",
            Self::IdpInitiated => "idp_initiated",
            Self::MandatoryClaim => "mandatory_claim",
            Self::EncryptionCertificate => "encryption_certificate",
        }
    }

    /// What the person reads; the details stand under the case number.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Decoding | Self::Kind => "The application sent something that is not a sign-in or logout request.",
            Self::Issuer => "This application is not registered here.",
            Self::Signature => "The application's request could not be verified.",
            Self::Destination => "The application's request was meant for another server.",
            Self::IssueInstant => "The application's request is too old, or its clock is wrong.",
            Self::Replay => "This request was used before. Start again from the application.",
            Self::AssertionConsumerUrl | Self::ProtocolBinding => {
                "The application asked for the answer at an address that is not registered."
            }
            Self::SingleLogout => "This application may not log out here.",
            Self::Session => {
                "This sign-in belongs to another browser or another person. Start again from the application."
            }
            Self::InResponseTo => "An application answered a question that was not asked.",
            Self::Steps => {
                "The application's sign-in steps have been changed in the meantime. Start again from the application."
            }
            Self::IdpInitiated => "Signing in to this application has to begin there.",
            Self::MandatoryClaim => {
                "Your profile lacks something that this application needs. Start again from the application: it is asked for there."
            }
            Self::EncryptionCertificate => {
                "The answer to this application cannot be encrypted. Ask an administrator to mend its configuration."
            }
        }
    }
}

/// A refusal as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub case_number: String,
    pub check: Check,
}

/// What is refused, for the row.
pub struct Refusing<'a> {
    pub check: Check,
    pub issuer: &'a str,
    /// The failed check in words, for the administrator.
    pub detail: String,
    pub message: &'a str,
    pub service_provider_id: Option<i64>,
}

/// Keeps a refused message under a new case number.
pub async fn refuse(services: &Services, refusing: Refusing<'_>) -> Result<Refused> {
    let now = services.clock.now();
    if !counters::take(&services.db, now, "saml:refusals", KEPT_AN_HOUR, Duration::hours(1)).await? {
        return Err(Error::Busy { retry_after: 60 });
    }
    let case_number = case_number()?;
    tracing::warn!(case = %case_number, check = refusing.check.as_str(), "a SAML message was refused");
    saml_refusal::ActiveModel {
        case_number: Set(case_number.clone()),
        at: Set(now),
        issuer: Set(storable(refusing.issuer, 1024)),
        failed_check: Set(refusing.check.as_str().to_owned()),
        detail: Set(storable(&refusing.detail, 4096)),
        message: Set(storable(refusing.message, MESSAGE_KEPT)),
        service_provider_id: Set(refusing.service_provider_id),
    }
    .insert(&services.db)
    .await?;
    Ok(Refused {
        case_number,
        check: refusing.check,
    })
}

/// Keeps what did not even decode.
pub(super) async fn refuse_undecodable(
    services: &Services,
    why: &DecodeError,
    seen: Option<String>,
) -> Result<Refused> {
    let message = seen.unwrap_or_default();
    // The document could be read; what SAML does not allow is the signature in it.
    let check = match why {
        DecodeError::Signature(_) => Check::Signature,
        _ => Check::Decoding,
    };
    refuse(
        services,
        Refusing {
            check,
            issuer: "",
            detail: why.to_string(),
            message: &message,
            service_provider_id: None,
        },
    )
    .await
}

/// Text that both databases take: PostgreSQL has no NUL.
fn storable(text: &str, characters: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(characters).collect()
}

fn case_number() -> Result<String> {
    let mut bytes = [0_u8; 10];
    fill(&mut bytes).map_err(|_| Error::internal("the system's random generator failed"))?;
    let letters: String = bytes
        .iter()
        .map(|b| char::from(CASE_ALPHABET[usize::from(*b) % CASE_ALPHABET.len()]))
        .collect();
    Ok(format!("{}-{}", &letters[..5], &letters[5..]))
}
