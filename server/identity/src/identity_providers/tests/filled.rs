//! What fills the form: keys moved to secrets, and presets.

use super::secret_values::{HERE, VALUE, input, wires};
use super::*;
use crate::sms::send_test;

#[tokio::test]
async fn typed_keys_move_and_are_sent_as_before() {
    let (services, _, transport, actor) = services_with(settings()).await;
    let mut input = IdentityProviderInput {
        sms_url: "https://sms.example/send?api_key=k%2B1234".into(),
        http_headers: format!("Authorization: Bearer {VALUE}\nContent-Type: application/json"),
        ..input(HERE)
    };
    send_test(&services, &actor, None, &input).await.unwrap();
    move_keys(&services, &actor, &mut input).await.unwrap();
    assert_eq!(input.sms_url, "https://sms.example/send?api_key={{secret:api_key}}");
    assert!(
        input
            .http_headers
            .starts_with("Authorization: Bearer {{secret:authorization}}")
    );
    assert_eq!(
        input.done.said,
        "Moved to a secret: api_key, authorization. Nothing is saved yet."
    );
    let id = create(&services, &actor, &input).await.unwrap();
    send_test(
        &services,
        &actor,
        Some(id),
        &input_of(&services, &actor, id).await.unwrap(),
    )
    .await
    .unwrap();
    let wires = wires(&transport);
    assert_eq!(wires[0], wires[1]);
    move_keys(&services, &actor, &mut input).await.unwrap();
    assert!(input.done.said.contains("no key left"), "{}", input.done.said);
}

#[tokio::test]
async fn a_preset_names_its_keys_as_the_vendor_does() {
    let (services, _, actor) = services().await;
    let mut form = IdentityProviderInput {
        preset: "vonage".into(),
        name: "Kept".into(),
        message: "Mine: &otp".into(),
        ..Default::default()
    };
    assert!(!fill_from_preset(&services, &mut form).unwrap(), "nothing was replaced");
    assert_eq!((form.name.as_str(), form.message.as_str()), ("Kept", "Mine: &otp"));
    assert_eq!(form.number_format, "without_plus");
    assert!(
        form.done.said.starts_with("Filled in from Vonage/Nexmo. Replace NEXMO"),
        "{}",
        form.done.said
    );
    let fields = secret_fields(&services, &actor, None, &form).await.unwrap();
    let labels: Vec<_> = fields.iter().map(|field| field.label.as_str()).collect();
    assert_eq!(labels, ["API key", "API secret"]);
    assert_eq!(fields[1].help, "Next to the API key.");
    form.sms_enabled = Tick(true);
    form.secrets = ["api_key", "api_secret"]
        .map(|name| SecretRow {
            name: name.into(),
            value: VALUE.into(),
        })
        .to_vec();
    let id = create(&services, &actor, &form).await.unwrap();
    let back = input_of(&services, &actor, id).await.unwrap();
    let fields = secret_fields(&services, &actor, Some(id), &back).await.unwrap();
    assert_eq!(fields[0].label, "API key", "after saving too");
    // A second one says what it replaces.
    form.preset = "clickatell".into();
    assert!(fill_from_preset(&services, &mut form).unwrap());
    let replaced = "Replaced: SMS URL, HTTP Headers, HTTP Payload, HTTP Response Code, Rule on the answer.";
    assert!(form.done.said.ends_with(replaced), "{}", form.done.said);
}

#[tokio::test]
async fn the_sandbox_is_offered_where_it_runs() {
    let (services, ..) = services().await;
    let is_sandbox = |preset: &domain::view::secret::PresetView| preset.id.starts_with("sandbox-");
    let mut form = IdentityProviderInput {
        preset: "sandbox-nexmo".into(),
        ..Default::default()
    };
    assert_eq!(
        (presets(&services).len(), presets(&services).iter().any(is_sandbox)),
        (10, false)
    );
    assert!(
        fill_from_preset(&services, &mut form)
            .unwrap_err()
            .of("preset")
            .is_some()
    );
    let mut demo = settings();
    demo.sandbox = Some("http://localhost:8080".parse().unwrap());
    let (services, ..) = services_with(demo).await;
    assert_eq!(presets(&services).iter().filter(|preset| is_sandbox(preset)).count(), 3);
    fill_from_preset(&services, &mut form).unwrap();
    assert!(
        form.sms_url.starts_with("http://localhost:8080/sms/nexmo/json?"),
        "{}",
        form.sms_url
    );
}
