//! System.Security.Cryptography.Oid and the names of object identifiers.

use crate::types::{Call, State, TypeDef, hold_named};
use crate::value::Value;

/// An object identifier with the name that .NET gives it.
#[derive(Clone)]
pub struct Oid {
    pub value: Option<String>,
    pub name: Option<String>,
}
impl State for Oid {}

/// Identifiers that .NET names.
const NAMES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.1", "RSA"),
    ("1.2.840.113549.1.1.4", "md5RSA"),
    ("1.2.840.113549.1.1.5", "sha1RSA"),
    ("1.2.840.113549.1.1.10", "RSASSA-PSS"),
    ("1.2.840.113549.1.1.11", "sha256RSA"),
    ("1.2.840.113549.1.1.12", "sha384RSA"),
    ("1.2.840.113549.1.1.13", "sha512RSA"),
    ("1.2.840.10045.2.1", "ECC"),
    ("1.2.840.10045.3.1.7", "nistP256"),
    ("1.3.132.0.34", "nistP384"),
    ("1.3.132.0.35", "nistP521"),
    ("1.2.840.10045.4.1", "sha1ECDSA"),
    ("1.2.840.10045.4.3.2", "sha256ECDSA"),
    ("1.2.840.10045.4.3.3", "sha384ECDSA"),
    ("1.2.840.10045.4.3.4", "sha512ECDSA"),
    ("1.2.840.113549.2.5", "md5"),
    ("1.3.14.3.2.26", "sha1"),
    ("2.16.840.1.101.3.4.2.1", "sha256"),
    ("2.16.840.1.101.3.4.2.2", "sha384"),
    ("2.16.840.1.101.3.4.2.3", "sha512"),
    ("2.16.840.1.101.3.4.1.2", "aes128"),
    ("2.16.840.1.101.3.4.1.42", "aes256"),
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "SERIALNUMBER"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "S"),
    ("2.5.4.9", "STREET"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "T"),
    ("2.5.4.42", "G"),
    ("2.5.4.43", "I"),
    ("1.2.840.113549.1.9.1", "E"),
    ("1.2.840.113549.1.9.15", "S/MIME Capabilities"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("2.5.29.14", "X509v3 Subject Key Identifier"),
    ("2.5.29.15", "X509v3 Key Usage"),
    ("2.5.29.17", "X509v3 Subject Alternative Name"),
    ("2.5.29.19", "X509v3 Basic Constraints"),
    ("2.5.29.31", "X509v3 CRL Distribution Points"),
    ("2.5.29.32", "X509v3 Certificate Policies"),
    ("2.5.29.35", "X509v3 Authority Key Identifier"),
    ("2.5.29.37", "X509v3 Extended Key Usage"),
    ("1.3.6.1.5.5.7.1.1", "Authority Information Access"),
    ("1.3.6.1.5.5.7.3.1", "Server Authentication"),
    ("1.3.6.1.5.5.7.3.2", "Client Authentication"),
    ("1.3.6.1.5.5.7.3.3", "Code Signing"),
    ("1.3.6.1.5.5.7.3.4", "Secure Email"),
    ("1.3.6.1.5.5.7.3.8", "Time Stamping"),
    ("1.3.6.1.5.5.7.3.9", "OCSP Signing"),
];

/// The name of an identifier.
pub fn name_of(value: &str) -> Option<&'static str> {
    NAMES.iter().find(|(v, _)| *v == value).map(|(_, n)| *n)
}

/// The identifier of a name.
pub fn value_of(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(_, n)| n.eq_ignore_ascii_case(name)).map(|(v, _)| *v)
}

/// An Oid value.
pub fn make(value: &str) -> Value {
    let oid = Oid { value: Some(value.to_string()), name: name_of(value).map(str::to_string) };
    hold_named("System.Security.Cryptography.Oid", oid)
}

fn text(value: Option<&String>) -> Value {
    value.map_or(Value::Null, |t| Value::from(t.as_str()))
}

fn construct(c: &mut Call<'_>) -> crate::error::Result {
    if let Some(other) = crate::types::state_of::<Oid>(c.arg(0)) {
        return Ok(hold_named("System.Security.Cryptography.Oid", other));
    }
    let given = |at: usize| c.has(at).then(|| c.str(at).to_string());
    let oid = match (given(0), c.count()) {
        (value, 2) => Oid { value, name: given(1) },
        // A name stands for its identifier.
        (Some(text), _) => match value_of(&text) {
            Some(value) => Oid { value: Some(value.to_string()), name: Some(text) },
            None => Oid { name: name_of(&text).map(str::to_string), value: Some(text) },
        },
        (None, _) => Oid { value: None, name: None },
    };
    Ok(hold_named("System.Security.Cryptography.Oid", oid))
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Security.Cryptography.Oid",
    like: &[],
    members: &[
        ("new", |c| construct(c)),
        ("Value", |c| c.with(|o: &mut Oid| text(o.value.as_ref()))),
        ("Value=", |c| {
            let new = c.str(0).to_string();
            c.with(|o: &mut Oid| o.value = Some(new))?;
            Ok(Value::Void)
        }),
        ("FriendlyName", |c| c.with(|o: &mut Oid| text(o.name.as_ref()))),
        ("FriendlyName=", |c| {
            let new = c.str(0).to_string();
            c.with(|o: &mut Oid| o.name = Some(new))?;
            Ok(Value::Void)
        }),
        ("::FromOidValue", |c| {
            let value = c.need_str(0)?;
            match name_of(&value) {
                Some(_) => Ok(make(&value)),
                None => failed("The OID value is invalid."),
            }
        }),
        ("::FromFriendlyName", |c| match value_of(&c.need_str(0)?) {
            Some(value) => Ok(make(value)),
            None => failed("The OID value is invalid."),
        }),
    ],
}];

fn failed(text: &str) -> crate::error::Result {
    crate::types::fail::named("System.Security.Cryptography.CryptographicException", text).throw()
}
