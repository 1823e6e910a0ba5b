//! New-SelfSignedCertificate: a certificate that vouches for itself, or that another one signs.

use command::{Result, Value};
use directory::certificate::{self, Alternative, Extension, KeyKind, Wish};
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
        "SmimeCapabilities",
        "CurveExport",
    ],
    verbs: &[("New", new)],
    ..NounCode::PLAIN
};

fn new(work: &mut Work) -> Result<()> {
    let (wish, place) = match wish(work).and_then(|w| Ok((w, chosen::location(work)?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    for parameter in ["KeySpec", "HashAlgorithm", "Provider"] {
        if work.bound.has(parameter) {
            work.session.write_verbose(
                "dialtone keeps keys in the organization's store, whatever the provider, and signs with the hash that fits the key.",
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
    let purposes = match verb::text(work, "Type").to_ascii_lowercase().as_str() {
        "codesigningcert" => vec!["1.3.6.1.5.5.7.3.3".to_owned()],
        "documentencryptioncert" => vec!["1.3.6.1.4.1.311.80.1".to_owned()],
        _ => Vec::new(),
    };
    let mut more = Texts { names, purposes, ..Texts::default() };
    for text in work.bound.strings("TextExtension") {
        more.read(&text)?;
    }
    let Texts { names, purposes, others, authority, extensions } = more;
    let key = key(work)?;
    let is_explicit = verb::text(work, "CurveExport").eq_ignore_ascii_case("CurveParameters");
    if is_explicit && matches!(key, KeyKind::Rsa(_)) {
        return Err(Fault::argument("CurveExport", "A key of RSA has no curve whose parameters could be exported."));
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
        key,
        is_explicit,
        more: others,
        is_smime: work.bound.switch("SmimeCapabilities"),
        authority,
        extensions,
    })
}

/// The kind of key that is wanted. Without a word on it, it is P-256: what the organization's services use.
fn key(work: &Work) -> std::result::Result<KeyKind, Fault> {
    let length = work.bound.int("KeyLength").unwrap_or(0);
    let algorithm = verb::text(work, "KeyAlgorithm");
    Ok(match algorithm.to_ascii_lowercase().as_str() {
        "" if length == 0 => KeyKind::P256,
        "" | "rsa" => match usize::try_from(length) {
            Ok(0) => KeyKind::Rsa(2048),
            Ok(bits @ 1024..=16384) if bits % 64 == 0 => KeyKind::Rsa(bits),
            _ => return Err(Fault::argument("KeyLength", format!("{length} is no length of an RSA key."))),
        },
        "ecdsa_nistp256" | "ecdsa_p256" | "ecdh_p256" | "ecdh_nistp256" => KeyKind::P256,
        "ecdsa_nistp384" | "ecdsa_p384" | "ecdh_p384" | "ecdh_nistp384" => KeyKind::P384,
        _ => {
            let text = format!("The key algorithm \"{algorithm}\" is not supported by dialtone.");
            return Err(Fault::argument("KeyAlgorithm", text).at(&algorithm));
        }
    })
}

/// What extensions given as text say.
#[derive(Default)]
struct Texts {
    names: Vec<String>,
    purposes: Vec<String>,
    others: Vec<Alternative>,
    authority: Option<Option<u8>>,
    extensions: Vec<Extension>,
}

impl Texts {
    /// Reads one: `2.5.29.37={text}1.3.6.1.5.5.7.3.2` are purposes, `2.5.29.17={text}dns=a.contoso.com&upn=b` names,
    /// `2.5.29.19={text}ca=1&pathlength=3` an authority; any other can be given as `number={critical}{hex}0500`.
    fn read(&mut self, text: &str) -> std::result::Result<(), Fault> {
        let refuse = || {
            Fault::argument("TextExtension", format!("The extension \"{text}\" is not supported by dialtone.")).at(text)
        };
        let (number, mut value) = text.split_once('=').ok_or_else(refuse)?;
        let (mut form, mut is_critical) = ("", false);
        while let Some((mark, rest)) = value.strip_prefix('{').and_then(|v| v.split_once('}')) {
            match mark.to_ascii_lowercase().as_str() {
                "critical" => is_critical = true,
                "text" => form = "text",
                "hex" => form = "hex",
                _ => return Err(refuse()),
            }
            value = rest;
        }
        if form == "hex" {
            let digits: String = value.chars().filter(|c| !c.is_whitespace()).collect();
            let byte = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
            let content: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
            let oid = number.trim().split('.').map(str::parse).collect::<std::result::Result<Vec<u64>, _>>();
            let (Some(content), Ok(oid)) = (content, oid) else { return Err(refuse()) };
            if oid.len() < 2 {
                return Err(refuse());
            }
            self.extensions.push(Extension { oid, is_critical, content });
            return Ok(());
        }
        let pairs = || value.split('&').map(|part| part.split_once('=').unwrap_or((part, "")));
        match number.trim() {
            "2.5.29.37" => self.purposes.extend(value.split(',').map(|p| p.trim().to_owned())),
            "2.5.29.17" => {
                for (kind, name) in pairs() {
                    match kind.trim().to_ascii_lowercase().as_str() {
                        "dns" => self.names.push(name.to_owned()),
                        "email" => self.others.push(Alternative::Email(name.to_owned())),
                        "upn" => self.others.push(Alternative::Upn(name.to_owned())),
                        "url" => self.others.push(Alternative::Url(name.to_owned())),
                        "ipaddress" => self.others.push(Alternative::Address(name.parse().map_err(|_| refuse())?)),
                        _ => return Err(refuse()),
                    }
                }
            }
            "2.5.29.19" => {
                for (kind, value) in pairs() {
                    match kind.trim().to_ascii_lowercase().as_str() {
                        "ca" if ["1", "true"].contains(&value.to_ascii_lowercase().as_str()) => {
                            self.authority = self.authority.or(Some(None));
                        }
                        "ca" => self.authority = None,
                        "pathlength" => self.authority = Some(Some(value.parse().map_err(|_| refuse())?)),
                        _ => return Err(refuse()),
                    }
                }
            }
            _ => return Err(refuse()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_read_from_text() {
        let mut read = Texts::default();
        for text in [
            "2.5.29.37={text}1.3.6.1.5.5.7.3.4",
            "2.5.29.17={text}email=p@contoso.com&upn=p@contoso.com&dns=a.contoso.com&ipaddress=10.0.0.1",
            "2.5.29.19={critical}{text}ca=1&pathlength=3",
            "1.3.6.1.5.5.7.1.24={hex}30 03 02 01 05",
        ] {
            read.read(text).unwrap();
        }
        assert_eq!((read.names.as_slice(), read.others.len()), (["a.contoso.com".to_owned()].as_slice(), 3));
        assert_eq!(read.authority, Some(Some(3)));
        assert_eq!(read.extensions[0].content, [0x30, 3, 2, 1, 5]);
        for text in ["2.5.29.17={text}fax=1", "nothing", "1.2.3={base64}AA==", "1.2={hex}0"] {
            assert!(Texts::default().read(text).is_err(), "{text}");
        }
    }
}
