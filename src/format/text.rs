//! The text of a value in a cell.

use command::{Result, Session};
use values::operators::{Binary, Effects, binary};
use values::{Str, Value, convert, members};

use crate::expression;

/// What `$FormatEnumerationLimit` is where nobody set it to a number.
pub const DEFAULT_ENUMERATION_LIMIT: i64 = 4;

/// `$global:FormatEnumerationLimit`.
pub fn enumeration_limit(session: &mut dyn Session) -> i64 {
    match session.variable("FormatEnumerationLimit", command::Scope::Global).map(|v| v.value.into_base()) {
        Some(Value::I32(n)) => i64::from(n),
        _ => DEFAULT_ENUMERATION_LIMIT,
    }
}

/// How a cell's value becomes text.
#[derive(Clone, Default)]
pub struct Directive {
    pub format: Option<Str>,
    /// In tables, fractions are shown with the culture's number of decimals.
    pub is_table: bool,
}

/// The items under which formatting sees a collection or dictionary; none for a single object.
pub fn enumerate(session: &mut dyn Session, value: &Value) -> Result<Option<Vec<Value>>> {
    match value.base() {
        Value::Dict(dict) => Ok(Some(entries(dict))),
        base => {
            let base = base.clone();
            members::enumerate(session, &base)
        }
    }
}

/// The entries of a dictionary as objects: DictionaryEntry, or KeyValuePair for generic ones.
fn entries(dict: &values::Dict) -> Vec<Value> {
    dict.to_vec().into_iter().map(|(key, value)| values::types::entry_of(dict.ty, key, value)).collect()
}

/// As .NET's `ToString` gives it: collections by their type.
fn plain(value: &Value) -> String {
    match value.base() {
        Value::Array(a) => a.ty.name().to_string(),
        other => convert::to_display(other),
    }
}

/// The text of a value: collections in braces, cut at the limit.
pub fn smart_text(session: &mut dyn Session, value: &Value, limit: i64, is_table: bool) -> Result<String> {
    match value {
        Value::Null | Value::Void => return Ok(String::new()),
        Value::Str(s) => return Ok(s.to_string()),
        Value::I32(n) => return Ok(n.to_string()),
        // A type shows its whole name, not the one that scripts write.
        Value::Type(ty) => return Ok(ty.full_name().to_string()),
        _ => {}
    }
    let pairs = value.as_dict().map(|dict| {
        let pair = |(key, item): (Value, Value)| Value::from(format!("[{}, {}]", plain(&key), plain(&item)));
        dict.to_vec().into_iter().map(pair).collect()
    });
    let items = match pairs {
        Some(pairs) => Some(pairs),
        None => enumerate(session, value)?,
    };
    if let Some(items) = items {
        let mut text = String::from("{");
        for (number, item) in items.iter().enumerate() {
            if limit >= 0 && number as i64 == limit {
                text.push_str(crate::width::ELLIPSIS);
                break;
            }
            if number > 0 {
                text.push_str(", ");
            }
            text.push_str(&object_name(session, item)?);
        }
        text.push('}');
        return Ok(text);
    }
    if is_table && matches!(value.base(), Value::F64(_) | Value::F32(_) | Value::Decimal(_)) {
        let text = members::call(session, value.base(), "ToString", &[Value::from("F")])?;
        return Ok(convert::to_str(session, &text)?.to_string());
    }
    culture_text(session, value)
}

/// The text of a single value by the session's culture, where conversion to text would go by the invariant one.
pub fn culture_text(session: &mut dyn Session, value: &Value) -> Result<String> {
    // A number that was an argument shows as it was written.
    if let Value::Wrapped(w) = value
        && let Some(token) = w.token.as_ref().or(w.text.as_ref())
    {
        return Ok(token.to_string());
    }
    let goes_by_culture = match value.base() {
        Value::F64(_) | Value::F32(_) | Value::Decimal(_) | Value::DateTime(_) | Value::BigInt(_) => true,
        Value::Foreign(f) => {
            matches!(
                f.type_ref().name(),
                "System.DateTimeOffset" | "System.DateOnly" | "System.TimeOnly" | "System.Half"
            )
        }
        _ => false,
    };
    let has_own_text = matches!(value, Value::Wrapped(w) if w.find("ToString").is_some());
    if goes_by_culture && !has_own_text {
        let base = value.base().clone();
        let format: Vec<Value> = match base {
            Value::F64(_) => vec![Value::from("G15")],
            Value::F32(_) => vec![Value::from("G7")],
            _ => Vec::new(),
        };
        let text = members::call(session, &base, "ToString", &format)?;
        return Ok(convert::to_str(session, &text)?.to_string());
    }
    Ok(convert::to_str(session, value)?.to_string())
}

/// How an object appears in a list of objects.
fn object_name(session: &mut dyn Session, value: &Value) -> Result<String> {
    match value {
        Value::Null | Value::Void => return Ok("$null".to_string()),
        Value::Array(a) => return join(session, a),
        Value::Dict(d) => return Ok(d.ty.name().to_string()),
        Value::Foreign(f) => {
            let f = f.clone();
            // Groups have no text of their own but that of captures, so that their name stands for them.
            let inherits_text = matches!(
                f.type_ref().name(),
                "System.Text.RegularExpressions.Match" | "System.Text.RegularExpressions.Group"
            );
            if (inherits_text || f.display(session)?.is_none())
                && let Some(name) = expression::display_name(session, value)?
                && let Some(Ok(found)) = name.value(session, value)?
            {
                return Ok(convert::to_str(session, &found)?.to_string());
            }
        }
        _ => {}
    }
    culture_text(session, value)
}

fn join(session: &mut dyn Session, array: &values::Array) -> Result<String> {
    let mut parts = Vec::new();
    for item in array.to_vec() {
        parts.push(convert::to_str(session, &item)?.to_string());
    }
    Ok(parts.join(" "))
}

/// The text of a cell by its directive. A format that the value refuses falls back to the plain text; `failed` says so.
pub fn field(
    session: &mut dyn Session,
    directive: &Directive,
    value: &Value,
    limit: i64,
    failed: &mut bool,
) -> Result<String> {
    if let Some(format) = directive.format.as_ref().filter(|f| !f.is_empty()) {
        let subject = if value.is_null() { Value::from("") } else { value.clone() };
        let made = if format.contains("{0") || format.contains('}') {
            let args = Value::array(vec![subject]);
            binary(session, Binary::Format, false, &Value::Str(format.clone()), &args, &mut Effects::default())
        } else {
            match subject.base() {
                Value::Str(s) => Ok(Value::Str(s.clone())),
                base => {
                    let base = base.clone();
                    members::call(session, &base, "ToString", &[Value::Str(format.clone())])
                }
            }
        };
        match made {
            Ok(text) => return Ok(convert::to_str(session, &text)?.to_string()),
            Err(flow) if flow.record().is_none() => return Err(flow),
            Err(_) => *failed = true,
        }
    }
    match smart_text(session, value, limit, directive.is_table) {
        Ok(text) => Ok(text),
        Err(flow) if flow.record().is_none() => Err(flow),
        Err(_) => Ok(String::new()),
    }
}

/// Types whose values are shown as text wherever they stand. An enumeration that comes from elsewhere is none of them: its type
/// data give it a property.
pub fn is_scalar(names: &[Str]) -> bool {
    const SCALARS: [&str; 17] = [
        "System.String",
        "System.SByte",
        "System.Byte",
        "System.Int16",
        "System.UInt16",
        "System.Int32",
        "System.UInt32",
        "System.Int64",
        "System.UInt64",
        "System.Char",
        "System.Single",
        "System.Double",
        "System.Boolean",
        "System.Decimal",
        "System.IntPtr",
        "System.Security.SecureString",
        "System.Numerics.BigInteger",
    ];
    let Some(first) = names.first() else { return false };
    let name = first.strip_prefix("Deserialized.").unwrap_or(first);
    SCALARS.iter().any(|s| s.eq_ignore_ascii_case(name)) || names.get(1).is_some_and(|n| n.as_str() == "System.Enum")
}
