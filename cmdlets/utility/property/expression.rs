//! Property expressions: what `-Property` takes (a name, a wildcard, a script block, a hashtable with keys).

use std::sync::Arc;

use command::{ErrorRecord, Exception, Flow, Invoke, Session, Wildcard};
use values::{Context, ErrorCategory, Result, Str, TypeRef, Value, convert, members};

/// Where a value comes from.
#[derive(Clone)]
pub enum Source {
    /// A property of this name.
    Name(Str),
    /// All properties that fit.
    Pattern(Wildcard),
    /// A script block that sees the object as `$_`.
    Block(Value),
}

/// One entry of a `-Property` list.
#[derive(Clone)]
pub struct Expression {
    /// The name that was given (`Name`/`Label` key), or none.
    pub label: Option<Str>,
    /// The text of the expression itself.
    pub text: Str,
    pub source: Source,
    /// `Ascending`/`Descending` keys of Sort-Object.
    pub descending: Option<bool>,
}

/// Which keys a command allows in a hashtable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// `Expression`, `Name`, `Label`.
    Select,
    /// `Expression`, `Ascending`, `Descending`.
    Sort,
    /// `Expression`.
    Plain,
}

/// The error of a bad entry: PowerShell puts the text into the error's details.
fn bad_entry<T>(id: &str, details: String) -> Result<T> {
    let exception = Exception::new(TypeRef::NOT_SUPPORTED_EXCEPTION, "Specified method is not supported.");
    let record = ErrorRecord::new(Arc::new(exception), id, ErrorCategory::InvalidArgument, Value::Null);
    record.data.lock().details = Some((Str::from(details), None));
    Err(Flow::throw(Arc::new(record)))
}

/// Whether a value is a script block.
pub fn is_block(value: &Value) -> bool {
    value.type_ref() == Some(TypeRef::SCRIPTBLOCK)
}

impl Expression {
    /// The entries of a bound `-Property` value.
    pub fn list(items: &[Value], keys: Keys) -> Result<Vec<Expression>> {
        items.iter().map(|item| Expression::parse(item, keys)).collect()
    }

    /// One entry.
    pub fn parse(item: &Value, keys: Keys) -> Result<Expression> {
        match item.base() {
            Value::Dict(dict) => {
                let entries = dict.to_vec();
                Expression::from_keys(&entries, keys)
            }
            _ if is_block(item) => Ok(Expression::of_block(item)),
            _ => {
                let text = Str::from(convert::to_display(item));
                if text.is_empty() {
                    return bad_entry("ExpressionEmptyString2", "An empty string value is not allowed.".into());
                }
                Ok(Expression::of_name(&text))
            }
        }
    }

    /// The expression of a property's name or pattern.
    pub fn of_name(text: &Str) -> Expression {
        let source =
            if Wildcard::is_pattern(text) { Source::Pattern(Wildcard::new(text)) } else { Source::Name(text.clone()) };
        Expression { label: None, text: text.clone(), source, descending: None }
    }

    fn of_block(block: &Value) -> Expression {
        let text = Str::from(convert::to_display(block));
        Expression { label: None, text, source: Source::Block(block.clone()), descending: None }
    }

    fn from_keys(entries: &[(Value, Value)], keys: Keys) -> Result<Expression> {
        let (mut label, mut source, mut descending) = (None, None, None);
        for (key, value) in entries {
            let name = convert::to_display(key);
            let is = |full: &str| {
                !name.is_empty() && full.len() >= name.len() && full[..name.len()].eq_ignore_ascii_case(&name)
            };
            if is("expression") {
                if is_block(value) {
                    source = Some(Expression::of_block(value));
                } else if value.as_str().is_some() {
                    let text = Str::from(convert::to_display(value));
                    if text.is_empty() {
                        return bad_entry("ExpressionEmptyString1", "An empty string value is not allowed.".into());
                    }
                    source = Some(Expression::of_name(&text));
                } else {
                    let ty = value.type_ref().map_or("null", TypeRef::name);
                    return bad_entry(
                        "DictionaryKeyIllegalValue1",
                        format!(
                            "The \"{name}\" key has a type, {ty}, that is not valid; expected types are {{System.String, System.Management.Automation.ScriptBlock}}."
                        ),
                    );
                }
            } else if keys == Keys::Select && (is("name") || is("label")) {
                match value.as_str() {
                    Some(text) if !text.is_empty() => label = Some(Str::from(text)),
                    Some(_) => {
                        return bad_entry("DictionaryKeyIllegalValue2", "An empty string value is not allowed.".into());
                    }
                    None => {
                        let ty = value.type_ref().map_or("null", TypeRef::name);
                        return bad_entry(
                            "DictionaryKeyIllegalValue2",
                            format!(
                                "The \"{name}\" key has a type, {ty}, that is not valid; expected type is System.String."
                            ),
                        );
                    }
                }
            } else if keys == Keys::Sort && is("ascending") {
                descending = Some(!convert::to_bool(value));
            } else if keys == Keys::Sort && is("descending") {
                descending = Some(convert::to_bool(value));
            } else {
                return bad_entry("DictionaryKeyIllegal", format!("The {name} key is not valid."));
            }
        }
        match source {
            Some(found) => Ok(Expression { label, descending, ..found }),
            None => bad_entry("DictionaryKeyMandatoryEntry", "A mandatory entry for expression is missing.".into()),
        }
    }

    /// The single value of an object; none where the property does not exist. Errors in script blocks give `$null`.
    pub fn value(&self, session: &mut dyn Session, object: &Value) -> Result<Option<Value>> {
        match &self.source {
            Source::Name(name) => property(session, object, name),
            Source::Block(block) => Ok(Some(run_block(session, block, object)?)),
            Source::Pattern(pattern) => {
                let found = properties_of(session, object)?;
                Ok(found.into_iter().find(|(n, _)| pattern.matches(n)).map(|(_, v)| v))
            }
        }
    }
}

/// Runs a calculated property's block; what it throws makes the value `$null`, as PowerShell does.
pub fn run_block(session: &mut dyn Session, block: &Value, object: &Value) -> Result {
    let how = Invoke { item: Some(object.clone()), hides_errors: true, ..Invoke::default() };
    match session.invoke_script(block, how) {
        Ok(output) => Ok(match Value::from_output(output) {
            Value::Void => Value::Null,
            value => value,
        }),
        Err(flow) => match *flow {
            // Calls that go too deep end everything.
            Flow::Throw(record) if record.exception.ty.name_only() != "ScriptCallDepthException" => Ok(Value::Null),
            other => Err(Box::new(other)),
        },
    }
}

/// A property's value; hashtables answer by key first. Properties that throw when read count as `$null`.
pub fn property(session: &mut dyn Session, object: &Value, name: &str) -> Result<Option<Value>> {
    if let Value::Object(o) = object
        && let Some(found) = o.get(name)
    {
        return Ok(Some(found));
    }
    if let Some(dict) = object.as_dict()
        && dict.ty == TypeRef::HASHTABLE
        && let Some(value) = dict.get_str(name)
    {
        return Ok(Some(value));
    }
    // `Count` and `Length` of single objects are the language's, not properties.
    let is_intrinsic = (name.eq_ignore_ascii_case("Count") || name.eq_ignore_ascii_case("Length"))
        && object.as_array().is_none()
        && object.as_str().is_none()
        && object.as_dict().is_none();
    let context: &mut dyn Context = session;
    if is_intrinsic && !members::members(context, object).iter().any(|m| m.name.eq_ignore_ascii_case(name)) {
        return Ok(None);
    }
    match members::get(context, object, name) {
        Ok(found) => Ok(found),
        Err(flow) => match *flow {
            Flow::Throw(_) => Ok(Some(Value::Null)),
            other => Err(Box::new(other)),
        },
    }
}

/// All properties; a hashtable's are its keys.
pub fn properties_of(session: &mut dyn Session, object: &Value) -> Result<Vec<(Str, Value)>> {
    if let Some(dict) = object.as_dict() {
        let entries = dict.to_vec();
        if !entries.is_empty() {
            return Ok(entries.into_iter().map(|(k, v)| (Str::from(convert::to_display(&k)), v)).collect());
        }
    }
    let context: &mut dyn Context = session;
    let mut all = members::properties(context, object)?;
    let hidden = members::hidden_members(context, object);
    if !hidden.is_empty() {
        all.retain(|(name, _)| !hidden.contains(name));
    }
    Ok(all)
}

/// The name of a property as its object spells it.
pub fn spelled(session: &mut dyn Session, object: &Value, name: &Str) -> Str {
    if let Some(o) = object.as_object() {
        let data = o.lock();
        if let Some(at) = data.layout.find(name) {
            return data.layout.names()[at].clone();
        }
    }
    if let Some(dict) = object.as_dict() {
        let data = dict.lock();
        if let Some((key, _)) = data.position(&Value::Str(name.clone())).and_then(|at| data.at(at)) {
            return Str::from(convert::to_display(key));
        }
    }
    let context: &mut dyn Context = session;
    let all = members::members(context, object);
    all.into_iter().find(|m| m.name.eq_ignore_ascii_case(name)).map_or_else(|| name.clone(), |m| m.name)
}
