//! What a session does as the commands of its scripts are looked up: `PreCommandLookupAction`, `PostCommandLookupAction` and
//! `CommandNotFoundAction` of `$ExecutionContext.InvokeCommand`.

use std::sync::Arc;

use ::command::{CommandInfo, CommandKind};
use parking_lot::Mutex;
use values::object::Foreign;
use values::{Array, Context, Flow, Result, Str, TypeRef, Value, convert};

use crate::host_objects::CommandObject;
use crate::runspace::{FrameKind, Runspace};

/// When an action is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// Before anything is looked up.
    Before,
    /// Once a command is found, which the action may replace.
    After,
    /// Where nobody knows the name.
    NotFound,
}

impl Moment {
    /// By the property of `$ExecutionContext.InvokeCommand` that holds the action.
    pub fn of_property(name: &str) -> Option<Moment> {
        Some(match name.to_ascii_lowercase().as_str() {
            "precommandlookupaction" => Moment::Before,
            "postcommandlookupaction" => Moment::After,
            "commandnotfoundaction" => Moment::NotFound,
            _ => return None,
        })
    }
}

/// The actions of a session.
#[derive(Default)]
pub struct LookupActions {
    actions: [Option<Value>; 3],
    /// The names that actions are being asked about: their own commands of these names are looked up without them.
    asking: Vec<(Moment, Str)>,
    /// Patterns of the paths of programs and of scripts that may be called from outside, once a script has asked for them.
    callable: [Option<Arc<Array>>; 2],
}

impl LookupActions {
    /// The action of a moment.
    pub fn get(&self, moment: Moment) -> Option<&Value> {
        self.actions[moment as usize].as_ref()
    }

    /// Sets the action of a moment; `$null` takes it away.
    pub fn set(&mut self, moment: Moment, action: Value) {
        self.actions[moment as usize] = Some(action).filter(|a| !a.is_null());
    }

    /// Whether each call is to be looked up by its name: no place remembers what it called.
    pub fn watch_calls(&self) -> bool {
        self.get(Moment::Before).is_some() || self.get(Moment::After).is_some()
    }
}

/// CommandLookupEventArgs.
struct LookupEvent {
    name: Str,
    origin: &'static str,
    said: Mutex<Said>,
}

/// What an action said.
#[derive(Default)]
struct Said {
    command: Value,
    block: Value,
    is_over: bool,
}

impl Foreign for LookupEvent {
    fn type_ref(&self) -> TypeRef {
        crate::host_objects::class("System.Management.Automation.CommandLookupEventArgs")
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let said = self.said.lock();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "commandname" => Value::Str(self.name.clone()),
            "commandorigin" => ::command::enum_value("System.Management.Automation.CommandOrigin", self.origin),
            "stopsearch" => Value::Bool(said.is_over),
            "command" => said.command.clone(),
            "commandscriptblock" => said.block.clone(),
            _ => return Ok(None),
        }))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let converted = |ctx: &mut dyn Context, ty| match value.is_null() {
            true => Ok(Value::Null),
            false => convert::convert(ctx, value, ty),
        };
        match name.to_ascii_lowercase().as_str() {
            "stopsearch" => self.said.lock().is_over = convert::to_bool(value),
            "command" => {
                let command = converted(ctx, TypeRef::COMMAND_INFO)?;
                self.said.lock().command = command;
            }
            "commandscriptblock" => {
                let block = converted(ctx, TypeRef::SCRIPTBLOCK)?;
                let command = match block.is_null() {
                    true => Value::Null,
                    false => replacement(&self.name, &block),
                };
                *self.said.lock() = Said { is_over: !block.is_null(), block, command };
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn property_names(&self) -> Vec<Str> {
        ["CommandName", "CommandOrigin", "StopSearch", "Command", "CommandScriptBlock"].map(Str::from).to_vec()
    }
}

/// The function that an action's block is.
fn replacement(name: &str, block: &Value) -> Value {
    let name = Str::from(format!("LookupHandlerReplacementFor<<{name}>>"));
    let info = crate::commands::script_info(name, CommandKind::Function, block.base().clone(), None);
    CommandObject::value(Arc::new(info))
}

/// What an action that ran to its end, or broke off, left behind.
struct Answer {
    command: Option<Arc<CommandInfo>>,
    is_over: bool,
    is_broken_off: bool,
}

impl Runspace {
    /// The command that a script calls by a name, as the session's actions have it.
    pub(crate) fn looked_up(&mut self, name: &Str) -> Result<Option<Arc<CommandInfo>>> {
        let first = self.ask(Moment::Before, name, None)?;
        let found = match first {
            Some(answer) if answer.is_over => answer.command,
            _ => self.searched(name)?,
        };
        let Some(found) = found else { return Ok(None) };
        let last = self.ask(Moment::After, name, Some(&found))?.filter(|answer| !answer.is_broken_off);
        let found = match last {
            Some(answer) => answer.command,
            None => Some(found),
        };
        match found {
            Some(info) if info.kind == CommandKind::Alias => self.command_by_name(&info.definition),
            found => Ok(found),
        }
    }

    /// Looks for a command; where nobody knows the name the session may.
    fn searched(&mut self, name: &Str) -> Result<Option<Arc<CommandInfo>>> {
        // An action is shown the alias itself.
        let is_shown = self.lookup.get(Moment::After).is_some();
        if is_shown && let Some(alias) = self.find_alias(name) {
            return Ok(Some(Arc::new(crate::cmdlets::alias_command(&alias))));
        }
        if let Some(found) = self.called_by_name(name)?.filter(|found| self.may_be_called(name, found)) {
            return Ok(Some(found));
        }
        let answer = self.ask(Moment::NotFound, name, None)?.filter(|answer| !answer.is_broken_off);
        Ok(answer.and_then(|answer| answer.command))
    }

    /// Whether the initial session state shows a command: private ones only commands of the runspace call.
    fn may_be_called(&self, name: &str, info: &CommandInfo) -> bool {
        // What runs in the outermost scope is not inside any command.
        let is_inside = self.frames.iter().skip(1).any(|frame| frame.kind != FrameKind::Shared);
        let is_listed = |list: &Option<Arc<Array>>| {
            let fits = |pattern: &Value| crate::wildcard::matches(&convert::to_display(pattern), &info.definition);
            list.as_ref().is_none_or(|list| list.to_vec().iter().any(fits))
        };
        let is_callable = match info.kind {
            CommandKind::Application => is_listed(&self.lookup.callable[0]),
            CommandKind::ExternalScript => is_listed(&self.lookup.callable[1]),
            _ => true,
        };
        is_inside || is_callable && self.limits.as_ref().is_none_or(|limits| limits.show(name, info))
    }

    /// `SessionState.Applications` or `.Scripts`: the session's own list, which scripts change.
    pub(crate) fn callable(&mut self, kind: CommandKind) -> Arc<Array> {
        let own = self.limits.as_ref().map(|limits| limits.paths(kind));
        let list = &mut self.lookup.callable[usize::from(kind == CommandKind::ExternalScript)];
        list.get_or_insert_with(|| {
            let ty = TypeRef::find("System.Collections.Generic.List[string]").unwrap_or(TypeRef::ARRAYLIST);
            let patterns = own.unwrap_or_else(|| vec![Value::from("*")]);
            Arc::new(Array::list(ty, TypeRef::STRING, patterns))
        })
        .clone()
    }

    /// Asks the action of a moment; none where there is none, or where it is asked about this name already.
    fn ask(&mut self, moment: Moment, name: &Str, found: Option<&Arc<CommandInfo>>) -> Result<Option<Answer>> {
        let Some(action) = self.lookup.get(moment).cloned() else { return Ok(None) };
        let is_asked = |(at, other): &(Moment, Str)| *at == moment && other.eq_ignore_ascii_case(name);
        if self.lookup.asking.iter().any(is_asked) {
            return Ok(None);
        }
        let origin = if self.frames.is_empty() { "Runspace" } else { "Internal" };
        let command = found.map_or(Value::Null, |info| CommandObject::value(info.clone()));
        let said = Mutex::new(Said { command, ..Said::default() });
        let event = Value::foreign(LookupEvent { name: name.clone(), origin, said });
        self.lookup.asking.push((moment, name.clone()));
        let done = values::types::invoke_delegate(self, &action, &[Value::Str(name.clone()), event.clone()]);
        self.lookup.asking.pop();
        // What an action throws is nobody's business; that the session stops is.
        let is_broken_off = match done {
            Err(flow) if matches!(*flow, Flow::Throw(_)) => true,
            Err(flow) => return Err(flow),
            Ok(_) => false,
        };
        let Some(event) = event.as_foreign::<LookupEvent>() else { return Ok(None) };
        let said = event.said.lock();
        let command = said.command.as_foreign::<CommandObject>().map(|held| held.info.clone());
        Ok(Some(Answer { command, is_over: said.is_over, is_broken_off }))
    }
}
