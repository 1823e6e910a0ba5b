//! Error records.

use std::sync::Arc;

use parking_lot::Mutex;

use super::category::ErrorCategory;
use super::exception::Exception;
use crate::string::Str;
use crate::value::Value;

/// System.Management.Automation.ErrorRecord.
pub struct ErrorRecord {
    /// The exception; always there.
    pub exception: Arc<Exception>,
    /// What scripts can set after the record was made.
    pub data: Mutex<RecordData>,
}

/// The changeable part of an error record.
#[derive(Clone, Default)]
pub struct RecordData {
    /// FullyQualifiedErrorId without the command's name.
    pub id: Option<Str>,
    /// Name of the command class or function that is appended to the id after a comma.
    pub command: Option<Str>,
    /// CategoryInfo.Category.
    pub category: ErrorCategory,
    /// CategoryInfo.Activity; the command's name when not set.
    pub activity: Option<Str>,
    /// CategoryInfo.Reason; the exception's type name when not set.
    pub reason: Option<Str>,
    /// CategoryInfo.TargetName; the target's text when not set.
    pub target_name: Option<Str>,
    /// CategoryInfo.TargetType.
    pub target_type: Option<Str>,
    /// TargetObject.
    pub target: Value,
    /// ErrorDetails: message and recommended action.
    pub details: Option<(Str, Option<Str>)>,
    /// InvocationInfo.
    pub invocation: Option<Arc<Invocation>>,
    /// ScriptStackTrace, innermost first, one frame a line.
    pub stack: Option<StackTrace>,
    /// Whether it came from `throw` or from -ErrorAction Stop: it ends the script rather than the statement.
    pub is_script_terminating: bool,
    /// Whether the record was reported to a host already (a rethrown one is not added to `$Error` twice).
    pub is_reported: bool,
    /// Whether it came from another session (RemotingErrorRecord).
    pub is_remote: bool,
}

/// ScriptStackTrace: most are thrown away unread, so the text is made when somebody asks for it.
#[derive(Clone)]
pub enum StackTrace {
    Text(Str),
    Pending(Arc<dyn Fn() -> Str + Send + Sync>),
}

impl StackTrace {
    /// Of what came without one.
    pub fn empty() -> StackTrace {
        StackTrace::Text(Str::empty())
    }

    /// The text.
    pub fn text(&self) -> Str {
        match self {
            StackTrace::Text(text) => text.clone(),
            StackTrace::Pending(make) => make(),
        }
    }
}

/// Where and how a command was called (InvocationInfo).
#[derive(Clone, Default, Debug)]
pub struct Invocation {
    /// `MyCommand`, a CommandInfo, or null.
    pub command: Value,
    /// The name as it was typed.
    pub name: Option<Str>,
    /// Position of the call.
    pub position: Option<Arc<Position>>,
    /// `BoundParameters`.
    pub bound: Value,
    /// `UnboundArguments`.
    pub unbound: Vec<Value>,
    /// `PSCommandPath`, empty at the prompt.
    pub script: Option<Str>,
    /// `PipelineLength` and `PipelinePosition`.
    pub pipeline: (u32, u32),
    /// `CommandOrigin` is Runspace rather than Internal.
    pub is_from_runspace: bool,
    /// `HistoryId`.
    pub history_id: i64,
    /// `ExpectingInput`.
    pub is_expecting_input: bool,
}

/// A stretch of source text, lines and columns counted from 1 in UTF-16 units.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
pub struct Position {
    /// File, or none for text that was typed.
    pub file: Option<Str>,
    pub start_line: u32,
    pub start_column: u32,
    pub end_line: u32,
    pub end_column: u32,
    /// Offsets in UTF-16 units.
    pub start_offset: u32,
    pub end_offset: u32,
    /// The text itself.
    pub text: Option<Str>,
    /// The whole first line.
    pub line: Option<Str>,
}

impl ErrorRecord {
    /// A record with all four parts, as `[ErrorRecord]::new(exception, id, category, target)`.
    pub fn new(exception: Arc<Exception>, id: impl Into<Str>, category: ErrorCategory, target: Value) -> ErrorRecord {
        let data = RecordData { id: Some(id.into()), category, target, ..Default::default() };
        ErrorRecord { exception, data: Mutex::new(data) }
    }

    /// The record of an exception: its own identity, or the type's name with category NotSpecified.
    pub fn from_exception(exception: Arc<Exception>) -> Arc<ErrorRecord> {
        let held = exception.data.lock();
        let (id, category, target) = match &held.identity {
            Some(i) => (i.id.clone(), i.category, i.target.clone()),
            None => (Str::from(exception.ty.name_only()), ErrorCategory::NotSpecified, Value::Null),
        };
        drop(held);
        Arc::new(ErrorRecord::new(exception, id, category, target))
    }

    /// A record around a new exception of a type: the common form for cmdlets.
    pub fn simple(
        ty: crate::types::TypeRef,
        message: impl Into<Str>,
        id: &str,
        category: ErrorCategory,
        target: Value,
    ) -> Arc<ErrorRecord> {
        Arc::new(ErrorRecord::new(Arc::new(Exception::new(ty, message)), id, category, target))
    }

    /// FullyQualifiedErrorId as printed.
    pub fn full_id(&self) -> String {
        let data = self.data.lock();
        let id = data.id.as_ref().map_or("", |s| s.as_str());
        match &data.command {
            // A record that came whole from elsewhere.
            Some(command) if command.is_empty() => id.to_string(),
            Some(command) if id.is_empty() => command.to_string(),
            Some(command) => format!("{id},{command}"),
            None => id.to_string(),
        }
    }

    /// The text that views show: ErrorDetails where there are any, else the exception's message.
    pub fn message(&self) -> Str {
        let details = self.data.lock().details.clone();
        details.map_or_else(|| self.exception.message(), |d| d.0)
    }
}
