//! `$Host`, `$ExecutionContext`, `$PSVersionTable`, parse errors.

use std::sync::Arc;

use ::command::{CommandKind, Invoke, NativeObject, Session};
use values::object::Foreign;
use values::{Context, Dict, Result, Str, TypeRef, Value, convert};

use super::intrinsics::{self, Intrinsics};
use crate::pipeline::Moment;
use crate::runspace::Runspace;
use crate::scope::ScopeTable;

/// `$PSVersionTable`.
pub fn version_table(runspace: &mut Runspace) -> Value {
    let version = |runspace: &mut Runspace, text: &str| {
        convert::convert(runspace, &Value::from(text), TypeRef::VERSION).unwrap_or_else(|_| Value::from(text))
    };
    let semantic = TypeRef::find("System.Management.Automation.SemanticVersion");
    let ps_version = match semantic {
        Some(ty) => convert::convert(runspace, &Value::from("7.6.5"), ty).unwrap_or_else(|_| Value::from("7.6.5")),
        None => Value::from("7.6.5"),
    };
    let dict = Dict::new(TypeRef::HASHTABLE, TypeRef::OBJECT, TypeRef::OBJECT, values::KeyComparer::IgnoreCase);
    let compatible = ["1.0", "2.0", "3.0", "4.0", "5.0", "5.1", "6.0", "7.0"];
    let compatible = compatible.iter().map(|v| version(runspace, v)).collect();
    let remoting = version(runspace, "2.4");
    let serialization = version(runspace, "1.1.0.1");
    let stack = version(runspace, "3.0");
    let product = env!("CARGO_PKG_VERSION");
    for (name, value) in [
        ("PSVersion", ps_version),
        ("PSEdition", Value::from("Core")),
        ("GitCommitId", Value::from(format!("dialtone-{product}"))),
        ("OS", Value::from(std::env::consts::OS)),
        ("Platform", Value::from("Unix")),
        ("PSCompatibleVersions", Value::typed_array(TypeRef::VERSION, compatible)),
        ("PSRemotingProtocolVersion", remoting),
        ("SerializationVersion", serialization),
        ("WSManStackVersion", stack),
    ] {
        dict.insert(Value::from(name), value);
    }
    Value::Dict(Arc::new(dict))
}

/// `$Host`.
pub fn host_value(_runspace: &mut Runspace) -> Value {
    Value::foreign(HostObject { part: HostPart::Host })
}

/// `$Host.PrivateData`: the colours of the console's streams.
fn console_colors() -> Value {
    let color = |name: &str| ::command::enum_value("System.ConsoleColor", name);
    NativeObject::of(
        "Microsoft.PowerShell.ConsoleHost+ConsoleColorProxy",
        vec![
            ("FormatAccentColor", color("Green")),
            ("ErrorAccentColor", color("Cyan")),
            ("ErrorForegroundColor", color("Red")),
            ("ErrorBackgroundColor", color("Black")),
            ("WarningForegroundColor", color("Yellow")),
            ("WarningBackgroundColor", color("Black")),
            ("DebugForegroundColor", color("Yellow")),
            ("DebugBackgroundColor", color("Black")),
            ("VerboseForegroundColor", color("Yellow")),
            ("VerboseBackgroundColor", color("Black")),
            ("ProgressForegroundColor", color("Black")),
            ("ProgressBackgroundColor", color("Yellow")),
        ],
    )
}

enum HostPart {
    Host,
    Ui,
    Raw,
}

struct HostObject {
    part: HostPart,
}

impl Foreign for HostObject {
    fn type_ref(&self) -> TypeRef {
        let (name, base) = match self.part {
            HostPart::Host => ("InternalHost", "PSHost"),
            HostPart::Ui => ("InternalHostUserInterface", "PSHostUserInterface"),
            HostPart::Raw => ("InternalHostRawUserInterface", "PSHostRawUserInterface"),
        };
        let base = TypeRef::find(&format!("System.Management.Automation.Host.{base}")).unwrap_or(TypeRef::OBJECT);
        ::command::class(&format!("System.Management.Automation.Internal.Host.{name}"), base)
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        Ok(match self.part {
            HostPart::Host => match name.to_ascii_lowercase().as_str() {
                "name" => Some(Value::from(runspace.host.name())),
                "version" => Some(convert::convert(runspace, &Value::from("7.6.5"), TypeRef::VERSION)?),
                "ui" => Some(Value::foreign(HostObject { part: HostPart::Ui })),
                "instanceid" => Some(Value::Guid(Arc::new(uuid::Uuid::from_u128(1)))),
                "currentculture" | "currentuiculture" => {
                    let name = runspace.culture.clone();
                    Some(convert::convert(runspace, &Value::Str(name), TypeRef::CULTURE_INFO)?)
                }
                "isrunspacepushed" => Some(Value::Bool(false)),
                "debuggerenabled" => Some(Value::Bool(true)),
                "runspace" => Some(crate::hosting::current(runspace)),
                "privatedata" => Some(console_colors()),
                _ => None,
            },
            HostPart::Ui => match name.to_ascii_lowercase().as_str() {
                "rawui" => Some(Value::foreign(HostObject { part: HostPart::Raw })),
                "supportsvirtualterminal" => Some(Value::Bool(runspace.host.is_terminal())),
                _ => None,
            },
            HostPart::Raw => match name.to_ascii_lowercase().as_str() {
                "buffersize" | "windowsize" | "maxwindowsize" | "maxphysicalwindowsize" => {
                    let (width, height) = runspace.host.size();
                    Some(
                        NativeObject::of_pairs(
                            "System.Management.Automation.Host.Size",
                            vec![("Width", Value::I32(width as i32)), ("Height", Value::I32(height as i32))],
                        )
                        .with_text(|o| Str::from(format!("{},{}", o.text_of("Width"), o.text_of("Height"))))
                        .into_value(),
                    )
                }
                _ => runspace.host.raw(name, None),
            },
        })
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(false) };
        Ok(match self.part {
            HostPart::Raw => runspace.host.raw(name, Some(value)).is_some(),
            _ => false,
        })
    }

    fn property_names(&self) -> Vec<Str> {
        let names: &[&str] = match self.part {
            HostPart::Host => &[
                "Name",
                "Version",
                "InstanceId",
                "UI",
                "CurrentCulture",
                "CurrentUICulture",
                "PrivateData",
                "DebuggerEnabled",
                "IsRunspacePushed",
                "Runspace",
            ],
            HostPart::Ui => &["RawUI", "SupportsVirtualTerminal"],
            HostPart::Raw => {
                &["BufferSize", "WindowSize", "WindowTitle", "CursorPosition", "ForegroundColor", "BackgroundColor"]
            }
        };
        names.iter().map(|n| Str::from(*n)).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        let names: &[&str] = match self.part {
            HostPart::Host => &[
                "EnterNestedPrompt",
                "ExitNestedPrompt",
                "NotifyBeginApplication",
                "NotifyEndApplication",
                "PopRunspace",
                "PushRunspace",
                "SetShouldExit",
            ],
            HostPart::Ui => &[
                "Prompt",
                "PromptForChoice",
                "PromptForCredential",
                "ReadLine",
                "ReadLineAsSecureString",
                "Write",
                "WriteDebugLine",
                "WriteErrorLine",
                "WriteInformation",
                "WriteLine",
                "WriteProgress",
                "WriteVerboseLine",
                "WriteWarningLine",
            ],
            HostPart::Raw => {
                &["FlushInputBuffer", "GetBufferContents", "LengthInBufferCells", "ReadKey", "SetBufferContents"]
            }
        };
        names.iter().map(|n| Str::from(*n)).collect()
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        let text = args.last().cloned().unwrap_or_default();
        let text = runspace.text_of(&text);
        match (&self.part, name.to_ascii_lowercase().as_str()) {
            (HostPart::Host, "setshouldexit") => {
                runspace.exit_code = args.first().and_then(Value::as_i64).map(|n| n as i32);
            }
            (HostPart::Host, "enternestedprompt") if runspace.host.is_interactive() => runspace.nested_prompt()?,
            (HostPart::Host, "enternestedprompt") => {
                // Nobody answers: the prompt is shown, and its input is at its end.
                let place = runspace.location.path.clone();
                runspace.host.write(&format!("PS {place}>> "), None, None);
            }
            (HostPart::Host, "exitnestedprompt") => {
                if runspace.prompt_level() > 0 {
                    return Err(Box::new(values::Flow::Exit(0)));
                }
                let text = "EnterNestedPrompt has not been called as many times as ExitNestedPrompt.";
                return refuse(name, args.len(), "System.InvalidOperationException", text);
            }
            (HostPart::Host, "notifybeginapplication" | "notifyendapplication") => {}
            (HostPart::Ui, "prompt") if !runspace.host.is_interactive() => {
                let text = "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.";
                return refuse(name, args.len(), "System.Management.Automation.PSInvalidOperationException", text);
            }
            (HostPart::Ui, "write") => runspace.host.write(&text, None, None),
            (HostPart::Ui, "writeline") => runspace.host.write(&format!("{text}\n"), None, None),
            (HostPart::Ui, "writeerrorline") => runspace.host.write_error_line(&text),
            (HostPart::Ui, "writewarningline") => runspace.host.write_stream_line(3, &format!("WARNING: {text}")),
            (HostPart::Ui, "writeverboseline") => runspace.host.write_stream_line(4, &format!("VERBOSE: {text}")),
            (HostPart::Ui, "writedebugline") => runspace.host.write_stream_line(5, &format!("DEBUG: {text}")),
            (HostPart::Ui, "promptforchoice") => {
                return super::prompt::choose(runspace, args).map(Some).map_err(|flow| as_call(name, args.len(), flow));
            }
            (HostPart::Ui, "readline") => {
                let line = runspace.host.read_line("", false).map_err(|flow| as_call(name, args.len(), flow))?;
                return Ok(Some(Value::from(line)));
            }
            _ => return Ok(None),
        }
        Ok(Some(Value::Void))
    }
}

/// What a method of the host refuses, as a call of a .NET method shows it.
fn refuse(name: &str, count: usize, ty: &str, text: &str) -> Result<Option<Value>> {
    let ty = TypeRef::find(ty).unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION);
    let inner = values::Exception::new(ty, text);
    Err(as_call(name, count, values::Flow::throw(values::ErrorRecord::from_exception(Arc::new(inner)))))
}

/// An exception that left a method of the host.
pub(super) fn as_call(name: &str, count: usize, flow: Box<values::Flow>) -> Box<values::Flow> {
    let Some(record) = flow.record() else { return flow };
    let inner = record.exception.clone();
    let text = format!("Exception calling \"{name}\" with \"{count}\" argument(s): \"{}\"", inner.message());
    let id = inner.ty.name_only();
    let outer = values::Exception::new(TypeRef::METHOD_INVOCATION_EXCEPTION, text)
        .inner(Value::Exception(inner))
        .identity(id, values::ErrorCategory::NotSpecified, Value::Null);
    values::Flow::throw(values::ErrorRecord::from_exception(Arc::new(outer)))
}

/// `$ExecutionContext`.
pub fn execution_context(_runspace: &mut Runspace) -> Value {
    Value::foreign(EngineObject { part: EnginePart::Context, home: None, frame: None })
}

/// `$ExecutionContext` of a module's scope.
pub fn execution_context_of(table: &Arc<ScopeTable>) -> Value {
    Value::foreign(EngineObject { part: EnginePart::Context, home: Some(table.clone()), frame: None })
}

/// A module's SessionState.
pub fn state_of(table: &Arc<ScopeTable>) -> Value {
    Value::foreign(EngineObject { part: EnginePart::State, home: Some(table.clone()), frame: None })
}

/// The SessionState that `$PSCmdlet` has: that of the caller, in whose scope variables are looked up where the frame is given.
pub(super) fn caller_state(frame: Option<usize>) -> Value {
    Value::foreign(EngineObject { part: EnginePart::State, home: None, frame })
}

/// The SessionState of whatever runspace is asked.
pub(crate) fn running_state() -> Value {
    caller_state(None)
}

/// Whether a value is a part of a session state, which belongs to the runspace that answers it.
pub(crate) fn is_session_part(value: &Value) -> bool {
    value.as_foreign::<EngineObject>().is_some() || value.as_foreign::<Intrinsics>().is_some()
}

/// What stands for the commands of the session.
pub(super) fn command_intrinsics() -> Value {
    Value::foreign(EngineObject { part: EnginePart::Commands, home: None, frame: None })
}

enum EnginePart {
    Context,
    Commands,
    State,
    Variables,
    Path,
}

struct EngineObject {
    part: EnginePart,
    /// The module whose session state it is; none is the running one.
    home: Option<Arc<ScopeTable>>,
    /// The frame in whose scope variables are looked up; none is the running one.
    frame: Option<usize>,
}

impl Foreign for EngineObject {
    fn type_ref(&self) -> TypeRef {
        super::class(match self.part {
            EnginePart::Context => "System.Management.Automation.EngineIntrinsics",
            EnginePart::Commands => "System.Management.Automation.CommandInvocationIntrinsics",
            EnginePart::State => "System.Management.Automation.SessionState",
            EnginePart::Variables => "System.Management.Automation.PSVariableIntrinsics",
            EnginePart::Path => "System.Management.Automation.PathIntrinsics",
        })
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        let part = |part| Some(Value::foreign(EngineObject { part, home: self.home.clone(), frame: self.frame }));
        Ok(match (&self.part, name.to_ascii_lowercase().as_str()) {
            (EnginePart::Context | EnginePart::State, "invokecommand") => part(EnginePart::Commands),
            (EnginePart::Context, "sessionstate") => part(EnginePart::State),
            (EnginePart::Context, "events") => Some(Value::foreign(crate::events::ManagerObject)),
            (EnginePart::Context, "host") => Some(host_value(runspace)),
            (EnginePart::State, "psvariable") => part(EnginePart::Variables),
            (EnginePart::State, "path") => part(EnginePart::Path),
            (EnginePart::State, "module") => {
                let home = self.home.clone().or_else(|| runspace.frame().and_then(|f| f.home.clone()));
                Some(home.as_ref().map_or(Value::Null, crate::module::ModuleObject::value))
            }
            (EnginePart::Context, "invokeprovider") | (EnginePart::State, "drive" | "provider" | "invokeprovider") => {
                Intrinsics::part(name)
            }
            (EnginePart::Commands, name) if let Some(moment) = Moment::of_property(name) => {
                Some(runspace.lookup.get(moment).cloned().unwrap_or_default())
            }
            (EnginePart::State, "applications") => Some(Value::Array(runspace.callable(CommandKind::Application))),
            (EnginePart::State, "scripts") => Some(Value::Array(runspace.callable(CommandKind::ExternalScript))),
            (EnginePart::State, "usefulllanguagemodeindebugger") | (EnginePart::Commands, "haserrors") => {
                Some(Value::Bool(false))
            }
            (EnginePart::State, "languagemode") => {
                let mode = if runspace.has_no_language { "NoLanguage" } else { "FullLanguage" };
                Some(::command::enum_value("System.Management.Automation.PSLanguageMode", mode))
            }
            (EnginePart::Path, "currentlocation" | "currentfilesystemlocation") => {
                Some(crate::session::place::current_path(runspace))
            }
            _ => None,
        })
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        if matches!(self.part, EnginePart::State) && name.eq_ignore_ascii_case("LanguageMode") {
            let is_running = ctx.engine().downcast_mut::<Runspace>().is_none_or(|runspace| !runspace.frames.is_empty());
            let mode = crate::hosting::language_mode(ctx, value, is_running)?;
            let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(false) };
            runspace.has_no_language = convert::to_display(&mode) == "NoLanguage";
            return Ok(true);
        }
        let moment = Moment::of_property(name).filter(|_| matches!(self.part, EnginePart::Commands));
        let Some(moment) = moment else { return Ok(false) };
        let ty = TypeRef::find("System.EventHandler[System.Management.Automation.CommandLookupEventArgs]");
        let action = match ty {
            Some(ty) if !value.is_null() => convert::convert(ctx, value, ty)?,
            _ => value.clone(),
        };
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(false) };
        runspace.lookup.set(moment, action);
        Ok(true)
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let frame = self.frame.filter(|_| matches!(self.part, EnginePart::Variables));
        let moved = ctx.engine().downcast_mut::<Runspace>().and_then(|runspace| {
            let frame = frame.filter(|frame| *frame < runspace.frames.len())?;
            Some(std::mem::replace(&mut runspace.current, frame))
        });
        let done = self.answer(ctx, name, args).map_err(|flow| as_call(name, args.len(), flow));
        if let (Some(current), Some(runspace)) = (moved, ctx.engine().downcast_mut::<Runspace>()) {
            runspace.current = current;
        }
        done
    }
}

impl EngineObject {
    /// What a method gives; its exceptions are still as they were thrown.
    fn answer(&self, ctx: &mut dyn Context, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        let first = args.first().cloned().unwrap_or_default();
        let text = runspace.text_of(&first);
        Ok(match (&self.part, name.to_ascii_lowercase().as_str()) {
            (EnginePart::Commands, "expandstring") => Some(Value::from(runspace.expand_string(&text)?)),
            (EnginePart::Commands, "invokescript") => {
                let (block, how) = called_script(runspace, args)?;
                Some(Value::array(runspace.invoke_script(&block, how)?))
            }
            (EnginePart::Commands, "newscriptblock") => Some(Session::parse_script(runspace, &text, None)?),
            (EnginePart::Commands, "getcommand") => {
                let kinds = match args.get(1) {
                    Some(given) => {
                        let ty = super::class("System.Management.Automation.CommandTypes");
                        values::convert::convert(runspace, given, ty)?.as_i64().unwrap_or(0)
                    }
                    None => !0,
                };
                let found = Session::find_command(runspace, &text, true)?.filter(|f| f.kind as i64 & kinds != 0);
                let found = found.or_else(|| {
                    let all = Session::commands(runspace, &command::Wildcard::escape(&text), true);
                    all.into_iter().find(|f| f.kind as i64 & kinds != 0)
                });
                Some(found.map_or(Value::Null, super::CommandObject::value))
            }
            (EnginePart::Variables, "get" | "getvalue" | "set") if self.is_elsewhere(runspace) => {
                let Some(home) = &self.home else { return Ok(None) };
                let sym = language::Sym::intern(&text);
                let found = |table: &Arc<ScopeTable>| table.cell(sym).or_else(|| table.parent.as_ref()?.cell(sym));
                match name.to_ascii_lowercase().as_str() {
                    "get" => Some(found(home).map_or(Value::Null, Value::Foreign)),
                    "set" => {
                        home.put(&text, args.get(1).cloned().unwrap_or_default());
                        Some(Value::Void)
                    }
                    _ => {
                        let cell = found(home);
                        let value = cell.and_then(|c| crate::scope::Variable::of(&c).and_then(|v| v.get()));
                        Some(value.unwrap_or_else(|| args.get(1).cloned().unwrap_or_default()))
                    }
                }
            }
            (EnginePart::Variables, "get") => {
                let cell = runspace.find_cell(runspace.current, language::Sym::intern(&text));
                Some(cell.map_or(Value::Null, Value::Foreign))
            }
            (EnginePart::Variables, "getvalue") => {
                let found = runspace.find_variable(runspace.current, language::Sym::intern(&text), false);
                Some(found.unwrap_or_else(|| args.get(1).cloned().unwrap_or_default()))
            }
            (EnginePart::Variables, "set") => {
                let value = args.get(1).cloned().unwrap_or_default();
                Session::set_variable(runspace, &text, value, ::command::Scope::Any)?;
                Some(Value::Void)
            }
            (EnginePart::Variables, "remove") => {
                Session::remove_variable(runspace, &text, ::command::Scope::Any, true)?;
                Some(Value::Void)
            }
            (EnginePart::Path, "getunresolvedproviderpathfrompspath") => {
                let found = Session::provider_path(runspace, &text)?;
                if args.len() > 1 {
                    let drive = found.drive.as_ref().map_or("$null".to_string(), |d| {
                        format!("Get-PSDrive -LiteralName '{}'", crate::syntax::escape_single(d))
                    });
                    let text = format!("Get-PSProvider -PSProvider {}; {drive}", found.provider);
                    let block = Session::parse_script(runspace, &text, None)?;
                    let mut known = runspace.invoke_throwing(&block, Invoke::default())?.into_iter();
                    intrinsics::give(runspace, args.get(1), known.next().unwrap_or_default())?;
                    intrinsics::give(runspace, args.get(2), known.next().unwrap_or_default())?;
                }
                Some(Value::Str(found.path))
            }
            (EnginePart::Path, "combine") => {
                let child = args.get(1).cloned().unwrap_or_default();
                let child = runspace.text_of(&child);
                Some(Value::from(format!("{}/{}", text.trim_end_matches('/'), child.trim_start_matches('/'))))
            }
            (EnginePart::Path, _) => intrinsics::answer(runspace, "PathIntrinsics", name, args)?,
            (EnginePart::Commands, _) => intrinsics::answer(runspace, "CommandInvocationIntrinsics", name, args)?,
            _ => None,
        })
    }

    /// Whether the session state is that of a module which is not running.
    fn is_elsewhere(&self, runspace: &Runspace) -> bool {
        let running = runspace.frame().and_then(|f| f.home.as_ref());
        self.home.as_ref().is_some_and(|home| running.is_none_or(|r| !Arc::ptr_eq(r, home)))
    }
}

/// The block of `InvokeScript` and how it runs. The overloads: `(script, args...)`, `(sessionState, block, args...)`,
/// `(useLocalScope, block, input, args...)` and `(script, useNewScope, writeToPipeline, input, args...)`.
fn called_script(runspace: &mut Runspace, args: &[Value]) -> Result<(Value, Invoke)> {
    use crate::script_block::ScriptBlock;
    let first = args.first().cloned().unwrap_or_default();
    let second = args.get(1).filter(|b| b.as_foreign::<ScriptBlock>().is_some());
    let rest = |from: usize| args.get(from..).unwrap_or_default().to_vec();
    let list = |value: Option<&Value>| match value {
        Some(Value::Null) | None => None,
        Some(list) => Some(list.as_array().map_or_else(|| vec![list.clone()], |a| a.to_vec())),
    };
    if let (Value::Bool(is_local), Some(block)) = (first.base(), second) {
        let how = Invoke { args: rest(3), in_current_scope: !is_local, input: list(args.get(2)), ..Invoke::default() };
        return Ok((block.clone(), how));
    }
    if let (Some(state), Some(block)) = (first.as_foreign::<EngineObject>(), second) {
        let block = match (&state.home, block.as_foreign::<ScriptBlock>()) {
            (Some(home), Some(script)) => Value::foreign(script.rebound(Some(home.clone()), None)),
            _ => block.clone(),
        };
        return Ok((block, Invoke { args: rest(2), ..Invoke::default() }));
    }
    if first.as_foreign::<ScriptBlock>().is_some() {
        return Ok((first, Invoke { args: rest(1), ..Invoke::default() }));
    }
    let text = runspace.text_of(&first);
    let block = Session::parse_script(runspace, &text, None)?;
    if let (Some(Value::Bool(is_new)), true) = (args.get(1).map(Value::base), args.len() >= 4) {
        let how = Invoke { args: rest(4), in_current_scope: !is_new, input: list(args.get(3)), ..Invoke::default() };
        return Ok((block, how));
    }
    Ok((block, Invoke { args: rest(1), ..Invoke::default() }))
}

impl Runspace {
    /// A text expanded as a double-quoted string is.
    pub(crate) fn expand_string(&mut self, text: &str) -> Result<String> {
        let source = format!("@\"\n{text}\n\"@");
        let block = Session::parse_script(self, &source, None)?;
        let how = Invoke { in_current_scope: true, ..Invoke::default() };
        let output = self.invoke_script(&block, how)?;
        Ok(output.first().map(convert::to_display).unwrap_or_default())
    }
}
