//! Connections whose waits end when a stop is asked for: as errors of input and output, which who called tells from others by
//! asking for the stop.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::os::fd::AsFd;
use std::sync::mpsc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::wait::{GLANCE, Waiting};
use super::{check_reading, is_heeded};

/// The addresses of a host, which a server of names may take its time for.
pub fn addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let (sender, receiver) = mpsc::channel();
    let host = host.to_string();
    let ask = move || {
        // Where nobody waits any more the answer is of no use.
        let _ = sender.send((host.as_str(), port).to_socket_addrs().map(Vec::from_iter));
    };
    std::thread::Builder::new().name("names".into()).spawn(ask)?;
    loop {
        check_reading()?;
        match receiver.recv_timeout(GLANCE) {
            Ok(found) => return found,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Connects; `TimedOut` where nobody answers within the limit.
pub fn connect(address: SocketAddr, limit: Option<Duration>) -> Result<TcpStream> {
    let domain = socket2::Domain::for_address(address);
    let socket = socket2::Socket::new(domain, socket2::Type::STREAM, Some(socket2::Protocol::TCP))?;
    socket.set_nonblocking(true)?;
    match socket.connect(&address.into()) {
        Err(e) if Errno::from_io_error(&e) == Some(Errno::INPROGRESS) => {
            until_ready(&socket, PollFlags::OUT, limit)?;
            socket.take_error()?.map_or(Ok(()), Err)?;
        }
        done => done?,
    }
    socket.set_nonblocking(false)?;
    Ok(socket.into())
}

/// Waits until something can be read or written.
pub(super) fn until_ready(file: &impl AsFd, what: PollFlags, limit: Option<Duration>) -> Result<()> {
    let waiting = Waiting::new(limit);
    loop {
        check_reading()?;
        // Where there is no stop to look at and no end of the time, nothing else ends the wait.
        let slice = (is_heeded() || limit.is_some()).then(|| waiting.slice());
        let slice = slice.map(Timespec::try_from).transpose().map_err(Error::other)?;
        match poll(&mut [PollFd::new(file, what)], slice.as_ref()) {
            Ok(0) if waiting.is_over() => return Err(ErrorKind::TimedOut.into()),
            Ok(0) | Err(Errno::INTR) => {}
            Ok(_) => return Ok(()),
            Err(e) => return Err(e.into()),
        }
    }
}

/// A connection. Each read and write ends with `TimedOut` after its limit.
pub struct Socket {
    tcp: TcpStream,
    pub read_limit: Option<Duration>,
    pub write_limit: Option<Duration>,
}

impl Socket {
    /// Over a connection, of which nobody else sets the times.
    pub fn new(tcp: TcpStream, read_limit: Option<Duration>, write_limit: Option<Duration>) -> Result<Socket> {
        // A thread that no stop concerns, such as the one of a remote session, need not wake up for it.
        let slice = |limit| if is_heeded() { Some(GLANCE) } else { limit };
        tcp.set_read_timeout(slice(read_limit))?;
        tcp.set_write_timeout(slice(write_limit))?;
        Ok(Socket { tcp, read_limit, write_limit })
    }

    /// The same connection once more.
    pub fn try_clone(&self) -> Result<Socket> {
        Ok(Socket { tcp: self.tcp.try_clone()?, ..*self })
    }

    /// The connection.
    pub fn tcp(&self) -> &TcpStream {
        &self.tcp
    }

    /// Ends both directions. One that the other side closed is closed already.
    pub fn close(&self) {
        let _ = self.tcp.shutdown(Shutdown::Both);
    }
}

/// Tries until it is no longer the slice that ends it.
fn in_slices<T>(limit: Option<Duration>, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    let waiting = Waiting::new(limit);
    loop {
        match attempt() {
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            done => return done,
        }
        check_reading()?;
        if waiting.is_over() {
            return Err(ErrorKind::TimedOut.into());
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        in_slices(self.read_limit, || self.tcp.read(buffer))
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        in_slices(self.write_limit, || self.tcp.write(bytes))
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    use super::*;
    use crate::stop::heed;

    const SHORT: Option<Duration> = Some(Duration::from_millis(60));

    /// How a wait ends and how long it took, with a stop asked for after 60 ms.
    fn stopped<T>(wait: impl FnOnce() -> Result<T>) -> (Option<String>, Duration) {
        let mark = Arc::new(AtomicBool::new(false));
        let _held = heed(&mark);
        let later = std::thread::spawn({
            let mark = mark.clone();
            move || {
                std::thread::sleep(Duration::from_millis(60));
                mark.store(true, Ordering::Relaxed);
            }
        });
        let began = Instant::now();
        let error = wait().err().map(|e| e.to_string());
        later.join().expect("the other thread");
        (error, began.elapsed())
    }

    fn assert_stopped<T>(wait: impl FnOnce() -> Result<T>) {
        let (error, took) = stopped(wait);
        assert_eq!(error.as_deref(), Some("stopped"));
        assert!(took >= Duration::from_millis(55) && took < Duration::from_secs(10), "{took:?}");
    }

    #[test]
    fn a_connection_is_made_refused_or_waited_for() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let at = listener.local_addr().expect("its address");
        assert!(connect(at, None).is_ok() && connect(at, SHORT).is_ok());
        drop(listener);
        assert_eq!(connect(at, None).err().map(|e| e.kind()), Some(ErrorKind::ConnectionRefused));
        // A line for one: who comes after it is not answered.
        let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
        full.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).and_then(|()| full.listen(0)).expect("a port");
        let at = full.local_addr().ok().and_then(|a| a.as_socket()).expect("its address");
        let _first = connect(at, SHORT).expect("the line's place");
        assert_eq!(connect(at, SHORT).err().map(|e| e.kind()), Some(ErrorKind::TimedOut));
        assert_stopped(|| connect(at, None));
    }

    #[test]
    fn what_nobody_writes_or_reads_is_waited_for() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let _held = heed(&Arc::new(AtomicBool::new(false)));
        let tcp = connect(listener.local_addr().expect("its address"), None).expect("a connection");
        let mut socket = Socket::new(tcp, SHORT, SHORT).expect("its times");
        let (mut other, _) = listener.accept().expect("the other side");
        other.write_all(b"ab").expect("to be sent");
        let mut bytes = [0; 2];
        assert!(socket.read_exact(&mut bytes).is_ok() && bytes == *b"ab");
        let much = vec![0; 1 << 24];
        assert_eq!(socket.read(&mut bytes).err().map(|e| e.kind()), Some(ErrorKind::TimedOut));
        assert_eq!(socket.write_all(&much).err().map(|e| e.kind()), Some(ErrorKind::TimedOut));
        (socket.read_limit, socket.write_limit) = (None, None);
        let mut same = socket.try_clone().expect("the same");
        assert_stopped(|| socket.read(&mut bytes));
        assert_stopped(|| same.write_all(&much));
        drop(other);
        socket.close();
        // The other side left with bytes unread: as an end or as a reset.
        assert!(matches!(socket.read(&mut bytes), Ok(0) | Err(_)));
    }

    #[test]
    fn names_and_addresses_are_found() {
        let plain = addresses("192.0.2.7", 81).expect("an address");
        assert_eq!(plain, [SocketAddr::from(([192, 0, 2, 7], 81))]);
        assert!(addresses("localhost", 1).expect("the loopback").iter().all(|a| a.ip().is_loopback() && a.port() == 1));
        assert!(addresses("no name at all", 1).is_err());
    }
}
