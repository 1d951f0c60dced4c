//! The service provider's pages: basic information, claims, roles, how its users sign in, and the steps.

use serde::{Deserialize, Serialize};

use super::Tick;

/// The local claim dialect: attributes are named by the local claim's URI.
pub const DIALECT_LOCAL: &str = "local";
/// A custom claim dialect: attributes have the service provider's own names.
pub const DIALECT_CUSTOM: &str = "custom";

/// User name and password of the local user store, as steps and selects name it.
pub const BASIC: &str = "basic";

/// *Authentication Type*: where a service provider's steps come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthenticationType {
    /// What a service provider has that nobody configured: one step, user name and password.
    Default,
    Local,
    Federated,
    /// The steps of the page *Authentication steps*.
    Advanced,
}

impl AuthenticationType {
    /// In the order in which pages offer them.
    pub const ALL: [Self; 4] = [Self::Default, Self::Local, Self::Federated, Self::Advanced];

    /// The name it is stored and sent under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Local => "local",
            Self::Federated => "federated",
            Self::Advanced => "advanced",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name it is shown under.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Default => "Default",
            Self::Local => "Local Authentication",
            Self::Federated => "Federated Authentication",
            Self::Advanced => "Advanced Configuration",
        }
    }
}

/// The form of `/console/service-providers/{id}`; for a new one only name and description are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceProviderInput {
    /// The row's version when the form was opened; empty for a new one.
    pub version: String,
    pub name: String,
    pub description: String,
    /// The case number of a refused request that its SAML page is to be filled in with; never stored.
    pub refused_case: String,
    /// `local` or `custom`.
    pub claim_dialect: String,
    pub claims: Vec<ClaimRow>,
    /// A claim URI; empty: the user name.
    pub subject_claim: String,
    pub roles: Vec<RoleRow>,
    /// `default`, `local`, `federated` or `advanced`.
    pub authentication_type: String,
    /// The stored type when the form was opened. Where `authentication_type` still equals it, saving the page leaves
    /// the type alone: the page *Authentication steps* may have changed it meanwhile. Empty: nothing was seen.
    pub seen_authentication_type: String,
    /// For `local`: `basic`.
    pub local_authenticator: String,
    /// For `federated`: the identity provider's id.
    pub federated_identity_provider: String,
    /// Which button was pressed, where it is not *Update*: `add-claim`, `remove-claim-2`, `add-role`, `remove-role-0`.
    pub press: String,
}

/// One requested claim. Empty rows are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimRow {
    /// The local claim's URI.
    pub local: String,
    /// The service provider's name for it, in a custom dialect.
    pub remote: String,
    pub mandatory: Tick,
}

/// One role under the service provider's own name. Empty rows are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoleRow {
    pub local: String,
    pub remote: String,
}

/// The form of `/console/service-providers/{id}/authentication-steps`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepsInput {
    /// What the stored steps were when the form was opened.
    pub version: String,
    pub steps: Vec<StepRow>,
    /// Position from 0 of the step that gives the subject.
    pub subject_step: String,
    /// Position from 0 of the step that gives the attributes.
    pub attributes_step: String,
    /// `add-step`, `delete-1`, `up-1`, `down-0`, `add-local-0`, `add-federated-1`, `remove-1-0`; empty: *Update*.
    pub press: String,
}

/// One step: its authenticators in order, and the two selects from which one is added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepRow {
    /// `basic`, or the id of an identity provider.
    pub authenticators: Vec<String>,
    /// The select *Local Authenticators* as it stands.
    pub local: String,
    /// The select *Federated Authenticators* as it stands.
    pub federated: String,
}
