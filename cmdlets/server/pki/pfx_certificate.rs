//! Certificates with their keys in files under a password.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, certificate, verb};
use values::types::security::pkcs12::{self, Contents};

use super::chosen;

pub static NOUN: NounCode = NounCode {
    noun: "PfxCertificate",
    heeds: &[
        "Cert",
        "PFXData",
        "FilePath",
        "Password",
        "NoClobber",
        "ChainOption",
        "CryptoAlgorithmOption",
        "CertStoreLocation",
        "Exportable",
    ],
    verbs: &[("Export", export), ("Import", import)],
    ..NounCode::PLAIN
};

/// The password of the file; empty when none was given.
pub(super) fn password(work: &Work) -> String {
    work.bound.get("Password").filter(|v| !v.is_null()).map(directory::secret).unwrap_or_default()
}

/// A fault of the file as the product words it.
pub(super) fn unreadable(fault: &pkcs12::Fault) -> Fault {
    let id = if *fault == pkcs12::Fault::Password { "InvalidPassword" } else { "InvalidData" };
    Fault::new("CryptographicException", id, command::ErrorCategory::InvalidData, fault.to_string())
}

/// The certificate, its key and, where that is wanted, those that vouch for it.
fn contents(work: &Work) -> std::result::Result<Contents, Fault> {
    let given = match work.bound.get("PFXData").filter(|v| !v.is_null()) {
        // What Get-PfxData read: its first certificate stands for all.
        Some(data) => {
            let of = data.as_object().and_then(|o| o.get("EndEntityCertificates"));
            // A certificate in the pipeline stands for itself.
            let of = of.unwrap_or_else(|| data.clone());
            of.as_array().and_then(|a| a.to_vec().into_iter().next()).unwrap_or(of)
        }
        None => work.bound.value("Cert"),
    };
    let given = given.as_array().and_then(|a| a.to_vec().into_iter().next()).unwrap_or(given);
    let object = chosen::stored(work, &given)?;
    let (der, key) = certificate::parts(&object).ok_or_else(|| chosen::refuse("The certificate can't be read."))?;
    let Some(key) = key else {
        return Err(chosen::refuse("Cannot export non-exportable private key.").at(&object.name));
    };
    let mut certificates = vec![der];
    if !verb::text(work, "ChainOption").eq_ignore_ascii_case("EndEntityCertOnly") {
        let above = object.text("Chain").and_then(|pem| values::types::security::certificate::der_of(pem.as_bytes()));
        certificates.extend(above);
    }
    Ok(Contents { certificates, key: Some(key) })
}

fn export(work: &mut Work) -> Result<()> {
    if !work.bound.has("Password") {
        let text = "Either the Password or the ProtectTo parameter must be given.";
        return work.fail(&Fault::argument("PasswordMissing", text));
    }
    if verb::text(work, "CryptoAlgorithmOption").to_uppercase().starts_with("TRIPLEDES") {
        return work.fail(&Fault::unsupported(work.command.name(), "CryptoAlgorithmOption TripleDES_SHA1"));
    }
    let file = contents(work).and_then(|c| pkcs12::write(&c, &password(work)).map_err(|f| unreadable(&f)));
    match file {
        Ok(bytes) => {
            let name = verb::text(work, "FilePath");
            if work.should(&name)? { chosen::write(work, &bytes) } else { Ok(()) }
        }
        Err(fault) => work.fail(&fault),
    }
}

fn import(work: &mut Work) -> Result<()> {
    let bytes = match chosen::read(work)? {
        Ok(bytes) => bytes,
        Err(fault) => return work.fail(&fault),
    };
    let read = pkcs12::read(&bytes, &password(work)).map_err(|f| unreadable(&f));
    let (contents, place) = match read.and_then(|c| Ok((c, chosen::location(work)?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&format!("Item: {} Destination: {place}", verb::text(work, "FilePath")))? {
        return Ok(());
    }
    let is_exportable = work.bound.switch("Exportable");
    let done = work.write(|writer, _| {
        let mut made = Vec::new();
        for (at, der) in contents.certificates.iter().enumerate() {
            let object = match (&contents.key, at) {
                (Some(key), 0) => certificate::import_with_key(writer, der, key)?,
                _ => certificate::import(writer, der)?,
            };
            writer.update(object.draft().with("Store", place.as_str()).with("Exportable", is_exportable))?;
            made.push(object);
        }
        made.truncate(1);
        Ok(made)
    })?;
    let rows: std::result::Result<Vec<Value>, Fault> = done.unwrap_or_default().iter().map(chosen::shown).collect();
    work.answer(rows)
}
