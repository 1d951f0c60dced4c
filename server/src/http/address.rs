//! The network address a request comes from: the peer's, or what a trusted proxy says.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::extract::Request;
use ipnet::IpNet;

/// The nearest address in the chain that is not a trusted proxy's. Only a trusted peer's `X-Forwarded-For` is read.
#[must_use]
pub fn of(request: &Request, trusted: &[IpNet]) -> String {
    let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
        return String::new();
    };
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let chain: Vec<IpAddr> = forwarded
        .flat_map(|value| value.split(','))
        .filter_map(|part| part.trim().parse().ok())
        .collect();
    nearest(peer.ip().to_canonical(), &chain, trusted).to_string()
}

fn nearest(peer: IpAddr, chain: &[IpAddr], trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let mut address = peer;
    for hop in chain.iter().rev() {
        if !is_trusted(&address) {
            break;
        }
        address = hop.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let ip = |text: &str| text.parse().unwrap();
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let chain = [ip("203.0.113.9"), ip("198.51.100.7"), ip("10.0.0.2")];
        assert_eq!(nearest(ip("10.0.0.1"), &chain, &proxies), ip("198.51.100.7"));
        assert_eq!(
            nearest(ip("192.0.2.1"), &chain, &proxies),
            ip("192.0.2.1"),
            "an untrusted peer's word"
        );
        assert_eq!(nearest(ip("10.0.0.1"), &[], &proxies), ip("10.0.0.1"));
        assert_eq!(nearest(ip("10.0.0.1"), &chain, &[]), ip("10.0.0.1"));
    }
}
