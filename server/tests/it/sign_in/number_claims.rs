//! *Claim Configuration*: codes go to the claim that the identity provider names, and that claim is guarded as the mobile
//! number is.

use domain::claim;
use domain::flow::Reason;
use domain::input::user::ProfileInput;
use identity::testing::ADMIN_PASSWORD;
use identity::{Error, claims, identity_providers, users};

use crate::fake_provider::{last_code, messages};
use crate::fake_sp::PostPage;
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

const PASSWORD: &str = "another long password";
const OTHER: &str = "+94770000009";

async fn by_telephone(app: &TestApp) -> i64 {
    app.provider(|input| input.number_claim = claim::TELEPHONE.into()).await
}

async fn codes_go_where_the_claim_says(app: &TestApp) {
    let id = by_telephone(app).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(id)], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let ended = app
        .password(&browser, &page, "admin", ADMIN_PASSWORD)
        .await
        .page_with(200);
    assert_eq!(ended.alert, Reason::NoNumber.words(), "the mobile number is not asked");
    app.set_claim("admin", "telephone", "+94 77 000 0009").await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    assert!(page.page().text.contains("09."), "{}", page.page().text);
    assert!(messages(&app.sms).last().unwrap().contains("94770000009"));
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    assert!(browser.cookie("gatehouse_session").is_some());
    // A new number ends the session and is told to the old one, as with the mobile number.
    app.set_claim("admin", "telephone", "+94770000001").await;
    let (_, page) = app.begin(&browser, &sp).await;
    assert_eq!(page.page_with(200).heading, "Sign in");
    for _ in 0..200 {
        if messages(&app.sms)
            .iter()
            .any(|one| one.contains("was changed") && one.contains("94770000009"))
        {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the old number was not told: {:?}", messages(&app.sms));
}

async fn the_claim_takes_mobile_numbers_alone_while_codes_go_there(app: &TestApp) {
    let save = async |value: &str| {
        let profile = users::profile(&app.services, &app.actor(), "admin").await.unwrap();
        let input = ProfileInput {
            version: profile.version.to_string(),
            claims: [("telephone".to_owned(), value.to_owned())].into(),
        };
        users::update_profile(&app.services, &app.actor(), "admin", &input).await
    };
    save("ext. 12").await.unwrap();
    let id = by_telephone(app).await;
    let refused = save("ext. 13").await;
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    let fixed = save("+94 11 234 5678").await;
    assert!(matches!(fixed, Err(Error::Invalid(_))), "{fixed:?}");
    save(OTHER).await.unwrap();
    // Nobody deletes the claim from under it.
    save("").await.unwrap();
    let deleted = claims::delete(&app.services, &app.actor(), claim::TELEPHONE).await;
    let Err(Error::InUse(users)) = deleted else {
        panic!("{deleted:?}")
    };
    assert_eq!(users[0].href, format!("/console/identity-providers/{id}"));
}

/// Where codes go decides who gets in: changing it asks for one's own password again, and for a claim that holds numbers.
async fn the_choice_is_guarded(app: &TestApp) {
    let id = app.provider(|_| ()).await;
    let admin = users::find_by_username(&app.services.db, "admin")
        .await
        .unwrap()
        .unwrap();
    let change = async |uri: &str, minutes: i64| {
        let mut actor = app.actor();
        // The command line has no password to give; somebody at the console has.
        actor.user_id = Some(admin.id);
        actor.password_at -= chrono::Duration::minutes(minutes);
        let mut input = identity_providers::input_of(&app.services, &actor, id).await.unwrap();
        input.number_claim = uri.into();
        identity_providers::update(&app.services, &actor, id, &input).await
    };
    for wrong in [claim::EMAIL, "http://wso2.org/claims/nothing", "x"] {
        let refused = change(wrong, 0).await;
        let Err(Error::Invalid(problems)) = refused else {
            panic!("{refused:?}")
        };
        assert!(problems.of("number_claim").is_some(), "{problems:?}");
    }
    let stale = change(claim::TELEPHONE, 6).await;
    assert!(matches!(stale, Err(Error::PasswordNeeded)), "{stale:?}");
    change(claim::MOBILE, 6).await.unwrap();
    change(claim::TELEPHONE, 0).await.unwrap();
    let stored = identity_providers::input_of(&app.services, &app.actor(), id)
        .await
        .unwrap();
    assert_eq!(stored.number_claim, claim::TELEPHONE);
}

/// A number that is entered at sign-in becomes the value of that claim.
async fn an_entered_number_lands_in_the_claim(app: &TestApp) {
    let id = app
        .provider(|input| {
            input.number_claim = claim::TELEPHONE.into();
            input.numbers_may_be_entered = true.into();
        })
        .await;
    app.add_user("jane", PASSWORD).await;
    app.set_mobile("jane", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(id)], |_| ()).await;
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &sp).await;
    let page = app.password(&browser, &page, "jane", PASSWORD).await;
    let form = page.page().form("Send code").set("Mobile number", OTHER);
    let page = browser.press(&form, "Send code").await;
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    let profile = users::profile(&app.services, &app.actor(), "jane").await.unwrap();
    let value = |uri: &str| {
        let field = profile.fields.iter().find(|(claim, _)| claim.uri == uri);
        field.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    assert_eq!(
        (value(claim::TELEPHONE), value(claim::MOBILE)),
        (OTHER.to_owned(), MOBILE.to_owned())
    );
}

/// What stands under the claim and is no number is nobody's to overwrite: nothing is sent that could not be used.
async fn other_text_in_the_claim_is_not_asked_over(app: &TestApp) {
    app.add_user("jane", PASSWORD).await;
    let input = ProfileInput {
        version: "1".into(),
        claims: [("telephone".to_owned(), "extension 12".to_owned())].into(),
    };
    users::update_profile(&app.services, &app.actor(), "jane", &input)
        .await
        .unwrap();
    let id = app
        .provider(|input| {
            input.number_claim = claim::TELEPHONE.into();
            input.numbers_may_be_entered = true.into();
        })
        .await;
    let sp = app.sp("Wiki", &[None, Some(id)], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let ended = app.password(&browser, &page, "jane", PASSWORD).await.page_with(200);
    assert!(
        ended.forms.iter().all(|form| !form.has_button("Send code")),
        "{}",
        ended.text
    );
    assert!(app.sms.sent.lock().unwrap().is_empty());
}

on_both_stores!(
    other_text_in_the_claim_is_not_asked_over,
    codes_go_where_the_claim_says,
    the_claim_takes_mobile_numbers_alone_while_codes_go_there,
    the_choice_is_guarded,
    an_entered_number_lands_in_the_claim,
);
