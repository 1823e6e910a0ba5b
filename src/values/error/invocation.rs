//! InvocationInfo as scripts see it.

use std::sync::Arc;

use super::flow::Result;
use super::record::{Invocation, Position};
use crate::collection::{Array, Dict, KeyComparer};
use crate::context::Context;
use crate::object::Foreign;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// InvocationInfo.
pub struct InvocationObject {
    invocation: Arc<Invocation>,
}

impl InvocationObject {
    /// As a value.
    pub fn value(invocation: Arc<Invocation>) -> Value {
        Value::foreign(InvocationObject { invocation })
    }
}

impl Foreign for InvocationObject {
    fn type_ref(&self) -> TypeRef {
        TypeRef::find("System.Management.Automation.InvocationInfo").unwrap_or(TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let i = &self.invocation;
        let position = i.position.as_deref();
        let text = |t: Option<&Str>| Value::Str(t.cloned().unwrap_or_else(Str::empty));
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "mycommand" => i.command.clone(),
            "invocationname" => text(i.name.as_ref()),
            "boundparameters" if i.bound.is_null() => Value::Dict(Arc::new(Dict::new(
                TypeRef::find("System.Collections.Generic.Dictionary[string,object]").unwrap_or(TypeRef::HASHTABLE),
                TypeRef::STRING,
                TypeRef::OBJECT,
                KeyComparer::IgnoreCase,
            ))),
            "boundparameters" => i.bound.clone(),
            "unboundarguments" => Value::Array(Arc::new(Array::list(
                TypeRef::find("System.Collections.Generic.List[object]").unwrap_or(TypeRef::ARRAYLIST),
                TypeRef::OBJECT,
                i.unbound.clone(),
            ))),
            "scriptlinenumber" => Value::I32(position.map_or(0, |p| p.start_line as i32)),
            "offsetinline" => Value::I32(position.map_or(0, |p| p.start_column as i32)),
            "historyid" => Value::I64(i.history_id),
            "scriptname" => match position.and_then(|p| p.file.clone()).or_else(|| i.script.clone()) {
                Some(file) => Value::Str(file),
                None => Value::from(""),
            },
            "pscommandpath" => i.script.clone().map_or(Value::Null, Value::Str),
            "psscriptroot" => match i.script.as_ref().and_then(|s| s.rsplit_once('/').map(|(d, _)| d.to_string())) {
                Some(folder) => Value::from(folder),
                None => Value::from(""),
            },
            "line" => text(position.and_then(|p| p.line.as_ref())),
            "statement" => text(position.and_then(|p| p.text.as_ref())),
            "positionmessage" => Value::from(position.map(Position::message).unwrap_or_default()),
            "pipelinelength" => Value::I32(i.pipeline.0 as i32),
            "pipelineposition" => Value::I32(i.pipeline.1 as i32),
            "expectinginput" => Value::Bool(i.is_expecting_input),
            "commandorigin" => match TypeRef::find("System.Management.Automation.CommandOrigin") {
                Some(ty) => Value::Enum(ty, i64::from(!i.is_from_runspace)),
                None => Value::Null,
            },
            "displayscriptposition" => Value::Null,
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "MyCommand",
            "BoundParameters",
            "UnboundArguments",
            "ScriptLineNumber",
            "OffsetInLine",
            "HistoryId",
            "ScriptName",
            "Line",
            "Statement",
            "PositionMessage",
            "PSScriptRoot",
            "PSCommandPath",
            "InvocationName",
            "PipelineLength",
            "PipelinePosition",
            "ExpectingInput",
            "CommandOrigin",
            "DisplayScriptPosition",
        ]
        .map(Str::from)
        .to_vec()
    }
}
