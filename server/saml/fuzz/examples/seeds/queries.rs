//! Queries of the Redirect binding.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use saml::logout::{build_request, build_response};

use super::*;

pub fn write(corpus: &Corpus, key: &KeyPair) {
    let query = |parameter: Parameter, xml: &str, relay: Option<&str>, key: Option<&KeyPair>| {
        let url = redirect::url(SSO, parameter, xml, relay, key).unwrap();
        url.split_once('?').unwrap().1.to_owned()
    };
    let put = |name: &str, query: &str| corpus.put(&format!("redirect/{name}.txt"), query);
    let request = |number| build_authn_request(&authn(number), None).unwrap();
    let plain = query(Parameter::Request, &request(11), None, None);
    put("authn-request", &plain);
    put(
        "relay-state",
        &query(Parameter::Request, &request(12), Some("a b+c&d=\u{e9}/?#\"<>"), None),
    );
    let signed = query(Parameter::Request, &request(13), Some("state"), Some(key));
    put("authn-request-signed", &signed);
    let xml = build_request(&logout(11), None).unwrap();
    put(
        "logout-request-signed",
        &query(Parameter::Request, &xml, None, Some(key)),
    );
    let xml = build_response(&logout_response(11), None).unwrap();
    put(
        "logout-response-signed",
        &query(Parameter::Response, &xml, Some("x"), Some(key)),
    );

    let parts: Vec<&str> = signed.split('&').collect();
    put("attack-no-relay-state", &signed.replace("&RelayState=state", ""));
    put("attack-half-a-signature", &parts[..3].join("&"));
    put(
        "attack-other-order",
        &[parts[3], parts[2], parts[1], parts[0]].join("&"),
    );
    put("attack-duplicate", &format!("{signed}&{}", parts[1]));
    put("attack-both", &format!("{signed}&SAMLResponse=x"));
    put("attack-encoded-name", &signed.replace("SAMLRequest", "%53AMLRequest"));
    put("attack-lower-case", &signed.replace("%2F", "%2f").replace("%2B", "%2b"));
    put("attack-algorithm", &signed.replace("rsa-sha256", "rsa-sha1"));
    put("attack-another-encoding", &format!("{plain}&SAMLEncoding=urn%3Agzip"));
    put(
        "attack-extra-parameters",
        &format!("spEntityID=fuzz.example&{plain}&&=&flag&lang=de"),
    );
    put(
        "initiated",
        "spEntityID=fuzz.example&acs=https%3A%2F%2Ffuzz.example%2Fsaml%2Facs&RelayState=x",
    );
    put("initiated-logout", "spEntityID=fuzz.example&slo=true");
    put("attack-initiated-nul", "spEntityID=fuzz%00.example&RelayState=%00");
    let mut bomb = DeflateEncoder::new(Vec::new(), Compression::best());
    for _ in 0..32 {
        bomb.write_all(&[b' '; 65_536]).unwrap();
    }
    let text = STANDARD.encode(bomb.finish().unwrap()).replace('+', "%2B");
    put("attack-bomb", &format!("SAMLRequest={text}"));
}
