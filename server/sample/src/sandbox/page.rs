//! The inbox page.
//!
//! Owns how a message is shown: newest first, as it arrived, with what looks like a code set apart. Refuses to trust a
//! message: its text is escaped, and an address in it is no link.

use axum::extract::{RawQuery, State};
use maud::{Markup, html};

use super::APIS;
use super::inbox::{CAPACITY, Sms};
use super::recipient::Outcome;
use crate::page::{Here, document};
use crate::site::Site;
use crate::state::App;
use crate::{assets, form};

pub(super) async fn show(State(app): State<App>, RawQuery(query): RawQuery) -> Markup {
    let query = query.unwrap_or_default();
    let q = form::field(query.as_bytes(), "q").unwrap_or_default();
    let found = app.inbox.find(&q);
    let site = Site::public(&app.settings);
    let origin = site.origin();
    let head = html! {
        script src=(assets::INBOX_SCRIPT) defer {}
        noscript { meta http-equiv="refresh" content="3"; }
    };
    let main = html! {
        div.head {
            div {
                h1 { "SMS inbox" }
                p {
                    "Messages that reached the sandbox's phones, the newest first. The page updates by itself; the last "
                    (CAPACITY) " are kept in memory and lost at a restart."
                }
            }
        }
        form.bar action="/sms" method="get" role="search" {
            label for="q" { "Search" }
            input id="q" name="q" type="search" value=(q) autocomplete="off";
            button.button type="submit" { "Search messages" }
            @if !q.is_empty() { a href="/sms" { "Show all" } }
            span id="count" { (count(found.len())) }
        }
        div id="messages" role="log" aria-label="Messages" {
            @for sms in &found { (message(sms)) }
            @if found.is_empty() { (empty(&q, origin)) }
        }
        (addresses(origin))
        (on_demand())
    };
    document(&app, Here::Inbox, "SMS inbox", &head, &main)
}

fn count(found: usize) -> String {
    match found {
        1 => "1 message".to_owned(),
        n => format!("{n} messages"),
    }
}

fn message(sms: &Sms) -> Markup {
    html! {
        article.card.sms id={ "sms-" (sms.id) } {
            header {
                span.to { (sms.to) }
                span.tag { (sms.vendor) }
                @if sms.to.starts_with(' ') {
                    span.tag.warn { "leading space: + was not escaped" }
                }
                @if !sms.from.is_empty() { small { "from " span.value { (sms.from) } } }
                time datetime=(sms.at.to_rfc3339()) { (sms.at.format("%Y-%m-%d %H:%M:%S UTC")) }
            }
            // Without the empty line a text's own first line break would be lost: HTML drops one after <pre>.
            pre { "\n" (with_codes(&sms.text)) }
        }
    }
}

/// The text with each code in an element of its own, so that one click selects it.
fn with_codes(text: &str) -> Markup {
    html! {
        @for (part, is_code) in split_codes(text) {
            @if is_code { b.code { (part) } } @else { (part) }
        }
    }
}

/// Splits a text at what looks like a code: 4 to 10 ASCII letters and digits in a row, at least one a digit and none a
/// small letter.
fn split_codes(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let (mut plain_from, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let word = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        if word > 0 && is_code(&rest[..word]) {
            parts.push((&text[plain_from..at], false));
            parts.push((&rest[..word], true));
            plain_from = at + word;
        }
        at += word;
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    parts.push((&text[plain_from..], false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

fn is_code(word: &str) -> bool {
    (4..=10).contains(&word.len())
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

fn empty(search: &str, origin: &str) -> Markup {
    html! {
        div.empty id="empty" {
            @if search.is_empty() {
                h2 { "No message yet" }
                p {
                    "Give an identity provider one of the addresses below as its SMS URL, then use its "
                    em { "Send test SMS" } " or sign in to the sample app. The shortest is a GET to "
                    code { (origin) "/sms/nexmo/json?api_key=key&api_secret=secret&from=GATEHOUSE&to=&num&text=&msg" }
                }
            } @else {
                h2 { "No message contains this" }
                p { "The search looks at number, sender, vendor and text. New messages that match appear here." }
            }
        }
    }
}

fn addresses(origin: &str) -> Markup {
    html! {
        section.card {
            h2 { "Addresses" }
            dl.rows {
                @for api in &APIS {
                    div {
                        dt { (api.vendor) }
                        dd {
                            code { (api.method) " /sms" (api.path) }
                            p.help { (api.takes) }
                        }
                    }
                }
            }
            div.body {
                p.help {
                    "Any credentials will do, except the word " code { "wrong" } " as key, user, password or account, which gets "
                    "the vendor's answer to bad credentials."
                }
                p.help {
                    "A vendor's preset is tried here by changing scheme and host of its SMS URL alone: "
                    code { "https://api.plivo.com" } " becomes " code { (origin) "/sms/plivo" } "."
                }
            }
        }
    }
}

fn on_demand() -> Markup {
    html! {
        section.card {
            h2 { "Failing on demand" }
            table {
                thead { tr { th scope="col" { "Number ends in" } th scope="col" { "What happens" } } }
                tbody {
                    @for (ending, _, text) in Outcome::ON_DEMAND {
                        tr { th scope="row" { code { (ending) } } td { (text) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_set_apart_and_nothing_else() {
        assert_eq!(
            split_codes("Your code is 482913. It expires in 5 minutes."),
            [
                ("Your code is ", false),
                ("482913", true),
                (". It expires in 5 minutes.", false)
            ]
        );
        assert_eq!(split_codes("K7Q2"), [("K7Q2", true)]);
        assert_eq!(
            split_codes("call +94771234567, not HELLO or m4gic"),
            [("call +94771234567, not HELLO or m4gic", false)]
        );
        assert_eq!(split_codes("é1234é 1234"), [("é1234é ", false), ("1234", true)]);
        assert!(split_codes("").is_empty());
    }

    #[test]
    fn the_parts_are_the_text() {
        let text = "\n\t1234 – €5678 ABCD9\u{1F600}99999 x";
        let whole: String = split_codes(text).into_iter().map(|(part, _)| part).collect();
        assert_eq!(whole, text);
    }
}
