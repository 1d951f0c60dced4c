//! How long the values of a message may be that are kept: whoever may send one without a signature could fill the store.

use saml::message::{Message, NameId};

/// Longer IDs belong to no product.
const LONGEST_ID: usize = 256;
/// As long as the longest entity ID (SAML Core 8.3.6); a NameID has 256 characters at most (8.3.7).
const LONGEST_VALUE: usize = 1024;
/// The classes of a RequestedAuthnContext.
const MOST_CLASSES: usize = 20;

/// What exceeds them, in words; `None` if nothing does.
pub(super) fn exceeded(message: &Message) -> Option<String> {
    if message.id().chars().count() > LONGEST_ID {
        return Some(format!("The ID is longer than {LONGEST_ID} characters."));
    }
    let mut values: Vec<(&str, Option<&String>)> = Vec::new();
    match message {
        Message::AuthnRequest(request) => {
            let policy = request.name_id_policy.as_ref();
            values.push((
                "NameIDPolicy's Format",
                policy.and_then(|policy| policy.format.as_ref()),
            ));
            values.extend(request.subject.iter().flat_map(of_name_id));
            if let Some(context) = &request.requested_authn_context {
                let classes = context.classes.iter().chain(&context.declarations);
                let count = classes.clone().count();
                if count > MOST_CLASSES {
                    return Some(format!(
                        "RequestedAuthnContext holds more than {MOST_CLASSES} classes: {count}."
                    ));
                }
                values.extend(classes.map(|class| ("RequestedAuthnContext", Some(class))));
            }
        }
        Message::LogoutRequest(request) => {
            values.extend(of_name_id(&request.name_id));
            values.extend(
                request
                    .session_indexes
                    .iter()
                    .map(|index| ("SessionIndex", Some(index))),
            );
        }
        Message::LogoutResponse(_) => {}
    }
    let (name, _) = values
        .into_iter()
        .find(|(_, value)| value.is_some_and(|value| value.chars().count() > LONGEST_VALUE))?;
    Some(format!("{name} is longer than {LONGEST_VALUE} characters."))
}

fn of_name_id(name_id: &NameId) -> [(&'static str, Option<&String>); 4] {
    [
        ("NameID", Some(&name_id.value)),
        ("NameID's Format", name_id.format.as_ref()),
        ("NameQualifier", name_id.name_qualifier.as_ref()),
        ("SPNameQualifier", name_id.sp_name_qualifier.as_ref()),
    ]
}
