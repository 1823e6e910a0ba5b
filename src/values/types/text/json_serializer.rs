//! System.Text.Json.JsonSerializer: objects to JSON and back, by the options that scripts set.

use super::json::{element, parse, quoted_with, root_of, source};
use super::json_node::{Node, node_of};
use crate::context::Context;
use crate::error::Result;
use crate::json::tree::{Element, Kind};
use crate::types::{Behaviour, Call, State, TypeDef, TypeRef, fail, hold_named, record};
use crate::value::Value;
use crate::{convert, members};

const OPTIONS: &str = "System.Text.Json.JsonSerializerOptions";
/// .NET's own limit where none is set.
const DEPTH: usize = 64;

/// How names are written.
#[derive(Clone, Copy, PartialEq)]
struct Policy(&'static str);
impl State for Policy {}

impl Policy {
    fn convert(self, name: &str) -> String {
        if self.0 == "CamelCase" {
            let chars: Vec<char> = name.chars().collect();
            let is_upper = |at: usize| chars.get(at).is_some_and(|c| c.is_uppercase());
            let lowers = |at: usize| {
                is_upper(at)
                    && (at == 0 || is_upper(at - 1))
                    && (at == 0 || chars.get(at + 1).is_none_or(|n| n.is_uppercase()))
            };
            let end = (0..chars.len()).find(|at| !lowers(*at)).unwrap_or(chars.len());
            return chars
                .iter()
                .enumerate()
                .map(|(at, c)| if at < end { c.to_ascii_lowercase() } else { *c })
                .collect();
        }
        let mark = if self.0.starts_with("Kebab") { '-' } else { '_' };
        let chars: Vec<char> = name.chars().collect();
        let mut out = String::new();
        for (at, c) in chars.iter().enumerate() {
            let begins = c.is_uppercase()
                && at > 0
                && (!chars[at - 1].is_uppercase() || chars.get(at + 1).is_some_and(|n| n.is_lowercase()));
            if begins {
                out.push(mark);
            }
            out.push(*c);
        }
        if self.0.ends_with("Upper") { out.to_uppercase() } else { out.to_lowercase() }
    }
}

/// What the options say.
#[derive(Clone, Copy, Default)]
pub struct Style {
    is_indented: bool,
    is_relaxed: bool,
    skips_null: bool,
    size: usize,
    mark: Option<char>,
    properties: Option<Policy>,
    keys: Option<Policy>,
    is_case_insensitive: bool,
}

impl Style {
    /// Of a JsonSerializerOptions value or `$null`.
    pub fn of(options: &Value) -> Style {
        let field = |name: &str| record::field(options, name).unwrap_or_default();
        let is = |name: &str| convert::to_bool(&field(name));
        let policy = |name: &str| crate::types::state_of::<Policy>(&field(name));
        let encoder = crate::types::state_of::<Encoder>(&field("Encoder"));
        Style {
            is_indented: is("WriteIndented"),
            is_relaxed: encoder.is_some_and(|e| e.0),
            skips_null: field("DefaultIgnoreCondition").as_i64() == Some(3) || is("IgnoreNullValues"),
            size: field("IndentSize").as_i64().and_then(|n| usize::try_from(n).ok()).unwrap_or(2),
            mark: match field("IndentCharacter").base() {
                Value::Char(c) => Some(crate::string::unit_to_char(*c)),
                _ => None,
            },
            properties: policy("PropertyNamingPolicy"),
            keys: policy("DictionaryKeyPolicy"),
            is_case_insensitive: is("PropertyNameCaseInsensitive"),
        }
    }

    fn line(&self, out: &mut String, level: usize) {
        if self.is_indented {
            out.push('\n');
            out.extend(std::iter::repeat_n(self.mark.unwrap_or(' '), self.size * level));
        }
    }

    fn list(
        &self,
        out: &mut String,
        level: usize,
        (open, close): (char, char),
        count: usize,
        mut each: impl FnMut(&mut String, usize) -> Result<()>,
    ) -> Result<()> {
        out.push(open);
        for at in 0..count {
            if at > 0 {
                out.push(',');
            }
            self.line(out, level + 1);
            each(out, at)?;
        }
        if count > 0 {
            self.line(out, level);
        }
        out.push(close);
        Ok(())
    }

    fn entries(&self, ctx: &mut dyn Context, out: &mut String, level: usize, all: Vec<(String, Value)>) -> Result<()> {
        let kept: Vec<_> = all.into_iter().filter(|(_, v)| !self.skips_null || !v.is_null()).collect();
        self.list(out, level, ('{', '}'), kept.len(), |out, at| {
            let (name, value) = &kept[at];
            out.push_str(&quoted_with(name, self.is_relaxed));
            out.push_str(if self.is_indented { ": " } else { ":" });
            self.write(ctx, out, value, level + 1)
        })
    }

    fn element(&self, out: &mut String, e: &Element, level: usize) -> Result<()> {
        match e.kind() {
            Kind::Object => {
                let all = e.children();
                self.list(out, level, ('{', '}'), all.len(), |out, at| {
                    out.push_str(&quoted_with(all[at].name(), self.is_relaxed));
                    out.push_str(if self.is_indented { ": " } else { ":" });
                    self.element(out, &all[at], level + 1)
                })
            }
            Kind::Array => {
                let all = e.children();
                self.list(out, level, ('[', ']'), all.len(), |out, at| self.element(out, &all[at], level + 1))
            }
            Kind::String => {
                out.push_str(&quoted_with(&e.text().unwrap_or_default(), self.is_relaxed));
                Ok(())
            }
            _ => {
                out.push_str(e.raw());
                Ok(())
            }
        }
    }

    /// Writes a value.
    pub fn write(&self, ctx: &mut dyn Context, out: &mut String, value: &Value, level: usize) -> Result<()> {
        crate::stop::check()?;
        if level > DEPTH {
            let text = "A possible object cycle was detected. This can either be due to a cycle or if the object depth is larger than the maximum allowed depth of 64. Consider using ReferenceHandler.Preserve on JsonSerializerOptions to support cycles.";
            return fail::named("System.Text.Json.JsonException", text).throw();
        }
        if let Some(e) = root_of(value) {
            return self.element(out, &e, level);
        }
        match node_of(value) {
            Some(Node::Object(all)) => return self.entries(ctx, out, level, all),
            Some(Node::Array(all)) => {
                return self
                    .list(out, level, ('[', ']'), all.len(), |out, at| self.write(ctx, out, &all[at], level + 1));
            }
            Some(Node::Leaf(inner)) => return self.write(ctx, out, &inner, level),
            None => {}
        }
        let text = match value.base() {
            Value::Null | Value::Void => "null".to_string(),
            Value::Bool(b) => b.to_string(),
            Value::Str(s) => quoted_with(s, self.is_relaxed),
            Value::Char(c) => quoted_with(&crate::string::unit_to_char(*c).to_string(), self.is_relaxed),
            Value::Enum(_, n) => n.to_string(),
            Value::F64(n) if !n.is_finite() => return infinite(),
            Value::F32(n) if !n.is_finite() => return infinite(),
            Value::DateTime(_) => {
                let iso = members::call(ctx, value.base(), "ToString", &[Value::from("yyyy-MM-ddTHH:mm:ss.FFFFFFFK")])?;
                format!("\"{}\"", convert::to_display(&iso))
            }
            Value::Guid(_) | Value::TimeSpan(_) => format!("\"{}\"", convert::to_display(value.base())),
            Value::I8(_)
            | Value::U8(_)
            | Value::I16(_)
            | Value::U16(_)
            | Value::I32(_)
            | Value::U32(_)
            | Value::I64(_)
            | Value::U64(_)
            | Value::F64(_)
            | Value::F32(_)
            | Value::Decimal(_)
            | Value::BigInt(_) => convert::to_display(value.base()).to_string(),
            _ => return self.compound(ctx, out, value, level),
        };
        out.push_str(&text);
        Ok(())
    }

    fn compound(&self, ctx: &mut dyn Context, out: &mut String, value: &Value, level: usize) -> Result<()> {
        let ty = value.base().type_ref().unwrap_or(TypeRef::OBJECT);
        if ty == TypeRef::BYTE.array_of(1) {
            use base64::Engine;
            let bytes = crate::types::bytes_of(value);
            out.push_str(&format!("\"{}\"", base64::engine::general_purpose::STANDARD.encode(bytes)));
            return Ok(());
        }
        if matches!(
            ty.name(),
            "System.Uri" | "System.Version" | "System.DateOnly" | "System.TimeOnly" | "System.DateTimeOffset"
        ) {
            let text = match ty.name() {
                "System.Uri" => members::get(ctx, value, "OriginalString")?.unwrap_or_default(),
                "System.DateTimeOffset" => {
                    members::call(ctx, value, "ToString", &[Value::from("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz")])?
                }
                "System.DateOnly" | "System.TimeOnly" => members::call(ctx, value, "ToString", &[Value::from("o")])?,
                _ => value.clone(),
            };
            out.push_str(&quoted_with(&convert::to_display(&text), self.is_relaxed));
            return Ok(());
        }
        if ty == TypeRef::find("System.RuntimeType").unwrap_or(TypeRef::OBJECT)
            || matches!(value.base(), Value::Type(_))
        {
            let text = "Serialization and deserialization of 'System.RuntimeType' instances is not supported. Path: $.";
            return fail::unsupported(text).throw();
        }
        if let Some(dict) = value.as_dict() {
            let named = |name: String| self.keys.map_or(name.clone(), |p| p.convert(&name));
            let all = dict.to_vec().into_iter().map(|(k, v)| (named(convert::to_display(&k).to_string()), v)).collect();
            return self.entries(ctx, out, level, all);
        }
        if let Some(items) = members::enumerate(ctx, value)? {
            return self
                .list(out, level, ('[', ']'), items.len(), |out, at| self.write(ctx, out, &items[at], level + 1));
        }
        let named = |name: String| self.properties.map_or(name.clone(), |p| p.convert(&name));
        let all = members::properties(ctx, value)?.into_iter().map(|(n, v)| (named(n.to_string()), v)).collect();
        self.entries(ctx, out, level, all)
    }

    /// Makes a value of a type of an element.
    fn read(&self, ctx: &mut dyn Context, e: &Element, ty: TypeRef, path: &str) -> Result {
        if ty == TypeRef::OBJECT || ty.name() == "System.Text.Json.JsonElement" {
            return Ok(if e.kind() == Kind::Null && ty == TypeRef::OBJECT { Value::Null } else { element(e.clone()) });
        }
        if ty.name().starts_with("System.Text.Json.Nodes.") {
            return Ok(super::json_node::of_element(e));
        }
        if e.kind() == Kind::Null {
            return if ty.is_value_type() { not_convertible(ty, path) } else { Ok(Value::Null) };
        }
        if let Some(item) = ty.element().or_else(|| list_item(ty)) {
            if e.kind() != Kind::Array {
                return not_convertible(ty, path);
            }
            let mut items = Vec::new();
            for (at, child) in e.children().iter().enumerate() {
                items.push(self.read(ctx, child, item, &format!("{path}[{at}]"))?);
            }
            let array = Value::typed_array(item, items);
            return if ty.element().is_some() { Ok(array) } else { members::construct(ctx, ty, &[array]) };
        }
        if let Some(item) = dictionary_item(ty) {
            if e.kind() != Kind::Object {
                return not_convertible(ty, path);
            }
            let made = members::construct(ctx, ty, &[])?;
            for child in e.children() {
                let value = self.read(ctx, &child, item, &format!("{path}.{}", child.name()))?;
                if let Some(dict) = made.as_dict() {
                    dict.insert(Value::from(child.name()), value);
                }
            }
            return Ok(made);
        }
        let plain = match e.kind() {
            Kind::String => Value::from(e.text().unwrap_or_default()),
            Kind::True | Kind::False => Value::Bool(e.kind() == Kind::True),
            Kind::Number => Value::from(e.raw()),
            _ => return self.object(ctx, e, ty, path),
        };
        let is_number = (TypeRef::SBYTE..=TypeRef::DECIMAL).contains(&ty) || ty.is_enum();
        let fits = match e.kind() {
            Kind::Number => is_number,
            Kind::True | Kind::False => ty == TypeRef::BOOL,
            _ => !is_number && ty != TypeRef::BOOL,
        };
        match convert::convert(ctx, &plain, ty) {
            Ok(done) if fits => Ok(done),
            _ => not_convertible(ty, path),
        }
    }

    fn object(&self, ctx: &mut dyn Context, e: &Element, ty: TypeRef, path: &str) -> Result {
        if e.kind() != Kind::Object || (TypeRef::BOOL..=TypeRef::DECIMAL).contains(&ty) || ty == TypeRef::STRING {
            return not_convertible(ty, path);
        }
        let made = members::construct(ctx, ty, &[])?;
        let known = members::members(ctx, &made);
        for child in e.children() {
            let fits = |name: &str| match self.is_case_insensitive {
                true => name.eq_ignore_ascii_case(child.name()),
                false => self.properties.map_or(name.to_string(), |p| p.convert(name)) == child.name(),
            };
            let Some(member) = known.iter().find(|m| m.kind.contains("Property") && fits(&m.name)) else { continue };
            let name = member.name.clone();
            let current = members::get(ctx, &made, &name)?.unwrap_or_default();
            let target = current.type_ref().unwrap_or(TypeRef::OBJECT);
            let value = match self.read(ctx, &child, target, &format!("{path}.{}", child.name()))? {
                value if target == TypeRef::OBJECT => {
                    crate::types::state_of::<Element>(&value).map_or(value, |e| plain(&e))
                }
                value => value,
            };
            members::set(ctx, &made, &name, value)?;
        }
        Ok(made)
    }
}

/// The value that a property without a known type takes from an element.
fn plain(e: &Element) -> Value {
    match e.kind() {
        Kind::String => Value::from(e.text().unwrap_or_default()),
        Kind::True | Kind::False => Value::Bool(e.kind() == Kind::True),
        Kind::Number => match e.raw().parse::<i32>() {
            Ok(n) => Value::I32(n),
            Err(_) => Value::F64(e.raw().parse().unwrap_or(f64::NAN)),
        },
        _ => element(e.clone()),
    }
}

fn infinite<T>() -> Result<T> {
    fail::argument(".NET number values such as positive and negative infinity cannot be written as valid JSON. To make it work when using 'JsonSerializer', consider specifying 'JsonNumberHandling.AllowNamedFloatingPointLiterals' (see https://learn.microsoft.com/dotnet/api/system.text.json.serialization.jsonnumberhandling).", "").throw()
}

fn not_convertible<T>(ty: TypeRef, path: &str) -> Result<T> {
    let text = format!("The JSON value could not be converted to {}. Path: {path}.", ty.name());
    fail::named("System.Text.Json.JsonException", text).throw()
}

fn generic(ty: TypeRef) -> Option<(&'static str, Vec<TypeRef>)> {
    ty.info().generic.as_ref().map(|(definition, arguments)| (definition.name(), arguments.clone()))
}

fn list_item(ty: TypeRef) -> Option<TypeRef> {
    let (name, arguments) = generic(ty)?;
    let is_list = ["List`1", "HashSet`1", "Queue`1", "Collection`1"].iter().any(|n| name.ends_with(n));
    is_list.then(|| arguments.first().copied()).flatten()
}

fn dictionary_item(ty: TypeRef) -> Option<TypeRef> {
    if ty == TypeRef::HASHTABLE || ty.name() == "System.Collections.Specialized.OrderedDictionary" {
        return Some(TypeRef::OBJECT);
    }
    let (name, arguments) = generic(ty)?;
    name.ends_with("Dictionary`2").then(|| arguments.get(1).copied()).flatten()
}

/// How texts are escaped: the relaxed way or the usual one.
#[derive(Clone, Copy)]
struct Encoder(bool);
impl State for Encoder {}

fn serialize(c: &mut Call<'_>) -> Result<String> {
    let options = c.named("options").unwrap_or_default();
    let (value, mut out) = (c.arg(0).clone(), String::new());
    Style::of(&options).write(c.ctx, &mut out, &value, 0)?;
    Ok(out)
}

fn deserialize(c: &mut Call<'_>) -> Result {
    let options = c.named("options").unwrap_or_default();
    let given = c.arg(0).clone();
    let e = match root_of(&given) {
        Some(e) => e,
        None => {
            let text = source(c, 0)?;
            parse(&text, &options)?
        }
    };
    let at = c.place("returnType");
    let ty = at.and_then(|at| c.type_arg(at)).unwrap_or_else(|| c.type_argument(0));
    Style::of(&options).read(c.ctx, &e, ty, "$")
}

const SERIALIZER: &[(&str, Behaviour)] = &[
    ("::IsReflectionEnabledByDefault", |_| Ok(Value::Bool(true))),
    ("::Serialize", |c| serialize(c).map(Value::from)),
    ("::SerializeToUtf8Bytes", |c| serialize(c).map(|text| Value::bytes(text.as_bytes()))),
    ("::SerializeToElement", |c| {
        let text = serialize(c)?;
        parse(&text, &Value::Null).map(element)
    }),
    ("::SerializeToNode", |c| {
        let text = serialize(c)?;
        parse(&text, &Value::Null).map(|e| super::json_node::of_element(&e))
    }),
    ("::Deserialize", deserialize),
];

fn policy(c: &mut Call<'_>) -> Result {
    let known = ["CamelCase", "KebabCaseLower", "KebabCaseUpper", "SnakeCaseLower", "SnakeCaseUpper"];
    let name = known.into_iter().find(|n| *n == c.name).unwrap_or("CamelCase");
    Ok(hold_named("System.Text.Json.JsonNamingPolicy", Policy(name)))
}

fn options(c: &mut Call<'_>) -> Result {
    let made = members::construct(c.ctx, c.ty, &[])?;
    if c.name == "Web" {
        members::set(c.ctx, &made, "PropertyNameCaseInsensitive", Value::Bool(true))?;
        let camel = hold_named("System.Text.Json.JsonNamingPolicy", Policy("CamelCase"));
        members::set(c.ctx, &made, "PropertyNamingPolicy", camel)?;
    }
    Ok(made)
}

const ENCODER: &str = "System.Text.Encodings.Web.JavaScriptEncoder";

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Text.Json.JsonSerializer", like: &[], members: SERIALIZER },
    TypeDef {
        name: OPTIONS,
        like: &[],
        members: &[
            ("::Default", options),
            ("::Web", options),
            ("::Strict", options),
            ("IsReadOnly", |_| Ok(Value::Bool(false))),
            ("MakeReadOnly", |_| Ok(Value::Void)),
        ],
    },
    TypeDef {
        name: "System.Text.Json.JsonNamingPolicy",
        like: &[],
        members: &[
            ("::CamelCase", policy),
            ("::KebabCaseLower", policy),
            ("::KebabCaseUpper", policy),
            ("::SnakeCaseLower", policy),
            ("::SnakeCaseUpper", policy),
            ("ConvertName", |c| {
                let name = c.need_str(0)?;
                c.with(|p: &mut Policy| Value::from(p.convert(&name)))
            }),
        ],
    },
    TypeDef {
        name: ENCODER,
        like: &[],
        members: &[
            ("::Default", |_| Ok(hold_named(ENCODER, Encoder(false)))),
            ("::UnsafeRelaxedJsonEscaping", |_| Ok(hold_named(ENCODER, Encoder(true)))),
            ("Encode", |c| {
                let text = c.need_str(0)?;
                let quoted = c.with(|e: &mut Encoder| quoted_with(&text, e.0))?;
                Ok(Value::from(&quoted[1..quoted.len() - 1]))
            }),
        ],
    },
];
