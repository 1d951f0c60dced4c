//! Applied, applied again, planned, and taken back.

use super::{Test, WHOLE};

async fn with_key() -> Test {
    Test {
        variables: vec![("KEY", "k-1234567")],
        ..Test::new().await
    }
}

#[tokio::test]
async fn twice_changes_nothing() {
    let test = with_key().await;
    let first = test.applied(WHOLE).await;
    assert!(first.contains("6 added, 0 changed, 0 removed."), "{first}");
    assert!(first.contains("password: none yet"), "{first}");
    let (audited, exported) = (test.audited().await, test.exported().await);
    let again = test.applied(WHOLE).await;
    assert!(again.ends_with("Nothing to change."), "{again}");
    assert_eq!(test.audited().await, audited);
    assert_eq!(test.exported().await, exported);
    // And what export has written says the same.
    let own = test.applied(&exported).await;
    assert_eq!(own, "Nothing to change.");
    assert_eq!(test.audited().await, audited);
}

#[tokio::test]
async fn a_plan_says_what_apply_does_and_changes_nothing() {
    let test = with_key().await;
    let (audited, exported) = (test.audited().await, test.exported().await);
    let planned = test.planned(WHOLE).await;
    assert_eq!(test.audited().await, audited);
    assert_eq!(test.exported().await, exported);
    assert_eq!(test.applied(WHOLE).await, planned);

    let changed = WHOLE
        .replace("daily_budget = 100", "daily_budget = \"\"\ncode_length = 8")
        .replace("remote = \"Support\"", "remote = \"Desk\"")
        .replace("0771234567", "0777654321");
    let before = test.exported().await;
    let planned = test.planned(&changed).await;
    for line in [
        "identity_provider \"First\": changed",
        "    code_length: 6 → 8",
        "    daily_budget: 100 → none",
        "service_provider \"Travel\": changed",
        "    claims.mobile: \"•• ••• ••• •67\" → \"•• ••• ••• •21\"",
        "0 added, 3 changed, 0 removed.",
    ] {
        assert!(planned.contains(line), "{line:?} is not in:\n{planned}");
    }
    assert!(
        !planned.contains("7654321") && !planned.contains("1234567"),
        "{planned}"
    );
    assert_eq!(test.exported().await, before);
    assert_eq!(test.sent(), 0, "a plan tells nobody");
    test.applied(&changed).await;
    assert!(test.sent() > 0, "the old number is told");
}

#[tokio::test]
async fn what_the_file_does_not_name_is_left_alone() {
    let test = with_key().await;
    test.applied(WHOLE).await;
    let report = test
        .applied("[[identity_provider]]\nname = \"second\"\ndescription = \"Reserve\"")
        .await;
    assert!(
        report.contains("identity_provider \"second\": changed\n    name: \"Second\" → \"second\"\n    description: \"\" → \"Reserve\""),
        "{report}"
    );
    let left = "Left alone, since the file does not name it: 14 of [[claim]]; role \"helpdesk\"; identity_provider \"First\"; \
                service_provider \"Travel\"; user \"admin\", \"jane\"";
    assert!(report.contains(left), "{report}");
    let exported = test.exported().await;
    assert!(
        exported.contains("sms_url = \"https://other.example/?to=&num&text=&msg\""),
        "{exported}"
    );
    assert!(exported.contains("fallback = \"second\""), "{exported}");
}

#[tokio::test]
async fn delete_removes_what_nothing_needs() {
    let test = with_key().await;
    test.applied(WHOLE).await;
    let role = "[[role]]\nname = \"helpdesk\"\ndelete = true\n";
    let refused = test.refused(role).await;
    assert_eq!(refused, ["1:1: role \"helpdesk\": it is in use: jane (holds it)"]);
    // Whoever needs it goes too, whatever stands first.
    let all = format!(
        "{role}[[identity_provider]]\nname = \"Second\"\ndelete = true\n[[identity_provider]]\nname = \"First\"\ndelete = true\n\
         [[service_provider]]\nname = \"Travel\"\ndelete = true\n[[user]]\nusername = \"jane\"\ndelete = true\n"
    );
    let report = test.applied(&all).await;
    assert!(report.contains("0 added, 0 changed, 5 removed."), "{report}");
    let again = test.applied(&all).await;
    assert!(again.ends_with("Nothing to change."), "{again}");
}

#[tokio::test]
async fn one_mistake_and_nothing_is_done() {
    let test = with_key().await;
    let exported = test.exported().await;
    let audited = test.audited().await;
    let wrong = WHOLE.replace("costcentre = \"4711\"", "costcentre = \"none\"");
    let refused = test.refused(&wrong).await;
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(test.exported().await, exported);
    assert_eq!(test.audited().await, audited);
}
