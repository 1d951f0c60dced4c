//! How long texts may be, in characters: said beside a field before somebody types, and refused with the count after.

/// Names of identity providers, service providers, roles, claims and users.
pub const NAME: usize = 100;
/// Descriptions, for administrators.
pub const DESCRIPTION: usize = 500;
/// A claim's URI.
pub const CLAIM_URI: usize = 255;
/// A claim's regular expression.
pub const PATTERN: usize = 500;
/// The name of a SAML entity (SAML Core, section 8.3.6).
pub const ENTITY: usize = 1024;
/// The address of a SAML endpoint.
pub const URL: usize = 2048;
