//! System.Net.IPAddress and IPEndPoint.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::error::Result;
use crate::types::system::enumeration;
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold, hold_named, state_of};
use crate::value::Value;

/// An address with the scope of a link-local one.
#[derive(Clone, PartialEq)]
pub struct Address {
    pub ip: IpAddr,
    scope: i64,
}

impl State for Address {
    fn text(&self) -> Option<String> {
        Some(match (self.ip, self.scope) {
            (IpAddr::V6(_), scope) if scope != 0 => format!("{}%{scope}", self.ip),
            (ip, _) => ip.to_string(),
        })
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
    fn hash(&self) -> Option<u64> {
        Some(match self.ip {
            IpAddr::V4(ip) => u64::from(u32::from(ip)),
            IpAddr::V6(ip) => ip.segments().iter().fold(17, |h, s| h * 31 + u64::from(*s)),
        })
    }
}

/// An address as a value.
pub fn make(ip: IpAddr) -> Value {
    hold_named("System.Net.IPAddress", Address { ip, scope: 0 })
}

/// The address behind a value.
pub fn address_of(value: &Value) -> Option<IpAddr> {
    state_of::<Address>(value).map(|a| a.ip)
}

/// An address with its port as a value.
pub fn end_point(end: std::net::SocketAddr) -> Value {
    let made = EndPoint { address: Address { ip: end.ip(), scope: 0 }, port: end.port() };
    hold_named("System.Net.IPEndPoint", made)
}

/// The address and port behind a value.
pub fn end_of(value: &Value) -> Option<std::net::SocketAddr> {
    state_of::<EndPoint>(value).map(|e| std::net::SocketAddr::new(e.address.ip, e.port))
}

/// A part of an IPv4 address: decimal, `0x` hexadecimal or octal after a zero.
fn number(text: &str) -> Option<u64> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        return u64::from_str_radix(hex, 16).ok();
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if text.len() > 1 && text.starts_with('0') { u64::from_str_radix(text, 8).ok() } else { text.parse().ok() }
}

/// An address of one to four parts: the last one fills what is left.
fn parse_v4(text: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u64> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, heads) = parts.split_last()?;
    if heads.len() > 3 || heads.iter().any(|p| *p > 255) || *last >= 1 << (8 * (4 - heads.len())) {
        return None;
    }
    let head = heads.iter().enumerate().fold(0u64, |sum, (at, part)| sum | part << (24 - 8 * at));
    Some(Ipv4Addr::from((head | last) as u32))
}

/// An address as .NET reads it.
pub fn parse(text: &str) -> Option<Address> {
    if !text.contains(':') {
        return parse_v4(text).map(|ip| Address { ip: IpAddr::V4(ip), scope: 0 });
    }
    let inner = text.strip_prefix('[').map_or(text, |t| t.split(']').next().unwrap_or(t));
    let inner = inner.split('/').next().unwrap_or(inner);
    let (ip, scope) = inner.split_once('%').unwrap_or((inner, "0"));
    Some(Address { ip: IpAddr::V6(ip.parse().ok()?), scope: scope.parse().unwrap_or(0) })
}

fn invalid<T>() -> Result<T> {
    fail::format("An invalid IP address was specified.").throw()
}

fn own(c: &Call<'_>) -> Result<IpAddr> {
    c.with(|a: &mut Address| a.ip)
}

fn constant(text: &str) -> Result {
    parse(text).map_or_else(invalid, |a| Ok(hold_named("System.Net.IPAddress", a)))
}

fn is_v6(c: &Call<'_>, test: fn(&Ipv6Addr) -> bool) -> Result {
    Ok(Value::Bool(matches!(own(c)?, IpAddr::V6(ip) if test(&ip))))
}

/// Turns the bytes of an integer around, as the network has them.
fn swap(c: &mut Call<'_>) -> Result {
    Ok(match c.arg(0).base() {
        Value::I16(n) => Value::I16(n.swap_bytes()),
        Value::I64(n) => Value::I64(n.swap_bytes()),
        _ => Value::I32(c.int(0).swap_bytes()),
    })
}

/// An address with a port.
#[derive(Clone, PartialEq)]
struct EndPoint {
    address: Address,
    port: u16,
}

impl State for EndPoint {
    fn text(&self) -> Option<String> {
        let address = self.address.text()?;
        Some(if self.address.ip.is_ipv6() {
            format!("[{address}]:{}", self.port)
        } else {
            format!("{address}:{}", self.port)
        })
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
    fn hash(&self) -> Option<u64> {
        self.address.hash().map(|h| h ^ u64::from(self.port))
    }
}

fn parse_end(text: &str) -> Option<EndPoint> {
    let (address, port) = match text.rfind(':') {
        Some(at) if text[..at].ends_with(']') || !text[..at].contains(':') => (&text[..at], &text[at + 1..]),
        _ => (text, "0"),
    };
    Some(EndPoint { address: parse(address)?, port: port.parse().ok()? })
}

fn port(c: &Call<'_>, at: usize) -> Result<u16> {
    match u16::try_from(c.long(at)) {
        Ok(port) => Ok(port),
        Err(_) => fail::range("Specified argument was out of the range of valid values.", "port").throw(),
    }
}

fn family(ip: IpAddr) -> Value {
    enumeration::make("System.Net.Sockets.AddressFamily", if ip.is_ipv4() { 2 } else { 23 })
}

fn from_number(n: i64) -> Option<Address> {
    let n = u32::try_from(n).ok()?;
    Some(Address { ip: IpAddr::V4(Ipv4Addr::from(n.to_le_bytes())), scope: 0 })
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Net.IPAddress",
        like: &[],
        members: &[
            ("new", |c| {
                if c.parameter(0) == TypeRef::INT64 {
                    return match from_number(c.long(0)) {
                        Some(address) => Ok(hold(c.ty, address)),
                        None => {
                            let n = c.long(0) as u64;
                            let text = format!("newAddress ('{n}') must be less than or equal to '{}'.", u32::MAX);
                            fail::with_actual(text, "newAddress", Value::U64(n)).throw()
                        }
                    };
                }
                let bytes = c.bytes(0);
                let ip = match (<[u8; 4]>::try_from(&*bytes), <[u8; 16]>::try_from(&*bytes)) {
                    (Ok(four), _) => IpAddr::from(four),
                    (_, Ok(sixteen)) => IpAddr::from(sixteen),
                    _ => return fail::argument("An invalid IP address was specified.", "address").throw(),
                };
                Ok(hold(c.ty, Address { ip, scope: c.named_int("scopeid").unwrap_or(0) }))
            }),
            ("::Parse", |c| {
                let text = match c.has(0) {
                    true => c.str(0),
                    false => return fail::null("ipString").throw(),
                };
                parse(&text).map_or_else(invalid, |a| Ok(hold(c.ty, a)))
            }),
            ("::TryParse", |c| {
                let found = parse(&c.str(0));
                let is_address = found.is_some();
                let ty = c.ty;
                c.set_ref(1, found.map_or(Value::Null, |a| hold(ty, a)))?;
                Ok(Value::Bool(is_address))
            }),
            ("::IsValid", |c| Ok(Value::Bool(parse(&c.str(0)).is_some()))),
            ("::IsLoopback", |c| match address_of(c.arg(0)) {
                Some(ip) => Ok(Value::Bool(ip.is_loopback())),
                None => fail::null("address").throw(),
            }),
            ("::Any", |_| constant("0.0.0.0")),
            ("::Broadcast", |_| constant("255.255.255.255")),
            ("::Loopback", |_| constant("127.0.0.1")),
            ("::None", |_| constant("255.255.255.255")),
            ("::IPv6Any", |_| constant("::")),
            ("::IPv6Loopback", |_| constant("::1")),
            ("::IPv6None", |_| constant("::")),
            ("::HostToNetworkOrder", swap),
            ("::NetworkToHostOrder", swap),
            ("Address", |c| match own(c)? {
                IpAddr::V4(ip) => Ok(Value::I64(i64::from(u32::from_le_bytes(ip.octets())))),
                IpAddr::V6(_) => fail::named(
                    "System.Net.Sockets.SocketException",
                    "The attempted operation is not supported for the type of object referenced.",
                )
                .throw(),
            }),
            ("Address=", |c| {
                if let Some(address) = from_number(c.long(0)) {
                    c.with(|a: &mut Address| *a = address)?;
                }
                Ok(Value::Void)
            }),
            ("AddressFamily", |c| own(c).map(family)),
            ("ScopeId", |c| match own(c)? {
                IpAddr::V4(_) => fail::named("System.Net.Sockets.SocketException", "Operation not supported").throw(),
                IpAddr::V6(_) => c.with(|a: &mut Address| Value::I64(a.scope)),
            }),
            ("ScopeId=", |c| {
                if own(c)?.is_ipv4() {
                    return fail::named("System.Net.Sockets.SocketException", "Operation not supported").throw();
                }
                let scope = c.long(0);
                c.with(|a: &mut Address| a.scope = scope)?;
                Ok(Value::Void)
            }),
            ("GetAddressBytes", |c| {
                Ok(match own(c)? {
                    IpAddr::V4(ip) => Value::bytes(&ip.octets()),
                    IpAddr::V6(ip) => Value::bytes(&ip.octets()),
                })
            }),
            ("MapToIPv4", |c| {
                Ok(make(match own(c)? {
                    IpAddr::V6(ip) => {
                        let octets = ip.octets();
                        IpAddr::from([octets[12], octets[13], octets[14], octets[15]])
                    }
                    v4 => v4,
                }))
            }),
            ("MapToIPv6", |c| {
                Ok(make(match own(c)? {
                    IpAddr::V4(ip) => IpAddr::V6(ip.to_ipv6_mapped()),
                    v6 => v6,
                }))
            }),
            ("IsIPv4MappedToIPv6", |c| is_v6(c, |ip| ip.to_ipv4_mapped().is_some())),
            ("IsIPv6LinkLocal", |c| is_v6(c, |ip| ip.segments()[0] & 0xFFC0 == 0xFE80)),
            ("IsIPv6SiteLocal", |c| is_v6(c, |ip| ip.segments()[0] & 0xFFC0 == 0xFEC0)),
            ("IsIPv6UniqueLocal", |c| is_v6(c, |ip| ip.segments()[0] & 0xFE00 == 0xFC00)),
            ("IsIPv6Multicast", |c| is_v6(c, Ipv6Addr::is_multicast)),
            ("IsIPv6Teredo", |c| is_v6(c, |ip| ip.segments()[0] == 0x2001 && ip.segments()[1] == 0)),
        ],
    },
    TypeDef {
        name: "System.Net.IPEndPoint",
        like: &[],
        members: &[
            ("new", |c| {
                let port = port(c, 1)?;
                let address = match state_of::<Address>(c.arg(0)) {
                    Some(address) => Some(address),
                    None if c.parameter(0) == TypeRef::INT64 => from_number(c.long(0)),
                    None => return fail::null("address").throw(),
                };
                match address {
                    Some(address) => Ok(hold(c.ty, EndPoint { address, port })),
                    None => invalid(),
                }
            }),
            ("::Parse", |c| match parse_end(&c.need_str(0)?) {
                Some(end) => Ok(hold(c.ty, end)),
                None => fail::format("An invalid IPEndPoint was specified.").throw(),
            }),
            ("::TryParse", |c| {
                let (found, ty) = (parse_end(&c.str(0)), c.ty);
                let is_end = found.is_some();
                c.set_ref(1, found.map_or(Value::Null, |e| hold(ty, e)))?;
                Ok(Value::Bool(is_end))
            }),
            ("Address", |c| c.with(|e: &mut EndPoint| hold_named("System.Net.IPAddress", e.address.clone()))),
            ("Address=", |c| {
                let Some(address) = state_of::<Address>(c.arg(0)) else { return fail::null("value").throw() };
                c.with(|e: &mut EndPoint| e.address = address)?;
                Ok(Value::Void)
            }),
            ("AddressFamily", |c| c.with(|e: &mut EndPoint| family(e.address.ip))),
            ("Port", |c| c.with(|e: &mut EndPoint| Value::I32(i32::from(e.port)))),
            ("Port=", |c| {
                let port = port(c, 0)?;
                c.with(|e: &mut EndPoint| e.port = port)?;
                Ok(Value::Void)
            }),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_as_net_does() {
        let check = |text: &str, shown: Option<&str>| {
            assert_eq!(parse(text).and_then(|a| a.text()).as_deref(), shown, "{text}")
        };
        check("192.168.1.10", Some("192.168.1.10"));
        check("10.1", Some("10.0.0.1"));
        check("0x7f.1", Some("127.0.0.1"));
        check("010.0.0.1", Some("8.0.0.1"));
        check("999.1.1.1", None);
        check("", None);
        check("2001:0DB8::0001", Some("2001:db8::1"));
        check("fe80::1%3", Some("fe80::1%3"));
        check("::ffff:1.2.3.4", Some("::ffff:1.2.3.4"));
    }
}
