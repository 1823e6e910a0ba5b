//! The engine's errors, with the ids and texts of PowerShell.

use std::sync::Arc;

use values::error::runtime_error;
use values::{ErrorCategory, ErrorRecord, Exception, Flow, Str, TypeRef, Value};

/// A variable that is read-only or constant.
pub fn variable_not_writable(name: &str) -> Exception {
    let ty = TypeRef::find("System.Management.Automation.SessionStateUnauthorizedAccessException");
    Exception::new(
        ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
        format!("Cannot overwrite variable {name} because it is read-only or constant."),
    )
    .identity("VariableNotWritable", ErrorCategory::WriteError, Value::from(name))
}

/// A variable that was not set, under strict mode.
pub fn variable_unset(name: &str) -> Exception {
    runtime_error(
        "VariableIsUndefined",
        ErrorCategory::InvalidOperation,
        Value::from(name),
        format!("The variable '${name}' cannot be retrieved because it has not been set."),
    )
}

/// A value that a variable's attributes do not allow.
pub fn variable_invalid(name: &str, value: &Value) -> Exception {
    let ty = TypeRef::find("System.Management.Automation.ValidationMetadataException");
    // As .NET's ToString() says it: a list by its type's name.
    let text = match value.base() {
        Value::Null | Value::Void => Str::from("$null"),
        Value::Array(list) => Str::from(list.ty.name()),
        Value::Dict(table) => Str::from(table.ty.name()),
        _ => Str::from(values::convert::to_display(value)),
    };
    Exception::new(
        ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
        format!(
            "The variable cannot be validated because the value {text} is not a valid value for the {name} variable."
        ),
    )
    .identity("ValidateSetFailure", ErrorCategory::MetadataError, Value::Null)
}

/// A constraint that the value at hand does not pass.
pub fn attribute_invalid(name: &str, value: &Value) -> Exception {
    let ty = TypeRef::find("System.Management.Automation.ValidationMetadataException");
    let text = values::convert::to_display(value);
    Exception::new(
        ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
        format!("The attribute cannot be added because variable {name} with value {text} would no longer be valid."),
    )
    .identity("ValidateSetFailure", ErrorCategory::MetadataError, Value::Null)
}

/// A property that is not there, under strict mode.
pub fn property_not_found(name: &str) -> Exception {
    let ty = TypeRef::find("System.Management.Automation.PropertyNotFoundException");
    Exception::new(
        ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION),
        format!("The property '{name}' cannot be found on this object. Verify that the property exists."),
    )
    .identity("PropertyNotFoundStrict", ErrorCategory::NotSpecified, Value::Null)
}

/// A command that was called with arguments in parentheses like a method, under strict mode.
pub fn called_like_method() -> Exception {
    runtime_error(
        "StrictModeFunctionCallWithParens",
        ErrorCategory::InvalidOperation,
        Value::Null,
        "The function or command was called as if it were a method. Parameters should be separated by spaces. For information about parameters, see the about_Parameters Help topic.",
    )
}

/// A type that is not known.
pub fn type_not_found(name: &str) -> Exception {
    // A generic type is named without its arguments.
    let name = match name.split_once('[') {
        Some((head, rest)) if rest.contains(|c: char| c.is_alphanumeric()) => head,
        _ => name,
    };
    runtime_error(
        "TypeNotFound",
        ErrorCategory::InvalidOperation,
        Value::foreign(MissingType(values::Str::from(name))),
        format!("Unable to find type [{name}]."),
    )
}

/// The name of a type that was not found, as it stands in the tree: the target of the error.
struct MissingType(values::Str);

impl values::object::Foreign for MissingType {
    fn type_ref(&self) -> TypeRef {
        TypeRef::find("System.Management.Automation.Language.TypeName").unwrap_or(TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn values::Context, name: &str) -> values::Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "fullname" | "name" => Some(Value::Str(self.0.clone())),
            "isgeneric" | "isarray" => Some(Value::Bool(false)),
            "assemblyname" => Some(Value::Null),
            _ => None,
        })
    }

    fn property_names(&self) -> Vec<values::Str> {
        ["FullName", "Name", "AssemblyName", "IsGeneric", "IsArray"].map(values::Str::from).to_vec()
    }

    fn display_plain(&self) -> Option<values::Str> {
        Some(self.0.clone())
    }
}

/// `[ref] $x` of a variable that does not exist.
pub fn ref_to_nothing() -> Exception {
    runtime_error(
        "NonExistingVariableReference",
        ErrorCategory::InvalidOperation,
        Value::Null,
        "[ref] cannot be applied to a variable that does not exist.",
    )
}

/// What the language has and this engine does not run.
pub fn unsupported_syntax(id: &str) -> Box<Flow> {
    let message = match id {
        "WorkflowNotSupported" => "Workflow is not supported in PowerShell 6+.".to_string(),
        "ConfigurationNotSupported" => "Configuration is not supported on this platform.".to_string(),
        "InvalidLeftHandSide" => "The assignment expression is not valid.".to_string(),
        other => format!("The statement is not supported ({other})."),
    };
    Flow::throw(ErrorRecord::from_exception(Arc::new(runtime_error(
        id,
        ErrorCategory::NotImplemented,
        Value::Null,
        message,
    ))))
}

const CALL_DEPTH: &str = "System.Management.Automation.ScriptCallDepthException";

/// Whether a call nested too deep.
pub fn is_call_depth(exception: &Exception) -> bool {
    exception.ty.name() == CALL_DEPTH
}

/// A call that nests too deep.
pub fn call_depth() -> Exception {
    let ty = TypeRef::find(CALL_DEPTH);
    Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), "The script failed due to call depth overflow.").identity(
        "CallDepthOverflow",
        ErrorCategory::InvalidOperation,
        Value::I32(0),
    )
}

/// A command that is not known.
pub fn command_not_found(name: &str) -> Exception {
    Exception::new(
        TypeRef::COMMAND_NOT_FOUND_EXCEPTION,
        format!(
            "The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable program.\nCheck the spelling of the name, or if a path was included, verify that the path is correct and try again."
        ),
    )
    .identity("CommandNotFoundException", ErrorCategory::ObjectNotFound, Value::from(name))
    .with("CommandName", Value::from(name))
}

/// An error by id, category and message.
pub fn invalid_operation(id: &str, message: impl Into<values::Str>) -> Exception {
    runtime_error(id, ErrorCategory::InvalidOperation, Value::Null, message)
}
