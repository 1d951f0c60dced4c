//! The local claim dialect: what is kept about a user, under the URIs the ancestor made known.

/// Every claim of the local dialect begins with this.
pub const LOCAL_DIALECT: &str = "http://wso2.org/claims";

pub const USERNAME: &str = "http://wso2.org/claims/username";
pub const MOBILE: &str = "http://wso2.org/claims/mobile";
pub const TELEPHONE: &str = "http://wso2.org/claims/telephone";
pub const EMAIL: &str = "http://wso2.org/claims/emailaddress";
pub const ROLE: &str = "http://wso2.org/claims/role";
pub const COUNTRY: &str = "http://wso2.org/claims/country";

/// Claims that hold a telephone number: codes can go to one of these and to no other.
pub const NUMBERS: [&str; 2] = [MOBILE, TELEPHONE];

/// Claims whose value the server derives; nobody types them.
pub const DERIVED: [&str; 2] = [USERNAME, ROLE];

/// The profile as a fresh installation has it: URI, label, attribute.
pub const PROFILE: [(&str, &str, &str); 11] = [
    ("http://wso2.org/claims/givenname", "First Name", "givenName"),
    ("http://wso2.org/claims/lastname", "Last Name", "sn"),
    (
        "http://wso2.org/claims/organization",
        "Organization",
        "organizationName",
    ),
    ("http://wso2.org/claims/streetaddress", "Address", "streetAddress"),
    (COUNTRY, "Country", "country"),
    (EMAIL, "Email", "mail"),
    (TELEPHONE, "Telephone", "telephoneNumber"),
    (MOBILE, "Mobile", "mobile"),
    ("http://wso2.org/claims/im", "IM", "im"),
    ("http://wso2.org/claims/url", "URL", "url"),
    ("http://wso2.org/claims/department", "Department", "departmentNumber"),
];

/// The last part of a claim URI: `mobile` of `http://wso2.org/claims/mobile`.
#[must_use]
pub fn short_name(uri: &str) -> &str {
    uri.rsplit(['/', '#']).next().unwrap_or(uri)
}
