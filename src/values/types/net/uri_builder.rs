//! System.UriBuilder.

use crate::error::Result;
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold};
use crate::value::Value;

/// The parts that are put together.
#[derive(Clone)]
struct Parts {
    scheme: String,
    user: String,
    password: String,
    host: String,
    port: i32,
    path: String,
    query: String,
    fragment: String,
}

impl State for Parts {
    fn text(&self) -> Option<String> {
        Some(self.put_together())
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.put_together() == other.put_together()
    }
}

impl Parts {
    fn local() -> Parts {
        Parts {
            scheme: "http".into(),
            user: String::new(),
            password: String::new(),
            host: "localhost".into(),
            port: -1,
            path: "/".into(),
            query: String::new(),
            fragment: String::new(),
        }
    }

    fn put_together(&self) -> String {
        let mut text = String::new();
        if !self.scheme.is_empty() {
            text.push_str(&self.scheme);
            text.push_str(if self.host.is_empty() && self.scheme == "mailto" { ":" } else { "://" });
        }
        if !self.user.is_empty() {
            text.push_str(&self.user);
            if !self.password.is_empty() {
                text.push(':');
                text.push_str(&self.password);
            }
            text.push('@');
        }
        text.push_str(&self.host);
        if self.port != -1 && !self.host.is_empty() {
            text.push_str(&format!(":{}", self.port));
        }
        if !self.path.starts_with('/') && !self.host.is_empty() && !self.path.is_empty() {
            text.push('/');
        }
        text.push_str(&self.path);
        text.push_str(&self.query);
        text.push_str(&self.fragment);
        text
    }
}

/// The parts of a Uri value; a port that is the scheme's own is kept, as .NET does.
fn of_uri(c: &mut Call<'_>, uri: &Value) -> Result<Parts> {
    let mut part = |name: &str| -> Result<String> {
        let value = crate::members::note_or_null(c.ctx, uri, name)?;
        Ok(crate::convert::to_display(&value))
    };
    let (scheme, host, path) = (part("Scheme")?, part("Host")?, part("AbsolutePath")?);
    let (query, fragment, who) = (part("Query")?, part("Fragment")?, part("UserInfo")?);
    let port = part("Port")?.parse().unwrap_or(-1);
    let (user, password) = who.split_once(':').unwrap_or((&who, ""));
    Ok(Parts { scheme, user: user.into(), password: password.into(), host, port, path, query, fragment })
}

fn uri(c: &mut Call<'_>, text: &str) -> Result {
    crate::members::construct(c.ctx, TypeRef::URI, &[Value::from(text)])
}

fn prefixed(text: &str, mark: char) -> String {
    if text.is_empty() || text.starts_with(mark) { text.to_string() } else { format!("{mark}{text}") }
}

/// A path as a URI may have it.
fn path(text: &str) -> String {
    if text.is_empty() {
        return "/".to_string();
    }
    let mut out = String::new();
    for b in text.bytes() {
        match b {
            b'\\' => out.push('/'),
            b if b.is_ascii_alphanumeric() || b"-_.~!$&'()*+,;=:@/%".contains(&b) => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

fn text(c: &mut Call<'_>, f: fn(&mut Parts) -> &mut String) -> Result {
    c.with(|p: &mut Parts| Value::from(f(p).as_str()))
}

fn set(c: &mut Call<'_>, f: fn(&mut Parts, &str)) -> Result {
    let value = c.str(0);
    c.with(|p: &mut Parts| f(p, &value))?;
    Ok(Value::Void)
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.UriBuilder",
    like: &[],
    members: &[
        ("new", |c| {
            let mut parts = Parts::local();
            match c.parameter_name(0) {
                "" => {}
                "uri" => {
                    let given = c.arg(0).clone();
                    if given.is_null() {
                        return fail::null("uri").throw();
                    }
                    let made = match given.base() {
                        Value::Str(text) if text.contains("://") || text.starts_with('/') => uri(c, &text.clone())?,
                        Value::Str(text) => uri(c, &format!("http://{text}"))?,
                        _ => given,
                    };
                    parts = of_uri(c, &made)?;
                }
                _ => {
                    parts.scheme = c.str(0).trim_end_matches("://").to_lowercase();
                    parts.host = c.str(1).to_string();
                    if let Some(port) = c.named_int("port").or_else(|| c.named_int("portNumber")) {
                        parts.port = port as i32;
                    }
                    if c.count() > 3 {
                        parts.path = path(&c.str(3));
                    }
                    if c.count() > 4 {
                        let extra = c.str(4);
                        let (query, fragment) = extra.find('#').map_or((&*extra, ""), |at| extra.split_at(at));
                        if !extra.is_empty() && !extra.starts_with(['?', '#']) {
                            return fail::argument("Extra portion of URI not valid.", "extraValue").throw();
                        }
                        (parts.query, parts.fragment) = (query.to_string(), fragment.to_string());
                    }
                }
            }
            Ok(hold(c.ty, parts))
        }),
        ("Scheme", |c| text(c, |p| &mut p.scheme)),
        ("Scheme=", |c| set(c, |p, v| p.scheme = v.split(':').next().unwrap_or_default().to_lowercase())),
        ("UserName", |c| text(c, |p| &mut p.user)),
        ("UserName=", |c| set(c, |p, v| p.user = v.into())),
        ("Password", |c| text(c, |p| &mut p.password)),
        ("Password=", |c| set(c, |p, v| p.password = v.into())),
        ("Host", |c| text(c, |p| &mut p.host)),
        ("Host=", |c| {
            set(c, |p, v| p.host = if v.contains(':') && !v.starts_with('[') { format!("[{v}]") } else { v.into() })
        }),
        ("Port", |c| c.with(|p: &mut Parts| Value::I32(p.port))),
        ("Port=", |c| {
            let port = c.long(0);
            if !(-1..=65535).contains(&port) {
                return fail::range("Specified argument was out of the range of valid values.", "value").throw();
            }
            c.with(|p: &mut Parts| p.port = port as i32)?;
            Ok(Value::Void)
        }),
        ("Path", |c| text(c, |p| &mut p.path)),
        ("Path=", |c| set(c, |p, v| p.path = path(v))),
        ("Query", |c| text(c, |p| &mut p.query)),
        ("Query=", |c| set(c, |p, v| p.query = prefixed(v, '?'))),
        ("Fragment", |c| text(c, |p| &mut p.fragment)),
        ("Fragment=", |c| set(c, |p, v| p.fragment = prefixed(v, '#'))),
        ("Uri", |c| {
            let whole = c.with(|p: &mut Parts| p.put_together())?;
            let made = uri(c, &whole)?;
            // What was asked for as an address is kept as the address has it.
            let parts = of_uri(c, &made)?;
            c.with(|p: &mut Parts| *p = parts)?;
            Ok(made)
        }),
    ],
}];
