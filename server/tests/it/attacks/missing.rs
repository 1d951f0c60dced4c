//! T26: every attribute and every element of a message taken away and emptied, one after another (the class of
//! CVE-2026-3055). Each has a verdict of its own, and an answer that says no more than any refusal does.

use super::pieces::{Verdict, whole};
use super::support::{BOTH, Target, accepted, swap};
use crate::fake_sp::PostPage;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn t26_each_piece_removed_and_emptied(app: &TestApp) {
    let target = Target::unsigned(app).await;
    let mut number = 0;
    for kind in BOTH {
        target.control(kind).await;
        let (message, pieces) = whole(kind);
        let fresh = |number: u32| swap(message, "_one", &format!("_{kind:?}-{number}"));
        accepted(kind, &target.post(fresh(0)).await);
        for piece in pieces {
            for (instead, verdict) in [("", piece.removed), piece.emptied] {
                number += 1;
                let xml = swap(message, piece.text, instead);
                let xml = xml.replace("\"_one\"", &format!("\"_{kind:?}-{number}\""));
                let rows = target.rows().await;
                let answer = target.post(&xml).await;
                match verdict {
                    Verdict::Refused(check, words) => target.judge(kind, check, words, &rows, &answer, &xml).await,
                    Verdict::Answered(status) => {
                        let sent = PostPage::read(&answer);
                        assert_eq!(sent.action, target.sp.acs, "{}", piece.text);
                        assert!(sent.xml().contains(status), "{}", sent.xml());
                    }
                    Verdict::Fine => {
                        let answered = answer.status.is_redirection();
                        assert!(answered, "{:?} as {instead:?}: {answer:?}", piece.text);
                        accepted(kind, &answer);
                    }
                }
            }
        }
    }
}

/// In a signed message nothing can be taken away, neither of the message nor of its signature.
async fn t26_signed_messages_lose_nothing(app: &TestApp) {
    let target = Target::signed(app).await;
    for kind in BOTH {
        target.control(kind).await;
        for number in 0..attributes(&target.xml(kind)).len() {
            let xml = target.xml(kind);
            let attribute = &attributes(&xml)[number];
            let rows = target.rows().await;
            let answer = target.post(swap(&xml, attribute, "")).await;
            assert_eq!(answer.status, 400, "{attribute} can be taken away: {answer:?}");
            let check = if attribute.starts_with(" xmlns") || REQUIRED.iter().any(|name| attribute.starts_with(name)) {
                "decoding"
            } else {
                "signature"
            };
            crate::saml::refused(app, &answer, check).await;
            assert_eq!(target.rows().await, rows);
        }
    }
}

/// Without these it is no message, signed or not.
const REQUIRED: [&str; 3] = [" ID=", " Version=", " IssueInstant="];

/// Every attribute of the message and its signature, with the space in front of it.
fn attributes(xml: &str) -> Vec<String> {
    let tags = xml.split('<').filter_map(|tag| tag.split('>').next());
    let texts = tags.flat_map(|tag| {
        tag.split('"')
            .collect::<Vec<_>>()
            .chunks(2)
            .map(<[_]>::to_vec)
            .collect::<Vec<_>>()
    });
    let pairs = texts.filter(|pair| pair.len() == 2 && pair[0].ends_with('='));
    pairs
        .map(|pair| {
            let name = &pair[0][pair[0].rfind(' ').unwrap_or_default()..];
            format!("{name}\"{}\"", pair[1])
        })
        .collect()
}

on_both_stores!(t26_each_piece_removed_and_emptied, t26_signed_messages_lose_nothing);
