//! Certificates of Skype for Business: requests to the authority, assignment by use and computer.

use command::{Result, Value};
use directory::certificate::{self, Wish};
use directory::{Facts, Fault, Library, NounCode, Work};
use serde_json::{Map, Value as Json, json};
use store::{Assigned, Draft, Object, Reader, StoreError};

pub static NOUN: NounCode = NounCode {
    noun: "CsCertificate",
    heeds: &[
        "Type",
        "Path",
        "EffectiveDate",
        "Previous",
        "New",
        "City",
        "ComputerFqdn",
        "Country",
        "DomainName",
        "FriendlyName",
        "OU",
        "Output",
        "State",
        "AllSipDomain",
        "Reference",
        "Thumbprint",
        "Identity",
        "CA",
        "PrivateKeyExportable",
        "Roll",
        "List",
        "Template",
    ],
    complete: Some(complete),
    verbs: &[("Get", get), ("Set", set), ("Request", request), ("Import", import), ("Remove", remove)],
    ..NounCode::PLAIN
};

/// Uses, in the product's spelling.
const USES: [&str; 11] = [
    "Default",
    "WebServicesInternal",
    "WebServicesExternal",
    "Internal",
    "External",
    "AccessEdgeExternal",
    "AudioVideoAuthentication",
    "DataEdgeExternal",
    "XmppServer",
    "PstnGateway",
    "OAuthTokenIssuer",
];

fn refuse(id: &str, text: impl Into<String>) -> Fault {
    Fault::state(id, text)
}

fn complete(
    reader: &Reader,
    _: &Library,
    _: &Facts,
    object: &Object,
    properties: &mut Map<String, Json>,
) -> std::result::Result<(), StoreError> {
    let assigned = Assigned::now(object);
    properties.insert("Thumbprint".to_owned(), Json::from(assigned.current.as_str()));
    properties.insert("PreviousThumbprint".to_owned(), json!(assigned.previous));
    let Some(made) = reader.find(certificate::CERTIFICATE, "", &assigned.current)? else {
        return Ok(());
    };
    for name in ["Issuer", "NotAfter", "NotBefore", "SerialNumber", "Subject"] {
        if let Some(value) = made.get(name) {
            properties.insert(name.to_owned(), value.clone());
        }
    }
    properties.insert("AlternativeNames".to_owned(), json!(made.texts("DnsNames")));
    let scope = if object.text("Use") == Some("OAuthTokenIssuer") { "Global" } else { "None" };
    properties.insert("SourceScope".to_owned(), Json::from(scope));
    Ok(())
}

fn uses(work: &Work) -> std::result::Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    for text in work.bound.strings("Type") {
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let known = USES.iter().find(|u| u.eq_ignore_ascii_case(part));
            let known = known.ok_or_else(|| {
                Fault::argument("CertificateTypeUnknown", format!("\"{part}\" is not a certificate type.")).at(part)
            })?;
            found.push((*known).to_owned());
        }
    }
    Ok(found)
}

/// The computers meant: one by name, or all that run roles of Skype for Business.
fn computers(reader: &Reader, named: Option<&str>) -> std::result::Result<Vec<String>, Fault> {
    let all: Vec<String> = reader.all("CsComputer")?.into_iter().map(|c| c.name).collect();
    let gateways = reader.all("CsTrunk")?.into_iter().filter_map(|t| t.text("PoolFqdn").map(str::to_owned));
    match named {
        None => Ok(all),
        Some(name) => {
            let of_pool: Vec<String> = reader
                .all("CsComputer")?
                .into_iter()
                .filter(|c| c.text("Pool").is_some_and(|pool| pool.eq_ignore_ascii_case(name)))
                .map(|c| c.name)
                .collect();
            if !of_pool.is_empty() {
                return Ok(of_pool);
            }
            let found = all.into_iter().chain(gateways).find(|c| c.eq_ignore_ascii_case(name));
            found.map(|c| vec![c]).ok_or_else(|| Fault::no_document("Computer", name))
        }
    }
}

/// The computer or pool of an identity such as `Service:Registrar:pool`.
fn host(identity: &str) -> &str {
    identity.rsplit(':').next().unwrap_or(identity)
}

fn get(work: &mut Work) -> Result<()> {
    let wanted = match uses(work) {
        Ok(uses) => uses,
        Err(fault) => return work.fail(&fault),
    };
    let all = match work.all("CsCertificate") {
        Ok(all) => all,
        Err(fault) => return work.fail(&fault),
    };
    let at = work.bound.get("Identity").map(values::convert::to_display).filter(|t| !t.is_empty());
    for object in all {
        if !at.as_ref().is_none_or(|at| object.text("Computer").is_some_and(|c| c.eq_ignore_ascii_case(host(at)))) {
            continue;
        }
        if wanted.is_empty() || wanted.iter().any(|u| object.text("Use") == Some(u)) {
            work.emit(&object)?;
        }
    }
    Ok(())
}

fn set(work: &mut Work) -> Result<()> {
    let wanted = match uses(work) {
        Ok(uses) => uses,
        Err(fault) => return work.fail(&fault),
    };
    let reference = work.bound.get("Reference").and_then(Value::as_object).and_then(|o| o.get("Thumbprint"));
    let thumbprint = match reference {
        Some(value) => values::convert::to_display(&value),
        None => work.bound.str("Thumbprint").map_or_else(String::new, |t| t.to_string()),
    };
    let thumbprint: String = thumbprint.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_uppercase();
    if work.bound.has("Path") {
        let fault = Fault::unsupported(work.command.name(), "Path");
        return work.fail(&fault);
    }
    let wanted = if wanted.is_empty() { vec!["Default".to_owned()] } else { wanted };
    if !work.should(&thumbprint)? {
        return Ok(());
    }
    let named = work.bound.get("Identity").map(values::convert::to_display).filter(|t| !t.is_empty());
    let named = named.filter(|t| !t.eq_ignore_ascii_case("Global"));
    let effective = work.bound.get("EffectiveDate").filter(|v| !v.is_null()).cloned();
    let rolls_at = effective.as_ref().and_then(directory::milliseconds);
    let rolls = work.bound.switch("Roll");
    if effective.is_some() && rolls_at.is_none() {
        return work.fail(&Fault::argument("InvalidDate", "The EffectiveDate is not a date."));
    }
    if rolls && rolls_at.is_none() {
        return work.fail(&Fault::argument(
            "EffectiveDateMissing",
            "Roll requires EffectiveDate: the time at which the certificate takes the place of the present one.",
        ));
    }
    if let Some(other) =
        wanted.iter().find(|u| rolls && !["OAuthTokenIssuer", "AudioVideoAuthentication"].contains(&u.as_str()))
    {
        let text = format!(
            "A certificate of type {other} can't be rolled: only OAuthTokenIssuer and AudioVideoAuthentication can."
        );
        return work.fail(&Fault::argument("CertificateTypeNotRolled", text).at(other));
    }
    let effective = effective.map(|v| values::convert::to_display(&v));
    let facts = work.facts();
    work.write(|writer, warnings| {
        let made = certificate::find(writer, &thumbprint)?.ok_or_else(|| refuse("CertificateNotFound", format!("The certificate with thumbprint {thumbprint} was not found in the local store.")).at(&thumbprint))?;
        if made.text("Key").is_none() {
            return Err(refuse("CertificateWithoutKey", format!("The certificate with thumbprint {thumbprint} has no private key.")).at(&thumbprint));
        }
        // An elliptic-curve key of 256 bits is stronger than RSA of 2048.
        let bits = made.number("PublicKeySize").unwrap_or(0);
        for of in &wanted {
            let is_global = of == "OAuthTokenIssuer";
            if is_global && bits < 2048 && bits != 256 && bits != 384 {
                return Err(refuse("CertificateKeyTooShort", format!("The key of the certificate is {bits} bits long. OAuthTokenIssuer certificates need at least 2048 bits.")).at(&thumbprint));
            }
            if is_global && !made.texts("DnsNames").iter().any(|n| n.eq_ignore_ascii_case(&facts.domain)) && !made.text("Subject").unwrap_or_default().to_lowercase().contains(&facts.domain) {
                warnings.push(format!("The subject of the OAuthTokenIssuer certificate does not contain the SIP domain {}.", facts.domain));
            }
            let at = if is_global { vec!["Global".to_owned()] } else { computers(writer, named.as_deref().map(host))? };
            let fitting: Vec<String> = at.iter().filter(|c| is_global || made.texts("DnsNames").iter().any(|n| n.eq_ignore_ascii_case(c))).cloned().collect();
            let at = if fitting.is_empty() { at } else { fitting };
            for computer in at {
                let name = format!("{of}@{computer}");
                let mut draft = match writer.find("CsCertificate", "", &name)? {
                    Some(known) => {
                        let mut draft = known.draft();
                        // What took its place meanwhile counts as the present one.
                        let assigned = Assigned::now(&known);
                        draft.properties.insert("Thumbprint".to_owned(), Json::from(assigned.current.as_str()));
                        if assigned.current != thumbprint {
                            draft.properties.insert("PreviousThumbprint".to_owned(), Json::from(assigned.current));
                        }
                        draft
                    }
                    None => Draft::new("CsCertificate", "", &name),
                };
                let is_new = draft.properties.is_empty();
                draft.properties.remove("NextThumbprint");
                draft.properties.remove("RollsAt");
                if rolls && !is_new {
                    // The present one stays until then.
                    draft.properties.remove("PreviousThumbprint");
                    draft.properties.insert("NextThumbprint".to_owned(), Json::from(thumbprint.as_str()));
                    draft.properties.insert("RollsAt".to_owned(), json!(rolls_at));
                    draft.properties.insert("EffectiveDate".to_owned(), json!(effective));
                    writer.update(draft)?;
                    continue;
                }
                draft.properties.insert("Use".to_owned(), Json::from(of.as_str()));
                draft.properties.insert("Computer".to_owned(), Json::from(computer.as_str()));
                draft.properties.insert("Thumbprint".to_owned(), Json::from(thumbprint.as_str()));
                if let Some(date) = &effective {
                    draft.properties.insert("EffectiveDate".to_owned(), Json::from(date.as_str()));
                }
                writer.put(draft)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn request(work: &mut Work) -> Result<()> {
    if work.bound.switch("List") || !work.bound.switch("New") {
        // Requests are answered at once, so none is ever open.
        return Ok(());
    }
    if let Some(template) = work.bound.str("Template").filter(|t| !t.is_empty()) {
        let known = match work.all("CATemplate") {
            Ok(known) => known,
            Err(fault) => return work.fail(&fault),
        };
        if !known.iter().any(|t| t.name.eq_ignore_ascii_case(&template)) {
            let text = format!("The requested certificate template \"{template}\" is not supported by this CA.");
            return work.fail(&refuse("CertificateTemplateNotFound", text).at(&template));
        }
    }
    let wanted = match uses(work) {
        Ok(uses) => uses,
        Err(fault) => return work.fail(&fault),
    };
    let facts = work.facts();
    let text = |name: &str| work.bound.str(name).map(|t| t.to_string()).filter(|t| !t.is_empty());
    if let Some(authority) = text("CA") {
        let own = format!("{}-CA", facts.flat.to_lowercase());
        let named = authority.rsplit('\\').next().unwrap_or_default();
        if !named.eq_ignore_ascii_case(&own) {
            let text = format!(
                "The certification authority \"{authority}\" was not found. The organization's is \"{}\\{own}\".",
                facts.controller
            );
            return work.fail(&refuse("CertificationAuthorityNotFound", text).at(&authority));
        }
    }
    if text("PrivateKeyExportable").is_some_and(|t| t.eq_ignore_ascii_case("False")) {
        let text = "A private key that can't be exported is not supported: keys are kept in the organization's store.";
        return work.fail(&refuse("PrivateKeyExportable", text));
    }
    let named = text("ComputerFqdn");
    let mut names: Vec<String> =
        text("DomainName").map(|t| t.split([',', ';']).map(|n| n.trim().to_owned()).collect()).unwrap_or_default();
    let friendly = text("FriendlyName").unwrap_or_default();
    let mut parts: Vec<String> = Vec::new();
    for (key, name) in [("C", "Country"), ("S", "State"), ("L", "City"), ("O", "Organization"), ("OU", "OU")] {
        parts.extend(text(name).map(|value| format!("{key}={value}")));
    }
    let (sip_domains, pools) = match (work.all("CsSipDomain"), work.all("CsComputer")) {
        (Ok(domains), Ok(computers)) => (domains, computers),
        (Err(fault), _) | (_, Err(fault)) => return work.fail(&fault),
    };
    let is_oauth = wanted.iter().any(|u| u == "OAuthTokenIssuer");
    let computer = named.or_else(|| pools.first().map(|c| c.name.clone()));
    let subject = if is_oauth { Some(facts.domain.clone()) } else { computer.clone() };
    let Some(subject) = subject else {
        return work.fail(&refuse("ComputerMissing", "There is no computer of Skype for Business in the topology."));
    };
    if !is_oauth {
        // The pool is reached by its own name, and phones look for sip.<domain>.
        if let Some(pool) = pools.iter().find(|c| c.name.eq_ignore_ascii_case(&subject)).and_then(|c| c.text("Pool")) {
            names.push(pool.to_owned());
        }
        if work.bound.switch("AllSipDomain") {
            names.extend(sip_domains.iter().map(|d| format!("sip.{}", d.name)));
        }
    }
    parts.push(format!("CN={subject}"));
    if !work.should(&subject)? {
        return Ok(());
    }
    let wish = Wish { subject: parts.join(","), names, friendly, ..Wish::default() };
    let Some(made) = work.write(|writer, _| certificate::issue(writer, &facts, &wish))? else { return Ok(()) };
    if let Some(path) = work.bound.str("Output").filter(|p| !p.is_empty()) {
        let path = work.session.file_path(&path)?;
        if let Err(error) = std::fs::write(&path, made.text("Certificate").unwrap_or_default()) {
            return work.fail(&refuse("CertificateFile", format!("{}: {error}", path.display())));
        }
    }
    let row = values::Object::typed(
        "Microsoft.Rtc.Management.Deployment.CertificateReference",
        [
            ("Issuer", Value::from(made.text("Issuer").unwrap_or_default())),
            ("Subject", Value::from(made.text("Subject").unwrap_or_default())),
            ("AlternativeNames", Value::array(made.texts("DnsNames").iter().map(|n| Value::from(*n)).collect())),
            ("SerialNumber", Value::from(made.text("SerialNumber").unwrap_or_default())),
            ("Thumbprint", Value::from(made.name.as_str())),
            ("Use", Value::from(wanted.join(", "))),
        ],
    );
    work.session.write(row)
}

fn import(work: &mut Work) -> Result<()> {
    let path = work.bound.str("Path").unwrap_or_else(|| command::Str::from(""));
    let path = work.session.file_path(&path)?;
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => return work.fail(&refuse("CertificateFile", format!("{}: {error}", path.display()))),
    };
    if !work.should(&path.display().to_string())? {
        return Ok(());
    }
    work.write(|writer, _| certificate::import(writer, &bytes))?;
    Ok(())
}

fn remove(work: &mut Work) -> Result<()> {
    let wanted = match uses(work) {
        Ok(uses) => uses,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&wanted.join(", "))? {
        return Ok(());
    }
    let named = work.bound.get("Identity").map(values::convert::to_display).filter(|t| !t.is_empty());
    let previous = work.bound.switch("Previous");
    work.write(|writer, _| {
        for object in writer.all("CsCertificate")? {
            if !named
                .as_ref()
                .is_none_or(|at| object.text("Computer").is_some_and(|c| c.eq_ignore_ascii_case(host(at))))
            {
                continue;
            }
            if !wanted.iter().any(|u| object.text("Use") == Some(u)) {
                continue;
            }
            if previous {
                let mut draft = object.draft();
                draft.properties.remove("PreviousThumbprint");
                writer.update(draft)?;
            } else {
                writer.remove(object.id)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}
