//! Where the server listens, where browsers reach it, and whether the two go together.

use std::net::SocketAddr;
use std::time::Duration;

use identity::settings::Allowed;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use url::{Host, Url};

use super::Findings;
use crate::config::Config;

const WHAT: &str = "addresses";
/// On this machine an answer takes no time.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn look(config: &Config, findings: &mut Findings) {
    let public = &config.identity.public_url;
    let listens: Vec<SocketAddr> = match lookup_host(&config.listen).await {
        Ok(addresses) => addresses.collect(),
        Err(error) => {
            let words = format!(
                "{} (setting listen) is no known address: {error}. Give a host and a port of this machine.",
                config.listen
            );
            findings.problem(WHAT, words);
            Vec::new()
        }
    };
    cookies(config, &listens, findings);
    proxies(config, &listens, findings);
    let shown = public.as_str().trim_end_matches('/');
    findings.ok(
        WHAT,
        format!(
            "browsers reach it at {shown} (setting public_url), it listens on {}; requests for another Host are redirected or refused",
            config.listen
        ),
    );
    outbound(config, findings);
    running(&listens, findings).await;
}

/// Whoever can read along has the session.
fn cookies(config: &Config, listens: &[SocketAddr], findings: &mut Findings) {
    let public = &config.identity.public_url;
    let open = listens.iter().any(|address| !address.ip().is_loopback());
    if config.identity.is_https() {
        findings.ok(
            "cookies",
            "public_url is https: cookies are Secure and bound to the host",
        );
        if open && config.trusted_proxies.is_empty() {
            findings.warn(
                "cookies",
                format!(
                    "{} takes plain HTTP from other machines. If a proxy ends TLS, let it listen on this machine's loopback or name the proxy in trusted_proxies.",
                    config.listen
                ),
            );
        }
    } else if is_loopback(public) {
        findings.ok("cookies", "public_url is http on this machine: nobody can read along");
    } else {
        findings.problem(
            "cookies",
            format!("public_url is {public}: cookies and passwords go over plain HTTP, for everybody on the way to read. Put TLS in front and make public_url https."),
        );
    }
}

fn proxies(config: &Config, listens: &[SocketAddr], findings: &mut Findings) {
    let public = &config.identity.public_url;
    let direct = listens
        .iter()
        .any(|address| Some(address.port()) == public.port_or_known_default());
    if !listens.is_empty() && !direct && config.trusted_proxies.is_empty() {
        findings.warn(
            WHAT,
            "public_url has another port than listen, so something passes requests on. Name it in trusted_proxies: without, every request counts as the proxy's, and one guesser slows all users down.",
        );
    }
    if config.trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
        findings.problem(
            "proxies",
            "trusted_proxies names every address there is: whoever asks can choose the address that is logged and counted. Name the proxy alone.",
        );
    }
}

fn outbound(config: &Config, findings: &mut Findings) {
    let all = |allowed: &Allowed| matches!(allowed, Allowed::Network(network) if network.prefix_len() == 0);
    if config.identity.outbound.allow.iter().any(all) {
        findings.warn(
            "outbound",
            "outbound.allow names every address: an SMS URL can then reach everything in this network. Name the hosts that are meant.",
        );
    }
}

/// Asks the server itself, if it runs.
async fn running(listens: &[SocketAddr], findings: &mut Findings) {
    for address in listens {
        match timeout(PATIENCE, ready(*address)).await {
            Ok(Ok(200)) => return findings.ok("server", format!("it runs and answers at {address}")),
            Ok(Ok(status)) => {
                let words = format!(
                    "something answers at {address} with {status} for /health/ready. See the server's log, or what else listens there."
                );
                return findings.problem("server", words);
            }
            Err(_) => {
                let words = format!(
                    "something listens at {address} and does not answer. See the server's log, or what else listens there."
                );
                return findings.problem("server", words);
            }
            Ok(Err(_)) => {}
        }
    }
    findings.ok("server", "it does not run");
}

/// The status of `/health/ready`, which every Host may ask for.
async fn ready(address: SocketAddr) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(64).read_to_end(&mut answer).await?;
    let status = String::from_utf8_lossy(&answer);
    let status = status.split(' ').nth(1).and_then(|status| status.parse().ok());
    Ok(status.unwrap_or_default())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
