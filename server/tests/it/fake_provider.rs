//! The SMS provider's side: what was sent to it, and the codes in it.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
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
    /// Statuses of the next answers; then 200 again.
    statuses: Arc<Mutex<VecDeque<StatusCode>>>,
}

impl HttpProvider {
    pub async fn start() -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let statuses: Arc<Mutex<VecDeque<StatusCode>>> = Arc::default();
        let (kept, next) = (received.clone(), statuses.clone());
        let take = move |uri: Uri, headers: HeaderMap, body: String| async move {
            let message = readable(&format!("{uri} {body}"));
            kept.lock().unwrap().push(message.clone());
            match next.lock().unwrap().pop_front() {
                // An error quotes all that came, as some vendors' do.
                Some(status) => (status, format!("{message} {headers:?}")),
                None => (StatusCode::OK, "{}".to_owned()),
            }
        };
        let router = Router::new().fallback(take);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            address,
            received,
            statuses,
        }
    }

    /// What the next requests are answered, in order.
    pub fn answer_next(&self, statuses: &[u16]) {
        let statuses = statuses.iter().map(|status| StatusCode::from_u16(*status).unwrap());
        self.statuses.lock().unwrap().extend(statuses);
    }

    pub fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}
