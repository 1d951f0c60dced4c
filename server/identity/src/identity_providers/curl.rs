//! *Paste a curl command*: the request's fields from what vendors' documentation shows.

use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;

/// Fills URL, method, headers and payload from the pasted command and takes the command out of the form.
///
/// # Errors
/// A problem at the field, which then keeps the command.
pub fn fill_from_curl(input: &mut IdentityProviderInput) -> Result<(), Problems> {
    let imported = ::sms::curl::import(&input.curl).map_err(|error| Problems::one("curl", error.to_string()))?;
    let settings = imported.settings;
    input.sms_url = settings.url;
    input.http_method = settings.method.as_str().to_owned();
    input.http_headers = settings.headers;
    input.http_payload = settings.payload;
    input.curl = String::new();
    Ok(())
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
}
