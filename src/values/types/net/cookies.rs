//! System.Net.Cookie, CookieCollection and CookieContainer.

use crate::context::Context;
use crate::error::Result;
use crate::http::{Cookie, CookieJar, Url};
use crate::time::{DateTime, Kind};
use crate::types::{Behaviour, Call, Held, State, TypeDef, fail, hold_named, state_of};
use crate::value::Value;

impl State for Cookie {
    fn text(&self) -> Option<String> {
        Some(Cookie::text(self))
    }

    fn is_equal(&self, other: &Self) -> bool {
        self.name.eq_ignore_ascii_case(&other.name)
            && self.value == other.value
            && self.path == other.path
            && self.domain.eq_ignore_ascii_case(&other.domain)
    }
}

impl State for CookieJar {}

/// The cookies of a collection in their order.
struct Cookies(Vec<Value>);

impl State for Cookies {
    const IS_ENUMERABLE: bool = true;
    fn items(&self) -> Vec<Value> {
        self.0.clone()
    }
}

/// A System.Net.CookieContainer without cookies.
pub fn container() -> Value {
    hold_named("System.Net.CookieContainer", CookieJar::default())
}

/// Runs code on the jar behind a CookieContainer; none for other values.
pub fn with_jar<R>(value: &Value, f: impl FnOnce(&mut CookieJar) -> R) -> Option<R> {
    value.as_foreign::<Held<CookieJar>>().map(|held| f(&mut held.lock()))
}

fn cookie(made: Cookie) -> Value {
    hold_named("System.Net.Cookie", made)
}

fn date(ticks: i64) -> Value {
    Value::DateTime(DateTime::new(ticks, Kind::Utc).unwrap_or(DateTime::MIN).to_bits())
}

/// A collection of cookies.
pub fn collection(cookies: Vec<Cookie>) -> Value {
    hold_named("System.Net.CookieCollection", Cookies(cookies.into_iter().map(cookie).collect()))
}

fn read(c: &mut Call<'_>, f: fn(&Cookie) -> Value) -> Result {
    c.with(|k: &mut Cookie| f(k))
}

fn text(c: &mut Call<'_>, f: fn(&mut Cookie) -> &mut String) -> Result {
    let value = c.str(0).to_string();
    c.with(|k: &mut Cookie| *f(k) = value)?;
    Ok(Value::Void)
}

fn flag(c: &mut Call<'_>, f: fn(&mut Cookie) -> &mut bool) -> Result {
    let value = c.bool(0);
    c.with(|k: &mut Cookie| *f(k) = value)?;
    Ok(Value::Void)
}

/// The name of a cookie, if it may have it.
fn name(c: &Call<'_>, at: usize) -> Result<String> {
    let given = c.str(at).to_string();
    let is_good =
        !given.is_empty() && !given.starts_with('$') && !given.contains(['=', ';', ',', '\n', '\r', '\t', ' ']);
    if is_good {
        return Ok(given);
    }
    let shown = if c.has(at) { given } else { "<null>".to_string() };
    fail::named("System.Net.CookieException", format!("The 'Name'='{shown}' part of the cookie is invalid.")).throw()
}

const COOKIE: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let mut made = Cookie { made: c.ctx.utc_now_ticks(), is_host_only: true, ..Cookie::default() };
        if c.count() > 0 {
            made.name = name(c, 0)?;
            made.value = c.str(1).to_string();
            made.path = c.str(2).to_string();
            made.domain = c.str(3).to_string();
        }
        Ok(cookie(made))
    }),
    ("Name", |c| read(c, |k| Value::from(k.name.as_str()))),
    ("Name=", |c| {
        let given = name(c, 0)?;
        c.with(|k: &mut Cookie| k.name = given)?;
        Ok(Value::Void)
    }),
    ("Value", |c| read(c, |k| Value::from(k.value.as_str()))),
    ("Value=", |c| text(c, |k| &mut k.value)),
    ("Domain", |c| read(c, |k| Value::from(k.domain.as_str()))),
    ("Domain=", |c| text(c, |k| &mut k.domain)),
    ("Path", |c| read(c, |k| Value::from(k.path.as_str()))),
    ("Path=", |c| text(c, |k| &mut k.path)),
    ("Port", |c| read(c, |k| Value::from(k.port.as_str()))),
    ("Port=", |c| text(c, |k| &mut k.port)),
    ("Comment", |c| read(c, |k| Value::from(k.comment.as_str()))),
    ("Comment=", |c| text(c, |k| &mut k.comment)),
    ("CommentUri", |_| Ok(Value::Null)),
    ("Secure", |c| read(c, |k| Value::Bool(k.is_secure))),
    ("Secure=", |c| flag(c, |k| &mut k.is_secure)),
    ("HttpOnly", |c| read(c, |k| Value::Bool(k.is_http_only))),
    ("HttpOnly=", |c| flag(c, |k| &mut k.is_http_only)),
    ("Discard", |c| read(c, |k| Value::Bool(k.is_discarded))),
    ("Discard=", |c| flag(c, |k| &mut k.is_discarded)),
    ("Expired", |c| {
        let now = c.ctx.utc_now_ticks();
        c.with(|k: &mut Cookie| Value::Bool(k.expires.is_some_and(|e| e <= now)))
    }),
    ("Expired=", |c| {
        let (ends, now) = (c.bool(0), c.ctx.utc_now_ticks());
        c.with(|k: &mut Cookie| k.expires = if ends { Some(now) } else { k.expires })?;
        Ok(Value::Void)
    }),
    ("Expires", |c| read(c, |k| k.expires.map_or(Value::DateTime(DateTime::MIN.to_bits()), date))),
    ("Expires=", |c| {
        let ticks = match c.arg(0).base() {
            Value::DateTime(bits) => Some(DateTime::from_bits(*bits).ticks()).filter(|t| *t > 0),
            _ => None,
        };
        c.with(|k: &mut Cookie| k.expires = ticks)?;
        Ok(Value::Void)
    }),
    ("TimeStamp", |c| read(c, |k| date(k.made))),
    ("Version", |c| read(c, |k| Value::I32(k.version))),
    ("Version=", |c| {
        let n = c.int(0);
        c.with(|k: &mut Cookie| k.version = n)?;
        Ok(Value::Void)
    }),
];

fn at(c: &Call<'_>) -> Result {
    let wanted = c.arg(0).base().clone();
    let found = match wanted.as_i64() {
        Some(n) => {
            let found = c.with(|l: &mut Cookies| usize::try_from(n).ok().and_then(|n| l.0.get(n).cloned()))?;
            match found {
                Some(found) => Some(found),
                None => {
                    return fail::range("Specified argument was out of the range of valid values.", "index").throw();
                }
            }
        }
        None => {
            let name = crate::convert::to_display(&wanted);
            c.with(|l: &mut Cookies| {
                let is_it = |v: &&Value| state_of::<Cookie>(v).is_some_and(|k| k.name.eq_ignore_ascii_case(&name));
                l.0.iter().find(is_it).cloned()
            })?
        }
    };
    Ok(found.unwrap_or_default())
}

/// Puts a cookie where one of its name, domain and path is, or behind the others.
fn put(list: &mut Vec<Value>, given: &Value) {
    let Some(new) = state_of::<Cookie>(given) else { return };
    let same = |v: &Value| {
        state_of::<Cookie>(v).is_some_and(|k| {
            k.name.eq_ignore_ascii_case(&new.name) && k.domain.eq_ignore_ascii_case(&new.domain) && k.path == new.path
        })
    };
    match list.iter_mut().find(|v| same(v)) {
        Some(slot) => *slot = given.clone(),
        None => list.push(given.clone()),
    }
}

const COLLECTION: &[(&str, Behaviour)] = &[
    ("new", |_| Ok(collection(Vec::new()))),
    ("Count", |c| c.with(|l: &mut Cookies| Value::I32(l.0.len() as i32))),
    ("IsReadOnly", |_| Ok(Value::Bool(false))),
    ("IsSynchronized", |_| Ok(Value::Bool(false))),
    ("SyncRoot", |c| Ok(c.this.clone())),
    ("[]", |c| at(c)),
    ("Add", |c| {
        if c.arg(0).is_null() {
            return fail::null(c.parameter_name(0)).throw();
        }
        let given: Vec<Value> = match c.arg(0).as_foreign::<Held<Cookies>>() {
            Some(more) => more.lock().0.clone(),
            None => vec![c.arg(0).clone()],
        };
        c.with(|l: &mut Cookies| given.iter().for_each(|k| put(&mut l.0, k)))?;
        Ok(Value::Void)
    }),
    ("Clear", |c| {
        c.with(|l: &mut Cookies| l.0.clear())?;
        Ok(Value::Void)
    }),
    ("Contains", |c| {
        let wanted = state_of::<Cookie>(c.arg(0));
        c.with(|l: &mut Cookies| {
            let is_it = |v: &Value| matches!((state_of::<Cookie>(v), &wanted), (Some(a), Some(b)) if a.is_equal(b));
            Value::Bool(l.0.iter().any(is_it))
        })
    }),
    ("Remove", |c| {
        let wanted = state_of::<Cookie>(c.arg(0));
        c.with(|l: &mut Cookies| {
            let is_it = |v: &Value| matches!((state_of::<Cookie>(v), &wanted), (Some(a), Some(b)) if a.is_equal(b));
            let found = l.0.iter().position(is_it);
            found.map(|at| l.0.remove(at));
            Value::Bool(found.is_some())
        })
    }),
    ("CopyTo", |c| {
        let items = c.with(|l: &mut Cookies| l.0.clone())?;
        let at = c.long(1);
        crate::types::collections::array::copy_into(&items, &c.arg(0).clone(), at)
    }),
    ("GetEnumerator", |c| {
        let items = c.with(|l: &mut Cookies| l.0.clone())?;
        Ok(crate::types::collections::enumerator::over("System.ArrayEnumerator", items))
    }),
];

fn url(value: &Value) -> Result<Url> {
    if value.is_null() {
        return fail::null("uri").throw();
    }
    match Url::parse(&crate::convert::to_display(value)) {
        Some(url) => Ok(url),
        None => fail::invalid("This operation is not supported for a relative URI.").throw(),
    }
}

/// A cookie as a container keeps it: of an address where it names no place itself.
fn placed(ctx: &dyn Context, mut given: Cookie, url: Option<&Url>) -> Result<(Cookie, i64)> {
    let now = ctx.utc_now_ticks();
    if given.domain.is_empty() {
        match url {
            Some(url) => given.domain = url.host.clone(),
            None => {
                let text = "The parameter 'cookie.Domain' cannot be an empty string.";
                return fail::argument(text, "cookie.Domain").throw();
            }
        }
    } else if let Some(bare) = given.domain.strip_prefix('.') {
        given.domain = bare.to_string();
        given.is_host_only = false;
    }
    if given.path.is_empty() {
        given.path = "/".to_string();
    }
    Ok((given, now))
}

const CONTAINER: &[(&str, Behaviour)] = &[
    ("new", |_| Ok(container())),
    ("Count", |c| c.with(|j: &mut CookieJar| Value::I32(j.cookies.len() as i32))),
    ("Capacity", |_| Ok(Value::I32(300))),
    ("MaxCookieSize", |_| Ok(Value::I32(4096))),
    ("PerDomainCapacity", |_| Ok(Value::I32(20))),
    ("GetCookies", |c| {
        let (url, now) = (url(c.arg(0))?, c.ctx.utc_now_ticks());
        Ok(collection(c.with(|j: &mut CookieJar| j.for_url(&url, now))?))
    }),
    ("GetAllCookies", |c| Ok(collection(c.with(|j: &mut CookieJar| j.cookies.clone())?))),
    ("GetCookieHeader", |c| {
        let (url, now) = (url(c.arg(0))?, c.ctx.utc_now_ticks());
        Ok(Value::from(c.with(|j: &mut CookieJar| j.header(&url, now))?))
    }),
    ("SetCookies", |c| {
        let (url, text, now) = (url(c.arg(0))?, c.need_str(1)?, c.ctx.utc_now_ticks());
        c.with(|j: &mut CookieJar| j.store(&text, &url, now))?;
        Ok(Value::Void)
    }),
    ("Add", |c| {
        let url = if c.count() == 2 { Some(url(c.arg(0))?) } else { None };
        let given = c.arg(c.count() - 1).clone();
        if given.is_null() {
            return fail::null(c.parameter_name(c.count() - 1)).throw();
        }
        let all: Vec<Cookie> = match given.as_foreign::<Held<Cookies>>() {
            Some(list) => list.lock().0.iter().filter_map(state_of::<Cookie>).collect(),
            None => state_of::<Cookie>(&given).into_iter().collect(),
        };
        for one in all {
            let (one, now) = placed(c.ctx, one, url.as_ref())?;
            c.with(|j: &mut CookieJar| j.add(one, now))?;
        }
        Ok(Value::Void)
    }),
];

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Net.Cookie", like: &[], members: COOKIE },
    TypeDef { name: "System.Net.CookieCollection", like: &[], members: COLLECTION },
    TypeDef { name: "System.Net.CookieContainer", like: &[], members: CONTAINER },
];
