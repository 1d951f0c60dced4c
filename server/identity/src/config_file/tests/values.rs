//! Keys: where they come from, what is kept, and what never leaves.

use super::Test;

const SLOT: &str = r#"[[identity_provider]]
name = "SMSOTP"
sms_enabled = true
http_method = "GET"
sms_url = "https://sms.example/?api_key={{secret:key}}&to=&num&text=&msg"
"#;
const GIVEN: &str = "[identity_provider.secrets]\nkey = { env = \"KEY\" }\n";

#[tokio::test]
async fn a_value_that_is_missing_is_named_and_one_that_is_kept_stays() {
    let mut test = Test::new().await;
    let refused = test.refused(SLOT).await;
    assert_eq!(refused.len(), 1, "{refused:?}");
    let wanted = "1:1: identity_provider \"SMSOTP\": No value is kept for {{secret:key}}.";
    assert!(refused[0].starts_with(wanted), "{refused:?}");
    assert!(refused[0].contains("[identity_provider.secrets]"), "{refused:?}");
    let given = format!("{SLOT}{GIVEN}");
    let refused = test.refused(&given).await;
    assert_eq!(
        refused,
        ["7:7: identity_provider \"SMSOTP\": the variable KEY is not set, and no value is kept for {{secret:key}}"]
    );
    test.variables = vec![("KEY", "k-1234567")];
    let report = test.applied(&given).await;
    assert!(
        report.contains("secret key: ••••••••") && !report.contains("k-1234567"),
        "{report}"
    );
    assert!(test.applied(&given).await.ends_with("Nothing to change."));
    test.variables.clear();
    let report = test.applied(&given).await;
    assert!(
        report.contains("the variable KEY is not set; the value kept for key stays"),
        "{report}"
    );
    assert!(report.ends_with("Nothing to change."), "{report}");
    assert!(test.applied(SLOT).await.ends_with("Nothing to change."));
    test.variables = vec![("KEY", "another-key")];
    let report = test.applied(&given).await;
    assert!(report.contains("changed\n    secret key: ••••••••"), "{report}");
    // It is for the one origin.
    test.variables.clear();
    let moved = given.replace("sms.example", "evil.example");
    let refused = test.refused(&moved).await;
    assert!(
        refused[0].starts_with("7:7: ") && refused[0].contains("KEY is not set"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_value_can_stand_in_a_file() {
    let mut test = Test::new().await;
    test.folder = std::env::temp_dir().join(format!("gatehouse-apply-{}", std::process::id()));
    std::fs::create_dir_all(&test.folder).unwrap();
    let given = format!("{SLOT}[identity_provider.secrets]\nkey = {{ file = \"sms.key\" }}\n");
    let refused = test.refused(&given).await;
    assert!(
        refused[0].starts_with("7:7: ") && refused[0].contains("sms.key cannot be read"),
        "{refused:?}"
    );
    std::fs::write(test.folder.join("sms.key"), "k-1234567\n").unwrap();
    test.applied(&given).await;
    assert!(test.applied(&given).await.ends_with("Nothing to change."));
    std::fs::remove_dir_all(&test.folder).unwrap();
}

#[tokio::test]
async fn a_slot_that_is_not_there_takes_no_value() {
    let test = Test {
        variables: vec![("KEY", "k-1234567")],
        ..Test::new().await
    };
    let refused = test
        .refused(&format!("{}{GIVEN}", SLOT.replace("{{secret:key}}", "none")))
        .await;
    assert!(
        refused[0].starts_with("7:7: ") && refused[0].contains("has no slot {{secret:key}}"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_typed_key_leaves_as_a_slot_and_goes_on_being_sent() {
    let test = Test::new().await;
    let typed = SLOT.replace("{{secret:key}}", "hunter2hunter2");
    test.applied(&typed).await;
    let exported = test.exported().await;
    assert!(!exported.contains("hunter2"), "{exported}");
    assert!(exported.contains("api_key={{secret:api_key}}"), "{exported}");
    let audited = test.audited().await;
    assert_eq!(test.applied(&exported).await, "Nothing to change.");
    assert_eq!(test.applied(&typed).await.lines().last(), Some("Nothing to change."));
    assert_eq!(test.audited().await, audited);
    // Another typed key is told apart, and not shown.
    let report = test.applied(&typed.replace("hunter2hunter2", "hunter3hunter3")).await;
    assert!(
        report.contains("sms_url: •••••••• → ••••••••") && !report.contains("hunter"),
        "{report}"
    );
    // Once something else is changed, the slot takes its place, with the key in it.
    let changed = exported.replace("&text=&msg", "&message=&msg");
    let report = test.applied(&changed).await;
    assert!(
        report.contains("secret api_key: the key that stood in the request"),
        "{report}"
    );
    let otp = crate::identity_providers::sms_otp(&test.services, &test.services.db, 1)
        .await
        .unwrap()
        .unwrap();
    assert!(otp.request.url.contains("{{secret:api_key}}"), "{}", otp.request.url);
    let value = otp.secrets.reveal("api_key", "https://sms.example");
    assert_eq!(value.as_deref(), Some("hunter3hunter3"));
    assert_eq!(test.applied(&changed).await, "Nothing to change.");
}

#[tokio::test]
async fn texts_survive_as_they_were_typed() {
    let test = Test::new().await;
    let text = "[[identity_provider]]\nname = \"Ünïcode \\\"quoted\\\" \\\\ 🦜\"\ndescription = \"a\\tb\"\nsms_url = \"https://sms.example\"\n\
                http_headers = \"Content-Type: application/json\\r\\nX-A: 1\"\n\
                http_payload = '''\n{“text”:”&msg“,”to”:[“&num“]}\n'''\nbody_rule = \"matches\"\nbody_rule_value = '\\d+'\n";
    test.applied(text).await;
    let exported = test.exported().await;
    assert_eq!(test.applied(&exported).await, "Nothing to change.");
    let fresh = Test::new().await;
    fresh.applied(&exported).await;
    assert_eq!(fresh.exported().await, exported);
}
