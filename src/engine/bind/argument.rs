//! Arguments as they stand at the call.

use std::sync::Arc;

use language::Span;
use language::ast::Ast;
use values::{Result, Str, Value, convert, members};

use crate::runspace::Runspace;

/// An argument of a command.
#[derive(Clone)]
pub struct Argument {
    /// `-Name`, without dash.
    pub name: Option<Str>,
    /// A positional argument's value, or that of `-Name:value` and splatted pairs.
    pub value: Option<Value>,
    pub is_splatted: bool,
    pub is_bare: bool,
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
            is_bare: false,
            source: None,
        }
    }

    /// A named argument, with its value where it was given with a colon or by splatting.
    pub fn named(name: Str, value: Option<Value>) -> Argument {
        Argument { name: Some(name), value, is_splatted: false, is_bare: false, source: None }
    }

    /// The first `--` of a call.
    pub fn is_end_mark(&self) -> bool {
        self.value.is_none() && self.source.is_some() && self.name.as_ref().is_some_and(|n| n.as_str() == "-")
    }

    /// The texts of a native program's command line.
    pub fn native_text(&self, runspace: &mut Runspace, out: &mut Vec<String>) -> Result<()> {
        if let Some(name) = &self.name {
            let mut text = format!("-{name}");
            if let Some((ast, span)) = &self.source {
                let written = ast.slice(*span);
                let head = written.find(':').filter(|_| self.value.is_some());
                text = match head {
                    Some(at) => written[..=at].to_string(),
                    None => written.to_string(),
                };
            } else if self.value.is_some() {
                text.push(':');
            }
            if let Some(value) = &self.value {
                text.push_str(&convert::to_str(runspace, value)?);
            }
            out.push(text);
            return Ok(());
        }
        let value = self.value.clone().unwrap_or_default();
        if value.is_null() {
            return Ok(());
        }
        if self.is_bare
            && let Some(text) = value.as_str()
        {
            expand_bare(runspace, text, out);
            return Ok(());
        }
        match members::enumerate(runspace, &value)? {
            Some(items) => {
                for item in items {
                    out.push(convert::to_str(runspace, &item)?.to_string());
                }
            }
            None => out.push(convert::to_str(runspace, &value)?.to_string()),
        }
        Ok(())
    }
}

/// On Unix a bare word with wildcards is expanded, and `~` is the home folder.
fn expand_bare(runspace: &mut Runspace, text: &str, out: &mut Vec<String>) {
    if text == "~" || text.starts_with("~/") {
        let home = runspace.environment.get("HOME").cloned().unwrap_or_default();
        out.push(format!("{home}{}", &text[1..]));
        return;
    }
    if text.contains(['*', '?', '[']) {
        let found = crate::session::place::glob_names(runspace, text);
        if !found.is_empty() {
            out.extend(found);
            return;
        }
    }
    out.push(text.to_string());
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
