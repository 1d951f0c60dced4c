//! The whole server on a socket: another port than the settings say, and a stop with an event stream open.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::Settings;

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a browser, asking loopback")]
async fn it_serves_its_real_port_and_stops_while_a_page_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let settings = Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: "http://sample.example:8080".parse().unwrap(),
        issuer: "travelocity.com".into(),
        idp_metadata_url: "http://127.0.0.1:9/metadata".parse().unwrap(),
        idp_console_url: "http://localhost:9763/console".parse().unwrap(),
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(crate::serve(settings, listener, async move {
        let _ = stopped.await;
    }));
    let get = async |path: &str| {
        let url = format!("{origin}{path}");
        timeout(SOON, reqwest::get(url)).await.unwrap().unwrap()
    };
    let home = get("/").await.text().await.unwrap();
    assert!(home.contains(&format!("<code>{origin}/saml/acs</code>")), "{home}");
    let mut events = get("/sms/events").await;
    assert_eq!(events.status(), 200);

    stop.send(()).unwrap();
    let end = timeout(SOON, events.chunk()).await.unwrap().unwrap();
    assert_eq!(end, None);
    timeout(SOON, server).await.unwrap().unwrap().unwrap();
}
