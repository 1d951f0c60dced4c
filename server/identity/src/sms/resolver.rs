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
            let usable: Vec<SocketAddr> = found
                .into_iter()
                .filter(|found| !resolver.checked || address::may_connect(&resolver.outbound, found.ip()))
                .collect();
            if usable.is_empty() {
                return Err(AddressRefused.into());
            }
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}
