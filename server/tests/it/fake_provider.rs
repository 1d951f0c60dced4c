//! The SMS provider's side: what was sent to it, and the codes in it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::Uri;
use identity::sms::transport::{Answer, SendFailure};
use identity::testing::RecordingTransport;
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;

/// Every message, as a person reads it on the phone: percent-encoding undone.
pub fn messages(sms: &RecordingTransport) -> Vec<String> {
    let sent = sms.sent.lock().unwrap();
    sent.iter()
        .map(|wire| readable(&String::from_utf8_lossy(wire)))
        .collect()
}

/// The codes of all messages, oldest first.
pub fn codes(sms: &RecordingTransport) -> Vec<String> {
    messages(sms).iter().map(|message| code_in(message)).collect()
}

/// The newest code.
#[track_caller]
pub fn last_code(sms: &RecordingTransport) -> String {
    codes(sms).pop().expect("no SMS was sent")
}

/// A code that is none of those sent.
pub fn wrong_code(sms: &RecordingTransport) -> String {
    let codes = codes(sms);
    let mut candidates = (0..).map(|n| format!("{n:06}"));
    candidates.find(|candidate| !codes.contains(candidate)).unwrap()
}

/// What the next sends are answered, in order; afterwards 200 again.
pub fn answer_next(sms: &RecordingTransport, answers: Vec<Result<Answer, SendFailure>>) {
    *sms.answers.lock().unwrap() = answers;
}

pub fn readable(wire: &str) -> String {
    percent_decode_str(&wire.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

/// The code behind the words of the default message.
#[track_caller]
pub fn code_in(message: &str) -> String {
    let (_, after) = message.split_once("verification code is ").expect(message);
    after.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// A provider that is reached over a socket, for servers that are processes of their own.
pub struct HttpProvider {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<String>>>,
}

impl HttpProvider {
    pub async fn start() -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let kept = received.clone();
        let take = move |uri: Uri, body: String| async move {
            kept.lock().unwrap().push(readable(&format!("{uri} {body}")));
            "{}"
        };
        let router = Router::new().fallback(take);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, received }
    }

    pub fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}
