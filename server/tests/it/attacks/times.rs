//! T16, the times of requests: too old, too far ahead, and no time at all, to the instant.

use chrono::{DateTime, Duration, Utc};

use super::support::{BOTH, Kind, Target, accepted, cut, swap};
use crate::fake_sp::sp_key;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// The message with this instant, as exact as it is written.
fn issued(xml: &str, at: DateTime<Utc>) -> String {
    let written = cut(xml, "IssueInstant=\"", "\" ").to_owned();
    let at = at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    swap(xml, &written, &format!("IssueInstant=\"{at}\" "))
}

/// Five minutes old and three ahead are good to the instant, and a thousandth of a second more is not.
async fn t16_issue_instant_at_the_edges(app: &TestApp) {
    let target = Target::unsigned(app).await;
    for kind in BOTH {
        target.control(kind).await;
        for edge in [Duration::minutes(-5), Duration::minutes(3)] {
            let sign = if edge < Duration::zero() { -1 } else { 1 };
            let at = |more: Duration| target.sp.now() + edge + more * sign;
            accepted(
                kind,
                &target.post(issued(&target.xml(kind), at(Duration::zero()))).await,
            );
            accepted(
                kind,
                &target.post(issued(&target.xml(kind), at(Duration::seconds(-1)))).await,
            );
            for over in [
                Duration::milliseconds(1),
                Duration::seconds(1),
                Duration::hours(1),
                Duration::days(365),
            ] {
                let attack = |xml: &str| issued(xml, at(over));
                target.refused(kind, "issue_instant", "IssueInstant is", attack).await;
            }
        }
    }
}

async fn t16_issue_instant_that_is_none(app: &TestApp) {
    let target = Target::unsigned(app).await;
    for kind in BOTH {
        target.control(kind).await;
        let with = |xml: &str, value: &str| {
            let written = cut(xml, " IssueInstant=\"", "\" ").to_owned();
            swap(xml, &written, value)
        };
        target
            .refused(kind, "decoding", "not valid", |xml| with(xml, " "))
            .await;
        for value in [
            "",
            "now",
            "1795435200",
            "2026-11-23",
            "12:00:00Z",
            "2026-13-23T12:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-11-23T25:00:00Z",
            "2026-11-23T12:00Z",
            "23.11.2026 12:00:00",
            "+2026-11-23T12:00:00Z",
            "2026-11-23T12:00:00Z2026-11-23T12:00:00Z",
            "2026-11-23T12:00:00+99:99",
            "999999999999-11-23T12:00:00Z",
        ] {
            let attack = |xml: &str| with(xml, &format!(" IssueInstant=\"{value}\" "));
            target.refused(kind, "decoding", "not valid", attack).await;
        }
        for value in [
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "1970-01-01T00:00:00Z",
            "2026-11-23T12:00:00+14:00",
            "2026-11-23T12:00:00-12:00",
        ] {
            let attack = |xml: &str| with(xml, &format!(" IssueInstant=\"{value}\" "));
            target.refused(kind, "issue_instant", "IssueInstant is", attack).await;
        }
        // The same instant in another zone is the same instant.
        accepted(
            kind,
            &target
                .post(with(&target.xml(kind), " IssueInstant=\"2026-11-23T14:00:00+02:00\" "))
                .await,
        );
    }
}

/// A LogoutRequest's own end: at that instant it is void (SAML Core 3.7.1).
async fn t16_not_on_or_after(app: &TestApp) {
    let target = Target::signed(app).await;
    target.control(Kind::Logout).await;
    let ending = |seconds: i64, key| {
        let mut request = target.logout();
        request.not_on_or_after = Some(target.sp.now() + Duration::seconds(seconds));
        saml::logout::build_request(&request, key).unwrap()
    };
    accepted(Kind::Logout, &target.post(ending(1, Some(sp_key()))).await);
    for seconds in [0, -1, -3600] {
        target
            .refused(Kind::Logout, "issue_instant", "NotOnOrAfter", |_| {
                ending(seconds, Some(sp_key()))
            })
            .await;
        let query = |_: &str| target.query_of(&ending(seconds, None), Some("relay"), Some(sp_key()));
        target
            .refused_query(Kind::Logout, "issue_instant", "NotOnOrAfter", query)
            .await;
    }
}

on_both_stores!(
    t16_issue_instant_at_the_edges,
    t16_issue_instant_that_is_none,
    t16_not_on_or_after,
);
