//! System.Net.NetworkCredential.

use crate::types::{State, TypeDef, hold_named};
use crate::value::Value;

/// The state of a NetworkCredential.
#[derive(Clone)]
struct Network {
    user: String,
    password: String,
    domain: String,
}
impl State for Network {}

/// The credential of `domain\user` or a plain user name.
pub fn from_user(name: &str, password: &str) -> Value {
    let (domain, user) = name.split_once('\\').unwrap_or(("", name));
    let made = Network { user: user.to_string(), password: password.to_string(), domain: domain.to_string() };
    hold_named("System.Net.NetworkCredential", made)
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Net.NetworkCredential",
    like: &[],
    members: &[
        ("new", |c| {
            let password = match crate::types::security::secure_string::text_of(c.arg(1)) {
                text if text.is_empty() => c.str(1).to_string(),
                text => text,
            };
            let password = if password == "System.Security.SecureString" { String::new() } else { password };
            let made = Network { user: c.str(0).to_string(), password, domain: c.str(2).to_string() };
            Ok(hold_named("System.Net.NetworkCredential", made))
        }),
        ("UserName", |c| c.with(|n: &mut Network| Value::from(n.user.as_str()))),
        ("UserName=", |c| {
            let text = c.str(0).to_string();
            c.with(|n: &mut Network| n.user = text)?;
            Ok(Value::Void)
        }),
        ("Password", |c| c.with(|n: &mut Network| Value::from(n.password.as_str()))),
        ("Password=", |c| {
            let text = c.str(0).to_string();
            c.with(|n: &mut Network| n.password = text)?;
            Ok(Value::Void)
        }),
        ("SecurePassword", |c| c.with(|n: &mut Network| crate::types::security::secure_string::make(&n.password))),
        ("Domain", |c| c.with(|n: &mut Network| Value::from(n.domain.as_str()))),
        ("GetCredential", |c| Ok(c.this.clone())),
    ],
}];
