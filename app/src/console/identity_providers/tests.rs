//! The form as a browser would get it.

use domain::Problems;
use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::view::SmsTestView;
use domain::view::secret::{PresetView, SecretField, SecretState};

use super::form::{Form, sections, value};
use super::{connection, test_result};
use crate::islands::sms_form::{Known, show};
use crate::ui::test_render::markup;

fn form(input: IdentityProviderInput, problems: Problems) -> Form {
    Form {
        id: Some(1),
        input,
        problems,
        secrets: Vec::new(),
        presets: Vec::new(),
        is_draft: false,
        may_manage: true,
        sent_today: 9,
        fallbacks: vec![(2, "Second".into())],
        offered: Default::default(),
        is_skipped: false,
        last_test: None,
    }
}

fn rendered(input: IdentityProviderInput, problems: Problems) -> String {
    let shown = show(&|name| value(&input, name), &Known::default());
    markup(|| sections(form(input, problems), shown, false, None))
}

fn input() -> IdentityProviderInput {
    IdentityProviderInput {
        name: "SMSOTP".into(),
        sms_enabled: Tick(true),
        sms_default: Tick(true),
        sms_url: "https://api.clickatell.com/rest/message".into(),
        http_headers: "Authorization: bearer s3cret".into(),
        http_payload: r#"{"to":"&num","text":"&msg"}</textarea><script>"#.into(),
        ..Default::default()
    }
}

#[test]
fn every_label_is_there_once() {
    let html = rendered(input(), Problems::default());
    for label in [
        "Identity Provider Name",
        "Display Name",
        "Description",
        "Enable SMSOTP Authenticator",
        "Default",
        "SMS URL",
        "HTTP Method",
        "HTTP Headers",
        "HTTP Payload",
        "HTTP Response Code",
        "Message",
        "Trusted certificates",
        "Number format",
        "Fallback identity provider",
        "Test number",
        "Code length",
        "Code characters",
        "Code lifetime (minutes)",
        "Wrong codes allowed",
        "Resend wait (seconds)",
        "Codes per sign-in",
        "Codes per hour",
        "Codes per day",
        "Daily budget",
        "Allowed countries",
    ] {
        assert_eq!(html.matches(&format!(">{label}</label>")).count(), 1, "{label}");
    }
    assert_eq!(html.matches(">Send test SMS</button>").count(), 1);
    assert!(
        !html.contains("Bind the code to this site"),
        "what cannot work is not shown"
    );
}

#[test]
fn the_preview_is_right_without_scripts() {
    let html = rendered(
        IdentityProviderInput {
            http_payload: r#"{"to":"&num","text":"&msg"}"#.into(),
            ..input()
        },
        Problems::default(),
    );
    assert!(html.contains("<b>POST </b>/rest/message HTTP/1.1"), "{html}");
    assert!(
        html.contains(r#"{&quot;to&quot;:&quot;<mark class="number">+94771234567</mark>&quot;"#),
        "{html}"
    );
    assert!(
        html.contains("GSM-7 · 58 of 160 characters") && html.contains("1 segment"),
        "{html}"
    );
    let preview = html
        .split("id=\"sms-request\"")
        .nth(1)
        .unwrap()
        .split("</pre>")
        .next()
        .unwrap();
    assert!(!preview.contains("s3cret"), "keys are dotted: {preview}");
}

#[test]
fn what_is_typed_stays_text() {
    let html = rendered(input(), Problems::default());
    assert!(!html.contains("<script>"), "{html}");
}

#[test]
fn with_get_the_payload_is_marked_as_not_sent() {
    let get = IdentityProviderInput {
        http_method: "GET".into(),
        sms_url: "https://sms.example/?to=&num&t=&msg".into(),
        ..input()
    };
    let html = rendered(get, Problems::default());
    assert!(
        html.contains("id=\"f-http_payload-note\"") && html.contains("With GET the payload is not sent."),
        "{html}"
    );
}

#[test]
fn a_secret_has_a_field_of_the_vendors_name_and_no_value() {
    let input = IdentityProviderInput {
        http_headers: "Authorization: Bearer {{secret:api_key}}\nX-Token: literal".into(),
        filled_from: "telnyx".into(),
        held: "held-id".into(),
        ..input()
    };
    let form = |may_manage| Form {
        id: None,
        input: input.clone(),
        problems: Problems::one("secrets[0][value]", "Type the key."),
        secrets: vec![SecretField {
            name: "api_key".into(),
            label: "API key".into(),
            help: "Begins with KEY.".into(),
            state: SecretState::Missing,
        }],
        fallbacks: Vec::new(),
        offered: Default::default(),
        is_skipped: false,
        presets: vec![PresetView {
            id: "telnyx".into(),
            name: "Telnyx".into(),
            help: "Replace the number.".into(),
        }],
        is_draft: true,
        may_manage,
        sent_today: 0,
        last_test: None,
    };
    let rendered = |may_manage| {
        let shown = show(&|name| value(&input, name), &Known::default());
        markup(|| sections(form(may_manage), shown, false, None))
    };
    let html = rendered(true);
    for part in [
        r#"for="f-secrets-0-value""#,
        ">API key</label>",
        r#"id="f-secrets-0-value-error""#,
        r#"name="input[secrets][0][name]" value="api_key""#,
        r#"name="input[held]" value="held-id""#,
        "Last filled in: Telnyx. Replace the number.",
        "X-Token in HTTP Headers",
        ">Move to a secret</button>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let control = html
        .split("<input")
        .find(|tag| tag.contains(r#" id="f-secrets-0-value""#))
        .unwrap();
    assert!(control.contains(r#"type="password""#), "{control}");
    assert!(!control.split('>').next().unwrap().contains(" value="), "{control}");
    let viewed = rendered(false);
    assert!(
        !viewed.contains("Move to a secret") && !viewed.contains("Provider presets"),
        "{viewed}"
    );
}

#[test]
fn p6_a_budget_nearly_used_up_is_a_warning() {
    let html = rendered(
        IdentityProviderInput {
            daily_budget: "10".into(),
            ..input()
        },
        Problems::default(),
    );
    assert!(
        html.contains("notice warn") && html.contains("of today's 10 are used"),
        "{html}"
    );
    assert!(
        !rendered(
            IdentityProviderInput {
                daily_budget: "100".into(),
                ..input()
            },
            Problems::default()
        )
        .contains("notice warn")
    );
}

#[test]
fn the_fallback_is_one_of_the_others_and_its_use_is_said() {
    let chosen = IdentityProviderInput {
        fallback: "2".into(),
        ..input()
    };
    let html = rendered(chosen.clone(), Problems::default());
    assert!(html.contains(r#"<option value="">None"#), "{html}");
    assert!(html.contains(r#"<option value="2" selected>Second"#), "{html}");
    assert!(!html.contains("failed several times"));
    let skipped = Form {
        is_skipped: true,
        ..form(chosen, Problems::default())
    };
    let note = "1: Provider Root, issued by Provider Root, valid until 2030-01-01.";
    let html = markup(|| connection::fields(&skipped, Some(note.to_owned())));
    assert!(html.contains("failed several times") && html.contains(note), "{html}");
}

#[test]
fn a_refused_submit_shows_its_problems_beside_the_fields() {
    let html = rendered(input(), Problems::one("code_length", "Code length has to be more."));
    assert!(
        html.contains("id=\"f-code_length-error\"") && html.contains("Code length has to be more."),
        "{html}"
    );
}

#[test]
fn a_test_says_what_it_came_to() {
    let result = SmsTestView {
        accepted: true,
        outcome: "accepted".into(),
        rule: "HTTP 202 is one of 202.".into(),
        status: Some(202),
        masked_number: "•• 67".into(),
        attempts: 2,
        total_millis: Some(412),
        phases: vec![("Connected".into(), 105), ("Done".into(), 307)],
        certificates: vec![
            "sms.example, issued by R11, valid until 2027-01-31".into(),
            "R11, issued by Root, valid until 2030-01-01".into(),
        ],
        answer: Some("<b>ok</b>".into()),
    };
    let html = markup(|| test_result::figure("This test", result));
    for part in [
        "This test · accepted",
        "412 ms",
        "2 tries",
        "Connected",
        "HTTP 202",
        "issued by R11",
        "issued by Root",
        "&lt;b&gt;ok&lt;/b&gt;",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let refused = test_result::fragment(Err(Problems::one("test_number", "Type the number.")));
    assert!(
        refused.contains("role=\"alert\"") && refused.contains("Not sent: 1 problem"),
        "{refused}"
    );
}
