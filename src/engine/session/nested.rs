//! The prompt's text, prompts inside of a running pipeline, and questions that preferences ask.

use std::sync::Arc;

use command::{Choice, Session};
use values::{ErrorCategory, ErrorRecord, Exception, Flow, Result, Str, TypeRef, Value, convert};

use crate::runspace::{Runspace, Sink, Streams, Target};

/// The functions that a session starts with.
const FUNCTIONS: &str = r#"
function cd.. { Set-Location .. }
function cd\ { Set-Location \ }
function cd~ { Set-Location ~ }
function Clear-Host { [Console]::Clear() }
function Pause { $null = Read-Host 'Press Enter to continue...' }
function exec { Switch-Process -WithCommand $args }
function help {
    <#
    .FORWARDHELPTARGETNAME Get-Help
    .FORWARDHELPCATEGORY Cmdlet
    #>
    [CmdletBinding(DefaultParameterSetName = 'AllUsersView', HelpUri = 'https://go.microsoft.com/fwlink/?LinkID=113316')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName = $true)][string]${Name},
        [string]${Path},
        [ValidateSet('Alias', 'Cmdlet', 'Provider', 'General', 'FAQ', 'Glossary', 'HelpFile', 'ScriptCommand', 'Function', 'Filter', 'ExternalScript', 'All', 'DefaultHelp', 'DscResource', 'Class', 'Configuration')]
        [string[]]${Category},
        [Parameter(ParameterSetName = 'DetailedView', Mandatory = $true)][switch]${Detailed},
        [Parameter(ParameterSetName = 'AllUsersView')][switch]${Full},
        [Parameter(ParameterSetName = 'Examples', Mandatory = $true)][switch]${Examples},
        [Parameter(ParameterSetName = 'Parameters', Mandatory = $true)][string[]]${Parameter},
        [string[]]${Component},
        [string[]]${Functionality},
        [string[]]${Role},
        [Parameter(ParameterSetName = 'Online', Mandatory = $true)][switch]${Online}
    )
    process {
        if ($PSCmdlet.ParameterSetName -eq 'AllUsersView' -and -not $Full) { $PSBoundParameters['Full'] = $true }
        $found = Get-Help @PSBoundParameters
        if ($null -eq $found) { return }
        $pager = $env:PAGER ? $env:PAGER : 'less'
        $names = @($found)[0].PSTypeNames
        if ([Console]::IsOutputRedirected -or $names -contains 'HelpInfoShort' -or $names -contains 'AliasHelpInfo' -or
            -not (Get-Command -Name $pager -CommandType Application -ErrorAction Ignore)) { $found }
        else { $found | Out-String -Stream -Width ([Math]::Min([Console]::WindowWidth, 120)) | & $pager }
    }
}
function oss {
    [CmdletBinding()]
    param(
        [ValidateRange(2, 2147483647)][int]${Width},
        [Parameter(ValueFromPipeline = $true)][psobject]${InputObject}
    )
    end { $input | Out-String -Stream @PSBoundParameters }
}
function prompt {
    "PS $($executionContext.SessionState.Path.CurrentLocation)$('>' * ($nestedPromptLevel + 1)) "
    # .Link
    # https://go.microsoft.com/fwlink/?LinkID=225750
    # .ExternalHelp System.Management.Automation.dll-help.xml
}
"#;

/// The variable that counts nested prompts.
const LEVEL: &str = "NestedPromptLevel";

/// What a person answers where a preference is Inquire.
const INQUIRE: [(&str, &str); 4] = [
    ("&Yes", "Continue with only the next step of the operation."),
    ("Yes to &All", "Continue with all the steps of the operation."),
    ("&Halt Command", "Stop this command."),
    ("&Suspend", "Pause the current pipeline and return to the command prompt. Type \"exit\" to resume the pipeline."),
];

impl Runspace {
    /// Defines the functions that every session has.
    pub fn define_functions(&mut self) {
        let source = Arc::new(language::Source::new(FUNCTIONS));
        let ast = language::parse(source).ast;
        let root = *ast.block(ast.root());
        let Some(end) = root.end else { return };
        for id in ast.stmts(ast.body(end.body).statements) {
            let language::ast::Stmt::Function(id) = *ast.stmt(*id) else { continue };
            let function = ast.function(id);
            let name = ast.text(function.name.text).to_string();
            let block = crate::script_block::ScriptBlock::new(ast.clone(), function.body, function.params, None);
            let kind = command::CommandKind::Function;
            let info = crate::commands::script_info(Str::from(name.as_str()), kind, Value::foreign(block), None);
            self.global.functions.lock().insert(language::Sym::intern(&name), Arc::new(info));
        }
    }

    /// What the function `prompt` gives, or `PS>`. `$?` and `$LASTEXITCODE` stay as they are.
    pub fn prompt_text(&mut self) -> String {
        let was_good = self.success;
        // What Ctrl-C stopped is over.
        self.stop.store(false, std::sync::atomic::Ordering::Relaxed);
        // The debugger does not look into the prompt.
        let was_inside = self.debugger.as_mut().map(|d| std::mem::replace(&mut d.is_inside, true));
        let result = match Session::find_command(self, "prompt", false) {
            Ok(Some(_)) => Session::invoke_command(self, "prompt", Vec::new(), Vec::new()).unwrap_or_default(),
            _ => Vec::new(),
        };
        self.success = was_good;
        if let (Some(debugger), Some(inside)) = (self.debugger.as_mut(), was_inside) {
            debugger.is_inside = inside;
        }
        let text = result.first().map(|v| convert::to_display(v).to_string()).unwrap_or_default();
        if text.is_empty() { "PS>".to_string() } else { text }
    }

    /// A prompt inside of what runs, until `exit`.
    pub fn nested_prompt(&mut self) -> Result<()> {
        let level = self.prompt_level();
        self.set_global(LEVEL, Value::I32(level + 1));
        let done = self.prompt_until_exit();
        self.set_global(LEVEL, Value::I32(level));
        done
    }

    /// How many prompts inside of others there are.
    pub(crate) fn prompt_level(&self) -> i32 {
        self.global.get(language::Sym::intern(LEVEL)).and_then(|v| v.as_i64()).unwrap_or(0) as i32
    }

    fn prompt_until_exit(&mut self) -> Result<()> {
        loop {
            let prompt = self.prompt_text();
            let Some(line) = self.host.read_line(&prompt, false)? else { return Ok(()) };
            if line.trim().is_empty() {
                continue;
            }
            match self.run_nested(&line) {
                Ok(()) => {}
                Err(flow) => match *flow {
                    Flow::Exit(_) => return Ok(()),
                    Flow::Throw(record) => {
                        self.show_error(&record);
                        self.success = false;
                    }
                    Flow::Stopped => self.stop.store(false, std::sync::atomic::Ordering::Relaxed),
                    _ => {}
                },
            }
        }
    }

    /// Runs text in the running scope, its output shown on the host.
    pub(crate) fn run_nested(&mut self, text: &str) -> Result<()> {
        let block = self.parse(text, None)?;
        let (streams, stage, current, tries) = (self.streams, self.stage, self.current, self.tries);
        let (sinks, frames, stack) = (self.sinks.len(), self.frames.len(), self.stack.len());
        self.streams = Streams([Target::Host; 7]);
        self.tries = 0;
        self.stage = None;
        self.sinks.push(Sink::Discard);
        let pipe = self.open_pipe(current);
        let result = self.fill_console(pipe, block, Vec::new(), None, true).and_then(|()| self.drive_pipe(pipe));
        if result.is_err() {
            let last = self.pipes[pipe].stages.len().saturating_sub(1);
            // What was written before the error is still shown.
            let _ = self.end_stage(pipe, last);
        }
        let success = self.success;
        self.close_pipe(pipe);
        self.success = success;
        self.cut_sinks(sinks);
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        (self.streams, self.stage, self.current, self.tries) = (streams, stage, current, tries);
        result
    }

    /// Asks whether to go on, where a preference is Inquire; a halted command ends with an error.
    pub(crate) fn inquire(&mut self, message: &str) -> Result<()> {
        if self.common().to_all == Some(true) {
            return Ok(());
        }
        let choices = INQUIRE.map(|(label, help)| Choice { label: Str::from(label), help: Str::from(help) });
        loop {
            match self.host.choose("Confirm", message, &choices, 0)? {
                0 => return Ok(()),
                1 => {
                    if let Some((pipe, stage)) = self.stage {
                        self.pipes[pipe].stages[stage].common.to_all = Some(true);
                    }
                    return Ok(());
                }
                3 => self.nested_prompt()?,
                _ => {
                    let exception = Exception::new(
                        TypeRef::ACTION_PREFERENCE_STOP_EXCEPTION,
                        "The running command stopped because the user selected the Stop option.",
                    )
                    .identity("ActionPreferenceStop", ErrorCategory::OperationStopped, Value::Null);
                    let record = ErrorRecord::from_exception(Arc::new(exception));
                    record.data.lock().is_script_terminating = true;
                    return Err(Flow::throw(record));
                }
            }
        }
    }
}
