//! System.Net.Sockets: TcpClient, NetworkStream, TcpListener, UdpClient, and of Socket what they show of theirs.

use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use super::address;
use super::http_fault::{socket as socket_error, system_text};
use crate::error::Result;
use crate::stop::{GLANCE, Socket};
use crate::types::io::stream::{self, Stream};
use crate::types::system::enumeration;
use crate::types::threading::task;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold, hold_named};
use crate::value::Value;

/// How long a connection that was begun in the background is waited for. assumed: scripts wait a few seconds at most.
const PATIENCE: Duration = Duration::from_secs(3);

fn refused<T>(error: &std::io::Error) -> Result<T> {
    let text = match error.kind() {
        std::io::ErrorKind::TimedOut | std::io::ErrorKind::WouldBlock => "Connection timed out".to_string(),
        _ => system_text(error),
    };
    socket_error(&text).throw()
}

/// A connected socket, or one that may become it.
struct Client {
    tcp: Option<TcpStream>,
    stream: Value,
    local: Option<SocketAddr>,
    receive_timeout: i32,
    send_timeout: i32,
    receive_size: i32,
    send_size: i32,
    no_delay: bool,
    is_closed: bool,
}
impl State for Client {}

impl Client {
    fn with_socket(tcp: Option<TcpStream>) -> Client {
        Client {
            tcp,
            stream: Value::Null,
            local: None,
            receive_timeout: 0,
            send_timeout: 0,
            receive_size: 131_072,
            send_size: 16_384,
            no_delay: false,
            is_closed: false,
        }
    }
}

/// The address that was tried last, as a socket of both families has it.
fn shown(ends: &[SocketAddr]) -> String {
    match ends.last() {
        Some(SocketAddr::V4(end)) => format!("[::ffff:{}]:{}", end.ip(), end.port()),
        Some(end) => end.to_string(),
        None => String::new(),
    }
}

/// The addresses that the arguments name: name and port, address and port, addresses and port, or an end point.
fn targets(c: &mut Call<'_>) -> Result<(Vec<SocketAddr>, String)> {
    if let Some(end) = address::end_of(c.arg(0)) {
        return Ok((vec![end], shown(&[end])));
    }
    if !c.has(0) {
        return fail::null(c.parameter_name(0)).throw();
    }
    let port = c.long(1);
    let Ok(port) = u16::try_from(port) else {
        let text = "Specified argument was out of the range of valid values.";
        return fail::range(text, "port").throw();
    };
    let given: Vec<IpAddr> = c.items(0).iter().filter_map(address::address_of).collect();
    if !given.is_empty() {
        let ends: Vec<SocketAddr> = given.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
        let text = shown(&ends);
        return Ok((ends, text));
    }
    let name = c.str(0).to_string();
    match crate::stop::addresses(&name, port) {
        Ok(ends) => {
            let text = shown(&ends);
            Ok((ends, text))
        }
        Err(_) => {
            crate::stop::check()?;
            socket_error("Name or service not known").throw()
        }
    }
}

/// Connects to one of the addresses. Without a limit the system gives up, after two minutes.
fn open(targets: &[SocketAddr], limit: Option<Duration>) -> Result<std::io::Result<TcpStream>> {
    let mut last = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
    for target in targets {
        match crate::stop::connect(*target, limit) {
            Ok(tcp) => return Ok(Ok(tcp)),
            Err(e) => last = e,
        }
        crate::stop::check()?;
    }
    Ok(Err(last))
}

fn connect(c: &mut Call<'_>) -> Result {
    let (ends, shown) = targets(c)?;
    match open(&ends, None)? {
        Ok(tcp) => {
            c.with(|k: &mut Client| k.tcp = Some(tcp))?;
            Ok(Value::Void)
        }
        Err(e) => named_refusal(&e, &shown),
    }
}

/// The refusal of a connection; .NET adds what was asked for.
fn named_refusal<T>(error: &std::io::Error, shown: &str) -> Result<T> {
    let text = system_text(error);
    let plain = socket_error(&text);
    let code = plain.data.lock().properties.clone();
    let mut made = fail::named("System.Net.Sockets.SocketException", format!("{text} {shown}"));
    for (name, value) in code {
        made = made.with(&name, value);
    }
    made.throw()
}

/// Connects in a task; one that nobody answers stays unfinished.
fn begin(c: &mut Call<'_>) -> Result {
    let (ends, shown) = match targets(c) {
        Ok(found) => found,
        Err(flow) => return task::from_result(TypeRef::VOID, Err(flow)),
    };
    match open(&ends, Some(PATIENCE))? {
        Ok(tcp) => {
            c.with(|k: &mut Client| k.tcp = Some(tcp))?;
            Ok(task::of(TypeRef::VOID, Value::Null))
        }
        Err(e) if e.kind() == std::io::ErrorKind::TimedOut => Ok(task::unfinished(TypeRef::VOID)),
        Err(e) => task::from_result(TypeRef::VOID, named_refusal(&e, &shown)),
    }
}

fn limit(millis: i32) -> Option<Duration> {
    u64::try_from(millis).ok().filter(|n| *n > 0).map(Duration::from_millis)
}

fn disposed<T>(name: &str) -> Result<T> {
    let text = format!("Cannot access a disposed object.\nObject name: '{name}'.");
    fail::named("System.ObjectDisposedException", text).throw()
}

fn get_stream(c: &mut Call<'_>) -> Result {
    c.with(|k: &mut Client| {
        if k.is_closed {
            return disposed("System.Net.Sockets.TcpClient");
        }
        if !k.stream.is_null() {
            return Ok(k.stream.clone());
        }
        let Some(tcp) = &k.tcp else {
            return fail::invalid("The operation is not allowed on non-connected sockets.").throw();
        };
        let copy = tcp.try_clone().and_then(|t| Socket::new(t, limit(k.receive_timeout), limit(k.send_timeout)));
        match copy {
            Ok(socket) => {
                k.stream = hold_named("System.Net.Sockets.NetworkStream", Stream::Live(socket));
                Ok(k.stream.clone())
            }
            Err(e) => refused(&e),
        }
    })?
}

/// Does something to the stream of a client, where it has one already.
fn on_stream(c: &mut Call<'_>, change: impl FnOnce(&mut Socket)) -> Result {
    let stream = c.with(|k: &mut Client| k.stream.clone())?;
    if !stream.is_null() {
        stream::with(&stream, |s| {
            if let Stream::Live(socket) = s {
                change(socket);
            }
        })?;
    }
    Ok(Value::Void)
}

fn close(c: &mut Call<'_>) -> Result {
    let stream = c.with(|k: &mut Client| {
        k.is_closed = true;
        if let Some(tcp) = k.tcp.take() {
            // The other side may have closed it already.
            let _ = tcp.shutdown(Shutdown::Both);
        }
        std::mem::take(&mut k.stream)
    })?;
    if !stream.is_null() {
        stream::with(&stream, Stream::close)??;
    }
    Ok(Value::Void)
}

/// How many bytes wait to be read.
fn available(tcp: &TcpStream) -> usize {
    let mut buffer = [0u8; 65_536];
    let quiet = tcp.set_nonblocking(true);
    let found = quiet.and_then(|()| tcp.peek(&mut buffer));
    // The socket is used with waits everywhere else.
    let _ = tcp.set_nonblocking(false);
    found.unwrap_or(0)
}

fn number(c: &mut Call<'_>, f: fn(&mut Client) -> &mut i32) -> Result {
    c.with(|k: &mut Client| Value::I32(*f(k)))
}

fn set_number(c: &mut Call<'_>, f: fn(&mut Client) -> &mut i32) -> Result {
    let n = c.int(0);
    if n < -1 {
        return fail::range("Specified argument was out of the range of valid values.", "value").throw();
    }
    c.with(|k: &mut Client| *f(k) = n)?;
    Ok(Value::Void)
}

const CLIENT: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let mut made = Client::with_socket(None);
        if c.count() == 2 {
            let (ends, shown) = targets(c)?;
            match open(&ends, None)? {
                Ok(tcp) => made.tcp = Some(tcp),
                Err(e) => return named_refusal(&e, &shown),
            }
        } else {
            made.local = address::end_of(c.arg(0));
        }
        Ok(hold(c.ty, made))
    }),
    ("Connect", connect),
    ("ConnectAsync", begin),
    ("BeginConnect", begin),
    ("EndConnect", |c| {
        let ended = c.arg(0).clone();
        crate::members::call(c.ctx, &ended, "GetResult", &[])?;
        Ok(Value::Void)
    }),
    ("Connected", |c| c.with(|k: &mut Client| Value::Bool(k.tcp.is_some()))),
    ("Available", |c| c.with(|k: &mut Client| Value::I32(k.tcp.as_ref().map_or(0, available) as i32))),
    ("GetStream", get_stream),
    ("Client", |c| {
        c.with(|k: &mut Client| match &k.tcp {
            Some(tcp) => {
                tcp.try_clone().map_or(Value::Null, |t| hold_named("System.Net.Sockets.Socket", Plain(Some(t))))
            }
            None if k.is_closed => Value::Null,
            None => hold_named("System.Net.Sockets.Socket", Plain(None)),
        })
    }),
    ("ReceiveTimeout", |c| number(c, |k| &mut k.receive_timeout)),
    ("ReceiveTimeout=", |c| {
        set_number(c, |k| &mut k.receive_timeout)?;
        let wait = limit(c.int(0));
        on_stream(c, |socket| socket.read_limit = wait)
    }),
    ("SendTimeout", |c| number(c, |k| &mut k.send_timeout)),
    ("SendTimeout=", |c| {
        set_number(c, |k| &mut k.send_timeout)?;
        let wait = limit(c.int(0));
        on_stream(c, |socket| socket.write_limit = wait)
    }),
    ("ReceiveBufferSize", |c| number(c, |k| &mut k.receive_size)),
    ("ReceiveBufferSize=", |c| set_number(c, |k| &mut k.receive_size)),
    ("SendBufferSize", |c| number(c, |k| &mut k.send_size)),
    ("SendBufferSize=", |c| set_number(c, |k| &mut k.send_size)),
    ("NoDelay", |c| c.with(|k: &mut Client| Value::Bool(k.no_delay))),
    ("NoDelay=", |c| {
        let on = c.bool(0);
        c.with(|k: &mut Client| {
            k.no_delay = on;
            k.tcp.as_ref().map(|t| t.set_nodelay(on))
        })?;
        Ok(Value::Void)
    }),
    ("ExclusiveAddressUse", |_| Ok(Value::Bool(false))),
    ("LingerState", |_| Ok(Value::Null)),
    ("Close", close),
    ("Dispose", close),
];

/// A socket as a TcpClient shows it.
struct Plain(Option<TcpStream>);
impl State for Plain {}

fn on_socket(c: &mut Call<'_>, f: fn(&TcpStream) -> std::io::Result<Value>) -> Result {
    c.with(|p: &mut Plain| match &p.0 {
        Some(tcp) => f(tcp).or_else(|e| refused(&e)),
        None => Ok(Value::Null),
    })?
}

const SOCKET: &[(&str, Behaviour)] = &[
    ("Connected", |c| c.with(|p: &mut Plain| Value::Bool(p.0.is_some()))),
    ("Available", |c| c.with(|p: &mut Plain| Value::I32(p.0.as_ref().map_or(0, available) as i32))),
    ("RemoteEndPoint", |c| on_socket(c, |t| t.peer_addr().map(address::end_point))),
    ("LocalEndPoint", |c| on_socket(c, |t| t.local_addr().map(address::end_point))),
    ("NoDelay", |c| on_socket(c, |t| t.nodelay().map(Value::Bool))),
    ("SocketType", |_| Ok(enumeration::make("System.Net.Sockets.SocketType", 1))),
    ("ProtocolType", |_| Ok(enumeration::make("System.Net.Sockets.ProtocolType", 6))),
    ("AddressFamily", |c| {
        on_socket(c, |t| {
            let n = if t.local_addr()?.is_ipv4() { 2 } else { 23 };
            Ok(enumeration::make("System.Net.Sockets.AddressFamily", n))
        })
    }),
    ("Shutdown", |c| {
        let how = match c.long(0) {
            0 => Shutdown::Read,
            1 => Shutdown::Write,
            _ => Shutdown::Both,
        };
        c.with(|p: &mut Plain| p.0.as_ref().map(|t| t.shutdown(how)))?;
        Ok(Value::Void)
    }),
    ("Poll", |c| {
        // Readable: data or the end; writable: connected.
        let (micros, mode) = (c.long(0), c.long(1));
        let until = Instant::now() + Duration::from_micros(micros.max(0) as u64);
        loop {
            let (is_ready, is_open) = c.with(|p: &mut Plain| match &p.0 {
                Some(tcp) => {
                    let mut one = [0u8; 1];
                    let quiet = tcp.set_nonblocking(true);
                    let found = quiet.and_then(|()| tcp.peek(&mut one));
                    let _ = tcp.set_nonblocking(false);
                    (found.is_ok(), true)
                }
                None => (false, false),
            })?;
            let answer = if mode == 1 { is_open } else { mode == 0 && is_ready };
            if answer || Instant::now() >= until {
                return Ok(Value::Bool(answer));
            }
            crate::stop::check()?;
            std::thread::sleep(Duration::from_millis(5));
        }
    }),
    ("Close", |c| {
        c.with(|p: &mut Plain| p.0.take().map(|t| t.shutdown(Shutdown::Both)))?;
        Ok(Value::Void)
    }),
    ("Dispose", |c| {
        c.with(|p: &mut Plain| p.0.take().map(|t| t.shutdown(Shutdown::Both)))?;
        Ok(Value::Void)
    }),
];

const STREAM: &[(&str, Behaviour)] = &[
    ("DataAvailable", |c| {
        c.with(|s: &mut Stream| match s {
            Stream::Live(socket) => Ok(Value::Bool(available(socket.tcp()) > 0)),
            _ => disposed("System.Net.Sockets.NetworkStream"),
        })?
    }),
    ("WriteTimeout", |c| {
        c.with(|s: &mut Stream| match s {
            Stream::Live(socket) => Ok(Value::I32(socket.write_limit.map_or(-1, |l| l.as_millis() as i32))),
            _ => disposed("System.Net.Sockets.NetworkStream"),
        })?
    }),
    ("WriteTimeout=", |c| {
        let wait = limit(c.int(0));
        c.with(|s: &mut Stream| match s {
            Stream::Live(socket) => {
                socket.write_limit = wait;
                Ok(Value::Void)
            }
            _ => disposed("System.Net.Sockets.NetworkStream"),
        })?
    }),
];

/// A socket that takes connections.
struct Listener {
    at: SocketAddr,
    socket: Option<TcpListener>,
}
impl State for Listener {}

/// Takes the next connection; a stop ends the wait.
fn accept(c: &mut Call<'_>) -> Result<TcpStream> {
    let socket = c.with(|l: &mut Listener| l.socket.as_ref().and_then(|s| s.try_clone().ok()))?;
    let Some(socket) = socket else {
        let text = "Not listening. You must call the Start() method before calling this method.";
        return fail::invalid(text).throw();
    };
    socket.set_nonblocking(true).or_else(|e| refused(&e))?;
    loop {
        match socket.accept() {
            Ok((tcp, _)) => {
                tcp.set_nonblocking(false).or_else(|e| refused(&e))?;
                return Ok(tcp);
            }
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {
                crate::stop::check()?;
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(e) => return refused(&e),
        }
    }
}

fn accept_client(c: &mut Call<'_>) -> Result {
    Ok(hold_named("System.Net.Sockets.TcpClient", Client::with_socket(Some(accept(c)?))))
}

fn listener(at: SocketAddr) -> Value {
    hold_named("System.Net.Sockets.TcpListener", Listener { at, socket: None })
}

const LISTENER: &[(&str, Behaviour)] = &[
    ("new", |c| {
        if let Some(end) = address::end_of(c.arg(0)) {
            return Ok(listener(end));
        }
        let at = c.count() - 1;
        let Ok(port) = u16::try_from(c.long(at)) else {
            return fail::range("Specified argument was out of the range of valid values.", "port").throw();
        };
        let ip = address::address_of(c.arg(0)).unwrap_or(IpAddr::from([0, 0, 0, 0]));
        Ok(listener(SocketAddr::new(ip, port)))
    }),
    ("::Create", |c| {
        let port = u16::try_from(c.long(0)).unwrap_or(0);
        Ok(listener(SocketAddr::new(IpAddr::from([0u16; 8]), port)))
    }),
    ("Start", |c| {
        let at = c.with(|l: &mut Listener| if l.socket.is_some() { None } else { Some(l.at) })?;
        let Some(at) = at else { return Ok(Value::Void) };
        match TcpListener::bind(at) {
            Ok(socket) => {
                c.with(|l: &mut Listener| {
                    l.at = socket.local_addr().unwrap_or(at);
                    l.socket = Some(socket);
                })?;
                Ok(Value::Void)
            }
            Err(e) => refused(&e),
        }
    }),
    ("Stop", |c| {
        c.with(|l: &mut Listener| l.socket = None)?;
        Ok(Value::Void)
    }),
    ("Dispose", |c| {
        c.with(|l: &mut Listener| l.socket = None)?;
        Ok(Value::Void)
    }),
    ("LocalEndpoint", |c| c.with(|l: &mut Listener| address::end_point(l.at))),
    ("ExclusiveAddressUse", |_| Ok(Value::Bool(false))),
    ("Pending", |c| {
        let socket = c.with(|l: &mut Listener| l.socket.as_ref().and_then(|s| s.try_clone().ok()))?;
        let Some(socket) = socket else {
            let text = "Not listening. You must call the Start() method before calling this method.";
            return fail::invalid(text).throw();
        };
        let mut polled = [rustix::event::PollFd::new(&socket, rustix::event::PollFlags::IN)];
        let now = rustix::event::Timespec { tv_sec: 0, tv_nsec: 0 };
        Ok(Value::Bool(rustix::event::poll(&mut polled, Some(&now)).is_ok_and(|n| n > 0)))
    }),
    ("AcceptTcpClient", accept_client),
    ("AcceptSocket", |c| Ok(hold_named("System.Net.Sockets.Socket", Plain(Some(accept(c)?))))),
];

/// A socket of datagrams.
struct Datagrams {
    socket: Option<UdpSocket>,
    is_connected: bool,
}
impl State for Datagrams {}

fn bound(at: SocketAddr) -> Result<UdpSocket> {
    UdpSocket::bind(at).or_else(|e| refused(&e))
}

fn udp(c: &Call<'_>) -> Result<UdpSocket> {
    let copy = c.with(|d: &mut Datagrams| d.socket.as_ref().and_then(|s| s.try_clone().ok()))?;
    match copy {
        Some(socket) => Ok(socket),
        None => disposed("System.Net.Sockets.UdpClient"),
    }
}

/// The addresses of one family that a name or an end point stands for.
fn fitting(socket: &UdpSocket, found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let is_v4 = socket.local_addr().is_ok_and(|a| a.is_ipv4());
    found.into_iter().filter(|a| a.is_ipv4() == is_v4).collect()
}

const UDP: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let any = IpAddr::from([0, 0, 0, 0]);
        let port = |n: i64| u16::try_from(n).unwrap_or(0);
        let (socket, is_connected) = match c.parameter_name(0) {
            "hostname" => {
                let (ends, shown) = targets(c)?;
                let socket = bound(SocketAddr::new(any, 0))?;
                let ends = fitting(&socket, ends);
                socket.connect(ends.as_slice()).or_else(|e| named_refusal(&e, &shown))?;
                (socket, true)
            }
            "port" => (bound(SocketAddr::new(any, port(c.long(0))))?, false),
            "localEP" => match address::end_of(c.arg(0)) {
                Some(end) => (bound(end)?, false),
                None => return fail::null("localEP").throw(),
            },
            _ => (bound(SocketAddr::new(any, 0))?, false),
        };
        Ok(hold(c.ty, Datagrams { socket: Some(socket), is_connected }))
    }),
    ("Connect", |c| {
        let (ends, shown) = targets(c)?;
        let socket = udp(c)?;
        let ends = fitting(&socket, ends);
        socket.connect(ends.as_slice()).or_else(|e| named_refusal(&e, &shown))?;
        c.with(|d: &mut Datagrams| d.is_connected = true)?;
        Ok(Value::Void)
    }),
    ("Send", |c| {
        let socket = udp(c)?;
        let count = c.named_int("bytes").map_or(usize::MAX, |n| n.max(0) as usize);
        let mut bytes = c.bytes(0);
        bytes.truncate(count);
        let end = (1..c.count()).find_map(|at| address::end_of(c.arg(at)));
        let named = c.named("hostname").map(|n| crate::convert::to_display(&n));
        let sent = match (end, named) {
            (Some(end), _) => socket.send_to(&bytes, end),
            (None, Some(name)) => {
                let port = u16::try_from(c.named_int("port").unwrap_or(0)).unwrap_or(0);
                let found = match crate::stop::addresses(&name, port) {
                    Ok(found) => found,
                    Err(_) => return socket_error("Name or service not known").throw(),
                };
                socket.send_to(&bytes, fitting(&socket, found).as_slice())
            }
            (None, None) => socket.send(&bytes),
        };
        sent.map(|n| Value::I32(n as i32)).or_else(|e| refused(&e))
    }),
    ("Receive", |c| {
        let socket = udp(c)?;
        let mut buffer = vec![0u8; 65_536];
        socket.set_read_timeout(Some(GLANCE)).or_else(|e| refused(&e))?;
        loop {
            match socket.recv_from(&mut buffer) {
                Ok((n, from)) => {
                    c.set_ref(0, address::end_point(from))?;
                    return Ok(Value::bytes(&buffer[..n]));
                }
                Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                    crate::stop::check()?;
                }
                Err(e) => return refused(&e),
            }
        }
    }),
    ("Available", |c| {
        let socket = udp(c)?;
        let mut buffer = vec![0u8; 65_536];
        let quiet = socket.set_nonblocking(true);
        let found = quiet.and_then(|()| socket.peek(&mut buffer));
        let _ = socket.set_nonblocking(false);
        Ok(Value::I32(found.unwrap_or(0) as i32))
    }),
    ("EnableBroadcast", |c| Ok(Value::Bool(udp(c)?.broadcast().unwrap_or(false)))),
    ("EnableBroadcast=", |c| {
        let on = c.bool(0);
        udp(c)?.set_broadcast(on).or_else(|e| refused(&e))?;
        Ok(Value::Void)
    }),
    ("Ttl", |c| Ok(Value::I16(udp(c)?.ttl().unwrap_or(64) as i16))),
    ("Ttl=", |c| {
        let n = c.long(0).clamp(0, 255) as u32;
        udp(c)?.set_ttl(n).or_else(|e| refused(&e))?;
        Ok(Value::Void)
    }),
    ("Close", |c| {
        c.with(|d: &mut Datagrams| d.socket = None)?;
        Ok(Value::Void)
    }),
    ("Dispose", |c| {
        c.with(|d: &mut Datagrams| d.socket = None)?;
        Ok(Value::Void)
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.Sockets.TcpClient", like: &[], members: CLIENT },
    TypeDef { name: "System.Net.Sockets.Socket", like: &[], members: SOCKET },
    TypeDef { name: "System.Net.Sockets.NetworkStream", like: &[], members: STREAM },
    TypeDef { name: "System.Net.Sockets.TcpListener", like: &[], members: LISTENER },
    TypeDef { name: "System.Net.Sockets.UdpClient", like: &[], members: UDP },
];
