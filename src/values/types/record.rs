//! Types that hold what they are given: settings, descriptions, attributes. Properties and constructors follow the facts.

use std::collections::HashMap;

use super::{Behaviour, Call, State, TypeRef, bind, facts, fail, hold};
use crate::error::Result;
use crate::value::Value;

/// One such type.
struct Record {
    name: &'static str,
    /// Whether texts begin empty and not as `$null`.
    has_texts: bool,
    /// What properties begin with: texts that are converted to the property's type, `{}` for a new object of it.
    defaults: &'static [(&'static str, &'static str)],
    /// The property that `ToString()` gives.
    text: &'static str,
}

const fn plain(name: &'static str) -> Record {
    Record { name, has_texts: false, defaults: &[], text: "" }
}

/// The settings that requests begin with.
const HANDLER: &[(&str, &str)] = &[
    ("AllowAutoRedirect", "true"),
    ("CookieContainer", "{System.Net.CookieContainer}"),
    ("MaxAutomaticRedirections", "50"),
    ("MaxConnectionsPerServer", "2147483647"),
    ("MaxRequestContentBufferSize", "2147483647"),
    ("MaxResponseHeadersLength", "64"),
    ("SupportsAutomaticDecompression", "true"),
    ("SupportsProxy", "true"),
    ("SupportsRedirectConfiguration", "true"),
    ("UseCookies", "true"),
    ("UseProxy", "true"),
];

static RECORDS: &[Record] = &[
    Record {
        name: "System.Diagnostics.ProcessStartInfo",
        has_texts: true,
        defaults: &[
            ("ArgumentList", "{System.Collections.ObjectModel.Collection[string]}"),
            ("Environment", "{System.Collections.Generic.Dictionary[string,string]}"),
            ("EnvironmentVariables", "{System.Collections.Specialized.StringDictionary}"),
        ],
        text: "",
    },
    Record { name: "System.Net.Http.HttpClientHandler", has_texts: false, defaults: HANDLER, text: "" },
    Record { name: "System.Net.Http.SocketsHttpHandler", has_texts: false, defaults: HANDLER, text: "" },
    Record {
        name: "System.Xml.XmlWriterSettings",
        has_texts: false,
        defaults: &[
            ("IndentChars", "  "),
            ("NewLineChars", "\n"),
            ("CheckCharacters", "true"),
            ("ConformanceLevel", "Document"),
            ("WriteEndDocumentOnClose", "true"),
        ],
        text: "",
    },
    Record {
        name: "System.Xml.XmlReaderSettings",
        has_texts: false,
        defaults: &[
            ("CheckCharacters", "true"),
            ("ConformanceLevel", "Document"),
            ("MaxCharactersFromEntities", "10000000"),
        ],
        text: "",
    },
    Record {
        name: "System.Management.Automation.Host.ChoiceDescription",
        has_texts: false,
        defaults: &[("HelpMessage", "")],
        text: "",
    },
    Record {
        name: "System.Management.Automation.ProgressRecord",
        has_texts: false,
        defaults: &[("ParentActivityId", "-1"), ("PercentComplete", "-1"), ("SecondsRemaining", "-1")],
        text: "",
    },
    Record { name: "System.Management.Automation.CompletionResult", has_texts: false, defaults: &[], text: "" },
    Record {
        name: "System.Management.Automation.RuntimeDefinedParameter",
        has_texts: true,
        defaults: &[("Attributes", "{System.Collections.ObjectModel.Collection[System.Attribute]}")],
        text: "",
    },
    Record {
        name: "System.Management.Automation.ParameterAttribute",
        has_texts: false,
        defaults: &[("Position", "-2147483648"), ("ParameterSetName", "__AllParameterSets")],
        text: "",
    },
    plain("System.Management.Automation.AliasAttribute"),
    plain("System.Management.Automation.AllowEmptyCollectionAttribute"),
    plain("System.Management.Automation.AllowEmptyStringAttribute"),
    plain("System.Management.Automation.AllowNullAttribute"),
    plain("System.Management.Automation.CmdletBindingAttribute"),
    plain("System.Management.Automation.ExperimentalAttribute"),
    plain("System.Management.Automation.OutputTypeAttribute"),
    plain("System.Management.Automation.SupportsWildcardsAttribute"),
    plain("System.Management.Automation.ValidateCountAttribute"),
    plain("System.Management.Automation.ValidateDriveAttribute"),
    plain("System.Management.Automation.ValidateLengthAttribute"),
    plain("System.Management.Automation.ValidateNotNullAttribute"),
    plain("System.Management.Automation.ValidateNotNullOrEmptyAttribute"),
    plain("System.Management.Automation.ValidateNotNullOrWhiteSpaceAttribute"),
    plain("System.Management.Automation.ValidatePatternAttribute"),
    plain("System.Management.Automation.ValidateRangeAttribute"),
    plain("System.Management.Automation.ValidateScriptAttribute"),
    Record {
        name: "System.Management.Automation.ValidateSetAttribute",
        has_texts: false,
        defaults: &[("IgnoreCase", "true")],
        text: "",
    },
    plain("System.Management.Automation.ValidateUserDriveAttribute"),
    plain("System.Management.Automation.PSDefaultValueAttribute"),
    Record {
        name: "System.Text.Json.JsonSerializerOptions",
        has_texts: false,
        defaults: &[("DefaultBufferSize", "16384"), ("IndentCharacter", " "), ("IndentSize", "2"), ("NewLine", "\n")],
        text: "",
    },
    plain("System.Text.Json.JsonDocumentOptions"),
    plain("System.Diagnostics.FileVersionInfo"),
    plain("System.Net.IPHostEntry"),
    plain("System.Security.Cryptography.X509Certificates.X509KeyUsageExtension"),
    Record { name: "Microsoft.PowerShell.Commands.ModuleSpecification", has_texts: false, defaults: &[], text: "Name" },
    Record { name: "System.Management.Automation.PSTypeName", has_texts: false, defaults: &[], text: "Name" },
    plain("System.Management.Automation.CommandLookupEventArgs"),
    plain("System.Management.Automation.LineBreakpoint"),
    plain("System.Management.Automation.CommandBreakpoint"),
    plain("System.Management.Automation.VariableBreakpoint"),
];

fn find(ty: TypeRef) -> Option<&'static Record> {
    RECORDS.iter().find(|r| r.name == ty.name())
}

/// The properties that were set.
#[derive(Clone, Default)]
pub struct Fields {
    values: HashMap<String, Value>,
    text: &'static str,
}

impl State for Fields {
    fn text(&self) -> Option<String> {
        let value = self.values.get(&self.text.to_lowercase())?;
        Some(crate::convert::to_display(value))
    }
}

/// A record of a type with properties.
pub fn make(name: &str, values: Vec<(&str, Value)>) -> Value {
    let ty = TypeRef::find(name).unwrap_or(TypeRef::OBJECT);
    let values = values.into_iter().map(|(n, v)| (n.to_lowercase(), v)).collect();
    hold(ty, Fields { values, text: find(ty).map_or("", |r| r.text) })
}

/// A property of a record.
pub fn field(value: &Value, name: &str) -> Option<Value> {
    value.as_foreign::<super::Held<Fields>>()?.lock().values.get(&name.to_lowercase()).cloned()
}

/// The code of a record's member.
pub fn behaviour(ty: TypeRef, name: &str, is_static: bool) -> Option<Behaviour> {
    if is_static || find(ty).is_none() {
        return None;
    }
    if name == "new" {
        return Some(construct);
    }
    if let Some(property) = name.strip_suffix('=') {
        return is_property(ty, property).then_some(write);
    }
    is_property(ty, name).then_some(read)
}

fn is_property(ty: TypeRef, name: &str) -> bool {
    facts::of(ty).is_some_and(|f| f.properties.iter().any(|p| !p.is_static && p.name == name))
}

fn construct(c: &mut Call<'_>) -> Result {
    let Some(record) = find(c.ty) else { return fail::not_implemented(c.ty, "new").throw() };
    let mut values = HashMap::new();
    for property in facts::of(c.ty).into_iter().flat_map(|f| &f.properties) {
        let Some(ty) = TypeRef::find(property.ty) else { continue };
        let given = record.defaults.iter().find(|(n, _)| *n == property.name).map(|(_, text)| *text);
        let value = match given {
            Some(text) if text.starts_with('{') => {
                let ty = TypeRef::find(text.trim_matches(['{', '}'])).unwrap_or(TypeRef::OBJECT);
                crate::members::construct(c.ctx, ty, &[])?
            }
            Some(text) => bind::to_type(c.ctx, &Value::from(text), ty)?,
            None if ty == TypeRef::STRING && record.has_texts => Value::from(""),
            None => crate::members::default_of(ty),
        };
        values.insert(property.name.to_lowercase(), value);
    }
    let parameters = c.signature.map(|s| s.parameters.iter().map(|p| p.name).collect::<Vec<_>>()).unwrap_or_default();
    for (at, name) in parameters.iter().enumerate() {
        let slot = place(&values, name);
        match (slot, c.arg(at).base()) {
            (Some(slot), _) => {
                values.insert(slot, c.arg(at).clone());
            }
            // A table of names and values sets the properties.
            (None, Value::Dict(d)) => {
                for (key, value) in d.to_vec() {
                    let key = crate::convert::to_display(&key).trim_start_matches("Module").to_lowercase();
                    values.insert(key, value);
                }
            }
            (None, _) => {}
        }
    }
    if c.ty.name() == "System.Management.Automation.CompletionResult" && parameters.len() == 1 {
        for name in ["listitemtext", "tooltip"] {
            values.insert(name.to_string(), c.arg(0).clone());
        }
    }
    if c.ty.name() == "System.Management.Automation.PSTypeName" {
        settle_type_name(c.ctx, &mut values);
    }
    Ok(hold(c.ty, Fields { values, text: record.text }))
}

/// A PSTypeName knows its type by the name, and the name by the type.
fn settle_type_name(ctx: &mut dyn crate::context::Context, values: &mut HashMap<String, Value>) {
    match (values.get("name").and_then(Value::as_str), values.get("type")) {
        (Some(name), Some(Value::Null) | None) => {
            let found = ctx.find_type(name).map_or(Value::Null, Value::Type);
            values.insert("type".to_string(), found);
        }
        (None, Some(Value::Type(ty))) => {
            let name = Value::from(ty.name());
            values.insert("name".to_string(), name);
        }
        _ => {}
    }
}

/// The property that a constructor's parameter sets: of its name, or the only one that ends like it.
fn place(values: &HashMap<String, Value>, parameter: &str) -> Option<String> {
    let folded = parameter.to_lowercase();
    if values.contains_key(&folded) {
        return Some(folded);
    }
    let like = ["names", "types"]
        .iter()
        .find_map(|tail| folded.strip_suffix(tail).map(|head| format!("{head}{}", tail.trim_end_matches('s'))));
    like.filter(|name| values.contains_key(name)).or_else(|| values.keys().find(|k| k.ends_with(&folded)).cloned())
}

fn read(c: &mut Call<'_>) -> Result {
    let name = c.name.to_lowercase();
    c.with(|f: &mut Fields| f.values.get(&name).cloned().unwrap_or_default())
}

fn write(c: &mut Call<'_>) -> Result {
    let (name, value) = (c.name.to_lowercase(), c.arg(0).clone());
    c.with(|f: &mut Fields| f.values.insert(name, value))?;
    Ok(Value::Void)
}
