//! Who may ask an address.

use domain::Permission::{self, *};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, signed in or not.
    Public,
    /// Whoever is signed in to the console.
    Administrator,
    /// Whoever holds all of these.
    Needs(Vec<Permission>),
}

/// What anybody may ask, and why. A name that ends in `*` stands for all that begin so.
pub const PUBLIC: [(&str, &str); 16] = [
    ("/", "leads to the console, which asks who is there"),
    (
        "/pkg/{version}/{file}",
        "style sheets and scripts, the same for everybody",
    ),
    ("/health/live", "whatever watches the process has no account"),
    ("/health/ready", "whatever watches the process has no account"),
    (
        "/identity/metadata/saml2",
        "partners read what this identity provider says of itself",
    ),
    (
        "/identity/metadata/certificates/{file}",
        "the certificates that are in the metadata anyway",
    ),
    (
        "/samlsso",
        "service providers send people here; each message is checked by itself",
    ),
    (
        "/samlsso/resume/{request}",
        "goes by the cookie of this browser's own sign-in",
    ),
    ("/logout/{id}/next", "goes by the cookie of this browser's own logout"),
    ("/logout", "asks before it ends this browser's session"),
    ("/logout/{id}", "goes by the cookie of this browser's own logout"),
    ("/login/{flow}", "goes by the cookie of this browser's own sign-in"),
    ("/console/login", "where one signs in"),
    ("/api/console/sign-in", "where one signs in"),
    ("/api/login/*", "goes by the cookie of this browser's own sign-in"),
    (
        "/api/logout*",
        "goes by the cookie of this browser's own session or logout",
    ),
];

/// What every administrator may ask, and why.
pub const ADMINISTRATOR: [(&str, &str); 4] = [
    ("/console", "leads to, or shows, what one may see"),
    ("/console/confirm-password", "one's own password"),
    ("/api/console/confirm-password", "one's own password"),
    ("/api/console/sign-out", "one's own session"),
];

/// Each part of the console: what looking and what changing takes. The first that fits counts.
const PARTS: [(&str, Permission, Permission); 11] = [
    ("identity-providers/resident", ViewSettings, ManageSettings),
    ("resident", ViewSettings, ManageSettings),
    ("signing-keys", ViewSettings, ManageSettings),
    ("claims", ViewSettings, ManageSettings),
    ("identity-providers", ViewIdentityProviders, ManageIdentityProviders),
    ("service-providers", ViewServiceProviders, ManageServiceProviders),
    ("users", ViewUsers, ManageUsers),
    ("roles", ViewRoles, ManageRoles),
    // Nothing in the logs can be changed.
    ("deliveries", ViewLog, ViewLog),
    ("sign-ins", ViewLog, ViewLog),
    ("audit", ViewLog, ViewLog),
];

/// Pages whose last part is one of these do nothing but change something.
const CHANGING: [&str; 18] = [
    "new",
    "import",
    "delete",
    "publish",
    "use",
    "retire",
    "revoke",
    "metadata",
    "compare",
    "backup-codes",
    // A user's own, and in the list of roles nothing ends so.
    "roles",
    "password",
    "bulk",
    "review",
    "delete-selected",
    // Of an import, which is its owner's.
    "columns",
    "progress",
    "left.csv",
];

/// What takes more than its part says.
const MORE: [(&str, &[Permission]); 2] = [
    (
        "/console/service-providers/{id}/preview",
        // It shows what is known about a user.
        &[ViewServiceProviders, ViewUsers],
    ),
    (
        "/console/service-providers/{id}/blocked-users",
        // It names users.
        &[ViewServiceProviders, ViewUsers],
    ),
];

/// Who may ask this, or why nobody knows.
pub fn of(path: &str) -> Result<Access, String> {
    let named = |names: &[(&str, &str)]| names.iter().any(|(name, _)| stands_for(name, path));
    if named(&PUBLIC) {
        return Ok(Access::Public);
    }
    if named(&ADMINISTRATOR) {
        return Ok(Access::Administrator);
    }
    if let Some((_, needs)) = MORE.iter().find(|(name, _)| *name == path) {
        return Ok(Access::Needs(needs.to_vec()));
    }
    let (rest, is_function) = match (path.strip_prefix("/api/console/"), path.strip_prefix("/console/")) {
        (Some(rest), _) => (rest, true),
        (None, Some(rest)) => (rest, false),
        (None, None) => return Err(unknown(path)),
    };
    let part = PARTS.iter().find(|(part, ..)| begins_with(rest, part));
    let (part, view, manage) = part.ok_or_else(|| unknown(path))?;
    let last = rest.rsplit('/').next().unwrap_or_default();
    let changes = is_function || (rest != *part && CHANGING.contains(&last));
    Ok(Access::Needs(vec![if changes { *manage } else { *view }]))
}

/// Whether an exemption's name means this path.
pub fn stands_for(name: &str, path: &str) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => path.starts_with(beginning),
        None => name == path,
    }
}

fn begins_with(rest: &str, part: &str) -> bool {
    rest.strip_prefix(part)
        .is_some_and(|after| after.is_empty() || after.starts_with(['/', '.']))
}

fn unknown(path: &str) -> String {
    format!("{path} is new: say in tests/it/walk/access.rs who may ask it")
}

#[test]
fn parts_and_exemptions_are_told_apart() {
    let one = |permission| Ok(Access::Needs(vec![permission]));
    for (path, expected) in [
        ("/console", Ok(Access::Administrator)),
        ("/console/login", Ok(Access::Public)),
        ("/api/login/code", Ok(Access::Public)),
        ("/console/roles", one(ViewRoles)),
        ("/console/users/{username}/roles", one(ManageUsers)),
        ("/console/deliveries.csv", one(ViewLog)),
        (
            "/console/identity-providers/resident/keys/{id}/use",
            one(ManageSettings),
        ),
        ("/console/identity-providers/{id}", one(ViewIdentityProviders)),
        ("/api/console/users/lock", one(ManageUsers)),
    ] {
        assert_eq!(of(path), expected, "{path}");
    }
    for path in ["/console/rolesx", "/api/other", "/metrics", "/consolation"] {
        assert!(of(path).is_err(), "{path}");
    }
}
