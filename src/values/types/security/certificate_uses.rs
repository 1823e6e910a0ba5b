//! What a certificate may be used for and for which names, as PowerShell's type data and its certificate drive read it.

use x509_parser::prelude::{FromDer, X509Certificate};

use super::certificate::{alternative, bytes_of, common_name};
use crate::types::{State, TypeDef, TypeRef, hold_named};
use crate::value::Value;

/// A purpose of keys: what people call it and its number.
#[derive(Clone, PartialEq)]
pub struct Purpose {
    pub name: String,
    pub id: String,
}

impl State for Purpose {
    fn text(&self) -> Option<String> {
        Some(if self.name.is_empty() { self.id.clone() } else { format!("{} ({})", self.name, self.id) })
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
}

/// A name of a computer.
#[derive(Clone, PartialEq)]
struct DnsName(String);

impl State for DnsName {
    fn text(&self) -> Option<String> {
        Some(self.0.clone())
    }
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
}

/// Purposes by number, with the names that Windows shows.
const PURPOSES: &[(&str, &str)] = &[
    ("1.3.6.1.5.5.7.3.1", "Server Authentication"),
    ("1.3.6.1.5.5.7.3.2", "Client Authentication"),
    ("1.3.6.1.5.5.7.3.3", "Code Signing"),
    ("1.3.6.1.5.5.7.3.4", "Secure Email"),
    ("1.3.6.1.5.5.7.3.8", "Time Stamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSP Signing"),
    ("1.3.6.1.4.1.311.10.3.4", "Encrypting File System"),
    ("1.3.6.1.4.1.311.20.2.2", "Smart Card Logon"),
    ("1.3.6.1.4.1.311.80.1", "Document Encryption"),
];

/// The purposes that a certificate names; none means that it serves all.
pub fn purposes(der: &[u8]) -> Vec<Purpose> {
    let Ok((_, x)) = X509Certificate::from_der(der) else { return Vec::new() };
    let Ok(Some(found)) = x.extended_key_usage() else { return Vec::new() };
    let usage = found.value;
    let mut ids: Vec<String> = [
        (usage.server_auth, 1),
        (usage.client_auth, 2),
        (usage.code_signing, 3),
        (usage.email_protection, 4),
        (usage.time_stamping, 8),
        (usage.ocsp_signing, 9),
    ]
    .into_iter()
    .filter(|(is_set, _)| *is_set)
    .map(|(_, last)| format!("1.3.6.1.5.5.7.3.{last}"))
    .collect();
    ids.extend(usage.other.iter().map(|id| id.to_id_string()));
    let named = |id: String| {
        let name = PURPOSES.iter().find(|(known, _)| *known == id).map_or("", |(_, name)| name);
        Purpose { name: name.to_string(), id }
    };
    ids.into_iter().map(named).collect()
}

/// The names that a certificate is for: its subject's and the alternative ones.
pub fn dns_names(der: &[u8]) -> Vec<String> {
    let Ok((_, x)) = X509Certificate::from_der(der) else { return Vec::new() };
    let mut names: Vec<String> = common_name(x.subject()).into_iter().collect();
    for (_, name) in alternative(&x).into_iter().filter(|(kind, _)| *kind == "DNS") {
        if !names.iter().any(|n| n.eq_ignore_ascii_case(&name)) {
            names.push(name);
        }
    }
    names
}

/// When a certificate ends, in seconds since 1970.
pub fn ends_at(der: &[u8]) -> Option<i64> {
    X509Certificate::from_der(der).ok().map(|(_, x)| x.validity().not_after.timestamp())
}

const PURPOSE: &str = "Microsoft.PowerShell.Commands.EnhancedKeyUsageRepresentation";
const DNS_NAME: &str = "Microsoft.PowerShell.Commands.DnsNameRepresentation";

fn list(name: &str, items: Vec<Value>) -> Value {
    let element = TypeRef::find(name).unwrap_or(TypeRef::OBJECT);
    crate::types::collections::list::make("System.Collections.Generic.List`1", element, items)
}

/// `EnhancedKeyUsageList` of a certificate.
pub fn purpose_list(certificate: &Value) -> Value {
    let all = bytes_of(certificate).map(|der| purposes(&der)).unwrap_or_default();
    list(PURPOSE, all.into_iter().map(|p| hold_named(PURPOSE, p)).collect())
}

/// `DnsNameList` of a certificate.
pub fn dns_name_list(certificate: &Value) -> Value {
    let all = bytes_of(certificate).map(|der| dns_names(&der)).unwrap_or_default();
    list(DNS_NAME, all.into_iter().map(|name| hold_named(DNS_NAME, DnsName(name))).collect())
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: PURPOSE,
        like: &[],
        members: &[
            ("FriendlyName", |c| c.with(|p: &mut Purpose| Value::from(p.name.as_str()))),
            ("ObjectId", |c| c.with(|p: &mut Purpose| Value::from(p.id.as_str()))),
        ],
    },
    TypeDef {
        name: DNS_NAME,
        like: &[],
        members: &[
            ("Punycode", |c| c.with(|n: &mut DnsName| Value::from(n.0.as_str()))),
            ("Unicode", |c| c.with(|n: &mut DnsName| Value::from(n.0.as_str()))),
        ],
    },
];
