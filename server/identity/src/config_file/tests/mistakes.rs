//! Every mistake with its place, all at once.

use super::{Test, WHOLE};

#[tokio::test]
async fn the_shape_is_held_against_what_there_is() {
    let test = Test::new().await;
    let text = r#"[[roles]]
name = "x"

[[role]]
name = "helpdesk"
permisions = ["users.manage"]
permissions = "users.manage"

[[identity_provider]]
sms_url = 7
code_length = "6"
http_method = "PATCH"
sms_enabled = "yes"

[role_of_ours]

[[user]]
username = "jane"
roles = ["a", 2]
[[user]]
username = "JANE"
[[service_provider]]
name = "Travel"
steps = [{ authenticator = "basic" }]
delete = true
[service_provider.saml]
acs_urls = "https://x"
[[identity_provider]]
name = "S"
[identity_provider.secrets]
key = "hunter2"
"#;
    let refused = test.refused(text).await;
    let expected = [
        "1:3: there is no section \"roles\"; accepted are [[claim]], [[role]],",
        "6:1: role has no key \"permisions\"; accepted are name, permissions, delete",
        "7:15: permissions is a text; accepted is a list of texts, such as",
        "9:1: identity_provider needs the key name, which says which one is meant",
        "10:11: sms_url is an integer; accepted is a text in quotes",
        "11:15: code_length is a text; accepted is a whole number",
        "12:15: http_method is \"PATCH\"; accepted is one of \"GET\", \"POST\", \"PUT\"",
        "13:15: sms_enabled is a text; accepted is true or false",
        "15:2: there is no section \"role_of_ours\"",
        "19:15: roles holds an integer; accepted is a list of texts",
        "21:12: user \"JANE\": it is in the file twice; remove one of them",
        "22:1: service_provider \"Travel\" is to be deleted: nothing but name may stand beside delete",
        "24:12: steps has no key \"authenticator\"; accepted are authenticators, gives_subject, gives_attributes",
        "27:12: acs_urls is a text; accepted is a list of texts",
        "31:7: the secret key does not stand in the file; accepted is { env = \"VARIABLE\" } or { file = \"PATH\" }",
    ];
    for (said, wanted) in refused.iter().zip(expected) {
        assert!(said.starts_with(wanted), "{said}\n{wanted}");
    }
    assert_eq!(refused.len(), expected.len(), "{refused:#?}");
    assert!(!refused.join("").contains("hunter2"));
}

#[tokio::test]
async fn what_is_no_toml_is_placed_too() {
    let test = Test::new().await;
    let refused = test
        .refused("[[role]]\nname = \"x\"\npermissions = [\n[[role]]\n")
        .await;
    assert!(
        refused[0].starts_with("4:") || refused[0].starts_with("3:"),
        "{refused:?}"
    );
    assert!(refused[0].contains("this is no TOML"), "{refused:?}");
    let twice = test.refused("[[role]]\nname = \"x\"\nname = \"y\"\n").await;
    assert!(twice[0].starts_with("3:1: this is no TOML: duplicate key"), "{twice:?}");
}

/// The rules' own words, at the value that they are about.
#[tokio::test]
async fn the_rules_of_the_forms_are_placed() {
    let test = Test::new().await;
    let text = r#"[[claim]]
uri = "http://example.org/mine"
label = "Mine"
attribute = "mine"

[[role]]
name = "a,b"
permissions = ["users.delete"]

[[identity_provider]]
name = "First"
sms_enabled = true
sms_url = "https://sms.example/send"
http_headers = "Content-Type: application/json"
http_payload = '{"text":"&msg","to":[&num]}'
code_length = 3
fallback = "Nobody"

[[service_provider]]
name = "Travel"
claims = [
  { local = "http://wso2.org/claims/mobile" },
  { local = "http://wso2.org/claims/nothing" },
]
steps = [{ authenticators = [{ federated = "Nobody" }, { local = "totp" }] }, { authenticators = [] }]
[service_provider.saml]
issuer = "x"
acs_urls = ["https://travel.example/acs", "javascript:alert(1)"]

[[user]]
username = "jane doe"
[[user]]
username = "jim"
password_hash = "$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW"
[[user]]
username = "joe"
roles = ["admin", "helpdesk"]
[user.claims]
mobile = "0112345678"
shoesize = "44"
"#;
    let refused = test.refused(text).await;
    for wanted in [
        "2:7: claim \"http://example.org/mine\": A claim of the local dialect begins with",
        "8:16: role \"a,b\": there is no permission \"users.delete\"; accepted are identity_providers.view,",
        "17:12: identity_provider \"First\": there is no identity provider \"Nobody\"",
        "23:13: service_provider \"Travel\": There is no claim `http://wso2.org/claims/nothing`",
        "25:30: service_provider \"Travel\": there is no identity provider \"Nobody\"",
        "25:56: service_provider \"Travel\": there is no local authenticator \"totp\"; accepted is \"basic\"",
        "28:43: service_provider \"Travel\": ",
        "31:12: user \"jane doe\": Username holds a space",
        "34:17: user \"jim\": This is no password hash in PHC form",
        "37:19: user \"joe\": there is no role \"helpdesk\"; add it as [[role]]",
        "40:12: user \"joe\": there is no claim \"shoesize\"; accepted are givenname,",
    ] {
        assert!(
            refused.iter().any(|said| said.starts_with(wanted)),
            "{wanted:?} is not in {refused:#?}"
        );
    }
    let without = text.replace("fallback = \"Nobody\"\n", "");
    let refused = test.refused(&without).await;
    for wanted in [
        "15:16: identity_provider \"First\": Line 1, column 22:",
        "16:15: identity_provider \"First\": ",
    ] {
        assert!(
            refused.iter().any(|said| said.starts_with(wanted)),
            "{wanted:?} is not in {refused:#?}"
        );
    }
}

#[tokio::test]
async fn a_number_that_is_no_mobile_number_is_placed() {
    let test = Test::new().await;
    let refused = test
        .refused("[[user]]\nusername = \"joe\"\nclaims.mobile = \"0112345678\"\n")
        .await;
    assert!(refused[0].starts_with("3:17: user \"joe\": "), "{refused:?}");
}

#[tokio::test]
async fn two_steps_cannot_both_give_the_subject() {
    let test = Test {
        variables: vec![("KEY", "k-1234567")],
        ..Test::new().await
    };
    let both = WHOLE
        .replace("{ local = \"basic\" }]", "{ local = \"basic\" }], gives_subject = true")
        .replace(
            "{ federated = \"Second\" }]",
            "{ federated = \"Second\" }], gives_subject = true",
        );
    let refused = test.refused(&both).await;
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(refused[0].contains("step 1 has gives_subject too"), "{refused:?}");
}
