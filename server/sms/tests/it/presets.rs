//! Every preset is read, compiles without a problem, and asks for exactly the keys it uses.

use std::collections::BTreeSet;

use sms::presets::{all, find};
use sms::{compile, literal_secrets};

use crate::support::{header, render, values};

const SANDBOX: &str = "http://localhost:8080";

#[test]
fn all_compile() {
    let ids: BTreeSet<_> = all().iter().map(|preset| preset.id.as_str()).collect();
    assert_eq!(ids.len(), 13);
    for preset in all() {
        let compiled = compile(&preset.settings(SANDBOX));
        assert_eq!(compiled.problems, [], "{}", preset.id);
        let template = compiled.template.expect("no problems");
        let keys: BTreeSet<_> = preset.keys.iter().map(|key| key.slot.clone()).collect();
        assert_eq!(
            template.secret_names().into_iter().collect::<BTreeSet<_>>(),
            keys,
            "{}",
            preset.id
        );
        assert!(!preset.help.is_empty() && !preset.name.is_empty());
        let request = render(&preset.settings(SANDBOX));
        let wire = String::from_utf8(request.to_wire()).expect("text");
        assert!(wire.contains("94771234567") && wire.contains("314159"), "{}", preset.id);
        assert!(template.preview(&values()).refused.is_none());
        assert_eq!(compiled.notes, [], "{}", preset.id);
    }
}

#[test]
fn no_vendors_preset_holds_a_key() {
    for preset in all().iter().filter(|preset| !preset.is_sandbox()) {
        assert_eq!(literal_secrets(&preset.settings(SANDBOX)), [], "{}", preset.id);
        assert!(!preset.keys.is_empty());
    }
}

#[test]
fn the_sandbox_lives_where_it_is_told() {
    let preset = find("sandbox-twilio").expect("there");
    let request = render(&preset.settings("http://127.0.0.1:8080/"));
    assert_eq!(
        request.url(),
        "http://127.0.0.1:8080/sms/twilio/2010-04-01/Accounts/ACsandbox/Messages.json"
    );
    // Base64 of ACsandbox:sandbox.
    assert_eq!(
        header(&request, "Authorization"),
        Some("Basic QUNzYW5kYm94OnNhbmRib3g=")
    );
    assert_eq!(all().iter().filter(|preset| preset.is_sandbox()).count(), 3);
    assert!(find("nobody").is_none());
}
