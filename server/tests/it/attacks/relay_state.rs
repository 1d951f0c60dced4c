//! T15: RelayState is bounded, belongs to the application, and is never an address or a piece of a page here.

use url::form_urlencoded::Serializer;

use super::support::{Kind, Target, accepted};
use crate::fake_sp::PostPage;
use crate::harness::TestApp;
use crate::page::Page;
use crate::stores::on_both_stores;

/// What would do harm if anybody followed, ran or split it.
const HOSTILE: [&str; 14] = [
    "javascript:alert(1)",
    "//evil.example/",
    "https://evil.example/?next=/",
    "\\\\evil.example",
    "/console/users",
    "data:text/html,<script>alert(1)</script>",
    "\"><script src=https://evil.example></script>",
    "' onfocus='alert(1)' autofocus='",
    "</form><form action=https://evil.example><button>Continue</button>",
    "</title><meta http-equiv=refresh content=0;url=https://evil.example>",
    "x\r\nLocation: https://evil.example\r\nSet-Cookie: gatehouse_session=x",
    "\u{1}\u{1b}[31m\u{7f}",
    "\u{202e}moc.live\u{2066}",
    "&RelayState=other&SigAlg=x#fragment?query%00%0d%0a",
];

/// Longer than the limit is refused by every road, and the limit itself is not.
async fn t15_too_long(app: &TestApp) {
    let target = Target::signed(app).await;
    let limit = saml::inbound::MAX_RELAY_STATE;
    for kind in [Kind::SignIn, Kind::Logout] {
        target.control(kind).await;
        accepted(kind, &target.get(&target.query(kind, Some(&"x".repeat(limit)))).await);
        let form = |state: &str| {
            let value = saml::post::form_value(&target.xml(kind));
            [
                ("SAMLRequest".to_owned(), value),
                ("RelayState".to_owned(), state.to_owned()),
            ]
        };
        accepted(kind, &target.post_form(&form(&"x".repeat(limit))).await);
        // In bytes, not in characters.
        for long in [
            "x".repeat(limit + 1),
            "\u{e9}".repeat(limit / 2 + 1),
            "x".repeat(900_000),
        ] {
            let rows = target.rows().await;
            if long.len() < 60_000 {
                let answer = target.get(&target.query(kind, Some(&long))).await;
                target
                    .judge(kind, "decoding", "longer than", &rows, &answer, "by Redirect")
                    .await;
            }
            let answer = target.post_form(&form(&long)).await;
            target
                .judge(kind, "decoding", "longer than", &rows, &answer, "by POST")
                .await;
        }
    }
}

async fn t15_too_long_where_it_begins_here(app: &TestApp) {
    let target = Target::unsigned(app).await;
    app.change_saml(&target.sp, |saml| saml.enable_idp_initiated_sso = true.into())
        .await;
    target.control(Kind::SignIn).await;
    let query = |state: &str| {
        let mut query = Serializer::new(String::new());
        query
            .append_pair("spEntityID", "plain.example")
            .append_pair("RelayState", state)
            .finish()
    };
    accepted(Kind::SignIn, &target.get(&query(&"x".repeat(1024))).await);
    for long in ["x".repeat(1025), "\u{e9}".repeat(513)] {
        let rows = target.rows().await;
        let answer = target.get(&query(&long)).await;
        target
            .judge(Kind::SignIn, "decoding", "longer than", &rows, &answer, &long)
            .await;
    }
}

/// NUL cannot be kept by every store, and nobody means it: it is refused at the door, without a number.
async fn t15_nul(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in [Kind::SignIn, Kind::Logout] {
        target.control(kind).await;
        let value = saml::post::form_value(&target.xml(kind));
        let form = [
            ("SAMLRequest".to_owned(), value),
            ("RelayState".to_owned(), "\0".to_owned()),
        ];
        let rows = target.rows().await;
        for answer in [
            target.get(&target.query(kind, Some("re\0lay"))).await,
            target.post_form(&form).await,
            target.get("spEntityID=wiki.example&RelayState=%00").await,
        ] {
            let page = answer.page_with(400);
            assert_eq!(page.heading, "Not understood");
            assert!(page.forms.is_empty() && page.links.is_empty() && answer.headers.get("set-cookie").is_none());
        }
        assert_eq!(target.rows().await, rows);
    }
}

/// In the page that posts itself it is one field's value, and the page is what it always is.
async fn t15_hostile_text_stays_a_value(app: &TestApp) {
    let target = Target::signed(app).await;
    target.control(Kind::SignIn).await;
    for state in HOSTILE {
        let mut request = target.request();
        request.is_passive = true;
        let path = target
            .sp
            .redirect_signed(&request, Some(state), Some(crate::fake_sp::sp_key()));
        let answer = app.browser().open(&path).await;
        let sent = PostPage::read(&answer);
        assert_eq!(sent.action, target.sp.acs, "{state}");
        // What an HTML parser makes of line breaks in an attribute is LF, whichever they were.
        let read = |text: &str| text.replace("\r\n", "\n");
        assert_eq!(sent.relay_state.as_deref().map(read), Some(read(state)));
        let page = Page::read(&answer.body);
        assert!(
            page.links.is_empty() && page.forms.len() == 1 && page.scripts == 1,
            "{}",
            answer.body
        );
        assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 0);
    }
}

/// In a redirect it is one parameter's value: no header is split, and the address is the registered one.
async fn t15_hostile_text_stays_a_parameter(app: &TestApp) {
    let target = Target::signed(app).await;
    target.control(Kind::Logout).await;
    for state in HOSTILE {
        let browser = app.browser();
        let query = target.query(Kind::Logout, Some(state));
        let answer = browser.open(&format!("/samlsso?{query}")).await;
        let message = target.sp.receive_redirect(&answer);
        assert_eq!(message.relay_state.as_deref(), Some(state));
        assert!(answer.headers.get("set-cookie").is_none());
    }
}

on_both_stores!(
    t15_too_long,
    t15_too_long_where_it_begins_here,
    t15_nul,
    t15_hostile_text_stays_a_value,
    t15_hostile_text_stays_a_parameter,
);
