//! What an attacker makes of XML itself: T11, documents that pull others in, and T18, documents that two parsers read
//! differently. Nothing is fetched, and whatever is ambiguous is refused.

use super::support::{BOTH, Kind, Target, Trap, accepted, at_the_end, cut, id_of, stranger, swap};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn t11_document_types_and_entities(app: &TestApp) {
    let target = Target::signed(app).await;
    let trap = Trap::set();
    let url = trap.url();
    let mut laughs = String::from("<!DOCTYPE x [<!ENTITY l0 \"ha\">");
    for level in 1..10 {
        laughs.push_str(&format!(
            "<!ENTITY l{level} \"{}\">",
            format!("&l{};", level - 1).repeat(10)
        ));
    }
    laughs.push_str("]>");
    for kind in BOTH {
        target.control(kind).await;
        for doctype in [
            "<!DOCTYPE samlp:AuthnRequest>",
            &format!("<!DOCTYPE x SYSTEM \"{url}\">"),
            &format!("<!DOCTYPE x PUBLIC \"-//X\" \"{url}\">"),
            &format!("<!DOCTYPE x [<!ENTITY x SYSTEM \"{url}\">]>"),
            "<!DOCTYPE x [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
            &format!("<!DOCTYPE x [<!ENTITY % p SYSTEM \"{url}\"> %p;]>"),
            "<!DOCTYPE x [<!ATTLIST samlp:AuthnRequest ForceAuthn CDATA \"true\">]>",
            &format!("<?xml version=\"1.0\"?>\n<!DOCTYPE x SYSTEM \"{url}\">"),
            &laughs,
        ] {
            let attack = |xml: &str| format!("{doctype}{}", swap(xml, "wiki.example</", "&x;&l9;</"));
            target.refused(kind, "decoding", "document type", attack).await;
            let unused = |xml: &str| format!("{doctype}{xml}");
            target.refused(kind, "decoding", "document type", unused).await;
        }
        let lower = |xml: &str| format!("<!doctype x SYSTEM \"{url}\">{xml}");
        target.refused(kind, "decoding", "not well-formed", lower).await;
        let behind = |xml: &str| format!("{xml}<!DOCTYPE x SYSTEM \"{url}\">");
        target.refused(kind, "decoding", "document type", behind).await;
    }
    trap.assert_untouched();
}

async fn t11_inclusions_and_style_sheets(app: &TestApp) {
    let target = Target::signed(app).await;
    let open = Target::unsigned(app).await;
    let trap = Trap::set();
    let url = trap.url();
    for kind in BOTH {
        target.control(kind).await;
        for href in [url.as_str(), "file:///etc/passwd", ""] {
            let include =
                format!("<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"{href}\" parse=\"text\"/>");
            let attack = |xml: &str| at_the_end(xml, &include);
            target.refused(kind, "decoding", "included", attack).await;
            let in_key_info = |xml: &str| swap(xml, "<ds:KeyInfo>", &format!("<ds:KeyInfo>{include}"));
            target.refused(kind, "decoding", "included", in_key_info).await;
        }
        let style = |xml: &str| format!("<?xml-stylesheet type=\"text/xsl\" href=\"{url}\"?>{xml}");
        target.refused(kind, "decoding", "processing instruction", style).await;
        // A schema's address is a hint nobody takes.
        open.control(kind).await;
        let hint = format!(
            " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:x {url}\" ID=\""
        );
        accepted(kind, &open.post(swap(&open.xml(kind), " ID=\"", &hint)).await);
    }
    trap.assert_untouched();
}

async fn t11_transforms_and_references(app: &TestApp) {
    let target = Target::signed(app).await;
    let trap = Trap::set();
    let url = trap.url();
    let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    let exclusive = "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>";
    let style = format!(
        "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"><xsl:stylesheet version=\"1.0\" \
         xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"><xsl:template match=\"/\"><xsl:copy-of \
         select=\"document('{url}')\"/></xsl:template></xsl:stylesheet></ds:Transform>"
    );
    let path = "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>1=0</ds:XPath></ds:Transform>";
    for kind in BOTH {
        target.control(kind).await;
        for transform in [style.as_str(), path] {
            let instead = |xml: &str| swap(xml, exclusive, transform);
            target.refused(kind, "signature", "transform", instead).await;
            let besides = |xml: &str| swap(xml, exclusive, &format!("{exclusive}{transform}"));
            target
                .refused(kind, "signature", "exactly two transforms", besides)
                .await;
        }
        for algorithm in [
            "http://www.w3.org/2002/06/xmldsig-filter2",
            "http://www.w3.org/2000/09/xmldsig#base64",
            "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
            "",
        ] {
            let attack = |xml: &str| {
                swap(
                    xml,
                    &format!("<ds:Transform Algorithm=\"{enveloped}\""),
                    &format!("<ds:Transform Algorithm=\"{algorithm}\""),
                )
            };
            target.refused(kind, "signature", "transform", attack).await;
        }
        let comments = |xml: &str| xml.replace("xml-exc-c14n#\"", "xml-exc-c14n#WithComments\"");
        target.refused(kind, "signature", "transform", comments).await;
        for uri in [url.as_str(), "file:///etc/passwd", "ftp://127.0.0.1/x"] {
            let own = |xml: &str| swap(xml, &format!("URI=\"#{}\"", id_of(xml)), &format!("URI=\"{uri}\""));
            target.refused(kind, "signature", "does not cover", own).await;
            let more = |xml: &str| {
                let reference = cut(xml, "<ds:Reference", "</ds:Reference>");
                let other = swap(reference, &format!("#{}", id_of(xml)), uri);
                swap(xml, reference, &format!("{reference}{other}"))
            };
            target.refused(kind, "signature", "exactly one reference", more).await;
        }
    }
    trap.assert_untouched();
}

/// Whoever signs may say where the key is to be had. Nobody goes there, and it changes nothing.
async fn t11_retrieval_methods_are_not_followed(app: &TestApp) {
    let target = Target::signed(app).await;
    let stranger = stranger();
    let trap = Trap::set();
    let url = trap.url();
    let key_infos = [
        format!(
            "<ds:KeyInfo><ds:RetrievalMethod URI=\"{url}\" Type=\"http://www.w3.org/2000/09/xmldsig#rawX509Certificate\"/></ds:KeyInfo>"
        ),
        format!(
            "<ds:KeyInfo><ds11:KeyInfoReference xmlns:ds11=\"http://www.w3.org/2009/xmldsig11#\" URI=\"{url}\"/></ds:KeyInfo>"
        ),
        format!("<ds:KeyInfo><ds:KeyName>{url}</ds:KeyName></ds:KeyInfo>"),
    ];
    for kind in BOTH {
        target.control(kind).await;
        for key_info in &key_infos {
            let with = |xml: &str| swap(xml, cut(xml, "<ds:KeyInfo>", "</ds:KeyInfo>"), key_info);
            let attack = |_: &str| with(&target.xml_by(kind, Some(&stranger)));
            target.refused(kind, "signature", "does not match", attack).await;
            accepted(kind, &target.post(with(&target.xml(kind))).await);
        }
    }
    trap.assert_untouched();
}

async fn t18_encodings(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let wide = |bytes: fn(u16) -> [u8; 2], mark: &'static str| {
            move |xml: &str| -> Vec<u8> { format!("{mark}{xml}").encode_utf16().flat_map(bytes).collect() }
        };
        target
            .refused(kind, "decoding", "not valid UTF-8", wide(u16::to_le_bytes, "\u{feff}"))
            .await;
        target
            .refused(kind, "decoding", "not valid UTF-8", wide(u16::to_be_bytes, "\u{feff}"))
            .await;
        // Without its mark UTF-16 of ASCII is UTF-8 with NULs in it.
        target
            .refused(kind, "decoding", "not well-formed", wide(u16::to_le_bytes, ""))
            .await;
        target
            .refused(kind, "decoding", "not well-formed", wide(u16::to_be_bytes, ""))
            .await;
        for declared in ["UTF-16", "UTF-7", "ISO-8859-1", "windows-1252", "EBCDIC-US", "x"] {
            let lie = |xml: &str| format!("<?xml version=\"1.0\" encoding=\"{declared}\"?>{xml}");
            target.refused(kind, "decoding", "encoding", lie).await;
        }
        for version in ["1.1", "2.0", ""] {
            let other = |xml: &str| format!("<?xml version=\"{version}\"?>{xml}");
            target.refused(kind, "decoding", "", other).await;
        }
        for (piece, words) in [
            (b"\xc0\xbc".as_slice(), "not valid UTF-8"),
            (b"\xe0\x80\xbc", "not valid UTF-8"),
            (b"\xed\xa0\x80", "not valid UTF-8"),
            (b"\xf4\x90\x80\x80", "not valid UTF-8"),
            (b"\xff", "not valid UTF-8"),
            (b"\x00", "not well-formed"),
            (b"\x01", "not well-formed"),
            (b"\xef\xbf\xbf", "not well-formed"),
            (b"&#0;", "not well-formed"),
            (b"&#1;", "not well-formed"),
            (b"&#xD800;", "not well-formed"),
            (b"&#xFFFF;", "not well-formed"),
            (b"&#x110000;", "not well-formed"),
            (b"&#xFFFFFFFFFF;", "not well-formed"),
            (b"&nbsp;", "not well-formed"),
            (b"]]>", "not well-formed"),
        ] {
            let attack = |xml: &str| {
                let at = xml.find("example</").unwrap();
                [&xml.as_bytes()[..at], piece, &xml.as_bytes()[at..]].concat()
            };
            target.refused(kind, "decoding", words, attack).await;
        }
        // What may stand in front of a document changes nothing.
        for head in [
            "\u{feff}",
            "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n",
            "\u{feff}<?xml version=\"1.0\"?>",
        ] {
            accepted(kind, &target.post(format!("{head}{}", target.xml(kind))).await);
        }
    }
}

async fn t18_ambiguous_documents(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        type Attack = fn(&str) -> String;
        let attacks: [(&str, Attack); 14] = [
            ("not well-formed", |xml| {
                swap(xml, " Version=\"2.0\"", " Version=\"2.0\" Version=\"2.0\"")
            }),
            ("not well-formed", |xml| swap(xml, " ID=\"", " ID=\"_x\" ID=\"")),
            ("not well-formed", |xml| {
                swap(
                    xml,
                    " ID=\"",
                    " xmlns:a=\"urn:a\" xmlns:b=\"urn:a\" a:x=\"1\" b:x=\"2\" ID=\"",
                )
            }),
            ("not well-formed", |xml| swap(xml, "xmlns:samlp=", "xmlns:saml2p=")),
            ("not well-formed", |xml| format!("{xml}{xml}")),
            ("not well-formed", |xml| format!("{xml}x")),
            ("not well-formed", |xml| format!("x{xml}")),
            ("not well-formed", |xml| format!(" <?xml version=\"1.0\"?>{xml}")),
            ("processing instruction", |xml| format!("{xml}<?x?>")),
            ("comment", |xml| format!("{xml}<!-- -->")),
            ("not well-formed", |xml| swap(xml, "<saml:Issuer", "<saml:issuer")),
            ("not well-formed", |xml| {
                swap(xml, " ID=\"", " xmlns:xml=\"urn:x\" ID=\"")
            }),
            ("not well-formed", |xml| {
                swap(xml, " ID=\"", " xmlns:xmlns=\"urn:x\" ID=\"")
            }),
            ("not well-formed", |xml| {
                xml.replace("ID=\"", "ID=").replacen("\" Version", " Version", 1)
            }),
        ];
        for (words, attack) in attacks {
            target.refused(kind, "decoding", words, attack).await;
        }
        let issuers = "</saml:Issuer><saml:Issuer>evil.example</saml:Issuer>";
        target
            .refused(kind, "decoding", "given twice", |xml| {
                swap(xml, "</saml:Issuer>", issuers)
            })
            .await;
    }
}

/// The same element twice: which of the two is meant nobody can know, not even where no signature tells.
async fn t18_elements_given_twice(app: &TestApp) {
    let target = Target::unsigned(app).await;
    target.control(Kind::SignIn).await;
    target.control(Kind::Logout).await;
    for (kind, element, more) in [
        (Kind::SignIn, "<saml:Issuer", "<saml:Issuer>evil.example</saml:Issuer>"),
        (Kind::Logout, "<saml:Issuer", "<saml:Issuer>evil.example</saml:Issuer>"),
        (Kind::Logout, "<saml:NameID", "<saml:NameID>jane</saml:NameID>"),
    ] {
        for before in [true, false] {
            let attack = |xml: &str| {
                let end = format!("</{}>", &element[1..]);
                let own = cut(xml, element, &end);
                let pair = if before {
                    format!("{more}{own}")
                } else {
                    format!("{own}{more}")
                };
                // The second declares its namespace by itself.
                let pair = pair.replace(
                    more,
                    &swap(more, ">", " xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">"),
                );
                swap(xml, own, &pair)
            };
            target.refused(kind, "decoding", "given twice", attack).await;
        }
    }
}

on_both_stores!(
    t11_document_types_and_entities,
    t11_inclusions_and_style_sheets,
    t11_transforms_and_references,
    t11_retrieval_methods_are_not_followed,
    t18_encodings,
    t18_ambiguous_documents,
    t18_elements_given_twice,
);
