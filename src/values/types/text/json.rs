//! System.Text.Json: JsonDocument, JsonElement and JsonProperty.

use crate::error::Result;
use crate::json::tree::{self, Element, Kind};
use crate::types::system::enumeration;
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold_named, state_of};
use crate::value::Value;

const ELEMENT: &str = "System.Text.Json.JsonElement";
const DOCUMENT: &str = "System.Text.Json.JsonDocument";

impl State for Element {
    fn text(&self) -> Option<String> {
        Some(match self.kind() {
            Kind::String => self.text().unwrap_or_default(),
            Kind::True => "True".to_string(),
            Kind::False => "False".to_string(),
            Kind::Null => String::new(),
            _ => self.raw().to_string(),
        })
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.raw() == other.raw()
    }
}

/// A property of an object.
struct Property(Element);
impl State for Property {
    fn text(&self) -> Option<String> {
        Some(format!("{}:{}", quoted(self.0.name()), self.0.raw()))
    }
}

/// A document; none once it was disposed of.
struct Document(Option<Element>);
impl State for Document {}

/// A text as JSON writes it: what may be taken for markup is escaped, as .NET does by default.
pub fn quoted(text: &str) -> String {
    quoted_with(text, false)
}

/// The same; the relaxed form escapes no more than JSON must.
pub fn quoted_with(text: &str, is_relaxed: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for unit in text.encode_utf16() {
        match unit {
            8 => out.push_str("\\b"),
            9 => out.push_str("\\t"),
            10 => out.push_str("\\n"),
            12 => out.push_str("\\f"),
            13 => out.push_str("\\r"),
            0x5C => out.push_str("\\\\"),
            0x22 if is_relaxed => out.push_str("\\\""),
            0x20..=0x7E if is_relaxed || !matches!(unit as u8, b'"' | b'&' | b'\'' | b'+' | b'<' | b'>' | b'`') => {
                out.push(unit as u8 as char);
            }
            _ if is_relaxed && unit >= 0xA0 && !(0xD800..0xE000).contains(&unit) => {
                out.extend(char::from_u32(u32::from(unit)));
            }
            _ => out.push_str(&format!("\\u{unit:04X}")),
        }
    }
    out.push('"');
    out
}

/// An element as a value.
pub fn element(e: Element) -> Value {
    hold_named(ELEMENT, e)
}

/// Reads a text; what is wrong with it is a JsonException.
pub fn parse(text: &str, options: &Value) -> Result<Element> {
    let allows = |name: &str| {
        crate::types::record::field(options, name)
            .is_some_and(|v| v.as_i64().unwrap_or(0) != 0 || crate::convert::to_bool(&v))
    };
    let comments = allows("CommentHandling") || allows("ReadCommentHandling");
    match tree::read(text, comments, allows("AllowTrailingCommas")) {
        Ok(root) => Ok(root),
        Err(fault) => fail::named("System.Text.Json.JsonException", fault.to_string()).throw(),
    }
}

/// The text of an argument that holds JSON: a string, bytes or a stream.
pub fn source(c: &mut Call<'_>, at: usize) -> Result<String> {
    let given = c.arg(at).clone();
    if given.is_null() {
        return fail::null(c.parameter_name(at)).throw();
    }
    if let Some(text) = given.as_str() {
        return Ok(text.to_string());
    }
    if given.as_array().is_some() {
        return Ok(String::from_utf8_lossy(&c.bytes(at)).into_owned());
    }
    let bytes = crate::types::io::stream::with(&given, |s| s.read(usize::MAX >> 1))??;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Object => "Object",
        Kind::Array => "Array",
        Kind::String => "String",
        Kind::Number => "Number",
        Kind::True => "True",
        Kind::False => "False",
        Kind::Null => "Null",
    }
}

fn own(c: &Call<'_>) -> Result<Element> {
    c.with(|e: &mut Element| e.clone())
}

/// The error of a member that another kind of value has.
fn needs<T>(wanted: &str, e: &Element) -> Result<T> {
    let text = format!(
        "The requested operation requires an element of type '{wanted}', but the target element has type '{}'.",
        kind_name(e.kind())
    );
    fail::invalid(text).throw()
}

fn of_kind(c: &Call<'_>, kind: Kind) -> Result<Element> {
    let e = own(c)?;
    if e.kind() == kind { Ok(e) } else { needs(kind_name(kind), &e) }
}

/// What a member such as `GetInt32` or `TryGetInt32` gives; none where the value does not fit.
fn number(e: &Element, name: &str) -> Option<Value> {
    let raw = e.raw();
    Some(match name {
        "Byte" => Value::U8(raw.parse().ok()?),
        "SByte" => Value::I8(raw.parse().ok()?),
        "Int16" => Value::I16(raw.parse().ok()?),
        "UInt16" => Value::U16(raw.parse().ok()?),
        "Int32" => Value::I32(raw.parse().ok()?),
        "UInt32" => Value::U32(raw.parse().ok()?),
        "Int64" => Value::I64(raw.parse().ok()?),
        "UInt64" => Value::U64(raw.parse().ok()?),
        "Double" => Value::F64(raw.parse().ok()?),
        "Single" => Value::F32(raw.parse().ok()?),
        _ => return None,
    })
}

/// The value that `Get<name>` gives of a string.
fn of_text(c: &mut Call<'_>, e: &Element, name: &str) -> Option<Value> {
    let text = Value::from(e.text()?);
    let ty = match name {
        "Guid" => TypeRef::GUID,
        "DateTime" => TypeRef::DATETIME,
        "DateTimeOffset" => TypeRef::DATETIME_OFFSET,
        _ => {
            let convert = TypeRef::find("System.Convert")?;
            return crate::members::call_static(c.ctx, convert, "FromBase64String", &[text]).ok();
        }
    };
    crate::convert::convert(c.ctx, &text, ty).ok()
}

fn wanted(c: &mut Call<'_>, name: &str) -> Result<Option<Value>> {
    let is_text = matches!(name, "Guid" | "DateTime" | "DateTimeOffset" | "BytesFromBase64");
    let e = of_kind(c, if is_text { Kind::String } else { Kind::Number })?;
    if is_text {
        return Ok(of_text(c, &e, name));
    }
    if name == "Decimal" {
        let text = Value::from(e.raw());
        return Ok(crate::convert::convert(c.ctx, &text, TypeRef::DECIMAL).ok());
    }
    Ok(number(&e, name))
}

fn get(c: &mut Call<'_>) -> Result {
    let name = c.name.strip_prefix("Get").unwrap_or(c.name).to_string();
    match wanted(c, &name)? {
        Some(value) => Ok(value),
        None if matches!(name.as_str(), "Guid" | "DateTime" | "DateTimeOffset" | "BytesFromBase64") => {
            let text = "The JSON value is not in a supported format.";
            fail::format(text).throw()
        }
        None => fail::format("Either the JSON value is not in a supported format, or is out of bounds for its type.")
            .throw(),
    }
}

fn try_get(c: &mut Call<'_>) -> Result {
    let name = c.name.strip_prefix("TryGet").unwrap_or(c.name).to_string();
    let found = wanted(c, &name)?;
    let is_there = found.is_some();
    c.set_ref(0, found.unwrap_or_default())?;
    Ok(Value::Bool(is_there))
}

const ELEMENT_MEMBERS: &[(&str, Behaviour)] = &[
    ("::Parse", |c| {
        let text = source(c, 0)?;
        parse(&text, &c.arg(1).clone()).map(element)
    }),
    ("::DeepEquals", |c| {
        let same = match (state_of::<Element>(c.arg(0)), state_of::<Element>(c.arg(1))) {
            (Some(a), Some(b)) => a.is_same(&b),
            _ => false,
        };
        Ok(Value::Bool(same))
    }),
    ("ValueKind", |c| own(c).map(|e| enumeration::make("System.Text.Json.JsonValueKind", e.kind() as i64))),
    ("Clone", |c| own(c).map(element)),
    ("GetRawText", |c| own(c).map(|e| Value::from(e.raw()))),
    ("GetString", |c| {
        let e = own(c)?;
        match e.kind() {
            Kind::String => Ok(e.text().map_or(Value::Null, Value::from)),
            Kind::Null => Ok(Value::Null),
            _ => needs("String", &e),
        }
    }),
    ("GetBoolean", |c| {
        let e = own(c)?;
        match e.kind() {
            Kind::True => Ok(Value::Bool(true)),
            Kind::False => Ok(Value::Bool(false)),
            _ => needs("Boolean", &e),
        }
    }),
    ("GetArrayLength", |c| of_kind(c, Kind::Array).map(|e| Value::I32(e.children().len() as i32))),
    ("GetPropertyCount", |c| of_kind(c, Kind::Object).map(|e| Value::I32(e.children().len() as i32))),
    ("EnumerateArray", |c| {
        let items = of_kind(c, Kind::Array)?.children().into_iter().map(element).collect();
        Ok(Value::typed_array(TypeRef::find(ELEMENT).unwrap_or(TypeRef::OBJECT), items))
    }),
    ("EnumerateObject", |c| {
        let name = "System.Text.Json.JsonProperty";
        let items = of_kind(c, Kind::Object)?.children().into_iter().map(|e| hold_named(name, Property(e))).collect();
        Ok(Value::typed_array(TypeRef::find(name).unwrap_or(TypeRef::OBJECT), items))
    }),
    ("GetProperty", |c| {
        let (e, name) = (of_kind(c, Kind::Object)?, c.need_str(0)?);
        match e.property(&name) {
            Some(found) => Ok(element(found)),
            None => fail::named(
                "System.Collections.Generic.KeyNotFoundException",
                "The given key was not present in the dictionary.",
            )
            .throw(),
        }
    }),
    ("TryGetProperty", |c| {
        let (e, name) = (of_kind(c, Kind::Object)?, c.need_str(0)?);
        let found = e.property(&name);
        let is_there = found.is_some();
        c.set_ref(1, found.map_or(Value::Null, element))?;
        Ok(Value::Bool(is_there))
    }),
    ("[]", |c| {
        let (items, at) = (of_kind(c, Kind::Array)?.children(), c.long(0));
        match usize::try_from(at).ok().and_then(|at| items.into_iter().nth(at)) {
            Some(found) => Ok(element(found)),
            None => fail::bounds().throw(),
        }
    }),
    ("ValueEquals", |c| {
        let e = own(c)?;
        match e.kind() {
            Kind::String => Ok(Value::Bool(c.has(0) && e.text().as_deref() == Some(c.str(0).as_str()))),
            Kind::Null => Ok(Value::Bool(!c.has(0))),
            _ => needs("String", &e),
        }
    }),
    ("GetByte", get),
    ("GetSByte", get),
    ("GetInt16", get),
    ("GetUInt16", get),
    ("GetInt32", get),
    ("GetUInt32", get),
    ("GetInt64", get),
    ("GetUInt64", get),
    ("GetDouble", get),
    ("GetSingle", get),
    ("GetDecimal", get),
    ("GetGuid", get),
    ("GetDateTime", get),
    ("GetDateTimeOffset", get),
    ("GetBytesFromBase64", get),
    ("TryGetByte", try_get),
    ("TryGetSByte", try_get),
    ("TryGetInt16", try_get),
    ("TryGetUInt16", try_get),
    ("TryGetInt32", try_get),
    ("TryGetUInt32", try_get),
    ("TryGetInt64", try_get),
    ("TryGetUInt64", try_get),
    ("TryGetDouble", try_get),
    ("TryGetSingle", try_get),
    ("TryGetDecimal", try_get),
    ("TryGetGuid", try_get),
    ("TryGetDateTime", try_get),
    ("TryGetDateTimeOffset", try_get),
    ("TryGetBytesFromBase64", try_get),
];

const DOCUMENT_MEMBERS: &[(&str, Behaviour)] = &[
    ("::Parse", |c| {
        let text = source(c, 0)?;
        let root = parse(&text, &c.arg(1).clone())?;
        Ok(hold_named(DOCUMENT, Document(Some(root))))
    }),
    ("RootElement", |c| {
        let root = c.with(|d: &mut Document| d.0.clone())?;
        match root {
            Some(root) => Ok(element(root)),
            None => fail::named(
                "System.ObjectDisposedException",
                "Cannot access a disposed object.\nObject name: 'JsonDocument'.",
            )
            .throw(),
        }
    }),
    ("Dispose", |c| {
        c.with(|d: &mut Document| d.0 = None)?;
        Ok(Value::Void)
    }),
];

/// The root of a JsonDocument, or the element itself.
pub fn root_of(value: &Value) -> Option<Element> {
    if let Some(e) = state_of::<Element>(value) {
        return Some(e);
    }
    value.as_foreign::<crate::types::Held<Document>>().and_then(|held| held.lock().0.clone())
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: ELEMENT, like: &[], members: ELEMENT_MEMBERS },
    TypeDef { name: DOCUMENT, like: &[], members: DOCUMENT_MEMBERS },
    TypeDef {
        name: "System.Text.Json.JsonProperty",
        like: &[],
        members: &[
            ("Name", |c| c.with(|p: &mut Property| Value::from(p.0.name()))),
            ("Value", |c| c.with(|p: &mut Property| element(p.0.clone()))),
            ("NameEquals", |c| {
                let name = c.str(0);
                c.with(|p: &mut Property| Value::Bool(p.0.name() == name.as_str()))
            }),
        ],
    },
];
