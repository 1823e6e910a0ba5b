//! Packets that a script made ahead of time: the media clock sends them, however late the script's own turns are.

use super::pacer::{self, Paced};
use media::relay::Evenness;
use parking_lot::Mutex;
use signaling::transport::DatagramSocket;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;

/// Buffers kept for later.
const SPARE: usize = 4;
/// More is not kept: a second.
const MOST: usize = 50;

#[derive(Default)]
struct State {
    waiting: VecDeque<(SocketAddr, Vec<u8>)>,
    spare: Vec<Vec<u8>>,
    evenness: Evenness,
    closed: bool,
}

struct Shared {
    socket: Arc<DatagramSocket>,
    state: Mutex<State>,
}

/// The sending end of a leg; what waits still leaves when this is dropped.
pub(super) struct Outlet {
    shared: Arc<Shared>,
}

impl Outlet {
    /// An outlet of a socket; none where the media clock does not serve.
    pub fn open(socket: &Arc<DatagramSocket>) -> Option<Outlet> {
        if matches!(**socket, DatagramSocket::Simulated(_)) {
            return None;
        }
        let shared = Arc::new(Shared { socket: socket.clone(), state: Mutex::default() });
        pacer::enter(shared.clone()).then_some(Outlet { shared })
    }

    /// Takes a packet, and leaves an empty buffer for the next one.
    pub fn push(&self, packet: &mut Vec<u8>, to: SocketAddr) {
        let mut state = self.shared.state.lock();
        let mut buffer = match state.waiting.len() {
            MOST => state.waiting.pop_front().map(|(_, oldest)| oldest).unwrap_or_default(),
            _ => state.spare.pop().unwrap_or_default(),
        };
        buffer.clear();
        std::mem::swap(&mut buffer, packet);
        state.waiting.push_back((to, buffer));
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.shared.state.lock().closed = true;
    }
}

impl Paced for Shared {
    fn turn(&self) -> bool {
        let state = &mut *self.state.lock();
        for _ in 0..state.evenness.due(state.waiting.len()) {
            let Some((to, packet)) = state.waiting.pop_front() else { break };
            // What cannot be sent is lost, like any datagram.
            let _ = self.socket.send_to(&packet, to);
            if state.spare.len() < SPARE {
                state.spare.push(packet);
            }
        }
        !(state.closed && state.waiting.is_empty())
    }
}
