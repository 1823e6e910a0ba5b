//! `[adsi]`: DirectoryEntry over the organization's directory. Paths are `LDAP://` (or `GC://`) with a distinguished name,
//! with or without a server before it, and `LDAP://RootDSE`.

use std::sync::Arc;

use command::{Bound, Context, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value};
use directory::{Change, Directory, Fault, Reached};
use parking_lot::Mutex;
use serde_json::{Map, Value as Json};
use store::Object;
use values::Foreign;
use values::convert::to_display;

use super::ad_object::{NOUNS, attribute, class, dn};
use super::ad_user;
use super::attribute_values::{AttributeValues, Attributes, values_of};
use super::searcher;

/// Types that `construct` makes, and the names that scripts have for them.
const TYPES: [(&str, &str); 2] = [
    ("System.DirectoryServices.DirectoryEntry", "adsi"),
    ("System.DirectoryServices.DirectorySearcher", "adsisearcher"),
];

/// Makes the types known: scripts name them before any command of the directory was used.
pub fn register() {
    for (name, alias) in TYPES {
        values::types::add_alias(alias, named(name));
    }
}

pub(super) fn named(name: &str) -> TypeRef {
    values::types::register(name, values::TypeKind::Class, Some(TypeRef::OBJECT))
}

/// Makes an object of one of the types; `None` for every other type.
pub fn construct(
    session: &mut dyn Session,
    library: &Arc<directory::Library>,
    ty: TypeRef,
    args: &[Value],
) -> Result<Option<Value>> {
    let Some(at) = TYPES.iter().position(|(name, _)| ty.name() == *name) else { return Ok(None) };
    let open = directory::directory(session, library)?;
    let open = Reached::new(session, open);
    if at == 1 {
        return searcher::construct(open, args).map(Some);
    }
    let path = args.first().filter(|v| !v.is_null()).map(to_display).unwrap_or_default();
    Ok(Some(Entry::value(open, &path)))
}

/// The attributes that an object may have, in the order in which they are listed.
pub(super) const LISTED: [&str; 32] = [
    "objectClass",
    "cn",
    "ou",
    "sn",
    "title",
    "description",
    "telephoneNumber",
    "givenName",
    "distinguishedName",
    "whenCreated",
    "whenChanged",
    "displayName",
    "department",
    "company",
    "proxyAddresses",
    "streetAddress",
    "mailNickname",
    "member",
    "name",
    "objectGUID",
    "sAMAccountName",
    "objectCategory",
    "l",
    "postalCode",
    "physicalDeliveryOfficeName",
    "mobile",
    "userPrincipalName",
    "mail",
    "manager",
    "msRTCSIP-PrimaryUserAddress",
    "msRTCSIP-Line",
    "managedBy",
];

/// Containers that every domain has.
const CONTAINERS: [&str; 4] = ["CN=Users", "CN=Computers", "OU=Domain Controllers", "CN=Configuration"];

/// What an entry stands for.
#[derive(Clone)]
enum Target {
    /// The service itself.
    Root,
    /// The domain.
    Domain,
    /// One of the containers that every domain has, by its distinguished name.
    Container(String),
    Object(Box<Object>),
    /// Made by Create, not written yet: noun, name, and where it will lie.
    New(&'static str, String, String),
}

/// DirectoryEntry; clones are the same entry.
#[derive(Clone)]
pub(super) struct Entry {
    directory: Reached,
    path: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    target: Option<Target>,
    /// Attributes that were changed, as they are to be stored.
    changes: Map<String, Json>,
}

/// The type of the directory's errors.
pub(super) fn fault_type() -> TypeRef {
    let name = "System.DirectoryServices.DirectoryServicesCOMException";
    values::types::register(name, values::TypeKind::Class, Some(TypeRef::EXCEPTION))
}

/// The error of a path at which nothing is.
fn absent() -> Exception {
    Exception::new(fault_type(), "There is no such object on the server.\n")
}

/// A refusal of the directory as an exception.
fn thrown<T>(fault: &Fault) -> Result<T> {
    let denied = "System.UnauthorizedAccessException";
    let ty = match TypeRef::find(denied).filter(|_| denied.ends_with(fault.exception)) {
        Some(denied) => denied,
        None => fault_type(),
    };
    Exception::new(ty, fault.message.as_str())
        .identity(fault.id.as_str(), ErrorCategory::NotSpecified, Value::Null)
        .throw()
}

/// What a method answered, or threw as its caller sees it.
pub(super) fn called(of: &dyn Foreign, name: &str, count: usize, done: Result<Option<Value>>) -> Result<Option<Value>> {
    done.map_err(|flow| {
        let own = of.method_names().into_iter().find(|n| n.eq_ignore_ascii_case(name));
        values::members::method_failure(flow, own.as_deref().unwrap_or(name), count)
    })
}

/// The command that does to an object of a noun what a script does.
fn command_for(verb: &str, noun: &str) -> String {
    format!("{verb}-AD{}", noun.trim_start_matches("AD"))
}

/// The distinguished name of a path; empty for the domain.
pub(super) fn name_of(path: &str) -> std::result::Result<&str, String> {
    let rest = match path.split_once("://") {
        Some((scheme, rest)) if ["LDAP", "GC"].iter().any(|s| s.eq_ignore_ascii_case(scheme)) => rest,
        Some((scheme, _)) => return Err(format!("Unknown error (0x80005000): the provider {scheme} is not offered.")),
        None => path,
    };
    // A server may stand before the name.
    Ok(match rest.split_once('/') {
        Some((server, name)) if !server.contains('=') => name,
        _ if rest.contains('=') || rest.eq_ignore_ascii_case("RootDSE") => rest,
        _ => "",
    })
}

/// The object with a distinguished name.
pub(super) fn find(directory: &Directory, name: &str) -> std::result::Result<Option<Object>, Fault> {
    let facts = directory.facts();
    let first = name.split_once('=').map_or("", |(_, rest)| rest);
    let found = directory.store.read(|reader| {
        for noun in NOUNS {
            // The name may hold commas: all whose name begins the rest are looked at.
            for at in first.match_indices(',').map(|(at, _)| at).chain([first.len()]) {
                for object in reader.named(noun, &first[..at])? {
                    if dn(&facts, &object).eq_ignore_ascii_case(name) {
                        return Ok(Some(object));
                    }
                }
            }
        }
        Ok(None)
    })?;
    Ok(found)
}

impl Entry {
    pub(super) fn value(directory: Reached, path: &str) -> Value {
        Value::foreign(Entry { directory, path: path.to_owned(), state: Arc::default() })
    }

    /// What the entry stands for, looked up at the first use.
    fn target(&self) -> Result<Target> {
        if let Some(target) = &self.state.lock().target {
            return Ok(target.clone());
        }
        let target = self.look_up()?;
        self.state.lock().target = Some(target.clone());
        Ok(target)
    }

    fn look_up(&self) -> Result<Target> {
        let name = match name_of(&self.path) {
            Ok(name) => name,
            Err(text) => return Exception::new(fault_type(), text).throw(),
        };
        if name.eq_ignore_ascii_case("RootDSE") {
            return Ok(Target::Root);
        }
        if name.is_empty() || name.eq_ignore_ascii_case(&self.directory.facts().domain_dn()) {
            return Ok(Target::Domain);
        }
        let domain = self.directory.facts().domain_dn();
        if CONTAINERS.iter().any(|c| format!("{c},{domain}").eq_ignore_ascii_case(name)) {
            return Ok(Target::Container(name.to_owned()));
        }
        match find(&self.directory, name) {
            Ok(Some(object)) => Ok(Target::Object(Box::new(object))),
            Ok(None) => absent().throw(),
            Err(fault) => thrown(&fault),
        }
    }

    /// An attribute's value; null where it has none.
    pub(super) fn attribute(&self, name: &str) -> Result<Json> {
        if let Some(changed) = self.state.lock().changes.get(&name.to_lowercase()) {
            return Ok(changed.clone());
        }
        let facts = self.directory.facts();
        let is = |n: &str| name.eq_ignore_ascii_case(n);
        Ok(match self.target()? {
            Target::Object(object) => attribute(&self.directory, &object, name),
            Target::New(_, own, _) if is("cn") || is("name") || is("ou") => Json::from(own),
            Target::New(..) => Json::Null,
            Target::Domain if is("distinguishedName") => Json::from(facts.domain_dn()),
            Target::Domain if is("objectClass") => serde_json::json!(["top", "domain", "domainDNS"]),
            Target::Domain if is("name") || is("dc") => Json::from(facts.domain.split('.').next().unwrap_or_default()),
            Target::Domain => Json::Null,
            Target::Container(own) if is("distinguishedName") => Json::from(own),
            Target::Container(_) if is("objectClass") => serde_json::json!(["top", "container"]),
            Target::Container(own) if is("name") || is("cn") => {
                Json::from(own.split(['=', ',']).nth(1).unwrap_or_default())
            }
            Target::Container(_) => Json::Null,
            Target::Root => {
                let domain = facts.domain_dn();
                let configuration = format!("CN=Configuration,{domain}");
                let schema = format!("CN=Schema,{configuration}");
                match name.to_ascii_lowercase().as_str() {
                    "defaultnamingcontext" | "rootdomainnamingcontext" => Json::from(domain),
                    "configurationnamingcontext" => Json::from(configuration),
                    "schemanamingcontext" => Json::from(schema),
                    "namingcontexts" => serde_json::json!([domain, configuration, schema]),
                    "dnshostname" => Json::from(facts.controller),
                    "supportedldapversion" => serde_json::json!(["3"]),
                    _ => Json::Null,
                }
            }
        })
    }

    /// The names of the attributes that have values.
    pub(super) fn names(&self) -> Result<Vec<&'static str>> {
        let own: &[&'static str] = match self.target()? {
            Target::Root => &[
                "configurationNamingContext",
                "defaultNamingContext",
                "dnsHostName",
                "namingContexts",
                "rootDomainNamingContext",
                "schemaNamingContext",
                "supportedLDAPVersion",
            ],
            _ => &LISTED,
        };
        let mut found = Vec::new();
        for name in own {
            if !is_empty(&self.attribute(name)?) {
                found.push(*name);
            }
        }
        Ok(found)
    }

    /// Notes a change; it is written by CommitChanges.
    pub(super) fn put(&self, name: &str, value: Json) -> Result<()> {
        let fixed = ["distinguishedname", "objectclass", "objectguid", "whencreated", "whenchanged", "cn", "name"];
        if fixed.contains(&name.to_ascii_lowercase().as_str()) {
            let text = format!("The attribute {name} can't be written: use Rename or MoveTo.");
            return Exception::new(fault_type(), text).throw();
        }
        match self.target()? {
            Target::Root | Target::Domain | Target::Container(_) => absent().throw(),
            _ => {
                self.state.lock().changes.insert(name.to_lowercase(), value);
                Ok(())
            }
        }
    }

    /// Writes the object under a name and in a place, with the changes that were made.
    fn write(&self, name: Option<&str>, place: Option<&str>) -> Result<()> {
        let target = self.target()?;
        let (noun, old, own) = match &target {
            Target::Object(object) => (object.noun.clone(), Some(&**object), object.name.clone()),
            Target::New(noun, own, _) => ((*noun).to_owned(), None, own.clone()),
            _ => return absent().throw(),
        };
        let Some(row) = self.directory.library.noun(&noun) else { return absent().throw() };
        let mut properties = match old {
            Some(object) => object.properties.clone(),
            None => directory::defaults(&row),
        };
        let unit = place.map(str::to_owned).or(match &target {
            Target::New(_, _, container) => Some(container.clone()),
            _ => None,
        });
        if let Some(unit) = unit {
            let property = if row.property("Path").is_some() { "Path" } else { "OrganizationalUnit" };
            properties.insert(property.to_owned(), Json::from(unit));
        }
        for (name, value) in &self.state.lock().changes {
            let is_account = noun == "User";
            let kept = if is_account { ad_user::stored(name) } else { name.as_str() };
            let kept = row.property(kept).map_or_else(|| kept.to_owned(), |p| p.name().to_owned());
            match is_empty(value) {
                true => properties.remove(&kept),
                false => properties.insert(kept, value.clone()),
            };
        }
        let (facts, bound) = (self.directory.facts(), Bound::new());
        let change = Change {
            library: &self.directory.library,
            facts: &facts,
            noun: row,
            bound: &bound,
            old,
            name: name.map_or(own, str::to_owned),
            container: old.map_or_else(String::new, |o| o.container.clone()),
            properties,
        };
        // What the same change is as a command, with its parameters.
        let command = match (old, name, place) {
            (None, ..) => command_for("New", &noun),
            (_, Some(_), _) => "Rename-ADObject".to_owned(),
            (_, _, Some(_)) => "Move-ADObject".to_owned(),
            _ => command_for("Set", &noun),
        };
        let own = self.dn()?;
        let mut parameters = Map::from_iter([("Identity".to_owned(), Json::from(own.as_str()))]);
        parameters.extend(name.map(|name| ("NewName".to_owned(), Json::from(name))));
        parameters.extend(place.map(|place| ("TargetPath".to_owned(), Json::from(place))));
        parameters.extend(self.state.lock().changes.clone());
        let written =
            self.directory.change(&command, &own, &parameters, |writer| change.write(writer, &mut Vec::new()));
        let read = written.and_then(|id| self.directory.store.read(|reader| reader.get(id)).map_err(Fault::from));
        match read {
            Ok(object) => {
                let mut state = self.state.lock();
                state.changes.clear();
                state.target = object.map(|o| Target::Object(Box::new(o)));
                Ok(())
            }
            Err(fault) => thrown(&fault),
        }
    }

    fn remove(&self) -> Result<()> {
        let Target::Object(object) = self.target()? else { return absent().throw() };
        let own = self.dn()?;
        let parameters = Map::from_iter([("Identity".to_owned(), Json::from(own.as_str()))]);
        let removed = self.directory.change(&command_for("Remove", &object.noun), &own, &parameters, |writer| {
            for (other, property) in writer.referrers(object.id)? {
                if property == "User" {
                    writer.remove(other.id)?;
                }
            }
            super::deleted::bury(writer, &object)?;
            writer.remove(object.id).map_err(Fault::from)
        });
        removed.or_else(|fault| thrown(&fault))
    }

    /// Its distinguished name.
    pub(super) fn dn(&self) -> Result<String> {
        Ok(match self.target()? {
            Target::New(noun, name, place) => {
                let mark = if noun == "ADOrganizationalUnit" { "OU" } else { "CN" };
                format!("{mark}={name},{place}")
            }
            Target::Root => String::new(),
            _ => to_display(&directory::free(&self.attribute("distinguishedName")?)).to_string(),
        })
    }

    /// The objects that lie right below.
    fn children(&self) -> Result<Vec<Value>> {
        let (facts, below) = (self.directory.facts(), format!(",{}", self.dn()?).to_lowercase());
        let mut found = Vec::new();
        for noun in NOUNS {
            let all = self.directory.store.read(|reader| reader.all(noun)).map_err(Fault::from);
            let all = match all {
                Ok(all) => all,
                Err(fault) => return thrown(&fault),
            };
            for object in all {
                let own = dn(&facts, &object);
                let is_below = own.to_lowercase().strip_suffix(&below).is_some_and(|rest| !rest.contains(','));
                if is_below {
                    found.push(Entry::value(self.directory.clone(), &format!("LDAP://{own}")));
                }
            }
        }
        Ok(found)
    }

    /// Create: an object of a class under a name such as `CN=Kim`.
    fn create(&self, class: &str, rdn: &str) -> Result<Value> {
        let noun = match class.to_ascii_lowercase().as_str() {
            "user" => "User",
            "group" => "ADGroup",
            "computer" => "ADComputer",
            "organizationalunit" => "ADOrganizationalUnit",
            "container" => "ADObject",
            _ => {
                let text = format!("Objects of the class {class} can't be made.");
                return Exception::new(fault_type(), text).throw();
            }
        };
        let (place, name) = (self.dn()?, rdn.split_once('=').map_or(rdn, |(_, name)| name));
        let made = Entry {
            directory: self.directory.clone(),
            path: format!("LDAP://{rdn},{place}"),
            state: Arc::new(Mutex::new(State {
                target: Some(Target::New(noun, name.to_owned(), place)),
                changes: Map::new(),
            })),
        };
        Ok(Value::foreign(made))
    }
}

pub(super) fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => false,
    }
}

impl Foreign for Entry {
    fn type_ref(&self) -> TypeRef {
        named(TYPES[0].0)
    }

    fn get(&self, _: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let value = match name.to_ascii_lowercase().as_str() {
            "path" => Value::from(self.path.as_str()),
            "distinguishedname" if matches!(self.target()?, Target::New(..)) => Value::from(self.dn()?),
            "guid" => match self.target()? {
                Target::Object(object) => Value::Guid(Arc::new(object.id)),
                _ => Value::Guid(Arc::new(uuid::Uuid::nil())),
            },
            "nativeguid" => match self.target()? {
                Target::Object(object) => Value::from(object.id.simple().to_string()),
                _ => Value::from(uuid::Uuid::nil().simple().to_string()),
            },
            "parent" => {
                let own = self.dn()?;
                let above = own.split_once(',').map_or("", |(_, rest)| rest);
                Value::from(format!("LDAP://{above}"))
            }
            "schemaclassname" => match self.target()? {
                Target::Object(object) => Value::from(class(&object.noun).0),
                Target::New(noun, ..) => Value::from(class(noun).0),
                Target::Domain => Value::from("domainDNS"),
                Target::Container(_) => Value::from("container"),
                Target::Root => Value::from("rootDSE"),
            },
            "children" => Value::array(self.children()?),
            "properties" => Attributes::of_entry(self.clone()),
            // Name is the relative name of the object here, and not the attribute.
            "name" => match self.target()? {
                Target::Root => Value::from("RootDSE"),
                _ => {
                    let own = self.dn()?;
                    Value::from(own.split_once(',').map_or(own.as_str(), |(rdn, _)| rdn))
                }
            },
            "username" => Value::Null,
            _ => {
                let json = self.attribute(name)?;
                if is_empty(&json) && !LISTED.iter().any(|n| n.eq_ignore_ascii_case(name)) {
                    return Ok(None);
                }
                AttributeValues::value(Some(self.clone()), name, Json::Null)
            }
        };
        Ok(Some(value))
    }

    fn set(&self, _: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        self.put(name, values_of(value)).map(|()| true)
    }

    fn call(&self, _: &mut dyn Context, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        called(self, name, args.len(), self.answer(me, name, args))
    }

    fn property_names(&self) -> Vec<Str> {
        let mut names: Vec<Str> = self.names().unwrap_or_default().into_iter().map(Str::from).collect();
        names.extend(["Guid", "Name", "Parent", "Path", "Properties", "SchemaClassName"].map(Str::from));
        names
    }

    fn method_names(&self) -> Vec<Str> {
        let names =
            ["CommitChanges", "Create", "Delete", "DeleteTree", "Get", "GetEx", "MoveTo", "Put", "RefreshCache"];
        names.iter().chain(&["Rename", "SetInfo"]).map(|n| Str::from(*n)).collect()
    }
}

impl Entry {
    /// What a method does.
    fn answer(&self, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let text = |at: usize| args.get(at).map(to_display).unwrap_or_default().to_string();
        Ok(Some(match (name.to_ascii_lowercase().as_str(), args.len()) {
            ("commitchanges" | "setinfo", 0) => {
                let is_changed = !self.state.lock().changes.is_empty();
                if is_changed || matches!(self.target()?, Target::New(..)) {
                    self.write(None, None)?;
                }
                Value::Void
            }
            ("refreshcache" | "getinfo", _) => {
                *self.state.lock() = State::default();
                self.target()?;
                Value::Void
            }
            ("close" | "dispose", 0) => Value::Void,
            ("get" | "invokeget", 1) => {
                let json = self.attribute(&text(0))?;
                if is_empty(&json) {
                    let text = "The directory property cannot be found in the cache.\n";
                    return Exception::new(fault_type(), text).throw();
                }
                directory::free(&json)
            }
            ("getex", 1) => Value::array(super::attribute_values::items(&self.attribute(&text(0))?)),
            ("put" | "invokeset", 2) => {
                self.put(&text(0), values_of(&args[1]))?;
                Value::Void
            }
            ("create", 2) => self.create(&text(0), &text(1))?,
            ("delete", 2) => {
                Entry::at(&self.directory, &format!("{},{}", text(1), self.dn()?)).remove()?;
                Value::Void
            }
            ("deletetree", 0) => {
                self.remove()?;
                Value::Void
            }
            ("rename", 1) => {
                let rdn = text(0);
                self.write(Some(rdn.split_once('=').map_or(rdn.as_str(), |(_, name)| name)), None)?;
                Value::Void
            }
            ("moveto", 1) => {
                let Some(to) = args[0].as_foreign::<Entry>() else { return absent().throw() };
                self.write(None, Some(&to.dn()?))?;
                Value::Void
            }
            ("psbase", 0) => me.clone(),
            _ => return Ok(None),
        }))
    }

    pub(super) fn at(directory: &Reached, name: &str) -> Entry {
        Entry { directory: directory.clone(), path: format!("LDAP://{name}"), state: Arc::default() }
    }
}
