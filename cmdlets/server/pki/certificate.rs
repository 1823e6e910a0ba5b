//! Certificates of the organization's computers: written to files, taken in, asked for, replaced, checked.

use command::{Result, Value};
use directory::certificate::{self, Wish};
use directory::{Fault, NounCode, Work, verb};
use values::Object;

use super::chosen;

pub static NOUN: NounCode = NounCode {
    noun: "Certificate",
    heeds: &[
        "Cert",
        "FilePath",
        "Type",
        "NoClobber",
        "CertStoreLocation",
        "Url",
        "Template",
        "SubjectName",
        "DnsName",
        "Request",
        "NewCert",
        "OldCert",
        "NotifyOnly",
        "EKU",
        "AllowUntrustedRoot",
    ],
    verbs: &[("Export", export), ("Import", import), ("Get", get), ("Switch", switch), ("Test", test)],
    ..NounCode::PLAIN
};

/// Export: the certificate without its key, by itself or as a bundle.
fn export(work: &mut Work) -> Result<()> {
    let given = work.bound.value("Cert");
    let items = given.as_array().map_or_else(|| vec![given.clone()], |a| a.to_vec());
    let mut found = Vec::new();
    for item in &items {
        // A certificate that is no object of the organization's can be written as well.
        let der = match values::types::security::certificate::bytes_of(item) {
            Some(der) => Ok(der),
            None => chosen::stored(work, item).and_then(|o| {
                certificate::parts(&o)
                    .map(|(der, _)| der)
                    .ok_or_else(|| chosen::refuse("The certificate can't be read."))
            }),
        };
        match der {
            Ok(der) => found.push(der),
            Err(fault) => return work.fail(&fault),
        }
    }
    let kind = verb::text(work, "Type").to_uppercase();
    let bytes = match kind.as_str() {
        "P7B" => bundle(&found),
        "SST" => return work.fail(&Fault::unsupported(work.command.name(), "Type SST")),
        _ if found.len() > 1 => {
            let text = "Several certificates go into a file of the type P7B.";
            return work.fail(&Fault::argument("CertType", text));
        }
        _ => found.swap_remove(0),
    };
    let name = verb::text(work, "FilePath");
    if work.should(&name)? { chosen::write(work, &bytes) } else { Ok(()) }
}

/// PKCS #7 with nothing in it but certificates.
fn bundle(certificates: &[Vec<u8>]) -> Vec<u8> {
    use values::types::security::pkcs12::{element, integer, sequence};
    const SIGNED: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
    const DATA: &[u8] = &[0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
    let all: Vec<u8> = certificates.concat();
    let signed =
        sequence(&[&integer(1), &element(0x31, &[]), &sequence(&[DATA]), &element(0xA0, &[&all]), &element(0x31, &[])]);
    sequence(&[SIGNED, &element(0xA0, &[&signed])])
}

fn import(work: &mut Work) -> Result<()> {
    let bytes = match chosen::read(work)? {
        Ok(bytes) => bytes,
        Err(fault) => return work.fail(&fault),
    };
    let place = match chosen::location(work) {
        Ok(place) => place,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&format!("Item: {} Destination: {place}", verb::text(work, "FilePath")))? {
        return Ok(());
    }
    let done = work.write(|writer, _| {
        let made = certificate::import(writer, &bytes)?;
        writer.update(made.draft().with("Store", place.as_str()))?;
        Ok(made)
    })?;
    let rows = done.iter().map(chosen::shown).collect();
    work.answer(rows)
}

/// Get: enrols with the organization's authority by a template that it offers.
fn get(work: &mut Work) -> Result<()> {
    let rows = enrolled(work);
    work.answer(rows)
}

fn enrolled(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    if work.bound.has("Request") {
        let text = "The authority issues at once: no request of this computer is pending.";
        return Err(Fault::state("RequestNotPending", text));
    }
    let name = verb::text(work, "Template");
    let offered = work.all("CATemplate")?;
    let template = offered.iter().find(|t| t.name.eq_ignore_ascii_case(&name)).ok_or_else(|| {
        let text = format!("The requested certificate template is not supported by this CA: {name}.");
        Fault::new(
            "CertificateException",
            "CERTSRV_E_UNSUPPORTED_CERT_TYPE",
            command::ErrorCategory::InvalidArgument,
            text,
        )
        .at(&name)
    })?;
    let template = template.name.clone();
    let place = chosen::location(work)?;
    let facts = work.facts();
    let names: Vec<String> = work.bound.strings("DnsName").iter().map(ToString::to_string).collect();
    let subject = verb::text(work, "SubjectName");
    // Without a subject it is the computer's own.
    let own = names.first().cloned().unwrap_or_else(|| facts.controller.clone());
    let subject = if subject.is_empty() { format!("CN={own}") } else { subject };
    if !work.should(&subject).map_err(|_| Fault::state("Stopped", "The pipeline has been stopped."))? {
        return Ok(Vec::new());
    }
    let wish = Wish { subject, names, friendly: template.clone(), ..Wish::default() };
    let done = work
        .write(|writer, _| {
            let made = certificate::issue(writer, &facts, &wish)?;
            writer.update(made.draft().with("Store", place.as_str()).with("Template", template.as_str()))?;
            Ok(made)
        })
        .ok()
        .flatten();
    let Some(made) = done else { return Ok(Vec::new()) };
    Ok(vec![Object::typed(
        "Microsoft.CertificateServices.Commands.EnrollmentResult",
        [
            ("Status", Value::from("Issued")),
            ("Certificate", chosen::shown(&made)?),
            ("Request", Value::Null),
            ("Url", verb_value(work, "Url")),
        ],
    )])
}

fn verb_value(work: &Work, name: &str) -> Value {
    work.bound.get(name).cloned().unwrap_or_default()
}

/// Switch: one certificate stands for another from now on; -NotifyOnly leaves the old one in use.
fn switch(work: &mut Work) -> Result<()> {
    let (old, new) = (work.bound.value("OldCert"), work.bound.value("NewCert"));
    let found = chosen::stored(work, &old).and_then(|old| Ok((old, chosen::stored(work, &new)?)));
    let (old, new) = match found {
        Ok((old, new)) if old.id == new.id => {
            return work.fail(&Fault::argument("SwitchCertificate", "Both certificates are the same."));
        }
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&old.name)? {
        return Ok(());
    }
    let only_tells = work.bound.switch("NotifyOnly");
    work.write(|writer, _| {
        if !only_tells {
            writer.update(old.draft().with("ReplacedBy", new.name.as_str()))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Test: names, uses, time and issuer.
fn test(work: &mut Work) -> Result<()> {
    match weakness(work) {
        Ok(None) => work.session.write(Value::Bool(true)),
        Ok(Some(text)) => {
            work.session.write_warning(&text)?;
            work.session.write(Value::Bool(false))
        }
        Err(fault) => work.fail(&fault),
    }
}

/// What is wrong with a certificate; nothing when it can be trusted.
fn weakness(work: &mut Work) -> std::result::Result<Option<String>, Fault> {
    let given = work.bound.value("Cert");
    let certificate = chosen::stored(work, &given)?;
    let name = verb::text(work, "DNSName");
    let fits = |pattern: &str| match pattern.strip_prefix("*.") {
        Some(domain) => name.split_once('.').is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(domain)),
        None => pattern.eq_ignore_ascii_case(&name),
    };
    if !name.is_empty() && !certificate.texts("DnsNames").into_iter().any(fits) {
        return Ok(Some(format!("The certificate's names do not include {name}.")));
    }
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = directory::iso(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    if certificate.text("NotAfter").is_some_and(|end| end < now.as_str())
        || certificate.text("NotBefore").is_some_and(|from| from > now.as_str())
    {
        return Ok(Some("A required certificate is not within its validity period.".to_owned()));
    }
    // What the authority issues serves both sides of a connection.
    let uses = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];
    if let Some(other) = work.bound.strings("EKU").iter().find(|e| !uses.contains(&e.as_str())) {
        return Ok(Some(format!("The certificate is not valid for the usage {other}.")));
    }
    if certificate.text("ReplacedBy").is_some() {
        return Ok(Some("The certificate was replaced by another.".to_owned()));
    }
    let authorities = work.all(certificate::AUTHORITY)?;
    let is_ours = authorities.iter().any(|a| certificate.text("Issuer").is_some_and(|i| i == format!("CN={}", a.name)));
    if !is_ours && !work.bound.switch("AllowUntrustedRoot") {
        return Ok(Some("A certificate chain processed, but terminated in a root certificate which is not trusted by the trust provider.".to_owned()));
    }
    Ok(None)
}
