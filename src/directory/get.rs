//! Get: identity, wildcards, filters, result size, order.

use std::sync::Arc;

use command::{Result, Value};
use serde_json::Value as Json;
use store::{Match, Object, StoreError};
use values::convert::{to_bool, to_display};

use crate::fault::Fault;
use crate::filter::{Filter, Operand, like};
use crate::heed::is_steering;
use crate::identity::{self, Resolved};
use crate::organization::Facts;
use crate::row::{Row, dn_of, plain_value, text_of};
use crate::select::{is_naming, naming_value};
use crate::shape::{BASE, Shape};
use crate::work::Work;

/// How many objects are read at once.
const PAGE: usize = 500;
/// The same of a list that an index has found.
const LONG_PAGE: usize = 8000;
/// What recipient cmdlets give when no size is named.
const DEFAULT_SIZE: usize = 1000;

struct Wanted {
    pattern: Option<String>,
    filter: Option<Filter>,
    equals: Vec<(String, String)>,
    limit: usize,
    sort: Option<String>,
    /// DN under which objects must lie, in lower case, and how deep.
    base: Option<(String, Option<String>)>,
}

impl Wanted {
    /// Whether objects can be judged by what is stored of them.
    fn is_plain(&self, work: &Work, shape: &Shape, is_exact: bool) -> bool {
        self.pattern.is_none()
            && self.equals.is_empty()
            && self.base.is_none()
            && work.noun.name() != "UMIPGateway"
            && (is_exact || self.filter.as_ref().is_none_or(|f| f.properties().into_iter().all(|p| shape.is_stored(p))))
    }
}

/// Runs Get.
pub fn run(work: &mut Work) -> Result<()> {
    let wanted = match wanted(work) {
        Ok(wanted) => wanted,
        Err(fault) => return work.fail(&fault),
    };
    let named = work.bound.get("Identity").or_else(|| work.bound.get("InputObject")).filter(|v| !v.is_null()).cloned();
    if let Some(value) = named.or_else(|| naming_value(work))
        && wanted.pattern.is_none()
    {
        return one(work, &value, &wanted);
    }
    if wanted.sort.is_some() {
        return sorted(work, &wanted);
    }
    let (facts, noun) = (work.facts(), work.noun);
    let given = match Plan::of(work, &wanted) {
        Plan { narrowed: Some((name, value)), shape: Some(shape), is_exact } => {
            listed(work, &wanted, (&name, &value), &shape, is_exact)?
        }
        plan => paged(work, &wanted, &plan)?,
    };
    if given == 0
        && let Some(pattern) = wanted.pattern.as_ref().filter(|p| !p.contains(['*', '?']))
    {
        let fault = identity::absent(&facts, &noun, pattern);
        return work.fail(&fault);
    }
    Ok(())
}

/// How a list is read.
struct Plan {
    /// The index that narrows it, with what it must hold.
    narrowed: Option<(String, Match)>,
    /// Whether what the index finds passes the filter.
    is_exact: bool,
    /// The shape of rows that are judged by what is stored of them alone, and worked out when somebody looks at them.
    shape: Option<Arc<Shape>>,
}

impl Plan {
    fn of(work: &Work, wanted: &Wanted) -> Plan {
        let (noun, library) = (work.noun, work.library());
        let is_indexed = |name: &str| noun.property(name).is_some_and(|p| p.is_indexed() && !p.is_computed());
        let filter = wanted.filter.as_ref();
        let narrowed = filter.and_then(|f| f.narrowed(&is_indexed));
        let narrowed = narrowed.map(|(name, m)| (noun.property(name).map_or(name, |p| p.name()).to_owned(), m));
        let is_exact = filter.is_some_and(|f| f.is_exact(&is_indexed));
        let shape = Shape::of(library, &noun);
        let shows_all = library.code(noun.name()).is_none_or(|c| c.shows.is_none());
        let is_plain = shows_all && shape.is_alone && wanted.is_plain(work, &shape, is_exact);
        Plan { narrowed, is_exact, shape: is_plain.then_some(shape) }
    }
}

/// Writes a row, unless there are as many as were asked for: then says that there are more.
fn counted(work: &mut Work, wanted: &Wanted, given: &mut usize, value: Value) -> Result<bool> {
    if *given == wanted.limit {
        let text = if work.bound.has("ResultSize") {
            "There are more results available than are currently displayed. To view them, increase the value for the ResultSize parameter."
        } else {
            "By default, only the first 1000 items are returned. Use the ResultSize parameter to specify the number of items returned. To return all items, specify \"-ResultSize Unlimited\". Be aware that, depending on the actual number of items, returning all items can take a long time and consume a large amount of memory. Also, we don't recommend storing the results in a variable. Instead, pipe the results to another task or script to perform batch changes."
        };
        work.session.write_warning(text)?;
        return Ok(false);
    }
    *given += 1;
    work.session.write(value)?;
    Ok(true)
}

/// Writes the rows that an index has found; how many they are.
fn listed(
    work: &mut Work,
    wanted: &Wanted,
    (name, value): (&str, &Match),
    shape: &Arc<Shape>,
    is_exact: bool,
) -> Result<usize> {
    let (directory, noun, facts) = (work.directory.clone(), work.noun, Arc::new(work.facts()));
    let places = match directory.store.read(|reader| reader.places(noun.stored_as(), name, value)) {
        Ok(places) => places,
        Err(error) => return work.fail(&Fault::from(error)).map(|()| 0),
    };
    // The first rows come soon; later parts are long enough to be worth two threads.
    let (mut rest, mut size, mut given) = (places.as_slice(), PAGE, 0);
    while !rest.is_empty() {
        let (part, later) = rest.split_at(size.min(rest.len()));
        (rest, size) = (later, LONG_PAGE);
        let records = match directory.store.records_at(part) {
            Ok(records) => records,
            Err(error) => return work.fail(&Fault::from(error)).map(|()| given),
        };
        for record in records {
            let mut plain = |name: &str| plain_value(&noun, &record, name);
            let fits = is_exact || wanted.filter.as_ref().is_none_or(|f| f.passes(&mut plain));
            if fits && !counted(work, wanted, &mut given, shape.pending(record, facts.clone()))? {
                return Ok(given);
            }
        }
    }
    Ok(given)
}

/// Writes the rows of a list that is read page by page; how many they are.
fn paged(work: &mut Work, wanted: &Wanted, plan: &Plan) -> Result<usize> {
    let (facts, directory, noun) = (work.facts(), work.directory.clone(), work.noun);
    let shows = directory.library.code(noun.name()).and_then(|c| c.shows);
    let (stored, shared) = (noun.stored_as(), Arc::new(facts.clone()));
    let mut places: Option<std::vec::IntoIter<i64>> = None;
    let (mut after, mut given) = (0, 0);
    loop {
        let page = directory.store.read(|reader| {
            let (records, next) = match &plan.narrowed {
                Some((name, value)) => {
                    let places = match &mut places {
                        Some(places) => places,
                        none => none.insert(reader.places(stored, name, value)?.into_iter()),
                    };
                    let part: Vec<i64> = places.by_ref().take(PAGE).collect();
                    (reader.records_at(&part)?, (places.len() > 0).then_some(0))
                }
                None => {
                    let page = reader.records(stored, after, PAGE)?;
                    (page.records, page.next)
                }
            };
            let mut row = Row::new(reader, &directory.library, &facts, noun);
            let mut values = Vec::with_capacity(records.len());
            for record in records {
                if values.len() > wanted.limit.saturating_sub(given) {
                    break;
                }
                if let Some(shape) = &plan.shape {
                    let mut plain = |name: &str| plain_value(&noun, &record, name);
                    if wanted.filter.as_ref().is_none_or(|f| f.passes(&mut plain)) {
                        values.push(shape.pending(record, shared.clone()));
                    }
                    continue;
                }
                let object = record.object(stored)?;
                if shows.is_none_or(|shows| shows(&object)) && passes(wanted, &mut row, reader, work, &facts, &object)?
                {
                    values.push(row.value_of(&object)?);
                }
            }
            Ok((values, next))
        });
        let (values, next) = match page {
            Ok(page) => page,
            Err(error) => return work.fail(&Fault::from(error)).map(|()| given),
        };
        for value in values {
            if !counted(work, wanted, &mut given, value)? {
                return Ok(given);
            }
        }
        match next {
            Some(next) => after = next,
            None => return Ok(given),
        }
    }
}

/// How many objects a name stands for, or how many there are without one, and those of them that the call wants.
fn fitting(
    work: &Work,
    wanted: &Wanted,
    named: Option<&Resolved>,
) -> std::result::Result<(usize, Vec<Object>), StoreError> {
    let (facts, directory, noun) = (work.facts(), work.directory.clone(), work.noun);
    let shows = directory.library.code(noun.name()).and_then(|c| c.shows);
    directory.store.read(|reader| {
        let found = match named {
            Some(named) => identity::find_all(reader, &directory.library, &facts, &noun, named)?,
            None => reader.all(noun.stored_as())?,
        };
        let mut row = Row::new(reader, &directory.library, &facts, noun);
        let (all, mut kept) = (found.len(), Vec::new());
        for object in found {
            if shows.is_none_or(|shows| shows(&object)) && passes(wanted, &mut row, reader, work, &facts, &object)? {
                kept.push(object);
            }
        }
        Ok((all, kept))
    })
}

/// The objects that Get shows, for a noun's own code to choose among.
pub fn found(work: &mut Work) -> std::result::Result<Vec<Object>, Fault> {
    let wanted = wanted(work)?;
    let named = work.bound.get("Identity").filter(|v| !v.is_null() && wanted.pattern.is_none()).map(Resolved::of);
    let (all, mut kept) = fitting(work, &wanted, named.as_ref())?;
    match named {
        Some(named) if all == 0 => Err(identity::absent(&work.facts(), &work.noun, &named.text)),
        _ => {
            kept.truncate(wanted.limit);
            Ok(kept)
        }
    }
}

/// A filter with the session's variables put in.
pub fn read_filter(work: &mut Work, text: &str) -> std::result::Result<Filter, Fault> {
    let mut filter = Filter::parse(text)?;
    filter.resolve(&mut |name| {
        let (variable, properties) = name.split_once('.').unwrap_or((name, ""));
        let found = work.session.variable(variable, command::Scope::Any).map(|v| v.value).unwrap_or_default();
        let mut value = found;
        for property in properties.split('.').filter(|p| !p.is_empty()) {
            value = values::members::get(work.session, &value, property).ok().flatten().unwrap_or_default();
        }
        match value.base() {
            Value::Null => Operand::Null,
            Value::Bool(b) => Operand::Bool(*b),
            other => Operand::Text(to_display(other)),
        }
    });
    Ok(filter)
}

/// The same, where properties that no object has are refused.
fn session_filter(work: &mut Work, text: &str) -> std::result::Result<Filter, Fault> {
    let filter = read_filter(work, text)?;
    let library = work.directory.library.clone();
    let (module, stored) = (work.noun.module(), work.noun.stored_as());
    let is_known = |name: &str| {
        BASE.iter().any(|b| b.eq_ignore_ascii_case(name))
            || library.nouns().any(|n| (n.module() == module || n.stored_as() == stored) && n.property(name).is_some())
    };
    if let Some(unknown) = filter.properties().into_iter().find(|p| !is_known(p)) {
        let text = format!(
            "Cannot bind parameter 'Filter' to the target. Exception setting \"Filter\": \"\"{unknown}\" is not a recognized filterable property. For a complete list of filterable properties see the command help.\""
        );
        return Err(Fault::argument("UnknownFilterProperty", text).at(unknown));
    }
    Ok(filter)
}

fn wanted(work: &mut Work) -> std::result::Result<Wanted, Fault> {
    let mut wanted =
        Wanted { pattern: None, filter: None, equals: Vec::new(), limit: usize::MAX, sort: None, base: None };
    let noun = work.noun;
    if noun.stored_as() == "User" && noun.family() == "directory" {
        wanted.limit = DEFAULT_SIZE;
    }
    let bound = work.bound;
    for (name, value) in bound.iter() {
        let is = |n: &str| name.eq_ignore_ascii_case(n);
        let text = to_display(value);
        if value.is_null() || is_steering(name) {
            continue;
        }
        if is("Identity") {
            if value.as_str().is_some() && text.contains(['*', '?']) {
                wanted.pattern = Some(text);
            }
        } else if is("Filter") {
            // Cs documents are filtered by a pattern on their identity.
            if noun.family() != "directory" && !text.contains(" -") {
                wanted.pattern = Some(text);
            } else {
                wanted.filter = Some(session_filter(work, &text)?);
            }
        } else if is("LdapFilter") {
            let filter = Filter::parse_ldap(&text, &|attribute| crate::identity::attribute(&noun, attribute));
            let bad =
                || Fault::argument("InvalidLdapFilter", format!("The LDAP filter \"{text}\" is not valid.")).at(&text);
            wanted.filter = Some(filter.ok_or_else(bad)?);
        } else if is("All") || is("InputObject") {
            // All is what is given anyway; an object names itself.
        } else if is("Properties") || is("Property") || is("ResultPageSize") || is("SearchScope") {
            // Rows have all properties; pages are the store's; the scope is read with the base.
        } else if is("SearchBase") {
            wanted.base = Some((text.to_lowercase(), work.bound.str("SearchScope").map(|s| s.to_lowercase())));
        } else if is("ResultSize") || is("ResultSetSize") {
            wanted.limit = if text.eq_ignore_ascii_case("unlimited") {
                usize::MAX
            } else {
                text.parse().map_err(|_| {
                    Fault::argument("ResultSize", format!("\"{text}\" is not a valid value of ResultSize."))
                })?
            };
        } else if is("SortBy") {
            wanted.sort = Some(text);
        } else if is("Anr") {
            wanted.equals.push(("*anr".to_owned(), text));
        } else if is("SearchString") && noun.property("DisplayName").is_some() {
            wanted.equals.push(("DisplayName".to_owned(), format!("{text}*")));
        } else if is("Region") && noun.property("Regions").is_some() {
            wanted.equals.push(("Regions".to_owned(), text));
        } else if is("Current") {
            // There is one domain, whoever and wherever asks.
        } else if is("ApplicableTo") {
            // What can be granted to this user: he must exist, and a policy must be one for users.
            work.target("CsUser", value)?;
            wanted.pattern = Some("Tag:*".to_owned());
        } else if is("IncludeSimulator") {
            // Heeded by the gateway's own rule below.
        } else if is("Server") && noun.property("Server").is_none() {
            // Settings of a server are named after it; mailboxes say where they lie.
            let short = link_text(value).split('.').next().unwrap_or_default().to_owned();
            let by = match noun.container() {
                "Servers" => "Name",
                _ if noun.property("ServerName").is_some() => "ServerName",
                _ => "Server",
            };
            wanted.equals.push((by.to_owned(), short));
        } else if is("Server") || noun.property(name).is_some() || is("Name") {
            wanted.equals.push((name.to_string(), link_text(value)));
        } else if is("OrganizationalUnit") || is("OU") {
            wanted.equals.push(("OrganizationalUnit".to_owned(), text));
        } else if is("RecipientTypeDetails") || is("RecipientType") {
            wanted.equals.push((name.to_string(), text));
        } else if matches!(value.base(), Value::Bool(false)) {
            // A switch that is off asks for nothing.
        } else if is_naming(work, name) {
            // Names the object, as Identity does.
        } else if is("MaxResults") {
            wanted.limit = text.parse().unwrap_or(usize::MAX);
        } else if crate::heed::is_kept_by_others(work, name) {
            wanted.equals.push((name.to_string(), text));
        } else if let Some(code) = work.directory.library.code(noun.name()) {
            // The noun's own Get has looked at what it takes; where it has none, only objects that have it are wanted.
            if !code.verbs.iter().any(|(verb, _)| *verb == "Get") {
                wanted.equals.push((name.to_string(), text));
            }
        } else {
            return Err(Fault::unsupported(work.command.name(), name));
        }
    }
    Ok(wanted)
}

fn link_text(value: &Value) -> String {
    let named = Resolved::of(value);
    named.text
}

fn one(work: &mut Work, value: &Value, wanted: &Wanted) -> Result<()> {
    let named = Resolved::of(value);
    match fitting(work, wanted, Some(&named)) {
        Err(error) => work.fail(&Fault::from(error)),
        Ok((0, _)) => {
            let fault = identity::absent(&work.facts(), &work.noun, &named.text);
            work.fail(&fault)
        }
        Ok((_, found)) => found.iter().try_for_each(|object| work.emit(object)),
    }
}

fn passes(
    wanted: &Wanted,
    row: &mut Row,
    reader: &store::Reader,
    work: &Work,
    facts: &Facts,
    object: &Object,
) -> std::result::Result<bool, StoreError> {
    if work.noun.name() == "UMIPGateway"
        && object.flag("Simulator") == Some(true)
        && !work.bound.get("IncludeSimulator").is_some_and(to_bool)
    {
        return Ok(false);
    }
    if let Some((base, scope)) = &wanted.base {
        let dn = dn_of(reader, &work.directory.library, facts, object)?.to_lowercase();
        let parent = dn.split_once(',').map_or("", |(_, rest)| rest);
        let fits = match scope.as_deref() {
            Some("base" | "0") => dn == *base,
            Some("onelevel" | "1") => parent == base,
            _ => dn == *base || dn.ends_with(&format!(",{base}")),
        };
        if !fits {
            return Ok(false);
        }
    }
    if let Some(pattern) = &wanted.pattern {
        let text = text_of(reader, &work.directory.library, facts, object)?;
        let own = [
            text.as_str(),
            object.name.as_str(),
            object.text("DisplayName").unwrap_or_default(),
            object.text("SipAddress").unwrap_or_default(),
        ];
        if !own.iter().any(|t| like(t, pattern)) {
            return Ok(false);
        }
    }
    for (name, expected) in &wanted.equals {
        if name == "*anr" {
            let named = ["DisplayName", "GivenName", "LastName", "Alias"].iter().filter_map(|p| object.text(p));
            if !named.chain([object.name.as_str()]).any(|t| t.to_lowercase().starts_with(&expected.to_lowercase())) {
                return Ok(false);
            }
            continue;
        }
        let value = row.filter_value(object, name)?;
        let texts = texts(&value);
        let short = expected.split('.').next().unwrap_or(expected);
        let fits = |text: &String| {
            like(text, expected)
                || (name.eq_ignore_ascii_case("Server")
                    && text.split('.').next().is_some_and(|t| t.eq_ignore_ascii_case(short)))
        };
        if !texts.iter().any(fits) {
            return Ok(false);
        }
    }
    match &wanted.filter {
        None => Ok(true),
        Some(filter) => {
            let mut failed = None;
            let passed = filter.passes(&mut |name| match row.filter_value(object, name) {
                Ok(value) => value,
                Err(error) => {
                    failed = Some(error);
                    Json::Null
                }
            });
            failed.map_or(Ok(passed), Err)
        }
    }
}

/// The texts of a value, one or several.
pub(crate) fn texts(value: &Json) -> Vec<String> {
    match value {
        Json::Array(items) => items.iter().map(plain_text).collect(),
        other => vec![plain_text(other)],
    }
}

fn plain_text(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        Json::Bool(b) => if *b { "True" } else { "False" }.to_owned(),
        other => other.to_string(),
    }
}

fn sorted(work: &mut Work, wanted: &Wanted) -> Result<()> {
    let (facts, directory, noun) = (work.facts(), work.directory.clone(), work.noun);
    let key = wanted.sort.clone().unwrap_or_default();
    let found = fitting(work, wanted, None).and_then(|(_, found)| {
        directory.store.read(|reader| {
            let mut row = Row::new(reader, &directory.library, &facts, noun);
            let mut keyed = Vec::with_capacity(found.len());
            for object in found {
                keyed.push((plain_text(&row.filter_value(&object, &key)?).to_lowercase(), object));
            }
            Ok(keyed)
        })
    });
    match found {
        Err(error) => work.fail(&Fault::from(error)),
        Ok(mut found) => {
            found.sort_by(|a, b| a.0.cmp(&b.0));
            found.iter().take(wanted.limit).try_for_each(|(_, object)| work.emit(object))
        }
    }
}
