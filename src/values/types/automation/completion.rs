//! CompletionResult and CommandCompletion.

use crate::error::{ErrorCategory, Exception, Result};
use crate::types::{State, TypeDef, TypeRef, hold, hold_named};
use crate::value::Value;

/// A CompletionResult.
#[derive(Clone)]
pub struct CompletionResult {
    pub text: String,
    pub list: String,
    /// CompletionResultType.
    pub kind: i64,
    pub tip: String,
}

impl State for CompletionResult {}

/// What `TabExpansion2` gives.
#[derive(Clone)]
pub struct CommandCompletion {
    /// A collection of results.
    pub matches: Value,
    pub current: i32,
    pub start: i32,
    pub length: i32,
}

impl State for CommandCompletion {}

/// A CompletionResult as a value.
pub fn completion_result(text: &str, list: &str, kind: i64, tip: &str) -> Value {
    hold_named(
        "System.Management.Automation.CompletionResult",
        CompletionResult { text: text.to_string(), list: list.to_string(), kind, tip: tip.to_string() },
    )
}

fn kind_value(kind: i64) -> Value {
    match TypeRef::find("System.Management.Automation.CompletionResultType") {
        Some(ty) => Value::Enum(ty, kind),
        None => Value::I32(kind as i32),
    }
}

fn missing<T>(name: &str) -> Result<T> {
    let ty = TypeRef::find("System.Management.Automation.PSArgumentNullException");
    Exception::new(
        ty.unwrap_or(TypeRef::ARGUMENT_NULL_EXCEPTION),
        format!(
            "Cannot process argument because the value of argument \"{name}\" is null. Change the value of argument \"{name}\" to a non-null value."
        ),
    )
    .identity("ArgumentNull", ErrorCategory::InvalidArgument, Value::Null)
    .throw()
}

fn number(value: &Value) -> i32 {
    value.as_i64().unwrap_or(0) as i32
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Management.Automation.CompletionResult",
        like: &[],
        members: &[
            ("new", |c| {
                let text = crate::convert::to_display(c.arg(0));
                if c.args.len() == 1 {
                    if text.is_empty() {
                        return missing("completionText");
                    }
                    let made = CompletionResult { list: text.clone(), tip: text.clone(), text, kind: 0 };
                    return Ok(hold(c.ty, made));
                }
                let (list, tip) = (crate::convert::to_display(c.arg(1)), crate::convert::to_display(c.arg(3)));
                for (name, part) in [("completionText", &text), ("listItemText", &list), ("toolTip", &tip)] {
                    if part.is_empty() {
                        return missing(name);
                    }
                }
                let kind = c.arg(2).as_i64().unwrap_or(0);
                Ok(hold(c.ty, CompletionResult { text, list, kind, tip }))
            }),
            ("CompletionText", |c| c.with(|r: &mut CompletionResult| Value::from(r.text.as_str()))),
            ("ListItemText", |c| c.with(|r: &mut CompletionResult| Value::from(r.list.as_str()))),
            ("ToolTip", |c| c.with(|r: &mut CompletionResult| Value::from(r.tip.as_str()))),
            ("ResultType", |c| c.with(|r: &mut CompletionResult| kind_value(r.kind))),
        ],
    },
    TypeDef {
        name: "System.Management.Automation.CommandCompletion",
        like: &[],
        members: &[
            ("new", |c| {
                let made = CommandCompletion {
                    matches: c.arg(0).clone(),
                    current: number(c.arg(1)),
                    start: number(c.arg(2)),
                    length: number(c.arg(3)),
                };
                Ok(hold(c.ty, made))
            }),
            ("CompletionMatches", |c| c.with(|r: &mut CommandCompletion| r.matches.clone())),
            ("CompletionMatches=", |c| {
                let value = c.arg(0).clone();
                c.with(|r: &mut CommandCompletion| {
                    r.matches = value;
                    Value::Void
                })
            }),
            ("CurrentMatchIndex", |c| c.with(|r: &mut CommandCompletion| Value::I32(r.current))),
            ("CurrentMatchIndex=", |c| {
                let value = number(c.arg(0));
                c.with(|r: &mut CommandCompletion| {
                    r.current = value;
                    Value::Void
                })
            }),
            ("ReplacementIndex", |c| c.with(|r: &mut CommandCompletion| Value::I32(r.start))),
            ("ReplacementIndex=", |c| {
                let value = number(c.arg(0));
                c.with(|r: &mut CommandCompletion| {
                    r.start = value;
                    Value::Void
                })
            }),
            ("ReplacementLength", |c| c.with(|r: &mut CommandCompletion| Value::I32(r.length))),
            ("ReplacementLength=", |c| {
                let value = number(c.arg(0));
                c.with(|r: &mut CommandCompletion| {
                    r.length = value;
                    Value::Void
                })
            }),
            ("GetNextResult", |c| {
                let forward = crate::convert::to_bool(c.arg(0));
                c.with(|r: &mut CommandCompletion| {
                    let items = r.matches.as_array().map(|a| a.to_vec()).unwrap_or_default();
                    let count = items.len() as i32;
                    if count == 0 {
                        return Value::Null;
                    }
                    r.current += if forward { 1 } else { -1 };
                    if r.current >= count {
                        r.current = 0;
                    } else if r.current < 0 {
                        r.current = count - 1;
                    }
                    items.get(r.current as usize).cloned().unwrap_or_default()
                })
            }),
        ],
    },
];
