//! Attributes of parameters as objects, and the parameters that a `dynamicparam` block makes of them.

use std::sync::Arc;

use crate::collection::{Dict, KeyComparer};
use crate::convert;
use crate::error::Result;
use crate::object::{Layout, Object};
use crate::string::Str;
use crate::types::{Call, TypeDef, TypeRef};
use crate::value::Value;

/// An attribute object: properties that can be read and set.
pub fn attribute(ty: TypeRef, pairs: Vec<(&str, Value)>) -> Value {
    let (names, slots): (Vec<Str>, Vec<Value>) = pairs.into_iter().map(|(n, v)| (Str::from(n), v)).unzip();
    Value::Object(Arc::new(Object::of_type(ty, Layout::new(names), slots)))
}

fn of(c: &Call<'_>, pairs: Vec<(&str, Value)>) -> Result {
    Ok(attribute(c.ty, pairs))
}

fn all(c: &Call<'_>) -> Vec<Value> {
    // A parameter array arrives as one.
    match c.args.as_slice() {
        [Value::Array(list)] => list.to_vec(),
        many => many.to_vec(),
    }
}

fn number(value: &Value) -> Value {
    Value::I32(value.as_i64().unwrap_or(0) as i32)
}

fn parameter(c: &mut Call<'_>) -> Result {
    of(
        c,
        vec![
            ("Position", Value::I32(i32::MIN)),
            ("ParameterSetName", Value::from("__AllParameterSets")),
            ("Mandatory", Value::Bool(false)),
            ("ValueFromPipeline", Value::Bool(false)),
            ("ValueFromPipelineByPropertyName", Value::Bool(false)),
            ("ValueFromRemainingArguments", Value::Bool(false)),
            ("HelpMessage", Value::Null),
            ("HelpMessageBaseName", Value::Null),
            ("HelpMessageResourceId", Value::Null),
            ("DontShow", Value::Bool(false)),
        ],
    )
}

fn set(c: &mut Call<'_>) -> Result {
    let values = all(c);
    if let [class @ Value::Type(_)] = values.as_slice() {
        let class = class.clone();
        return of(c, vec![("ErrorMessage", Value::Null), ("IgnoreCase", Value::Bool(true)), ("ValidValues", class)]);
    }
    let texts = values.iter().map(|v| Value::from(convert::to_display(v))).collect();
    let values = Value::typed_array(TypeRef::STRING, texts);
    of(c, vec![("ErrorMessage", Value::Null), ("IgnoreCase", Value::Bool(true)), ("ValidValues", values)])
}

fn range(c: &mut Call<'_>) -> Result {
    let args = all(c);
    match args.as_slice() {
        [kind] => {
            let kind = kind.clone();
            of(c, vec![("MinRange", Value::Null), ("MaxRange", Value::Null), ("RangeKind", kind)])
        }
        _ => {
            let (min, max) = (args.first().cloned().unwrap_or_default(), args.get(1).cloned().unwrap_or_default());
            of(c, vec![("MinRange", min), ("MaxRange", max), ("RangeKind", Value::Null)])
        }
    }
}

fn lengths(c: &mut Call<'_>) -> Result {
    let (min, max) = (number(c.arg(0)), number(c.arg(1)));
    of(c, vec![("MinLength", min), ("MaxLength", max)])
}

fn defined(c: &mut Call<'_>) -> Result {
    let (name, ty, list) = (c.arg(0).clone(), c.arg(1).clone(), c.arg(2).clone());
    let list = match list {
        Value::Array(_) => list,
        _ => {
            let ty = TypeRef::find("System.Collections.ObjectModel.Collection[System.Attribute]");
            let element = TypeRef::find("System.Attribute").unwrap_or(TypeRef::OBJECT);
            Value::Array(Arc::new(crate::Array::list(ty.unwrap_or(TypeRef::ARRAYLIST), element, Vec::new())))
        }
    };
    of(
        c,
        vec![
            ("Name", name),
            ("ParameterType", ty),
            ("Value", Value::Null),
            ("IsSet", Value::Bool(false)),
            ("Attributes", list),
        ],
    )
}

/// A set of names, such as `[Cmdlet]::CommonParameters`.
fn names(c: &mut Call<'_>, list: &[&str]) -> Result {
    let Some(ty) = TypeRef::find("System.Collections.Generic.HashSet[string]") else { return Ok(Value::Null) };
    let items = list.iter().map(|n| Value::from(*n)).collect();
    crate::members::construct(c.ctx, ty, &[Value::typed_array(TypeRef::STRING, items)])
}

fn dictionary(c: &mut Call<'_>) -> Result {
    Ok(Value::Dict(Arc::new(Dict::new(c.ty, TypeRef::STRING, TypeRef::OBJECT, KeyComparer::IgnoreCase))))
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Management.Automation.Cmdlet",
        like: &[],
        members: &[
            ("::CommonParameters", |c| {
                names(
                    c,
                    &[
                        "Verbose",
                        "Debug",
                        "ErrorAction",
                        "WarningAction",
                        "InformationAction",
                        "ProgressAction",
                        "ErrorVariable",
                        "WarningVariable",
                        "InformationVariable",
                        "OutVariable",
                        "OutBuffer",
                        "PipelineVariable",
                    ],
                )
            }),
            ("::OptionalCommonParameters", |c| names(c, &["WhatIf", "Confirm", "UseTransaction"])),
        ],
    },
    TypeDef {
        name: "System.Management.Automation.ParameterAttribute",
        like: &[],
        members: &[("new", |c| parameter(c))],
    },
    TypeDef { name: "System.Management.Automation.ValidateSetAttribute", like: &[], members: &[("new", |c| set(c))] },
    TypeDef {
        name: "System.Management.Automation.ValidateRangeAttribute",
        like: &[],
        members: &[("new", |c| range(c))],
    },
    TypeDef {
        name: "System.Management.Automation.ValidateLengthAttribute",
        like: &[],
        members: &[("new", |c| lengths(c))],
    },
    TypeDef {
        name: "System.Management.Automation.ValidateCountAttribute",
        like: &[],
        members: &[("new", |c| lengths(c))],
    },
    TypeDef {
        name: "System.Management.Automation.ValidatePatternAttribute",
        like: &[],
        members: &[("new", |c| {
            let pattern = c.arg(0).clone();
            of(
                c,
                vec![
                    ("RegexPattern", pattern),
                    (
                        "Options",
                        TypeRef::find("System.Text.RegularExpressions.RegexOptions")
                            .map_or(Value::I32(1), |t| Value::Enum(t, 1)),
                    ),
                    ("ErrorMessage", Value::Null),
                ],
            )
        })],
    },
    TypeDef {
        name: "System.Management.Automation.ValidateScriptAttribute",
        like: &[],
        members: &[("new", |c| {
            let block = c.arg(0).clone();
            of(c, vec![("ErrorMessage", Value::Null), ("ScriptBlock", block)])
        })],
    },
    TypeDef {
        name: "System.Management.Automation.ValidateNotNullAttribute",
        like: &[],
        members: &[("new", |c| of(c, Vec::new()))],
    },
    TypeDef {
        name: "System.Management.Automation.ValidateNotNullOrEmptyAttribute",
        like: &[],
        members: &[("new", |c| of(c, Vec::new()))],
    },
    TypeDef {
        name: "System.Management.Automation.ValidateNotNullOrWhiteSpaceAttribute",
        like: &[],
        members: &[("new", |c| of(c, Vec::new()))],
    },
    TypeDef {
        name: "System.Management.Automation.AllowNullAttribute",
        like: &[],
        members: &[("new", |c| of(c, Vec::new()))],
    },
    TypeDef {
        name: "System.Management.Automation.AllowEmptyStringAttribute",
        like: &[],
        members: &[("new", |c| of(c, Vec::new()))],
    },
    TypeDef {
        name: "System.Management.Automation.AllowEmptyCollectionAttribute",
        like: &[],
        members: &[("new", |c| of(c, Vec::new()))],
    },
    TypeDef {
        name: "System.Management.Automation.AliasAttribute",
        like: &[],
        members: &[("new", |c| {
            let names = all(c);
            let names = names.iter().map(|v| Value::from(convert::to_display(v))).collect();
            of(c, vec![("AliasNames", Value::typed_array(TypeRef::STRING, names))])
        })],
    },
    TypeDef {
        name: "System.Management.Automation.ArgumentCompleterAttribute",
        like: &[],
        members: &[("new", |c| {
            let by = c.arg(0).clone();
            let (ty, block) = match by {
                Value::Type(_) => (by, Value::Null),
                block => (Value::Null, block),
            };
            of(c, vec![("Type", ty), ("ScriptBlock", block)])
        })],
    },
    TypeDef {
        name: "System.Management.Automation.RuntimeDefinedParameter",
        like: &[],
        members: &[("new", |c| defined(c))],
    },
    TypeDef {
        name: "System.Management.Automation.RuntimeDefinedParameterDictionary",
        like: &["System.Collections.Generic.Dictionary`2"],
        members: &[("new", |c| dictionary(c))],
    },
];
