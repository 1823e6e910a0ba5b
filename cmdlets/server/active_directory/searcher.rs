//! `[adsisearcher]`: DirectorySearcher with filters of LDAP, and what it finds.

use std::sync::Arc;

use command::{Context, Exception, Result, Str, TypeRef, Value};
use directory::{Filter, Reached};
use parking_lot::Mutex;
use serde_json::Value as Json;
use values::Foreign;
use values::convert::to_display;

use super::ad_object::{NOUNS, attribute, dn};
use super::attribute_values::{Attributes, entry};
use super::entry::{Entry, LISTED, called, is_empty, named};

/// What every search finds when nothing else is said.
const EVERYTHING: &str = "(objectClass=*)";

struct Searcher {
    directory: Reached,
    state: Mutex<State>,
}

struct State {
    filter: String,
    root: Value,
    /// `Base`, `OneLevel` or `Subtree`.
    scope: String,
    /// Attributes that results have; all when none is named.
    load: Value,
    /// How many are found at most; 0 for all.
    limit: i64,
    page: i64,
}

/// Of a filter, of a root, or of both, with the attributes to load and the scope.
pub(super) fn construct(directory: Reached, args: &[Value]) -> Result<Value> {
    let mut state = State {
        filter: EVERYTHING.to_owned(),
        root: entry(&directory, &directory.facts().domain_dn()),
        scope: "Subtree".to_owned(),
        load: names(Vec::new()),
        limit: 0,
        page: 0,
    };
    for arg in args.iter().filter(|v| !v.is_null()) {
        let text = to_display(arg).to_string();
        if arg.as_foreign::<Entry>().is_some() {
            state.root = arg.clone();
        } else if let Some(given) = arg.as_array() {
            state.load = names(given.to_vec());
        } else if SCOPES.iter().any(|s| s.eq_ignore_ascii_case(&text)) {
            state.scope = text;
        } else {
            state.filter = text;
        }
    }
    Ok(Value::foreign(Searcher { directory, state: Mutex::new(state) }))
}

/// A list that scripts add to.
fn names(items: Vec<Value>) -> Value {
    Value::Array(Arc::new(values::Array::list(TypeRef::ARRAYLIST, TypeRef::OBJECT, items)))
}

const SCOPES: [&str; 3] = ["Base", "OneLevel", "Subtree"];

impl Searcher {
    fn search(&self, limit: Option<usize>) -> Result<Vec<Value>> {
        let (filter, root, scope, load, own) = {
            let state = self.state.lock();
            (state.filter.clone(), state.root.clone(), state.scope.to_lowercase(), state.load.clone(), state.limit)
        };
        let parsed = Filter::parse_ldap(&filter, &str::to_owned);
        let Some(parsed) = parsed else {
            let text = format!("The {filter} search filter is invalid.");
            return Exception::new(TypeRef::ARGUMENT_EXCEPTION, text).throw();
        };
        let base = match root.as_foreign::<Entry>() {
            Some(entry) => entry.dn()?.to_lowercase(),
            None => String::new(),
        };
        let facts = self.directory.facts();
        let lies = |name: &str| {
            let name = name.to_lowercase();
            let above = name.split_once(',').map_or("", |(_, rest)| rest);
            match scope.as_str() {
                "base" => name == base,
                "onelevel" => above == base,
                _ => name == base || base.is_empty() || name.ends_with(&format!(",{base}")),
            }
        };
        let wanted: Vec<String> = load
            .as_array()
            .map(|a| a.to_vec().iter().map(|n| to_display(n).to_lowercase()).collect())
            .unwrap_or_default();
        let limit = limit.unwrap_or(match usize::try_from(own) {
            Ok(own) if own > 0 => own,
            _ => usize::MAX,
        });
        let mut found = Vec::new();
        for noun in NOUNS {
            let all = match self.directory.store.read(|reader| reader.all(noun)) {
                Ok(all) => all,
                Err(error) => return Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, error.to_string()).throw(),
            };
            for object in all {
                if found.len() >= limit {
                    return Ok(found);
                }
                let own = dn(&facts, &object);
                // Classes are chains: an account is a person too.
                let value = |name: &str| match name.to_ascii_lowercase().as_str() {
                    "objectclass" | "objectcategory" => {
                        let class = attribute(&self.directory, &object, "objectClass");
                        match class.as_str() {
                            Some("user") => serde_json::json!(["top", "person", "organizationalPerson", "user"]),
                            _ => class,
                        }
                    }
                    _ => attribute(&self.directory, &object, name),
                };
                if !lies(&own) || !parsed.passes(&mut |name| value(name)) {
                    continue;
                }
                let path = format!("LDAP://{own}");
                let mut pairs = vec![("adspath".to_owned(), Json::from(path.as_str()))];
                let names = LISTED.iter().map(|n| n.to_lowercase());
                for name in names.filter(|n| wanted.is_empty() || wanted.contains(n)) {
                    let json = value(&name);
                    if !is_empty(&json) {
                        pairs.push((name, json));
                    }
                }
                found.push(Value::foreign(Found { directory: self.directory.clone(), name: own, path, pairs }));
            }
        }
        Ok(found)
    }
}

impl Foreign for Searcher {
    fn type_ref(&self) -> TypeRef {
        named("System.DirectoryServices.DirectorySearcher")
    }

    fn get(&self, _: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let state = self.state.lock();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "filter" => Value::from(state.filter.as_str()),
            "searchroot" => state.root.clone(),
            "searchscope" => Value::from(state.scope.as_str()),
            "propertiestoload" => state.load.clone(),
            "sizelimit" => Value::I64(state.limit),
            "pagesize" => Value::I64(state.page),
            _ => return Ok(None),
        }))
    }

    fn set(&self, _: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let text = to_display(value).to_string();
        let mut state = self.state.lock();
        match name.to_ascii_lowercase().as_str() {
            "filter" => state.filter = if text.is_empty() { EVERYTHING.to_owned() } else { text },
            "searchroot" => {
                state.root = match value.as_foreign::<Entry>() {
                    Some(_) => value.clone(),
                    None => Entry::value(self.directory.clone(), &text),
                }
            }
            "searchscope" => {
                let by_number = text.parse::<usize>().ok().and_then(|at| SCOPES.get(at));
                let known = by_number.or_else(|| SCOPES.iter().find(|s| s.eq_ignore_ascii_case(&text)));
                let Some(known) = known else {
                    let text = format!("Unable to match the identifier name {text} to a valid enumerator name.");
                    return Exception::new(TypeRef::ARGUMENT_EXCEPTION, text).throw();
                };
                state.scope = (*known).to_owned();
            }
            "sizelimit" => state.limit = value.as_i64().unwrap_or_default(),
            // Pages are the server's affair: everything is found either way.
            "pagesize" => state.page = value.as_i64().unwrap_or_default(),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn call(&self, _: &mut dyn Context, _: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let done = match (name.to_ascii_lowercase().as_str(), args.len()) {
            ("findall", 0) => self.search(None).map(Value::array),
            ("findone", 0) => self.search(Some(1)).map(|found| found.into_iter().next().unwrap_or_default()),
            ("dispose", 0) => Ok(Value::Void),
            _ => return Ok(None),
        };
        called(self, name, args.len(), done.map(Some))
    }

    fn property_names(&self) -> Vec<Str> {
        let names = ["Filter", "PageSize", "PropertiesToLoad", "SearchRoot", "SearchScope", "SizeLimit"];
        names.iter().map(|n| Str::from(*n)).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        ["Dispose", "FindAll", "FindOne"].iter().map(|n| Str::from(*n)).collect()
    }
}

/// SearchResult.
struct Found {
    directory: Reached,
    name: String,
    path: String,
    pairs: Vec<(String, Json)>,
}

impl Foreign for Found {
    fn type_ref(&self) -> TypeRef {
        named("System.DirectoryServices.SearchResult")
    }

    fn get(&self, _: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "path" => Value::from(self.path.as_str()),
            "properties" => Attributes::of_found(self.pairs.clone()),
            _ => return Ok(None),
        }))
    }

    fn call(&self, _: &mut dyn Context, _: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let is_entry = name.eq_ignore_ascii_case("GetDirectoryEntry") && args.is_empty();
        Ok(is_entry.then(|| entry(&self.directory, &self.name)))
    }

    fn property_names(&self) -> Vec<Str> {
        vec![Str::from("Path"), Str::from("Properties")]
    }

    fn method_names(&self) -> Vec<Str> {
        vec![Str::from("GetDirectoryEntry")]
    }
}
