//! Name resolution that gives only addresses a request may connect to: what is checked is what is connected to, so a
//! name that changes its address in between (DNS rebinding) gains nothing.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{address, probe};
use crate::settings::Outbound;

/// A name has addresses, and none of them may be connected to.
#[derive(Debug, thiserror::Error)]
#[error("the address is reserved, and outbound.allow does not name it")]
pub(super) struct AddressRefused;

/// A name has no address.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NameNotFound(String);

/// Resolves by the system; `checked` is off only for a host and port that `outbound.allow` names, and for the proxy.
#[derive(Clone, Debug)]
pub(super) struct CheckedResolver {
    pub outbound: Outbound,
    pub checked: bool,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(|error| NameNotFound(error.to_string()))?.collect();
            probe::name_found();
            if found.is_empty() {
                return Err(NameNotFound("no addresses".into()).into());
            }
            Ok(Box::new(resolver.usable(found)?.into_iter()) as Addrs)
        })
    }
}

impl CheckedResolver {
    /// Of a name's addresses those that may be connected to: the connection is made to one of these very addresses.
    fn usable(&self, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, AddressRefused> {
        let may = |found: &SocketAddr| !self.checked || address::may_connect(&self.outbound, found.ip());
        let usable: Vec<SocketAddr> = found.into_iter().filter(may).collect();
        if usable.is_empty() {
            Err(AddressRefused)
        } else {
            Ok(usable)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usable(checked: bool, found: &[&str]) -> Result<Vec<String>, AddressRefused> {
        let resolver = CheckedResolver {
            outbound: Outbound::default(),
            checked,
        };
        let found = found.iter().map(|address| address.parse().unwrap()).collect();
        let usable = resolver.usable(found)?;
        Ok(usable.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_name_that_turns_to_a_private_address_leads_nowhere() {
        // What a rebinding name answers: the second time, or both at once.
        assert!(usable(true, &["127.0.0.1:0"]).is_err());
        assert!(usable(true, &["10.0.0.1:0", "[::1]:0", "[::ffff:169.254.169.254]:0"]).is_err());
        assert_eq!(
            usable(true, &["10.0.0.1:0", "8.8.8.8:0", "[fd00::1]:0"]).unwrap(),
            ["8.8.8.8:0"]
        );
        assert_eq!(
            usable(false, &["10.0.0.1:0"]).unwrap(),
            ["10.0.0.1:0"],
            "named with its port"
        );
    }
}
