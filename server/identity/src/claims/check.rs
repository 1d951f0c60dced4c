//! What a claim's form may hold. Every field is looked at, so that all that is wrong is said at once.

use domain::input::claim::ClaimInput;
use domain::view::ClaimView;
use domain::{Problems, claim, limits};
use regex_lite::Regex;

const URI_MAX: usize = limits::CLAIM_URI;
const NAME_MAX: usize = limits::NAME;
const PATTERN_MAX: usize = limits::PATTERN;

/// A form's values, ready to be stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked {
    pub label: String,
    pub attribute: String,
    pub required: bool,
    pub pattern: String,
}

/// The URI of a new claim. `others` are the claims there are.
pub(super) fn uri(input: &ClaimInput, others: &[ClaimView], problems: &mut Problems) -> String {
    let uri = input.uri.trim();
    if let Some(why) = wrong_uri(uri, others) {
        problems.add("uri", why);
    }
    uri.to_owned()
}

fn wrong_uri(uri: &str, others: &[ClaimView]) -> Option<String> {
    if uri.is_empty() {
        return Some("Claim URI is missing.".to_owned());
    }
    let dialect = format!("{}/", claim::LOCAL_DIALECT);
    let Some(name) = uri.strip_prefix(&dialect) else {
        return Some(format!(
            "A claim of the local dialect begins with `{dialect}`. Put that in front of its name."
        ));
    };
    if uri.chars().count() > URI_MAX {
        return Some(format!("Claim URI has at most {URI_MAX} characters."));
    }
    if name.is_empty() {
        return Some(format!("Add the claim's name after `{dialect}`."));
    }
    // The last part is a field's name on profile pages, where brackets and the like would be read as something else.
    let fits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if !name.split('/').all(fits) {
        return Some("After the dialect only a to z, digits, `.`, `_`, `-` and single slashes may follow.".to_owned());
    }
    if others.iter().any(|other| other.uri == uri) {
        return Some("There is a claim of this URI already.".to_owned());
    }
    let short = claim::short_name(uri);
    let same = others
        .iter()
        .find(|other| claim::short_name(&other.uri).eq_ignore_ascii_case(short))?;
    Some(format!(
        "`{}` ends in the same name. Choose another last part: profiles know claims by it.",
        same.uri
    ))
}

/// Everything else. `others` are the other claims there are; nobody types the value of a `derived` one.
pub(super) fn rest(input: &ClaimInput, others: &[ClaimView], derived: bool, problems: &mut Problems) -> Checked {
    let label = line("label", "Display Name", &input.label, problems);
    let lower = label.to_lowercase();
    if !label.is_empty() && others.iter().any(|other| other.label.to_lowercase() == lower) {
        problems.add(
            "label",
            "Another claim has this name. Choose a different one: it names a field of the profile.",
        );
    }
    let attribute = line("attribute", "Mapped Attribute", &input.attribute, problems);
    let pattern = input.pattern.trim();
    if !derived && let Some(why) = wrong_pattern(pattern) {
        problems.add("pattern", why);
    }
    let typed = !derived;
    Checked {
        label,
        attribute,
        required: typed && input.required.0,
        pattern: if typed { pattern.to_owned() } else { String::new() },
    }
}

fn line(field: &str, label: &str, value: &str, problems: &mut Problems) -> String {
    let value = value.trim();
    let before = problems.0.len();
    problems.text(field, label, value, true, NAME_MAX);
    if problems.0.len() == before && value.contains(['\n', '\r', '\t']) {
        problems.add(field, format!("{label} is one line: remove the line break or tab."));
    }
    value.to_owned()
}

/// The pattern has to compile by itself, and as it is used: `a)(b` and `(?x)a #` do only one of both.
fn wrong_pattern(pattern: &str) -> Option<String> {
    let characters = pattern.chars().count();
    if characters > PATTERN_MAX {
        return Some(format!(
            "Regular Expression is too long: {characters} characters, at most {PATTERN_MAX}."
        ));
    }
    if pattern.contains('\0') {
        return Some("Regular Expression holds a control character. Remove it.".to_owned());
    }
    let error = Regex::new(pattern)
        .err()
        .or_else(|| Regex::new(&format!("^(?:{pattern})$")).err())?;
    Some(format!(
        "This is no regular expression: {error}. Look-around and back-references are not known."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(uri: &str, label: &str) -> ClaimView {
        ClaimView {
            uri: uri.into(),
            label: label.into(),
            attribute: "a".into(),
            required: false,
            pattern: String::new(),
            derived: false,
        }
    }

    #[test]
    fn a_uri_is_of_the_dialect_and_its_last_part_is_its_own() {
        let others = [claim("http://wso2.org/claims/mobile", "Mobile")];
        for (uri, expected) in [
            ("", Some("missing")),
            ("  ", Some("missing")),
            ("http://wso2.org/claims/", Some("Add the claim's name")),
            ("http://wso2.org/claims", Some("begins with")),
            ("https://wso2.org/claims/x", Some("begins with")),
            ("urn:oid:2.5.4.42", Some("begins with")),
            ("http://wso2.org/claims/a b", Some("may follow")),
            ("http://wso2.org/claims/a[b]", Some("may follow")),
            ("http://wso2.org/claims/a#b", Some("may follow")),
            ("http://wso2.org/claims//a", Some("may follow")),
            ("http://wso2.org/claims/a/", Some("may follow")),
            ("http://wso2.org/claims/<script>", Some("may follow")),
            ("http://wso2.org/claims/mobile", Some("already")),
            ("http://wso2.org/claims/work/Mobile", Some("ends in the same name")),
            ("http://wso2.org/claims/cost-centre_1.x", None),
            (" http://wso2.org/claims/identity/locked ", None),
        ] {
            let mut problems = Problems::default();
            let input = ClaimInput {
                uri: uri.into(),
                ..ClaimInput::default()
            };
            let stored = super::uri(&input, &others, &mut problems);
            assert_eq!(problems.of("uri").is_some(), expected.is_some(), "{uri}: {problems:?}");
            let message = problems.of("uri").unwrap_or_default();
            assert!(message.contains(expected.unwrap_or_default()), "{uri}: {message}");
            assert_eq!(stored, uri.trim());
        }
        let long = format!("http://wso2.org/claims/{}", "x".repeat(233));
        assert!(wrong_uri(&long, &[]).unwrap().contains("at most 255"));
        assert_eq!(wrong_uri(&long[..255], &[]), None);
    }

    #[test]
    fn a_pattern_compiles_alone_and_where_it_is_used() {
        for good in ["", "[a-z]+", "(?i)yes|no", "^\\d{4}$", "a|b"] {
            assert_eq!(wrong_pattern(good), None, "{good}");
        }
        for wrong in ["(", "[a", "a)(b", "*", "(?=a)", "\\1", "(?x)a #", "a{2000000000}", "\0"] {
            assert!(wrong_pattern(wrong).is_some(), "{wrong}");
        }
        assert_eq!(wrong_pattern(&"a".repeat(500)), None);
        assert!(wrong_pattern(&"a".repeat(501)).unwrap().contains("at most 500"));
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let input = ClaimInput {
            label: " mobile ".into(),
            attribute: "a\nb".into(),
            pattern: "(".into(),
            ..ClaimInput::default()
        };
        let mut problems = Problems::default();
        rest(&input, &[claim("x", "Mobile")], false, &mut problems);
        let fields: Vec<_> = problems.0.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["label", "attribute", "pattern"]);
    }

    #[test]
    fn a_derived_claim_has_no_pattern_and_is_never_required() {
        let input = ClaimInput {
            label: "Role".into(),
            attribute: "role".into(),
            required: true.into(),
            pattern: "(".into(),
            ..ClaimInput::default()
        };
        let mut problems = Problems::default();
        let checked = rest(&input, &[], true, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!((checked.required, checked.pattern.as_str()), (false, ""));
    }
}
