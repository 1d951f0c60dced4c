//! *Paste a curl command*: the request's fields from what vendors' documentation shows.

use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;

use super::presets::say;
use super::request;

/// Fills URL, method, headers, payload and number format from the pasted command and takes the command out of the form.
/// What the command lost or gained by that is noted at the fields; what was there before is named in `done.said`, and the
/// answer says whether there was anything.
///
/// # Errors
/// A problem at the field, which then keeps the command.
pub fn fill_from_curl(input: &mut IdentityProviderInput) -> Result<bool, Problems> {
    let imported = ::sms::curl::import(&input.curl).map_err(|error| Problems::one("curl", error.to_string()))?;
    let before = input.clone();
    let settings = imported.settings;
    input.sms_url = settings.url;
    input.http_method = settings.method.as_str().to_owned();
    input.http_headers = settings.headers;
    input.http_payload = settings.payload;
    input.number_format = settings.number_format.as_str().to_owned();
    input.curl = String::new();
    input.filled_from = String::new();
    let notes = imported.notes.into_iter();
    input.done.notes = notes
        .map(|note| (request::field(note.field).to_owned(), note.message))
        .collect();
    Ok(say(input, &before, "Filled in from the curl command."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_fills_the_request_and_nothing_else() {
        let mut input = IdentityProviderInput {
            name: "Kept".into(),
            curl: "curl -X POST https://api.example.com/v1/sms -H 'Content-Type: application/json' \\\n -d '{\"to\":\"+94771234567\",\"text\":\"Hello\"}'".into(),
            ..IdentityProviderInput::default()
        };
        fill_from_curl(&mut input).unwrap();
        assert_eq!(input.sms_url, "https://api.example.com/v1/sms");
        assert_eq!(input.http_method, "POST");
        assert!(input.http_headers.contains("Content-Type: application/json"));
        assert!(
            input.http_payload.contains("&num") && input.http_payload.contains("&msg"),
            "{}",
            input.http_payload
        );
        assert_eq!((input.name.as_str(), input.curl.as_str()), ("Kept", ""));
    }

    #[test]
    fn what_is_no_command_stays_and_is_said() {
        let mut input = IdentityProviderInput {
            curl: "wget https://example.com".into(),
            ..IdentityProviderInput::default()
        };
        let problems = fill_from_curl(&mut input).unwrap_err();
        assert!(problems.of("curl").is_some());
        assert_eq!(input.curl, "wget https://example.com");
    }

    #[test]
    fn what_became_of_it_is_noted_at_the_fields_and_what_it_replaced_is_said() {
        let mut input = IdentityProviderInput {
            sms_url: "https://old.example/".into(),
            number_format: "national".into(),
            filled_from: "twilio".into(),
            curl: "curl -H 'Host: x' https://api.example.com/sms -d 'to=447911123456&text=Hello'".into(),
            ..IdentityProviderInput::default()
        };
        assert!(fill_from_curl(&mut input).unwrap());
        assert_eq!(input.done.said, "Filled in from the curl command. Replaced: SMS URL.");
        assert_eq!(
            (input.number_format.as_str(), input.filled_from.as_str()),
            ("without_plus", "")
        );
        for (field, words) in [
            ("http_headers", "header Host was left out"),
            ("http_payload", "replaced by &num"),
        ] {
            let mut notes = input.done.notes.iter();
            assert!(
                notes.any(|(of, text)| of == field && text.contains(words)),
                "{:?}",
                input.done.notes
            );
        }
    }
}
