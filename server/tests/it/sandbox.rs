//! The SMS sandbox on a socket of its own, and the real transport, which may reach this machine.

use std::net::{Ipv4Addr, SocketAddr};

use identity::settings::{Allowed, Outbound};
use identity::sms::{HttpTransport, Limits};
use tokio::net::TcpListener;

/// Serves the sandbox until the test ends.
pub async fn serve() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = sample::Settings {
        listen: address,
        public_url: format!("http://{address}").parse().unwrap(),
        issuer: "travelocity.com".into(),
        // The service provider's half is not asked for anything.
        idp_metadata_url: "http://127.0.0.1:9/metadata".parse().unwrap(),
        idp_console_url: "http://127.0.0.1:9/console".parse().unwrap(),
    };
    tokio::spawn(sample::serve(settings, listener, std::future::pending()));
    address
}

pub fn transport(limits: Limits) -> HttpTransport {
    let outbound = Outbound {
        allow: vec![Allowed::Network("127.0.0.0/8".parse().unwrap())],
        proxy: None,
    };
    HttpTransport::with_limits(&outbound, limits).unwrap()
}
