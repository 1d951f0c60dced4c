//! What comes of an address: over the real way out, from servers on loopback that behave badly.

use std::time::Duration;

use domain::input::metadata::MAX_BYTES;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::fetch::{TRIES, URL_MAX, address, body, failed, fetch, request};
use super::source::URL;
use crate::settings::{Allowed, Outbound};
use crate::sms::transport::SmsTransport;
use crate::sms::{HttpTransport, Limits};
use crate::{Actor, Error, testing};

fn loopback() -> Outbound {
    Outbound {
        allow: vec![Allowed::Network("127.0.0.0/8".parse().unwrap())],
        proxy: None,
    }
}

/// Answers every connection with `text`; gives its port.
async fn serve(text: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut read = [0; 4096];
            let _ = stream.read(&mut read).await;
            let _ = stream.write_all(&text).await;
        }
    });
    port
}

fn http(head: &str, body: &[u8]) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    text.extend_from_slice(body);
    text
}

/// What comes of an address, over the real way out.
async fn get(outbound: &Outbound, url: &str) -> Result<Vec<u8>, String> {
    let url = address(url)?;
    let transport = HttpTransport::with_limits(
        outbound,
        Limits {
            connect: Duration::from_millis(400),
            total: Duration::from_millis(900),
        },
    )
    .unwrap();
    match transport.fetch(&request(&url).unwrap(), MAX_BYTES + 1).await {
        Ok(document) => body(document),
        Err(failure) => Err(failed(&url, &failure)),
    }
}

#[tokio::test]
async fn a_document_of_many_megabytes_comes_whole() {
    let whole = vec![b'x'; 3 << 20];
    let port = serve(http("200 OK", &whole)).await;
    let got = get(&loopback(), &format!("http://127.0.0.1:{port}/metadata?x=1")).await;
    assert_eq!(got.unwrap(), whole);
}

#[tokio::test]
async fn a_document_without_end_is_bounded() {
    let port = serve(http("200 OK", &vec![b'x'; MAX_BYTES + 4096])).await;
    let got = get(&loopback(), &format!("http://127.0.0.1:{port}/")).await;
    assert_eq!(
        got.unwrap().len(),
        MAX_BYTES + 1,
        "one byte more, so that it is known to be too large"
    );
}

#[tokio::test]
async fn each_thing_that_goes_wrong_has_its_own_words() {
    let redirect = serve(http("302 Found\r\nLocation: http://127.0.0.1:1/elsewhere", b"")).await;
    let missing = serve(http("404 Not Found", b"nothing here")).await;
    let silent = serve(Vec::new()).await;
    let slow = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let slow_port = slow.local_addr().unwrap().port();
    let cut = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".to_vec()).await;
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for (outbound, url, words) in [
        (
            loopback(),
            format!("http://127.0.0.1:{redirect}/"),
            "leads on to `http://127.0.0.1:1/elsewhere`",
        ),
        (loopback(), format!("http://127.0.0.1:{missing}/"), "status 404"),
        (
            loopback(),
            format!("http://127.0.0.1:{silent}/"),
            "closed the connection",
        ),
        (
            loopback(),
            format!("http://127.0.0.1:{slow_port}/"),
            "did not answer within",
        ),
        (
            loopback(),
            format!("http://127.0.0.1:{cut}/"),
            "in the middle of the metadata",
        ),
        (loopback(), format!("http://127.0.0.1:{free}/"), "Nothing answers"),
        (loopback(), format!("https://127.0.0.1:{missing}/"), "No TLS connection"),
        (
            Outbound::default(),
            format!("http://127.0.0.1:{missing}/"),
            "`outbound.allow`",
        ),
        (Outbound::default(), "http://[::1]:1/".to_owned(), "`outbound.allow`"),
        (Outbound::default(), "http://0x7f.1/".to_owned(), "`outbound.allow`"),
        (
            Outbound::default(),
            "http://169.254.169.254/latest".to_owned(),
            "`outbound.allow`",
        ),
        (
            Outbound::default(),
            "http://no-such-host.invalid/".to_owned(),
            "not found in DNS",
        ),
    ] {
        let wrong = get(&outbound, &url).await.unwrap_err();
        assert!(wrong.contains(words), "{url}: {wrong}");
    }
    drop(slow);
}

#[test]
fn only_web_addresses_that_can_be_shown() {
    for (typed, words) in [
        ("sp.example.org/metadata", "no web address"),
        ("ftp://sp.example.org/", "no web address"),
        ("file:///etc/passwd", "no web address"),
        ("data:text/xml,<x/>", "no web address"),
        ("https://user:secret@sp.example.org/", "user name or password"),
        ("https://user@sp.example.org/", "user name or password"),
        ("https://sp.example.org/a b", "white space"),
        ("https://sp.example.org/\0", "control character"),
    ] {
        let wrong = address(typed).unwrap_err();
        assert!(wrong.contains(words) && !wrong.contains("secret"), "{typed}: {wrong}");
    }
    assert!(address(&format!("https://sp.example.org/{}", "x".repeat(URL_MAX))).is_err());
    let url = address("https://sp.example.org:8443/metadata?tenant=1").unwrap();
    assert_eq!(request(&url).unwrap().url(), url.as_str());
}

#[tokio::test]
async fn an_administrator_fetches_five_times_a_minute() {
    let (services, clock, transport, admin) = testing::services_with(testing::settings()).await;
    let other = Actor {
        user_id: Some(77),
        ..admin.clone()
    };
    let tries = async |actor: &Actor| fetch(&services, actor, "https://sp.example.org/metadata").await;
    for _ in 0..TRIES {
        assert!(tries(&admin).await.is_err(), "nothing is there");
    }
    let wrong = match tries(&admin).await {
        Err(Error::Invalid(problems)) => problems.of(URL).unwrap(),
        other => panic!("{other:?}"),
    };
    assert!(wrong.contains("within a minute"), "{wrong}");
    assert_eq!(transport.fetched.lock().unwrap().len(), 5, "the sixth was not sent");
    assert!(tries(&other).await.is_err());
    assert_eq!(transport.fetched.lock().unwrap().len(), 6, "somebody else may");
    clock.advance(chrono::Duration::seconds(61));
    transport
        .documents
        .lock()
        .unwrap()
        .push(Ok(testing::document(200, "<x/>")));
    assert_eq!(tries(&admin).await.unwrap(), b"<x/>");
}
