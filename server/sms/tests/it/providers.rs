//! The recipes of WSO2's documents, as they are printed there, and the look-alikes of placeholders.

use serde_json::json;
use sms::{Method, NumberFormat, Settings, Values, rendered_message};

use crate::support::{
    NUMBER, TEXT, body, form, get, header, json as parsed, notes, post, query, render, render_with, settings,
};

#[test]
fn nexmo_with_wso2s_placeholders_and_spaces() {
    let typed = get("https://rest.nexmo.com/sms/json?api_key=k&api_secret=s&from=NEXMO&to= $ctx.num &text= $ctx.msg");
    let request = render(&typed);
    assert_eq!(query(&request)["to"], NUMBER);
    assert_eq!(query(&request)["text"], TEXT);
    assert!(!request.target.contains("%20&") && !request.target.contains("=%20"));
    assert!(
        notes(&typed)
            .iter()
            .any(|note| note.starts_with("Spaces around a placeholder"))
    );
}

#[test]
fn clickatell_with_spaces_in_the_strings() {
    let headers = "X-Version: 1, Authorization: bearer t, Accept: application/json, Content-Type: application/json";
    let request = render(&post(headers, r#"{"text":" $ctx.msg ","to":[" $ctx.num "]}"#));
    assert_eq!(parsed(&request), json!({ "text": TEXT, "to": [NUMBER] }));
    assert_eq!(header(&request, "Content-Type"), Some("application/json"));
}

#[test]
fn plivo_with_the_space_before_content_type() {
    let request = render(&settings(
        Method::Post,
        "https://api.plivo.com/v1/Account/MAXX/Message/",
        "Authorization: Basic TUFYWDp0b2tlbg==, Content-Type: application/json",
        r#"{"src":"+94110000000","dst":"$ctx.num","text":"$ctx.msg"}"#,
    ));
    assert_eq!(
        parsed(&request),
        json!({ "src": "+94110000000", "dst": NUMBER, "text": TEXT })
    );
    assert_eq!(request.target, "/v1/Account/MAXX/Message/");
}

#[test]
fn bulksms_posts_in_the_url() {
    let request = render(&settings(
        Method::Post,
        "https://bulksms.vsms.net/eapi/submission/send_sms/2/2.0?username=u&password=p&message=$ctx.msg&msisdn=$ctx.num",
        "Content-Type: application/x-www-form-urlencoded",
        "",
    ));
    assert_eq!(query(&request)["msisdn"], NUMBER);
    assert_eq!(query(&request)["message"], TEXT);
    assert_eq!(request.body, None);
    assert_eq!(header(&request, "Content-Length"), Some("0"));
}

#[test]
fn twilio_by_form() {
    let typed = settings(
        Method::Post,
        "https://api.twilio.com/2010-04-01/Accounts/AC1/SMS/Messages.json",
        "Authorization: Basic QUMxOnRva2Vu",
        "Body=$ctx.msg&To=$ctx.num&From=%2B15005550006",
    );
    let request = render(&typed);
    let fields = form(body(&request));
    assert_eq!(fields["To"], NUMBER);
    assert_eq!(fields["Body"], TEXT);
    assert_eq!(fields["From"], "+15005550006");
    assert_eq!(
        header(&request, "Content-Type"),
        Some("application/x-www-form-urlencoded")
    );

    let raw = Settings {
        payload: "Body=$ctx.msg&To=$ctx.num&From=+15005550006".to_owned(),
        ..typed
    };
    assert!(
        notes(&raw).iter().any(|note| note.contains("%2B")),
        "the + of From would be a space"
    );
}

#[test]
fn a_form_may_be_written_on_lines() {
    let request = render(&post("", "to=&num\r\n&text=Code: &otp for you\r\n&from=A B\r\n"));
    let fields = form(body(&request));
    assert_eq!(fields["to"], NUMBER);
    assert_eq!(fields["text"], "Code: 314159 for you");
    assert_eq!(fields["from"], "A B");
}

#[test]
fn look_alikes_are_plain_parameters() {
    let request = render(&get(
        "https://sms.example.com/s?a=1&number=2&msgtype=text&num=5&otp_len=6&to=&num&t=&msg&num",
    ));
    let fields = query(&request);
    assert_eq!(fields["number"], "2");
    assert_eq!(fields["msgtype"], "text");
    assert_eq!(fields["num"], "5");
    assert_eq!(fields["otp_len"], "6");
    assert_eq!(fields["t"], format!("{TEXT}{NUMBER}"));
    let request = render(&post("", r#"{"a":"$ctx.number &num_1 $ctx.otp"}"#));
    assert_eq!(parsed(&request)["a"], "$ctx.number &num_1 314159");
}

#[test]
fn a_plus_stays_a_plus_in_every_place() {
    let request = render(&settings(
        Method::Put,
        "https://sms.example.com/to/&num/send?q=&num",
        "X-To: &num\nContent-Type: text/xml",
        "<m to='&num'><n>&num</n></m>",
    ));
    assert_eq!(request.target, "/to/%2B94771234567/send?q=%2B94771234567");
    assert_eq!(header(&request, "X-To"), Some(NUMBER));
    assert_eq!(body(&request), "<m to='+94771234567'><n>+94771234567</n></m>");
    assert_eq!(form(body(&render(&post("", "to=&num"))))["to"], NUMBER);
    assert_eq!(parsed(&render(&post("", r#"["&num"]"#)))[0], NUMBER);
    assert_eq!(
        body(&render(&post("Content-Type: text/plain", "to &num"))),
        "to +94771234567"
    );
}

#[test]
fn an_awkward_message_arrives_as_it_is() {
    let message = "He said \"&otp\"\n\\ $1 ${x} & <b> 'q' 😀 +1 %41 {{secret:x}} &num &msg";
    let want = rendered_message(message, "314159", 5);
    assert!(want.contains("&num &msg"), "a value is not searched for placeholders");
    let with = |settings: Settings| {
        render(&Settings {
            message: message.to_owned(),
            ..settings
        })
    };
    assert_eq!(
        query(&with(get("https://sms.example.com/?to=&num&text=&msg")))["text"],
        want
    );
    assert_eq!(form(body(&with(post("", "text=&msg"))))["text"], want);
    assert_eq!(parsed(&with(post("", r#"{"text":"&msg"}"#)))["text"], want.as_str());
    let xml = with(post("", "<a t=\"&msg\">&msg</a>"));
    assert!(body(&xml).contains("&amp;num") && body(&xml).contains("&lt;b&gt;") && body(&xml).contains("&#10;"));
    assert_eq!(body(&with(post("Content-Type: text/plain", "&msg"))), want);
}

#[test]
fn a_value_that_looks_like_a_placeholder_stays_text() {
    let values = Values {
        number: "&msg",
        code: "$ctx.num",
        minutes: 5,
        site: None,
    };
    let typed = Settings {
        message: "&otp".to_owned(),
        ..get("https://sms.example.com/?to=&num&c=&otp&m=&msg")
    };
    let fields = query(&render_with(&typed, &values));
    assert_eq!(
        (fields["to"].as_str(), fields["c"].as_str(), fields["m"].as_str()),
        ("&msg", "$ctx.num", "$ctx.num")
    );
}

#[test]
fn the_last_line_binds_the_code() {
    let values = Values {
        site: Some("id.example.com"),
        ..crate::support::values()
    };
    let request = render_with(&post("", r#"{"text":"&msg"}"#), &values);
    assert_eq!(
        parsed(&request)["text"],
        format!("{TEXT}\n@id.example.com #314159").as_str()
    );
}

#[test]
fn a_get_sends_no_payload() {
    let typed = settings(
        Method::Get,
        "https://sms.example.com/?to=&num&t=&msg",
        "",
        "{not json &num",
    );
    assert_eq!(render(&typed).body, None);
    assert!(
        notes(&typed)
            .iter()
            .any(|note| note == "With GET the payload is not sent.")
    );
}

#[test]
fn number_formats() {
    for (format, want) in [
        (NumberFormat::E164, "+94771234567"),
        (NumberFormat::WithoutPlus, "94771234567"),
        (NumberFormat::National, "0771234567"),
    ] {
        assert_eq!(format.pick("+94771234567", "0771234567"), want);
        assert_eq!(NumberFormat::find(format.as_str()), Some(format));
    }
}

#[test]
fn hosts_are_spelled_as_every_client_spells_them() {
    for (url, want) in [
        ("HTTPS://SMS.Example.COM", "https://sms.example.com/"),
        (" https://a.example:443?x ", "https://a.example/?x"),
        (
            "http://a_b.example.:80/é /%zz/%41",
            "http://a_b.example./%C3%A9%20/%25zz/%41",
        ),
        ("http://[::FFFF:1.2.3.4]:8080/", "http://[::ffff:102:304]:8080/"),
        ("http://[2001:DB8:0:0:0:0:0:1]/", "http://[2001:db8::1]/"),
        ("http://[::1.2.3.4]/", "http://[::102:304]/"),
        (
            "http://192.0.2.1:8080/a|b[c]?d={e}'f\"",
            "http://192.0.2.1:8080/a|b[c]?d=%7Be%7D%27f%22",
        ),
    ] {
        let request = render(&get(url));
        assert_eq!(request.url(), want);
        assert_eq!(url::Url::parse(want).expect("a URL").as_str(), want);
        assert_eq!(header(&request, "Host"), Some(request.authority().as_str()));
    }
}

#[test]
fn a_url_copied_from_a_pages_source_is_noted() {
    assert!(
        notes(&get("https://a.example/?a=1&amp;to=&num"))
            .iter()
            .any(|note| note.contains("&amp;"))
    );
}
