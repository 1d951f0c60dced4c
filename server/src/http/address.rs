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
    let forwarded = request.headers().get_all("x-forwarded-for").iter();
    // What is no text counts as a part that cannot be read.
    let chain: Vec<&str> = forwarded
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .collect();
    nearest(peer.ip().to_canonical(), &chain, trusted).to_string()
}

/// Goes back along the chain as far as the word of trusted proxies reaches. A part that cannot be read ends it: what
/// stands left of it may have been put there by anybody.
fn nearest(peer: IpAddr, chain: &[&str], trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let mut address = peer;
    for part in chain.iter().rev() {
        if !is_trusted(&address) {
            break;
        }
        let Some(hop) = hop(part.trim()) else { break };
        address = hop.to_canonical();
    }
    address
}

/// An address as proxies write it: bare, with a port, in brackets.
fn hop(part: &str) -> Option<IpAddr> {
    let in_brackets = || part.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    part.parse()
        .or_else(|_| part.parse().map(|address: SocketAddr| address.ip()))
        .ok()
        .or_else(in_brackets)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    fn from_proxy(chain: &[&str]) -> String {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        nearest("10.0.0.1".parse().unwrap(), chain, &proxies).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let chain = ["203.0.113.9", " 198.51.100.7", " 10.0.0.2"];
        assert_eq!(from_proxy(&chain), "198.51.100.7");
        assert_eq!(from_proxy(&[]), "10.0.0.1");
        let other = nearest("192.0.2.1".parse().unwrap(), &chain, &proxies);
        assert_eq!(other.to_string(), "192.0.2.1", "an untrusted peer's word");
        assert_eq!(
            nearest("10.0.0.1".parse().unwrap(), &chain, &[]).to_string(),
            "10.0.0.1"
        );
    }

    #[test]
    fn ports_and_brackets_are_read() {
        assert_eq!(from_proxy(&["203.0.113.9", "198.51.100.7:4711"]), "198.51.100.7");
        for written in ["[2001:db8::7]:4711", "[2001:db8::7]", "2001:db8::7"] {
            assert_eq!(from_proxy(&["203.0.113.9", written]), "2001:db8::7", "{written}");
        }
        assert_eq!(from_proxy(&["[::ffff:198.51.100.7]:1"]), "198.51.100.7");
    }

    #[test]
    fn nothing_left_of_an_unreadable_part_is_believed() {
        for part in ["unknown", "", "_hidden", "198.51.100.7:", "[198.51.100.7]"] {
            assert_eq!(from_proxy(&["203.0.113.9", part]), "10.0.0.1", "{part}");
            assert_eq!(from_proxy(&["203.0.113.9", part, "10.0.0.2"]), "10.0.0.2", "{part}");
        }
    }
}
