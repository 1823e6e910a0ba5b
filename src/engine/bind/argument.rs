//! Arguments as they stand at the call.

use std::sync::Arc;

use language::Span;
use language::ast::Ast;
use values::{Str, Value};

/// An argument of a command.
#[derive(Clone)]
pub struct Argument {
    /// `-Name`, without dash.
    pub name: Option<Str>,
    /// A positional argument's value, or that of `-Name:value` and splatted pairs.
    pub value: Option<Value>,
    pub is_splatted: bool,
    pub form: crate::code::ArgForm,
    /// A name from `$args` that stood with a colon: a native program does not get it.
    pub had_colon: bool,
    /// The source, for native programs and error positions.
    pub source: Option<(Arc<Ast>, Span)>,
}

impl Argument {
    /// A positional argument.
    pub fn positional(value: Value) -> Argument {
        Argument {
            name: None,
            value: Some(value),
            is_splatted: false,
            form: Default::default(),
            had_colon: false,
            source: None,
        }
    }

    /// A named argument, with its value where it was given with a colon or by splatting.
    pub fn named(name: Str, value: Option<Value>) -> Argument {
        Argument {
            name: Some(name),
            value,
            is_splatted: false,
            form: Default::default(),
            had_colon: false,
            source: None,
        }
    }

    /// The first `--` of a call.
    pub fn is_end_mark(&self) -> bool {
        self.value.is_none() && self.source.is_some() && self.name.as_ref().is_some_and(|n| n.as_str() == "-")
    }
}

/// The name that an item of `$args` stands for, when it was a parameter, and whether its value follows.
pub fn splatted_name(item: &Value) -> Option<(Str, bool)> {
    let Value::Wrapped(wrapped) = item else { return None };
    let name = wrapped.find("<CommandParameterName>")?;
    match name {
        values::PsMember::Note(Value::Str(name)) => {
            let text = wrapped.base.as_str().unwrap_or_default();
            Some((name, text.ends_with(':')))
        }
        _ => None,
    }
}

/// A parameter's name as it goes into `$args`.
pub(super) fn name_as_value(name: &str, has_colon: bool) -> Value {
    let text = if has_colon { format!("-{name}:") } else { format!("-{name}") };
    let wrapped = values::Wrapped::new(Value::from(text));
    wrapped.members.lock().push((Str::from("<CommandParameterName>"), values::PsMember::Note(Value::from(name))));
    Value::Wrapped(Arc::new(wrapped))
}
