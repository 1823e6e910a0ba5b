//! Property values between scripts and the store.

use std::sync::Arc;

use catalogue::PropertyRow;
use command::{TypeRef, Value};
use serde_json::{Map, Number, Value as Json};
use values::collection::Array;
use values::convert::to_display;

use crate::fault::Fault;
use crate::{SizeValue, size, span};

/// Ticks between 0001-01-01 and 1970-01-01.
const EPOCH: i64 = 621_355_968_000_000_000;
const UTC: u64 = 1 << 62;

/// A value as the property stores it. Links are not resolved here: they arrive as text.
pub fn to_json(property: &PropertyRow, value: &Value) -> Result<Json, Fault> {
    if value.is_null() {
        return Ok(Json::Null);
    }
    if property.is_many() {
        let items = match value.as_array() {
            Some(array) => array.to_vec(),
            None => vec![value.clone()],
        };
        let items: Result<Vec<Json>, Fault> = items.iter().filter(|v| !v.is_null()).map(|v| one(property, v)).collect();
        return items.map(Json::Array);
    }
    match value.as_array() {
        Some(array) if array.len() == 1 => one(property, &array.to_vec()[0]),
        Some(_) if !matches!(property.type_name(), "Object" | "Array" | "PSObject") => Err(unfit(property, value)),
        _ => one(property, value),
    }
}

/// A parameter that is no property, as it is kept: secrets as their hash, credentials as the account's name.
pub(crate) fn kept(value: &Value) -> Json {
    if value.type_ref() == Some(TypeRef::SECURE_STRING) {
        return Json::from(store::pin::hash(&secret(value)));
    }
    match value.as_foreign::<command::NativeObject>() {
        Some(object) if !object.value("UserName").is_null() => Json::from(object.text_of("UserName").as_str()),
        _ => structured(value),
    }
}

/// The text of a secure string, or of what was given instead of one.
pub fn secret(value: &Value) -> String {
    if value.type_ref() == Some(TypeRef::SECURE_STRING) {
        return values::types::security::secure_string::text_of(value);
    }
    to_display(value)
}

fn unfit(property: &PropertyRow, value: &Value) -> Fault {
    let text = format!(
        "Cannot process argument transformation on parameter '{}'. Cannot convert value \"{}\" to type \"{}\".",
        property.name(),
        to_display(value),
        property.type_name()
    );
    Fault::new(
        "ParameterBindingArgumentTransformationException",
        "ParameterArgumentTransformationError",
        command::ErrorCategory::InvalidData,
        text,
    )
}

fn one(property: &PropertyRow, value: &Value) -> Result<Json, Fault> {
    let text = || to_display(value);
    let json = match property.type_name() {
        "Boolean" => match value.base() {
            Value::Bool(b) => Json::Bool(*b),
            Value::Str(s) if s.eq_ignore_ascii_case("true") || s.eq_ignore_ascii_case("$true") => Json::Bool(true),
            Value::Str(s) if s.eq_ignore_ascii_case("false") || s.eq_ignore_ascii_case("$false") => Json::Bool(false),
            other => match other.as_i64() {
                Some(n) => Json::Bool(n != 0),
                None => return Err(unfit(property, value)),
            },
        },
        "Int16" | "Int32" | "Int64" | "UInt16" | "UInt32" | "UInt64" | "Byte" | "UnlimitedInt" => {
            let number = value.as_i64().or_else(|| text().trim().parse().ok()).ok_or_else(|| unfit(property, value))?;
            let number = Json::from(number);
            within(property, &number)?;
            number
        }
        "Double" | "Single" | "Decimal" => {
            let number: f64 = text().trim().parse().map_err(|_| unfit(property, value))?;
            Number::from_f64(number).map(Json::Number).ok_or_else(|| unfit(property, value))?
        }
        name if name.starts_with("Unlimited") || name.contains("Unlimited") => unlimited(property, value)?,
        "ByteQuantifiedSize" => match value.as_foreign::<SizeValue>() {
            Some(size) => Json::from(size.0),
            None => Json::from(size::parse(&text()).ok_or_else(|| unfit(property, value))?),
        },
        "EnhancedTimeSpan" | "TimeSpan" => {
            Json::from(span::display(ticks(value).ok_or_else(|| unfit(property, value))?))
        }
        "DateTime" => match value.base() {
            Value::DateTime(bits) => Json::from(instant(*bits)),
            _ => Json::from(text()),
        },
        "Guid" => {
            let id =
                uuid::Uuid::parse_str(text().trim().trim_matches(['{', '}'])).map_err(|_| unfit(property, value))?;
            Json::from(id.to_string())
        }
        _ => structured(value),
    };
    match &json {
        Json::String(text) if !text.is_empty() => checked_text(property, value, text),
        _ => Ok(json),
    }
}

/// Text: an enumeration's value in its own spelling, limits of length and pattern.
fn checked_text(property: &PropertyRow, value: &Value, text: &str) -> Result<Json, Fault> {
    let names: Vec<&str> = property.values().collect();
    if !names.is_empty() && property.link().is_empty() {
        let found: Option<Vec<&str>> = text
            .split(',')
            .map(|part| {
                let part = part.trim();
                names
                    .iter()
                    .copied()
                    .find(|n| n.eq_ignore_ascii_case(part))
                    .or_else(|| names.get(part.parse::<usize>().ok()?).copied())
            })
            .collect();
        let Some(found) = found else {
            let text = format!(
                "Cannot process argument transformation on parameter '{}'. Cannot convert value \"{text}\" to type \"{}\". Error: \"Unable to match the identifier name {text} to a valid enumerator name. Specify one of the following enumerator names and try again:\n{}\"",
                property.name(),
                property.type_name(),
                names.join(", ")
            );
            return Err(Fault::new(
                "ParameterBindingArgumentTransformationException",
                "ParameterArgumentTransformationError",
                command::ErrorCategory::InvalidData,
                text,
            ));
        };
        return Ok(Json::from(found.join(", ")));
    }
    if property.max_length() > 0 && text.chars().count() > property.max_length() {
        let text = format!(
            "The length of the property is too long. The maximum length is {} and the length of the value provided is {}. The value is \"{text}\". Property Name: {}",
            property.max_length(),
            text.chars().count(),
            property.name()
        );
        return Err(Fault::argument("PropertyTooLong", text));
    }
    if !property.pattern().is_empty() && !simple_match(property.pattern(), text) {
        return Err(Fault::argument(
            "PropertyPattern",
            format!("\"{text}\" is not a valid value of {}.", property.name()),
        )
        .at(text));
    }
    let _ = value;
    Ok(Json::from(text))
}

/// Patterns in catalogue files are one bracketed class, `^[...]*$`.
fn simple_match(pattern: &str, text: &str) -> bool {
    let Some(class) = pattern.strip_prefix("^[").and_then(|p| p.strip_suffix("]*$")) else { return true };
    let marks: Vec<char> = class.chars().collect();
    text.chars().all(|c| {
        let mut i = 0;
        while i < marks.len() {
            if i + 2 < marks.len() && marks[i + 1] == '-' {
                if (marks[i]..=marks[i + 2]).contains(&c) {
                    return true;
                }
                i += 3;
            } else {
                if marks[i] == c {
                    return true;
                }
                i += 1;
            }
        }
        false
    })
}

fn within(property: &PropertyRow, json: &Json) -> Result<(), Fault> {
    let Some(number) = json.as_i64() else { return Ok(()) };
    let (low, high) = (property.minimum().parse::<i64>().ok(), property.maximum().parse::<i64>().ok());
    if low.is_some_and(|l| number < l) || high.is_some_and(|h| number > h) {
        let text = format!(
            "The property value you specified, \"{number}\", isn't valid. The value must be between {} and {}. Property Name: {}",
            property.minimum(),
            property.maximum(),
            property.name()
        );
        return Err(Fault::argument("PropertyOutOfRange", text).at(&number.to_string()));
    }
    Ok(())
}

fn unlimited(property: &PropertyRow, value: &Value) -> Result<Json, Fault> {
    let text = to_display(value);
    if text.eq_ignore_ascii_case("unlimited") {
        return Ok(Json::from("Unlimited"));
    }
    if let Some(size) = value.as_foreign::<SizeValue>() {
        return Ok(Json::from(size::display(size.0)));
    }
    if let Value::TimeSpan(ticks) = value.base() {
        return Ok(Json::from(span::display(*ticks)));
    }
    if let Ok(number) = text.trim().parse::<i64>() {
        // A number is a span of days where the default is a span.
        if property.default_json().contains(':') {
            return Ok(Json::from(span::display(span::parse(&text).unwrap_or(0))));
        }
        let number = Json::from(number);
        within(property, &number)?;
        return Ok(Json::from(text.trim()));
    }
    if let Some(ticks) = span::parse(&text) {
        return Ok(Json::from(span::display(ticks)));
    }
    match size::parse(&text) {
        Some(bytes) => Ok(Json::from(size::display(bytes))),
        None => Err(unfit(property, value)),
    }
}

fn ticks(value: &Value) -> Option<i64> {
    match value.base() {
        Value::TimeSpan(ticks) => Some(*ticks),
        other => span::parse(&to_display(other)),
    }
}

/// Hashtables, objects and lists inside a property; everything else is its text.
pub(crate) fn structured(value: &Value) -> Json {
    match value.base() {
        Value::Null | Value::Void => Json::Null,
        Value::Bool(b) => Json::Bool(*b),
        Value::DateTime(bits) => Json::from(instant(*bits)),
        Value::TimeSpan(ticks) => Json::from(span::display(*ticks)),
        Value::F64(n) => Number::from_f64(*n).map_or(Json::Null, Json::Number),
        Value::Array(items) => Json::Array(items.to_vec().iter().map(structured).collect()),
        Value::Dict(dict) => {
            let entries = dict.to_vec();
            Json::Object(entries.iter().map(|(k, v)| (to_display(k), structured(v))).collect::<Map<_, _>>())
        }
        Value::Object(object) => {
            Json::Object(object.pairs().iter().map(|(k, v)| (k.to_string(), structured(v))).collect())
        }
        other if other.is_number() => match other.as_i64() {
            Some(n) => Json::from(n),
            None => Json::from(to_display(other)),
        },
        other => Json::from(to_display(other)),
    }
}

/// A DateTime's bits as ISO 8601 text.
pub(crate) fn instant(bits: u64) -> String {
    let ticks = (bits & ((1 << 62) - 1)).cast_signed() - EPOCH;
    let (seconds, fraction) = (ticks.div_euclid(10_000_000), ticks.rem_euclid(10_000_000));
    let (days, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let zone = if bits >> 62 == 1 { "Z" } else { "" };
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{fraction:07}{zone}",
        clock / 3600,
        clock / 60 % 60,
        clock % 60
    )
}

/// Gregorian date of a count of days since 1970-01-01.
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468
}

/// DateTime bits of ISO 8601 text.
pub(crate) fn parse_instant(text: &str) -> Option<u64> {
    let (date, clock) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let mut date = date.split('-').map(|p| p.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let is_utc = clock.ends_with('Z');
    let clock = span::parse(clock.trim_end_matches('Z'))?;
    let ticks = days_of(year, month, day) * 864_000_000_000 + clock + EPOCH;
    Some(u64::try_from(ticks).ok()? | if is_utc { UTC } else { 0 })
}

/// A DateTime of ISO 8601 text; other text stays text.
pub fn moment_of(text: &str) -> Value {
    parse_instant(text).map_or_else(|| Value::from(text), Value::DateTime)
}

/// Milliseconds since 1970 of a date or of its text (ISO 8601, or month/day/year).
pub fn milliseconds(value: &Value) -> Option<i64> {
    let bits = match value.base() {
        Value::DateTime(bits) => *bits,
        other => {
            let text = to_display(other);
            let (date, clock) = text.trim().split_once([' ', 'T']).unwrap_or((text.trim(), "00:00:00"));
            let parts: Vec<&str> = date.split('/').collect();
            match parts.as_slice() {
                [month, day, year] => parse_instant(&format!("{year}-{month}-{day}T{clock}"))?,
                _ => parse_instant(&text)?,
            }
        }
    };
    Some(((bits & ((1 << 62) - 1)).cast_signed() - EPOCH) / 10_000)
}

/// A DateTime of a moment in milliseconds since 1970, UTC.
pub fn moment(milliseconds: i64) -> Value {
    Value::DateTime((milliseconds * 10_000 + EPOCH).cast_unsigned() | UTC)
}

/// A stored value as scripts see it. Links are resolved by the caller.
pub fn to_value(property: &PropertyRow, json: Option<&Json>) -> Value {
    if property.is_many() {
        let items = match json {
            Some(Json::Array(items)) => items.iter().map(|item| typed(property.type_name(), item)).collect(),
            Some(Json::Null) | None => Vec::new(),
            Some(other) => vec![typed(property.type_name(), other)],
        };
        return list(items);
    }
    match json {
        None | Some(Json::Null) => match property.type_name() {
            // Text that is not set prints as nothing either way; scripts of the field compare it with ''.
            "String" => Value::from(""),
            _ => Value::Null,
        },
        Some(json) => typed(property.type_name(), json),
    }
}

/// A list that grows, as the products' MultiValuedProperty does.
pub(crate) fn list(items: Vec<Value>) -> Value {
    let ty = TypeRef::find("System.Collections.ArrayList").unwrap_or(TypeRef::OBJECT);
    Value::Array(Arc::new(Array::list(ty, TypeRef::OBJECT, items)))
}

fn typed(type_name: &str, json: &Json) -> Value {
    match (type_name, json) {
        (_, Json::Null) => Value::Null,
        ("ByteQuantifiedSize", Json::Number(n)) => Value::foreign(SizeValue(n.as_u64().unwrap_or(0))),
        ("DateTime", Json::String(text)) => {
            parse_instant(text).map_or_else(|| Value::from(text.as_str()), Value::DateTime)
        }
        ("Guid", Json::String(text)) => {
            uuid::Uuid::parse_str(text).map_or_else(|_| Value::from(text.as_str()), |id| Value::Guid(Arc::new(id)))
        }
        ("EnhancedTimeSpan" | "TimeSpan", Json::String(text)) => {
            span::parse(text).map_or_else(|| Value::from(text.as_str()), Value::TimeSpan)
        }
        ("Int64", Json::Number(n)) => Value::I64(n.as_i64().unwrap_or(0)),
        ("UInt32", Json::Number(n)) => Value::U32(u32::try_from(n.as_u64().unwrap_or(0)).unwrap_or(u32::MAX)),
        (_, json) => plain(json),
    }
}

/// JSON without a type.
pub(crate) fn plain(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => match n.as_i64() {
            Some(n) => i32::try_from(n).map_or(Value::I64(n), Value::I32),
            None => Value::F64(n.as_f64().unwrap_or(0.0)),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => list(items.iter().map(plain).collect()),
        Json::Object(entries) => {
            Value::Object(Arc::new(values::Object::from_pairs(entries.iter().map(|(k, v)| (k.as_str(), plain(v))))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants() {
        let check = |text: &str| assert_eq!(parse_instant(text).map(instant).as_deref(), Some(text));
        check("2026-11-21T14:30:00.0000000Z");
        check("2000-02-29T23:59:59.1234567");
        check("1970-01-01T00:00:00.0000000Z");
        let Value::DateTime(bits) = moment(86_400_000) else { panic!() };
        assert_eq!(instant(bits), "1970-01-02T00:00:00.0000000Z");
    }

    #[test]
    fn patterns() {
        assert!(simple_match("^[0-9*#]*$", "9*#"));
        assert!(!simple_match("^[0-9*#]*$", "9a"));
        assert!(simple_match("^[A-Za-z0-9.+_()-]*$", "Plan-1_(x)"));
    }
}
