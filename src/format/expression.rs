//! What names a value of an object on a command line or in a view: a property (with wildcards) or a script block.

use command::{Invoke, Result, Session, Wildcard};
use values::{Flow, PsMember, Str, Value, convert, members};

use crate::view::Source;

/// A property name or script block; resolved names are taken as they are.
#[derive(Clone)]
pub enum Expression {
    Name { name: Str, is_resolved: bool },
    Script(Value),
}

/// A value, or the error that came instead.
pub type Outcome = std::result::Result<Value, Box<Flow>>;

impl Expression {
    /// A name, perhaps with wildcards.
    pub fn name(name: &str) -> Expression {
        Expression::Name { name: Str::from(name), is_resolved: false }
    }

    /// A name that is a property of the object for sure.
    pub fn resolved(name: Str) -> Expression {
        Expression::Name { name, is_resolved: true }
    }

    /// The text that heads a column made from the expression.
    pub fn text(&self) -> String {
        match self {
            Expression::Name { name, .. } => name.to_string(),
            Expression::Script(block) => convert::to_display(block),
        }
    }

    /// The properties of an object that the expression names.
    pub fn resolve(&self, session: &mut dyn Session, object: &Value) -> Result<Vec<Expression>> {
        let Expression::Name { name, is_resolved } = self else { return Ok(vec![self.clone()]) };
        if *is_resolved {
            return Ok(vec![self.clone()]);
        }
        if !Wildcard::is_pattern(name) {
            if let Some(PsMember::PropertySet(set)) = added_member(session, object, name) {
                let names = property_names(session, object);
                let found = set.into_iter().filter(|s| names.iter().any(|n| n.eq_ignore_ascii_case(s)));
                return Ok(found.map(Expression::resolved).collect());
            }
            let names = resolvable_names(session, object);
            if let Some(exact) = names.iter().find(|n| values::collection::equals_ignore_case(n, name)) {
                return Ok(vec![Expression::resolved(exact.clone())]);
            }
            return Ok(match get(session, object, name) {
                Ok(Some(_)) => vec![Expression::resolved(name.clone())],
                _ => Vec::new(),
            });
        }
        let pattern = Wildcard::new(name);
        let names = resolvable_names(session, object);
        Ok(names.into_iter().filter(|n| pattern.matches(n)).map(Expression::resolved).collect())
    }

    /// The value for an object: none where it has no such property. Errors of the object are an outcome, control flow is not.
    pub fn value(&self, session: &mut dyn Session, object: &Value) -> Result<Option<Outcome>> {
        let outcome = match self {
            Expression::Script(block) => {
                let how = Invoke { item: Some(object.clone()), hides_errors: true, ..Invoke::default() };
                match session.invoke_script(block, how) {
                    Ok(items) => Ok(Value::from_output(items)),
                    Err(flow) => Err(flow),
                }
            }
            Expression::Name { name, is_resolved } => {
                if !*is_resolved && Wildcard::is_pattern(name) {
                    let Some(first) = self.resolve(session, object)?.into_iter().next() else { return Ok(None) };
                    return first.value(session, object);
                }
                // What the first object has is asked of the others as the language asks it.
                let found = if *is_resolved && !matches!(object.base(), Value::Object(_) | Value::Dict(_)) {
                    members::get_enumerating(session, object, name)
                } else {
                    get(session, object, name)
                };
                match found {
                    Ok(None) => return Ok(None),
                    Ok(Some(value)) => Ok(value),
                    Err(flow) => Err(flow),
                }
            }
        };
        match outcome {
            Err(flow) if flow.record().is_none_or(|r| r.exception.ty.name_only() == "ScriptCallDepthException") => {
                Err(flow)
            }
            other => Ok(Some(other)),
        }
    }
}

/// A property by name; the keys of dictionaries count as properties. `Count` and `Length`, which every value has in the
/// language, count only where the object has them itself.
fn get(session: &mut dyn Session, object: &Value, name: &str) -> Result<Option<Value>> {
    let found = members::get(session, object, name)?;
    let is_intrinsic = matches!(found, Some(Value::I32(1)))
        && (name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length"))
        && !property_names(session, object).iter().any(|n| n.eq_ignore_ascii_case(name));
    Ok(if is_intrinsic { None } else { found })
}

fn added_member(session: &mut dyn Session, object: &Value, name: &str) -> Option<PsMember> {
    let own = match object {
        Value::Wrapped(w) => w.find(name),
        Value::Object(o) => o.lock().extra.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, m)| m.clone()),
        _ => None,
    };
    if own.is_some() || matches!(object, Value::Object(o) if o.lock().layout.find(name).is_some()) {
        return own;
    }
    members::type_names(object).iter().find_map(|t| session.type_member(t, name))
}

/// Names that an expression may name: the keys of a dictionary, else the properties, added ones first.
fn resolvable_names(session: &mut dyn Session, object: &Value) -> Vec<Str> {
    match object.as_dict() {
        Some(dict) => dict.to_vec().iter().map(|(k, _)| Str::from(convert::to_display(k))).collect(),
        None => ordered_names(session, object, true),
    }
}

/// Names of all properties of an object in the order in which they are shown: its own before those added to it.
pub fn property_names(session: &mut dyn Session, object: &Value) -> Vec<Str> {
    ordered_names(session, object, false)
}

fn ordered_names(session: &mut dyn Session, object: &Value, added_first: bool) -> Vec<Str> {
    if let Value::Object(o) = object {
        let data = o.lock();
        if data.extra.is_empty()
            && data.type_names.is_none()
            && data.base.is_none()
            && o.ty == values::TypeRef::PSCUSTOMOBJECT
        {
            return data.layout.names().to_vec();
        }
    }
    const SHOWN: [&str; 5] = ["Property", "NoteProperty", "AliasProperty", "ScriptProperty", "CodeProperty"];
    let mut listed = members::members(session, object);
    listed.retain(|m| SHOWN.contains(&m.kind));
    listed.sort_by_key(|m| (m.kind == "Property") == added_first);
    let mut names: Vec<Str> = Vec::new();
    for member in listed {
        if !names.iter().any(|n| n.eq_ignore_ascii_case(&member.name)) {
            names.push(member.name);
        }
    }
    names
}

/// The names in `DefaultDisplayPropertySet` of an object or its types; empty where there is none.
pub fn default_property_set(session: &mut dyn Session, object: &Value) -> Vec<Str> {
    match standard_member(session, object, "DefaultDisplayPropertySet") {
        Some(PsMember::PropertySet(names)) => names,
        _ => Vec::new(),
    }
}

/// The name in `DefaultDisplayProperty`.
pub fn default_display_property(session: &mut dyn Session, object: &Value) -> Option<Str> {
    match standard_member(session, object, "DefaultDisplayProperty")? {
        PsMember::Note(value) => value.as_str().filter(|s| !s.is_empty()).map(Str::from),
        _ => None,
    }
}

fn standard_member(session: &mut dyn Session, object: &Value, name: &str) -> Option<PsMember> {
    let pick = |set: Option<PsMember>| match set {
        Some(PsMember::MemberSet(list)) => list.into_iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, m)| m),
        _ => None,
    };
    let own = match object {
        Value::Wrapped(w) => w.find("PSStandardMembers"),
        Value::Object(o) => {
            let data = o.lock();
            data.extra.iter().find(|(n, _)| n.eq_ignore_ascii_case("PSStandardMembers")).map(|(_, m)| m.clone())
        }
        _ => None,
    };
    if let Some(found) = pick(own) {
        return Some(found);
    }
    let names = members::type_names(object);
    let found = names.iter().find_map(|t| pick(session.type_member(t, "PSStandardMembers")));
    found
        .or_else(|| crate::view::unmask(&names)?.iter().find_map(|t| pick(session.type_member(t, "PSStandardMembers"))))
}

/// The expression that names an object in a list of objects: its display property or what looks like a name.
pub fn display_name(session: &mut dyn Session, object: &Value) -> Result<Option<Expression>> {
    if let Some(name) = default_display_property(session, object) {
        return Ok(Some(Expression::name(&name)));
    }
    for pattern in ["name", "id", "key", "*key", "*name", "*id"] {
        let found = Expression::name(pattern).resolve(session, object)?;
        let found = found.into_iter().find(|e| {
            let text = e.text();
            !["PSComputerName", "RunspaceId", "PSShowComputerName"].iter().any(|n| n.eq_ignore_ascii_case(&text))
        });
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The value of a view's source for an object.
pub fn source_value(session: &mut dyn Session, source: &Source, object: &Value) -> Result<Option<Outcome>> {
    let outcome = match source {
        Source::Property(name) => return Expression::name(name).value(session, object),
        Source::Script(block) => return Expression::Script(block.clone()).value(session, object),
        Source::Text(text) => Ok(Value::Str(text.clone())),
        Source::Object => Ok(object.clone()),
        Source::Empty => Ok(Value::from("")),
        Source::Native(code) => code(session, object),
        Source::Path(names) => path(session, object, names),
        Source::Sample(names) => sample(session, object, names),
    };
    match outcome {
        Err(flow) if flow.record().is_none() => Err(flow),
        other => Ok(Some(other)),
    }
}

fn path(session: &mut dyn Session, object: &Value, names: &str) -> Result<Value> {
    let mut at = object.clone();
    for name in names.split('.') {
        at = members::get(session, &at, name)?.unwrap_or_default();
    }
    Ok(at)
}

fn sample(session: &mut dyn Session, object: &Value, names: &str) -> Result<Value> {
    let value = path(session, object, names)?;
    if let Some(dict) = value.as_dict() {
        let entries = dict.to_vec();
        let widest = entries.iter().map(|(k, _)| convert::to_display(k).len()).max().unwrap_or(0);
        let lines: Vec<String> = entries
            .iter()
            .map(|(k, v)| {
                let (key, v) = (convert::to_display(k), convert::to_display(v));
                format!("{key:widest$} = \"{v}{}{}\"", v.replace('\x1b', "`e"), crate::width::RESET)
            })
            .collect();
        return Ok(Value::from(lines.join("\n")));
    }
    let text = convert::to_str(session, &value)?;
    let end = if names == "Reset" { "" } else { crate::width::RESET };
    Ok(Value::from(format!("{text}{}{end}", text.replace('\x1b', "`e"))))
}
