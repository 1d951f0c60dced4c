//! Vendors' examples, pasted.

use sms::curl::{CurlError, import};
use sms::{Method, NumberFormat, Settings, compile};

use crate::support::{NUMBER, TEXT, json, query, render};

fn settings(command: &str) -> Settings {
    let settings = import(command)
        .unwrap_or_else(|error| panic!("{command}: {error}"))
        .settings;
    assert_eq!(compile(&settings).problems, [], "{command}");
    settings
}

#[test]
fn a_json_example() {
    let settings = settings(
        "curl -i -X POST \\\n  https://us.sms.api.example.com/xms/v1/plan/batches \\ \n  -H 'Authorization: Bearer <TOKEN>' \\\r\n  \
         -H \"Content-Type: application/json\" \\\n  -d '{\n  \"from\": \"15550001111\",\n  \"to\": [\"15552223333\"],\n  \
         \"body\": \"Hi there! It'\\''s me\"\n}'",
    );
    assert_eq!(settings.method, Method::Post);
    assert_eq!(
        settings.headers,
        "Authorization: Bearer <TOKEN>\nContent-Type: application/json"
    );
    assert_eq!(settings.number_format, NumberFormat::WithoutPlus);
    let body = json(&render(&settings));
    assert_eq!(
        (&body["to"][0], &body["body"], &body["from"]),
        (&NUMBER.into(), &TEXT.into(), &"15550001111".into())
    );
}

#[test]
fn a_form_example_with_variables() {
    let import = import(
        "$ curl -X POST \"https://api.example.com/2010-04-01/Accounts/$TWILIO_ACCOUNT_SID/Messages.json\" \\\n\
         --data-urlencode \"Body=Hello & welcome\" \\\n--data-urlencode 'From=+15005550006' \\\n\
         --data-urlencode \"To=+15558675310\" \\\n-u ${TWILIO_ACCOUNT_SID}:$TWILIO_AUTH_TOKEN | jq .",
    )
    .unwrap();
    let settings = import.settings;
    assert_eq!(
        settings.url,
        "https://api.example.com/2010-04-01/Accounts/{{secret:twilio_account_sid}}/Messages.json"
    );
    assert_eq!(settings.headers, "Authorization: Basic {{secret:basic_credentials}}");
    assert_eq!(settings.payload, "Body=&msg&From=%2B15005550006&To=&num");
    assert_eq!(settings.number_format, NumberFormat::E164);
    assert!(
        import
            .notes
            .iter()
            .any(|note| note.message.contains("basic_credentials"))
    );
}

#[test]
fn queries_bare_numbers_and_flags() {
    let by_get = settings("curl 'https://rest.example.com/sms/json?api_key=k&to=447700900000&text=A+text&from=Acme'");
    assert_eq!(by_get.method, Method::Get);
    let fields = query(&render(&by_get));
    assert_eq!(
        (fields["to"].as_str(), fields["text"].as_str(), fields["from"].as_str()),
        (NUMBER, TEXT, "Acme")
    );

    let unquoted = settings("curl https://rest.example.com/sms?to=%2B447700900000&text=Hi");
    assert_eq!(unquoted.url, "https://rest.example.com/sms?to=&num&text=&msg");
    assert_eq!(unquoted.number_format, NumberFormat::E164);

    let get = settings("curl -sSG rest.example.com/sms -d to=0771234567 --data 'message=Hi you'");
    assert_eq!(get.url, "https://rest.example.com/sms?to=&num&message=&msg");
    assert_eq!((get.method, get.number_format), (Method::Get, NumberFormat::National));

    let json =
        settings(r#"curl --json '{"recipients": [{"msisdn": 4512345678}], "message": "Hi"}' https://a.example/rest"#);
    assert_eq!(
        json.payload,
        r#"{"recipients": [{"msisdn": "&num"}], "message": "&msg"}"#
    );
    assert_eq!(json.headers, "Content-Type: application/json\nAccept: application/json");

    let put = settings("/usr/bin/curl -XPUT -u user:pass -kLd 'number=00447700900000&text=x' 'https://a.example/'");
    assert_eq!(put.method, Method::Put);
    assert_eq!(put.headers, "Authorization: Basic dXNlcjpwYXNz");
    assert_eq!(put.payload, "number=00&num&text=&msg");
}

#[test]
fn quotes_as_a_shell_reads_them() {
    for (command, payload) in [
        (r#"curl https://a.example -d "a=\"b\" \$x \z""#, r#"a="b" $x \z"#),
        (r"curl https://a.example -d 'a=\n'", r"a=\n"),
        (r"curl https://a.example -d $'a=\x41\u00e9\'b'", "a=Aé'b"),
        (r"curl https://a.example -d a=b\ c'd'", "a=b cd"),
        (r#"curl https://a.example -d "to=$ctx.num" -d x=$5"#, "to=$ctx.num&x=$5"),
        ("curl https://a.example ^\r\n -d \"a=1\" ^\r\n --data-raw @b", "a=1&@b"),
    ] {
        assert_eq!(import(command).unwrap().settings.payload, payload, "{command}");
    }
}

#[test]
fn fields_and_all_the_stand_ins() {
    for (value, want) in [
        ("<RECIPIENT_NUMBER>", Some("&num")),
        ("{{mobile}}", Some("&num")),
        ("$RECIPIENT", Some("&num")),
        ("your_recipient_number", Some("&num")),
        ("+YOUR_NUMBER", Some("+&num")),
        ("44XXXXXXXXXX", Some("&num")),
        ("(555) 123-4567", Some("&num")),
        ("everyone", None),
        ("12", None),
    ] {
        let found = import(&format!("curl https://a.example --json '{{\"to\":\"{value}\"}}'"))
            .unwrap()
            .settings;
        let want = want.unwrap_or(value);
        assert_eq!(found.payload, format!("{{\"to\":\"{want}\"}}"));
    }
}

#[test]
fn what_is_dropped_or_missing_is_said() {
    let import = import(
        "curl -k --frobnicate 5 -H 'Host: a' -H 'Accept-Encoding: gzip' -H 'X-Keep: 1, Y: 2' https://a.example/x https://b.example",
    )
    .unwrap();
    assert_eq!(sms::headers::parse(&import.settings.headers).0.len(), 1);
    for part in [
        "-k",
        "--frobnicate",
        "Host",
        "Accept-Encoding",
        "more than one URL",
        "Put &num",
        "Put &msg",
    ] {
        assert!(import.notes.iter().any(|note| note.message.contains(part)), "{part}");
    }
}

#[test]
fn what_cannot_be_said_is_refused() {
    for (command, error) in [
        ("", CurlError::NotCurl),
        ("wget https://a.example", CurlError::NotCurl),
        ("curl", CurlError::NoUrl),
        ("curl 'https://a.example", CurlError::OpenQuote),
        ("curl \"https://a.example\\", CurlError::OpenQuote),
        ("curl https://a.example -H", CurlError::MissingValue("H".to_owned())),
        (
            "curl https://a.example --data",
            CurlError::MissingValue("data".to_owned()),
        ),
        (
            "curl -X DELETE https://a.example",
            CurlError::Method("DELETE".to_owned()),
        ),
        ("curl -I https://a.example", CurlError::Method("HEAD".to_owned())),
        ("curl -F to=1 https://a.example", CurlError::Multipart),
        ("curl -d @body.json https://a.example", CurlError::File),
        ("curl --data-urlencode text@msg.txt https://a.example", CurlError::File),
    ] {
        match import(command) {
            Err(found) => assert_eq!(found, error, "{command}"),
            Ok(_) => panic!("{command} was imported"),
        }
    }
    assert_eq!(import(&"curl ".repeat(30_000)).err(), Some(CurlError::TooLong));
}

#[test]
fn the_form_of_data_urlencode() {
    for (argument, payload) in [
        ("a b&c", "a%20b%26c"),
        ("=a b", "a%20b"),
        ("n=a=b", "n=a%3Db"),
        ("n=a@b", "n=a%40b"),
    ] {
        let found = import(&format!("curl https://a.example --data-urlencode '{argument}'"))
            .unwrap()
            .settings;
        assert_eq!(found.payload, payload);
    }
    let found = import("curl https://a.example --data-urlencode \"text=$TEXT now\" -d 'to=+44 7700 900000'").unwrap();
    assert_eq!(found.settings.payload, "text=&msg&to=&num");
    let found = import("curl https://a.example -d \"to=$TO&from=$FROM\" -d \"dst=+$TO\"").unwrap();
    assert_eq!(found.settings.payload, "to=&num&from={{secret:from}}&dst=+&num");
}
