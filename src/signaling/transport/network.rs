//! Sockets of the real network, or of a simulated one.

use super::SimulatedNetwork;
use super::simulated::{SimulatedListener, SimulatedSocket};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, UdpSocket};

/// Bytes of requests that may wait while this process is not running: the usual 200 KB are gone after 30 ms of 1,000 calls a second.
const RECEIVE_BUFFER: usize = 4 << 20;

/// A connected byte stream.
pub trait ByteStream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> ByteStream for T {}

/// Where sockets come from.
#[derive(Debug, Clone)]
pub enum Network {
    /// The operating system.
    Real,
    /// A network inside the process, for tests with a virtual clock.
    Simulated(Arc<SimulatedNetwork>),
}

impl Network {
    /// Binds a datagram socket.
    pub async fn bind_udp(&self, address: SocketAddr) -> io::Result<DatagramSocket> {
        match self {
            Network::Real => {
                let socket = socket2::Socket::new(socket2::Domain::for_address(address), socket2::Type::DGRAM, None)?;
                socket.set_nonblocking(true)?;
                // The system may give less: then a burst loses more, and the senders repeat it.
                let _ = socket.set_recv_buffer_size(RECEIVE_BUFFER);
                socket.bind(&address.into())?;
                Ok(DatagramSocket::Real(UdpSocket::from_std(socket.into())?))
            }
            Network::Simulated(network) => Ok(DatagramSocket::Simulated(network.bind_udp(address)?)),
        }
    }

    /// Binds a datagram socket that is looked at each 20 ms: nothing waits for it, so the executor need not watch it.
    pub async fn bind_polled(&self, address: SocketAddr) -> io::Result<DatagramSocket> {
        match self {
            Network::Real => {
                let socket = std::net::UdpSocket::bind(address)?;
                socket.set_nonblocking(true)?;
                Ok(DatagramSocket::Polled(socket))
            }
            Network::Simulated(_) => self.bind_udp(address).await,
        }
    }

    /// Listens for streams.
    pub async fn listen(&self, address: SocketAddr) -> io::Result<StreamListener> {
        match self {
            Network::Real => {
                let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
                socket.set_reuseaddr(true)?;
                socket.bind(address)?;
                Ok(StreamListener::Real(socket.listen(1024)?))
            }
            Network::Simulated(network) => Ok(StreamListener::Simulated(network.listen(address)?)),
        }
    }

    /// Connects from a local address.
    pub async fn connect(&self, local: IpAddr, remote: SocketAddr) -> io::Result<Box<dyn ByteStream>> {
        match self {
            Network::Real => {
                let socket = if remote.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
                if local.is_ipv4() == remote.is_ipv4() && !local.is_unspecified() {
                    socket.bind(SocketAddr::new(local, 0))?;
                }
                let stream = socket.connect(remote).await?;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            Network::Simulated(network) => Ok(Box::new(network.connect(local, remote)?)),
        }
    }
}

/// A datagram socket.
#[derive(Debug)]
pub enum DatagramSocket {
    Real(UdpSocket),
    /// One that nothing waits for.
    Polled(std::net::UdpSocket),
    Simulated(SimulatedSocket),
}

impl DatagramSocket {
    /// Sends at once; a full buffer loses the datagram, as UDP may.
    pub fn send_to(&self, data: &[u8], to: SocketAddr) -> io::Result<()> {
        match self {
            DatagramSocket::Real(socket) => match socket.try_send_to(data, to) {
                Ok(_) => Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
                Err(error) => Err(error),
            },
            DatagramSocket::Polled(socket) => match socket.send_to(data, to) {
                Ok(_) => Ok(()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
                Err(error) => Err(error),
            },
            DatagramSocket::Simulated(socket) => {
                socket.send_to(data, to);
                Ok(())
            }
        }
    }

    /// Waits for a datagram.
    pub async fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        match self {
            DatagramSocket::Real(socket) => socket.recv_from(buffer).await,
            DatagramSocket::Polled(_) => Err(io::Error::from(io::ErrorKind::Unsupported)),
            DatagramSocket::Simulated(socket) => socket.recv_from(buffer).await,
        }
    }

    /// Takes a datagram that is already there.
    pub fn try_recv_from(&self, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        match self {
            DatagramSocket::Real(socket) => socket.try_recv_from(buffer).ok(),
            DatagramSocket::Polled(socket) => socket.recv_from(buffer).ok(),
            DatagramSocket::Simulated(socket) => socket.try_recv_from(buffer),
        }
    }

    /// Own address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        match self {
            DatagramSocket::Real(socket) => socket.local_addr(),
            DatagramSocket::Polled(socket) => socket.local_addr(),
            DatagramSocket::Simulated(socket) => Ok(socket.address()),
        }
    }
}

/// A listening stream socket.
#[derive(Debug)]
pub enum StreamListener {
    Real(TcpListener),
    Simulated(SimulatedListener),
}

impl StreamListener {
    /// Waits for a connection.
    pub async fn accept(&self) -> io::Result<(Box<dyn ByteStream>, SocketAddr)> {
        match self {
            StreamListener::Real(listener) => {
                let (stream, remote) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok((Box::new(stream), remote))
            }
            StreamListener::Simulated(listener) => {
                let (stream, remote) = listener.accept().await?;
                Ok((Box::new(stream), remote))
            }
        }
    }
}
