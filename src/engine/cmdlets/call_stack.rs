//! Get-PSCallStack.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Session};
use language::{Source, Span};
use values::error::Invocation;
use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value};

use crate::host_objects::{InvocationObject, class};
use crate::runspace::{Parent, Runspace};

/// Get-PSCallStack.
pub static GET_CALL_STACK: Command = Command { name: "Get-PSCallStack", create: || Box::new(GetCallStack) };

struct GetCallStack;

impl Cmdlet for GetCallStack {
    fn process(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        let Some(runspace) = session.engine().downcast_mut::<Runspace>() else { return Ok(()) };
        for frame in runspace.call_stack() {
            runspace.emit(Value::foreign(frame))?;
        }
        Ok(())
    }
}

/// One call as the debugger tells it.
struct CallFrame {
    name: Str,
    invocation: Option<Arc<Invocation>>,
    place: Option<(Arc<Source>, Span)>,
}

impl Runspace {
    /// The calls that are under way, the innermost first.
    fn call_stack(&self) -> Vec<CallFrame> {
        let mut found = Vec::new();
        let limit = self.debugger.as_ref().and_then(|d| d.prompt_frames).unwrap_or(usize::MAX);
        let mut at = self.current;
        while let Some(f) = self.frames.get(at) {
            let name = f.function_name();
            let span = f.code.spans.get(f.pc as usize).copied().unwrap_or_default();
            let place = Some((f.code.ast.source().clone(), span));
            if at < limit {
                found.push(CallFrame { name, invocation: f.invocation.clone(), place });
            }
            match &f.parent {
                Parent::Frame(parent) => at = *parent,
                Parent::Table(_) if at > 0 => at -= 1,
                Parent::Table(_) => break,
            }
        }
        found
    }
}

impl CallFrame {
    fn file(&self) -> Option<&str> {
        self.place.as_ref()?.0.file()
    }

    fn line(&self) -> i32 {
        self.place.as_ref().map_or(0, |(source, span)| source.position(span.start).line as i32)
    }

    /// `script.ps1: line 5`.
    fn location(&self) -> String {
        match self.file() {
            Some(file) => {
                let name = file.rsplit('/').next().unwrap_or(file);
                format!("{name}: line {}", self.line())
            }
            None => "<No file>".to_string(),
        }
    }

    fn text(&self) -> String {
        match self.file() {
            Some(file) => format!("at {}, {file}: line {}", self.name, self.line()),
            None => format!("at {}, <No file>: line {}", self.name, self.line().max(1)),
        }
    }
}

impl Foreign for CallFrame {
    fn type_ref(&self) -> TypeRef {
        class("System.Management.Automation.CallStackFrame")
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(Some(Str::from(self.text())))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "functionname" => Value::Str(self.name.clone()),
            "invocationinfo" => self.invocation.clone().map_or(Value::Null, InvocationObject::value),
            "scriptname" => self.file().map_or(Value::Null, Value::from),
            "scriptlinenumber" => Value::I32(self.line()),
            "position" => match &self.place {
                Some((source, span)) => crate::syntax::extent(source, *span),
                None => Value::Null,
            },
            _ => return Ok(None),
        }))
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        Ok(match (name.to_ascii_lowercase().as_str(), args.len()) {
            ("getscriptlocation", 0) => Some(Value::from(self.location())),
            ("tostring", 0) => Some(Value::from(self.text())),
            _ => None,
        })
    }

    fn property_names(&self) -> Vec<Str> {
        ["FunctionName", "InvocationInfo", "Position", "ScriptLineNumber", "ScriptName"].map(Str::from).to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        ["GetScriptLocation", "ToString"].map(Str::from).to_vec()
    }
}
