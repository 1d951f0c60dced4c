//! Finding a secret in bytes of any kind: as it is, and as it stands in an address, in JSON, in hexadecimal, in Base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Something that a run leaves behind.
pub struct Trace {
    pub place: String,
    pub bytes: Vec<u8>,
}

/// The places of the traces that hold `secret`, each once, in order.
pub fn holding<'a>(traces: &'a [Trace], secret: &str) -> Vec<&'a str> {
    let forms = forms(secret);
    let holds = |trace: &&Trace| forms.iter().any(|form| contains(&trace.bytes, form));
    let mut places: Vec<_> = traces.iter().filter(holds).map(|trace| trace.place.as_str()).collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn contains(bytes: &[u8], form: &[u8]) -> bool {
    let Some(first) = form.first() else { return false };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        if rest[at..].starts_with(form) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

fn forms(secret: &str) -> Vec<Vec<u8>> {
    let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        secret.to_owned(),
        percent.replace('+', "%20"),
        percent,
        hex.to_uppercase(),
        hex,
    ];
    // Where it begins within three bytes decides how Base64 writes it; the characters at its ends depend on what is beside.
    for before in 0..3 {
        let text = STANDARD.encode([&b"xxx"[..before], secret.as_bytes()].concat());
        let (begin, end) = ([0, 2, 3][before], (before + secret.len()) / 3 * 4);
        forms.extend(text.get(begin..end).filter(|inner| inner.len() >= 6).map(str::to_owned));
    }
    forms.into_iter().map(String::into_bytes).collect()
}

#[test]
fn what_is_planted_is_found_in_every_form() {
    let secret = "k-planted 7654321";
    let plant = |text: String| {
        let traces = [Trace {
            place: "here".into(),
            bytes: [&b"\x00\xff before "[..], text.as_bytes(), b" after\x80"].concat(),
        }];
        holding(&traces, secret).len()
    };
    for before in 0..6 {
        let text = format!("{}{secret} and more", "y".repeat(before));
        assert_eq!(plant(STANDARD.encode(&text)), 1, "Base64 from byte {before}");
        assert_eq!(plant(text.bytes().map(|byte| format!("{byte:02x}")).collect()), 1);
    }
    for text in [secret, "k-planted+7654321", "k-planted%207654321"] {
        assert_eq!(plant(text.to_owned()), 1, "{text}");
    }
    for text in ["k-planted 765432", "K-planted 7654321", ""] {
        assert_eq!(plant(text.to_owned()), 0, "{text}");
    }
}
