//! T14: the answer goes to a registered address or nowhere, whatever a request says and whoever signed it.

use saml::keys::KeyPair;
use saml::sp::{AuthnRequestSpec, build_authn_request};

use super::support::{Kind, Target, accepted, swap};
use crate::fake_sp::PostPage;
use crate::harness::TestApp;
use crate::saml::refused;
use crate::stores::on_both_stores;

const NOWHERE: &str = "none of the registered";

/// A request with this change is refused by POST and by Redirect.
async fn astray(target: &Target<'_>, key: Option<&KeyPair>, check: &str, change: impl Fn(&mut AuthnRequestSpec)) {
    let build = |signed: Option<&KeyPair>| {
        let mut request = target.request();
        change(&mut request);
        build_authn_request(&request, signed).unwrap()
    };
    target.refused(Kind::SignIn, check, "", |_| build(key)).await;
    target
        .refused_query(Kind::SignIn, check, "", |_| {
            target.query_of(&build(None), Some("relay"), key)
        })
        .await;
}

/// Addresses that are meant to be taken for `https://{host}/saml/acs`.
fn lookalikes(host: &str) -> Vec<String> {
    let acs = format!("https://{host}/saml/acs");
    let mut all = vec![
        "https://evil.example/acs".to_owned(),
        String::new(),
        "/saml/acs".to_owned(),
        format!("//{host}/saml/acs"),
        "javascript:alert(1)//".to_owned(),
        "data:text/html,x".to_owned(),
        acs.to_uppercase(),
        acs.replace("https", "HTTPS"),
        acs.replace("https", "http"),
        acs.replace(host, &host.to_uppercase()),
        acs.replace(host, &format!("{host}.")),
        acs.replace(host, &format!("{host}:443")),
        acs.replace(host, &format!("{host}:8443")),
        acs.replace(host, &format!("{host}@evil.example")),
        acs.replace(host, &format!("user:password@{host}")),
        acs.replace(host, &format!("evil.example\\@{host}")),
        acs.replace(host, &format!("{host}.evil.example")),
        acs.replace(host, &format!("evil-{host}")),
        acs.replace(host, &format!("evil.example/{host}")),
        acs.replace(host, &format!("evil.example#{host}")),
        acs.replace('e', "%65"),
        acs.replace("/saml/acs", "/saml/%61cs"),
        acs.replace("/saml/acs", "/saml%2Facs"),
        acs.replace("/saml/acs", "/saml/../saml/acs"),
        acs.replace("/saml/acs", "/saml/./acs"),
        acs.replace("/saml/acs", "/saml//acs"),
        acs.replace("/saml/acs", "/saml/acs/.."),
        acs.replace("/saml/acs", "/saml/acs/../../evil"),
        acs.replace("/saml/acs", "/saml\\acs"),
        acs.replace("/saml/acs", "/SAML/ACS"),
        acs.replace("/saml/acs", ""),
    ];
    // A dotless i, a Cyrillic е, a fullwidth dot, and how a browser would write the first.
    all.extend(
        [("i", "\u{131}"), ("e", "\u{435}"), (".", "\u{ff0e}"), (".", "\u{3002}")]
            .map(|(from, to)| acs.replacen(from, to, 2)),
    );
    all.push(acs.replace(host, "xn--wki-nza.example"));
    let ends = [
        "/", "?", "?x=1", "#", "#x", "%20", "%00", ";x", " ", "\t", "\n", "\u{a0}", "\u{200b}", ".", "*",
    ];
    all.extend(ends.map(|end| format!("{acs}{end}")));
    all.extend([" ", "\t", "\u{200b}"].map(|start| format!("{start}{acs}")));
    all.push(format!("{acs} {acs}"));
    all.push(format!("{acs},https://evil.example/acs"));
    all
}

async fn t14_lookalikes_signed(app: &TestApp) {
    let target = Target::signed(app).await;
    target.control(Kind::SignIn).await;
    for url in lookalikes("wiki.example") {
        let key = Some(crate::fake_sp::sp_key());
        astray(&target, key, "assertion_consumer_url", |request| {
            request.acs_url = Some(url.clone())
        })
        .await;
    }
}

/// Nor does an address of its own come in because nothing about the request is known to be true.
async fn t14_lookalikes_unsigned(app: &TestApp) {
    let target = Target::unsigned(app).await;
    target.control(Kind::SignIn).await;
    for url in lookalikes("plain.example") {
        astray(&target, None, "assertion_consumer_url", |request| {
            request.acs_url = Some(url.clone())
        })
        .await;
    }
}

/// XML makes a space of a line break in an attribute, and leaves it where it stands.
async fn t14_white_space_in_the_attribute(app: &TestApp) {
    let target = Target::unsigned(app).await;
    target.control(Kind::SignIn).await;
    for (start, end) in [
        ("\n", ""),
        ("", "\n"),
        (" ", " "),
        ("&#10;", ""),
        ("", "&#9;"),
        ("", "&#13;&#10;Location: https://evil.example"),
    ] {
        let attack = |xml: &str| {
            swap(
                xml,
                "https://plain.example/saml/acs",
                &format!("{start}https://plain.example/saml/acs{end}"),
            )
        };
        target
            .refused(Kind::SignIn, "assertion_consumer_url", NOWHERE, attack)
            .await;
    }
}

async fn t14_indexes(app: &TestApp) {
    let target = Target::unsigned(app).await;
    target.control(Kind::SignIn).await;
    let with = |xml: &str, index: &str| {
        let acs = format!("AssertionConsumerServiceURL=\"{}\"", target.sp.acs);
        swap(xml, &acs, &format!("AssertionConsumerServiceIndex=\"{index}\""))
    };
    for index in ["0", "1"] {
        accepted(Kind::SignIn, &target.post(with(&target.xml(Kind::SignIn), index)).await);
    }
    for index in ["2", "7", "65535"] {
        target
            .refused(Kind::SignIn, "assertion_consumer_url", "names none", |xml| {
                with(xml, index)
            })
            .await;
    }
    for index in ["-1", "65536", "4294967296", "1.0", "0x1", "one", "", "1 1"] {
        target
            .refused(Kind::SignIn, "decoding", "not valid", |xml| with(xml, index))
            .await;
    }
    // An address of its own beside a good index.
    let both = |xml: &str| {
        let with = with(xml, "0");
        swap(
            &with,
            "AssertionConsumerServiceIndex=",
            "AssertionConsumerServiceURL=\"https://evil.example/acs\" AssertionConsumerServiceIndex=",
        )
    };
    target
        .refused(Kind::SignIn, "assertion_consumer_url", NOWHERE, both)
        .await;
}

async fn t14_bindings(app: &TestApp) {
    let target = Target::unsigned(app).await;
    target.control(Kind::SignIn).await;
    for binding in [
        "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact",
        "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
        "urn:oasis:names:tc:SAML:2.0:bindings:PAOS",
        "urn:oasis:names:tc:SAML:2.0:bindings:SOAP",
        "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST ",
        "urn:oasis:names:tc:SAML:2.0:bindings:http-post",
        "javascript:alert(1)",
        "",
    ] {
        astray(&target, None, "protocol_binding", |request| {
            request.protocol_binding = Some(binding.to_owned())
        })
        .await;
    }
}

/// The control for all of the above: what is registered is where the answer goes, the first address or the second.
async fn t14_answers_go_to_registered_addresses(app: &TestApp) {
    let target = Target::signed(app).await;
    target.control(Kind::SignIn).await;
    for (url, index) in [
        (Some(&target.sp.acs), None),
        (Some(&target.other_acs), None),
        (None, Some(0)),
        (None, Some(1)),
        (None, None),
    ] {
        let mut request = target.request();
        request.acs_url = url.cloned();
        request.acs_index = index;
        request.is_passive = true;
        let browser = app.browser();
        let path = target
            .sp
            .redirect_signed(&request, None, Some(crate::fake_sp::sp_key()));
        let sent = PostPage::read(&browser.open(&path).await);
        let second = url == Some(&target.other_acs) || index == Some(1);
        let expected = if second { &target.other_acs } else { &target.sp.acs };
        assert_eq!(&sent.action, expected);
    }
}

/// A sign-on that begins here has the same rule for its parameter `acs`.
async fn t14_initiated_here(app: &TestApp) {
    let target = Target::unsigned(app).await;
    app.change_saml(&target.sp, |saml| saml.enable_idp_initiated_sso = true.into())
        .await;
    target.control(Kind::SignIn).await;
    let path = |acs: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("spEntityID", "plain.example")
            .append_pair("acs", acs)
            .finish()
    };
    accepted(Kind::SignIn, &target.get(&path(&target.other_acs)).await);
    for url in lookalikes("plain.example") {
        let rows = target.rows().await;
        let answer = target.get(&path(&url)).await;
        target
            .judge(Kind::SignIn, "assertion_consumer_url", NOWHERE, &rows, &answer, &url)
            .await;
    }
}

/// There is no artifact to confuse anybody with: no endpoint resolves one, and none is taken or promised.
async fn t24_there_is_no_artifact_endpoint(app: &TestApp) {
    let browser = app.browser();
    let metadata = browser.get("/identity/metadata/saml2").await;
    assert!(metadata.body.contains("SingleSignOnService"));
    assert!(!metadata.body.contains("Artifact"), "{}", metadata.body);
    let answer = browser.get("/samlsso?SAMLart=AAQAAMFbLinlXaCM").await;
    refused(app, &answer, "decoding").await;
}

on_both_stores!(
    t24_there_is_no_artifact_endpoint,
    t14_lookalikes_signed,
    t14_lookalikes_unsigned,
    t14_white_space_in_the_attribute,
    t14_indexes,
    t14_bindings,
    t14_answers_go_to_registered_addresses,
    t14_initiated_here,
);
