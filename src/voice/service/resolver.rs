//! The organisation's DNS as agents see it: swapped with each snapshot.

use arc_swap::ArcSwap;
use signaling::resolve::{Resolve, ResolveError, Zone};
use signaling::transport::{Hop, Transport};
use signaling::uri::SipUri;
use std::net::{IpAddr, SocketAddr};

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

/// The zone as somebody outside sees it: a literal address with its port is taken as it stands, the port offset is in it already.
pub struct Outside(pub std::sync::Arc<LiveZone>);

impl Resolve for Outside {
    fn resolve(&self, uri: &SipUri) -> Result<Vec<Hop>, ResolveError> {
        if let (Ok(address), Some(port)) = (uri.bare_host().parse::<IpAddr>(), uri.port) {
            let transport = match uri.transport() {
                Some(text) => Transport::parse(&text).ok_or(ResolveError::Transport(text))?,
                None => Transport::Udp,
            };
            return Ok(vec![Hop { transport, address: SocketAddr::new(address, port), name: uri.host.clone() }]);
        }
        self.0.resolve(uri)
    }

    fn knows(&self, address: IpAddr) -> bool {
        self.0.knows(address)
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
