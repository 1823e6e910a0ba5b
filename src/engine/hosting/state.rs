//! InitialSessionState: what new runspaces begin with.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use command::{CommandInfo, CommandKind, Scope, Session};
use parking_lot::Mutex;
use values::object::Foreign;
use values::{Array, Context, ErrorCategory, Exception, Result, Str, TypeRef, Value, convert};

use super::entries::{Entries, EntriesObject, Entry, inborn, name_of};
use super::run::HostedCommand;
use crate::runspace::Runspace;

/// Properties that are kept as they are set: name, type, and what they begin with.
const SETTINGS: &[(&str, &str, &str)] = &[
    ("ApartmentState", "System.Threading.ApartmentState", "Unknown"),
    ("ThreadOptions", "System.Management.Automation.Runspaces.PSThreadOptions", "Default"),
    ("ExecutionPolicy", "Microsoft.PowerShell.ExecutionPolicy", "Default"),
    ("LanguageMode", "System.Management.Automation.PSLanguageMode", "FullLanguage"),
    ("ThrowOnRunspaceOpenError", "System.Boolean", ""),
    ("UseFullLanguageModeInDebugger", "System.Boolean", ""),
    ("DisableFormatUpdates", "System.Boolean", ""),
];

/// What is in the lists of a default state.
struct Defaults {
    variables: Arc<Entries>,
    commands: Arc<Entries>,
    providers: Arc<Entries>,
    /// Names of the variables and commands that were there: those that are there no more are taken from a new runspace.
    known_variables: Vec<Str>,
    known_commands: Vec<(&'static str, Str)>,
}

/// What new runspaces begin with.
pub struct InitialState {
    /// Whether it begins with nothing.
    is_empty: bool,
    /// The lists that a default state fills; made when a script looks at them first.
    filled: OnceLock<Defaults>,
    environment: Arc<Entries>,
    assemblies: Arc<Entries>,
    types: Arc<Entries>,
    formats: Arc<Entries>,
    modules: Arc<Array>,
    startup: Mutex<Value>,
    settings: Mutex<Vec<Value>>,
    /// Whether a script set the execution policy, which Linux has none of.
    has_policy: AtomicBool,
}

/// What a runspace of a state that offers less than all lets be called.
pub struct Limits {
    /// Built-in commands that there are, by their names in lower case.
    commands: HashSet<String>,
    /// Modules that the state imports.
    modules: Vec<String>,
    /// Commands that only commands of the runspace may call.
    private: HashSet<String>,
    /// Patterns of the paths of programs and scripts that may be called from outside.
    programs: Vec<String>,
    scripts: Vec<String>,
}

impl Limits {
    /// Whether there is such a built-in command.
    pub fn offer(&self, info: &CommandInfo) -> bool {
        let is_of_module =
            info.module.as_ref().is_some_and(|m| self.modules.iter().any(|own| own.eq_ignore_ascii_case(m)));
        is_of_module || self.commands.contains(&info.name.to_ascii_lowercase())
    }

    /// The patterns of the paths of programs, or of scripts.
    pub fn paths(&self, kind: CommandKind) -> Vec<Value> {
        let patterns = if kind == CommandKind::Application { &self.programs } else { &self.scripts };
        patterns.iter().map(|p| Value::from(p.as_str())).collect()
    }

    /// Whether who is not a command of the runspace itself may call it.
    pub fn show(&self, name: &str, info: &CommandInfo) -> bool {
        let fits = |patterns: &[String]| patterns.iter().any(|p| crate::wildcard::matches(p, &info.definition));
        match info.kind {
            CommandKind::Application => fits(&self.programs),
            CommandKind::ExternalScript => fits(&self.scripts),
            _ => !self.private.contains(&name.to_ascii_lowercase()),
        }
    }
}

fn list(ty: &str) -> Arc<Array> {
    let ty = TypeRef::find(ty).unwrap_or(TypeRef::ARRAYLIST);
    Arc::new(Array::list(ty, TypeRef::OBJECT, Vec::new()))
}

fn modules() -> Arc<Array> {
    list("System.Collections.ObjectModel.ReadOnlyCollection[Microsoft.PowerShell.Commands.ModuleSpecification]")
}

fn setting(ty: &str, text: &str) -> Value {
    if ty == "System.Boolean" { Value::Bool(false) } else { command::enum_value(ty, text) }
}

fn place_of(name: &str) -> Option<usize> {
    SETTINGS.iter().position(|(known, ..)| known.eq_ignore_ascii_case(name))
}

impl InitialState {
    fn new(is_empty: bool) -> InitialState {
        InitialState {
            is_empty,
            filled: OnceLock::new(),
            environment: Entries::new("SessionStateVariableEntry", Vec::new()),
            assemblies: Entries::new("SessionStateAssemblyEntry", Vec::new()),
            types: Entries::new("SessionStateTypeEntry", Vec::new()),
            formats: Entries::new("SessionStateFormatEntry", Vec::new()),
            modules: modules(),
            startup: Mutex::default(),
            settings: Mutex::new(SETTINGS.iter().map(|(_, ty, text)| setting(ty, text)).collect()),
            has_policy: AtomicBool::new(false),
        }
    }

    /// The default state as a value.
    pub fn value() -> Value {
        Value::foreign(InitialState::new(false))
    }

    /// `InitialSessionState.Create()`: no commands and no language.
    pub fn empty() -> Value {
        let made = InitialState::new(true);
        made.store("LanguageMode", command::enum_value("System.Management.Automation.PSLanguageMode", "NoLanguage"));
        Value::foreign(made)
    }

    /// A setting by its property's name.
    pub fn held(&self, name: &str) -> Value {
        place_of(name).and_then(|at| self.settings.lock().get(at).cloned()).unwrap_or_default()
    }

    fn store(&self, name: &str, value: Value) {
        if let Some(at) = place_of(name)
            && let Some(slot) = self.settings.lock().get_mut(at)
        {
            *slot = value;
        }
    }

    /// A state of its own with the same entries.
    pub fn copied(&self) -> Value {
        let modules = modules();
        modules.lock().extend(self.modules.to_vec());
        let filled = OnceLock::new();
        if let Some(own) = self.filled.get() {
            let _ = filled.set(Defaults {
                variables: own.variables.copied(),
                commands: own.commands.copied(),
                providers: own.providers.copied(),
                known_variables: own.known_variables.clone(),
                known_commands: own.known_commands.clone(),
            });
        }
        Value::foreign(InitialState {
            is_empty: self.is_empty,
            filled,
            environment: self.environment.copied(),
            assemblies: self.assemblies.copied(),
            types: self.types.copied(),
            formats: self.formats.copied(),
            modules,
            startup: Mutex::new(self.startup.lock().clone()),
            settings: Mutex::new(self.settings.lock().clone()),
            has_policy: AtomicBool::new(self.has_policy.load(Ordering::Relaxed)),
        })
    }

    fn defaults(&self, runspace: &Runspace) -> &Defaults {
        self.filled.get_or_init(|| match self.is_empty {
            true => Defaults::of(Vec::new(), Vec::new(), Vec::new()),
            false => {
                let mut fresh = runspace.factory.make();
                let (variables, commands) = (variables_of(&mut fresh), commands_of(&mut fresh));
                let names: Vec<String> = fresh.providers.iter().map(|p| p.name().to_string()).collect();
                let providers = names.iter().map(|name| {
                    inborn(
                        "SessionStateProviderEntry",
                        name,
                        vec![("ImplementingType", Value::Null), ("HelpFileName", Value::Null)],
                    )
                });
                Defaults::of(variables, commands, providers.collect())
            }
        })
    }

    /// Puts the state's entries into a runspace.
    pub fn apply(&self, runspace: &mut Runspace) -> Result<()> {
        let defaults = self.defaults_if_needed(runspace);
        if let Some(defaults) = defaults {
            defaults.take_away(runspace);
            add_variables(runspace, defaults)?;
            add_commands(runspace, defaults)?;
        }
        for own in entries(&self.environment) {
            runspace.environment.insert(own.0.to_string(), convert::to_display(&own.1));
        }
        self.load(runspace)?;
        self.run_startup(runspace)?;
        if self.has_policy.load(Ordering::Relaxed) {
            let ty = TypeRef::find("System.PlatformNotSupportedException");
            let text = "Operation is not supported on this platform.";
            return Exception::new(ty.unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION), text).throw();
        }
        runspace.has_no_language = convert::to_display(&self.held("LanguageMode")) == "NoLanguage";
        runspace.limits = defaults.and_then(|defaults| self.limits(defaults)).map(Arc::new);
        Ok(())
    }

    /// The lists where a script changed any of them, or where the state is no default one.
    fn defaults_if_needed(&self, runspace: &Runspace) -> Option<&Defaults> {
        if self.is_empty { Some(self.defaults(runspace)) } else { self.filled.get() }
    }

    /// Types, views, assemblies and modules.
    fn load(&self, runspace: &mut Runspace) -> Result<()> {
        let mut calls: Vec<(&str, &str, Value)> = Vec::new();
        for item in self.assemblies.items() {
            let Some(own) = item.as_foreign::<Entry>() else { continue };
            match own.part("FileName") {
                Value::Null => calls.push(("Add-Type", "AssemblyName", own.part("Name"))),
                file => calls.push(("Add-Type", "Path", file)),
            }
        }
        for item in self.types.items() {
            let Some(own) = item.as_foreign::<Entry>() else { continue };
            match (own.part("FileName"), convert::to_bool(&own.part("IsRemove"))) {
                (Value::Null, true) => calls.push(("Remove-TypeData", "TypeData", own.part("TypeData"))),
                (Value::Null, false) => calls.push(("Update-TypeData", "TypeData", own.part("TypeData"))),
                (file, _) => calls.push(("Update-TypeData", "PrependPath", file)),
            }
        }
        for item in self.formats.items() {
            let Some(own) = item.as_foreign::<Entry>() else { continue };
            calls.push(("Update-FormatData", "PrependPath", own.part("FileName")));
        }
        for (command, parameter, value) in calls {
            let done = runspace.invoke_command(command, vec![(Some(Str::from(parameter)), value)], Vec::new());
            self.tolerated(done.map(|_| ()))?;
        }
        for module in self.modules.to_vec() {
            let name = Str::from(convert::to_display(&module));
            let stop = (Some(Str::from("ErrorAction")), Value::from("Stop"));
            let done =
                runspace.invoke_command("Import-Module", vec![(Some(Str::from("Name")), module), stop], Vec::new());
            let done = done.map(|_| ()).map_err(|flow| not_loaded(flow, &name));
            self.tolerated(done)?;
        }
        Ok(())
    }

    /// Whether a fault keeps the runspace from opening is a setting.
    fn tolerated(&self, done: Result<()>) -> Result<()> {
        match done {
            Err(flow)
                if matches!(*flow, values::Flow::Throw(_))
                    && !convert::to_bool(&self.held("ThrowOnRunspaceOpenError")) =>
            {
                Ok(())
            }
            other => other,
        }
    }

    fn run_startup(&self, runspace: &mut Runspace) -> Result<()> {
        let scripts = self.startup.lock().clone();
        for script in values::members::enumerate(runspace, &scripts)?.unwrap_or_default() {
            let text = format!(". '{}'", crate::syntax::escape_single(&convert::to_display(&script)));
            let call = HostedCommand {
                text: Str::from(text),
                is_script: true,
                has_local_scope: false,
                args: Vec::new(),
                begins_statement: true,
                redirects: Vec::new(),
            };
            crate::jobs::capture(runspace, &crate::jobs::StreamLists::new(), |runspace| {
                runspace.run_hosted(&[call], None)
            })?;
        }
        Ok(())
    }

    /// What the state withholds; none where it withholds nothing.
    fn limits(&self, defaults: &Defaults) -> Option<Limits> {
        let items = defaults.commands.items();
        let own: Vec<&Entry> = items.iter().filter_map(|item| item.as_foreign::<Entry>()).collect();
        let names = |class: &str| {
            own.iter().filter(|e| e.class() == class).map(|e| e.text("Name").to_ascii_lowercase()).collect()
        };
        let patterns = |class: &str| -> Vec<String> {
            let of = own.iter().filter(|e| e.class() == class && !e.is_private());
            of.map(|e| e.text("Path").to_string()).collect()
        };
        let private = own.iter().filter(|e| e.is_private()).map(|e| e.text("Name").to_ascii_lowercase()).collect();
        let made = Limits {
            commands: names("SessionStateCmdletEntry"),
            modules: self.modules.to_vec().iter().map(convert::to_display).collect(),
            private,
            programs: patterns("SessionStateApplicationEntry"),
            scripts: patterns("SessionStateScriptEntry"),
        };
        let all = |patterns: &[String]| patterns.iter().any(|p| p == "*");
        let is_whole = defaults
            .known_commands
            .iter()
            .filter(|(class, _)| *class == "SessionStateCmdletEntry")
            .all(|(_, name)| made.commands.contains(&name.to_ascii_lowercase()));
        let offers_all =
            !self.is_empty && is_whole && made.private.is_empty() && all(&made.programs) && all(&made.scripts);
        (!offers_all).then_some(made)
    }
}

impl Defaults {
    fn of(variables: Vec<Value>, commands: Vec<Value>, providers: Vec<Value>) -> Defaults {
        Defaults {
            known_variables: variables.iter().map(name_of).collect(),
            known_commands: commands
                .iter()
                .filter_map(|c| c.as_foreign::<Entry>().map(|e| (e.class(), e.text("Name"))))
                .collect(),
            variables: Entries::new("SessionStateVariableEntry", variables),
            commands: Entries::new("SessionStateCommandEntry", commands),
            providers: Entries::new("SessionStateProviderEntry", providers),
        }
    }

    /// Takes from a new runspace what the lists have no more; an empty state takes aliases and functions with it.
    fn take_away(&self, runspace: &mut Runspace) {
        let items = self.commands.items();
        let is_there = |class: &str, name: &str| {
            let mut own = items.iter().filter_map(|item| item.as_foreign::<Entry>());
            own.any(|e| e.class() == class && e.text("Name").eq_ignore_ascii_case(name))
        };
        let aliases: Vec<Str> = runspace.commands.aliases().values().map(|a| a.name.clone()).collect();
        for name in aliases.iter().filter(|name| !is_there("SessionStateAliasEntry", name)) {
            runspace.removed_aliases.insert(language::Sym::intern(name));
        }
        let functions: Vec<Str> = runspace.global.functions.lock().values().map(|f| f.name.clone()).collect();
        for name in functions.iter().filter(|name| !is_there("SessionStateFunctionEntry", name)) {
            runspace.global.functions.lock().remove(&language::Sym::intern(name));
        }
        let left: Vec<Str> = self.variables.items().iter().map(name_of).collect();
        for name in &self.known_variables {
            if !left.iter().any(|own| own.eq_ignore_ascii_case(name)) {
                runspace.global.variables.lock().remove(&language::Sym::intern(name));
            }
        }
    }
}

fn entries(list: &Entries) -> Vec<(Str, Value)> {
    let items = list.items();
    let own = items.iter().filter_map(|item| item.as_foreign::<Entry>());
    own.map(|e| (e.text("Name"), e.part("Value"))).collect()
}

fn not_loaded(flow: Box<values::Flow>, module: &str) -> Box<values::Flow> {
    let Some(record) = flow.record() else { return flow };
    let ty = TypeRef::find("System.Management.Automation.Runspaces.RunspaceOpenModuleLoadException");
    let text = format!(
        "One or more errors occurred processing the module '{module}' specified in the InitialSessionState object used to create this runspace. See the ErrorRecords property for a complete list of errors. The first error was: {}",
        record.exception.message()
    );
    let made = Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), text);
    let made = made.identity("ErrorLoadingModulesOnRunspaceOpen", ErrorCategory::OpenError, Value::Null);
    values::Flow::throw(values::ErrorRecord::from_exception(Arc::new(made)))
}

/// The variables that a new runspace has, as entries.
fn variables_of(fresh: &mut Runspace) -> Vec<Value> {
    let cells: Vec<_> = fresh.global.variables.lock().values().cloned().collect();
    let mut found: Vec<Value> = Vec::new();
    for cell in cells {
        let Some(variable) = crate::scope::Variable::of(&cell) else { continue };
        let data = variable.data.lock();
        let parts = vec![
            ("Value", data.value.clone()),
            ("Description", data.description.clone().map_or_else(|| Value::from(""), Value::Str)),
            ("Options", crate::scope::options_value(data.options)),
        ];
        found.push(inborn("SessionStateVariableEntry", &variable.name, parts));
    }
    found.sort_by_key(|e| name_of(e).to_ascii_lowercase());
    found
}

/// The commands that a new runspace has, as entries: programs and scripts of any path, functions, aliases, cmdlets.
fn commands_of(fresh: &mut Runspace) -> Vec<Value> {
    let path = || vec![("Path", Value::from("*"))];
    let mut found =
        vec![inborn("SessionStateApplicationEntry", "*", path()), inborn("SessionStateScriptEntry", "*", path())];
    for info in fresh.matching_commands("*", false) {
        let options = crate::scope::options_value(info.options);
        found.push(match info.kind {
            CommandKind::Alias => {
                let text = info.description.clone().map_or_else(|| Value::from(""), Value::Str);
                let parts = vec![
                    ("Definition", Value::Str(info.definition.clone())),
                    ("Description", text),
                    ("Options", options),
                ];
                inborn("SessionStateAliasEntry", &info.name, parts)
            }
            CommandKind::Function | CommandKind::Filter if let command::CommandBody::Script(block) = &info.body => {
                let block = block.as_foreign::<crate::script_block::ScriptBlock>();
                let text = block.map_or_else(Str::empty, |block| block.text());
                let parts = vec![("Definition", Value::Str(text)), ("Options", options), ("HelpFile", Value::Null)];
                inborn("SessionStateFunctionEntry", &info.name, parts)
            }
            _ => {
                let ty = TypeRef::find(&info.error_name).map_or(Value::Null, Value::Type);
                inborn(
                    "SessionStateCmdletEntry",
                    &info.name,
                    vec![("ImplementingType", ty), ("HelpFileName", Value::Null)],
                )
            }
        });
    }
    found
}

/// Sets the variables that the new runspace has not as they are.
fn add_variables(runspace: &mut Runspace, defaults: &Defaults) -> Result<()> {
    for item in defaults.variables.items() {
        let Some(own) = item.as_foreign::<Entry>() else { continue };
        if own.is_inborn() {
            continue;
        }
        let name = own.text("Name");
        runspace.set_global(&name, own.part("Value"));
        let Some(cell) = runspace.global.cell(language::Sym::intern(&name)) else { continue };
        let Some(variable) = crate::scope::Variable::of(&cell) else { continue };
        let mut data = variable.data.lock();
        data.options = command::VariableOptions(own.part("Options").as_i64().unwrap_or(0) as u8);
        data.description = Some(own.text("Description")).filter(|text| !text.is_empty());
    }
    Ok(())
}

/// Defines the functions and aliases that the new runspace has not.
fn add_commands(runspace: &mut Runspace, defaults: &Defaults) -> Result<()> {
    for item in defaults.commands.items() {
        let Some(own) = item.as_foreign::<Entry>() else { continue };
        let (class, name, text) = (own.class(), own.text("Name"), own.text("Definition"));
        match class {
            _ if own.is_inborn() => {}
            "SessionStateAliasEntry" => {
                let alias = command::AliasInfo {
                    name,
                    definition: text,
                    description: Some(own.text("Description")).filter(|text| !text.is_empty()),
                    options: command::VariableOptions(own.part("Options").as_i64().unwrap_or(0) as u8),
                    module: None,
                };
                runspace.set_alias(alias, Scope::Global, true)?;
            }
            "SessionStateFunctionEntry" => {
                let block = runspace.parse_script(&text, None)?;
                runspace.set_function(&name, &block, Scope::Global)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Refuses what a state can't do here.
fn refuse<T>(id: &str, text: &str) -> Result<T> {
    let ty = TypeRef::find("System.NotSupportedException").unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION);
    Exception::new(ty, text).identity(id, ErrorCategory::NotImplemented, Value::Null).throw()
}

/// A language mode that a runspace can be in; one that runs scripts cannot lose its language.
pub fn language_mode(ctx: &mut dyn Context, value: &Value, is_running: bool) -> Result {
    let mode = convert::convert(ctx, value, crate::host_objects::class("System.Management.Automation.PSLanguageMode"))?;
    match convert::to_display(&mode).as_str() {
        "FullLanguage" => Ok(mode),
        "NoLanguage" if !is_running => Ok(mode),
        other => refuse("LanguageModeNotSupported", &format!("The language mode '{other}' is not supported.")),
    }
}

impl Foreign for InitialState {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.Runspaces.InitialSessionState", TypeRef::OBJECT)
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        if place_of(name).is_some() {
            return Ok(Some(self.held(name)));
        }
        let name = name.to_ascii_lowercase();
        let shown = |list: &Arc<Entries>| Ok(Some(Value::foreign(EntriesObject(list.clone()))));
        match name.as_str() {
            "variables" | "commands" | "providers" => {
                let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
                let defaults = self.defaults(runspace);
                match name.as_str() {
                    "variables" => shown(&defaults.variables),
                    "commands" => shown(&defaults.commands),
                    _ => shown(&defaults.providers),
                }
            }
            "environmentvariables" => shown(&self.environment),
            "assemblies" => shown(&self.assemblies),
            "types" => shown(&self.types),
            "formats" => shown(&self.formats),
            "modules" => Ok(Some(Value::Array(self.modules.clone()))),
            "transcriptdirectory" => Ok(Some(Value::Null)),
            "startupscripts" => {
                if self.startup.lock().is_null()
                    && let Some(ty) = TypeRef::find("System.Collections.Generic.HashSet[string]")
                {
                    let made = values::members::construct(ctx, ty, &[])?;
                    *self.startup.lock() = made;
                }
                Ok(Some(self.startup.lock().clone()))
            }
            _ => Ok(None),
        }
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        if name.eq_ignore_ascii_case("TranscriptDirectory") {
            return match value.is_null() {
                true => Ok(true),
                false => {
                    refuse("TranscriptDirectoryNotSupported", "Transcripts of hosted runspaces are not supported.")
                }
            };
        }
        let Some(at) = place_of(name) else { return Ok(false) };
        let (name, ty, _) = SETTINGS[at];
        let value = match name {
            "LanguageMode" => language_mode(ctx, value, false)?,
            "DisableFormatUpdates" if convert::to_bool(value) => {
                return refuse(
                    "DisableFormatUpdatesNotSupported",
                    "Views of a hosted runspace cannot be kept from updates.",
                );
            }
            _ => convert::convert(ctx, value, TypeRef::find(ty).unwrap_or(TypeRef::OBJECT))?,
        };
        self.store(name, value);
        self.has_policy.fetch_or(name == "ExecutionPolicy", Ordering::Relaxed);
        Ok(true)
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "importpsmodule" => {
                for arg in args {
                    match arg.as_array() {
                        Some(names) => self.modules.lock().extend(names.to_vec()),
                        None => self.modules.lock().push(arg.clone()),
                    }
                }
                Some(Value::Void)
            }
            "clone" => Some(self.copied()),
            _ => None,
        })
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "LanguageMode",
            "TranscriptDirectory",
            "ExecutionPolicy",
            "UseFullLanguageModeInDebugger",
            "ApartmentState",
            "ThreadOptions",
            "ThrowOnRunspaceOpenError",
            "StartupScripts",
            "Modules",
            "Assemblies",
            "Types",
            "Formats",
            "DisableFormatUpdates",
            "Providers",
            "Commands",
            "EnvironmentVariables",
            "Variables",
        ]
        .map(Str::from)
        .to_vec()
    }
}

/// `InitialSessionState.CreateRestricted(capabilities)`: with a language alone it is an empty one.
pub fn restricted(args: &[Value]) -> Result {
    let capabilities = args.first().and_then(Value::as_i64).unwrap_or(0);
    if capabilities == 1 {
        return refuse(
            "RestrictedRemoteServerNotSupported",
            "An initial session state that is restricted to a remote server is not supported.",
        );
    }
    Ok(InitialState::empty())
}
