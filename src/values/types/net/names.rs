//! System.Net.Dns and System.Net.Mail.MailAddress.

use std::net::{IpAddr, SocketAddr};

use super::address;
use crate::error::Result;
use crate::types::threading::task;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold, record};
use crate::value::Value;

/// The addresses of a name by the system's resolver.
fn resolve(name: &str, family: Option<i64>) -> Result<Vec<IpAddr>> {
    if let Some(found) = address::parse(name) {
        return Ok(vec![found.ip]);
    }
    let name = if name.is_empty() { host_name() } else { name.to_string() };
    let found = match crate::stop::addresses(&name, 0) {
        Ok(found) => found,
        Err(_) => {
            crate::stop::check()?;
            return fail::named("System.Net.Sockets.SocketException", "Name or service not known").throw();
        }
    };
    let mut all: Vec<IpAddr> = Vec::new();
    for one in found.iter().map(SocketAddr::ip) {
        let fits = match family {
            Some(2) => one.is_ipv4(),
            Some(23) => one.is_ipv6(),
            _ => true,
        };
        if fits && !all.contains(&one) {
            all.push(one);
        }
    }
    Ok(all)
}

fn host_name() -> String {
    let text =
        std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::fs::read_to_string("/etc/hostname"));
    text.map_or_else(|_| "localhost".to_string(), |t| t.trim().to_string())
}

fn list(found: Vec<IpAddr>) -> Value {
    let ty = TypeRef::find("System.Net.IPAddress").unwrap_or(TypeRef::OBJECT);
    Value::typed_array(ty, found.into_iter().map(address::make).collect())
}

fn addresses(c: &mut Call<'_>) -> Result {
    if let Some(ip) = address::address_of(c.arg(0)) {
        return Ok(list(vec![ip]));
    }
    let name = c.need_str(0)?;
    resolve(&name, c.named_int("family")).map(list)
}

fn entry(c: &mut Call<'_>) -> Result {
    let name = match address::address_of(c.arg(0)) {
        Some(ip) => ip.to_string(),
        None => c.need_str(0)?.to_string(),
    };
    let found = resolve(&name, c.named_int("family"))?;
    let shown = if name.is_empty() { host_name() } else { name };
    Ok(record::make(
        "System.Net.IPHostEntry",
        vec![
            ("HostName", Value::from(shown)),
            ("Aliases", Value::typed_array(TypeRef::STRING, Vec::new())),
            ("AddressList", list(found)),
        ],
    ))
}

const DNS: &[(&str, Behaviour)] = &[
    ("::GetHostName", |_| Ok(Value::from(host_name()))),
    ("::GetHostAddresses", addresses),
    ("::GetHostAddressesAsync", |c| {
        let outcome = addresses(c);
        task::from_result(TypeRef::OBJECT.array_of(1), outcome)
    }),
    ("::BeginGetHostAddresses", |c| addresses(c).map(task::completed)),
    ("::EndGetHostAddresses", |c| finish(c)),
    ("::GetHostEntry", entry),
    ("::GetHostByName", entry),
    ("::GetHostByAddress", entry),
    ("::Resolve", entry),
    ("::GetHostEntryAsync", |c| {
        let outcome = entry(c);
        task::from_result(TypeRef::find("System.Net.IPHostEntry").unwrap_or(TypeRef::OBJECT), outcome)
    }),
    ("::BeginGetHostEntry", |c| entry(c).map(task::completed)),
    ("::BeginGetHostByName", |c| entry(c).map(task::completed)),
    ("::BeginResolve", |c| entry(c).map(task::completed)),
    ("::EndGetHostEntry", |c| finish(c)),
    ("::EndGetHostByName", |c| finish(c)),
    ("::EndResolve", |c| finish(c)),
];

fn finish(c: &mut Call<'_>) -> Result {
    let task = c.arg(0).clone();
    crate::members::note_or_null(c.ctx, &task, "Result")
}

/// An address of mail with the name that is shown.
#[derive(Clone, PartialEq)]
struct Mail {
    user: String,
    host: String,
    display: String,
}

impl State for Mail {
    fn text(&self) -> Option<String> {
        let address = format!("{}@{}", self.user, self.host);
        Some(if self.display.is_empty() { address } else { format!("\"{}\" <{address}>", self.display) })
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.text().map(|t| t.to_lowercase()) == other.text().map(|t| t.to_lowercase())
    }
}

/// `user@host`, `Name <user@host>` or `"Name" <user@host>`.
fn parse(text: &str, display: &str) -> Option<Mail> {
    let text = text.trim();
    let (shown, address) = match text.strip_suffix('>').and_then(|t| t.rsplit_once('<')) {
        Some((shown, address)) => (shown.trim().trim_matches('"').to_string(), address.trim()),
        None => (String::new(), text),
    };
    let (user, host) = address.rsplit_once('@')?;
    let is_quoted = user.len() > 1 && user.starts_with('"') && user.ends_with('"');
    let plain = |t: &str| !t.is_empty() && !t.contains(|c: char| c.is_whitespace() || "<>()[],;:\\\"@".contains(c));
    let dotted = |t: &str| !t.starts_with('.') && !t.ends_with('.') && !t.contains("..");
    let is_literal = host.starts_with('[') && host.ends_with(']');
    let is_fine = (is_quoted || plain(user) && dotted(user)) && (is_literal || plain(host) && dotted(host));
    let display = if display.is_empty() { shown } else { display.to_string() };
    is_fine.then(|| Mail { user: user.to_string(), host: host.to_string(), display })
}

const MAIL: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let text = c.need_str(0)?;
        if text.is_empty() {
            return fail::argument("The value cannot be an empty string.", "address").throw();
        }
        match parse(&text, &c.str(1)) {
            Some(mail) => Ok(hold(c.ty, mail)),
            None => fail::format("The specified string is not in the form required for an e-mail address.").throw(),
        }
    }),
    ("::TryCreate", |c| {
        let (out, ty) = (c.count() - 1, c.ty);
        let display = if c.count() > 2 { c.str(1).to_string() } else { String::new() };
        let found = parse(&c.str(0), &display);
        let is_mail = found.is_some();
        c.set_ref(out, found.map_or(Value::Null, |m| hold(ty, m)))?;
        Ok(Value::Bool(is_mail))
    }),
    ("Address", |c| c.with(|m: &mut Mail| Value::from(format!("{}@{}", m.user, m.host)))),
    ("DisplayName", |c| c.with(|m: &mut Mail| Value::from(m.display.as_str()))),
    ("Host", |c| c.with(|m: &mut Mail| Value::from(m.host.as_str()))),
    ("User", |c| c.with(|m: &mut Mail| Value::from(m.user.as_str()))),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.Dns", like: &[], members: DNS },
    TypeDef { name: "System.Net.Mail.MailAddress", like: &[], members: MAIL },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses_are_checked() {
        let check = |text: &str, shown: Option<&str>| {
            assert_eq!(parse(text, "").and_then(|m| m.text()).as_deref(), shown, "{text}")
        };
        check("a@b.c", Some("a@b.c"));
        check("Ann <a@b.c>", Some("\"Ann\" <a@b.c>"));
        check("a b@c", None);
        check("a@", None);
        check("@b", None);
        check("a..b@c", None);
    }
}
