//! What the preview shows is what leaves, to the byte: read at a socket, for every preset.

use std::net::Ipv4Addr;

use identity::sms::Limits;
use identity::sms::transport::SmsTransport as _;
use sms::presets;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::{key, moved, render, values};
use crate::harness::MOBILE;
use crate::sandbox::transport;

const DOTS: &str = "••••••••";

/// Reads one request to its end: to the empty line, and what Content-Length announces after it.
async fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|end| end == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(0, |length| length.parse().unwrap());
            if read.len() >= end + 4 + length {
                return read;
            }
        }
        let mut buffer = [0; 4096];
        let n = stream.read(&mut buffer).await.unwrap();
        assert_ne!(n, 0, "closed in the middle: {}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&buffer[..n]);
    }
}

/// What stands on the wire where the preview has dots, in order; `None` where anything else differs.
fn behind_the_dots(preview: &str, wire: &str) -> Option<Vec<String>> {
    let mut parts = preview.split(DOTS);
    let mut rest = wire.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    for part in parts {
        let end = if part.is_empty() { rest.len() } else { rest.find(part)? };
        found.push(rest[..end].to_owned());
        rest = &rest[end + part.len()..];
    }
    rest.is_empty().then_some(found)
}

#[tokio::test]
async fn the_bytes_on_the_wire_are_those_of_the_preview() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let here = format!("http://{}", listener.local_addr().unwrap());
    let transport = transport(Limits::PRODUCT);
    for preset in presets::all() {
        let settings = moved(preset, &here);
        let request = render(&settings, MOBILE, &|slot| Some(key(slot)));
        let receive = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let read = read_request(&mut stream).await;
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            stream.write_all(answer).await.unwrap();
            String::from_utf8(read).unwrap()
        };
        let (sent, wire) = tokio::join!(transport.send(&request), receive);
        assert_eq!(sent.unwrap().status, 200, "{}", preset.id);

        let template = sms::compile(&settings).template.unwrap();
        let preview = template.preview(&values(&settings, MOBILE));
        let hidden = behind_the_dots(&preview.text(), &wire);
        let hidden = hidden.unwrap_or_else(|| panic!("{}:\n{}\nis not\n{wire}", preset.id, preview.text()));
        // A body with a secret in it has a length that would tell the secret's, so it is dotted too.
        let length = request.body.as_deref().unwrap_or_default().len().to_string();
        let keys: Vec<String> = preset.keys.iter().map(|asked| key(&asked.slot)).collect();
        assert!(hidden.len() >= keys.len(), "{}: {hidden:?}", preset.id);
        for text in hidden {
            assert!(keys.contains(&text) || text == length, "{}: {text:?}", preset.id);
        }
        assert!(
            !preset
                .keys
                .iter()
                .any(|asked| preview.text().contains(&key(&asked.slot)))
        );
    }
}

/// Names of headers have no case (RFC 9110 5.1), and the client writes them in one of its own: so does the preview.
#[tokio::test]
async fn headers_in_any_case_leave_as_the_preview_shows_them() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let settings = sms::Settings {
        url: format!("http://{}/?to=&num", listener.local_addr().unwrap()),
        headers: "x-api-key: k\nSOAPAction: send\naccept: text/plain\nX--odd-: 1\ncontent-TYPE: text/plain".into(),
        payload: "&msg".into(),
        ..Default::default()
    };
    let request = render(&settings, MOBILE, &|_| None);
    let receive = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let read = read_request(&mut stream).await;
        drop(stream);
        String::from_utf8(read).unwrap()
    };
    let transport = transport(Limits::PRODUCT);
    let (_, wire) = tokio::join!(transport.send(&request), receive);
    let template = sms::compile(&settings).template.unwrap();
    assert_eq!(wire, template.preview(&values(&settings, MOBILE)).text());
    assert!(wire.contains("\r\nX-Api-Key: k\r\nSoapaction: send\r\n"), "{wire}");
}

#[test]
fn a_difference_outside_the_dots_is_found() {
    let preview = format!("GET /?k={DOTS}&to=1 HTTP/1.1");
    let wire = "GET /?k=sandbox&to=1 HTTP/1.1";
    assert_eq!(behind_the_dots(&preview, wire), Some(vec!["sandbox".to_owned()]));
    for other in [
        "GET /?k=sandbox&to=2 HTTP/1.1",
        "GET /?k=a&to=1 HTTP/1.1\r\n",
        "PUT /?k=a&to=1 HTTP/1.1",
    ] {
        assert_eq!(behind_the_dots(&preview, other), None, "{other}");
    }
}
