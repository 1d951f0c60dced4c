use ::sms::NumberFormat;
use domain::phone::{E164, NumberKind};

use super::{country_of, in_format, kind_of, parse_mobile};

fn parsed(text: &str, home: Option<&str>) -> Result<String, String> {
    parse_mobile(text, home).map(|number| number.as_str().to_owned())
}

fn refusal(text: &str, home: Option<&str>) -> String {
    parsed(text, home).expect_err(text)
}

#[test]
fn international_numbers_are_read_however_they_are_written() {
    for text in [
        "+94771234567",
        " +94 77 123 4567 ",
        "+94-77-123-4567",
        "+94 (77) 123.4567",
        "+94 (0)77 123 4567",
        "+94 077 123 4567",
        "\u{FF0B}94 77 123 4567",
        "+\u{0669}\u{0664}\u{0667}\u{0667}\u{0661}\u{0662}\u{0663}\u{0664}\u{0665}\u{0666}\u{0667}",
        "\u{202A}+94\u{00A0}77\u{2011}123\u{2011}4567\u{202C}",
    ] {
        for home in [None, Some("LK"), Some("DE")] {
            assert_eq!(
                parsed(text, home).as_deref(),
                Ok("+94771234567"),
                "{text:?} with {home:?}"
            );
        }
    }
}

#[test]
fn local_numbers_need_a_default_country() {
    for text in [
        "077 123 4567",
        "0771234567",
        "(077) 123-4567",
        "771234567",
        "94771234567",
        "0094 77 123 4567",
    ] {
        assert_eq!(parsed(text, Some("LK")).as_deref(), Ok("+94771234567"), "{text}");
        assert_eq!(parsed(text, Some("lk")).as_deref(), Ok("+94771234567"), "{text}");
        for none in [None, Some("XX"), Some("")] {
            assert!(refusal(text, none).contains("with + and the country code"), "{text}");
        }
    }
    assert_eq!(
        parsed("011 15 2345-6789", Some("AR")).as_deref(),
        Ok("+5491123456789"),
        "the plan's own rewriting"
    );
}

#[test]
fn what_cannot_be_a_mobile_number_is_refused_with_the_reason() {
    for (text, reason) in [
        ("+1 800 723 3456", "toll-free"),
        ("+49 30 901820", "fixed line"),
        ("+94 11 234 5678", "fixed line"),
        ("+39 0323 123456", "fixed line"),
        ("+44 900 123 4567", "premium-rate"),
        ("+44 56 1234 5678", "VoIP"),
        ("+49 180 1234567", "shared-cost"),
        ("+44 76 4012 3456", "pager"),
        ("+44 70 1234 5678", "personal number"),
        ("+999 123456", "No country code"),
        ("+0 77 123 4567", "No country code"),
        ("+94 77 123", "too short: after +94 come 9 digits, not 5"),
        ("+94 77 123 4567 89", "too long"),
        ("+1 102 555 0123", "no such number under +1"),
        ("+", "digits"),
        ("", "digits"),
        ("  ", "digits"),
        ("call me", "Remove"),
        ("+94 77 FLOWERS", "Remove"),
        ("+94 77 123 4567 ext. 9", "Remove"),
        ("+94+771234567", "Remove"),
        ("77\u{0}1234567", "control character"),
        ("tel:+94771234567", "Remove"),
        ("<b>0771234567</b>", "Remove"),
    ] {
        for home in [None, Some("LK")] {
            let why = refusal(text, home);
            assert!(why.contains(reason), "{text:?}: {why}");
        }
    }
    assert!(refusal(&"7".repeat(2000), Some("LK")).contains("too long"));
    assert!(refusal("112", Some("LK")).contains("too short"));
}

#[test]
fn numbers_that_may_be_mobile_are_taken() {
    for text in [
        "+12025550123",
        "+447700900123",
        "+4915112345678",
        "+393231234567",
        "+881612345678",
        "+16137827274",
    ] {
        assert_eq!(parsed(text, None).as_deref(), Ok(text));
    }
    // A range the plan has in general but knows no kind for.
    assert_eq!(parsed("+15551234567", None).as_deref(), Ok("+15551234567"));
}

#[test]
fn the_country_is_the_numbers_own_and_not_the_codes() {
    for (number, country) in [
        ("+94771234567", Some("LK")),
        ("+12025550123", Some("US")),
        ("+16137827274", Some("CA")),
        ("+18763271234", Some("JM")),
        ("+447700900123", Some("GB")),
        ("+447797712345", Some("JE")),
        ("+79161234567", Some("RU")),
        ("+77011234567", Some("KZ")),
        ("+393231234567", Some("IT")),
        ("+15551234567", Some("US")),
        ("+18681234567", Some("TT")),
        ("+881612345678", None),
        ("+9991234567", None),
    ] {
        assert_eq!(country_of(&E164::new(number).unwrap()).as_deref(), country, "{number}");
    }
}

#[test]
fn providers_get_the_number_as_they_want_it() {
    let number = |text| E164::new(text).unwrap();
    assert_eq!(in_format(&number("+94771234567"), NumberFormat::E164), "+94771234567");
    assert_eq!(
        in_format(&number("+94771234567"), NumberFormat::WithoutPlus),
        "94771234567"
    );
    for (international, national) in [
        ("+94771234567", "0771234567"),
        ("+12025550123", "2025550123"),
        ("+447700900123", "07700900123"),
        ("+393231234567", "3231234567"),
    ] {
        assert_eq!(in_format(&number(international), NumberFormat::National), national);
    }
}

#[test]
fn the_plan_tells_the_kind_or_says_that_it_does_not() {
    for (number, kind) in [
        ("+94771234567", NumberKind::Mobile),
        ("+94112345678", NumberKind::Fixed),
        ("+445612345678", NumberKind::Voip),
        // North America has one range for both; nobody has the second.
        ("+12125550123", NumberKind::Unknown),
        ("+999123456789", NumberKind::Unknown),
    ] {
        assert_eq!(kind_of(&E164::new(number).unwrap()), kind, "{number}");
        assert_eq!(NumberKind::from_name(kind.as_str()), Some(kind));
    }
}
