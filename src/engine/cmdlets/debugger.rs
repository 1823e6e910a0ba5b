//! Set-, Get-, Remove-, Enable- and Disable-PSBreakpoint, Wait-Debugger, Set-PSDebug.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Session};
use values::error::error_of;
use values::{ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value};

use crate::debug::{AccessMode, Breakpoint, BreakpointObject, Debugger, Place, Step};
use crate::runspace::Runspace;

/// Set-PSBreakpoint.
pub static SET_BREAKPOINT: Command = Command { name: "Set-PSBreakpoint", create: || Box::new(SetBreakpoint) };
/// Get-PSBreakpoint.
pub static GET_BREAKPOINT: Command = Command { name: "Get-PSBreakpoint", create: || Box::new(GetBreakpoint) };
/// Remove-PSBreakpoint.
pub static REMOVE_BREAKPOINT: Command =
    Command { name: "Remove-PSBreakpoint", create: || Box::new(Change(What::Remove)) };
/// Enable-PSBreakpoint.
pub static ENABLE_BREAKPOINT: Command =
    Command { name: "Enable-PSBreakpoint", create: || Box::new(Change(What::Enable(true))) };
/// Disable-PSBreakpoint.
pub static DISABLE_BREAKPOINT: Command =
    Command { name: "Disable-PSBreakpoint", create: || Box::new(Change(What::Enable(false))) };
/// Wait-Debugger.
pub static WAIT_DEBUGGER: Command = Command { name: "Wait-Debugger", create: || Box::new(WaitDebugger) };
/// Set-PSDebug.
pub static SET_PS_DEBUG: Command = Command { name: "Set-PSDebug", create: || Box::new(SetPsDebug) };

fn debugger(session: &mut dyn Session) -> Result<&mut Debugger> {
    match session.engine().downcast_mut::<Runspace>() {
        Some(runspace) => Ok(runspace.debugger_mut()),
        None => error_of("NoDebugger", ErrorCategory::InvalidOperation, "This session has no debugger."),
    }
}

fn fault(id: &str, category: ErrorCategory, ty: &str, message: String, target: Value) -> Arc<ErrorRecord> {
    let ty = TypeRef::find(ty).unwrap_or(TypeRef::ARGUMENT_EXCEPTION);
    ErrorRecord::from_exception(Arc::new(Exception::new(ty, message).identity(id, category, target)))
}

struct SetBreakpoint;

impl Cmdlet for SetBreakpoint {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let mut scripts: Vec<Option<Str>> = Vec::new();
        for name in bound.strings("Script") {
            for found in session.resolve_path(&name, false)? {
                let folded = found.path.to_ascii_lowercase();
                if !folded.ends_with(".ps1") && !folded.ends_with(".psm1") {
                    let message = format!(
                        "Cannot set breakpoint on file '{}'; only *.ps1 and *.psm1 files are valid.",
                        found.path
                    );
                    let record = fault(
                        "NewPSBreakpoint:WrongExtension",
                        ErrorCategory::InvalidArgument,
                        "System.ArgumentException",
                        message,
                        Value::Null,
                    );
                    session.write_error(record)?;
                    continue;
                }
                scripts.push(Some(found.path));
            }
        }
        if scripts.is_empty() {
            if bound.has("Script") {
                return Ok(());
            }
            scripts.push(None);
        }
        let mut places: Vec<Place> = Vec::new();
        if bound.has("Line") {
            let column = bound.int("Column").unwrap_or(0) as u32;
            let lines = bound.get("Line").and_then(Value::as_array).map(|a| a.to_vec()).unwrap_or_default();
            for line in lines {
                let line = line.as_i64().unwrap_or(0);
                if line < 1 {
                    let record = fault(
                        "SetPSBreakpoint:LineLessThanOne",
                        ErrorCategory::InvalidArgument,
                        "System.ArgumentException",
                        "Line cannot be less than 1.".to_string(),
                        Value::Null,
                    );
                    session.write_error(record)?;
                    continue;
                }
                places.push(Place::Line { line: line as u32, column });
            }
        }
        places.extend(bound.strings("Command").into_iter().map(Place::Command));
        let mode = match bound.get("Mode").map(values::convert::to_display).as_deref() {
            Some("Read") => AccessMode::Read,
            Some("ReadWrite") => AccessMode::ReadWrite,
            _ => AccessMode::Write,
        };
        places.extend(
            bound
                .strings("Variable")
                .into_iter()
                .map(|name| Place::Variable { name: Str::from(name.trim_start_matches('$')), mode }),
        );
        let action = bound.get("Action").cloned().unwrap_or_default();
        for script in scripts {
            for place in &places {
                let debugger = debugger(session)?;
                let id = debugger.next_id;
                debugger.next_id += 1;
                let made = Arc::new(Breakpoint::new(id, script.clone(), place.clone(), action.clone()));
                let value = Value::foreign(BreakpointObject(made.clone()));
                debugger.breakpoints.push((made, value.clone()));
                session.write(value)?;
            }
        }
        Ok(())
    }
}

struct GetBreakpoint;

impl Cmdlet for GetBreakpoint {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let known = debugger(session)?.breakpoints.clone();
        if bound.has("Id") {
            let ids = bound.get("Id").and_then(Value::as_array).map(|a| a.to_vec()).unwrap_or_default();
            for id in ids.iter().filter_map(Value::as_i64) {
                // One that is not there is no error here.
                if let Some((_, value)) = known.iter().find(|(b, _)| i64::from(b.id) == id) {
                    session.write(value.clone())?;
                }
            }
            return Ok(());
        }
        let mut scripts = Vec::new();
        for name in bound.strings("Script") {
            scripts.extend(session.resolve_path(&name, false)?.into_iter().map(|p| p.path));
        }
        let types: Vec<String> = match bound.get("Type").and_then(Value::as_array) {
            Some(list) => list.to_vec().iter().map(values::convert::to_display).collect(),
            None => Vec::new(),
        };
        let (commands, variables) = (bound.strings("Command"), bound.strings("Variable"));
        for (breakpoint, value) in known {
            let kind = match breakpoint.place {
                Place::Line { .. } => "Line",
                Place::Command(_) => "Command",
                Place::Variable { .. } => "Variable",
            };
            let fits_name = match &breakpoint.place {
                Place::Command(name) => {
                    variables.is_empty()
                        && (commands.is_empty() || commands.iter().any(|c| c.eq_ignore_ascii_case(name)))
                }
                Place::Variable { name, .. } => {
                    commands.is_empty()
                        && (variables.is_empty() || variables.iter().any(|v| v.eq_ignore_ascii_case(name)))
                }
                Place::Line { .. } => commands.is_empty() && variables.is_empty(),
            };
            let fits_script = scripts.is_empty() || breakpoint.script.as_ref().is_some_and(|own| scripts.contains(own));
            let fits_type = types.is_empty() || types.iter().any(|t| t == kind);
            if fits_name && fits_script && fits_type {
                session.write(value)?;
            }
        }
        Ok(())
    }
}

fn missing(command: &str, id: i64) -> Arc<ErrorRecord> {
    fault(
        &format!("{command}:BreakpointIdNotFound"),
        ErrorCategory::InvalidArgument,
        "System.ArgumentException",
        format!("There is no breakpoint with ID '{id}'."),
        Value::Null,
    )
}

#[derive(Clone, Copy)]
enum What {
    Remove,
    Enable(bool),
}

struct Change(What);

impl Cmdlet for Change {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let known = debugger(session)?.breakpoints.clone();
        let mut found: Vec<(Arc<Breakpoint>, Value)> = Vec::new();
        let list = |name: &str| match bound.get(name) {
            Some(value) => value.as_array().map_or_else(|| vec![value.clone()], |a| a.to_vec()),
            None => Vec::new(),
        };
        for value in list("Breakpoint") {
            let own = value.as_foreign::<BreakpointObject>().map(|o| o.0.id);
            found.extend(known.iter().filter(|(b, _)| Some(b.id) == own).cloned());
        }
        for id in list("Id").iter().filter_map(Value::as_i64) {
            match known.iter().find(|(b, _)| i64::from(b.id) == id) {
                Some(entry) => found.push(entry.clone()),
                None => {
                    session.write_error(missing("PSBreakpoint", id))?;
                }
            }
        }
        for (breakpoint, value) in found {
            let action = session.command().name.to_string();
            if !session.should_process(&breakpoint.text(), &action)? {
                continue;
            }
            match self.0 {
                What::Remove => debugger(session)?.breakpoints.retain(|(b, _)| b.id != breakpoint.id),
                What::Enable(is_enabled) => breakpoint.enable(is_enabled),
            }
            if bound.switch("PassThru") {
                session.write(value)?;
            }
        }
        Ok(())
    }
}

struct WaitDebugger;

impl Cmdlet for WaitDebugger {
    fn end(&mut self, session: &mut dyn Session, _bound: &Bound) -> Result<()> {
        match session.engine().downcast_mut::<Runspace>() {
            Some(runspace) => runspace.wait_debugger(),
            None => Ok(()),
        }
    }
}

struct SetPsDebug;

impl Cmdlet for SetPsDebug {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_off = bound.switch("Off");
        if let Some(runspace) = session.engine().downcast_mut::<Runspace>() {
            if bound.switch("Strict") {
                runspace.set_global_strict(1);
            } else if is_off {
                runspace.set_global_strict(0);
            }
        }
        let debugger = debugger(session)?;
        if is_off {
            debugger.trace = 0;
            debugger.is_stepping_lines = false;
            debugger.step = Step::None;
            return Ok(());
        }
        if let Some(level) = bound.int("Trace") {
            debugger.trace = level as u8;
        }
        if bound.switch("Step") {
            debugger.is_stepping_lines = true;
            debugger.trace = debugger.trace.max(1);
            debugger.step = Step::Into;
        }
        Ok(())
    }
}
