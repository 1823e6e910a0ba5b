//! Exchange certificates: requests, import, assignment to services.

use command::{ErrorCategory, Result, Value};
use directory::certificate::{self, Wish};
use directory::{Facts, Fault, Library, NounCode, Resolved, Work};
use serde_json::{Map, Value as Json, json};
use store::{Draft, Object, Reader, StoreError, Writer};
use values::convert::to_display;

pub static NOUN: NounCode = NounCode {
    noun: "ExchangeCertificate",
    heeds: &[
        "PrivateKeyExportable",
        "Services",
        "Thumbprint",
        "Server",
        "Identity",
        "FileName",
        "DomainName",
        "FriendlyName",
        "FileData",
        "IncludeAcceptedDomains",
        "IncludeAutoDiscover",
        "IncludeServerFQDN",
        "IncludeServerNetBIOSName",
        "KeySize",
        "SubjectName",
        "GenerateRequest",
        "RequestFile",
    ],
    complete: Some(complete),
    verbs: &[
        ("New", new),
        ("Get", get),
        ("Import", import),
        ("Export", export),
        ("Enable", enable),
        ("Remove", remove),
    ],
    ..NounCode::PLAIN
};

/// Services in the order in which they print.
const SERVICES: [&str; 7] = ["IMAP", "POP", "UM", "IIS", "SMTP", "Federation", "UMCallRouter"];

fn refuse(text: impl Into<String>) -> Fault {
    Fault::exchange("CertificateException", "ExchangeCertificate", text)
}

fn complete(
    reader: &Reader,
    _: &Library,
    facts: &Facts,
    object: &Object,
    properties: &mut Map<String, Json>,
) -> std::result::Result<(), StoreError> {
    let thumbprint = object.text("Thumbprint").unwrap_or_default();
    let Some(made) = reader.find(certificate::CERTIFICATE, "", thumbprint)? else { return Ok(()) };
    for name in ["Issuer", "NotAfter", "NotBefore", "PublicKeySize", "SerialNumber", "Subject", "IsSelfSigned"] {
        if let Some(value) = made.get(name) {
            properties.insert(name.to_owned(), value.clone());
        }
    }
    properties.insert("CertificateDomains".to_owned(), json!(made.texts("DnsNames")));
    properties.insert("HasPrivateKey".to_owned(), Json::Bool(made.text("Key").is_some()));
    let root = if made.flag("IsSelfSigned") == Some(true) { "None" } else { "Registry" };
    properties.insert("RootCAType".to_owned(), Json::from(root));
    let _ = facts;
    Ok(())
}

/// Short name of the server that a parameter names; the first Exchange server when none is named.
fn server(reader: &Reader, value: Option<&Value>) -> std::result::Result<String, Fault> {
    let servers = reader.all("ExchangeServer")?;
    match value.filter(|v| !v.is_null()) {
        None => servers
            .first()
            .map(|s| s.name.clone())
            .ok_or_else(|| refuse("There is no Exchange server in the organization.")),
        Some(value) => {
            let text = Resolved::of(value).text;
            let short = text.split('.').next().unwrap_or(&text);
            let found = servers.iter().find(|s| s.name.eq_ignore_ascii_case(short));
            found.map(|s| s.name.clone()).ok_or_else(|| Fault::not_found("ExchangeServer", &text, "the directory"))
        }
    }
}

/// The certificate that Identity or Thumbprint (and Server) name.
fn named(reader: &Reader, work: &Parts) -> std::result::Result<Object, Fault> {
    let text = work.identity.clone();
    let (on, thumbprint) = match text.split_once('\\') {
        Some((on, thumbprint)) => (Some(on.split('.').next().unwrap_or(on).to_owned()), thumbprint.to_owned()),
        None => (work.server.clone(), text.clone()),
    };
    let all = reader.matching("ExchangeCertificate", "Thumbprint", &store::Match::Is(thumbprint.clone()))?;
    let found = all
        .into_iter()
        .find(|c| on.as_ref().is_none_or(|s| c.text("Server").is_some_and(|t| t.eq_ignore_ascii_case(s))));
    found.ok_or_else(|| refuse(format!("The certificate with thumbprint {thumbprint} was not found.")).at(&thumbprint))
}

/// What a transaction needs of the call.
struct Parts {
    identity: String,
    server: Option<String>,
}

fn parts(work: &Work) -> Parts {
    let of = |name: &str| work.bound.get(name).filter(|v| !v.is_null());
    let identity = of("Identity").or_else(|| of("Thumbprint")).map(identity_text).unwrap_or_default();
    let server = of("Server").map(|v| Resolved::of(v).text).map(|t| t.split('.').next().unwrap_or(&t).to_owned());
    Parts { identity, server }
}

/// A certificate object from the pipeline names its server and thumbprint.
fn identity_text(value: &Value) -> String {
    match value.as_object() {
        Some(object) => {
            object.get("Identity").or_else(|| object.get("Thumbprint")).map(|v| to_display(&v)).unwrap_or_default()
        }
        None => to_display(value),
    }
}

fn attach(
    writer: &mut Writer,
    server: &str,
    made: &Object,
    services: &str,
    friendly: &str,
    is_exportable: Option<bool>,
) -> std::result::Result<store::ObjectId, Fault> {
    let name = format!("{server}\\{}", made.name);
    if let Some(known) = writer.find("ExchangeCertificate", "", &name)? {
        return Ok(known.id);
    }
    let mut draft = Draft::new("ExchangeCertificate", "", &name)
        .with("Server", server)
        .found_by("Thumbprint", &made.name)
        .with("Services", services);
    if !friendly.is_empty() {
        draft = draft.with("FriendlyName", friendly);
    }
    if let Some(is_exportable) = is_exportable {
        draft = draft.with("PrivateKeyExportable", is_exportable);
    }
    Ok(writer.insert(draft)?)
}

fn new(work: &mut Work) -> Result<()> {
    let bound = work.bound;
    let on = match work.directory.store.read(|reader| Ok(server(reader, bound.get("Server")))) {
        Ok(Ok(on)) => on,
        Ok(Err(fault)) => return work.fail(&fault),
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let facts = work.facts();
    let fqdn = format!("{on}.{}", facts.domain);
    let mut names: Vec<String> = bound.strings("DomainName").iter().map(ToString::to_string).collect();
    let including = |name: &str| bound.switch(name);
    if including("IncludeServerFQDN") {
        names.push(fqdn.clone());
    }
    if including("IncludeServerNetBIOSName") {
        names.push(on.clone());
    }
    if including("IncludeAcceptedDomains") || including("IncludeAutoDiscover") {
        let domains = match work.all("AcceptedDomain") {
            Ok(domains) => domains,
            Err(fault) => return work.fail(&fault),
        };
        for domain in domains.iter().filter_map(|d| d.text("DomainName")) {
            if including("IncludeAcceptedDomains") {
                names.push(domain.to_owned());
            }
            if including("IncludeAutoDiscover") {
                names.push(format!("autodiscover.{domain}"));
            }
        }
    }
    let first = names.first().cloned().unwrap_or_else(|| fqdn.clone());
    let wish = Wish {
        subject: bound.str("SubjectName").map_or_else(|| format!("CN={first}"), |s| s.to_string()),
        names,
        friendly: bound.str("FriendlyName").map_or_else(|| "Microsoft Exchange".to_owned(), |s| s.to_string()),
        is_self_signed: true,
        ..Wish::default()
    };
    if let Some(size) = bound.int("KeySize") {
        if size < 2048 {
            return work.fail(&refuse(format!("The key size {size} isn't allowed: 2048 or 4096.")));
        }
        work.session
            .write_verbose("dialtone makes elliptic-curve keys: P-256 stands for RSA keys of 2048 bits and more.")?;
    }
    if !work.should(&wish.subject)? {
        return Ok(());
    }
    if bound.switch("GenerateRequest") {
        let Some(text) = work.write(|writer, _| certificate::request(writer, &wish))? else { return Ok(()) };
        if let Some(path) = bound.str("RequestFile") {
            let path = work.session.file_path(&path)?;
            if let Err(error) = std::fs::write(&path, &text) {
                return work.fail(&refuse(format!("{}: {error}", path.display())));
            }
            return Ok(());
        }
        return work.session.write(Value::from(text));
    }
    let services = match services_of(work) {
        Ok(services) => services.join(", "),
        Err(fault) => return work.fail(&fault),
    };
    let services = if services.is_empty() { "None".to_owned() } else { services };
    let exportable = exportable(work);
    let done = work.write(|writer, _| {
        let made = certificate::issue(writer, &facts, &wish)?;
        attach(writer, &on, &made, &services, &wish.friendly, exportable)
    })?;
    match done {
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}

/// Whether the key may be written to files, where the call says so.
fn exportable(work: &Work) -> Option<bool> {
    work.bound.get("PrivateKeyExportable").filter(|v| !v.is_null()).map(values::convert::to_bool)
}

/// The services that -Services names.
fn services_of(work: &Work) -> std::result::Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    for text in work.bound.strings("Services") {
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty() && !p.eq_ignore_ascii_case("none")) {
            let known = SERVICES.iter().find(|s| s.eq_ignore_ascii_case(part));
            let known = known.ok_or_else(|| {
                Fault::argument("ServiceUnknown", format!("\"{part}\" is not a service: use {}.", SERVICES.join(", ")))
                    .at(part)
            })?;
            found.push((*known).to_owned());
        }
    }
    Ok(found)
}

fn get(work: &mut Work) -> Result<()> {
    let parts = parts(work);
    if !parts.identity.is_empty() {
        return match work.directory.store.read(|reader| Ok(named(reader, &parts))) {
            Ok(Ok(found)) => work.emit(&found),
            Ok(Err(fault)) => work.fail(&fault),
            Err(error) => work.fail(&Fault::from(error)),
        };
    }
    let domains: Vec<String> = work.bound.strings("DomainName").iter().map(ToString::to_string).collect();
    let all = match work.all("ExchangeCertificate") {
        Ok(all) => all,
        Err(fault) => return work.fail(&fault),
    };
    for object in all {
        if parts.server.as_ref().is_some_and(|s| !object.text("Server").is_some_and(|t| t.eq_ignore_ascii_case(s))) {
            continue;
        }
        if !domains.is_empty() {
            let made =
                work.directory.store.read(|r| Ok(certificate::find(r, object.text("Thumbprint").unwrap_or_default())));
            let Ok(Ok(Some(made))) = made else { continue };
            if !domains.iter().any(|d| made.texts("DnsNames").iter().any(|n| n.eq_ignore_ascii_case(d))) {
                continue;
            }
        }
        work.emit(&object)?;
    }
    Ok(())
}

/// Bytes of -FileData or -FileName.
fn given(work: &mut Work) -> Result<std::result::Result<Vec<u8>, Fault>> {
    if let Some(path) = work.bound.str("FileName").filter(|p| !p.is_empty()) {
        let path = work.session.file_path(&path)?;
        return Ok(std::fs::read(&path).map_err(|error| refuse(format!("{}: {error}", path.display()))));
    }
    let data = work.bound.value("FileData");
    let bytes: Option<Vec<u8>> = data
        .as_array()
        .and_then(|a| a.to_vec().iter().map(|v| v.as_i64().and_then(|n| u8::try_from(n).ok())).collect());
    Ok(Ok(bytes.unwrap_or_else(|| to_display(&data).into_bytes())))
}

fn import(work: &mut Work) -> Result<()> {
    let bytes = match given(work)? {
        Ok(bytes) => bytes,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should("certificate")? {
        return Ok(());
    }
    let (bound, exportable) = (work.bound, exportable(work));
    let done = work.write(|writer, _| {
        let on = server(writer, bound.get("Server"))?;
        let made = certificate::import(writer, &bytes)?;
        let friendly = bound
            .str("FriendlyName")
            .map_or_else(|| made.text("FriendlyName").unwrap_or_default().to_owned(), |f| f.to_string());
        attach(writer, &on, &made, "None", &friendly, exportable)
    })?;
    match done {
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}

fn export(work: &mut Work) -> Result<()> {
    let parts = parts(work);
    let found = work.directory.store.read(|reader| {
        Ok(named(reader, &parts).and_then(|c| {
            // assumed: a key of which nothing was said may leave its server, as labs carry certificates between servers.
            if c.flag("PrivateKeyExportable") == Some(false) {
                return Err(refuse("The private key of the certificate isn't exportable.").at(&c.name));
            }
            certificate::find(reader, c.text("Thumbprint").unwrap_or_default())?
                .ok_or_else(|| refuse("The certificate was not found."))
        }))
    });
    let made = match found {
        Ok(Ok(made)) => made,
        Ok(Err(fault)) => return work.fail(&fault),
        Err(error) => return work.fail(&Fault::from(error)),
    };
    if !work.should(&made.name)? {
        return Ok(());
    }
    let text = format!("{}{}", made.text("Certificate").unwrap_or_default(), made.text("Key").unwrap_or_default());
    if let Some(path) = work.bound.str("FileName").filter(|p| !p.is_empty()) {
        let path = work.session.file_path(&path)?;
        // The key is in it.
        return match store::write_private(&path, text) {
            Ok(()) => Ok(()),
            Err(error) => work.fail(&refuse(format!("{}: {error}", path.display()))),
        };
    }
    let row = values::Object::typed(
        "Microsoft.Exchange.Management.SystemConfigurationTasks.BinaryFileDataObject",
        [("FileData", Value::bytes(text.as_bytes())), ("Identity", Value::from(""))],
    );
    work.session.write(row)
}

fn enable(work: &mut Work) -> Result<()> {
    let parts = parts(work);
    let services = match services_of(work) {
        Ok(services) => services,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&parts.identity)? {
        return Ok(());
    }
    work.write(|writer, warnings| {
        let target = named(writer, &parts)?;
        let on = target.text("Server").unwrap_or_default().to_owned();
        let thumbprint = target.text("Thumbprint").unwrap_or_default().to_owned();
        let made = certificate::find(writer, &thumbprint)?;
        if made.as_ref().is_none_or(|m| m.text("Key").is_none()) {
            return Err(refuse(format!("The certificate with thumbprint {thumbprint} has no private key and can't be enabled for services.")).at(&thumbprint));
        }
        for (service, noun) in [("UM", "UMService"), ("UMCallRouter", "UMCallRouterSettings")] {
            if !services.iter().any(|s| s == service) {
                continue;
            }
            let Some(settings) = writer.find(noun, "", &on)? else {
                return Err(refuse(format!("The server '{on}' doesn't run the service {service}.")).at(&on));
            };
            if settings.text("UMStartupMode").unwrap_or("TCP") == "TCP" {
                return Err(refuse(format!("The certificate can't be enabled for {service}, because the startup mode of '{on}' is TCP. Set UMStartupMode to TLS or Dual first.")).at(&on));
            }
            if made.as_ref().is_some_and(|m| m.flag("IsSelfSigned") == Some(true)) {
                warnings.push(format!("The certificate with thumbprint {thumbprint} is self-signed: Skype for Business and gateways will not trust it."));
            }
            let mut draft = settings.draft();
            draft.properties.insert("UMCertificateThumbprint".to_owned(), Json::from(thumbprint.as_str()));
            let ids = settings.links("DialPlans");
            draft.links = ids.into_iter().map(|id| ("DialPlans".to_owned(), id)).collect();
            writer.update(draft)?;
        }
        // A service has one certificate on a server: UM and the web go over to the new one, SMTP may have several.
        for other in writer.all("ExchangeCertificate")? {
            let own = other.id == target.id;
            if other.text("Server") != Some(on.as_str()) {
                continue;
            }
            let mut of: Vec<String> = other.text("Services").unwrap_or_default().split(", ").filter(|s| !s.is_empty() && *s != "None").map(str::to_owned).collect();
            if own {
                of.extend(services.iter().filter(|s| !of.contains(s)).cloned().collect::<Vec<_>>());
            } else {
                of.retain(|s| s == "SMTP" || !services.contains(s));
            }
            let ordered: Vec<&str> = SERVICES.iter().copied().filter(|s| of.iter().any(|o| o == s)).collect();
            let text = if ordered.is_empty() { "None".to_owned() } else { ordered.join(", ") };
            if other.text("Services") != Some(text.as_str()) {
                let mut draft = other.draft();
                draft.indexed.push(("Thumbprint".to_owned(), other.text("Thumbprint").unwrap_or_default().to_owned()));
                draft.properties.insert("Services".to_owned(), Json::from(text));
                writer.update(draft)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn remove(work: &mut Work) -> Result<()> {
    let parts = parts(work);
    if !work.should(&parts.identity)? {
        return Ok(());
    }
    work.write(|writer, _| {
        let target = named(writer, &parts)?;
        let used = target.text("Services").unwrap_or_default();
        if used.split(", ").any(|s| matches!(s, "UM" | "UMCallRouter")) {
            let text = format!(
                "The certificate with thumbprint {} can't be removed, because it is in use by {used}.",
                target.text("Thumbprint").unwrap_or_default()
            );
            return Err(Fault::new("CertificateException", "CertificateInUse", ErrorCategory::ResourceBusy, text));
        }
        writer.remove(target.id)?;
        Ok(())
    })?;
    Ok(())
}
