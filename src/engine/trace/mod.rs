//! Trace sources: what the engine tells about its work while somebody traces it (Trace-Command, Set-TraceSource).
//!
//! A session that traces nothing has no `Tracing`; each place that could tell something asks for that alone.

mod conversion;
mod listener;
mod object;

use std::sync::Arc;

use values::{Str, TypeRef, Value, convert};

pub use listener::{Listener, Outlet};
pub use object::object;

use crate::runspace::Runspace;

/// Names and descriptions, sorted.
static SOURCES: &str = include_str!("sources.tsv");

/// `PSTraceSourceOptions`: what the engine writes.
const WRITE_LINE: i64 = 4096;
const SCOPE: i64 = 8192;
const ERROR: i64 = 512;
/// .NET's switch of a source lets lines of information through by this bit alone (`TraceEventType.Information`), which
/// `PSTraceSourceOptions` calls `Method`: `All` and `ExecutionFlow` have it, `WriteLine` by itself shows nothing.
const INFORMATION: i64 = 8;
/// All of them.
pub const ALL: i64 = 32767;

/// What stands in a trace in place of a secret.
const VEIL: &str = "********";

/// The sources that the engine writes to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Source {
    CommandDiscovery,
    MemberResolution,
    MethodInvocation,
    ParameterBinderController,
    ParameterBinding,
    PathResolution,
    TypeConversion,
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Source::CommandDiscovery => "CommandDiscovery",
            Source::MemberResolution => "MemberResolution",
            Source::MethodInvocation => "MethodInvocation",
            Source::ParameterBinderController => "ParameterBinderController",
            Source::ParameterBinding => "ParameterBinding",
            Source::PathResolution => "PathResolution",
            Source::TypeConversion => "TypeConversion",
        }
    }

    /// Whether each line begins with the kind of what is told.
    fn has_headers(self) -> bool {
        self == Source::ParameterBinderController
    }
}

/// A source that was set.
#[derive(Clone)]
pub struct Traced {
    pub name: &'static str,
    pub options: i64,
    pub listeners: Vec<Listener>,
}

/// The sources of a session that were set, and how deep what they tell is nested.
#[derive(Clone, Default)]
pub struct Tracing {
    pub sources: Vec<Traced>,
    depth: usize,
    /// While a parameter is bound that names a secret: values are not shown.
    is_veiled: bool,
}

impl Tracing {
    /// The state of a source, to be changed.
    pub fn source(&mut self, name: &'static str) -> &mut Traced {
        let at = match self.sources.iter().position(|s| s.name == name) {
            Some(at) => at,
            None => {
                self.sources.push(Traced { name, options: 0, listeners: vec![Listener::default()] });
                self.sources.len() - 1
            }
        };
        &mut self.sources[at]
    }

    /// Whether nothing differs from a session in which no source was ever set.
    pub fn is_untouched(&self) -> bool {
        let is_untouched = |s: &Traced| s.options == 0 && matches!(&s.listeners[..], [l] if l.is_default());
        self.sources.iter().all(is_untouched)
    }
}

/// Names and descriptions of the sources that a pattern fits.
pub fn named(pattern: &str) -> Vec<(&'static str, &'static str)> {
    SOURCES.lines().filter_map(|l| l.split_once('\t')).filter(|(n, _)| crate::wildcard::matches(pattern, n)).collect()
}

/// The name of a value's type.
pub fn type_of(value: &Value) -> Str {
    value.base().type_ref().map_or_else(|| Str::from("null"), TypeRef::full_name)
}

impl Runspace {
    /// Tells something to who traces the source.
    #[inline]
    pub(crate) fn trace(&mut self, source: Source, text: impl FnOnce(&Tracing) -> String) {
        if let Some(tracing) = &self.tracing {
            let text = text(tracing);
            self.tell(source, WRITE_LINE, &text);
        }
    }

    /// The same for what went wrong.
    #[inline]
    pub(crate) fn trace_error(&mut self, source: Source, text: impl FnOnce(&Tracing) -> String) {
        if let Some(tracing) = &self.tracing {
            let text = format!("ERROR: {}", text(tracing));
            self.tell(source, ERROR, &text);
        }
    }

    /// Tells what begins; what follows stands deeper, until `trace_back` is given the number that comes back.
    #[inline]
    pub(crate) fn trace_scope(&mut self, source: Source, text: impl FnOnce(&Tracing) -> String) -> usize {
        let Some(tracing) = &self.tracing else { return 0 };
        let (depth, text) = (tracing.depth, text(tracing));
        if self.tell(source, SCOPE, &text)
            && let Some(tracing) = &mut self.tracing
        {
            tracing.depth += 1;
        }
        depth
    }

    /// Ends what began at that depth.
    #[inline]
    pub(crate) fn trace_back(&mut self, depth: usize) {
        if let Some(tracing) = &mut self.tracing {
            tracing.depth = depth;
        }
    }

    /// Values are not shown until it is called with what it gave.
    pub(crate) fn trace_veiled(&mut self, is_veiled: bool) -> bool {
        self.tracing.as_mut().is_some_and(|t| std::mem::replace(&mut t.is_veiled, is_veiled))
    }

    /// Writes a line to the listeners of a source; false when nobody wants such lines of it.
    #[cold]
    fn tell(&mut self, source: Source, kind: i64, text: &str) -> bool {
        let Some(tracing) = &self.tracing else { return false };
        let found = tracing.sources.iter().find(|s| s.name == source.name() && s.options & kind != 0);
        let Some(found) = found else { return false };
        if found.options & INFORMATION == 0 {
            return true;
        }
        let (listeners, indent) = (found.listeners.clone(), " ".repeat(tracing.depth * 4));
        let header = match (source.has_headers(), kind) {
            (false, _) => "",
            (_, SCOPE) => " Scope       ",
            (_, ERROR) => " Error       ",
            _ => " WriteLine   ",
        };
        let line = format!("{} Information: 0 : {header}{indent}{text}", source.name());
        let stack = listeners.iter().any(Listener::wants_stack).then(|| self.trace_stack());
        for listener in listeners {
            listener.write(&mut *self.host, &line, stack.as_deref());
        }
        true
    }

    fn trace_stack(&self) -> String {
        let names: Vec<&str> = self.frames.iter().rev().map(|f| f.name.as_str()).collect();
        names.join(" <- ")
    }
}

impl Tracing {
    /// A value as a line shows it: a list by its type, a secret not at all.
    pub fn shown(&self, value: &Value) -> String {
        match value.base() {
            _ if self.is_veiled => VEIL.to_string(),
            Value::Array(list) => list.ty.name().to_string(),
            _ => convert::to_display(value),
        }
    }

    /// A message that may quote a value.
    pub fn quoted(&self, message: &str) -> String {
        if self.is_veiled { VEIL.to_string() } else { message.to_string() }
    }
}

/// A file that a listener writes to.
pub type Shared = Arc<parking_lot::Mutex<std::fs::File>>;
