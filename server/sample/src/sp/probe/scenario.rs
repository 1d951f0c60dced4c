//! The scenarios: what each visit sends, and what a well-configured identity server does with it.
//!
//! Owns the words and the order. Refuses nothing.

/// One question to the identity server, of one or several visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    RedirectSigned,
    PostSigned,
    Encrypted,
    Passive,
    ForceAuthn,
    ContextMfa,
    ContextUnknown,
    NameIdTransient,
    NameIdPersistent,
    NameIdEmail,
    NameIdUnknown,
    AcsIndex,
    RelayState,
    RedirectUnsigned,
    PostUnsigned,
    BadSignature,
    WrongAcs,
    WrongDestination,
    Stale,
    Future,
    Replay,
    LogoutWrongName,
    LogoutRedirect,
    PassiveNone,
    LogoutPost,
}

/// What a scenario does to the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    /// The answer comes back, so that a walk can go on by itself.
    SignIn,
    /// The identity server shows a page of its own and sends nothing here.
    Refusal,
    /// The session ends, or has ended.
    Logout,
}

/// One visit of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// What has to come first: a sign-in, or the request that is then sent again.
    Prepare,
    /// The question itself.
    Ask,
    /// Whether the session is still there afterwards.
    Check,
}

pub(super) struct About {
    scenario: Scenario,
    /// Its name in addresses and forms.
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) sends: &'static str,
    pub(super) expects: &'static str,
}

impl Step {
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Ask => "ask",
            Self::Check => "check",
        }
    }

    pub(super) fn from_id(id: &str) -> Option<Self> {
        [Self::Prepare, Self::Ask, Self::Check]
            .into_iter()
            .find(|step| step.id() == id)
    }
}

impl Scenario {
    pub(super) fn from_id(id: &str) -> Option<Self> {
        ALL.iter().find(|about| about.id == id).map(|about| about.scenario)
    }

    /// Every scenario, in the order of the page.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|about| about.scenario)
    }

    pub(super) fn of(group: Group) -> impl Iterator<Item = Self> {
        Self::all().filter(move |scenario| scenario.group() == group)
    }

    pub(super) fn about(self) -> &'static About {
        // A test holds the table against the enum.
        ALL.iter().find(|about| about.scenario == self).unwrap_or(&ALL[0])
    }

    pub(super) const fn group(self) -> Group {
        match self {
            Self::RedirectUnsigned
            | Self::PostUnsigned
            | Self::BadSignature
            | Self::WrongAcs
            | Self::WrongDestination
            | Self::Stale
            | Self::Future
            | Self::Replay
            | Self::LogoutWrongName => Group::Refusal,
            Self::LogoutRedirect | Self::PassiveNone | Self::LogoutPost => Group::Logout,
            _ => Group::SignIn,
        }
    }

    /// Whether it says something only where somebody is signed in at the identity server.
    pub(super) const fn needs_session(self) -> bool {
        matches!(
            self,
            Self::Passive | Self::ForceAuthn | Self::LogoutWrongName | Self::LogoutRedirect | Self::LogoutPost
        )
    }

    pub(super) const fn is_logout(self) -> bool {
        matches!(self, Self::LogoutWrongName | Self::LogoutRedirect | Self::LogoutPost)
    }

    /// Whether it says nothing without a signing key of ours.
    pub(super) const fn needs_key(self) -> bool {
        matches!(self, Self::RedirectSigned | Self::PostSigned | Self::BadSignature)
    }
}

const fn about(
    scenario: Scenario,
    id: &'static str,
    name: &'static str,
    sends: &'static str,
    expects: &'static str,
) -> About {
    About {
        scenario,
        id,
        name,
        sends,
        expects,
    }
}

const ALL: [About; 25] = [
    about(
        Scenario::RedirectSigned,
        "redirect-signed",
        "Redirect, signed",
        "An AuthnRequest in the address, with the signature beside it.",
        "An assertion that passes every check of the sample app.",
    ),
    about(
        Scenario::PostSigned,
        "post-signed",
        "POST, signed",
        "An AuthnRequest in a form, with the signature inside the XML.",
        "An assertion that passes every check of the sample app.",
    ),
    about(
        Scenario::Encrypted,
        "encrypted",
        "Encrypted assertion",
        "An ordinary AuthnRequest. The certificate to encrypt for is in the metadata.",
        "An encrypted assertion, where Enable Assertion Encryption is ticked.",
    ),
    about(
        Scenario::Passive,
        "passive",
        "IsPassive with a session",
        "IsPassive: show no page. You are signed in before.",
        "An assertion, without a page in between.",
    ),
    about(
        Scenario::ForceAuthn,
        "force-authn",
        "ForceAuthn",
        "ForceAuthn, although there is a session.",
        "Every step is asked again; AuthnInstant is newer than the request.",
    ),
    about(
        Scenario::ContextMfa,
        "context-mfa",
        "Several factors asked for",
        "RequestedAuthnContext, exactly https://refeds.org/profile/mfa.",
        "An assertion with this class or, where the sign-in has one step, NoAuthnContext.",
    ),
    about(
        Scenario::ContextUnknown,
        "context-unknown",
        "A context that nobody can satisfy",
        "RequestedAuthnContext, exactly a class that does not exist.",
        "No assertion, but the status NoAuthnContext.",
    ),
    about(
        Scenario::NameIdTransient,
        "name-id-transient",
        "NameID transient",
        "NameIDPolicy with the format transient.",
        "A NameID of this format.",
    ),
    about(
        Scenario::NameIdPersistent,
        "name-id-persistent",
        "NameID persistent",
        "NameIDPolicy with the format persistent.",
        "A NameID of this format.",
    ),
    about(
        Scenario::NameIdEmail,
        "name-id-email",
        "NameID emailAddress",
        "NameIDPolicy with the format emailAddress.",
        "A NameID of this format, where you have an e-mail address.",
    ),
    about(
        Scenario::NameIdUnknown,
        "name-id-unknown",
        "NameID of an unknown format",
        "NameIDPolicy with a format that does not exist.",
        "No assertion, but the status InvalidNameIDPolicy.",
    ),
    about(
        Scenario::AcsIndex,
        "acs-index",
        "Assertion consumer by index",
        "AssertionConsumerServiceIndex 0 instead of the address.",
        "An assertion at the address that is first in the metadata.",
    ),
    about(
        Scenario::RelayState,
        "relay-state",
        "RelayState of odd characters",
        "RelayState with markup, quotes, percent signs and letters beyond ASCII, 80 bytes at most.",
        "The very same RelayState comes back.",
    ),
    about(
        Scenario::RedirectUnsigned,
        "redirect-unsigned",
        "Redirect, unsigned",
        "An AuthnRequest in the address, without a signature.",
        "An answer or, where signatures are demanded, a refusal.",
    ),
    about(
        Scenario::PostUnsigned,
        "post-unsigned",
        "POST, unsigned",
        "An AuthnRequest in a form, without a signature.",
        "An answer or, where signatures are demanded, a refusal.",
    ),
    about(
        Scenario::BadSignature,
        "bad-signature",
        "Wrong signature",
        "The signature of another request.",
        "A refusal, where a certificate of the sample app is registered.",
    ),
    about(
        Scenario::WrongAcs,
        "wrong-acs",
        "Wrong assertion consumer",
        "AssertionConsumerServiceURL that is registered nowhere.",
        "A refusal, and nothing at that address.",
    ),
    about(
        Scenario::WrongDestination,
        "wrong-destination",
        "Wrong Destination",
        "Destination that is another address than the request goes to.",
        "A refusal.",
    ),
    about(
        Scenario::Stale,
        "stale",
        "An old request",
        "IssueInstant of one hour ago.",
        "A refusal.",
    ),
    about(
        Scenario::Future,
        "future",
        "A request from the future",
        "IssueInstant in one hour.",
        "A refusal.",
    ),
    about(
        Scenario::Replay,
        "replay",
        "The same request again",
        "A request that is answered, then the same bytes once more.",
        "One answer, then a refusal.",
    ),
    about(
        Scenario::LogoutWrongName,
        "logout-wrong-name",
        "Logout with a wrong NameID",
        "A LogoutRequest that names somebody else and no session of yours.",
        "Your session goes on: an answer, or the question whether to log out.",
    ),
    about(
        Scenario::LogoutRedirect,
        "logout-redirect",
        "Logout by Redirect",
        "A signed LogoutRequest in the address. Then IsPassive, to see that the session has ended.",
        "A signed LogoutResponse by Redirect, then NoPassive.",
    ),
    about(
        Scenario::PassiveNone,
        "passive-none",
        "IsPassive without a session",
        "IsPassive, after the logout.",
        "No assertion, but the status NoPassive.",
    ),
    about(
        Scenario::LogoutPost,
        "logout-post",
        "Logout by POST",
        "A signed LogoutRequest in a form. Then IsPassive, to see that the session has ended.",
        "A signed LogoutResponse by POST, then NoPassive.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_an_id_and_a_name_of_its_own() {
        for (place, about) in ALL.iter().enumerate() {
            assert_eq!(
                about.scenario as usize, place,
                "{}: the table follows the enum",
                about.id
            );
            assert_eq!(Scenario::from_id(about.id), Some(about.scenario));
            assert_eq!(ALL.iter().filter(|other| other.name == about.name).count(), 1);
        }
        assert_eq!(ALL.len(), Scenario::LogoutPost as usize + 1);
    }
}
