//! What a sign-in page may have to ask, and why a sign-in may end.

use serde::{Deserialize, Serialize};

/// One way to pass a step. Closed on purpose: a new one is a variant here, a file beside the engine and a form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Authenticator {
    /// User name and password of the local user store; WSO2 calls it `basic`.
    Basic,
    /// A code by SMS through the identity provider of this id.
    SmsOtp { identity_provider: i64 },
}

/// Why a sign-in ended without success. Said on the page, kept in Sign-ins, never in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reason {
    Expired,
    TooManyWrongCodes,
    CodesClosed,
    NoNumber,
    NumberNotAllowed,
    Locked,
    ProviderDisabled,
    /// The step's identity provider is for users with certain roles, and this user has none of them.
    RoleMissing,
    /// The application demands a claim that has no value, and that only an administrator may give one.
    ClaimMissing,
    StepMisconfigured,
    TooManyCodesSent,
    Cancelled,
    /// Locked, another password or number, or sessions ended by hand, while the sign-in was under way.
    AccountChanged,
    /// Somebody would have to be asked, and the request forbids it.
    Passive,
}

impl Reason {
    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::TooManyWrongCodes => "too_many_wrong_codes",
            Self::CodesClosed => "codes_closed",
            Self::NoNumber => "no_number",
            Self::NumberNotAllowed => "number_not_allowed",
            Self::Locked => "locked",
            Self::ProviderDisabled => "provider_disabled",
            Self::RoleMissing => "role_missing",
            Self::ClaimMissing => "claim_missing",
            Self::StepMisconfigured => "step_misconfigured",
            Self::TooManyCodesSent => "too_many_codes_sent",
            Self::Cancelled => "cancelled",
            Self::AccountChanged => "account_changed",
            Self::Passive => "passive",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Expired,
            Self::TooManyWrongCodes,
            Self::CodesClosed,
            Self::NoNumber,
            Self::NumberNotAllowed,
            Self::Locked,
            Self::ProviderDisabled,
            Self::RoleMissing,
            Self::ClaimMissing,
            Self::StepMisconfigured,
            Self::TooManyCodesSent,
            Self::Cancelled,
            Self::AccountChanged,
            Self::Passive,
        ]
        .into_iter()
        .find(|reason| reason.as_str() == name)
    }

    /// What the person signing in reads: what happened and what to do next.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Expired => "This sign-in was open for more than 30 minutes. Start again from the application.",
            Self::TooManyWrongCodes => {
                "Too many wrong codes were typed, so this sign-in has ended. Start again from the application."
            }
            Self::CodesClosed => {
                "Too many wrong codes were typed for this account. An administrator has to open it again."
            }
            Self::NoNumber => {
                "Your account has no mobile number, so no code can be sent. Ask an administrator to add one."
            }
            Self::NumberNotAllowed => "Codes are not sent to the country of your mobile number. Ask an administrator.",
            Self::Locked => "Your account is locked. Ask an administrator to unlock it.",
            Self::ProviderDisabled => "Sign-in by SMS is switched off at the moment. Ask an administrator.",
            Self::RoleMissing => "Your account may not use this way to sign in. Ask an administrator.",
            Self::ClaimMissing => {
                "Your profile lacks something that this application needs and that only an administrator may add. Ask an administrator, then start again from the application."
            }
            Self::StepMisconfigured => "This application's sign-in is not set up completely. Ask an administrator.",
            Self::TooManyCodesSent => "Too many codes were sent. Wait a while, then start again from the application.",
            Self::Cancelled => "The sign-in was left.",
            Self::AccountChanged => {
                "Your account was changed or locked, or your sessions were ended, during this sign-in. Start again from the application."
            }
            Self::Passive => "The application asked not to show a page, and you are not signed in.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_read_back() {
        for name in [
            "expired",
            "too_many_wrong_codes",
            "no_number",
            "locked",
            "cancelled",
            "step_misconfigured",
            "role_missing",
            "claim_missing",
        ] {
            assert_eq!(Reason::from_name(name).unwrap().as_str(), name);
        }
        assert_eq!(Reason::from_name("nonsense"), None);
    }
}
