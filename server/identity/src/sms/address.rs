//! Which addresses requests of ours may connect to. Whoever may edit an SMS URL must not reach what only this machine
//! and its network can (server-side request forgery, OWASP A10:2021).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::settings::{Allowed, Outbound};

/// Whether the address itself may be connected to: it is public, or a network of `outbound.allow` holds it.
pub(super) fn may_connect(outbound: &Outbound, address: IpAddr) -> bool {
    let address = address.to_canonical();
    let named = outbound
        .allow
        .iter()
        .any(|allowed| matches!(allowed, Allowed::Network(network) if network.contains(&address)));
    named || is_public(address)
}

/// Whether `outbound.allow` names this very host and port, whatever it resolves to.
pub(super) fn is_named(outbound: &Outbound, host: &str, port: u16) -> bool {
    let bare = |host: &str| host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    outbound.allow.iter().any(
        |allowed| matches!(allowed, Allowed::HostPort(name, number) if *number == port && bare(name) == bare(host)),
    )
}

/// Whether an address is one of the public internet, by the IANA special-purpose registries (RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => embedded(address).is_none_or(is_public_v4) && is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let refused = address.is_unspecified()
        || a == 0
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        // shared by carriers (RFC 6598)
        || (a == 100 && (64..128).contains(&b))
        // IETF protocol assignments (RFC 6890), 6to4 relays (RFC 7526)
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        // benchmarking (RFC 2544)
        || (a == 198 && (18..20).contains(&b))
        // reserved (RFC 1112)
        || a >= 240;
    !refused
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let refused = address.is_unspecified()
        || address.is_loopback()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        // site-local, deprecated (RFC 3879)
        || first & 0xffc0 == 0xfec0
        // documentation (RFC 3849, RFC 9637), discard (RFC 6666)
        || (first == 0x2001 && second == 0x0db8)
        || first == 0x3fff
        || first == 0x0100
        // NAT64 with a local prefix (RFC 8215), and what is not global unicast at all
        || (first == 0x0064 && second == 0xff9b && address.segments()[2] == 1)
        || (first & 0xe000 != 0x2000 && !(first == 0x0064 && second == 0xff9b));
    !refused
}

/// The IPv4 address that a translated or tunnelled address leads to: checked as well, since a gateway on the way turns
/// it back. IPv4-mapped and -compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [first, second, third, .., high, low] = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match (first, second) {
        (0x0064, 0xff9b) => Some(v4(high, low)),
        (0x2002, _) => Some(v4(second, third)),
        // a Teredo client's address is written with every bit turned
        (0x2001, 0) => Some(v4(!high, !low)),
        (0, 0) => Some(v4(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for refused in [
            "0.0.0.0",
            "0.1.2.3",
            "127.0.0.1",
            "127.255.255.254",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001:0:4136:e378:8000:63bf:80ff:fffe",
            "2001:db8::1",
            "3fff::1",
            "100::1",
            "4000::1",
        ] {
            assert!(
                !may_connect(&Outbound::default(), refused.parse().unwrap()),
                "{refused}"
            );
        }
        for public in [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
        ] {
            assert!(may_connect(&Outbound::default(), public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_network_or_a_host_with_its_port_can_be_named() {
        let outbound = Outbound {
            allow: vec![
                Allowed::Network("10.1.0.0/16".parse().unwrap()),
                Allowed::HostPort("localhost".into(), 8080),
                Allowed::HostPort("[::1]".into(), 8081),
            ],
            proxy: None,
        };
        assert!(may_connect(&outbound, "10.1.2.3".parse().unwrap()));
        assert!(
            may_connect(&outbound, "::ffff:10.1.2.3".parse().unwrap()),
            "written as IPv6 it is the same address"
        );
        assert!(!may_connect(&outbound, "10.2.0.1".parse().unwrap()));
        assert!(is_named(&outbound, "LocalHost", 8080) && is_named(&outbound, "::1", 8081));
        assert!(!is_named(&outbound, "localhost", 8081) && !is_named(&outbound, "localhost.example.com", 8080));
    }
}
