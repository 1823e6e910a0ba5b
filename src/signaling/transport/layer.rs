//! The transport layer of one server: its listeners, its streams, and sending (RFC 3261 18).

use super::connection::{self, Identity, QUEUE};
use super::{ByteStream, DatagramSocket, Hop, Network, PeerIdentity, Source, TlsIdentity, Transport};
use crate::message::{Message, parse_datagram, refusal};
use bytes::Bytes;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Time for a stream to come up, handshake included.
const CONNECT: Duration = Duration::from_secs(8);

/// Why nothing could be sent or bound.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    #[error("port {0} cannot be opened: {1}")]
    Bind(SocketAddr, std::io::Error),
    #[error("no {0} listener to send from")]
    NoListener(Transport),
    #[error("no certificate is assigned")]
    NoCertificate,
    #[error("stream to {0} is gone")]
    Gone(SocketAddr),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Who receives messages and learns of failures.
pub trait Sink: Send + Sync {
    /// A message came in.
    fn message(&self, message: Message, source: Source);
    /// What was sent under `tag` did not reach the peer; `trust` says that TLS refused it.
    fn failed(&self, tag: &str, trust: bool);
}

type Key = (Transport, SocketAddr, String);

struct Stream {
    id: u64,
    queue: mpsc::Sender<Bytes>,
}

struct Inner {
    network: Network,
    address: IpAddr,
    sink: Weak<dyn Sink>,
    tls: Mutex<Option<TlsIdentity>>,
    datagrams: Mutex<Option<Arc<DatagramSocket>>>,
    streams: Mutex<HashMap<Key, Stream>>,
    by_id: Mutex<HashMap<u64, mpsc::Sender<Bytes>>>,
    next_id: AtomicU64,
    tasks: Mutex<Vec<tokio::task::JoinHandle<()>>>,
}

/// The transports of one server address.
#[derive(Clone)]
pub struct Transports {
    inner: Arc<Inner>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Transports {
    /// A layer without listeners that sends from `address`.
    pub fn new(network: Network, address: IpAddr, tls: Option<TlsIdentity>, sink: Weak<dyn Sink>) -> Transports {
        Transports {
            inner: Arc::new(Inner {
                network,
                address,
                sink,
                tls: Mutex::new(tls),
                datagrams: Mutex::new(None),
                streams: Mutex::new(HashMap::new()),
                by_id: Mutex::new(HashMap::new()),
                next_id: AtomicU64::new(1),
                tasks: Mutex::new(Vec::new()),
            }),
        }
    }

    /// Opens a listener; returns the address bound.
    pub async fn listen(&self, transport: Transport, port: u16) -> Result<SocketAddr, TransportError> {
        let address = SocketAddr::new(self.inner.address, port);
        let bind = |error| TransportError::Bind(address, error);
        match transport {
            Transport::Udp => {
                let socket = Arc::new(self.inner.network.bind_udp(address).await.map_err(bind)?);
                let bound = socket.local_addr()?;
                *lock(&self.inner.datagrams) = Some(socket.clone());
                let inner = Arc::downgrade(&self.inner);
                self.spawn(async move { receive_datagrams(socket, bound, inner).await });
                Ok(bound)
            }
            Transport::Tcp | Transport::Tls => {
                if transport == Transport::Tls && lock(&self.inner.tls).is_none() {
                    return Err(TransportError::NoCertificate);
                }
                let listener = self.inner.network.listen(address).await.map_err(bind)?;
                let inner = Arc::downgrade(&self.inner);
                self.spawn(async move {
                    loop {
                        match listener.accept().await {
                            Ok((stream, remote)) => {
                                let Some(inner) = inner.upgrade() else { return };
                                tokio::spawn(accept(inner, transport, stream, address, remote));
                            }
                            // Out of descriptors or the like: wait instead of spinning.
                            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                        }
                    }
                });
                Ok(address)
            }
        }
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        lock(&self.inner.tasks).push(tokio::spawn(task));
    }

    /// Closes all listeners and streams.
    pub fn close(&self) {
        for task in lock(&self.inner.tasks).drain(..) {
            task.abort();
        }
        lock(&self.inner.streams).clear();
        lock(&self.inner.by_id).clear();
        *lock(&self.inner.datagrams) = None;
    }

    /// Address that requests are sent from.
    pub fn address(&self) -> IpAddr {
        self.inner.address
    }

    /// Sends a request. A stream is opened when there is none; its failure is reported to the sink under `tag`.
    pub fn send(&self, hop: &Hop, data: Bytes, tag: &str) -> Result<(), TransportError> {
        if hop.transport == Transport::Udp {
            return self.send_datagram(hop.address, &data);
        }
        let key = (
            hop.transport,
            hop.address,
            if hop.transport == Transport::Tls { hop.name.to_ascii_lowercase() } else { String::new() },
        );
        let mut streams = lock(&self.inner.streams);
        let mut data = data;
        if let Some(stream) = streams.get(&key) {
            match stream.queue.try_send(data) {
                Ok(()) => return Ok(()),
                Err(mpsc::error::TrySendError::Full(_)) => {
                    return Err(TransportError::Gone(hop.address));
                }
                Err(mpsc::error::TrySendError::Closed(unsent)) => data = unsent,
            }
        }
        let (queue, receiver) = mpsc::channel(QUEUE);
        let _ = queue.try_send(data);
        let id = self.inner.next_id.fetch_add(1, Ordering::Relaxed);
        streams.insert(key.clone(), Stream { id, queue: queue.clone() });
        drop(streams);
        lock(&self.inner.by_id).insert(id, queue);
        tokio::spawn(open(self.inner.clone(), hop.clone(), key, id, receiver, tag.to_string()));
        Ok(())
    }

    fn send_datagram(&self, to: SocketAddr, data: &[u8]) -> Result<(), TransportError> {
        let socket = lock(&self.inner.datagrams).clone().ok_or(TransportError::NoListener(Transport::Udp))?;
        socket.send_to(data, to)?;
        Ok(())
    }

    /// Sends a response to where its request came from: the same stream, or the datagram's source (RFC 3261 18.2.2, RFC 3581).
    pub fn reply(&self, source: &Source, to: SocketAddr, data: Bytes) -> Result<(), TransportError> {
        match source.connection {
            None => self.send_datagram(to, &data),
            Some(id) => {
                let queue = lock(&self.inner.by_id).get(&id).cloned();
                queue
                    .ok_or(TransportError::Gone(source.remote))?
                    .try_send(data)
                    .map_err(|_| TransportError::Gone(source.remote))
            }
        }
    }

    /// Sends on a stream that the peer opened, such as the one a phone registered on.
    pub fn send_on(&self, connection: u64, data: Bytes) -> bool {
        let queue = lock(&self.inner.by_id).get(&connection).cloned();
        queue.is_some_and(|q| q.try_send(data).is_ok())
    }

    /// Whether TLS can be used.
    pub fn has_tls(&self) -> bool {
        lock(&self.inner.tls).is_some()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for task in lock(&self.tasks).drain(..) {
            task.abort();
        }
    }
}

async fn receive_datagrams(socket: Arc<DatagramSocket>, local: SocketAddr, inner: Weak<Inner>) {
    let mut buffer = vec![0u8; 65_536];
    loop {
        let Ok((length, remote)) = socket.recv_from(&mut buffer).await else {
            // ICMP errors of earlier datagrams surface here; they concern no one message.
            tokio::time::sleep(Duration::from_millis(1)).await;
            if inner.strong_count() == 0 {
                return;
            }
            continue;
        };
        let Some(sink) = inner.upgrade().and_then(|i| i.sink.upgrade()) else {
            return;
        };
        match parse_datagram(&Bytes::copy_from_slice(&buffer[..length])) {
            Some(Ok(message)) => {
                sink.message(message, Source { transport: Transport::Udp, remote, local, connection: None, peer: None })
            }
            Some(Err(error)) => {
                tracing::debug!(%error, %remote, "malformed datagram");
                if let Some(answer) = refusal(&buffer[..length], &error) {
                    // What cannot be sent is lost, like any datagram.
                    let _ = socket.send_to(&answer, remote);
                }
            }
            // RFC 5626 3.5.1 keep-alive over UDP is STUN; CRLF needs no answer.
            None => {}
        }
    }
}

async fn accept(
    inner: Arc<Inner>,
    transport: Transport,
    stream: Box<dyn ByteStream>,
    local: SocketAddr,
    remote: SocketAddr,
) {
    let (stream, peer) = match transport {
        Transport::Tls => {
            let Some(tls) = lock(&inner.tls).clone() else {
                return;
            };
            match tokio::time::timeout(CONNECT, TlsAcceptor::from(tls.server).accept(stream)).await {
                Ok(Ok(stream)) => {
                    let peer = stream
                        .get_ref()
                        .1
                        .peer_certificates()
                        .and_then(|c| c.first())
                        .map(|c| Arc::new(PeerIdentity::of(c)));
                    (Box::new(stream) as Box<dyn ByteStream>, peer)
                }
                Ok(Err(error)) => {
                    tracing::info!(%error, %remote, "TLS handshake refused");
                    return;
                }
                Err(_) => return,
            }
        }
        _ => (stream, None),
    };
    let id = inner.next_id.fetch_add(1, Ordering::Relaxed);
    let (queue, receiver) = mpsc::channel(QUEUE);
    lock(&inner.by_id).insert(id, queue);
    if let Err(error) = run(inner, Identity { id, transport, local, remote, peer }, stream, receiver).await {
        tracing::debug!(%error, %remote, "stream ended");
    }
}

async fn run(
    inner: Arc<Inner>,
    identity: Identity,
    stream: Box<dyn ByteStream>,
    receiver: mpsc::Receiver<Bytes>,
) -> std::io::Result<()> {
    let id = identity.id;
    let weak = Arc::downgrade(&inner);
    let deliver = {
        let sink = inner.sink.clone();
        move |message, source| {
            if let Some(sink) = sink.upgrade() {
                sink.message(message, source);
            }
        }
    };
    drop(inner);
    let result = connection::serve(stream, identity, receiver, deliver).await;
    if let Some(inner) = weak.upgrade() {
        lock(&inner.by_id).remove(&id);
        lock(&inner.streams).retain(|_, s| s.id != id);
    }
    result
}

async fn open(inner: Arc<Inner>, hop: Hop, key: Key, id: u64, receiver: mpsc::Receiver<Bytes>, tag: String) {
    let connected = tokio::time::timeout(CONNECT, connect(&inner, &hop)).await;
    let (stream, peer) = match connected {
        Ok(Ok(done)) => done,
        failure => {
            let trust = match &failure {
                Ok(Err(TransportError::Io(error))) => error.get_ref().is_some_and(|e| e.is::<rustls::Error>()),
                Ok(Err(TransportError::NoCertificate)) => true,
                _ => false,
            };
            tracing::info!(hop = %hop.address, name = %hop.name, trust, "cannot connect");
            lock(&inner.by_id).remove(&id);
            lock(&inner.streams).remove(&key);
            if let Some(sink) = inner.sink.upgrade() {
                sink.failed(&tag, trust);
            }
            return;
        }
    };
    let local = SocketAddr::new(inner.address, 0);
    let sink = inner.sink.clone();
    let result =
        run(inner, Identity { id, transport: hop.transport, local, remote: hop.address, peer }, stream, receiver).await;
    // With TLS 1.3 the peer refuses our certificate only after the handshake: the first request learns of it here.
    let trust = result.as_ref().err().is_some_and(|e| e.get_ref().is_some_and(|e| e.is::<rustls::Error>()));
    if let Some(sink) = sink.upgrade() {
        sink.failed(&tag, trust);
    }
}

async fn connect(inner: &Inner, hop: &Hop) -> Result<(Box<dyn ByteStream>, Option<Arc<PeerIdentity>>), TransportError> {
    let stream = inner.network.connect(inner.address, hop.address).await?;
    if hop.transport != Transport::Tls {
        return Ok((stream, None));
    }
    let tls = lock(&inner.tls).clone().ok_or(TransportError::NoCertificate)?;
    let name = rustls::pki_types::ServerName::try_from(hop.name.clone()).map_err(std::io::Error::other)?;
    let stream = TlsConnector::from(tls.client).connect(name, stream).await?;
    let peer = stream.get_ref().1.peer_certificates().and_then(|c| c.first()).map(|c| Arc::new(PeerIdentity::of(c)));
    Ok((Box::new(stream), peer))
}
