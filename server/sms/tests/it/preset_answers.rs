//! What each preset's rules make of its vendor's answers, as the vendors' documents show them.

use sms::presets;
use sms::{ResponseCodes, judge};

/// Preset, status, body, and whether the SMS was taken.
type Row = (&'static str, u16, &'static str, bool);

const VONAGE: [Row; 5] = [
    (
        "vonage",
        200,
        r#"{"message-count":"1","messages":[{"to":"447700900000","message-id":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab","status":"0","remaining-balance":"15.53590000","message-price":"0.03330000","network":"23410"}]}"#,
        true,
    ),
    (
        "vonage",
        200,
        r#"{"message-count":"1","messages":[{"status":"2","error-text":"Missing to param"}]}"#,
        false,
    ),
    (
        "vonage",
        200,
        r#"{"message-count":"1","messages":[{"status":"4","error-text":"Bad Credentials"}]}"#,
        false,
    ),
    (
        "vonage",
        200,
        r#"{"message-count":"1","messages":[{"status":"9","error-text":"Quota Exceeded - rejected"}]}"#,
        false,
    ),
    (
        "vonage",
        200,
        r#"{"message-count":"1","messages":[{"status":"1","error-text":"Throughput Rate Exceeded"}]}"#,
        false,
    ),
];

const CLICKATELL: [Row; 4] = [
    (
        "clickatell",
        202,
        r#"{"messages":[{"apiMessageId":"77fb29998253415fa5d66971d519d362","accepted":true,"to":"380976543211","errorCode":null,"error":null,"errorDescription":null}]}"#,
        true,
    ),
    (
        "clickatell",
        202,
        r#"{"messages":[{"apiMessageId":null,"accepted":false,"to":"1","errorCode":105,"error":"Invalid Destination Address.","errorDescription":""}]}"#,
        false,
    ),
    (
        "clickatell",
        401,
        r#"{"messages":[],"errorCode":108,"error":"Invalid or missing integration API Key."}"#,
        false,
    ),
    ("clickatell", 202, r#"{"messages":[]}"#, false),
];

const TWILIO: [Row; 4] = [
    (
        "twilio",
        201,
        r#"{"account_sid":"AC1","error_code":null,"error_message":null,"sid":"SM1","status":"queued","to":"+15558675310"}"#,
        true,
    ),
    (
        "twilio",
        401,
        r#"{"code":20003,"message":"Authenticate","more_info":"https://www.twilio.com/docs/errors/20003","status":401}"#,
        false,
    ),
    (
        "twilio",
        400,
        r#"{"code":21211,"message":"The 'To' number is not a valid phone number.","status":400}"#,
        false,
    ),
    (
        "twilio",
        201,
        r#"{"error_code":30008,"error_message":"Unknown error","status":"failed"}"#,
        false,
    ),
];

const PLIVO: [Row; 3] = [
    (
        "plivo",
        202,
        r#"{"api_id":"db342550-7f1d-11e1-8ea7-1231380bc196","message":"message(s) queued","message_uuid":["db3ce55a-7f1d-11e1-8ea7-1231380bc196"]}"#,
        true,
    ),
    (
        "plivo",
        401,
        "Could not verify your access level for that URL.\nYou have to login with proper credentials",
        false,
    ),
    ("plivo", 400, r#"{"api_id":"db342550","error":"invalid dst"}"#, false),
];

const BULKSMS: [Row; 3] = [
    (
        "bulksms",
        201,
        r#"[{"id":"4321","type":"SENT","status":{"id":"ACCEPTED.null","type":"ACCEPTED","subtype":null}}]"#,
        true,
    ),
    (
        "bulksms",
        401,
        r#"{"type":"https://developer.bulksms.com/json/v1/errors#authentication-failed","title":"Authentication Failed","status":401}"#,
        false,
    ),
    (
        "bulksms",
        403,
        r#"{"type":"https://developer.bulksms.com/json/v1/errors#insufficient-credits","status":403}"#,
        false,
    ),
];

const MESSAGEBIRD: [Row; 4] = [
    (
        "messagebird",
        201,
        r#"{"id":"e8077d803532c0b5937c639b60216938","direction":"mt","type":"sms","recipients":{"totalCount":1,"totalSentCount":1,"items":[{"recipient":31612345678,"status":"sent"}]}}"#,
        true,
    ),
    (
        "messagebird",
        401,
        r#"{"errors":[{"code":2,"description":"Request not allowed (incorrect access_key)","parameter":"access_key"}]}"#,
        false,
    ),
    (
        "messagebird",
        422,
        r#"{"errors":[{"code":9,"description":"no (correct) recipients found","parameter":"recipients"}]}"#,
        false,
    ),
    (
        "messagebird",
        422,
        r#"{"errors":[{"code":25,"description":"Not enough balance","parameter":null}]}"#,
        false,
    ),
];

const INFOBIP: [Row; 4] = [
    (
        "infobip",
        200,
        r#"{"messages":[{"to":"41793026727","status":{"groupId":1,"groupName":"PENDING","id":26,"name":"PENDING_ACCEPTED"},"messageId":"2250be2d4219"}]}"#,
        true,
    ),
    (
        "infobip",
        200,
        r#"{"messages":[{"to":"41793026727","status":{"groupId":5,"groupName":"REJECTED","id":12,"name":"REJECTED_NOT_ENOUGH_CREDITS"}}]}"#,
        false,
    ),
    (
        "infobip",
        200,
        r#"{ "messages": [ { "status": { "groupId": 5, "groupName": "REJECTED", "name": "REJECTED_DESTINATION" } } ] }"#,
        false,
    ),
    (
        "infobip",
        401,
        r#"{"requestError":{"serviceException":{"messageId":"UNAUTHORIZED","text":"Invalid login details"}}}"#,
        false,
    ),
];

const TELNYX: [Row; 5] = [
    (
        "telnyx",
        200,
        r#"{"data":{"record_type":"message","to":[{"phone_number":"+18665550002","status":"queued","carrier":"","line_type":""}],"errors":[]}}"#,
        true,
    ),
    (
        "telnyx",
        200,
        r#"{ "data": { "to": [ { "status" : "sending" } ] } }"#,
        true,
    ),
    (
        "telnyx",
        200,
        r#"{"data":{"to":[{"phone_number":"+18665550002","status":"sending_failed"}],"errors":[{"code":"20100"}]}}"#,
        false,
    ),
    (
        "telnyx",
        401,
        r#"{"errors":[{"code":"10009","title":"Authentication failed"}]}"#,
        false,
    ),
    (
        "telnyx",
        400,
        r#"{"errors":[{"code":"10016","title":"Phone number must be in +E.164 format"}]}"#,
        false,
    ),
];

const SINCH: [Row; 3] = [
    (
        "sinch",
        201,
        r#"{"id":"01FC66621XXXXX119Z8PMV1QPQ","to":["15551231234"],"type":"mt_text","canceled":false}"#,
        true,
    ),
    ("sinch", 401, "", false),
    (
        "sinch",
        400,
        r#"{"code":"syntax_invalid_parameter_format","text":"to: must be a list of phone numbers"}"#,
        false,
    ),
];

const KANNEL: [Row; 5] = [
    ("kannel", 202, "0: Accepted for delivery", true),
    ("kannel", 202, "3: Queued for later delivery", true),
    ("kannel", 403, "Authorization failed for sendsms", false),
    ("kannel", 400, "Missing receiver number, rejected", false),
    ("kannel", 503, "Temporal failure, try again later.", false),
];

#[test]
fn success_and_errors_are_told_apart() {
    let vendors: [&[Row]; 10] = [
        &VONAGE,
        &CLICKATELL,
        &TWILIO,
        &PLIVO,
        &BULKSMS,
        &MESSAGEBIRD,
        &INFOBIP,
        &TELNYX,
        &SINCH,
        &KANNEL,
    ];
    for preset in presets::all().iter().filter(|preset| !preset.is_sandbox()) {
        let rows: Vec<&Row> = vendors
            .iter()
            .copied()
            .flatten()
            .filter(|row| row.0 == preset.id)
            .collect();
        assert!(
            rows.iter().any(|row| row.3) && rows.iter().any(|row| !row.3),
            "{}",
            preset.id
        );
        let codes = ResponseCodes::parse(&preset.response_code).expect("a list");
        for (id, status, body, taken) in rows {
            let decision = judge(&codes, &preset.body_rule, *status, body);
            assert_eq!(decision.accepted, *taken, "{id} {status} {body}: {}", decision.rule);
        }
    }
}

/// What a proxy or a maintenance page in front of any vendor answers.
#[test]
fn an_answer_that_is_not_the_vendors_is_no_success() {
    for preset in presets::all() {
        let codes = ResponseCodes::parse(&preset.response_code).expect("a list");
        for status in [204, 301, 302, 400, 401, 402, 403, 404, 429, 500, 502, 503, 504] {
            let decision = judge(&codes, &preset.body_rule, status, "<html>Bad Gateway</html>");
            assert!(!decision.accepted, "{} {status}", preset.id);
        }
        let decision = judge(&codes, &preset.body_rule, 200, "<html>Back soon</html>");
        assert!(!decision.accepted, "{}: {}", preset.id, decision.rule);
    }
}
