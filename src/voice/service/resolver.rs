//! The organisation's DNS as agents see it: swapped with each snapshot.

use arc_swap::ArcSwap;
use signaling::resolve::{Resolve, ResolveError, Zone};
use signaling::transport::Hop;
use signaling::uri::SipUri;
use std::net::IpAddr;

/// A zone that changes while agents hold it.
#[derive(Default)]
pub struct LiveZone {
    zone: ArcSwap<Zone>,
}

impl LiveZone {
    /// Replaces the zone.
    pub fn set(&self, zone: Zone) {
        self.zone.store(std::sync::Arc::new(zone));
    }

    /// Addresses of a name.
    pub fn lookup(&self, name: &str) -> Vec<IpAddr> {
        self.zone.load().lookup(name)
    }
}

impl Resolve for LiveZone {
    fn resolve(&self, uri: &SipUri) -> Result<Vec<Hop>, ResolveError> {
        self.zone.load().resolve(uri)
    }

    fn knows(&self, address: IpAddr) -> bool {
        self.zone.load().knows(address)
    }
}
