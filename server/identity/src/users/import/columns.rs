//! What each column of a file is: told by its name in the header row, or by whoever imports.

use domain::claim;
use domain::view::ClaimView;

pub(super) const USERNAME: &str = "username";
pub(super) const PASSWORD: &str = "password";

/// What a column holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    Ignored,
    Username,
    Password,
    Claim(ClaimView),
}

/// The columns that nobody reads out any more once an import has ended: the password's; where none was named so, those that
/// were ignored, since one of them may be it.
pub(super) fn hidden(columns: &[super::Column]) -> Vec<usize> {
    let of = |target: &str| -> Vec<usize> {
        let places = columns.iter().enumerate().filter(|(_, column)| column.target == target);
        places.map(|(at, _)| at).collect()
    };
    match of(PASSWORD) {
        passwords if passwords.is_empty() => of(""),
        passwords => passwords,
    }
}

/// The targets of the stored names. A claim that is gone by now is ignored.
pub(super) fn targets<'a>(names: impl Iterator<Item = &'a str>, claims: &[ClaimView]) -> Vec<Target> {
    names
        .map(|name| match name {
            USERNAME => Target::Username,
            PASSWORD => Target::Password,
            uri => typed(claims)
                .find(|claim| claim.uri == uri)
                .map_or(Target::Ignored, |claim| Target::Claim(claim.clone())),
        })
        .collect()
}

/// What the headers say. The first of two alike counts, the other is ignored.
pub(super) fn recognise(headers: &[String], claims: &[ClaimView]) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    headers
        .iter()
        .map(|header| match known(header, claims) {
            Some(target) if !taken.contains(&target) => {
                taken.push(target.clone());
                target
            }
            _ => String::new(),
        })
        .collect()
}

/// What a select offers: target and label.
pub(super) fn choices(claims: &[ClaimView]) -> Vec<(String, String)> {
    let fixed = [("", "Ignored"), (USERNAME, "Username"), (PASSWORD, "Password")];
    fixed
        .into_iter()
        .map(|(target, label)| (target.to_owned(), label.to_owned()))
        .chain(typed(claims).map(|claim| (claim.uri.clone(), claim.label.clone())))
        .collect()
}

fn typed(claims: &[ClaimView]) -> impl Iterator<Item = &ClaimView> {
    claims.iter().filter(|claim| !claim.derived)
}

fn known(header: &str, claims: &[ClaimView]) -> Option<String> {
    let name = plain(header);
    if name.is_empty() {
        return None;
    }
    if name == USERNAME || header.trim() == claim::USERNAME {
        return Some(USERNAME.to_owned());
    }
    if name == PASSWORD {
        return Some(PASSWORD.to_owned());
    }
    let by = |of: fn(&ClaimView) -> &str| typed(claims).find(|claim| plain(of(claim)) == name);
    by(|claim| &claim.label)
        .or_else(|| by(|claim| &claim.uri))
        .or_else(|| by(|claim| &claim.attribute))
        .or_else(|| by(|claim| claim::short_name(&claim.uri)))
        .map(|claim| claim.uri.clone())
}

/// `First Name`, `first_name` and `FIRST-NAME` are one name.
fn plain(name: &str) -> String {
    name.trim()
        .to_lowercase()
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Vec<ClaimView> {
        claim::PROFILE
            .into_iter()
            .chain([(claim::ROLE, "Role", "role")])
            .map(|(uri, label, attribute)| ClaimView {
                uri: uri.into(),
                label: label.into(),
                attribute: attribute.into(),
                required: false,
                pattern: String::new(),
                derived: uri == claim::ROLE,
            })
            .collect()
    }

    #[test]
    fn columns_are_known_by_label_uri_and_attribute() {
        let headers = [
            "User Name",
            "PASSWORD",
            "first_name",
            "sn",
            claim::MOBILE,
            "emailaddress",
            "Role",
            "Shoe size",
            "",
            "mobile",
        ]
        .map(str::to_owned);
        let found = recognise(&headers, &claims());
        let short: Vec<_> = found.iter().map(|target| claim::short_name(target)).collect();
        assert_eq!(
            short,
            [
                "username",
                "password",
                "givenname",
                "lastname",
                "mobile",
                "emailaddress",
                "",
                "",
                "",
                ""
            ]
        );
        let targets = targets(found.iter().map(String::as_str), &claims());
        assert_eq!(targets[0], Target::Username);
        assert!(matches!(&targets[4], Target::Claim(claim) if claim.uri == claim::MOBILE));
        assert_eq!(targets[7], Target::Ignored);
    }
}
