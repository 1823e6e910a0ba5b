//! System.Net.WebProxy: the proxy that a script names.

use super::http_client::user_of;
use crate::context::Context;
use crate::error::Result;
use crate::http::exchange::basic;
use crate::http::{Transport, Url, proxy_of};
use crate::types::system::uri;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, hold, hold_named, state_of};
use crate::value::Value;

/// Address and exceptions of a proxy.
#[derive(Clone)]
struct Proxy {
    address: Value,
    bypasses_local: bool,
    bypassed: Vec<String>,
    credentials: Value,
    uses_default: bool,
}
impl State for Proxy {}

fn plain(address: Value) -> Proxy {
    Proxy { address, bypasses_local: false, bypassed: Vec::new(), credentials: Value::Null, uses_default: false }
}

/// A proxy that leads nowhere: requests go straight.
pub fn none() -> Value {
    hold_named("System.Net.WebProxy", plain(Value::Null))
}

impl Proxy {
    /// Whether an address is reached without the proxy.
    fn is_bypassed(&self, address: &str) -> bool {
        if self.address.is_null() {
            return true;
        }
        let host = Url::parse(address).map(|u| u.host).unwrap_or_default();
        let is_local = host == "localhost" || host.starts_with("127.") || host == "[::1]" || !host.contains('.');
        if is_local && (self.bypasses_local || host == "localhost" || host.starts_with("127.")) {
            return true;
        }
        self.bypassed.iter().any(|pattern| {
            let options = crate::regex::Options::IGNORE_CASE;
            let subject = crate::regex::Subject::new(address);
            crate::regex::Regex::new(pattern, options).is_ok_and(|r| r.is_match(&subject, 0).unwrap_or(false))
        })
    }
}

/// Puts the proxy of a script, or else of the environment, into the way of a request.
pub fn apply(ctx: &mut dyn Context, given: &Value, url: &Url, transport: &mut Transport) -> Result<()> {
    match state_of::<Proxy>(given) {
        Some(proxy) => {
            // What a script names is used for local servers, too, as .NET's client does.
            transport.proxy = Url::parse(&crate::convert::to_display(&proxy.address))
                .filter(|_| !(proxy.bypasses_local && proxy.is_bypassed(&url.text())));
            if let Some((user, password)) = user_of(ctx, &proxy.credentials)? {
                transport.proxy_authorization = Some(basic(&user, &password));
            }
        }
        None => transport.proxy = proxy_of(url, &mut |name| ctx.env_get(name)),
    }
    Ok(())
}

fn read(c: &mut Call<'_>, f: fn(&Proxy) -> Value) -> Result {
    c.with(|p: &mut Proxy| f(p))
}

fn texts(items: &[String]) -> Vec<Value> {
    items.iter().map(|t| Value::from(t.as_str())).collect()
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| {
        let address = match c.parameter_name(0) {
            "" => Value::Null,
            "Host" => uri::of_text(&format!("http://{}:{}", c.str(0), c.long(1))),
            _ => match c.arg(0).base() {
                Value::Str(text) if text.is_empty() => Value::Null,
                Value::Str(text) if text.contains("://") => uri::of_text(text),
                Value::Str(text) => uri::of_text(&format!("http://{text}")),
                _ => c.arg(0).clone(),
            },
        };
        let mut made = plain(address);
        made.bypasses_local = c.named("BypassOnLocal").is_some_and(|v| crate::convert::to_bool(&v));
        if let Some(at) = c.place("BypassList") {
            made.bypassed = c.items(at).iter().map(crate::convert::to_display).collect();
        }
        made.credentials = c.named("Credentials").unwrap_or_default();
        Ok(hold(c.ty, made))
    }),
    ("Address", |c| read(c, |p| p.address.clone())),
    ("Address=", |c| {
        let value = c.arg(0).clone();
        c.with(|p: &mut Proxy| p.address = value)?;
        Ok(Value::Void)
    }),
    ("BypassProxyOnLocal", |c| read(c, |p| Value::Bool(p.bypasses_local))),
    ("BypassProxyOnLocal=", |c| {
        let on = c.bool(0);
        c.with(|p: &mut Proxy| p.bypasses_local = on)?;
        Ok(Value::Void)
    }),
    ("BypassList", |c| read(c, |p| Value::typed_array(TypeRef::STRING, texts(&p.bypassed)))),
    ("BypassList=", |c| {
        let items = c.items(0).iter().map(crate::convert::to_display).collect();
        c.with(|p: &mut Proxy| p.bypassed = items)?;
        Ok(Value::Void)
    }),
    ("BypassArrayList", |c| {
        let items = c.with(|p: &mut Proxy| texts(&p.bypassed))?;
        let list = crate::collection::Array::list(TypeRef::ARRAYLIST, TypeRef::OBJECT, items);
        Ok(Value::Array(std::sync::Arc::new(list)))
    }),
    ("Credentials", |c| read(c, |p| p.credentials.clone())),
    ("Credentials=", |c| {
        let value = c.arg(0).clone();
        c.with(|p: &mut Proxy| p.credentials = value)?;
        Ok(Value::Void)
    }),
    ("UseDefaultCredentials", |c| read(c, |p| Value::Bool(p.uses_default))),
    ("UseDefaultCredentials=", |c| {
        let on = c.bool(0);
        c.with(|p: &mut Proxy| p.uses_default = on)?;
        Ok(Value::Void)
    }),
    ("::GetDefaultProxy", |_| Ok(none())),
    ("GetProxy", |c| {
        let text = crate::convert::to_display(c.arg(0));
        let bypassed = c.with(|p: &mut Proxy| p.is_bypassed(&text))?;
        if bypassed { Ok(c.arg(0).clone()) } else { c.with(|p: &mut Proxy| p.address.clone()) }
    }),
    ("IsBypassed", |c| {
        let text = crate::convert::to_display(c.arg(0));
        c.with(|p: &mut Proxy| Value::Bool(p.is_bypassed(&text)))
    }),
];

pub static TYPES: &[TypeDef] = &[TypeDef { name: "System.Net.WebProxy", like: &[], members: MEMBERS }];
