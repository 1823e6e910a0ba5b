//! A network inside the process: datagrams and streams over channels, with loss and delay that a test can set.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;

type Datagram = (Vec<u8>, SocketAddr);
type Connection = (DuplexStream, SocketAddr);

#[derive(Debug, Default)]
struct State {
    sockets: HashMap<SocketAddr, mpsc::Sender<Datagram>>,
    listeners: HashMap<SocketAddr, mpsc::Sender<Connection>>,
    next_port: u16,
    faults: Faults,
    /// State of the pseudo random numbers that decide on loss: tests repeat exactly.
    seed: u64,
    delay: Duration,
}

/// What happens to datagrams, each in 1/1000.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    pub lost: u32,
    pub duplicated: u32,
    /// Overtaken by the next ones: 45 ms late.
    pub reordered: u32,
    /// Later than a jitter buffer waits: 300 ms.
    pub late: u32,
}

/// The simulated network.
#[derive(Debug, Default)]
pub struct SimulatedNetwork {
    state: Arc<Mutex<State>>,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SimulatedNetwork {
    /// A network without faults.
    pub fn new() -> Arc<SimulatedNetwork> {
        Arc::new(SimulatedNetwork {
            state: Arc::new(Mutex::new(State { next_port: 40000, seed: 0x9E37_79B9_7F4A_7C15, ..State::default() })),
        })
    }

    /// Loses that many of 1,000 datagrams.
    pub fn set_loss(&self, permille: u32) {
        lock(&self.state).faults.lost = permille;
    }

    /// Sets all faults of datagrams.
    pub fn set_faults(&self, faults: Faults) {
        lock(&self.state).faults = faults;
    }

    /// Datagram sockets that are open, so that tests see what was left behind.
    pub fn open_sockets(&self) -> usize {
        lock(&self.state).sockets.len()
    }

    /// Takes connections at an address and never says a word.
    pub fn listen_silently(&self, address: SocketAddr) -> io::Result<SimulatedListener> {
        self.listen(address)
    }

    /// Opens a connection that never says a word.
    pub fn connect_silently(&self, local: IpAddr, remote: SocketAddr) -> io::Result<DuplexStream> {
        self.connect(local, remote)
    }

    /// Delays each datagram.
    pub fn set_delay(&self, delay: Duration) {
        lock(&self.state).delay = delay;
    }

    fn free_port(state: &mut State, ip: IpAddr) -> SocketAddr {
        loop {
            state.next_port = if state.next_port >= 65000 { 40000 } else { state.next_port + 1 };
            let address = SocketAddr::new(ip, state.next_port);
            if !state.sockets.contains_key(&address) {
                return address;
            }
        }
    }

    pub(super) fn bind_udp(&self, mut address: SocketAddr) -> io::Result<SimulatedSocket> {
        let mut state = lock(&self.state);
        if address.port() == 0 {
            address = Self::free_port(&mut state, address.ip());
        }
        if state.sockets.get(&address).is_some_and(|s| !s.is_closed()) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        let (sender, receiver) = mpsc::channel(1024);
        state.sockets.insert(address, sender);
        Ok(SimulatedSocket { address, state: self.state.clone(), receiver: tokio::sync::Mutex::new(receiver) })
    }

    pub(super) fn listen(&self, address: SocketAddr) -> io::Result<SimulatedListener> {
        let mut state = lock(&self.state);
        if state.listeners.get(&address).is_some_and(|s| !s.is_closed()) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        let (sender, receiver) = mpsc::channel(128);
        state.listeners.insert(address, sender);
        Ok(SimulatedListener { receiver: tokio::sync::Mutex::new(receiver) })
    }

    pub(super) fn connect(&self, local: IpAddr, remote: SocketAddr) -> io::Result<DuplexStream> {
        let mut state = lock(&self.state);
        let from = Self::free_port(&mut state, local);
        let listener = state.listeners.get(&remote).ok_or(io::ErrorKind::ConnectionRefused)?;
        let (near, far) = tokio::io::duplex(256 * 1024);
        listener.try_send((far, from)).map_err(|_| io::Error::from(io::ErrorKind::ConnectionRefused))?;
        Ok(near)
    }
}

/// A simulated datagram socket.
#[derive(Debug)]
pub struct SimulatedSocket {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    receiver: tokio::sync::Mutex<mpsc::Receiver<Datagram>>,
}

impl SimulatedSocket {
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn send_to(&self, data: &[u8], to: SocketAddr) {
        let mut state = lock(&self.state);
        let Faults { lost, duplicated, reordered, late } = state.faults;
        let mut delay = state.delay;
        let mut copies = 1;
        if lost + duplicated + reordered + late > 0 {
            let mut hits = |permille: u32| {
                state.seed ^= state.seed << 13;
                state.seed ^= state.seed >> 7;
                state.seed ^= state.seed << 17;
                state.seed % 1000 < u64::from(permille)
            };
            if hits(lost) {
                return;
            }
            copies += u32::from(hits(duplicated));
            if hits(reordered) {
                delay += Duration::from_millis(45);
            }
            if hits(late) {
                delay += Duration::from_millis(300);
            }
        }
        let Some(sender) = state.sockets.get(&to) else {
            return;
        };
        for _ in 0..copies {
            let datagram = (data.to_vec(), self.address);
            if delay.is_zero() {
                // A full queue loses the datagram, like a full socket buffer.
                let _ = sender.try_send(datagram);
            } else {
                let sender = sender.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    let _ = sender.try_send(datagram);
                });
            }
        }
    }

    pub(super) async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let (data, from) = self.receiver.lock().await.recv().await.ok_or(io::ErrorKind::NotConnected)?;
        let length = data.len().min(buffer.len());
        buffer[..length].copy_from_slice(&data[..length]);
        Ok((length, from))
    }

    pub(super) fn try_recv_from(&self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let (data, from) = self.receiver.try_lock().ok()?.try_recv().ok()?;
        let length = data.len().min(buffer.len());
        buffer[..length].copy_from_slice(&data[..length]);
        Some((length, from))
    }
}

impl Drop for SimulatedSocket {
    fn drop(&mut self) {
        lock(&self.state).sockets.remove(&self.address);
    }
}

/// A simulated listening socket.
#[derive(Debug)]
pub struct SimulatedListener {
    receiver: tokio::sync::Mutex<mpsc::Receiver<Connection>>,
}

impl SimulatedListener {
    pub(super) async fn accept(&self) -> io::Result<Connection> {
        self.receiver.lock().await.recv().await.ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}
