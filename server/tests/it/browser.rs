//! A browser without scripts: cookies by the rules of `SameSite=Lax`, redirects followed on our own site only.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header, request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::ServiceExt as _;

use crate::form::Form;
use crate::page::{Page, all, attribute};

/// The public address of the server in tests that call the router.
pub const ORIGIN: &str = "http://localhost:9763";
const FORM: &str = "application/x-www-form-urlencoded";

/// What answers the browser.
#[derive(Clone)]
pub enum Server {
    Router(Router),
    /// A process of its own.
    Socket(SocketAddr),
    /// Several, each request to the next.
    Alternating(Arc<AtomicUsize>, Vec<SocketAddr>),
}

impl Server {
    pub fn alternating(nodes: impl Iterator<Item = SocketAddr>) -> Self {
        Self::Alternating(Arc::default(), nodes.collect())
    }
}

pub struct Browser {
    server: Mutex<Server>,
    origin: String,
    pub cookies: Mutex<BTreeMap<String, String>>,
    /// The page that is open, which a form is posted from.
    page: Mutex<String>,
    /// The address requests seem to come from.
    pub peer: SocketAddr,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Path and query of the request it answers.
    pub path: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: impl header::AsHeaderName) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        assert!(self.status.is_redirection(), "{self:?}");
        self.header(header::LOCATION)
    }

    /// Where a redirect leads, or a page that goes on by itself.
    pub fn leads_to(&self) -> String {
        if self.status.is_redirection() {
            return self.location().to_owned();
        }
        let html = scraper::Html::parse_document(&self.body);
        let refresh = all(html.root_element(), "meta[http-equiv=refresh]");
        let content = refresh.first().map(|meta| attribute(*meta, "content"));
        let url = content.as_deref().and_then(|content| content.strip_prefix("0;url="));
        url.unwrap_or_else(|| panic!("it leads nowhere: {self:?}")).to_owned()
    }

    pub fn page(&self) -> Page {
        Page::read(&self.body)
    }

    /// The page, which must have come with this status.
    #[track_caller]
    pub fn page_with(&self, status: u16) -> Page {
        assert_eq!(self.status, status, "{} {}", self.path, self.body);
        self.page()
    }
}

impl Browser {
    pub fn new(server: Server, origin: &str) -> Self {
        Self {
            server: Mutex::new(server),
            origin: origin.to_owned(),
            cookies: Mutex::default(),
            page: Mutex::default(),
            peer: SocketAddr::from(([192, 0, 2, 1], 40000)),
        }
    }

    /// The same browser, led to another node by the load balancer.
    pub fn route_to(&self, server: Server) {
        *self.server.lock().unwrap() = server;
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// A request as the address bar or a link makes it, with this browser's cookies.
    pub fn request(&self, method: Method, path: &str) -> request::Builder {
        let jar = self.cookies.lock().unwrap();
        let cookies: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.bare_request(method, path);
        if cookies.is_empty() {
            request
        } else {
            request.header(header::COOKIE, cookies.join("; "))
        }
    }

    fn bare_request(&self, method: Method, path: &str) -> request::Builder {
        let host = self.origin.split("://").nth(1).unwrap_or_default();
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, host)
            .header(header::ACCEPT, "text/html")
            .header(header::USER_AGENT, "Test browser")
            .extension(ConnectInfo(self.peer))
    }

    /// Sends one request and keeps the cookies that come back.
    pub async fn send(&self, request: request::Builder, body: impl Into<Body>) -> Answer {
        let request = request.body(body.into()).unwrap();
        let path = request.uri().path_and_query().unwrap().to_string();
        let server = self.server.lock().unwrap().clone();
        let response = match server {
            Server::Router(router) => router.oneshot(request).await.unwrap(),
            Server::Socket(address) => over_socket(address, request).await,
            Server::Alternating(turn, nodes) => {
                let at = turn.fetch_add(1, Ordering::Relaxed) % nodes.len();
                over_socket(nodes[at], request).await
            }
        };
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        let bytes = to_bytes(body, 8 << 20).await.unwrap();
        Answer {
            path,
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        path.clone_into(&mut self.page.lock().unwrap());
        self.send(self.request(Method::GET, path), "").await
    }

    /// What a browser says where a form of ours stands (`Referrer-Policy: same-origin`).
    fn referrer(&self) -> String {
        format!("{}{}", self.origin, self.page.lock().unwrap())
    }

    /// Opens a page and goes where it leads, as long as that is here.
    pub async fn open(&self, path: &str) -> Answer {
        let answer = self.get(path).await;
        self.follow(answer).await
    }

    /// Posts a form of one of our own pages.
    pub async fn post(&self, path: &str, form: &[(String, String)]) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header(header::ORIGIN, &self.origin)
            .header(header::REFERER, self.referrer())
            .header(header::CONTENT_TYPE, FORM);
        self.send_form(request, form).await
    }

    /// Posts a form of another site: Lax cookies stay at home.
    pub async fn post_from_elsewhere(&self, path: &str, form: &[(String, String)]) -> Answer {
        let request = self
            .bare_request(Method::POST, path)
            .header("sec-fetch-site", "cross-site")
            .header(header::ORIGIN, "https://sp.example")
            .header(header::CONTENT_TYPE, FORM);
        self.send_form(request, form).await
    }

    async fn send_form(&self, request: request::Builder, form: &[(String, String)]) -> Answer {
        let body = encode(form);
        self.send(request.header(header::CONTENT_LENGTH, body.len()), body)
            .await
    }

    /// Presses a button of a form and goes where that leads, as long as that is here.
    pub async fn press(&self, form: &Form, button: &str) -> Answer {
        let (action, pairs) = form.press(button);
        let answer = match form.multipart(button) {
            Some((kind, body)) => self.post_as(&action, &kind, body).await,
            None => self.post(&action, &pairs).await,
        };
        self.follow(answer).await
    }

    /// Posts this body from one of our own pages.
    pub async fn post_as(&self, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header(header::ORIGIN, &self.origin)
            .header(header::CONTENT_TYPE, kind)
            .header(header::CONTENT_LENGTH, body.len());
        self.send(request, body).await
    }

    pub async fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            if !answer.status.is_redirection() {
                return answer;
            }
            let location = answer.location().to_owned();
            let path = location.strip_prefix(&self.origin).unwrap_or(&location);
            if !path.starts_with('/') {
                return answer;
            }
            let path = path.split('#').next().unwrap_or_default().to_owned();
            answer = self.get(&path).await;
        }
        panic!("redirected in circles: {answer:?}");
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut jar = self.cookies.lock().unwrap();
        for value in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie::Cookie::parse(value.to_str().unwrap().to_owned()).unwrap();
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                jar.remove(cookie.name());
            } else {
                jar.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}

fn encode(form: &[(String, String)]) -> String {
    let mut encoder = url::form_urlencoded::Serializer::new(String::new());
    encoder.extend_pairs(form).finish()
}

async fn over_socket(address: SocketAddr, request: Request<Body>) -> Response<Body> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    tokio::spawn(connection);
    sender.send_request(request).await.unwrap().map(Body::new)
}
