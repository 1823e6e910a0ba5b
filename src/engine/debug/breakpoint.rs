//! Breakpoints as objects.

use language::Sym;
use parking_lot::Mutex;
use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value};

/// What a breakpoint waits for.
#[derive(Clone, Debug)]
pub enum Place {
    Line {
        line: u32,
        column: u32,
    },
    /// A command's name, which may be a wildcard.
    Command(Str),
    Variable {
        name: Str,
        mode: AccessMode,
    },
}

/// VariableAccessMode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccessMode {
    Read = 0,
    Write = 1,
    ReadWrite = 2,
}

/// A breakpoint.
pub struct Breakpoint {
    pub id: i32,
    /// The script's full path; all scripts without.
    pub script: Option<Str>,
    pub place: Place,
    /// A script block, or null to stop.
    pub action: Value,
    state: Mutex<(bool, i32)>,
}

impl Breakpoint {
    /// An enabled breakpoint that was never hit.
    pub fn new(id: i32, script: Option<Str>, place: Place, action: Value) -> Breakpoint {
        Breakpoint { id, script, place, action, state: Mutex::new((true, 0)) }
    }

    /// Whether it is heeded.
    pub fn is_enabled(&self) -> bool {
        self.state.lock().0
    }

    /// Heeds it or not.
    pub fn enable(&self, is_enabled: bool) {
        self.state.lock().0 = is_enabled;
    }

    /// Counts a hit.
    pub fn hit(&self) {
        self.state.lock().1 += 1;
    }

    /// Whether it belongs to a file.
    pub fn is_of(&self, file: Option<&str>) -> bool {
        self.script.as_ref().is_none_or(|script| file == Some(script.as_str()))
    }

    /// Whether it waits for a variable's access.
    pub fn waits_for(&self, reads: &[Sym], writes: &[Sym]) -> bool {
        let Place::Variable { name, mode } = &self.place else { return false };
        let sym = Sym::intern(name);
        (*mode != AccessMode::Write && reads.contains(&sym)) || (*mode != AccessMode::Read && writes.contains(&sym))
    }

    /// As `ToString()` gives it.
    pub fn text(&self) -> String {
        let script = self.script.as_deref();
        match &self.place {
            Place::Line { line, column: 0 } => format!("Line breakpoint on '{}:{line}'", script.unwrap_or_default()),
            Place::Line { line, column } => {
                format!("Line breakpoint on '{}:{line}, {column}'", script.unwrap_or_default())
            }
            Place::Command(name) => match script {
                Some(script) => format!("Command breakpoint on '{script}:{name}'"),
                None => format!("Command breakpoint on '{name}'"),
            },
            Place::Variable { name, mode } => match script {
                Some(script) => format!("Variable breakpoint on '{script}:${name}' ({mode:?} access)"),
                None => format!("Variable breakpoint on '${name}' ({mode:?} access)"),
            },
        }
    }
}

/// The object that scripts hold.
pub struct BreakpointObject(pub std::sync::Arc<Breakpoint>);

impl Foreign for BreakpointObject {
    fn type_ref(&self) -> TypeRef {
        crate::host_objects::class(match self.0.place {
            Place::Line { .. } => "System.Management.Automation.LineBreakpoint",
            Place::Command(_) => "System.Management.Automation.CommandBreakpoint",
            Place::Variable { .. } => "System.Management.Automation.VariableBreakpoint",
        })
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(self.0.text()))
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let b = &self.0;
        let (is_enabled, hits) = *b.state.lock();
        Ok(Some(match (name.to_ascii_lowercase().as_str(), &b.place) {
            ("id", _) => Value::I32(b.id),
            ("enabled", _) => Value::Bool(is_enabled),
            ("hitcount", _) => Value::I32(hits),
            ("script", _) => b.script.clone().map_or(Value::Null, Value::Str),
            ("action", _) => b.action.clone(),
            ("line", Place::Line { line, .. }) => Value::I32(*line as i32),
            ("column", Place::Line { column, .. }) => Value::I32(*column as i32),
            ("command", Place::Command(name)) => Value::Str(name.clone()),
            ("variable", Place::Variable { name, .. }) => Value::Str(name.clone()),
            ("accessmode", Place::Variable { mode, .. }) => {
                command::enum_value("System.Management.Automation.VariableAccessMode", &format!("{mode:?}"))
            }
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        let own: &[&str] = match self.0.place {
            Place::Line { .. } => &["Column", "Line"],
            Place::Command(_) => &["Command"],
            Place::Variable { .. } => &["AccessMode", "Variable"],
        };
        own.iter().chain(&["Action", "Enabled", "HitCount", "Id", "Script"]).map(|n| Str::from(*n)).collect()
    }

    fn equals(&self, other: &Value) -> bool {
        other.as_foreign::<BreakpointObject>().is_some_and(|o| o.0.id == self.0.id)
    }
}
