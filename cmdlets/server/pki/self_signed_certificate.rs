//! New-SelfSignedCertificate: a certificate that vouches for itself, or that another one signs.

use command::{Result, Value};
use directory::certificate::{self, Wish};
use directory::{Fault, NounCode, Work, verb};

use super::chosen;

pub static NOUN: NounCode = NounCode {
    noun: "SelfSignedCertificate",
    heeds: &[
        "DnsName",
        "Subject",
        "FriendlyName",
        "NotAfter",
        "NotBefore",
        "CertStoreLocation",
        "Signer",
        "CloneCert",
        "KeyExportPolicy",
        "KeyUsage",
        "Type",
        "KeySpec",
        "KeyAlgorithm",
        "KeyLength",
        "HashAlgorithm",
        "Provider",
        "Container",
        "TextExtension",
    ],
    verbs: &[("New", new)],
    ..NounCode::PLAIN
};

fn new(work: &mut Work) -> Result<()> {
    let (wish, place) = match wish(work).and_then(|w| Ok((w, chosen::location(work)?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    for parameter in ["KeyAlgorithm", "KeyLength", "KeySpec", "HashAlgorithm", "Provider"] {
        if work.bound.has(parameter) {
            work.session.write_verbose(
                "dialtone makes elliptic-curve keys and signs with SHA-256: P-256 stands for the keys of all providers.",
            )?;
            break;
        }
    }
    if !work.should(&wish.subject)? {
        return Ok(());
    }
    let facts = work.facts();
    let container = verb::text(work, "Container");
    let exports = !verb::text(work, "KeyExportPolicy").eq_ignore_ascii_case("NonExportable");
    let done = work.write(|writer, _| {
        let made = certificate::issue(writer, &facts, &wish)?;
        let draft = made.draft().with("Store", place.as_str()).with("Exportable", exports);
        writer.update(if container.is_empty() { draft } else { draft.with("Container", container.as_str()) })?;
        Ok(made)
    })?;
    let rows: std::result::Result<Vec<Value>, Fault> = done.iter().map(chosen::shown).collect();
    work.answer(rows)
}

/// What the certificate shall say.
fn wish(work: &Work) -> std::result::Result<Wish, Fault> {
    let mut names: Vec<String> = work.bound.strings("DnsName").iter().map(ToString::to_string).collect();
    let mut subject = verb::text(work, "Subject");
    let mut friendly = verb::text(work, "FriendlyName");
    if let Some(model) = work.bound.get("CloneCert").filter(|v| !v.is_null()) {
        let model = chosen::stored(work, model)?;
        if subject.is_empty() {
            subject = model.text("Subject").unwrap_or_default().to_owned();
        }
        if names.is_empty() {
            names = model.texts("DnsNames").iter().map(|n| (*n).to_owned()).collect();
        }
        if friendly.is_empty() {
            friendly = model.text("FriendlyName").unwrap_or_default().to_owned();
        }
    }
    let mut purposes = match verb::text(work, "Type").to_ascii_lowercase().as_str() {
        "codesigningcert" => vec!["1.3.6.1.5.5.7.3.3".to_owned()],
        "documentencryptioncert" => vec!["1.3.6.1.4.1.311.80.1".to_owned()],
        _ => Vec::new(),
    };
    for text in work.bound.strings("TextExtension") {
        extend(&text, &mut names, &mut purposes)?;
    }
    let usages: Vec<String> = work
        .bound
        .strings("KeyUsage")
        .iter()
        .flat_map(|u| u.split(',').map(|p| p.trim().to_owned()).collect::<Vec<_>>())
        .collect();
    if subject.is_empty() {
        subject = names.first().cloned().ok_or_else(|| {
            Fault::argument("SubjectMissing", "Either the Subject or the DnsName parameter must be given.")
        })?;
    }
    // A name without its kind is a common name.
    if !subject.contains('=') {
        subject = format!("CN={subject}");
    }
    let signer = work.bound.get("Signer").filter(|v| !v.is_null()).map(|v| chosen::stored(work, v)).transpose()?;
    if let Some(signer) = signer.as_ref().filter(|s| s.text("Key").is_none()) {
        return Err(chosen::refuse("The signer's private key is not there.").at(&signer.name));
    }
    let time = |name: &str| work.bound.get(name).filter(|v| !v.is_null()).and_then(directory::milliseconds);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    // Without a word on it, it is valid for a year, from ten minutes ago.
    let from = time("NotBefore").unwrap_or(now - 600_000);
    let until = time("NotAfter").unwrap_or(from + 365 * 86_400_000);
    if until <= from {
        return Err(Fault::argument("NotAfter", "NotAfter must be later than NotBefore."));
    }
    Ok(Wish {
        subject,
        names,
        friendly,
        is_self_signed: signer.is_none(),
        from: Some(from),
        until: Some(until),
        purposes,
        usages: usages.into_iter().filter(|u| !u.eq_ignore_ascii_case("None") && !u.is_empty()).collect(),
        signer,
    })
}

/// An extension as text: `2.5.29.37={text}1.3.6.1.5.5.7.3.2` are purposes, `2.5.29.17={text}dns=a.contoso.com&dns=b` names.
fn extend(text: &str, names: &mut Vec<String>, purposes: &mut Vec<String>) -> std::result::Result<(), Fault> {
    let refuse =
        || Fault::argument("TextExtension", format!("The extension \"{text}\" is not supported by dialtone.")).at(text);
    let (number, value) = text.split_once('=').ok_or_else(refuse)?;
    let value = value.trim_start_matches("{text}").trim_start_matches("{critical}");
    match number {
        "2.5.29.37" => purposes.extend(value.split(',').map(|p| p.trim().to_owned())),
        "2.5.29.17" => {
            for part in value.split('&') {
                match part.split_once('=') {
                    Some((kind, name)) if kind.eq_ignore_ascii_case("dns") => names.push(name.to_owned()),
                    _ => return Err(refuse()),
                }
            }
        }
        _ => return Err(refuse()),
    }
    Ok(())
}
