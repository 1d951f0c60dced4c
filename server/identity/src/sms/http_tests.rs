//! The transport against servers on loopback that behave badly, each allowed through `outbound.allow`.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::failure::FailureKind;
use super::http::{HttpTransport, Limits};
use super::transport::{Answer, Cut, SendFailure, SmsTransport};
use crate::settings::{Allowed, Outbound};

pub(super) const SHORT: Limits = Limits {
    connect: Duration::from_millis(400),
    total: Duration::from_millis(900),
};

pub(super) fn loopback() -> Outbound {
    let networks = ["127.0.0.0/8", "::1/128"];
    Outbound {
        allow: networks
            .map(|network| Allowed::Network(network.parse().unwrap()))
            .to_vec(),
        proxy: None,
    }
}

pub(super) fn request(url: &str, settings: ::sms::Settings) -> ::sms::HttpRequest {
    let compiled = ::sms::compile(&::sms::Settings {
        url: url.into(),
        ..settings
    });
    let values = ::sms::Values {
        number: "+94771234567",
        code: "482913",
        minutes: 5,
        site: None,
    };
    compiled.template.unwrap().render(&values, &|_| None).unwrap()
}

pub(super) async fn send(outbound: &Outbound, url: &str) -> Result<Answer, SendFailure> {
    let settings = ::sms::Settings {
        method: ::sms::Method::Get,
        ..Default::default()
    };
    HttpTransport::with_limits(outbound, SHORT)
        .unwrap()
        .send(&request(url, settings))
        .await
}

/// Serves one connection: reads the request's head, then does what `behave` says. Gives what was read.
pub(super) async fn serve<F, Fut>(behave: F) -> (u16, JoinHandle<Vec<u8>>)
where
    F: FnOnce(TcpStream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = Vec::new();
        while !read.windows(4).any(|end| end == b"\r\n\r\n") {
            let mut buffer = [0; 4096];
            match stream.read(&mut buffer).await.unwrap() {
                0 => break,
                n => read.extend_from_slice(&buffer[..n]),
            }
        }
        behave(stream).await;
        read
    });
    (port, task)
}

pub(super) async fn answer(text: &'static str) -> (u16, JoinHandle<Vec<u8>>) {
    serve(move |mut stream| async move {
        stream.write_all(text.as_bytes()).await.unwrap();
    })
    .await
}

#[tokio::test]
async fn what_is_sent_is_what_the_preview_shows() {
    let (port, server) = answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\n{}").await;
    let settings = ::sms::Settings {
        headers: "X-Version: 1\nAuthorization: Bearer abc\nContent-Type: application/json".into(),
        payload: r#"{"to":"&num"}"#.into(),
        ..Default::default()
    };
    let request = request(&format!("http://127.0.0.1:{port}/rest/message?x=&otp"), settings);
    let answer = HttpTransport::with_limits(&loopback(), SHORT)
        .unwrap()
        .send(&request)
        .await
        .unwrap();
    assert_eq!((answer.status, answer.body.as_str(), answer.cut), (200, "{}", None));
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    assert!(answer.phases.connected.is_some() && answer.phases.first_byte <= answer.phases.done);
    let lines = |bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap().to_owned();
        let mut lines: Vec<String> = head.split("\r\n").map(str::to_owned).collect();
        lines[1..].sort();
        lines
    };
    assert_eq!(lines(&server.await.unwrap()), lines(&request.to_wire()));
    assert!(!format!("{answer:?}").contains("{}"), "the body is in no log");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let (other, followed) = answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let text = format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{other}/\r\nContent-Length: 0\r\n\r\n");
    let (port, _server) =
        serve(move |mut stream| async move { stream.write_all(text.as_bytes()).await.unwrap() }).await;
    assert_eq!(
        send(&loopback(), &format!("http://127.0.0.1:{port}/"))
            .await
            .unwrap()
            .status,
        302
    );
    assert!(!followed.is_finished());
    followed.abort();
}

#[tokio::test]
async fn a_body_of_a_hundred_megabytes_is_bounded() {
    let (port, server) = serve(|mut stream| async move {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 100 << 20);
        let _ = stream.write_all(head.as_bytes()).await;
        let chunk = vec![b'x'; 1 << 20];
        // stops as soon as the other side hangs up
        for _ in 0..100 {
            if stream.write_all(&chunk).await.is_err() {
                break;
            }
        }
    })
    .await;
    let answer = send(&loopback(), &format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.body.len(), answer.cut), (64 * 1024, Some(Cut::TooLarge)));
    server.await.unwrap();
}

#[tokio::test]
async fn headers_without_end_are_bounded() {
    for line in ["X-Filler: 0123456789012345678901234567890123456789\r\n", "0123456789"] {
        let (port, server) = serve(move |mut stream| async move {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-First: ").await;
            while stream.write_all(line.repeat(1000).as_bytes()).await.is_ok() {}
        })
        .await;
        let failure = send(&loopback(), &format!("http://127.0.0.1:{port}/"))
            .await
            .unwrap_err();
        assert!(
            matches!(failure.kind, FailureKind::BadAnswer | FailureKind::TimedOut),
            "{failure:?}"
        );
        assert!(failure.kind.may_have_left());
        server.await.unwrap();
    }
}

#[tokio::test]
async fn a_connection_closed_early_may_have_sent() {
    let (port, _server) = serve(|stream| async move { drop(stream) }).await;
    let failure = send(&loopback(), &format!("http://127.0.0.1:{port}/"))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::ClosedEarly, "{failure:?}");

    let (port, _server) = answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await;
    let cut = send(&loopback(), &format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!(
        (cut.status, cut.body.as_str(), cut.cut),
        (200, "half", Some(Cut::ClosedEarly))
    );

    let (port, _server) = answer("SSH-2.0-OpenSSH_9.6\r\n").await;
    let failure = send(&loopback(), &format!("http://127.0.0.1:{port}/"))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::BadAnswer, "{failure:?}");
}

#[tokio::test]
async fn time_outs_are_told_apart() {
    let (port, server) = serve(|stream| async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(stream);
    })
    .await;
    let failure = send(&loopback(), &format!("http://127.0.0.1:{port}/"))
        .await
        .unwrap_err();
    assert_eq!(
        failure.kind,
        FailureKind::TimedOut,
        "it was sent, and nothing came: {failure:?}"
    );
    server.abort();

    let (port, server) = serve(|mut stream| async move {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow")
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    let answer = send(&loopback(), &format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.status, answer.cut), (200, Some(Cut::TimedOut)));
    server.abort();

    // It accepts the connection, and never answers the TLS handshake.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://127.0.0.1:{}/", silent.local_addr().unwrap().port());
    let failure = send(&loopback(), &url).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::ConnectTimeout, "{failure:?}");
    assert!(!failure.kind.may_have_left());
}

#[tokio::test]
async fn what_never_connected_cannot_have_left() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let failure = send(&loopback(), &format!("http://127.0.0.1:{port}/?key=s3cret"))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::ConnectionRefused, "{failure:?}");
    assert!(
        !format!("{failure:?}").contains("s3cret"),
        "no part of the request is in an error"
    );

    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = plain.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.write_all(b"this is no TLS\r\n").await.unwrap();
    });
    let failure = send(&loopback(), &format!("https://127.0.0.1:{port}/"))
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Tls, "{failure:?}");

    // RFC 6761 section 6.4: no resolver answers for it.
    let failure = send(&loopback(), "http://sms.invalid/").await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NameNotFound, "{failure:?}");
}

#[tokio::test]
async fn a_private_address_is_refused_in_every_notation() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let transport = HttpTransport::with_limits(&Outbound::default(), SHORT).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "0x7f000001",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "localhost",
        "LOCALHOST",
        "10.0.0.1",
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "127.0.0.1.",
        "１２７.0.0.1",
        "%31%32%37.0.0.1",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::7f00:1]",
        "[2002:a9fe:a9fe::1]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
        "[fe80::1]",
        "[fd00::1]",
        "100.64.0.1",
        "224.0.0.1",
    ] {
        let request = ::sms::HttpRequest {
            method: ::sms::Method::Get,
            scheme: ::sms::Scheme::Http,
            host: host.into(),
            port: Some(port),
            target: "/".into(),
            headers: Vec::new(),
            body: None,
        };
        let failure = transport.send(&request).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::AddressRefused, "{host}: {failure:?}");
    }
    let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(nobody.is_err(), "no connection was tried");
}

#[tokio::test]
async fn a_host_with_its_port_can_be_allowed() {
    let (port, _server) = answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let allow = |host: &str, port| Outbound {
        allow: vec![Allowed::HostPort(host.into(), port)],
        proxy: None,
    };
    let url = format!("http://localhost:{port}/");
    assert_eq!(
        send(&allow("127.0.0.1", port), &url).await.unwrap_err().kind,
        FailureKind::AddressRefused,
        "another name"
    );
    assert_eq!(
        send(&allow("localhost", port ^ 1), &url).await.unwrap_err().kind,
        FailureKind::AddressRefused,
        "another port"
    );
    assert_eq!(send(&allow("localhost", port), &url).await.unwrap().status, 200);
}
