//! Dates, spans, identifiers, types, switches, documents and regexes.

use super::fail::{change_type, failed, failed_as, inner_message};
use super::text::to_str;
use crate::context::Context;
use crate::culture::Culture;
use crate::error::Result;
use crate::members;
use crate::string::Str;
use crate::time::{self, Clock, DateStyles, DateTime, Kind, Zone};
use crate::types::TypeRef;
use crate::value::Value;

const WITH_PROVIDER: &str = "InvalidCastParseTargetInvocationWithFormatProvider";
const CONSTRUCTOR: &str = "InvalidCastConstructorException";

/// The zone and the present time of the session.
pub fn clock(ctx: &dyn Context) -> Clock {
    let zone = Zone::find(ctx.time_zone()).unwrap_or(Zone::Utc);
    let utc = DateTime::new(ctx.utc_now_ticks(), Kind::Utc).unwrap_or_else(|_| DateTime::from_bits(0));
    let now = utc.to_local(&zone);
    Clock { zone, now }
}

fn datetime_of(ctx: &mut dyn Context, text: &Str, culture: &Culture) -> Result {
    match time::parse_datetime(text, culture, DateStyles::NONE, &clock(ctx)) {
        Ok(d) => Ok(Value::DateTime(d.to_bits())),
        Err(e) => failed_as(WITH_PROVIDER, text, TypeRef::DATETIME, &e.to_string()),
    }
}

/// A value as `-as` and the parameters of commands take it: dates are read by the session's culture, unlike in a cast.
pub fn by_culture(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result {
    let is_date = ty == TypeRef::DATETIME || crate::types::bind::nullable(ty) == Some(TypeRef::DATETIME);
    match value.base() {
        Value::Str(text) if is_date => {
            let name = ctx.culture_name().to_string();
            match Culture::get(&name) {
                Ok(culture) => datetime_of(ctx, text, &culture),
                Err(_) => datetime_of(ctx, text, Culture::invariant()),
            }
        }
        _ => super::convert(ctx, value, ty),
    }
}

pub fn to_datetime(ctx: &mut dyn Context, value: &Value) -> Result<Option<Value>> {
    let ty = TypeRef::DATETIME;
    match value {
        Value::Str(text) => datetime_of(ctx, text, Culture::invariant()).map(Some),
        Value::Bool(_) => change_type(ctx, value, ty),
        Value::F64(_) | Value::F32(_) | Value::Decimal(_) | Value::U64(_) => {
            let text = to_str(ctx, value)?;
            to_datetime(ctx, &Value::Str(text))
        }
        other => match other.as_i64() {
            Some(ticks) => match DateTime::new(ticks, Kind::Unspecified) {
                Ok(d) => Ok(Some(Value::DateTime(d.to_bits()))),
                Err(_) => {
                    let why = "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks. (Parameter 'ticks')";
                    failed(ctx, CONSTRUCTOR, value, ty, why)
                }
            },
            None => Ok(None),
        },
    }
}

pub fn to_timespan(ctx: &mut dyn Context, value: &Value) -> Result<Option<Value>> {
    let ty = TypeRef::TIMESPAN;
    match value {
        Value::Str(text) => match time::parse_span(text, &Culture::invariant().number) {
            Ok(span) => Ok(Some(Value::TimeSpan(span.0))),
            Err(e) => failed_as(WITH_PROVIDER, text, ty, &e.to_string()),
        },
        Value::Bool(_) | Value::DateTime(_) => change_type(ctx, value, ty),
        Value::F64(_) | Value::F32(_) | Value::Decimal(_) | Value::U64(_) => {
            let text = to_str(ctx, value)?;
            to_timespan(ctx, &Value::Str(text))
        }
        other => Ok(other.as_i64().map(Value::TimeSpan)),
    }
}

pub fn to_guid(ctx: &mut dyn Context, value: &Value) -> Result<Option<Value>> {
    let ty = TypeRef::GUID;
    match value {
        Value::Str(text) => match parse_guid(text) {
            Ok(guid) => Ok(Some(Value::Guid(std::sync::Arc::new(guid)))),
            Err(why) => failed_as(WITH_PROVIDER, text, ty, why),
        },
        Value::Array(a) if a.element == TypeRef::BYTE => {
            let bytes: Vec<u8> = a.to_vec().iter().filter_map(|b| b.as_i64()).map(|b| b as u8).collect();
            match <[u8; 16]>::try_from(bytes.as_slice()) {
                Ok(bytes) => Ok(Some(Value::Guid(std::sync::Arc::new(uuid::Uuid::from_bytes_le(bytes))))),
                Err(_) => {
                    let why = "Byte array for Guid must be exactly 16 bytes long. (Parameter 'b')";
                    failed(ctx, CONSTRUCTOR, value, ty, why)
                }
            }
        }
        _ if value.is_number() && !matches!(value, Value::BigInt(_)) => {
            let text = to_str(ctx, value)?;
            to_guid(ctx, &Value::Str(text))
        }
        _ => Ok(None),
    }
}

/// `Guid.Parse`: the five formats D, N, B, P and X.
pub fn parse_guid(text: &str) -> std::result::Result<uuid::Uuid, &'static str> {
    let t = text.trim();
    let body = t
        .strip_prefix('{')
        .and_then(|b| b.strip_suffix('}'))
        .or_else(|| t.strip_prefix('(').and_then(|b| b.strip_suffix(')')))
        .unwrap_or(t);
    if body.starts_with("0x") {
        let digits: Vec<&str> = body.split([',', '{', '}']).map(str::trim).filter(|p| !p.is_empty()).collect();
        let widths = [8, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2];
        if digits.len() == widths.len() {
            let mut hex = String::new();
            for (part, width) in digits.iter().zip(widths) {
                let number = part.trim_start_matches("0x");
                hex.push_str(&format!("{number:0>width$}"));
            }
            return uuid::Uuid::try_parse(&hex).map_err(|_| "Could not find any recognizable digits.");
        }
    }
    let is_plain = body.len() == 32 || body.len() == 36;
    if !is_plain || (body.len() == 32 && t != body) {
        return Err("Unrecognized Guid format.");
    }
    if body.len() == 36 {
        let dashes: Vec<usize> = body.match_indices('-').map(|(i, _)| i).collect();
        if dashes != [8, 13, 18, 23] {
            return Err("Dashes are in the wrong position for GUID parsing.");
        }
    }
    uuid::Uuid::try_parse(body).map_err(|_| "Guid string should only contain hexadecimal characters.")
}

pub fn to_type(ctx: &mut dyn Context, value: &Value) -> Result<Option<Value>> {
    let text = match value {
        Value::Str(text) => text.clone(),
        _ if value.is_number() && !matches!(value, Value::BigInt(_)) => to_str(ctx, value)?,
        _ => return Ok(None),
    };
    if !text.trim().is_empty()
        && let Some(ty) = ctx.find_type(&text)
    {
        return Ok(Some(Value::Type(ty)));
    }
    let message = format!("Cannot convert the \"{text}\" value of type \"System.String\" to type \"System.Type\".");
    super::fail::cast_error("InvalidCastFromStringToType", message).throw()
}

/// SwitchParameter: from Booleans only.
pub fn to_switch(ctx: &mut dyn Context, value: &Value) -> Result<Option<Value>> {
    let is_on = match value {
        Value::Bool(on) => *on,
        _ => return Ok(None),
    };
    members::call_static(ctx, TypeRef::SWITCH, "new", &[Value::Bool(is_on)]).map(Some)
}

/// A document read from the value's text, whatever the value is.
pub fn to_xml(ctx: &mut dyn Context, value: &Value) -> Result<Option<Value>> {
    let ty = TypeRef::XML_DOCUMENT;
    let id = "InvalidCastToXmlDocument";
    let text = to_str(ctx, value)?;
    let document = members::call_static(ctx, ty, "new", &[])?;
    if text.trim().is_empty() {
        return Ok(Some(document));
    }
    // Text outside of any element is read as a node that a document can't hold.
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        let why = "The specified node cannot be inserted as the valid child of this node, because the specified node is the wrong type.";
        return failed(ctx, id, value, ty, why);
    }
    match members::call(ctx, &document, "LoadXml", &[Value::Str(text)]) {
        Ok(_) => Ok(Some(document)),
        Err(flow) => {
            // No message quotes millions of characters after a stop.
            crate::stop::check()?;
            let Some(why) = inner_message(&flow) else { return Err(flow) };
            if why.starts_with("Unexpected end of file") && !why.contains("has occurred") {
                return failed(ctx, id, value, ty, "Data at the root level is invalid. Line 1, position 1.");
            }
            failed(ctx, id, value, ty, &why)
        }
    }
}

pub fn to_regex(ctx: &mut dyn Context, value: &Value) -> Result<Option<Value>> {
    let text = match value {
        Value::Str(text) => text.clone(),
        _ if value.is_number() && !matches!(value, Value::BigInt(_)) => to_str(ctx, value)?,
        _ => return Ok(None),
    };
    match members::call_static(ctx, TypeRef::REGEX, "new", &[Value::Str(text.clone())]) {
        Ok(regex) => Ok(Some(regex)),
        Err(flow) => match inner_message(&flow) {
            Some(why) => failed_as("InvalidCastFromStringToRegex", &text, TypeRef::REGEX, &why),
            None => Err(flow),
        },
    }
}
