//! Certificates: the organisation's own authority, and what it issues. Keys lie in the store beside them.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use serde_json::{Map, Value as Json};
use sha1::{Digest, Sha1};
use store::{Draft, Object, Reader, Writer};

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
    for part in subject.split(',') {
        let (kind, value) = part.trim().split_once('=').unwrap_or(("CN", part.trim()));
        let kind = match kind.trim().to_ascii_uppercase().as_str() {
            "C" => DnType::CountryName,
            "O" => DnType::OrganizationName,
            "OU" => DnType::OrganizationalUnitName,
            "L" => DnType::LocalityName,
            "S" | "ST" => DnType::StateOrProvinceName,
            _ => DnType::CommonName,
        };
        name.push(kind, value.trim());
    }
    name
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

/// Issues a certificate and stores it; returns it.
pub fn issue(writer: &mut Writer, facts: &Facts, wish: &Wish) -> Result<Object, Fault> {
    let key = KeyPair::generate().map_err(failed)?;
    let common = wish
        .subject
        .split(',')
        .find_map(|p| p.trim().strip_prefix("CN=").or_else(|| p.trim().strip_prefix("cn=")))
        .unwrap_or(&wish.subject)
        .trim();
    let mut names = vec![common.to_owned()];
    for name in &wish.names {
        if !names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
            names.push(name.clone());
        }
    }
    let mut params = CertificateParams::new(names.clone()).map_err(failed)?;
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
    let (made, issuer, chain) = if let Some(signer) = &wish.signer {
        let pem = signer.text("Certificate").unwrap_or_default();
        let key_of = KeyPair::from_pem(signer.text("Key").unwrap_or_default()).map_err(failed)?;
        let by = Issuer::from_ca_cert_pem(pem, key_of).map_err(failed)?;
        let name = signer.text("Subject").unwrap_or_default().to_owned();
        (params.signed_by(&key, &by).map_err(failed)?, name, pem.to_owned())
    } else if wish.is_self_signed {
        (params.self_signed(&key).map_err(failed)?, wish.subject.clone(), String::new())
    } else {
        let authority = authority(writer, facts)?;
        let pem = authority.text("Certificate").unwrap_or_default();
        let signer = KeyPair::from_pem(authority.text("Key").unwrap_or_default()).map_err(failed)?;
        let issuer = Issuer::from_ca_cert_pem(pem, signer).map_err(failed)?;
        (params.signed_by(&key, &issuer).map_err(failed)?, format!("CN={}", authority.name), pem.to_owned())
    };
    let mut properties = describe(made.der())?;
    properties.insert("Issuer".to_owned(), Json::from(issuer));
    properties.insert("Subject".to_owned(), Json::from(wish.subject.as_str()));
    properties.insert("IsSelfSigned".to_owned(), Json::from(wish.is_self_signed));
    properties.insert("Certificate".to_owned(), Json::from(made.pem()));
    properties.insert("Key".to_owned(), Json::from(key.serialize_pem()));
    if !chain.is_empty() {
        properties.insert("Chain".to_owned(), Json::from(chain));
    }
    if !wish.friendly.is_empty() {
        properties.insert("FriendlyName".to_owned(), Json::from(wish.friendly.as_str()));
    }
    let mut draft = Draft::new(CERTIFICATE, "", &thumbprint(made.der()));
    draft.properties = properties;
    let id = writer.insert(draft)?;
    writer.get(id)?.ok_or_else(|| failed("the certificate was not written"))
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
