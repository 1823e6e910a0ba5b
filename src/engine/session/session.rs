//! What cmdlets ask of the session.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use command::{
    AliasInfo, Arguments, Bound, CommandInfo, Drive, Host, Invoke, ProgressRecord, Provider, ProviderPath, Scope,
    Session, VariableInfo,
};
use values::error::Invocation;
use values::stop::Waiting;
use values::{ErrorRecord, Flow, Result, Str, Value, convert};

use crate::bind::{Argument, Binding};
use crate::pipeline::Action;
use crate::runspace::{Runspace, Sink, Streams, Target};

impl Session for Runspace {
    fn write(&mut self, value: Value) -> Result<()> {
        self.emit(value)
    }

    fn write_error(&mut self, record: Arc<ErrorRecord>) -> Result<()> {
        if self.is_stopped() {
            return Err(Box::new(values::Flow::Stopped));
        }
        self.stage_error(record)
    }

    fn write_script_error(&mut self, record: Arc<ErrorRecord>) -> Result<()> {
        // The place and the name in the id are those of the `$MyInvocation` that the command sees.
        if let Some(caller) = self.visible_invocation() {
            let mut data = record.data.lock();
            if data.command.is_none() {
                data.command = self.command_name_of(&caller);
            }
            data.invocation = Some(crate::vm::report::recorded(&caller));
            if data.activity.is_none() {
                data.activity = Some(Str::from("Write-Error"));
            }
        } else if let Some((pipe, stage)) = self.stage {
            let invocation = self.pipes[pipe].stages[stage].invocation.clone();
            record.data.lock().invocation.get_or_insert(invocation);
        }
        let span = self.frame().and_then(|f| f.code.spans.get(f.pc as usize).copied()).unwrap_or_default();
        let stack = self.stack_trace(self.current, span);
        record.data.lock().stack = Some(stack);
        self.stage_error(record)
    }

    fn write_warning(&mut self, text: &str) -> Result<()> {
        let common = self.common();
        let action = common.warning_action.unwrap_or_else(|| self.preference("WarningPreference", Action::Continue));
        let record = message_record("System.Management.Automation.WarningRecord", text);
        for list in self.outer_lists(|c| c.warning_variable.clone()).into_iter().chain(common.warning_variable) {
            list.lock().push(record.clone());
        }
        self.stream_by(action, 3, record, &format!("WARNING: {text}"), text, "WarningPreference")
    }

    fn write_verbose(&mut self, text: &str) -> Result<()> {
        let action = match self.common().verbose {
            Some(true) => Action::Continue,
            Some(false) => Action::SilentlyContinue,
            None => self.preference("VerbosePreference", Action::SilentlyContinue),
        };
        let record = message_record("System.Management.Automation.VerboseRecord", text);
        self.stream_by(action, 4, record, &format!("VERBOSE: {text}"), text, "VerbosePreference")
    }

    fn write_debug(&mut self, text: &str) -> Result<()> {
        let action = match self.common().debug {
            Some(true) => Action::Continue,
            Some(false) => Action::SilentlyContinue,
            None => self.preference("DebugPreference", Action::SilentlyContinue),
        };
        let record = message_record("System.Management.Automation.DebugRecord", text);
        self.stream_by(action, 5, record, &format!("DEBUG: {text}"), text, "DebugPreference")
    }

    fn write_information(&mut self, data: Value, tags: Vec<Str>) -> Result<()> {
        let common = self.common();
        let is_host = tags.iter().any(|t| t.as_str() == "PSHOST");
        let text = match is_host {
            true => self.host_message(&data),
            false => self.text_of(&data),
        };
        let record = self.information_record(data.clone(), tags);
        for list in self.outer_lists(|c| c.information_variable.clone()).into_iter().chain(common.information_variable)
        {
            list.lock().push(record.clone());
        }
        if is_host {
            let ignores = self.preference("InformationPreference", Action::SilentlyContinue) == Action::Ignore;
            let is_quiet =
                ignores || matches!(common.information_action, Some(Action::SilentlyContinue | Action::Ignore));
            match self.streams.0[6] {
                Target::Both(sink) => {
                    self.emit_at(sink, record)?;
                    if !is_quiet {
                        self.write_host(&data, &text);
                    }
                }
                Target::Host if !is_quiet => self.write_host(&data, &text),
                Target::Host => {}
                Target::Discard => {}
                Target::Sink(sink) => return self.emit_at(sink, record),
                Target::File(file) => return self.write_file(file, record),
            }
            return Ok(());
        }
        let action = common
            .information_action
            .unwrap_or_else(|| self.preference("InformationPreference", Action::SilentlyContinue));
        match (action, self.streams.0[6]) {
            (Action::Stop | Action::Inquire, _) => {
                self.stream_by(action, 6, record, &text, &text, "InformationPreference")
            }
            (Action::SilentlyContinue | Action::Ignore, Target::Both(sink)) => self.emit_at(sink, record),
            (_, Target::Sink(_) | Target::File(_)) => self.send_stream(6, record, &text),
            (Action::SilentlyContinue | Action::Ignore, _) => Ok(()),
            _ => self.send_stream(6, record, &text),
        }
    }

    fn write_progress(&mut self, record: &ProgressRecord) -> Result<()> {
        let action =
            self.common().progress_action.unwrap_or_else(|| self.preference("ProgressPreference", Action::Continue));
        if action != Action::Continue {
            return Ok(());
        }
        if let Target::Sink(sink) = self.streams.0[Streams::PROGRESS] {
            let text = |text: &Option<Str>| text.clone().map_or(Value::Null, Value::Str);
            let kind = if record.is_completed { "Completed" } else { "Processing" };
            let parts = vec![
                ("ActivityId", Value::I32(record.id)),
                ("ParentActivityId", Value::I32(record.parent)),
                ("Activity", text(&record.activity)),
                ("StatusDescription", text(&record.status)),
                ("CurrentOperation", text(&record.operation)),
                ("PercentComplete", Value::I32(record.percent)),
                ("SecondsRemaining", Value::I32(record.seconds)),
                ("RecordType", ::command::enum_value("System.Management.Automation.ProgressRecordType", kind)),
            ];
            self.emit_at(sink, values::types::record::make("System.Management.Automation.ProgressRecord", parts))?;
        }
        self.host.progress(0, record);
        Ok(())
    }

    fn host(&mut self) -> &mut dyn Host {
        &mut *self.host
    }

    fn should_process(&mut self, target: &str, action: &str) -> Result<bool> {
        let (description, warning) = (
            format!("Performing the operation \"{action}\" on target \"{target}\"."),
            format!("Performing the operation \"{action}\" on target \"{target}\"."),
        );
        self.should_process_text(&description, &warning, "Confirm")
    }

    fn should_process_text(&mut self, description: &str, warning: &str, caption: &str) -> Result<bool> {
        self.ask_should_process(description, warning, caption)
    }

    fn should_continue(&mut self, query: &str, caption: &str) -> Result<bool> {
        self.ask_continue(query, caption)
    }

    fn invocation(&self) -> Arc<Invocation> {
        let stage = self.stage.and_then(|(p, s)| self.pipes.get(p)?.stages.get(s));
        stage.map(|s| s.invocation.clone()).unwrap_or_default()
    }

    fn command(&self) -> Arc<CommandInfo> {
        let stage = self.stage.and_then(|(p, s)| self.pipes.get(p)?.stages.get(s));
        let found = stage.and_then(|s| s.info.clone());
        found.unwrap_or_else(|| {
            Arc::new(crate::commands::script_info(Str::empty(), command::CommandKind::Script, Value::Null, None))
        })
    }

    fn is_expecting_input(&self) -> bool {
        self.stage.is_some_and(|(_, stage)| stage > 0)
    }

    fn stop_upstream(&mut self) -> Box<Flow> {
        match self.stage {
            Some((pipe, stage)) => Box::new(Flow::StopUpstream { pipeline: self.pipes[pipe].id, stage: stage as u32 }),
            None => Box::new(Flow::Stopped),
        }
    }

    fn invoke_script(&mut self, block: &Value, how: Invoke) -> Result<Vec<Value>> {
        // A block that a cmdlet asks for a value throws its errors to the cmdlet; one that is the cmdlet's work
        // (output to the pipeline, or the caller's scope) tells them itself.
        if how.hides_errors {
            let shown = std::mem::replace(&mut self.streams.0[2], Target::Discard);
            let result = self.invoke_throwing(block, how);
            self.streams.0[2] = shown;
            if let Some(record) = result.as_ref().err().and_then(|flow| flow.record().cloned()) {
                self.remember_error(&record);
            }
            return result;
        }
        if how.to_pipeline || how.in_current_scope {
            return Runspace::invoke_script(self, block, how);
        }
        self.invoke_throwing(block, how)
    }

    fn invoke_command(&mut self, name: &str, args: Arguments, input: Vec<Value>) -> Result<Vec<Value>> {
        let args = args
            .into_iter()
            .map(|(name, value)| match name {
                Some(name) => Argument::named(name, Some(value)),
                None => Argument::positional(value),
            })
            .collect();
        let mark = self.sinks.len();
        self.sinks.push(Sink::Collect(Vec::new()));
        let input = (!input.is_empty()).then_some(input);
        let result = self.run_command(Value::from(name), args, input);
        let items = match self.sinks.get_mut(mark) {
            Some(Sink::Collect(items)) => std::mem::take(items),
            _ => Vec::new(),
        };
        self.cut_sinks(mark);
        result.map(|()| items)
    }

    fn parse_script(&mut self, text: &str, file: Option<&str>) -> Result {
        self.parse(text, file)
    }

    fn find_command(&mut self, name: &str, resolve_alias: bool) -> Result<Option<Arc<CommandInfo>>> {
        if resolve_alias {
            return self.command_by_name(name);
        }
        if let Some(alias) = self.find_alias(name) {
            return Ok(Some(Arc::new(crate::cmdlets::alias_command(&alias))));
        }
        self.command_without_alias(name)
    }

    fn commands(&mut self, pattern: &str, with_programs: bool) -> Vec<Arc<CommandInfo>> {
        self.matching_commands(pattern, with_programs)
    }

    fn rehearse(&mut self, text: &str) -> Result<Vec<command::Rehearsed>> {
        self.rehearse_text(text)
    }

    fn bind_only(&mut self, command: &Arc<CommandInfo>, args: Arguments) -> Result<Bound> {
        let mut binding = Binding::new(command.parameters.clone());
        let args = args
            .into_iter()
            .map(|(name, value)| match name {
                Some(name) => Argument::named(name, Some(value)),
                None => Argument::positional(value),
            })
            .collect();
        self.bind_arguments(&mut binding, args, command)?;
        self.finish_binding(&mut binding, command, false)?;
        Ok(binding.bound)
    }

    fn data_from_text(&mut self, text: &str, file: Option<&str>, commands: &[Str]) -> Result<Option<Value>> {
        self.read_data(text, file, commands)
    }

    fn type_data(&mut self) -> Option<&mut values::typedata::TypeData> {
        Some(&mut self.type_data)
    }

    fn check_scope(&mut self, number: u32) -> Result<()> {
        if number < self.scope_count() {
            return Ok(());
        }
        let ty = values::TypeRef::find("System.Management.Automation.PSArgumentOutOfRangeException");
        values::Exception::new(
            ty.unwrap_or(values::TypeRef::ARGUMENT_OUT_OF_RANGE_EXCEPTION),
            format!("The scope number '{number}' exceeds the number of active scopes. (Parameter 'Scope')\nActual value was {number}."),
        )
        .identity("ArgumentOutOfRange", values::ErrorCategory::InvalidArgument, Value::Null)
        .throw()
    }

    fn variable_object(&mut self, info: &VariableInfo) -> Option<Value> {
        let cell = self.find_cell(self.current, language::Sym::intern(&info.name))?;
        Some(Value::Foreign(cell))
    }

    fn command_object(&mut self, info: &Arc<CommandInfo>) -> Option<Value> {
        Some(crate::host_objects::CommandObject::value(info.clone()))
    }

    fn variable(&mut self, name: &str, scope: Scope) -> Option<VariableInfo> {
        self.variable_info(name, scope)
    }

    fn set_variable(&mut self, name: &str, value: Value, scope: Scope) -> Result<()> {
        self.assign_by_name(name, value, scope)
    }

    fn define_variable(&mut self, info: VariableInfo, scope: Scope, force: bool) -> Result<()> {
        self.define(info, scope, force)
    }

    fn remove_variable(&mut self, name: &str, scope: Scope, force: bool) -> Result<()> {
        self.forget_variable(name, scope, force)
    }

    fn variables(&mut self, scope: Scope) -> Vec<VariableInfo> {
        self.all_variables(scope)
    }

    fn functions(&mut self) -> Vec<Arc<CommandInfo>> {
        self.all_functions()
    }

    fn set_function(&mut self, name: &str, block: &Value, scope: Scope) -> Result<()> {
        let info = crate::commands::script_info(Str::from(name), command::CommandKind::Function, block.clone(), None);
        let scope = match scope {
            Scope::Global => "global",
            Scope::Script => "script",
            _ => "",
        };
        self.store_function(scope, name, Arc::new(info));
        Ok(())
    }

    fn remove_function(&mut self, name: &str, _force: bool) -> Result<bool> {
        Ok(self.forget_function(name))
    }

    fn aliases(&mut self, _scope: Scope) -> Vec<AliasInfo> {
        self.all_aliases()
    }

    fn set_alias(&mut self, alias: AliasInfo, scope: Scope, force: bool) -> Result<()> {
        self.store_alias(alias, scope, force)
    }

    fn remove_alias(&mut self, name: &str, _scope: Scope, _force: bool) -> Result<bool> {
        Ok(self.forget_alias(name))
    }

    fn location(&mut self) -> ProviderPath {
        self.location.clone()
    }

    fn set_location(&mut self, path: &ProviderPath) -> Result<()> {
        self.change_location(path);
        Ok(())
    }

    fn provider_path(&mut self, path: &str) -> Result<ProviderPath> {
        self.resolve_provider_path(path)
    }

    fn resolve_path(&mut self, path: &str, literal: bool) -> Result<Vec<ProviderPath>> {
        self.expand_path(path, literal)
    }

    fn file_path(&mut self, path: &str) -> Result<PathBuf> {
        self.resolve_file_path(path)
    }

    fn drives(&mut self) -> Vec<Drive> {
        self.all_drives()
    }

    fn add_drive(&mut self, drive: Drive, _scope: Scope) -> Result<()> {
        self.global.drives.lock().push(drive);
        Ok(())
    }

    fn remove_drive(&mut self, name: &str, _force: bool) -> Result<()> {
        self.global.drives.lock().retain(|d| !d.name.eq_ignore_ascii_case(name));
        Ok(())
    }

    fn provider(&mut self, name: &str) -> Option<Arc<dyn Provider>> {
        let found = self.providers.iter().find(|p| p.name().eq_ignore_ascii_case(name)).cloned();
        found.filter(|provider| provider.is_present(self))
    }

    fn providers(&mut self) -> Vec<Arc<dyn Provider>> {
        let all = self.providers.clone();
        all.into_iter().filter(|provider| provider.is_present(self)).collect()
    }

    fn environment(&mut self, name: &str) -> Option<String> {
        self.environment.get(name).cloned()
    }

    fn set_environment(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.environment.insert(name.to_string(), value.to_string()),
            None => self.environment.remove(name),
        };
    }

    fn environment_all(&mut self) -> Vec<(String, String)> {
        let mut all: Vec<_> = self.environment.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        all.sort();
        all
    }

    fn home(&mut self) -> PathBuf {
        let of = |name: &str| self.environment.get(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        of("DIALTONE_HOME")
            .or_else(|| of("XDG_DATA_HOME").map(|p| p.join("dialtone")))
            .or_else(|| of("HOME").map(|p| p.join(".local/share/dialtone")))
            .unwrap_or_else(|| PathBuf::from("/var/lib/dialtone"))
    }

    fn module_state(&mut self, key: &'static str) -> &mut Option<Box<dyn std::any::Any + Send>> {
        self.module_state.entry(key).or_default()
    }

    fn sleep(&mut self, duration: Duration) -> Result<()> {
        let waiting = Waiting::new(Some(duration));
        loop {
            if self.is_stopped() {
                return Err(Box::new(Flow::Stopped));
            }
            crate::events::poll(self)?;
            if waiting.is_over() {
                return Ok(());
            }
            std::thread::sleep(waiting.slice());
        }
    }
}

/// A record of the warning, verbose or debug stream.
fn message_record(type_name: &str, text: &str) -> Value {
    command::NativeObject::of_pairs(type_name, vec![("Message", Value::from(text)), ("InvocationInfo", Value::Null)])
        .with_text(|o| o.text_of("Message"))
        .into_value()
}

impl Runspace {
    fn stream_by(
        &mut self,
        action: Action,
        stream: u8,
        record: Value,
        line: &str,
        text: &str,
        variable: &str,
    ) -> Result<()> {
        match action {
            Action::SilentlyContinue | Action::Ignore => match self.streams.0[stream as usize] {
                Target::Sink(_) | Target::File(_) if action == Action::Continue => {
                    self.send_stream(stream, record, line)
                }
                _ => Ok(()),
            },
            Action::Stop => {
                self.send_stream(stream, record, line)?;
                let message = format!(
                    "The running command stopped because the preference variable \"{variable}\" or common parameter is set to Stop: {text}"
                );
                let exception = values::Exception::new(values::TypeRef::ACTION_PREFERENCE_STOP_EXCEPTION, message)
                    .identity("ActionPreferenceStop", values::ErrorCategory::OperationStopped, Value::Null);
                let record = ErrorRecord::from_exception(Arc::new(exception));
                record.data.lock().is_script_terminating = true;
                Err(Flow::throw(record))
            }
            Action::Inquire => {
                self.send_stream(stream, record, line)?;
                self.inquire("Continue with this operation?")
            }
            _ => self.send_stream(stream, record, line),
        }
    }

    pub(crate) fn information_record(&mut self, data: Value, tags: Vec<Str>) -> Value {
        let source = self.frame().and_then(|f| f.code.ast.source().file().map(Str::from));
        let name = Session::invocation(self).name.clone();
        let tags = tags.into_iter().map(Value::Str).collect();
        command::NativeObject::of_pairs(
            "System.Management.Automation.InformationRecord",
            vec![
                ("MessageData", data),
                ("Source", Value::Str(source.or(name).unwrap_or_else(Str::empty))),
                ("TimeGenerated", Value::DateTime((values::Context::utc_now_ticks(self) as u64) | (2 << 62))),
                (
                    "Tags",
                    Value::Array(Arc::new(values::Array::list(
                        values::TypeRef::find("System.Collections.Generic.List[string]")
                            .unwrap_or(values::TypeRef::ARRAYLIST),
                        values::TypeRef::STRING,
                        tags,
                    ))),
                ),
                ("User", Value::from(self.environment.get("USER").cloned().unwrap_or_default())),
                ("Computer", Value::from(self.environment.get("HOSTNAME").cloned().unwrap_or_default())),
                ("ProcessId", Value::U32(std::process::id())),
                ("NativeThreadId", Value::U32(0)),
                ("ManagedThreadId", Value::U32(1)),
            ],
        )
        .with_text(|o| o.text_of("MessageData"))
        .into_value()
    }

    /// The text of a HostInformationMessage.
    fn host_message(&mut self, data: &Value) -> String {
        match values::members::get(self, data, "Message") {
            Ok(Some(text)) => self.text_of(&text),
            _ => self.text_of(data),
        }
    }

    fn write_host(&mut self, data: &Value, text: &str) {
        let number = |runspace: &mut Runspace, name: &str| -> Option<u8> {
            let value = values::members::get(runspace, data, name).ok().flatten()?;
            value.as_i64().and_then(|n| u8::try_from(n).ok())
        };
        let (foreground, background) = (number(self, "ForegroundColor"), number(self, "BackgroundColor"));
        let is_open =
            values::members::get(self, data, "NoNewLine").ok().flatten().is_some_and(|v| convert::to_bool(&v));
        self.host.write(text, foreground, background);
        if !is_open {
            self.host.write("\n", None, None);
        }
    }

    /// ShouldProcess under -WhatIf, -Confirm and the preferences.
    fn ask_should_process(&mut self, description: &str, warning: &str, caption: &str) -> Result<bool> {
        let common = self.common();
        let preference = |runspace: &mut Runspace, name: &str| {
            runspace.find_variable(runspace.current, language::Sym::intern(name), false)
        };
        let what_if = match common.what_if {
            Some(is) => is,
            None => preference(self, "WhatIfPreference").is_some_and(|v| convert::to_bool(&v)),
        };
        if what_if {
            self.host.write(&format!("What if: {description}\n"), None, None);
            return Ok(false);
        }
        let command = Session::command(self);
        let impact = crate::host_objects::table_of(self, &command).confirm_impact;
        let must_ask = match common.confirm {
            Some(is) => is,
            None => {
                let limit = preference(self, "ConfirmPreference").map_or(3, |v| impact_of(&v));
                limit > 0 && impact >= limit
            }
        };
        if !must_ask {
            if common.verbose == Some(true) {
                Session::write_verbose(self, description)?;
            }
            return Ok(true);
        }
        if let Some(answer) = common.to_all {
            return Ok(answer);
        }
        let message = format!("Are you sure you want to perform this action?\n{warning}");
        let caption = if caption.is_empty() { "Confirm" } else { caption };
        self.ask_yes_no(caption, &message)
    }

    fn ask_yes_no(&mut self, caption: &str, message: &str) -> Result<bool> {
        let choice = |label: &str, help: &str| command::Choice { label: Str::from(label), help: Str::from(help) };
        let choices = [
            choice("&Yes", "Continue with only the next step of the operation."),
            choice("Yes to &All", "Continue with all the steps of the operation."),
            choice("&No", "Skip this operation and proceed with the next operation."),
            choice("No to A&ll", "Skip this operation and all subsequent operations."),
            choice(
                "&Suspend",
                "Pause the current pipeline and return to the command prompt. Type \"exit\" to resume the pipeline.",
            ),
        ];
        let answer = loop {
            match self.host.choose(caption, message, &choices, 0)? {
                4 => self.nested_prompt()?,
                answer => break answer,
            }
        };
        let set = |runspace: &mut Runspace, to: bool| {
            if let Some((pipe, stage)) = runspace.stage {
                runspace.pipes[pipe].stages[stage].common.to_all = Some(to);
            }
        };
        match answer {
            1 => set(self, true),
            3 => set(self, false),
            _ => {}
        }
        Ok(answer <= 1)
    }

    fn ask_continue(&mut self, query: &str, caption: &str) -> Result<bool> {
        self.ask_yes_no(caption, query)
    }
}

/// ConfirmImpact as a number.
fn impact_of(value: &Value) -> u8 {
    match convert::to_display(value).to_ascii_lowercase().as_str() {
        "none" | "0" => 0,
        "low" | "1" => 1,
        "medium" | "2" => 2,
        _ => 3,
    }
}
