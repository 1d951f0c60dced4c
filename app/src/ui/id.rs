//! Element ids, derived from form field names so that summaries, labels and scripts agree on them.
//! Refuses to invent ids: the same name always gives the same id.

/// The id of the control named `name`: `input[sms_url]` gives `f-sms_url`, `urls[0]` gives `f-urls-0`.
///
/// The outermost name is dropped when it is `input`: server functions wrap their argument in it, and the
/// id should stay when the argument is renamed.
#[must_use]
pub fn field_id(name: &str) -> String {
    let inner = name.strip_prefix("input[").unwrap_or(name);
    let mut id = String::from("f");
    for part in inner.split(['[', ']', '.']).filter(|part| !part.is_empty()) {
        id.push('-');
        id.extend(part.chars().map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' || c == '-' {
                c
            } else {
                '-'
            }
        }));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::field_id;

    #[test]
    fn ids_follow_the_name() {
        for (name, id) in [
            ("username", "f-username"),
            ("input[sms_url]", "f-sms_url"),
            ("input[steps][0][local]", "f-steps-0-local"),
            ("urls[2]", "f-urls-2"),
            (
                "claims.http://wso2.org/claims/mobile",
                "f-claims-http---wso2-org-claims-mobile",
            ),
        ] {
            assert_eq!(field_id(name), id, "{name}");
        }
    }
}
