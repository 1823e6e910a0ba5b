//! Certificates: the organisation's own authority, and what it issues. Keys lie in the store beside them.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, OtherNameValue, SanType,
};
use serde_json::{Map, Value as Json};
use sha1::{Digest, Sha1};
use store::{Draft, Object, Reader, Writer};

pub use crate::certificate_key::KeyKind;
use crate::certificate_key::{name, pieces, rewritten, smime_capabilities, subject_of};
use crate::convert;
use crate::fault::Fault;
use crate::organization::Facts;

/// Noun of certificates.
pub const CERTIFICATE: &str = "Certificate";
/// Noun of requests whose certificate has not come yet.
pub const REQUEST: &str = "CertificateRequest";
/// Noun of authorities.
pub const AUTHORITY: &str = "CertificateAuthority";

fn failed(error: impl std::fmt::Display) -> Fault {
    Fault::new("CryptographicException", "CertificateFailed", command::ErrorCategory::InvalidData, error.to_string())
}

/// Upper-case hex of the SHA-1 of a certificate.
pub fn thumbprint(der: &[u8]) -> String {
    Sha1::digest(der).iter().map(|b| format!("{b:02X}")).collect()
}

fn today() -> (i64, i64, i64) {
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    convert::civil(i64::try_from(seconds / 86_400).unwrap_or(0))
}

fn dated(params: &mut CertificateParams, years: i64) {
    let (year, month, day) = today();
    let date = |year: i64| {
        rcgen::date_time_ymd(
            i32::try_from(year).unwrap_or(2026),
            u8::try_from(month).unwrap_or(1),
            u8::try_from(day.min(28)).unwrap_or(1),
        )
    };
    params.not_before = date(year);
    params.not_after = date(year + years);
}

/// The parts of an X.500 name: `C=US,O=contoso,CN=ex01.contoso.com`.
fn distinguished(subject: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, value) in pieces(subject) {
        let kind = match kind.to_ascii_uppercase().as_str() {
            "C" => DnType::CountryName,
            "O" => DnType::OrganizationName,
            "OU" => DnType::OrganizationalUnitName,
            "L" => DnType::LocalityName,
            "S" | "ST" => DnType::StateOrProvinceName,
            _ => DnType::CommonName,
        };
        name.push(kind, value);
    }
    name
}

/// Whether a name can only be written part by part: a kind comes twice, or is none that the library names.
fn is_particular(subject: &str) -> bool {
    let kinds: Vec<String> = pieces(subject).iter().map(|(kind, _)| kind.to_ascii_uppercase()).collect();
    let known = ["C", "O", "OU", "L", "S", "ST", "CN"];
    kinds.iter().enumerate().any(|(at, kind)| !known.contains(&kind.as_str()) || kinds[..at].contains(kind))
}

/// The organisation's authority; made when there is none.
pub fn authority(writer: &mut Writer, facts: &Facts) -> Result<Object, Fault> {
    if let Some(authority) = writer.all(AUTHORITY)?.into_iter().next() {
        return Ok(authority);
    }
    let name = format!("{}-CA", facts.flat.to_lowercase());
    let key = KeyPair::generate().map_err(failed)?;
    let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
    params.distinguished_name = distinguished(&format!("CN={name}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    dated(&mut params, 10);
    let made = params.self_signed(&key).map_err(failed)?;
    let draft = Draft::new(AUTHORITY, "", &name)
        .with("Certificate", made.pem())
        .with("Key", key.serialize_pem())
        .with("Thumbprint", thumbprint(made.der()));
    let id = writer.insert(draft)?;
    writer.get(id)?.ok_or_else(|| failed("the authority was not written"))
}

/// What a certificate shall say.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// `CN=ex01.contoso.com` or a longer name.
    pub subject: String,
    /// Further DNS names.
    pub names: Vec<String>,
    pub friendly: String,
    /// Signed by itself instead of by the authority.
    pub is_self_signed: bool,
    /// Milliseconds since 1970 from which and until which it is valid; the usual time where nothing is said.
    pub from: Option<i64>,
    pub until: Option<i64>,
    /// Numbers of the purposes that it serves, and names of what its key may do; those of servers where nothing is said.
    pub purposes: Vec<String>,
    pub usages: Vec<String>,
    /// A certificate with a key that signs it instead of the authority.
    pub signer: Option<Object>,
    pub key: KeyKind,
    /// The parameters of the key's curve are spelled out instead of named.
    pub is_explicit: bool,
    /// Further names that are none of DNS.
    pub more: Vec<Alternative>,
    /// It says which ciphers its holder can read.
    pub is_smime: bool,
    /// Whether it is an authority, and how many may stand below it.
    pub authority: Option<Option<u8>>,
    /// Further extensions, as they are.
    pub extensions: Vec<Extension>,
}

/// Another name of the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alternative {
    Email(String),
    /// User principal name.
    Upn(String),
    Url(String),
    Address(std::net::IpAddr),
}

/// An extension that is taken as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub oid: Vec<u64>,
    pub is_critical: bool,
    pub content: Vec<u8>,
}

/// What a key may do, by the name that commands give it.
fn usage(name: &str) -> Result<KeyUsagePurpose, Fault> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "digitalsignature" => KeyUsagePurpose::DigitalSignature,
        "nonrepudiation" => KeyUsagePurpose::ContentCommitment,
        "keyencipherment" => KeyUsagePurpose::KeyEncipherment,
        "dataencipherment" => KeyUsagePurpose::DataEncipherment,
        "keyagreement" => KeyUsagePurpose::KeyAgreement,
        "certsign" => KeyUsagePurpose::KeyCertSign,
        "crlsign" => KeyUsagePurpose::CrlSign,
        "encipheronly" => KeyUsagePurpose::EncipherOnly,
        "decipheronly" => KeyUsagePurpose::DecipherOnly,
        _ => return Err(Fault::argument("KeyUsage", format!("\"{name}\" is no usage of a key.")).at(name)),
    })
}

/// The DNS names of a certificate: those wished for, after the holder's own where that could be a computer's.
fn host_names(wish: &Wish) -> Vec<String> {
    let common = pieces(&wish.subject).into_iter().find(|(kind, _)| kind.eq_ignore_ascii_case("CN")).map(|p| p.1);
    let is_person = !wish.more.is_empty() || common.as_ref().is_none_or(|c| c.contains(' '));
    let mut names: Vec<String> = common.filter(|_| !is_person).into_iter().collect();
    for name in &wish.names {
        if !names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
            names.push(name.clone());
        }
    }
    names
}

fn alternative(name: &Alternative) -> Result<SanType, Fault> {
    Ok(match name {
        Alternative::Email(text) => SanType::Rfc822Name(text.as_str().try_into().map_err(failed)?),
        Alternative::Url(text) => SanType::URI(text.as_str().try_into().map_err(failed)?),
        Alternative::Address(ip) => SanType::IpAddress(*ip),
        // szOID_NT_PRINCIPAL_NAME
        Alternative::Upn(text) => {
            SanType::OtherName((vec![1, 3, 6, 1, 4, 1, 311, 20, 2, 3], OtherNameValue::Utf8String(text.clone())))
        }
    })
}

/// Puts further names and extensions into what will be written.
fn extend(params: &mut CertificateParams, wish: &Wish) -> Result<(), Fault> {
    for name in &wish.more {
        params.subject_alt_names.push(alternative(name)?);
    }
    if let Some(length) = wish.authority {
        params.is_ca = IsCa::Ca(length.map_or(BasicConstraints::Unconstrained, BasicConstraints::Constrained));
    }
    if wish.is_smime {
        let oid = [1, 2, 840, 113_549, 1, 9, 15];
        params.custom_extensions.push(CustomExtension::from_oid_content(&oid, smime_capabilities()));
    }
    for extension in &wish.extensions {
        let mut own = CustomExtension::from_oid_content(&extension.oid, extension.content.clone());
        own.set_criticality(extension.is_critical);
        params.custom_extensions.push(own);
    }
    Ok(())
}

/// Issues a certificate and stores it; returns it.
pub fn issue(writer: &mut Writer, facts: &Facts, wish: &Wish) -> Result<Object, Fault> {
    let key = wish.key.generate()?;
    let mut params = CertificateParams::new(host_names(wish)).map_err(failed)?;
    extend(&mut params, wish)?;
    params.distinguished_name = distinguished(&wish.subject);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    if !wish.purposes.is_empty() {
        let parts = |oid: &String| oid.split('.').map(str::parse).collect::<Result<Vec<u64>, _>>().map_err(failed);
        let all: Result<Vec<Vec<u64>>, Fault> = wish.purposes.iter().map(parts).collect();
        params.extended_key_usages = all?.into_iter().map(ExtendedKeyUsagePurpose::Other).collect();
    }
    if !wish.usages.is_empty() {
        params.key_usages = wish.usages.iter().map(|name| usage(name)).collect::<Result<_, Fault>>()?;
    }
    dated(&mut params, if wish.is_self_signed { 5 } else { 2 });
    let moment = |milliseconds: i64| {
        let since = std::time::Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0));
        rcgen::date_time_ymd(1970, 1, 1) + since
    };
    if let Some(from) = wish.from {
        params.not_before = moment(from);
    }
    if let Some(until) = wish.until {
        params.not_after = moment(until);
    }
    let signer = match &wish.signer {
        Some(signer) => Some((signer.clone(), signer.text("Subject").unwrap_or_default().to_owned())),
        None if wish.is_self_signed => None,
        None => Some(authority(writer, facts)?).map(|a| (a.clone(), format!("CN={}", a.name))),
    };
    let (made, issuer, chain) = match &signer {
        Some((signer, name)) => {
            let pem = signer.text("Certificate").unwrap_or_default();
            let own = KeyPair::from_pem(signer.text("Key").unwrap_or_default()).map_err(failed)?;
            let by = Issuer::from_ca_cert_pem(pem, own).map_err(failed)?;
            (params.signed_by(&key, &by).map_err(failed)?, name.clone(), pem.to_owned())
        }
        None => (params.self_signed(&key).map_err(failed)?, wish.subject.clone(), String::new()),
    };
    let der = finished(made.der(), wish, signer.as_ref().map(|(signer, _)| signer), &key)?;
    let mut properties = describe(&der)?;
    properties.insert("Issuer".to_owned(), Json::from(issuer));
    properties.insert("Subject".to_owned(), Json::from(wish.subject.as_str()));
    properties.insert("IsSelfSigned".to_owned(), Json::from(wish.is_self_signed));
    properties.insert("Certificate".to_owned(), Json::from(pem("CERTIFICATE", &der)));
    properties.insert("Key".to_owned(), Json::from(key.serialize_pem()));
    if !chain.is_empty() {
        properties.insert("Chain".to_owned(), Json::from(chain));
    }
    if !wish.friendly.is_empty() {
        properties.insert("FriendlyName".to_owned(), Json::from(wish.friendly.as_str()));
    }
    let mut draft = Draft::new(CERTIFICATE, "", &thumbprint(&der));
    draft.properties = properties;
    let id = writer.insert(draft)?;
    writer.get(id)?.ok_or_else(|| failed("the certificate was not written"))
}

/// The certificate with what the library could not write of it.
fn finished(der: &[u8], wish: &Wish, signer: Option<&Object>, key: &KeyPair) -> Result<Vec<u8>, Fault> {
    let subject = is_particular(&wish.subject).then(|| name(&wish.subject));
    let issuers = match signer {
        Some(signer) => parts(signer).map(|(der, _)| der),
        None => None,
    };
    let issuer = match signer {
        None => subject.clone(),
        // The library reads a signer's name as it writes one.
        Some(signer) if is_particular(signer.text("Subject").unwrap_or_default()) => {
            issuers.as_deref().and_then(subject_of).map(<[u8]>::to_vec)
        }
        Some(_) => None,
    };
    let explicit = wish.is_explicit.then_some(wish.key);
    if subject.is_none() && issuer.is_none() && explicit.is_none() {
        return Ok(der.to_vec());
    }
    let by = match signer {
        Some(signer) => &KeyPair::from_pem(signer.text("Key").unwrap_or_default()).map_err(failed)?,
        None => key,
    };
    rewritten(der, subject.as_deref(), issuer.as_deref(), explicit, by)
}

/// A request (PKCS #10, PEM) for a certificate; its key waits in the store for the certificate.
pub fn request(writer: &mut Writer, wish: &Wish) -> Result<String, Fault> {
    let key = KeyPair::generate().map_err(failed)?;
    let mut params = CertificateParams::new(wish.names.clone()).map_err(failed)?;
    params.distinguished_name = distinguished(&wish.subject);
    let made = params.serialize_request(&key).map_err(failed)?;
    let text = made.pem().map_err(failed)?;
    let draft = Draft::new(REQUEST, "", &uuid::Uuid::new_v4().to_string())
        .with("Subject", wish.subject.as_str())
        .with("Request", text.as_str())
        .with("FriendlyName", wish.friendly.as_str())
        .with("Key", key.serialize_pem());
    writer.insert(draft)?;
    Ok(text)
}

/// The organisation's authority signs a request; returns the certificate as PEM.
pub fn sign(writer: &mut Writer, facts: &Facts, request: &str) -> Result<String, Fault> {
    let mut wanted = rcgen::CertificateSigningRequestParams::from_pem(request).map_err(failed)?;
    dated(&mut wanted.params, 2);
    wanted.params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    wanted.params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let authority = authority(writer, facts)?;
    let signer = KeyPair::from_pem(authority.text("Key").unwrap_or_default()).map_err(failed)?;
    let issuer = Issuer::from_ca_cert_pem(authority.text("Certificate").unwrap_or_default(), signer).map_err(failed)?;
    Ok(wanted.signed_by(&issuer).map_err(failed)?.pem())
}

/// A block of PEM text.
fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|l| std::str::from_utf8(l).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Takes in a certificate with its key (PKCS #8), both in DER.
pub fn import_with_key(writer: &mut Writer, der: &[u8], key: &[u8]) -> Result<Object, Fault> {
    import(writer, format!("{}{}", pem("CERTIFICATE", der), pem("PRIVATE KEY", key)).as_bytes())
}

/// The DER forms of a certificate and of its key, where it has one.
pub fn parts(object: &Object) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let block = |text: &str| {
        let parsed = x509_parser::pem::Pem::iter_from_buffer(text.as_bytes()).filter_map(Result::ok).next();
        parsed.map(|p| p.contents)
    };
    Some((block(object.text("Certificate")?)?, object.text("Key").and_then(block)))
}

/// A certificate as scripts see it.
pub fn value(object: &Object) -> Option<command::Value> {
    let friendly = object.text("FriendlyName").unwrap_or_default();
    parts(object).map(|(der, key)| values::types::security::certificate::with_key(der, key, friendly))
}

/// Takes in a certificate (PEM or DER), with the key in the same text or of a request that waits for it.
pub fn import(writer: &mut Writer, bytes: &[u8]) -> Result<Object, Fault> {
    let text = String::from_utf8_lossy(bytes);
    let der = match x509_parser::pem::Pem::iter_from_buffer(bytes)
        .filter_map(Result::ok)
        .find(|p| p.label == "CERTIFICATE")
    {
        Some(pem) => pem.contents,
        None => bytes.to_vec(),
    };
    let (_, parsed) = x509_parser::parse_x509_certificate(&der).map_err(failed)?;
    let public = parsed.public_key().subject_public_key.data.to_vec();
    let fits = |pem: &str| KeyPair::from_pem(pem).is_ok_and(|key| key.public_key_raw() == public.as_slice());
    let mut key = None;
    if let Some(at) = text.find("-----BEGIN PRIVATE KEY-----")
        && fits(&text[at..])
    {
        key = Some(text[at..].to_owned());
    }
    let mut friendly = String::new();
    for waiting in writer.all(REQUEST)? {
        if key.is_none() && waiting.text("Key").is_some_and(fits) {
            key = waiting.text("Key").map(str::to_owned);
            waiting.text("FriendlyName").unwrap_or_default().clone_into(&mut friendly);
            writer.remove(waiting.id)?;
        }
    }
    let mut properties = describe(&der)?;
    let name = thumbprint(&der);
    if let Some(known) = find(writer, &name)? {
        // It may be that only its key was missing.
        if let Some(key) = key.filter(|_| known.text("Key").is_none()) {
            writer.update(known.draft().with("Key", key))?;
            return find(writer, &name)?.ok_or_else(|| failed("the certificate was not written"));
        }
        return Ok(known);
    }
    let pem = pem("CERTIFICATE", &der);
    properties.insert("IsSelfSigned".to_owned(), Json::Bool(properties.get("Subject") == properties.get("Issuer")));
    properties.insert("Certificate".to_owned(), Json::from(pem));
    if let Some(key) = key {
        properties.insert("Key".to_owned(), Json::from(key));
    }
    if !friendly.is_empty() {
        properties.insert("FriendlyName".to_owned(), Json::from(friendly));
    }
    let issuer = properties.get("Issuer").and_then(Json::as_str).unwrap_or_default().to_owned();
    if let Some(authority) = writer.all(AUTHORITY)?.iter().find(|a| issuer == format!("CN={}", a.name)) {
        properties.insert("Chain".to_owned(), Json::from(authority.text("Certificate").unwrap_or_default()));
    }
    let mut draft = Draft::new(CERTIFICATE, "", &name);
    draft.properties = properties;
    let id = writer.insert(draft)?;
    writer.get(id)?.ok_or_else(|| failed("the certificate was not written"))
}

/// What a certificate says, as properties.
pub fn describe(der: &[u8]) -> Result<Map<String, Json>, Fault> {
    let (_, parsed) = x509_parser::parse_x509_certificate(der).map_err(failed)?;
    let mut names: Vec<Json> = Vec::new();
    if let Ok(Some(alternative)) = parsed.subject_alternative_name() {
        for name in &alternative.value.general_names {
            if let x509_parser::extensions::GeneralName::DNSName(name) = name {
                names.push(Json::from(*name));
            }
        }
    }
    let moment = |seconds: i64| match convert::moment(seconds * 1000) {
        command::Value::DateTime(bits) => Json::from(convert::instant(bits)),
        _ => Json::Null,
    };
    let bits = match parsed.public_key().parsed() {
        Ok(x509_parser::public_key::PublicKey::EC(point)) => point.key_size(),
        Ok(x509_parser::public_key::PublicKey::RSA(key)) => key.key_size(),
        _ => 0,
    };
    let serial: String = parsed.raw_serial().iter().map(|b| format!("{b:02X}")).collect();
    let mut found = Map::new();
    found.insert("Subject".to_owned(), Json::from(parsed.subject().to_string()));
    found.insert("Issuer".to_owned(), Json::from(parsed.issuer().to_string()));
    found.insert("SerialNumber".to_owned(), Json::from(serial));
    found.insert("DnsNames".to_owned(), Json::Array(names));
    found.insert("NotBefore".to_owned(), moment(parsed.validity().not_before.timestamp()));
    found.insert("NotAfter".to_owned(), moment(parsed.validity().not_after.timestamp()));
    found.insert("PublicKeySize".to_owned(), Json::from(bits));
    found.insert("Thumbprint".to_owned(), Json::from(thumbprint(der)));
    Ok(found)
}

/// The certificate with that thumbprint, in any case and with spaces.
pub fn find(reader: &Reader, thumbprint: &str) -> Result<Option<Object>, Fault> {
    let folded: String = thumbprint.chars().filter(|c| !c.is_whitespace()).collect();
    Ok(reader.find(CERTIFICATE, "", &folded)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_issues() {
        let home = std::env::temp_dir().join(format!("dialtone-certificate-{}", std::process::id()));
        let store = store::Store::open(&home).unwrap();
        let facts = Facts::of("contoso.com", "First Organization", "Redmond");
        let wish = Wish {
            subject: "CN=ex01.contoso.com,O=Contoso".into(),
            names: vec!["mail.contoso.com".into()],
            ..Wish::default()
        };
        let made = store.write(|w| issue(w, &facts, &wish)).unwrap();
        assert_eq!(made.texts("DnsNames"), ["ex01.contoso.com", "mail.contoso.com"]);
        assert_eq!(made.text("Issuer"), Some("CN=contoso-CA"));
        assert_eq!(made.number("PublicKeySize"), Some(256));
        let again = store.write(|w| issue(w, &facts, &wish)).unwrap();
        assert_eq!(again.text("Chain"), made.text("Chain"));
        let found = store.read(|r| Ok(find(r, &made.name.to_lowercase()).unwrap())).unwrap();
        assert_eq!(found.unwrap().id, made.id);
        let asked = store.write(|w| request(w, &wish)).unwrap();
        let signed = store.write(|w| sign(w, &facts, &asked)).unwrap();
        let taken = store.write(|w| import(w, signed.as_bytes())).unwrap();
        assert!(taken.text("Key").is_some() && taken.text("Chain") == made.text("Chain"));
        std::fs::remove_dir_all(&home).unwrap();
    }
}
