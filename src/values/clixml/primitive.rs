//! Values that are one element with text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::text::{decode, encode};
use crate::context::Context;
use crate::error::Result;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;
use crate::{convert, members};

/// The element and text of a value, where it is of a known primitive type.
pub fn write(ctx: &mut dyn Context, value: &Value) -> Result<Option<(&'static str, String)>> {
    Ok(Some(match value {
        Value::Str(s) => ("S", encode(s)),
        Value::Char(c) => ("C", c.to_string()),
        Value::Bool(b) => ("B", b.to_string()),
        Value::I8(n) => ("SB", n.to_string()),
        Value::U8(n) => ("By", n.to_string()),
        Value::I16(n) => ("I16", n.to_string()),
        Value::U16(n) => ("U16", n.to_string()),
        Value::I32(n) => ("I32", n.to_string()),
        Value::U32(n) => ("U32", n.to_string()),
        Value::I64(n) => ("I64", n.to_string()),
        Value::U64(n) => ("U64", n.to_string()),
        Value::F32(n) => ("Sg", real(ctx, f64::from(*n), value)?),
        Value::F64(n) => ("Db", real(ctx, *n, value)?),
        Value::Decimal(d) => ("D", d.to_string()),
        Value::Guid(g) => ("G", g.to_string()),
        Value::DateTime(_) => {
            let format = Value::from("yyyy'-'MM'-'dd'T'HH':'mm':'ss.FFFFFFFK");
            let text = members::call(ctx, value, "ToString", &[format])?;
            ("DT", convert::to_str(ctx, &text)?.to_string())
        }
        Value::TimeSpan(ticks) => ("TS", duration(*ticks)),
        Value::Array(a) if a.element == TypeRef::BYTE && a.is_fixed && a.dims.is_none() => {
            let bytes: Vec<u8> = a.to_vec().iter().map(|v| v.as_i64().unwrap_or(0) as u8).collect();
            ("BA", STANDARD.encode(bytes))
        }
        Value::Foreign(_) => match value.type_ref().map(TypeRef::name) {
            Some("System.Version") => ("Version", convert::to_str(ctx, value)?.to_string()),
            Some("System.Uri") => {
                let text = members::get(ctx, value, "OriginalString")?.unwrap_or_else(|| value.clone());
                ("URI", encode(&convert::to_str(ctx, &text)?))
            }
            Some("System.Management.Automation.ScriptBlock") => ("SBK", encode(&convert::to_str(ctx, value)?)),
            Some("System.Xml.XmlDocument") => {
                let text = members::get(ctx, value, "OuterXml")?.unwrap_or_default();
                ("XD", encode(&convert::to_str(ctx, &text)?))
            }
            Some("System.Security.SecureString") => ("SS", secure(ctx, value)?),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

/// The shortest text that reads back as the same number, in the invariant culture.
fn real(ctx: &mut dyn Context, n: f64, value: &Value) -> Result<String> {
    if n.is_infinite() {
        return Ok(if n > 0.0 { "INF" } else { "-INF" }.to_string());
    }
    let text = members::call(ctx, value, "ToString", &[Value::from("R")])?;
    Ok(convert::to_str(ctx, &text)?.replace(',', "."))
}

/// A secure string as on systems without data protection: the characters' UTF-16 bytes in hexadecimal.
fn secure(ctx: &mut dyn Context, value: &Value) -> Result<String> {
    let cast = TypeRef::find("System.Runtime.InteropServices.Marshal");
    let Some(marshal) = cast else { return Ok(String::new()) };
    let pointer = members::call_static(ctx, marshal, "SecureStringToGlobalAllocUnicode", std::slice::from_ref(value))?;
    let text = members::call_static(ctx, marshal, "PtrToStringUni", &[pointer])?;
    let text = convert::to_str(ctx, &text)?;
    Ok(text.utf16().map(|u| format!("{:02x}{:02x}", u & 0xFF, u >> 8)).collect())
}

const SECOND: i64 = 10_000_000;

/// A time span as XML schema writes durations.
pub fn duration(ticks: i64) -> String {
    if ticks == 0 {
        return "PT0S".to_string();
    }
    let size = ticks.unsigned_abs();
    let mut out = String::from(if ticks < 0 { "-P" } else { "P" });
    let (seconds, fraction) = (size / SECOND as u64, size % SECOND as u64);
    let (days, hours, minutes, seconds) = (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    if days > 0 {
        out.push_str(&format!("{days}D"));
    }
    if hours > 0 || minutes > 0 || seconds > 0 || fraction > 0 {
        out.push('T');
    }
    if hours > 0 {
        out.push_str(&format!("{hours}H"));
    }
    if minutes > 0 {
        out.push_str(&format!("{minutes}M"));
    }
    if fraction > 0 {
        out.push_str(&format!("{seconds}.{}S", format!("{fraction:07}").trim_end_matches('0')));
    } else if seconds > 0 {
        out.push_str(&format!("{seconds}S"));
    }
    out
}

/// The type of an element for a primitive value.
pub fn type_of(tag: &str) -> Option<TypeRef> {
    Some(match tag {
        "S" => TypeRef::STRING,
        "SBK" => TypeRef::SCRIPTBLOCK,
        "C" => TypeRef::CHAR,
        "B" => TypeRef::BOOL,
        "DT" => TypeRef::DATETIME,
        "TS" => TypeRef::TIMESPAN,
        "SB" => TypeRef::SBYTE,
        "By" => TypeRef::BYTE,
        "I16" => TypeRef::INT16,
        "U16" => TypeRef::UINT16,
        "I32" => TypeRef::INT32,
        "U32" => TypeRef::UINT32,
        "I64" => TypeRef::INT64,
        "U64" => TypeRef::UINT64,
        "Sg" => TypeRef::SINGLE,
        "Db" => TypeRef::DOUBLE,
        "D" => TypeRef::DECIMAL,
        "BA" => TypeRef::BYTE.array_of(1),
        "G" => TypeRef::GUID,
        "URI" => TypeRef::URI,
        "Version" => TypeRef::VERSION,
        "XD" => TypeRef::XML_DOCUMENT,
        "SS" => TypeRef::SECURE_STRING,
        _ => return None,
    })
}

/// The value of an element's text; none where the text is not valid for the type.
pub fn read(ctx: &mut dyn Context, tag: &str, text: &str) -> Result<Option<Value>> {
    let trimmed = text.trim();
    Ok(match tag {
        "S" | "SBK" => Some(Value::Str(decode(text))),
        "C" => trimmed.parse().ok().map(Value::Char),
        "B" => match trimmed {
            "true" | "1" => Some(Value::Bool(true)),
            "false" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        "SB" => trimmed.parse().ok().map(Value::I8),
        "By" => trimmed.parse().ok().map(Value::U8),
        "I16" => trimmed.parse().ok().map(Value::I16),
        "U16" => trimmed.parse().ok().map(Value::U16),
        "I32" => trimmed.parse().ok().map(Value::I32),
        "U32" => trimmed.parse().ok().map(Value::U32),
        "I64" => trimmed.parse().ok().map(Value::I64),
        "U64" => trimmed.parse().ok().map(Value::U64),
        "Sg" => number(trimmed).map(|n| Value::F32(n as f32)),
        "Db" => number(trimmed).map(Value::F64),
        "D" => trimmed.parse::<rust_decimal::Decimal>().ok().map(Value::decimal),
        "G" => uuid::Uuid::parse_str(trimmed).ok().map(|g| Value::Guid(g.into())),
        "TS" => span(trimmed).map(Value::TimeSpan),
        "BA" => STANDARD.decode(trimmed).ok().map(|b| Value::bytes(&b)),
        "DT" => date(trimmed),
        "SS" => secure_from(ctx, trimmed)?,
        _ => {
            let Some(ty) = type_of(tag) else { return Ok(None) };
            match convert::convert(ctx, &Value::Str(decode(text)), ty) {
                Ok(value) => Some(value),
                Err(flow) if flow.record().is_none() => return Err(flow),
                Err(_) => None,
            }
        }
    })
}

fn number(text: &str) -> Option<f64> {
    match text {
        "INF" => Some(f64::INFINITY),
        "-INF" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ if text.is_empty() || text.contains(['i', 'n', 'I', 'N']) => None,
        _ => text.parse().ok(),
    }
}

/// A duration's ticks: `-P1DT2H3M4.5S`.
fn span(text: &str) -> Option<i64> {
    let (is_negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
    let mut ticks: i128 = 0;
    let mut part = |text: &str, units: &[(char, i128)]| -> Option<()> {
        let mut number = String::new();
        for c in text.chars() {
            if c.is_ascii_digit() || c == '.' {
                number.push(c);
                continue;
            }
            let unit = units.iter().find(|(u, _)| *u == c)?.1;
            let value: rust_decimal::Decimal = number.parse().ok()?;
            let scaled = value.checked_mul(rust_decimal::Decimal::from_i128_with_scale(unit, 0))?;
            ticks += num_traits::ToPrimitive::to_i128(&scaled)?;
            number.clear();
        }
        number.is_empty().then_some(())
    };
    let second = i128::from(SECOND);
    part(date, &[('Y', 365 * 86400 * second), ('M', 30 * 86400 * second), ('D', 86400 * second)])?;
    part(time, &[('H', 3600 * second), ('M', 60 * second), ('S', second)])?;
    i64::try_from(if is_negative { -ticks } else { ticks }).ok()
}

/// A date and time as XML schema writes it, with its kind.
fn date(text: &str) -> Option<Value> {
    let (clock, zone) = match text.strip_suffix('Z') {
        Some(clock) => (clock, Some(None)),
        None => match text.rfind(['+', '-']).filter(|at| *at > 10) {
            Some(at) => (&text[..at], Some(Some(&text[at..]))),
            None => (text, None),
        },
    };
    let parsed = chrono::NaiveDateTime::parse_from_str(clock, "%Y-%m-%dT%H:%M:%S%.f")
        .ok()
        .or_else(|| chrono::NaiveDate::parse_from_str(clock, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0))?;
    let ticks_of = |t: chrono::NaiveDateTime| {
        const EPOCH: i64 = 621_355_968_000_000_000;
        let utc = t.and_utc();
        utc.timestamp() * SECOND + i64::from(utc.timestamp_subsec_nanos()) / 100 + EPOCH
    };
    // Times with an offset are local times; the offset of their day is the machine's own.
    let kind: u64 = match zone {
        None => 0,
        Some(None) => 1,
        Some(Some(_)) => 2,
    };
    Some(Value::DateTime(ticks_of(parsed) as u64 | kind << 62))
}

fn secure_from(ctx: &mut dyn Context, text: &str) -> Result<Option<Value>> {
    let is_hex = text.len().is_multiple_of(4) && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_hex {
        return crate::error::Exception::new(
            TypeRef::PS_ARGUMENT_EXCEPTION,
            format!("The parameter value \"{text}\" is not a valid encrypted string."),
        )
        .identity("Argument", crate::error::ErrorCategory::InvalidArgument, Value::Null)
        .throw();
    }
    let digits = text.as_bytes();
    let byte =
        |at: usize| u16::from_str_radix(std::str::from_utf8(&digits[at..at + 2]).unwrap_or("0"), 16).unwrap_or(0);
    let units: Vec<u16> = (0..digits.len() / 4).map(|i| byte(i * 4) | byte(i * 4 + 2) << 8).collect();
    let secure = members::call_static(ctx, TypeRef::SECURE_STRING, "new", &[])?;
    for unit in units {
        members::call(ctx, &secure, "AppendChar", &[Value::Char(unit)])?;
    }
    Ok(Some(secure))
}

/// The name of a type as errors of the reader give it.
pub fn shown_type(tag: &str) -> Str {
    Str::from(type_of(tag).map_or("", TypeRef::name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_back() {
        let check = |ticks: i64, text: &str| {
            assert_eq!(duration(ticks), text);
            assert_eq!(span(text), Some(ticks), "{text}");
        };
        check(0, "PT0S");
        check(i64::MAX, "P10675199DT2H48M5.4775807S");
        check(-10_000, "-PT0.001S");
        check(936_784_500_000, "P1DT2H1M18.45S");
    }
}
