//! What the connector that Gatehouse recreates got wrong and nothing else here tries (docs/defects.md).

use domain::input::service_provider::{BASIC, StepsInput};
use identity::sms::FailureKind;
use identity::sms::transport::{Answer, SendFailure};
use identity::testing::ADMIN_PASSWORD;
use identity::{service_providers, users};

use crate::fake_provider::{answer_next, code_in, last_code, messages, wrong_code};
use crate::fake_sp::PostPage;
use crate::harness::TestApp;
use crate::page::{all, attribute};
use crate::stores::on_both_stores;

const PASSWORD: &str = "another long password";

/// 5: texts came out of the address, and the provider's own words reached the person.
async fn pages_speak_their_own_words(app: &TestApp) {
    let sp = app.two_steps().await;
    answer_next(
        &app.sms,
        vec![Ok(Answer::new(402, "vendor-account-4711 has no credit"))],
    );
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let told = &page.page().alert;
    assert!(told.contains("no code is on its way"), "{told}");
    assert!(
        !page.body.contains("vendor-account-4711") && !page.body.contains("402"),
        "{}",
        page.body
    );

    let forged = "authFailure=true&authFailureMsg=call.0800.evil&authFailureInfo=ZXZpbA==&screenvalue=evil&notice=evil&error=evil";
    let forged = browser.open(&format!("{}?{forged}", page.path)).await;
    assert!(
        !forged.body.contains("evil") && !forged.body.contains("ZXZpbA"),
        "{}",
        forged.body
    );
    assert_eq!(&forged.page().alert, told);
}

/// 14: codes and numbers were fields of one object, so that people who signed in at once got each other's.
async fn people_at_once_get_their_own_codes(app: &TestApp) {
    let sp = app.two_steps().await;
    app.add_user("jane", PASSWORD).await;
    app.set_mobile("jane", "+94777654321").await;
    let (one, two) = (app.browser(), app.browser());
    let ((first, page_one), (second, page_two)) = tokio::join!(app.begin(&one, &sp), app.begin(&two, &sp));
    let (page_one, page_two) = tokio::join!(
        app.password(&one, &page_one, "admin", ADMIN_PASSWORD),
        app.password(&two, &page_two, "jane", PASSWORD)
    );
    let messages = messages(&app.sms);
    let code_to = |number: &str| {
        let [message] = &messages
            .iter()
            .filter(|message| message.contains(number))
            .collect::<Vec<_>>()[..]
        else {
            panic!("{number}: {messages:?}")
        };
        code_in(message)
    };
    let (admins, janes) = (code_to("94771234567"), code_to("94777654321"));
    let swapped = app.code(&two, &page_two, &admins).await;
    assert!(
        swapped.page_with(200).alert.contains("This code is wrong"),
        "{}",
        swapped.page().alert
    );
    let (answer_one, answer_two) = tokio::join!(app.code(&one, &page_one, &admins), app.code(&two, &swapped, &janes));
    for (answer, request, name) in [(answer_one, first, "admin"), (answer_two, second, "jane")] {
        let accepted = sp.accept(&PostPage::read(&answer), &request).unwrap();
        assert_eq!(accepted.name_id.value, name);
    }
}

/// 15: any part of a list of codes was taken for one of them.
async fn a_part_of_a_code_is_no_code(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let code = last_code(&app.sms);
    for typed in [&code[..1], &code[1..], ",", &format!("{code},{code}")] {
        let answer = app.code(&browser, &page, typed).await;
        assert!(
            answer.page_with(200).alert.contains("wrong"),
            "{typed}: {}",
            answer.page().alert
        );
    }
    let answer = app.code(&browser, &page, &code).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

/// 16: with the subject taken from the step by SMS, applications were told of `an authorised user`.
async fn the_subject_from_the_step_by_sms_is_the_user(app: &TestApp) {
    let sp = app.two_steps().await;
    let stored = service_providers::steps_form(&app.services, &app.actor(), sp.id)
        .await
        .unwrap();
    let [basic, sms] = &stored.input.steps[..] else {
        panic!("{:?}", stored.input.steps)
    };
    assert_eq!(basic.authenticators, [BASIC]);
    let input = StepsInput {
        steps: vec![basic.clone(), sms.clone()],
        subject_step: "1".into(),
        attributes_step: "1".into(),
        ..stored.input.clone()
    };
    service_providers::save_steps(&app.services, &app.actor(), sp.id, &input)
        .await
        .unwrap();
    let (request, sent) = app.sign_in(&app.browser(), &sp).await;
    let accepted = sp.accept(&sent, &request).unwrap();
    assert_eq!(accepted.name_id.value, "admin");
}

/// 20: after an expired code, a mistyped new one was called expired, too.
async fn a_wrong_code_after_an_expired_one_is_called_wrong(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    app.seconds(300);
    let page = app.code(&browser, &page, &last_code(&app.sms)).await;
    assert!(
        page.page_with(200).alert.contains("has expired"),
        "{}",
        page.page().alert
    );
    let page = app.resend(&browser, &page).await;
    assert!(
        !page.page_with(200).text.contains("has expired"),
        "{}",
        page.page().text
    );
    let page = app.code(&browser, &page, &wrong_code(&app.sms)).await;
    let alert = page.page_with(200).alert;
    assert!(
        alert.contains("This code is wrong") && !alert.contains("expired"),
        "{alert}"
    );
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

/// 21: failures without a body, or before a connection, became errors of the server.
async fn no_failure_of_a_provider_is_one_of_ours(app: &TestApp) {
    let sp = app.two_steps().await;
    let failures = [
        FailureKind::NameNotFound,
        FailureKind::AddressRefused,
        FailureKind::ConnectionRefused,
        FailureKind::ConnectTimeout,
        FailureKind::Tls,
        FailureKind::TimedOut,
        FailureKind::ClosedEarly,
        FailureKind::BadAnswer,
        FailureKind::BadRequest,
    ];
    let answers = [300, 400, 401, 404, 422, 429, 500, 503].map(|status| Ok(Answer::new(status, "")));
    let failures = failures.map(|kind| Err(SendFailure::new(kind)));
    for result in failures.into_iter().chain(answers) {
        // Further apart than any limit.
        app.seconds(25 * 3600);
        answer_next(&app.sms, vec![result.clone(); 3]);
        let browser = app.browser();
        let (_, page) = app.begin(&browser, &sp).await;
        let page = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
        let shown = page.page_with(200);
        assert!(!shown.alert.is_empty(), "{result:?}: {}", shown.text);
        assert!(shown.text.contains("Resend code"), "{result:?}: {}", shown.text);
        answer_next(&app.sms, Vec::new());
    }
}

/// 25: whoever was locked was still sent a code.
async fn nobody_locked_is_sent_a_code(app: &TestApp) {
    let sp = app.two_steps().await;
    app.add_user("jane", PASSWORD).await;
    app.set_mobile("jane", "+94777654321").await;
    users::lock(&app.services, &app.actor(), "jane").await.unwrap();
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let ended = app.password(&browser, &page, "jane", PASSWORD).await;
    assert!(ended.page_with(200).alert.contains("locked"), "{}", ended.page().alert);
    assert_eq!(app.sent(), 0);
}

/// 37 and 40: *Resend code* was hidden, the field was one for passwords, and the number stood in the address.
async fn the_code_page_helps_whoever_types(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let html = scraper::Html::parse_document(&page.body);
    let [field] = &all(html.root_element(), "input[autocomplete=one-time-code]")[..] else {
        panic!("{}", page.body)
    };
    assert_eq!(attribute(*field, "inputmode"), "numeric");
    assert_ne!(attribute(*field, "type"), "password");
    let shown = page.page();
    assert!(shown.form("Resend code").has_button("Resend code"));
    assert!(shown.text.contains("•67"), "{}", shown.text);
    assert!(!page.path.contains('?'), "{}", page.path);
}

on_both_stores!(
    pages_speak_their_own_words,
    people_at_once_get_their_own_codes,
    a_part_of_a_code_is_no_code,
    the_subject_from_the_step_by_sms_is_the_user,
    a_wrong_code_after_an_expired_one_is_called_wrong,
    no_failure_of_a_provider_is_one_of_ours,
    nobody_locked_is_sent_a_code,
    the_code_page_helps_whoever_types,
);
