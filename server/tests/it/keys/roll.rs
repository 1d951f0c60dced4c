//! A whole roll, with service providers that follow the metadata and one that does not.

use saml::identifier::STATUS_SUCCESS;

use super::{assert_done, press, publish, published, sign_in, signed_with, to_response};
use crate::fake_sp::{FakeSp, PostPage, logout_status};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// At no moment does a service provider that follows the metadata meet a signature that it cannot check, however old its
/// copy may rightly be.
async fn no_assertion_is_ever_unverifiable(app: &TestApp) {
    let console = app.console().await;
    let browser = app.browser();
    let mut sp = app.sp("Wiki", &[None], |_| ()).await;
    let stubborn = FakeSp::new(app, sp.id, "Wiki").await;
    sign_in(app, &browser, &sp).await.unwrap();

    publish(&console, "RSA").await;
    sign_in(app, &browser, &sp)
        .await
        .expect("published: the old key still signs");
    sp.refetch(app).await;
    assert_eq!(sp.idp.certificates.len(), 2);
    sign_in(app, &browser, &sp).await.expect("fetched: both are known");
    let before = FakeSp::new(app, sp.id, "Wiki").await;

    // On its way while the next key is put to use.
    let (request, in_flight) = to_response(app, &browser, &sp).await;
    let page = press(&console, "Use", "Use").await;
    assert_done(&page, "signs from now on");
    sp.accept(&in_flight, &request).expect("what is in flight is good");
    let late = {
        let mut late = FakeSp::new(app, sp.id, "Wiki").await;
        late.refetch(app).await;
        late
    };
    late.accept(&in_flight, &request)
        .expect("also for who fetches only now");
    sign_in(app, &browser, &sp)
        .await
        .expect("used: the copy from before knows it");
    sign_in(app, &browser, &before).await.expect("an older copy, too");
    sign_in(app, &browser, &stubborn)
        .await
        .expect_err("who never fetches again is left behind: this is what waiting is for");

    let page = console.open(super::RESIDENT).await.page_with(200);
    let question = console.open(page.link("Retire")).await.page_with(200);
    assert!(question.text.contains("may be on their way until"), "{}", question.text);
    app.seconds(601);
    let console = app.console().await;
    let page = press(&console, "Retire", "Retire").await;
    assert_done(&page, "Retired.");
    let browser = app.browser();
    sign_in(app, &browser, &sp)
        .await
        .expect("retired: copies with both keys are good");
    sp.refetch(app).await;
    assert_eq!(sp.idp.certificates.len(), 1);
    sign_in(app, &browser, &sp)
        .await
        .expect("fetched: only the new one is known");

    let signed = signed_with(app).await;
    let new = published(app).await[0].key_id();
    assert_eq!(signed.iter().filter(|key| **key == new).count(), 5, "{signed:?}");
    assert!(
        signed[..4].iter().all(|key| *key == signed[0] && *key != new),
        "{signed:?}"
    );
}

/// A roll that was used too early is taken back, and nobody was lost but for the moments between.
async fn a_roll_taken_back(app: &TestApp) {
    let console = app.console().await;
    let browser = app.browser();
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    publish(&console, "RSA").await;
    let page = press(&console, "Use", "Use it all the same").await;
    assert_done(&page, "signs from now on");
    sign_in(app, &browser, &sp)
        .await
        .expect_err("it knows the old key only");
    let old = sp.idp.certificates[0].key_id();
    let page = press(&console, "Use again", "Use").await;
    assert_done(&page, "signs from now on");
    sign_in(app, &browser, &sp).await.unwrap();
    assert_eq!(published(app).await[0].key_id(), old);
}

/// A logout goes from service provider to service provider while the key changes.
async fn a_logout_under_way(app: &TestApp) {
    let console = app.console().await;
    let mut sps = [
        app.sp("Wiki", &[None], |_| ()).await,
        app.sp("Shop", &[None], |_| ()).await,
        app.sp("Mail", &[None], |saml| saml.logout_method = "front_channel_post".into())
            .await,
    ];
    publish(&console, "RSA").await;
    for sp in &mut sps {
        sp.refetch(app).await;
    }
    let [wiki, shop, mail] = sps;
    let browser = app.browser();
    let at_wiki = sign_in(app, &browser, &wiki).await.unwrap();
    sign_in(app, &browser, &shop).await.unwrap();
    sign_in(app, &browser, &mail).await.unwrap();

    let answer = browser
        .open(&wiki.logout_redirect(&wiki.logout_request(&at_wiki), None))
        .await;
    // Signed with the old key, and still on its way.
    press(&console, "Use", "Use").await;
    let asked = shop.receive_redirect(&answer);
    let answer = browser.open(&shop.logout_answer(&asked)).await;
    // The next ones are signed with the new key.
    let asked = mail.receive_post(&PostPage::read(&answer));
    let answer = browser.open(&mail.logout_answer(&asked)).await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
}

on_both_stores!(no_assertion_is_ever_unverifiable, a_roll_taken_back, a_logout_under_way);
