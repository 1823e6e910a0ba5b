//! `Cert:`: the certificates of the organization and of the user, by store. It is there where there is an organization.

use std::path::PathBuf;
use std::sync::Arc;

use command::{
    Bound, Drive, ErrorCategory, Exception, ItemKind, NativeObject, Parameter, Provider, Result, Session, Stat, Str,
    TypeRef, Value, Wildcard,
};
use directory::{Directory, Fault, Library, certificate};
use store::Object;
use values::types::security::{certificate_uses, pkcs12};

const NAME: &str = "Certificate";
const LOCATIONS: [&str; 2] = ["CurrentUser", "LocalMachine"];
/// The stores that Windows has of itself.
const STORES: [&str; 8] = ["AuthRoot", "CA", "Disallowed", "My", "Root", "Trust", "TrustedPeople", "TrustedPublisher"];
/// Where a certificate lies that says nothing of it.
const USUAL: &str = "LocalMachine\\My";

/// The provider; opens the organization when somebody looks into it.
pub struct CertificateProvider {
    library: fn() -> Arc<Library>,
}

/// What a path means.
enum Place {
    Root,
    Location(&'static str),
    Store(String),
    Certificate(String, String),
}

/// One certificate of a store.
struct Entry {
    thumbprint: String,
    der: Vec<u8>,
    key: Option<Vec<u8>>,
    friendly: String,
    source: Source,
}

/// Where a certificate comes from.
enum Source {
    Stored(Box<Object>),
    /// The organization's own authority.
    Authority,
    File(PathBuf),
}

fn place(path: &str) -> Option<Place> {
    let parts: Vec<&str> = path.split(['\\', '/']).filter(|p| !p.is_empty()).collect();
    let Some(first) = parts.first() else { return Some(Place::Root) };
    let location = LOCATIONS.into_iter().find(|l| l.eq_ignore_ascii_case(first))?;
    let proper =
        |name: &str| STORES.iter().find(|s| s.eq_ignore_ascii_case(name)).map_or(name.to_owned(), |s| (*s).to_owned());
    match parts.as_slice() {
        [_] => Some(Place::Location(location)),
        [_, store] => Some(Place::Store(format!("{location}\\{}", proper(store)))),
        [_, store, thumbprint] => {
            Some(Place::Certificate(format!("{location}\\{}", proper(store)), thumbprint.to_uppercase()))
        }
        _ => None,
    }
}

fn raise<T>(fault: Fault) -> Result<T> {
    Err(values::Flow::throw(fault.record()))
}

fn of_object(object: Object) -> Option<Entry> {
    let (der, key) = certificate::parts(&object)?;
    let friendly = object.text("FriendlyName").unwrap_or_default().to_owned();
    Some(Entry { thumbprint: object.name.clone(), der, key, friendly, source: Source::Stored(Box::new(object)) })
}

/// Where .NET on Linux keeps the certificates of a user: one file each.
fn of_user(session: &mut dyn Session, store: &str) -> Vec<Entry> {
    let Some(name) = store.strip_prefix("CurrentUser\\") else { return Vec::new() };
    let Some(home) = session.environment("HOME") else { return Vec::new() };
    let folder = PathBuf::from(home).join(".dotnet/corefx/cryptography/x509stores").join(name.to_lowercase());
    let Ok(read) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in read.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "pfx")) {
        let Some(mut held) = std::fs::read(&path).ok().and_then(|bytes| pkcs12::read(&bytes, "").ok()) else {
            continue;
        };
        if held.certificates.is_empty() {
            continue;
        }
        let der = held.certificates.swap_remove(0);
        let thumbprint = certificate::thumbprint(&der);
        found.push(Entry { thumbprint, der, key: held.key, friendly: String::new(), source: Source::File(path) });
    }
    found
}

impl CertificateProvider {
    /// Over the nouns of the product; they are put together only when they are needed.
    pub fn of(library: fn() -> Arc<Library>) -> CertificateProvider {
        CertificateProvider { library }
    }

    fn directory(&self, session: &mut dyn Session) -> Result<Arc<Directory>> {
        directory::directory(session, &(self.library)())
    }

    /// The certificates of a store such as `LocalMachine\My`.
    fn entries(&self, session: &mut dyn Session, store: &str) -> Result<Vec<Entry>> {
        let directory = self.directory(session)?;
        let is_root = store.ends_with("\\Root");
        let read = directory.store.read(|reader| {
            let all = reader.all(certificate::CERTIFICATE)?;
            let authorities = if is_root { reader.all(certificate::AUTHORITY)? } else { Vec::new() };
            Ok((all, authorities))
        });
        let (all, authorities) = match read {
            Ok(found) => found,
            Err(error) => return raise(Fault::from(error)),
        };
        let mut found: Vec<Entry> = all
            .into_iter()
            .filter(|o| o.text("Store").unwrap_or(USUAL).eq_ignore_ascii_case(store))
            .filter_map(of_object)
            .collect();
        for authority in authorities {
            if let Some((der, _)) = certificate::parts(&authority) {
                let thumbprint = certificate::thumbprint(&der);
                found.push(Entry { thumbprint, der, key: None, friendly: authority.name, source: Source::Authority });
            }
        }
        found.extend(of_user(session, store));
        Ok(found)
    }

    fn entry(&self, session: &mut dyn Session, store: &str, thumbprint: &str) -> Result<Option<Entry>> {
        let directory = self.directory(session)?;
        let known = match directory.store.read(|reader| Ok(certificate::find(reader, thumbprint))) {
            Ok(Ok(known)) => known,
            Ok(Err(fault)) => return raise(fault),
            Err(error) => return raise(Fault::from(error)),
        };
        match known {
            Some(object) if object.text("Store").unwrap_or(USUAL).eq_ignore_ascii_case(store) => Ok(of_object(object)),
            _ => Ok(self.entries(session, store)?.into_iter().find(|e| e.thumbprint.eq_ignore_ascii_case(thumbprint))),
        }
    }

    /// The names of the stores at a location: Windows' own and those that certificates name.
    fn stores(&self, session: &mut dyn Session, location: &str) -> Result<Vec<String>> {
        let directory = self.directory(session)?;
        let all = match directory.store.read(|reader| reader.all(certificate::CERTIFICATE)) {
            Ok(all) => all,
            Err(error) => return raise(Fault::from(error)),
        };
        let mut names: Vec<String> = STORES.iter().map(|s| (*s).to_owned()).collect();
        for object in &all {
            let Some((at, name)) = object.text("Store").and_then(|s| s.split_once('\\')) else { continue };
            if at.eq_ignore_ascii_case(location) && !names.iter().any(|n| n.eq_ignore_ascii_case(name)) {
                names.push(name.to_owned());
            }
        }
        names.sort_by_key(|n| n.to_lowercase());
        Ok(names)
    }

    fn is_store(&self, session: &mut dyn Session, store: &str) -> Result<bool> {
        let Some((location, name)) = store.split_once('\\') else { return Ok(false) };
        Ok(self.stores(session, location)?.iter().any(|n| n.eq_ignore_ascii_case(name)))
    }
}

fn refused<T>(id: &str, text: String, target: &str) -> Result<T> {
    Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, text)
        .identity(id, ErrorCategory::InvalidOperation, Value::from(target))
        .throw()
}

fn location_value(location: &str) -> Value {
    command::enum_value("System.Security.Cryptography.X509Certificates.StoreLocation", location)
}

impl Provider for CertificateProvider {
    fn name(&self) -> &str {
        NAME
    }

    fn drives(&self, _session: &mut dyn Session) -> Vec<Drive> {
        Vec::new()
    }

    fn is_present(&self, session: &mut dyn Session) -> bool {
        session.home().join(store::FILE).exists()
    }

    fn late_drives(&self, session: &mut dyn Session) -> Vec<Drive> {
        if !self.is_present(session) {
            return Vec::new();
        }
        vec![Drive {
            name: Str::from("Cert"),
            provider: Str::from(NAME),
            root: Str::from("\\"),
            description: Str::from("X509 Certificate Provider"),
            current: Str::empty(),
            is_volume: true,
            display_root: None,
        }]
    }

    fn is_hierarchical(&self) -> bool {
        true
    }

    fn separator(&self) -> char {
        '\\'
    }

    fn stat(&self, session: &mut dyn Session, path: &str) -> Result<Option<Stat>> {
        let kind = match place(path) {
            None => return Ok(None),
            Some(Place::Root | Place::Location(_)) => ItemKind::Container,
            Some(Place::Store(store)) if self.is_store(session, &store)? => ItemKind::Container,
            Some(Place::Store(_)) => return Ok(None),
            Some(Place::Certificate(store, thumbprint)) => match self.entry(session, &store, &thumbprint)? {
                Some(_) => ItemKind::Leaf,
                None => return Ok(None),
            },
        };
        Ok(Some(Stat { kind }))
    }

    fn item(&self, session: &mut dyn Session, path: &str) -> Result<Option<Value>> {
        Ok(match place(path) {
            None => None,
            Some(Place::Root) => {
                let mut all = Vec::new();
                for location in LOCATIONS {
                    all.extend(self.item(session, location)?);
                }
                Some(Value::array(all))
            }
            Some(Place::Location(location)) => {
                let names = values::Dict::hashtable();
                for store in self.stores(session, location)? {
                    names.insert(Value::from(store), Value::Bool(true));
                }
                Some(NativeObject::of(
                    "Microsoft.PowerShell.Commands.X509StoreLocation",
                    vec![("Location", location_value(location)), ("StoreNames", Value::Dict(Arc::new(names)))],
                ))
            }
            Some(Place::Store(store)) => {
                if !self.is_store(session, &store)? {
                    return Ok(None);
                }
                let (location, name) = store.split_once('\\').unwrap_or((&store, ""));
                let certificates = self.entries(session, &store)?.into_iter().map(value).collect();
                Some(NativeObject::of(
                    "System.Security.Cryptography.X509Certificates.X509Store",
                    vec![
                        ("Name", Value::from(name)),
                        ("Location", location_value(location)),
                        ("Certificates", Value::array(certificates)),
                        ("IsOpen", Value::Bool(true)),
                    ],
                ))
            }
            Some(Place::Certificate(store, thumbprint)) => self.entry(session, &store, &thumbprint)?.map(value),
        })
    }

    fn child_names(&self, session: &mut dyn Session, path: &str) -> Result<Vec<Str>> {
        Ok(match place(path) {
            Some(Place::Root) => LOCATIONS.map(Str::from).to_vec(),
            Some(Place::Location(location)) => self.stores(session, location)?.into_iter().map(Str::from).collect(),
            Some(Place::Store(store)) => {
                self.entries(session, &store)?.into_iter().map(|e| Str::from(e.thumbprint)).collect()
            }
            Some(Place::Certificate(..)) | None => Vec::new(),
        })
    }

    fn remove_item(&self, session: &mut dyn Session, path: &str, _recurse: bool, _force: bool) -> Result<()> {
        let Some(Place::Certificate(store, thumbprint)) = place(path) else {
            let text = format!("The store '{path}' cannot be removed: it belongs to the computer.");
            return refused("CannotRemoveSystemStore", text, path);
        };
        let Some(entry) = self.entry(session, &store, &thumbprint)? else { return Ok(()) };
        match entry.source {
            Source::Stored(object) => {
                let directory = self.directory(session)?;
                match directory.store.write(|writer| Ok::<_, Fault>(writer.remove(object.id)?)) {
                    Ok(_) => Ok(()),
                    Err(fault) => raise(fault),
                }
            }
            Source::File(file) => match std::fs::remove_file(&file) {
                Ok(()) => Ok(()),
                Err(error) => command::file_exception(&error, &file).throw(),
            },
            Source::Authority => {
                let text = format!("The certificate {thumbprint} is that of the organization's authority and stays.");
                refused("CannotRemoveAuthority", text, path)
            }
        }
    }

    fn move_item(&self, session: &mut dyn Session, from: &str, to: &str, _force: bool) -> Result<()> {
        let (source, target) = match (place(from), place(to)) {
            (Some(Place::Certificate(store, thumbprint)), Some(Place::Store(to))) => {
                (self.entry(session, &store, &thumbprint)?, to)
            }
            _ => return refused("CannotMoveItem", "A certificate can be moved into a store only.".to_owned(), to),
        };
        let Some(Entry { source: Source::Stored(object), .. }) = source else {
            let text = "Only certificates that lie in the organization can be moved.".to_owned();
            return refused("CannotMoveItem", text, from);
        };
        let directory = self.directory(session)?;
        match directory
            .store
            .write(|writer| Ok::<_, Fault>(writer.update(object.draft().with("Store", target.as_str()))?))
        {
            Ok(_) => Ok(()),
            Err(fault) => raise(fault),
        }
    }

    fn dynamic_parameters(&self, command: &str) -> Vec<Parameter> {
        let switch = |name: &str| added(name, TypeRef::SWITCH);
        match command {
            "Get-ChildItem" | "Get-Item" => vec![
                switch("CodeSigningCert"),
                switch("DocumentEncryptionCert"),
                switch("SSLServerAuthentication"),
                added("DnsName", TypeRef::STRING),
                added("Eku", TypeRef::STRING.array_of(1)),
                added("ExpiringInDays", TypeRef::INT32),
            ],
            // The key lies with the certificate and goes with it.
            "Remove-Item" => vec![switch("DeleteKey")],
            _ => Vec::new(),
        }
    }

    fn is_listed(&self, session: &mut dyn Session, path: &str, bound: &Bound) -> Result<bool> {
        const FILTERS: [&str; 6] = [
            "CodeSigningCert",
            "DocumentEncryptionCert",
            "SSLServerAuthentication",
            "DnsName",
            "Eku",
            "ExpiringInDays",
        ];
        if !FILTERS.iter().any(|name| bound.has(name)) {
            return Ok(true);
        }
        let Some(Place::Certificate(store, thumbprint)) = place(path) else { return Ok(false) };
        let Some(entry) = self.entry(session, &store, &thumbprint)? else { return Ok(false) };
        let purposes = certificate_uses::purposes(&entry.der);
        let serves = |id: &str| purposes.iter().any(|p| p.id == id);
        let is_out = (bound.switch("CodeSigningCert") && !(serves("1.3.6.1.5.5.7.3.3") && entry.key.is_some()))
            || (bound.switch("DocumentEncryptionCert") && !serves("1.3.6.1.4.1.311.80.1"))
            || (bound.switch("SSLServerAuthentication") && !(purposes.is_empty() || serves("1.3.6.1.5.5.7.3.1")));
        if is_out {
            return Ok(false);
        }
        if let Some(pattern) = bound.str("DnsName").filter(|p| !p.is_empty()) {
            let wanted = Wildcard::new(&pattern);
            if !certificate_uses::dns_names(&entry.der).iter().any(|name| wanted.matches(name)) {
                return Ok(false);
            }
        }
        for pattern in bound.strings("Eku") {
            let wanted = Wildcard::new(&pattern);
            if !purposes.iter().any(|p| wanted.matches(&p.name) || wanted.matches(&p.id)) {
                return Ok(false);
            }
        }
        let Some(days) = bound.int("ExpiringInDays") else { return Ok(true) };
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let until = i64::try_from(now).unwrap_or(i64::MAX).saturating_add(days.saturating_mul(86_400));
        Ok(certificate_uses::ends_at(&entry.der).is_some_and(|end| end <= until))
    }
}

fn value(entry: Entry) -> Value {
    values::types::security::certificate::with_key(entry.der, entry.key, &entry.friendly)
}

/// A parameter that the provider adds.
fn added(name: &str, ty: TypeRef) -> Parameter {
    let mut made = Parameter::new(Str::from(name), ty);
    made.type_name = Str::from(ty.name());
    made.is_dynamic = true;
    made
}
