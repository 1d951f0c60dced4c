//! Deliveries to providers on loopback that behave badly, from the settings to the row: bounded, classified, and nothing
//! secret in what is kept or logged.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::input::Tick;
use domain::input::identity_provider::IdentityProviderInput;
use domain::phone::E164;
use entity::sms_delivery;
use sea_orm::EntityTrait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::attempts;
use super::failure::FailureKind;
use super::http::HttpTransport;
use super::http_tests::{SHORT, loopback, request, send};
use super::outcome::Outcome;
use super::transport::Cut;
use super::verdict::verdict;
use super::{Delivery, Purpose, deliver};
use crate::services::Parts;
use crate::testing::{services_with, settings};
use crate::{Services, identity_providers};

/// Serves every connection: reads the request's head, then does what `behave` says. Gives the port and how many came.
async fn serve<F, Fut>(behave: F) -> (u16, Arc<AtomicUsize>)
where
    F: Fn(TcpStream, u16) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let came = Arc::new(AtomicUsize::new(0));
    let count = came.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut read = Vec::new();
            while !read.windows(4).any(|end| end == b"\r\n\r\n") {
                let mut buffer = [0; 4096];
                match stream.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(n) => read.extend_from_slice(&buffer[..n]),
                }
            }
            tokio::spawn(behave(stream, port));
        }
    });
    (port, came)
}

/// Writes one byte after the other, each a while after the one before.
async fn drip(mut stream: TcpStream, text: &str) {
    for byte in text.bytes() {
        if stream.write_all(&[byte]).await.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_redirect_to_itself_is_asked_once() {
    let (port, came) = serve(|mut stream, port| async move {
        let text = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{port}/\r\nContent-Length: 0\r\n\r\n"
        );
        let _ = stream.write_all(text.as_bytes()).await;
    })
    .await;
    let result = send(&loopback(), &format!("http://127.0.0.1:{port}/")).await;
    let verdict = verdict(&::sms::Settings::default(), &result);
    assert_eq!((verdict.outcome, verdict.status), (Outcome::ProviderTrouble, Some(307)));
    assert_eq!(came.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_answer_byte_by_byte_ends_with_its_time() {
    let begun = Instant::now();
    let (port, _) = serve(|stream, _| drip(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")).await;
    let failure = send(&loopback(), &format!("http://127.0.0.1:{port}/"))
        .await
        .unwrap_err();
    assert_eq!(
        failure.kind,
        FailureKind::TimedOut,
        "each byte begins no new time: {failure:?}"
    );
    let (port, _) = serve(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
            .await;
        drip(stream, &"x".repeat(100)).await;
    })
    .await;
    let answer = send(&loopback(), &format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.status, answer.cut), (200, Some(Cut::TimedOut)));
    assert!(begun.elapsed() < 3 * SHORT.total, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_body_without_length_or_end_is_bounded() {
    let (port, _) = serve(|mut stream, _| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            .await;
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        while stream.write_all(chunk.as_bytes()).await.is_ok() {}
    })
    .await;
    let answer = send(&loopback(), &format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.body.len(), answer.cut), (64 * 1024, Some(Cut::TooLarge)));
}

#[tokio::test]
async fn one_that_is_busy_is_asked_again_when_it_says_so() {
    for head in [
        "Retry-After: 1",
        "Date: Tue, 24 Nov 2026 12:00:00 GMT\r\nRetry-After: Tue, 24 Nov 2026 12:00:01 GMT",
    ] {
        let busy = AtomicUsize::new(0);
        let (port, came) = serve(move |mut stream, _| {
            let first = busy.fetch_add(1, Ordering::SeqCst) == 0;
            async move {
                let text = match first {
                    true => format!("HTTP/1.1 503 Service Unavailable\r\n{head}\r\nContent-Length: 0\r\n\r\n"),
                    false => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned(),
                };
                let _ = stream.write_all(text.as_bytes()).await;
            }
        })
        .await;
        let transport = HttpTransport::with_limits(&loopback(), SHORT).unwrap();
        let request = request(&format!("http://127.0.0.1:{port}/"), ::sms::Settings::default());
        let attempted = attempts::send(&transport, &request, attempts::DEADLINE).await;
        assert_eq!((attempted.tries, attempted.result.unwrap().status), (2, 200), "{head}");
        assert!(attempted.took >= Duration::from_secs(1), "{head}: {:?}", attempted.took);
        assert_eq!(came.load(Ordering::SeqCst), 2);
    }
}

/// Services whose messages leave over sockets.
async fn on_loopback() -> (Services, crate::Actor) {
    let mut settings = settings();
    settings.outbound = loopback();
    let (services, _, _, actor) = services_with(settings).await;
    let services = Services::new(Parts {
        db: services.pool(),
        clock: services.clock.clone(),
        vault: crate::vault::Vault::new(&[7; 32]).unwrap(),
        hasher: crate::password::Hasher::new(1).unwrap(),
        sms: Arc::new(HttpTransport::with_limits(&services.settings.outbound, SHORT).unwrap()),
        settings: services.settings.clone(),
        signing_keys: Default::default(),
        known: Default::default(),
        time_outs: Default::default(),
    });
    (services, actor)
}

#[tokio::test]
async fn what_is_kept_of_a_bad_provider_holds_no_secret() {
    let (services, actor) = on_loopback().await;
    // It repeats the request's own line, with key, number and code, in an answer of each kind.
    let echo = "to=%2B94771234567&code=482913&key=s3cret";
    let (port, _) = serve(move |mut stream, _| async move {
        let body = format!("error: {echo}");
        let text = format!(
            "HTTP/1.1 400 {echo}\r\nX-Error: {echo}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.write_all(text.as_bytes()).await;
    })
    .await;
    let (garbled, _) = serve(move |mut stream, _| async move {
        let _ = stream.write_all(format!("{echo}\r\n\r\n").as_bytes()).await;
    })
    .await;
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for (port, expected, phase) in [
        (port, Outcome::Refused, "done"),
        (garbled, Outcome::Unknown, "answer"),
        (closed, Outcome::NotSent, "connect"),
    ] {
        let input = IdentityProviderInput {
            name: format!("Provider {port}"),
            sms_enabled: Tick(true),
            sms_url: format!("http://127.0.0.1:{port}/?key=s3cret&to=&num&code=&otp"),
            http_method: "GET".into(),
            ..Default::default()
        };
        let id = identity_providers::create(&services, &actor, &input).await.unwrap();
        let otp = identity_providers::sms_otp(&services, &services.db, id)
            .await
            .unwrap()
            .unwrap();
        let delivery = Delivery {
            otp: &otp,
            number: &E164::new("+94771234567").unwrap(),
            code: "482913",
            minutes: 5,
            user_id: actor.user_id,
            application: "travelocity.com",
            purpose: Purpose::SignIn,
            code_id: None,
        };
        let delivered = deliver(&services, delivery).await.unwrap();
        assert_eq!((delivered.outcome, delivered.phase), (expected, phase));
        let row = sms_delivery::Entity::find_by_id(delivered.id)
            .one(&services.db)
            .await
            .unwrap();
        for kept in [format!("{delivered:?}"), format!("{row:?}")] {
            for secret in ["s3cret", "482913", "94771234567"] {
                assert!(!kept.contains(secret), "{secret}: {kept}");
            }
        }
    }
}

#[tokio::test]
async fn the_number_is_on_the_wire_in_each_format() {
    for (format, expected) in [
        ("e164", "to=%2B94771234567 "),
        ("without_plus", "to=94771234567 "),
        ("national", "to=0771234567 "),
    ] {
        let (services, actor) = on_loopback().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).await.unwrap();
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                .await
                .unwrap();
            String::from_utf8(buffer[..read].to_vec()).unwrap()
        });
        let input = IdentityProviderInput {
            name: "SMSOTP".into(),
            sms_enabled: Tick(true),
            sms_url: format!("http://127.0.0.1:{port}/?code=&otp&to=&num"),
            http_method: "GET".into(),
            number_format: format.into(),
            test_number: "+94 77 123 4567".into(),
            ..Default::default()
        };
        let tested = super::send_test(&services, &actor, None, &input).await.unwrap();
        assert!(tested.accepted, "{tested:?}");
        let wire = server.await.unwrap();
        assert!(wire.lines().next().unwrap().contains(expected), "{format}: {wire}");
    }
}
