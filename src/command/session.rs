//! What a cmdlet may ask of the session it runs in.

use std::path::PathBuf;
use std::sync::Arc;

use values::error::Invocation;
use values::{Context, ErrorRecord, Result, Str, Value};

use crate::bound::Bound;
use crate::host::{Host, ProgressRecord};
use crate::info::CommandInfo;
use crate::provider::{Drive, Provider, ProviderPath};
use crate::state::{AliasInfo, Scope, VariableInfo};

/// Arguments of a command that is called by name: named ones have a name, positional ones have none.
pub type Arguments = Vec<(Option<Str>, Value)>;

/// How a script block is run.
#[derive(Clone, Default)]
pub struct Invoke {
    /// `$args`, or positional arguments where the block has parameters.
    pub args: Vec<Value>,
    /// Named arguments.
    pub named: Vec<(Str, Value)>,
    /// `$_`.
    pub item: Option<Value>,
    /// `$this`.
    pub this: Option<Value>,
    /// Pipeline input (`$input`, process block).
    pub input: Option<Vec<Value>>,
    /// Further variables set in the block's scope.
    pub variables: Vec<(Str, Value)>,
    /// Functions defined in the block's scope: names and script blocks.
    pub functions: Vec<(Str, Value)>,
    /// Runs in the caller's scope, as `. {}` and ForEach-Object do, rather than in a new one.
    pub in_current_scope: bool,
    /// Errors are recorded and not shown, as those of calculated properties are.
    pub hides_errors: bool,
    /// Output goes down the running pipeline instead of being collected.
    pub to_pipeline: bool,
}

/// A call that was bound and not run, or an error of the binder.
#[derive(Clone, Debug)]
pub struct Rehearsed {
    /// Full name of the command.
    pub name: Str,
    /// Name of the parameter set; empty for an error.
    pub parameter_set: Str,
    /// Names of the parameters that were bound.
    pub parameters: Vec<Str>,
    /// Id of the error; empty when the call binds.
    pub error_id: Str,
    /// Whether it would run: a stage that gets no input is bound and does nothing.
    pub was_run: bool,
}

/// The session. `session.write` calls the next stage of the pipeline at once.
pub trait Session: Context {
    // -- streams --

    /// Writes one object to the pipeline as it is.
    fn write(&mut self, value: Value) -> Result<()>;
    /// Writes a non-terminating error. The command's name is added to its id; ErrorAction and ErrorVariable are heeded,
    /// so this gives a terminating error where the caller asked for that.
    fn write_error(&mut self, record: Arc<ErrorRecord>) -> Result<()>;
    /// Write-Error's way: as `write_error`, but the id stays without a command's name and position and stack are those of
    /// the script or function that called the running command. By default the same as `write_error`.
    fn write_script_error(&mut self, record: Arc<ErrorRecord>) -> Result<()> {
        self.write_error(record)
    }
    fn write_warning(&mut self, text: &str) -> Result<()>;
    fn write_verbose(&mut self, text: &str) -> Result<()>;
    fn write_debug(&mut self, text: &str) -> Result<()>;
    /// An information record: message data, tags. Write-Host passes a `NativeObject` of type HostInformationMessage (`Message`,
    /// `NoNewLine`, `ForegroundColor`, `BackgroundColor`) with the tag `PSHOST`: that goes to the host whatever the preference.
    fn write_information(&mut self, data: Value, tags: Vec<Str>) -> Result<()>;
    fn write_progress(&mut self, record: &ProgressRecord) -> Result<()>;
    /// The host, for cmdlets that talk to the person (Read-Host, Write-Host goes through `write_information`).
    fn host(&mut self) -> &mut dyn Host;

    // -- confirmation --

    /// `ShouldProcess(target, action)`: false under -WhatIf (which prints) or when the person says no.
    fn should_process(&mut self, target: &str, action: &str) -> Result<bool>;
    /// `ShouldProcess(description, warning, caption)`: own texts for -WhatIf and -Confirm.
    fn should_process_text(&mut self, description: &str, warning: &str, caption: &str) -> Result<bool>;
    /// `ShouldContinue(query, caption)`.
    fn should_continue(&mut self, query: &str, caption: &str) -> Result<bool>;

    // -- the running command --

    /// How the running command was called.
    fn invocation(&self) -> Arc<Invocation>;
    /// The running command.
    fn command(&self) -> Arc<CommandInfo>;
    /// Whether input comes from a pipeline (`$MyInvocation.ExpectingInput`).
    fn is_expecting_input(&self) -> bool;
    /// Ends the commands before this one in the pipeline (Select-Object -First); to be returned as error.
    fn stop_upstream(&mut self) -> Box<values::Flow>;

    // -- running script --

    /// Runs a script block and collects its output.
    fn invoke_script(&mut self, block: &Value, how: Invoke) -> Result<Vec<Value>>;
    /// Runs a command by name, alias or path and collects its output; errors go to this pipeline's error stream.
    fn invoke_command(&mut self, name: &str, args: Arguments, input: Vec<Value>) -> Result<Vec<Value>>;
    /// A script block from text; parse errors are thrown.
    fn parse_script(&mut self, text: &str, file: Option<&str>) -> Result;
    /// The value of a data file's text (a `.psd1`): one hashtable in the restricted language. None where the text is not one
    /// hashtable; what the restricted language forbids is thrown. `commands` may be called in it. The default knows no restricted language.
    fn data_from_text(&mut self, text: &str, file: Option<&str>, commands: &[Str]) -> Result<Option<Value>> {
        let _ = (text, file, commands);
        values::error::error_of(
            "DataFileNotSupported",
            values::ErrorCategory::NotImplemented,
            "This session can't read PowerShell data files.",
        )
    }
    /// The session's type data (Update-TypeData); none where it has no table of its own.
    fn type_data(&mut self) -> Option<&mut values::typedata::TypeData> {
        None
    }
    /// The command of a name (alias resolved when asked), as Get-Command finds it; modules are loaded as needed.
    fn find_command(&mut self, name: &str, resolve_alias: bool) -> Result<Option<Arc<CommandInfo>>>;
    /// All commands whose name fits a wildcard pattern, programs only when asked.
    fn commands(&mut self, pattern: &str, with_programs: bool) -> Vec<Arc<CommandInfo>>;
    /// Binds a command line's parameters without running it (Get-DialtoneBinding, completion).
    fn bind_only(&mut self, command: &Arc<CommandInfo>, args: Arguments) -> Result<Bound>;

    /// Binds the commands of a text without running them: calls in order, then errors (Get-DialtoneBinding).
    fn rehearse(&mut self, text: &str) -> Result<Vec<Rehearsed>> {
        let _ = text;
        values::error::error_of(
            "RehearsalNotSupported",
            values::ErrorCategory::NotImplemented,
            "This session can't bind commands without running them.",
        )
    }

    // -- variables, functions, aliases --

    /// The live object of a variable (PSVariable); none lets the caller make a copy of the facts.
    fn variable_object(&mut self, info: &VariableInfo) -> Option<Value> {
        let _ = info;
        None
    }
    /// The object of a command (CmdletInfo, FunctionInfo, AliasInfo ...); none where the session has no such objects.
    fn command_object(&mut self, info: &Arc<CommandInfo>) -> Option<Value> {
        let _ = info;
        None
    }
    /// Throws ArgumentOutOfRange when there are not so many scopes.
    fn check_scope(&mut self, number: u32) -> Result<()> {
        let _ = number;
        Ok(())
    }
    fn variable(&mut self, name: &str, scope: Scope) -> Option<VariableInfo>;
    fn set_variable(&mut self, name: &str, value: Value, scope: Scope) -> Result<()>;
    /// Defines a variable with description, options and the rest; `force` overrides read-only.
    fn define_variable(&mut self, info: VariableInfo, scope: Scope, force: bool) -> Result<()>;
    fn remove_variable(&mut self, name: &str, scope: Scope, force: bool) -> Result<()>;
    /// Variables visible in (Any) or belonging to a scope.
    fn variables(&mut self, scope: Scope) -> Vec<VariableInfo>;
    fn functions(&mut self) -> Vec<Arc<CommandInfo>>;
    fn set_function(&mut self, name: &str, block: &Value, scope: Scope) -> Result<()>;
    fn remove_function(&mut self, name: &str, force: bool) -> Result<bool>;
    fn aliases(&mut self, scope: Scope) -> Vec<AliasInfo>;
    fn set_alias(&mut self, alias: AliasInfo, scope: Scope, force: bool) -> Result<()>;
    fn remove_alias(&mut self, name: &str, scope: Scope, force: bool) -> Result<bool>;

    // -- places --

    /// The current location as `$PWD` shows it: drive and path.
    fn location(&mut self) -> ProviderPath;
    fn set_location(&mut self, path: &ProviderPath) -> Result<()>;
    /// A path to its provider, relative ones from the current location; no wildcard is expanded, nothing need exist.
    fn provider_path(&mut self, path: &str) -> Result<ProviderPath>;
    /// Wildcards expanded; an existing path is needed, else ItemNotFoundException. `literal` takes all characters as they are.
    fn resolve_path(&mut self, path: &str, literal: bool) -> Result<Vec<ProviderPath>>;
    /// A file-system path for a text (drives and `~` resolved); an error for other providers.
    fn file_path(&mut self, path: &str) -> Result<PathBuf>;
    fn drives(&mut self) -> Vec<Drive>;
    fn add_drive(&mut self, drive: Drive, scope: Scope) -> Result<()>;
    fn remove_drive(&mut self, name: &str, force: bool) -> Result<()>;
    /// The live objects of a provider (ProviderInfo), a drive (PSDriveInfo) and a path (PathInfo); none lets the caller make
    /// a copy of the facts.
    fn provider_object(&mut self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }
    fn drive_object(&mut self, drive: &Drive) -> Option<Value> {
        let _ = drive;
        None
    }
    fn path_object(&mut self, path: &ProviderPath) -> Option<Value> {
        let _ = path;
        None
    }
    fn provider(&mut self, name: &str) -> Option<Arc<dyn Provider>>;
    fn providers(&mut self) -> Vec<Arc<dyn Provider>>;

    // -- the process --

    fn environment(&mut self, name: &str) -> Option<String>;
    fn set_environment(&mut self, name: &str, value: Option<&str>);
    fn environment_all(&mut self) -> Vec<(String, String)>;
    /// `$DIALTONE_HOME` or its default: where store, run-time files and drives lie.
    fn home(&mut self) -> PathBuf;
    /// A slot for state that a module keeps between calls of its cmdlets in this session.
    fn module_state(&mut self, key: &'static str) -> &mut Option<Box<dyn std::any::Any + Send>>;
    /// Waits, but not longer than the pipeline runs; an error when it was stopped.
    fn sleep(&mut self, duration: std::time::Duration) -> Result<()>;
}

impl dyn Session + '_ {
    /// Writes an object, unrolled where PowerShell unrolls (WriteObject with enumeration).
    pub fn write_enumerated(&mut self, value: Value) -> Result<()> {
        let items = {
            let context: &mut dyn Context = self;
            values::members::enumerate(context, &value)?
        };
        match items {
            Some(items) => items.into_iter().try_for_each(|item| self.write(item)),
            None => self.write(value),
        }
    }
}
