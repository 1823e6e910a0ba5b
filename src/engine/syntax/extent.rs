//! Extents and positions.

use std::sync::Arc;

use language::{Source, Span};
use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value};

/// A piece of a source (IScriptExtent).
pub struct Extent {
    pub source: Arc<Source>,
    pub span: Span,
}

/// An extent as a value.
pub fn extent(source: &Arc<Source>, span: Span) -> Value {
    Value::foreign(Extent { source: source.clone(), span })
}

/// A position as a value.
pub fn position(source: &Arc<Source>, byte: u32) -> Value {
    Value::foreign(ScriptPosition { source: source.clone(), byte })
}

/// An extent without text, as statements have that were not written.
pub fn empty() -> Value {
    extent(&Arc::new(Source::new("")), Span::default())
}

impl Extent {
    fn file(&self) -> Value {
        self.source.file().map_or(Value::Null, Value::from)
    }
}

impl Foreign for Extent {
    fn type_ref(&self) -> TypeRef {
        super::class("InternalScriptExtent")
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(self.source.slice(self.span)))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let start = || self.source.position(self.span.start);
        let end = || self.source.position(self.span.end());
        let number = |n: u32| Value::I32(n as i32);
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "file" => self.file(),
            "startscriptposition" => position(&self.source, self.span.start),
            "endscriptposition" => position(&self.source, self.span.end()),
            "startlinenumber" => number(start().line),
            "startcolumnnumber" => number(start().column),
            "endlinenumber" => number(end().line),
            "endcolumnnumber" => number(end().column),
            "startoffset" => number(start().offset),
            "endoffset" => number(end().offset),
            "text" => Value::from(self.source.slice(self.span)),
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "File",
            "StartScriptPosition",
            "EndScriptPosition",
            "StartLineNumber",
            "StartColumnNumber",
            "EndLineNumber",
            "EndColumnNumber",
            "Text",
            "StartOffset",
            "EndOffset",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn type_names(&self) -> Option<Vec<Str>> {
        Some(vec![Str::from("System.Management.Automation.Language.InternalScriptExtent"), Str::from("System.Object")])
    }
}

/// A place in a source (IScriptPosition).
pub struct ScriptPosition {
    source: Arc<Source>,
    byte: u32,
}

impl Foreign for ScriptPosition {
    fn type_ref(&self) -> TypeRef {
        super::class("InternalScriptPosition")
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let at = self.source.position(self.byte);
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "file" => self.source.file().map_or(Value::Null, Value::from),
            "linenumber" => Value::I32(at.line as i32),
            "columnnumber" => Value::I32(at.column as i32),
            "offset" => Value::I32(at.offset as i32),
            "line" => Value::from(self.source.line(at.line)),
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        ["File", "LineNumber", "ColumnNumber", "Line", "Offset"].map(Str::from).to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        vec![Str::from("GetFullScript")]
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        if name.eq_ignore_ascii_case("GetFullScript") {
            return Ok(Some(Value::from(self.source.text())));
        }
        // Completion moves positions about.
        if name.eq_ignore_ascii_case("CloneWithNewOffset")
            && let Some(offset) = args.first()
        {
            let offset = values::convert::convert(ctx, offset, TypeRef::INT32)?.as_i64().unwrap_or(0);
            return Ok(Some(position(&self.source, self.source.byte_at(offset as u32))));
        }
        Ok(None)
    }
}
