//! System.Security.Cryptography.X509Certificates: certificates read from DER or PEM.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::x509::X509Name;

use super::oid;
use crate::error::Result;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold, hold_named};
use crate::value::Value;

const NAMESPACE: &str = "System.Security.Cryptography.X509Certificates";

/// A certificate: its DER form; empty once it was disposed of.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    /// The private key (PKCS #8 in DER) that belongs to it.
    key: Option<Vec<u8>>,
    friendly_name: String,
    is_archived: bool,
}

impl State for Certificate {
    fn text(&self) -> Option<String> {
        let (_, parsed) = X509Certificate::from_der(&self.der).ok()?;
        Some(described(&parsed, &self.der, false))
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.der == other.der
    }
    fn hash(&self) -> Option<u64> {
        let digest = Sha1::digest(&self.der);
        Some(digest.iter().take(8).fold(0, |h, b| h << 8 | u64::from(*b)))
    }
}

/// A distinguished name: how it reads and its DER form.
#[derive(Clone)]
struct Name {
    text: String,
    der: Vec<u8>,
}
impl State for Name {}

/// An extension of a certificate.
#[derive(Clone)]
struct Extension {
    oid: String,
    is_critical: bool,
    der: Vec<u8>,
    /// How `Format` reads it.
    text: String,
}
impl State for Extension {}

/// The key that a certificate certifies.
#[derive(Clone)]
struct PublicKey {
    oid: String,
    bits: Vec<u8>,
    parameters: Vec<u8>,
    spki: Vec<u8>,
}
impl State for PublicKey {}

fn bad<T>(text: &str) -> Result<T> {
    fail::named("System.Security.Cryptography.CryptographicException", text).throw()
}

/// The DER form of a certificate in DER, PEM or bare base 64.
pub fn der_of(bytes: &[u8]) -> Option<Vec<u8>> {
    if X509Certificate::from_der(bytes).is_ok() {
        return Some(bytes.to_vec());
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let inside = match text.split_once("-----BEGIN CERTIFICATE-----") {
        Some((_, rest)) => rest.split("-----END").next()?,
        None => text,
    };
    let bare: String = inside.chars().filter(|ch| !ch.is_whitespace()).collect();
    let der = STANDARD.decode(bare).ok()?;
    X509Certificate::from_der(&der).is_ok().then_some(der)
}

/// A certificate value of its DER form.
pub fn make(der: Vec<u8>) -> Value {
    with_key(der, None, "")
}

/// A certificate value with its private key (PKCS #8 in DER) and the name that people give it.
pub fn with_key(der: Vec<u8>, key: Option<Vec<u8>>, friendly: &str) -> Value {
    let state = Certificate { der, key, friendly_name: friendly.to_string(), is_archived: false };
    hold_named(&format!("{NAMESPACE}.X509Certificate2"), state)
}

/// The private key behind a certificate value, PKCS #8 in DER.
pub fn key_of(value: &Value) -> Option<Vec<u8>> {
    crate::types::state_of::<Certificate>(value).and_then(|c| c.key)
}

/// The DER form behind a certificate value.
pub fn bytes_of(value: &Value) -> Option<Vec<u8>> {
    crate::types::state_of::<Certificate>(value).map(|c| c.der)
}

fn read_file(c: &Call<'_>, at: usize) -> Result<Vec<u8>> {
    let path = c.ctx.working_directory().join(c.str(at).as_str());
    match crate::stop::read(&path) {
        Ok(bytes) => Ok(bytes),
        Err(_) => bad("error:80000002:system library::No such file or directory"),
    }
}

fn construct(c: &mut Call<'_>) -> Result {
    let bytes = match c.parameter_name(0) {
        "" => Vec::new(),
        "rawData" | "data" => c.bytes(0),
        "certificate" | "cert" => match bytes_of(c.arg(0)) {
            Some(der) => der,
            None => return fail::null(c.parameter_name(0)).throw(),
        },
        "handle" => return fail::argument("Invalid handle.", "handle").throw(),
        _ => read_file(c, 0)?,
    };
    let der = match bytes.is_empty() {
        true => bytes,
        false => match der_of(&bytes) {
            Some(der) => der,
            None => return bad("Cannot find the requested object."),
        },
    };
    let key = key_of(c.arg(0));
    Ok(hold(c.ty, Certificate { der, key, friendly_name: String::new(), is_archived: false }))
}

/// Runs code on the parsed certificate.
fn with<R>(c: &Call<'_>, f: impl FnOnce(&X509Certificate<'_>) -> R) -> Result<R> {
    let der = c.with(|s: &mut Certificate| s.der.clone())?;
    match X509Certificate::from_der(&der) {
        Ok((_, parsed)) => Ok(f(&parsed)),
        Err(_) => bad("m_safeCertContext is an invalid handle."),
    }
}

/// A name as .NET writes it: the nearest part first, values quoted where they would be misread.
fn shown(name: &X509Name<'_>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for set in name.iter() {
        let pairs: Vec<String> = set
            .iter()
            .map(|pair| {
                let id = pair.attr_type().to_id_string();
                let key = oid::name_of(&id).map_or_else(|| format!("OID.{id}"), str::to_string);
                let value = pair
                    .as_str()
                    .map_or_else(|_| String::from_utf8_lossy(pair.as_slice()).into_owned(), str::to_string);
                let is_plain = !value.is_empty()
                    && !value.starts_with(' ')
                    && !value.ends_with(' ')
                    && !value.contains([',', '+', '"', '\\', '\n', '=', '<', '>', '#', ';']);
                if is_plain { format!("{key}={value}") } else { format!("{key}=\"{}\"", value.replace('"', "\"\"")) }
            })
            .collect();
        parts.push(pairs.join(" + "));
    }
    parts.reverse();
    parts.join(", ")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect()
}

/// Local time of a moment, as `NotBefore` and `NotAfter` give it.
fn local(c: &Call<'_>, seconds: i64) -> Value {
    let utc = crate::time::DateTime::new(EPOCH + seconds * 10_000_000, crate::time::Kind::Utc);
    let zone = crate::time::Zone::find(c.ctx.time_zone()).unwrap_or_else(|_| crate::time::Zone::system());
    match utc.and_then(|utc| zone.from_utc(utc)) {
        Ok(moment) => crate::types::system::date_time::value(moment.with_kind(crate::time::Kind::Local)),
        Err(_) => Value::Null,
    }
}

/// Ticks of 1970-01-01.
const EPOCH: i64 = 621_355_968_000_000_000;

fn described(parsed: &X509Certificate<'_>, der: &[u8], verbose: bool) -> String {
    let mut text = format!("[Subject]\n  {}\n\n[Issuer]\n  {}\n\n", shown(parsed.subject()), shown(parsed.issuer()));
    if verbose {
        text = format!("[Version]\n  V{}\n\n{text}", parsed.version().0 + 1);
    }
    let time = |t: &x509_parser::time::ASN1Time| {
        let moment = crate::time::DateTime::new(EPOCH + t.timestamp() * 10_000_000, crate::time::Kind::Utc).ok();
        let (dates, zone) = (&crate::culture::Culture::invariant().date, crate::time::Zone::system());
        let shown = moment.and_then(|m| crate::time::format_datetime(m, "MM/dd/yyyy HH:mm:ss", dates, &zone).ok());
        shown.unwrap_or_default()
    };
    text.push_str(&format!("[Serial Number]\n  {}\n\n", hex(&parsed.serial.to_bytes_be())));
    text.push_str(&format!("[Not Before]\n  {}\n\n", time(&parsed.validity().not_before)));
    text.push_str(&format!("[Not After]\n  {}\n\n", time(&parsed.validity().not_after)));
    text.push_str(&format!("[Thumbprint]\n  {}\n", hex(&Sha1::digest(der))));
    text
}

fn name_value(c: &Call<'_>, issuer: bool) -> Result {
    with(c, |x| {
        let name = if issuer { x.issuer() } else { x.subject() };
        hold_named(
            &format!("{NAMESPACE}.X500DistinguishedName"),
            Name { text: shown(name), der: name.as_raw().to_vec() },
        )
    })
}

fn hashed(c: &Call<'_>) -> Result<Vec<u8>> {
    let der = c.with(|s: &mut Certificate| s.der.clone())?;
    let algorithm = c.named("hashAlgorithm").map(|v| crate::convert::to_display(&v).to_ascii_uppercase());
    Ok(match algorithm.as_deref() {
        None | Some("SHA1") => Sha1::digest(&der).to_vec(),
        Some("SHA384") => Sha384::digest(&der).to_vec(),
        Some("SHA512") => Sha512::digest(&der).to_vec(),
        Some(_) => Sha256::digest(&der).to_vec(),
    })
}

fn serial(c: &Call<'_>) -> Result<Vec<u8>> {
    with(c, |x| {
        let raw = x.raw_serial();
        raw.to_vec()
    })
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|l| std::str::from_utf8(l).ok()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----", lines.join("\n"))
}

/// The names in the subject alternative name: DNS names first as `GetNameInfo` looks for them.
pub(super) fn alternative(x: &X509Certificate<'_>) -> Vec<(&'static str, String)> {
    use x509_parser::extensions::GeneralName;
    let Ok(Some(found)) = x.subject_alternative_name() else { return Vec::new() };
    let names = found.value.general_names.iter();
    names
        .filter_map(|name| match name {
            GeneralName::DNSName(text) => Some(("DNS", (*text).to_string())),
            GeneralName::RFC822Name(text) => Some(("email", (*text).to_string())),
            GeneralName::URI(text) => Some(("URI", (*text).to_string())),
            GeneralName::IPAddress(bytes) => {
                let shown = match (<[u8; 4]>::try_from(*bytes), <[u8; 16]>::try_from(*bytes)) {
                    (Ok(four), _) => std::net::Ipv4Addr::from(four).to_string(),
                    (_, Ok(sixteen)) => std::net::Ipv6Addr::from(sixteen).to_string(),
                    _ => return None,
                };
                Some(("IP Address", shown))
            }
            _ => None,
        })
        .collect()
}

pub(super) fn common_name(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name().last().and_then(|n| n.as_str().ok()).map(str::to_string)
}

/// `GetNameInfo`: simple, e-mail, UPN, DNS, DNS from the alternative name, URL.
fn name_info(c: &mut Call<'_>) -> Result {
    let (kind, issuer) = (c.long(0), c.bool(1));
    with(c, |x| {
        let name = if issuer { x.issuer() } else { x.subject() };
        let alternative = if issuer { Vec::new() } else { alternative(x) };
        let first = |wanted: &str| alternative.iter().find(|(k, _)| *k == wanted).map(|(_, t)| t.clone());
        let last_part = || {
            let parts: Vec<_> = name.iter_attributes().collect();
            parts.last().and_then(|p| p.as_str().ok()).map(str::to_string)
        };
        let email = || name.iter_email().next().and_then(|e| e.as_str().ok()).map(str::to_string);
        let found = match kind {
            0 => common_name(name)
                .or_else(|| name.iter_organizational_unit().last().and_then(|n| n.as_str().ok()).map(str::to_string))
                .or_else(last_part),
            1 => email().or_else(|| first("email")),
            3 | 4 => first("DNS").or_else(|| common_name(name)),
            5 => first("URI"),
            _ => None,
        };
        Value::from(found.unwrap_or_default())
    })
}

/// Whether a certificate is for a host: its DNS names and addresses, else the common name.
fn matches(c: &mut Call<'_>) -> Result {
    let host = c.need_str(0)?.to_lowercase();
    let takes = |name: &str| c.place(name).is_none_or(|at| c.bool(at));
    let (wild, common) = (takes("allowWildcards"), takes("allowCommonName"));
    with(c, |x| {
        let names = alternative(x);
        let is_address = host.parse::<std::net::IpAddr>().is_ok();
        let kind = if is_address { "IP Address" } else { "DNS" };
        let same = |pattern: &str| {
            let pattern = pattern.to_lowercase();
            match pattern.strip_prefix("*.") {
                Some(tail) if wild && !is_address => host.split_once('.').is_some_and(|(_, rest)| rest == tail),
                _ => pattern == host,
            }
        };
        let any = names.iter().any(|(k, _)| *k == kind);
        let found = names.iter().any(|(k, n)| *k == kind && same(n));
        Value::Bool(found || !any && common && common_name(x.subject()).is_some_and(|n| same(&n)))
    })
}

fn extensions(c: &Call<'_>) -> Result {
    let made = with(c, |x| {
        x.extensions()
            .iter()
            .map(|e| {
                let id = e.oid.to_id_string();
                let kind = match id.as_str() {
                    "2.5.29.14" => "X509SubjectKeyIdentifierExtension",
                    "2.5.29.15" => "X509KeyUsageExtension",
                    "2.5.29.17" => "X509SubjectAlternativeNameExtension",
                    "2.5.29.19" => "X509BasicConstraintsExtension",
                    "2.5.29.35" => "X509AuthorityKeyIdentifierExtension",
                    "2.5.29.37" => "X509EnhancedKeyUsageExtension",
                    _ => "X509Extension",
                };
                let text = match id.as_str() {
                    "2.5.29.17" => {
                        let list: Vec<String> = alternative(x).iter().map(|(k, n)| format!("{k}:{n}")).collect();
                        list.join(", ")
                    }
                    _ => hex(e.value),
                };
                let name = format!("{NAMESPACE}.{kind}");
                let ty = TypeRef::find(&name).or_else(|| TypeRef::find(&format!("{NAMESPACE}.X509Extension")));
                let state = Extension { oid: id, is_critical: e.critical, der: e.value.to_vec(), text };
                hold(ty.unwrap_or(TypeRef::OBJECT), state)
            })
            .collect::<Vec<_>>()
    })?;
    let ty = TypeRef::find(&format!("{NAMESPACE}.X509Extension")).unwrap_or(TypeRef::OBJECT);
    Ok(crate::types::collections::list::make("System.Collections.ObjectModel.Collection`1", ty, made))
}

fn public_key(c: &Call<'_>) -> Result {
    with(c, |x| {
        let key = x.public_key();
        let state = PublicKey {
            oid: key.algorithm.algorithm.to_id_string(),
            bits: key.subject_public_key.data.to_vec(),
            parameters: key.algorithm.parameters.as_ref().map(|p| p.data.to_vec()).unwrap_or_default(),
            spki: key.raw.to_vec(),
        };
        hold_named(&format!("{NAMESPACE}.PublicKey"), state)
    })
}

fn export(c: &mut Call<'_>) -> Result {
    let der = c.with(|s: &mut Certificate| s.der.clone())?;
    match c.long(0) {
        1 => Ok(Value::bytes(&der)),
        3 => bad("PKCS#12 files can't be written."),
        _ => bad("Invalid content type."),
    }
}

fn import(c: &mut Call<'_>) -> Result {
    let bytes = if c.parameter_name(0) == "rawData" { c.bytes(0) } else { read_file(c, 0)? };
    let Some(der) = der_of(&bytes) else { return bad("Cannot find the requested object.") };
    c.with(|s: &mut Certificate| s.der = der)?;
    Ok(Value::Void)
}

fn is_key(c: &Call<'_>, wanted: &str) -> Result<bool> {
    with(c, |x| x.public_key().algorithm.algorithm.to_id_string() == wanted)
}

fn no_private(_: &mut Call<'_>) -> Result {
    Ok(Value::Null)
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("new", |c| construct(c)),
    ("::CreateFromCertFile", |c| {
        let bytes = read_file(c, 0)?;
        der_of(&bytes).map_or_else(|| bad("Cannot find the requested object."), |der| Ok(make(der)))
    }),
    ("::CreateFromSignedFile", |_| {
        fail::named("System.PlatformNotSupportedException", "This operation is not supported on this platform.").throw()
    }),
    ("::CreateFromPemFile", |c| {
        let bytes = read_file(c, 0)?;
        der_of(&bytes).map_or_else(|| bad("The certificate contents do not contain a PEM with a CERTIFICATE label, or the content is malformed."), |der| Ok(make(der)))
    }),
    ("::GetCertContentType", |c| {
        let bytes = if c.parameter_name(0) == "rawData" { c.bytes(0) } else { read_file(c, 0)? };
        match der_of(&bytes) {
            Some(_) => Ok(crate::types::system::enumeration::make(&format!("{NAMESPACE}.X509ContentType"), 1)),
            None => bad("Cannot find the requested object."),
        }
    }),
    ("Subject", |c| with(c, |x| Value::from(shown(x.subject())))),
    ("Issuer", |c| with(c, |x| Value::from(shown(x.issuer())))),
    ("GetName", |c| with(c, |x| Value::from(shown(x.subject())))),
    ("GetIssuerName", |c| with(c, |x| Value::from(shown(x.issuer())))),
    ("SubjectName", |c| name_value(c, false)),
    ("IssuerName", |c| name_value(c, true)),
    ("NotBefore", |c| {
        let at = with(c, |x| x.validity().not_before.timestamp())?;
        Ok(local(c, at))
    }),
    ("NotAfter", |c| {
        let at = with(c, |x| x.validity().not_after.timestamp())?;
        Ok(local(c, at))
    }),
    ("GetEffectiveDateString", |c| {
        let at = with(c, |x| x.validity().not_before.timestamp())?;
        let moment = local(c, at);
        crate::convert::net_string(c.ctx, &moment).map(Value::Str)
    }),
    ("GetExpirationDateString", |c| {
        let at = with(c, |x| x.validity().not_after.timestamp())?;
        let moment = local(c, at);
        crate::convert::net_string(c.ctx, &moment).map(Value::Str)
    }),
    ("Version", |c| with(c, |x| Value::I32(x.version().0 as i32 + 1))),
    ("SerialNumber", |c| serial(c).map(|b| Value::from(hex(&b)))),
    ("GetSerialNumberString", |c| serial(c).map(|b| Value::from(hex(&b)))),
    ("GetSerialNumber", |c| {
        let mut bytes = serial(c)?;
        bytes.reverse();
        Ok(Value::bytes(&bytes))
    }),
    ("SerialNumberBytes", |c| serial(c).map(|b| Value::bytes(&b))),
    ("Thumbprint", |c| hashed(c).map(|b| Value::from(hex(&b)))),
    ("GetCertHash", |c| hashed(c).map(|b| Value::bytes(&b))),
    ("GetCertHashString", |c| hashed(c).map(|b| Value::from(hex(&b)))),
    ("RawData", |c| c.with(|s: &mut Certificate| Value::bytes(&s.der))),
    ("RawDataMemory", |c| c.with(|s: &mut Certificate| Value::bytes(&s.der))),
    ("GetRawCertData", |c| c.with(|s: &mut Certificate| Value::bytes(&s.der))),
    ("GetRawCertDataString", |c| c.with(|s: &mut Certificate| Value::from(hex(&s.der)))),
    ("SignatureAlgorithm", |c| with(c, |x| oid::make(&x.signature_algorithm.algorithm.to_id_string()))),
    ("GetKeyAlgorithm", |c| with(c, |x| Value::from(x.public_key().algorithm.algorithm.to_id_string()))),
    ("GetKeyAlgorithmParameters", |c| with(c, |x| Value::bytes(&parameters(x)))),
    ("GetKeyAlgorithmParametersString", |c| with(c, |x| Value::from(hex(&parameters(x))))),
    ("PublicKey", |c| public_key(c)),
    ("GetPublicKey", |c| with(c, |x| Value::bytes(&x.public_key().subject_public_key.data))),
    ("GetPublicKeyString", |c| with(c, |x| Value::from(hex(&x.public_key().subject_public_key.data)))),
    ("HasPrivateKey", |c| c.with(|s: &mut Certificate| Value::Bool(s.key.is_some()))),
    ("PrivateKey", |c| no_private(c)),
    ("GetECDiffieHellmanPrivateKey", |c| no_private(c)),
    ("GetECDiffieHellmanPublicKey", |c| {
        if is_key(c, "1.2.840.10045.2.1")? { bad("Keys of elliptic curves can't be used.") } else { Ok(Value::Null) }
    }),
    ("GetMLDsaPrivateKey", |c| no_private(c)),
    ("GetMLDsaPublicKey", |c| no_private(c)),
    ("GetMLKemPrivateKey", |c| no_private(c)),
    ("GetMLKemPublicKey", |c| no_private(c)),
    ("GetSlhDsaPrivateKey", |c| no_private(c)),
    ("GetSlhDsaPublicKey", |c| no_private(c)),
    ("GetCompositeMLDsaPrivateKey", |c| no_private(c)),
    ("GetCompositeMLDsaPublicKey", |c| no_private(c)),
    ("FriendlyName", |c| c.with(|s: &mut Certificate| Value::from(s.friendly_name.as_str()))),
    ("FriendlyName=", |c| {
        let name = c.str(0).to_string();
        c.with(|s: &mut Certificate| s.friendly_name = name)?;
        Ok(Value::Void)
    }),
    ("Archived", |c| c.with(|s: &mut Certificate| Value::Bool(s.is_archived))),
    ("Archived=", |c| {
        let archived = c.bool(0);
        c.with(|s: &mut Certificate| s.is_archived = archived)?;
        Ok(Value::Void)
    }),
    ("Extensions", |c| extensions(c)),
    ("Handle", |c| c.with(|s: &mut Certificate| crate::types::system::host::pointer_to(s.der.as_ptr() as i64))),
    ("GetFormat", |_| Ok(Value::from("X509"))),
    ("GetNameInfo", |c| name_info(c)),
    ("MatchesHostname", |c| matches(c)),
    ("ExportCertificatePem", |c| c.with(|s: &mut Certificate| Value::from(pem(&s.der)))),
    ("Export", |c| export(c)),
    ("ExportPkcs12", |_| bad("PKCS#12 files can't be written.")),
    ("Import", |c| import(c)),
    ("Reset", |c| {
        c.with(|s: &mut Certificate| s.der.clear())?;
        Ok(Value::Void)
    }),
    ("Dispose", |c| {
        c.with(|s: &mut Certificate| s.der.clear())?;
        Ok(Value::Void)
    }),
    ("Equals", |c| {
        let other = bytes_of(c.arg(0));
        c.with(|s: &mut Certificate| Value::Bool(other.is_some_and(|o| o == s.der)))
    }),
    ("ToString", |c| {
        let (der, verbose) = (c.with(|s: &mut Certificate| s.der.clone())?, c.count() == 1 && c.bool(0));
        with(c, |x| Value::from(described(x, &der, verbose)))
    }),
];

fn parameters(x: &X509Certificate<'_>) -> Vec<u8> {
    x.public_key().algorithm.parameters.as_ref().map(|p| p.data.to_vec()).unwrap_or_default()
}

const EXTENSION: &[(&str, Behaviour)] = &[
    ("Critical", |c| c.with(|e: &mut Extension| Value::Bool(e.is_critical))),
    ("Oid", |c| c.with(|e: &mut Extension| oid::make(&e.oid))),
    ("RawData", |c| c.with(|e: &mut Extension| Value::bytes(&e.der))),
    ("Format", |c| c.with(|e: &mut Extension| Value::from(e.text.as_str()))),
];

const EXTENSION_TYPE: &str = "System.Security.Cryptography.X509Certificates.X509Extension";

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Security.Cryptography.X509Certificates.X509Certificate", like: &[], members: MEMBERS },
    TypeDef { name: "System.Security.Cryptography.X509Certificates.X509Certificate2", like: &[], members: MEMBERS },
    TypeDef { name: EXTENSION_TYPE, like: &[], members: EXTENSION },
    TypeDef {
        name: "System.Security.Cryptography.X509Certificates.X500DistinguishedName",
        like: &[],
        members: &[
            ("Name", |c| c.with(|n: &mut Name| Value::from(n.text.as_str()))),
            ("RawData", |c| c.with(|n: &mut Name| Value::bytes(&n.der))),
            ("Format", |c| {
                let separator = if c.bool(0) { "\n" } else { ", " };
                c.with(|n: &mut Name| Value::from(n.text.replace(", ", separator)))
            }),
            ("Decode", |c| c.with(|n: &mut Name| Value::from(n.text.as_str()))),
        ],
    },
    TypeDef {
        name: "System.Security.Cryptography.X509Certificates.PublicKey",
        like: &[],
        members: &[
            ("Oid", |c| c.with(|k: &mut PublicKey| oid::make(&k.oid))),
            ("EncodedKeyValue", |c| c.with(|k: &mut PublicKey| Value::bytes(&k.bits))),
            ("EncodedParameters", |c| c.with(|k: &mut PublicKey| Value::bytes(&k.parameters))),
            ("ExportSubjectPublicKeyInfo", |c| c.with(|k: &mut PublicKey| Value::bytes(&k.spki))),
        ],
    },
];
