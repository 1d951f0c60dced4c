//! T12: what is too big, too deep or too many is refused in little time and little memory.
//!
//! The bounds are generous, since the tests run without optimization and beside other work. Without the limits each of
//! these messages takes minutes or gigabytes.

use std::time::{Duration, Instant};

use flate2::{Compress, Compression, FlushCompress};

use super::redirect::encoded;
use super::support::{BOTH, Kind, Target, at_the_end, cut, signature_of, swap};
use crate::browser::Answer;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

const QUICK: Duration = Duration::from_secs(10);
/// What the process may grow by, in KiB: for what is not even read, and for what is read within the limits.
const TINY: u64 = 16 * 1024;
const SMALL: u64 = 128 * 1024;

/// The most memory this process has had, in KiB; 0 where the system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}

/// By POST; `words` say which limit it was.
async fn bounded(target: &Target<'_>, kind: Kind, words: &str, attack: impl FnOnce(&str) -> String) {
    let xml = attack(&target.xml(kind));
    let (before, rows, start) = (peak(), target.rows().await, Instant::now());
    let answer = target.post(&xml).await;
    within(start, before, SMALL);
    target.judge(kind, "decoding", words, &rows, &answer, &xml).await;
}

fn within(start: Instant, before: u64, most: u64) {
    let grown = peak().saturating_sub(before);
    assert!(start.elapsed() < QUICK, "took {:?}", start.elapsed());
    assert!(grown < most, "took {grown} KiB");
}

/// Zeros without end, packed a thousand to one: a chunk that leaves the compressor in its first state, many times over.
fn bomb(megabytes: usize) -> Vec<u8> {
    let mut compress = Compress::new(Compression::best(), false);
    let mut chunk = Vec::with_capacity(64 * 1024);
    compress
        .compress_vec(&[b' '; 1 << 20], &mut chunk, FlushCompress::Full)
        .unwrap();
    assert_eq!(compress.total_in(), 1 << 20);
    chunk.repeat(megabytes)
}

async fn t12_a_deflate_bomb(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        // As much as a request line can carry; it takes no more than 64 KiB.
        let query = format!("SAMLRequest={}", encoded(&bomb(40)));
        assert!((40_000..65_000).contains(&query.len()), "{}", query.len());
        let (before, rows, start) = (peak(), target.rows().await, Instant::now());
        let answer: Answer = target.get(&query).await;
        within(start, before, TINY);
        let words = "larger than";
        target.judge(kind, "decoding", words, &rows, &answer, "a bomb").await;
    }
}

async fn t12_much_base64(app: &TestApp) {
    let target = Target::signed(app).await;
    target.control(Kind::SignIn).await;
    for (text, words) in [
        ("QUJD".repeat(220_000), "larger than"),
        (" ".repeat(900_000), "larger than"),
        ("A".repeat(900_000), "larger than"),
        // Three octets each in a form, so that no more of them get past the body's own limit.
        ("=".repeat(340_000), ""),
    ] {
        let (before, rows, start) = (peak(), target.rows().await, Instant::now());
        let form = [("SAMLRequest".to_owned(), text)];
        let answer = target.post_form(&form).await;
        within(start, before, SMALL);
        target
            .judge(Kind::SignIn, "decoding", words, &rows, &answer, "much Base64")
            .await;
    }
}

async fn t12_long_deep_and_many(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        bounded(&target, kind, "longer than", |xml| {
            at_the_end(xml, &" ".repeat(257 * 1024))
        })
        .await;
        for depth in [40, 5_000, 30_000] {
            let nested = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
            let words = if depth > 10_000 { "elements" } else { "deep" };
            bounded(&target, kind, words, |xml| at_the_end(xml, &nested)).await;
        }
        // Never closed, so that only counting helps.
        bounded(&target, kind, "", |xml| at_the_end(xml, &"<a>".repeat(60_000))).await;
        let attributes = |count: usize| (0..count).map(|n| format!(" a{n}=\"\"")).collect::<String>();
        let on_one = |xml: &str, count| swap(xml, " ID=\"", &format!("{} ID=\"", attributes(count)));
        bounded(&target, kind, "attributes", |xml| on_one(xml, 300)).await;
        bounded(&target, kind, "attributes", |xml| on_one(xml, 20_000)).await;
        bounded(&target, kind, "larger than", |xml| on_one(xml, 60_000)).await;
        bounded(&target, kind, "elements or attributes", |xml| {
            at_the_end(xml, &format!("<a{}/>", attributes(100)).repeat(150))
        })
        .await;
        bounded(&target, kind, "elements or attributes", |xml| {
            at_the_end(xml, &"<a/>".repeat(21_000))
        })
        .await;
        let nested: String = (0..25)
            .map(|level| {
                let names: String = (0..100).map(|n| format!(" xmlns:p{level}x{n}=\"u:{n}\"")).collect();
                format!("<a{names}>")
            })
            .collect();
        let namespaces = format!("{nested}{}", "</a>".repeat(25));
        bounded(&target, kind, "namespaces", |xml| at_the_end(xml, &namespaces)).await;
        // A long name is read, and then the signature is not over it.
        let (before, start) = (peak(), Instant::now());
        target
            .refused(kind, "signature", "does not match", |xml| {
                swap(xml, " ID=\"", &format!(" {}=\"\" ID=\"", "a".repeat(200_000)))
            })
            .await;
        within(start, before, SMALL);
    }
}

/// A signature is checked for its form before anything is computed.
async fn t12_many_references_and_signatures(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        for (start, end, count, words) in [
            ("<ds:Reference", "</ds:Reference>", 400, "exactly one reference"),
            ("<ds:Transform ", "</ds:Transform>", 1_000, "exactly two transforms"),
            ("<ds:Signature ", "</ds:Signature>", 90, "stands where SAML has none"),
        ] {
            let xml = target.xml(kind);
            let part = cut(&xml, start, end);
            let many = swap(&xml, part, &part.repeat(count));
            let (before, rows, begun) = (peak(), target.rows().await, Instant::now());
            let answer = target.post(&many).await;
            within(begun, before, SMALL);
            target.judge(kind, "signature", words, &rows, &answer, &many).await;
        }
        // As long a list of prefixes as fits, on a message that is otherwise good.
        let prefixes: String = (0..20_000).map(|n| format!("p{n} ")).collect();
        let listed = format!(
            "xml-exc-c14n#\"><c:InclusiveNamespaces xmlns:c=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"{prefixes}\"/></ds:CanonicalizationMethod>"
        );
        let xml = target.xml(kind);
        let forged = swap(
            &xml,
            signature_of(&xml),
            &swap(
                signature_of(&xml),
                "xml-exc-c14n#\"></ds:CanonicalizationMethod>",
                &listed,
            ),
        );
        let (before, rows, begun) = (peak(), target.rows().await, Instant::now());
        let answer = target.post(&forged).await;
        within(begun, before, SMALL);
        target
            .judge(kind, "signature", "does not match", &rows, &answer, &forged)
            .await;
    }
}

/// Long values in a message that is otherwise good.
async fn t12_long_values(app: &TestApp) {
    let target = Target::unsigned(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let long = "x".repeat(100_000);
        bounded(&target, kind, "longer than 256 characters", |xml| {
            swap(xml, " ID=\"", &format!(" ID=\"_{long}"))
        })
        .await;
        for (check, from) in [("destination", " Destination=\""), ("issuer", "plain.example</")] {
            let xml = swap(
                &target.xml(kind),
                from,
                &format!("{from}{long}").replace(&format!("</{long}"), &format!("{long}</")),
            );
            let (before, rows, begun) = (peak(), target.rows().await, Instant::now());
            let answer = target.post(&xml).await;
            within(begun, before, SMALL);
            target.judge(kind, check, "xxxx", &rows, &answer, &xml).await;
        }
    }
    let long = "x".repeat(200_000);
    let policy = format!("<samlp:NameIDPolicy Format=\"{long}\"/>");
    let class = |class: &str| format!("<saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef>");
    let context = |classes: &str| format!("<samlp:RequestedAuthnContext>{classes}</samlp:RequestedAuthnContext>");
    let subject = format!("<saml:Subject><saml:NameID>{long}</saml:NameID></saml:Subject>");
    for (words, piece) in [
        ("NameIDPolicy's Format is longer", policy),
        ("NameID is longer", subject),
        ("RequestedAuthnContext is longer", context(&class(&long))),
        ("more than 20 classes", context(&class("urn:x").repeat(1_000))),
    ] {
        bounded(&target, Kind::SignIn, words, |xml| at_the_end(xml, &piece)).await;
    }
    let index = format!("<samlp:SessionIndex>{long}</samlp:SessionIndex>");
    bounded(&target, Kind::Logout, "SessionIndex is longer", |xml| {
        at_the_end(xml, &index)
    })
    .await;
    bounded(&target, Kind::Logout, "NameID is longer", |xml| {
        swap(xml, "</saml:NameID>", &format!("{long}</saml:NameID>"))
    })
    .await;
    let many = "<samlp:SessionIndex>_x</samlp:SessionIndex>".repeat(5_000);
    bounded(&target, Kind::Logout, "more than 50 sessions", |xml| {
        at_the_end(xml, &many)
    })
    .await;
}

on_both_stores!(
    t12_a_deflate_bomb,
    t12_much_base64,
    t12_long_deep_and_many,
    t12_many_references_and_signatures,
    t12_long_values,
);
