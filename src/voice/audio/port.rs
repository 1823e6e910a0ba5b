//! A pair of UDP ports for RTP and RTCP, with the key that this side would send with.

use media::srtp::{MasterKey, Suite};
use signaling::sdp::{AudioOptions, Codec, Direction, LocalKey, MediaSecurity, Sdp};
use signaling::transport::{DatagramSocket, Network};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// Ports of UM workers.
pub const UM_PORTS: Range<u16> = 10_000..20_000;
/// Ports of mediation servers and gateways.
pub const MEDIATION_PORTS: Range<u16> = 49_152..57_500;

/// Where the next search for a port begins.
static NEXT: OnceLock<AtomicU32> = OnceLock::new();

/// The local end of an audio stream.
#[derive(Debug)]
pub struct AudioPort {
    pub(super) rtp: Arc<DatagramSocket>,
    pub(super) rtcp: Option<DatagramSocket>,
    address: SocketAddr,
    pub(super) key: MasterKey,
    network: Network,
    session_id: u64,
    version: u64,
}

impl AudioPort {
    /// Binds an even port of a range and the odd one above it.
    pub async fn open(network: &Network, address: IpAddr, range: Range<u16>) -> io::Result<AudioPort> {
        let span = (range.end - range.start) / 2;
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        for _ in 0..span {
            // One after the other from where the process began: a port rests long before its next call.
            let turn = NEXT.get_or_init(|| AtomicU32::new(rand::random())).fetch_add(1, Ordering::Relaxed);
            let port = range.start + (turn % u32::from(span)) as u16 * 2;
            match network.bind_polled(SocketAddr::new(address, port)).await {
                Ok(rtp) => {
                    let rtcp = network.bind_polled(SocketAddr::new(address, port + 1)).await.ok();
                    return Ok(AudioPort {
                        rtp: Arc::new(rtp),
                        rtcp,
                        address: SocketAddr::new(address, port),
                        key: MasterKey::random(),
                        network: network.clone(),
                        session_id: u64::from(rand::random::<u32>()),
                        version: 1,
                    });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// The port as offer or answer describes it.
    pub fn options(&self, security: MediaSecurity, direction: Direction) -> AudioOptions {
        self.options_with(security, direction, vec![Codec::Pcmu, Codec::Pcma])
    }

    /// The same with other codecs.
    pub fn options_with(&self, security: MediaSecurity, direction: Direction, codecs: Vec<Codec>) -> AudioOptions {
        AudioOptions {
            address: self.address,
            codecs,
            security,
            key: Some(LocalKey { suite: Suite::AesCm128HmacSha1_80.name().into(), key: self.key.to_base64() }),
            direction,
            session_id: self.session_id,
            version: self.version,
        }
    }

    /// An offer.
    pub fn offer(&self, security: MediaSecurity) -> Sdp {
        signaling::sdp::offer(&self.options(security, Direction::SendRecv))
    }

    /// The next description is a new version (RFC 3264 8).
    pub fn next_version(&mut self) {
        self.version += 1;
        self.key = MasterKey::random();
    }

    /// The network that it lies in.
    pub fn network(&self) -> Network {
        self.network.clone()
    }

    /// Where media is received.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
