//! `[Console]::Out` and `[Console]::Error`, and what `$Host.UI.Prompt` asks for.

use command::NativeObject;
use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value, convert};

use crate::runspace::Runspace;

/// A text writer over one of the process's streams.
struct Writer {
    is_error: bool,
}

/// The writer that a property of `[Console]` holds.
pub fn writer(name: &str) -> Option<Value> {
    match name.to_ascii_lowercase().as_str() {
        "out" => Some(Value::foreign(Writer { is_error: false })),
        "error" => Some(Value::foreign(Writer { is_error: true })),
        _ => None,
    }
}

/// `[System.Management.Automation.Host.FieldDescription]::new(name)`.
pub fn field(args: &[Value]) -> Value {
    let name = args.first().map(convert::to_display).unwrap_or_default();
    NativeObject::of(
        "System.Management.Automation.Host.FieldDescription",
        vec![
            ("Name", Value::from(name)),
            ("ParameterTypeName", Value::from("String")),
            ("ParameterTypeFullName", Value::from("System.String")),
            ("ParameterAssemblyFullName", Value::from("")),
            ("Label", Value::from("")),
            ("HelpMessage", Value::from("")),
            ("IsMandatory", Value::Bool(true)),
            ("DefaultValue", Value::Null),
            ("Attributes", Value::array(Vec::new())),
        ],
    )
}

impl Foreign for Writer {
    fn type_ref(&self) -> TypeRef {
        let base = command::class("System.IO.TextWriter", TypeRef::OBJECT);
        command::class("System.IO.TextWriter+SyncTextWriter", base)
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let mut text = match args {
            [] => String::new(),
            [one] => convert::to_str(ctx, one)?.to_string(),
            [format, rest @ ..] => {
                let mut all = vec![format.clone()];
                all.extend_from_slice(rest);
                let text = values::members::call_static(ctx, TypeRef::STRING, "Format", &all)?;
                convert::to_str(ctx, &text)?.to_string()
            }
        };
        match name.to_ascii_lowercase().as_str() {
            "write" => {}
            "writeline" => text.push('\n'),
            "flush" => {
                if let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() {
                    runspace.host.flush();
                }
                return Ok(Some(Value::Void));
            }
            "close" | "dispose" => return Ok(Some(Value::Void)),
            _ => return Ok(None),
        }
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        match self.is_error {
            true => runspace.host.write_error_line(text.strip_suffix('\n').unwrap_or(&text)),
            false => runspace.host.write(&text, None, None),
        }
        Ok(Some(Value::Void))
    }

    fn method_names(&self) -> Vec<Str> {
        ["Write", "WriteLine", "Flush", "Close", "Dispose"].map(Str::from).to_vec()
    }
}
