//! Running a line for the sake of its binding: commands are bound by the real binder, reported and not run.
//!
//! What a command would put out is stood in for by an object that has an identity, of the type that the command is declared
//! to give. Commands that only work on objects (Select-Object and its like) run; Where-Object lets all pass. Files are not
//! written, programs are not started, variables of outer scopes keep their values.

use std::sync::Arc;

use command::{Bound, Cmdlet, CommandInfo, Invoke, Rehearsed, Session};
use values::{ErrorRecord, Flow, Object, Result, Str, Value};

use super::Processor;
use crate::bind::Binding;
use crate::runspace::{Runspace, Streams, Target};

/// Calls that were seen, in the order in which they would run.
type Calls = Arc<parking_lot::Mutex<Vec<Rehearsed>>>;

/// A rehearsal under way.
#[derive(Clone, Default)]
pub struct Rehearsal {
    calls: Calls,
}

/// Built-in commands that look at their arguments and input and at nothing else.
const RUNS: [&str; 46] = [
    "ForEach-Object",
    "Select-Object",
    "Sort-Object",
    "Group-Object",
    "Measure-Object",
    "Compare-Object",
    "Get-Unique",
    "Get-Member",
    "Add-Member",
    "New-Object",
    "New-TimeSpan",
    "Get-Date",
    "Get-Random",
    "New-Guid",
    "Write-Output",
    "Out-String",
    "Out-Null",
    "ConvertTo-Json",
    "ConvertFrom-Json",
    "ConvertTo-Csv",
    "ConvertFrom-Csv",
    "ConvertTo-Xml",
    "ConvertTo-Html",
    "ConvertFrom-StringData",
    "ConvertTo-SecureString",
    "ConvertFrom-SecureString",
    "Join-Path",
    "Split-Path",
    "Test-Path",
    "Resolve-Path",
    "Get-Item",
    "Get-ChildItem",
    "Get-Content",
    "Import-Csv",
    "Import-Clixml",
    "Get-Variable",
    "Get-Command",
    "Get-Location",
    "Get-Culture",
    "Select-String",
    "Invoke-Expression",
    "Format-Table",
    "Format-List",
    "Format-Wide",
    "Format-Custom",
    "Join-String",
];

/// How a command takes part.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// Runs as always.
    Runs,
    /// Gives on what it is given.
    Passes,
    /// Gives a credential without asking for it.
    Credential,
    /// A product's command: reported, with an object in place of its output.
    Reported,
    /// Bound only.
    Silent,
}

fn part_of(info: &CommandInfo) -> Part {
    if matches!(info.body, command::CommandBody::Made(_)) {
        return Part::Reported;
    }
    match info.name.as_str() {
        "Where-Object" | "Tee-Object" => Part::Passes,
        "Get-Credential" => Part::Credential,
        name if RUNS.contains(&name) => Part::Runs,
        _ => Part::Silent,
    }
}

/// In place of a command that is only bound.
struct Double {
    part: Part,
    info: Arc<CommandInfo>,
    /// `WhatIf` and `Confirm`, which the engine takes.
    switches: Vec<Str>,
    calls: Calls,
    is_seen: bool,
}

impl Double {
    fn report(&mut self, bound: &Bound, was_run: bool) {
        if self.part != Part::Reported || self.is_seen {
            return;
        }
        self.is_seen = true;
        // The engine's own parameters are no part of the call, whether or not the command declares them.
        let is_own = |name: &str| !["Verbose", "Debug"].iter().any(|n| n.eq_ignore_ascii_case(name));
        let mut parameters: Vec<Str> = bound.iter().map(|(name, _)| name.clone()).filter(|n| is_own(n)).collect();
        for name in &self.switches {
            if !parameters.iter().any(|p| p.eq_ignore_ascii_case(name)) {
                parameters.push(name.clone());
            }
        }
        self.calls.lock().push(Rehearsed {
            name: self.info.name.clone(),
            parameter_set: Str::from(bound.parameter_set()),
            parameters,
            error_id: Str::empty(),
            was_run,
        });
    }

    /// What the command would give: Set and Remove give nothing unless they are asked to pass on.
    fn stand_in(&self, bound: &Bound) -> Option<Value> {
        let (verb, noun) = self.info.name.split_once('-').unwrap_or(("", &self.info.name));
        let is_mute = ["Set", "Remove", "Grant", "Disable", "Clear", "Stop", "Uninstall", "Unregister"].contains(&verb);
        if is_mute && !bound.switch("PassThru") {
            return None;
        }
        let identity = match bound.get("Identity").or_else(|| bound.get("Name")) {
            Some(value) if value.as_str().is_some() => value.clone(),
            _ => Value::from(noun),
        };
        // Objects of CIM classes are told apart by their class.
        let named = match self.info.output_types.first().map(|name| name.as_str()) {
            Some(name) if !name.contains("CimInstance") => name,
            _ => noun,
        };
        Some(Object::typed(named, [("Identity", identity)]))
    }
}

impl Cmdlet for Double {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        // What writes a file says at once when it can't.
        let writes = self.info.name.starts_with("Export-")
            || ["Out-File", "Set-Content", "Add-Content"].contains(&self.info.name.as_str());
        if self.part == Part::Silent && writes {
            for name in ["FilePath", "Path", "LiteralPath"] {
                let Some(text) = bound.str(name) else { continue };
                let path = session.file_path(&text)?;
                if path.parent().is_some_and(|folder| !folder.is_dir()) {
                    return values::error::error_of(
                        "FileOpenFailure",
                        values::ErrorCategory::OpenError,
                        format!("Could not find a part of the path '{}'.", path.display()),
                    );
                }
            }
        }
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.report(bound, true);
        match self.part {
            Part::Passes => match bound.get("InputObject") {
                Some(item) if !item.is_null() => session.write(item.clone()),
                _ => Ok(()),
            },
            Part::Credential => {
                let name = bound.str("Credential").or_else(|| bound.str("UserName")).unwrap_or_else(|| "user".into());
                let context: &mut dyn values::Context = session;
                let secure = values::members::call_static(context, values::TypeRef::SECURE_STRING, "new", &[])?;
                let Some(ty) = values::TypeRef::find("System.Management.Automation.PSCredential") else {
                    return Ok(());
                };
                let made = values::members::call_static(context, ty, "new", &[Value::Str(name), secure])?;
                session.write(made)
            }
            _ => match self.stand_in(bound).filter(|_| self.part == Part::Reported) {
                Some(object) => session.write(object),
                None => Ok(()),
            },
        }
    }

    fn end(&mut self, _session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.report(bound, false);
        Ok(())
    }
}

/// The error's id without the command's.
fn error_id(record: &ErrorRecord) -> Str {
    record.data.lock().id.clone().unwrap_or_else(Str::empty)
}

/// The command that failed; for a name that means nothing the name.
fn command_name(record: &ErrorRecord) -> Str {
    let data = record.data.lock();
    let called =
        data.invocation.as_ref().and_then(|i| match i.command.as_foreign::<crate::host_objects::CommandObject>() {
            Some(command) => Some(command.info.name.clone()),
            None => i.name.clone(),
        });
    called
        .or_else(|| data.target_name.clone())
        .or_else(|| data.target.as_str().map(Str::from))
        .unwrap_or_else(Str::empty)
}

impl Runspace {
    /// The stage of a bound command in a rehearsal; gives the binding back where the command runs as always.
    pub(super) fn rehearsed(
        &mut self,
        info: &Arc<CommandInfo>,
        binding: Box<Binding>,
        at: (usize, usize),
    ) -> std::result::Result<Processor, Box<Binding>> {
        let Some(rehearsal) = &self.rehearsal else { return Err(binding) };
        let part = part_of(info);
        if part == Part::Runs {
            return Err(binding);
        }
        let common = &self.pipes[at.0].stages[at.1].common;
        let switches = [("WhatIf", common.what_if), ("Confirm", common.confirm)];
        let switches = switches.iter().filter(|(_, is)| is.is_some()).map(|(name, _)| Str::from(*name)).collect();
        let calls = rehearsal.calls.clone();
        let cmdlet = Box::new(Double { part, info: info.clone(), switches, calls, is_seen: false });
        Ok(Processor::Native { cmdlet, binding })
    }

    /// Binds the commands of a text without running them; gives the calls and the errors in order.
    pub(crate) fn rehearse_text(&mut self, text: &str) -> Result<Vec<Rehearsed>> {
        let failed = |name: Str, id: Str| Rehearsed {
            name,
            parameter_set: Str::empty(),
            parameters: Vec::new(),
            error_id: id,
            was_run: true,
        };
        let block = match Session::parse_script(self, text, None) {
            Ok(block) => block,
            Err(flow) => match flow.record() {
                Some(record) => return Ok(vec![failed(Str::empty(), error_id(record))]),
                None => return Err(flow),
            },
        };
        let rehearsal = Rehearsal::default();
        let calls = rehearsal.calls.clone();
        let outer = self.rehearsal.replace(rehearsal);
        let streams = std::mem::replace(&mut self.streams, Streams([Target::Discard; 7]));
        let tries = std::mem::take(&mut self.tries);
        let known = std::mem::take(&mut *self.errors.lock());
        let success = self.success;
        let result = self.invoke_script(&block, Invoke::default());
        self.success = success;
        let new = std::mem::replace(&mut *self.errors.lock(), known);
        self.tries = tries;
        self.streams = streams;
        self.rehearsal = outer;
        let mut errors: Vec<Arc<ErrorRecord>> = new
            .into_iter()
            .rev()
            .filter_map(|e| match e {
                Value::Error(record) => Some(record),
                _ => None,
            })
            .collect();
        if let Err(flow) = result {
            match &*flow {
                Flow::Throw(record) => errors.push(record.clone()),
                Flow::Stopped => return Err(flow),
                _ => {}
            }
        }
        let mut found = std::mem::take(&mut *calls.lock());
        let errors: Vec<Rehearsed> =
            errors.iter().map(|record| failed(command_name(record), error_id(record))).collect();
        // A stage whose input was refused was not called.
        found.retain(|call| call.was_run || !errors.iter().any(|e| e.name == call.name));
        found.extend(errors);
        Ok(found)
    }
}
