//! Whether the hosts that codes are sent to can be found. Nothing is sent to them.

use std::time::Duration;

use identity::{Services, identity_providers};
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::Findings;

const WHAT: &str = "network";
/// A send has as long to connect.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn look(services: &Services, findings: &mut Findings) {
    let providers = match identity_providers::contacts(services).await {
        Ok(providers) => providers,
        Err(error) => return findings.problem(WHAT, format!("the identity providers cannot be read: {error}")),
    };
    if services.settings.outbound.proxy.is_some() {
        return findings.ok(WHAT, "outbound.proxy finds the hosts, so they are not looked up here");
    }
    for provider in providers.into_iter().filter(|provider| provider.enabled) {
        let Some((host, port)) = provider.host else { continue };
        let host = host.trim_matches(['[', ']']);
        let found = timeout(PATIENCE, lookup_host((host, port))).await;
        let name = &provider.name;
        match found.map(|found| found.map(|addresses| addresses.count())) {
            Ok(Ok(addresses)) if addresses > 0 => {
                findings.ok(WHAT, format!("identity provider {name:?}: {host} is found"));
            }
            Ok(Ok(_)) => findings.problem(WHAT, format!("identity provider {name:?}: {host} has no address. Check SMS URL.")),
            Ok(Err(error)) => findings.problem(
                WHAT,
                format!("identity provider {name:?}: {host} is not found ({error}). Check SMS URL, and this machine's name servers."),
            ),
            Err(_) => findings.problem(
                WHAT,
                format!("identity provider {name:?}: no name server answers for {host} within 3 seconds. Check this machine's name servers."),
            ),
        }
    }
}
