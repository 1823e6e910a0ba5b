//! `$PSCmdlet`.

use ::command::Session;
use values::object::Foreign;
use values::{Context, ErrorCategory, Flow, Result, Str, TypeRef, Value, convert};

use crate::bind::Binding;
use crate::runspace::Runspace;

/// PSScriptCmdlet: what an advanced function can ask of its invocation.
#[derive(Clone)]
struct ScriptCmdlet {
    stage: Option<(usize, usize)>,
    frame: usize,
    set: Str,
    /// The parameters of the call.
    bound: Value,
}

/// `$PSCmdlet` of a frame.
pub fn cmdlet_value(runspace: &Runspace, frame: usize, binding: &Binding) -> Value {
    let stage = runspace.frames[frame].stage;
    let bound = if binding.table.supports_paging { crate::bind::bound_dictionary(&binding.bound) } else { Value::Null };
    Value::foreign(ScriptCmdlet { stage, frame, set: Str::from(binding.bound.parameter_set()), bound })
}

fn arg(args: &[Value], at: usize) -> Value {
    args.get(at).cloned().unwrap_or_default()
}

impl ScriptCmdlet {
    fn on_stage<T>(&self, runspace: &mut Runspace, run: impl FnOnce(&mut Runspace) -> T) -> T {
        let stage = self.stage.or(runspace.stage);
        let was = std::mem::replace(&mut runspace.stage, stage);
        let done = run(runspace);
        runspace.stage = was;
        done
    }
}

impl Foreign for ScriptCmdlet {
    fn type_ref(&self) -> TypeRef {
        super::class("System.Management.Automation.PSScriptCmdlet")
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "parametersetname" => Value::Str(self.current_set(runspace)),
            "myinvocation" => crate::vm::call::invocation_value(runspace, self.frame),
            "sessionstate" => super::session::caller_state(self.caller_elsewhere(runspace)),
            "host" => super::host_value(runspace),
            "invokecommand" => super::session::command_intrinsics(),
            "invokeprovider" => super::intrinsics::Intrinsics::part(name).unwrap_or_default(),
            "events" => Value::foreign(crate::events::ManagerObject),
            "commandorigin" => ::command::enum_value("System.Management.Automation.CommandOrigin", "Internal"),
            "jobrepository" | "jobmanager" => Value::Null,
            "pagingparameters" if self.bound.as_dict().is_some() => self.paging(),
            "pagingparameters" => Value::Null,
            "stopping" => Value::Bool(runspace.is_stopped()),
            "commandruntime" => Value::foreign(CommandRuntime { cmdlet: self.clone() }),
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "ParameterSetName",
            "MyInvocation",
            "PagingParameters",
            "InvokeCommand",
            "Host",
            "SessionState",
            "Events",
            "JobRepository",
            "JobManager",
            "InvokeProvider",
            "Stopping",
            "CommandRuntime",
            "CommandOrigin",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        [
            "CurrentProviderLocation",
            "GetResolvedProviderPathFromPSPath",
            "GetUnresolvedProviderPathFromPSPath",
            "GetVariableValue",
            "ShouldContinue",
            "ShouldProcess",
            "ThrowTerminatingError",
            "TransactionAvailable",
            "WriteCommandDetail",
            "WriteDebug",
            "WriteError",
            "WriteInformation",
            "WriteObject",
            "WriteProgress",
            "WriteVerbose",
            "WriteWarning",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn call(&self, ctx: &mut dyn Context, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        match self.call_own(ctx, me, name, args) {
            // What the host refuses is an exception of the method.
            Err(flow) if name.to_ascii_lowercase().starts_with("should") => {
                Err(values::members::method_failure(flow, name, args.len()))
            }
            done => done,
        }
    }
}

impl ScriptCmdlet {
    /// PagingParameters of a function that supports paging.
    fn paging(&self) -> Value {
        let bound = self.bound.as_dict();
        let given = |name: &str| bound.and_then(|d| d.get_str(name));
        ::command::NativeObject::of(
            "System.Management.Automation.PagingParameters",
            vec![
                (
                    "IncludeTotalCount",
                    given("IncludeTotalCount").unwrap_or_else(|| crate::host_objects::switch_value(false)),
                ),
                ("Skip", given("Skip").unwrap_or(Value::U64(0))),
                ("First", given("First").unwrap_or(Value::U64(u64::MAX))),
            ],
        )
    }

    fn call_own(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        let text = |runspace: &mut Runspace, at: usize| runspace.text_of(&arg(args, at));
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "shouldprocess" => {
                let first = text(runspace, 0);
                let is = match args.len() {
                    0 | 1 => {
                        let action = Session::command(runspace).name.to_string();
                        let asked = self.on_stage(runspace, |r| {
                            let action = r.stage_name().unwrap_or(action);
                            Session::should_process(r, &first, &action)
                        });
                        asked?
                    }
                    2 => {
                        let action = text(runspace, 1);
                        let asked = self.on_stage(runspace, |r| Session::should_process(r, &first, &action));
                        asked?
                    }
                    _ => {
                        let (warning, caption) = (text(runspace, 1), text(runspace, 2));
                        self.on_stage(runspace, |r| Session::should_process_text(r, &first, &warning, &caption))?
                    }
                };
                Value::Bool(is)
            }
            "shouldcontinue" => {
                let (query, caption) = (text(runspace, 0), text(runspace, 1));
                Value::Bool(self.on_stage(runspace, |r| Session::should_continue(r, &query, &caption))?)
            }
            "throwterminatingerror" => match arg(args, 0).base() {
                Value::Error(record) => {
                    let stage = self.stage.and_then(|(p, s)| runspace.pipes.get(p)?.stages.get(s));
                    if let Some(s) = stage {
                        let (info, invocation) = (s.info.clone(), s.invocation.clone());
                        let mut data = record.data.lock();
                        data.command = info.map(|i| i.error_name.clone());
                        data.invocation = Some(invocation);
                    }
                    record.data.lock().is_script_terminating = false;
                    runspace.escaping = self.stage;
                    return Err(Flow::throw(record.clone()));
                }
                _ => {
                    return values::error::error_of(
                        "ArgumentNull",
                        ErrorCategory::InvalidArgument,
                        "An error record was expected.",
                    );
                }
            },
            "writeobject" => {
                let enumerate = args.get(1).is_some_and(convert::to_bool);
                match enumerate {
                    true => runspace.emit_unrolled(arg(args, 0))?,
                    false => runspace.emit(arg(args, 0))?,
                }
                Value::Void
            }
            "writeerror" => {
                if let Value::Error(record) = arg(args, 0).base() {
                    let record = record.clone();
                    self.on_stage(runspace, |r| r.stage_error(record))?;
                }
                Value::Void
            }
            "writeverbose" => {
                let message = text(runspace, 0);
                self.on_stage(runspace, |r| Session::write_verbose(r, &message))?;
                Value::Void
            }
            "writewarning" => {
                let message = text(runspace, 0);
                self.on_stage(runspace, |r| Session::write_warning(r, &message))?;
                Value::Void
            }
            "writedebug" => {
                let message = text(runspace, 0);
                self.on_stage(runspace, |r| Session::write_debug(r, &message))?;
                Value::Void
            }
            "writeinformation" => {
                self.on_stage(runspace, |r| Session::write_information(r, arg(args, 0), Vec::new()))?;
                Value::Void
            }
            "getvariablevalue" => {
                let name = text(runspace, 0);
                let from = self.caller_elsewhere(runspace).unwrap_or(runspace.current);
                let found = runspace.find_variable(from, language::Sym::intern(&name), false);
                found.unwrap_or_else(|| arg(args, 1))
            }
            "getunresolvedproviderpathfrompspath" => {
                let path = text(runspace, 0);
                Value::Str(Session::provider_path(runspace, &path)?.path)
            }
            "getresolvedproviderpathfrompspath" => {
                let path = text(runspace, 0);
                let found = Session::resolve_path(runspace, &path, false)?;
                if let (Some(target), Some(first)) = (args.get(1), found.first()) {
                    let text = format!("Get-PSProvider -PSProvider {}", first.provider);
                    let block = Session::parse_script(runspace, &text, None)?;
                    let provider = runspace.invoke_throwing(&block, ::command::Invoke::default())?.into_iter().next();
                    super::intrinsics::give(runspace, Some(target), provider.unwrap_or_default())?;
                }
                Value::array(found.into_iter().map(|p| Value::Str(p.path)).collect())
            }
            "currentproviderlocation" => crate::session::place::current_path(runspace),
            "writeprogress" => {
                // The identity of the source may come first.
                let record = args.last().cloned().unwrap_or_default();
                self.on_stage(runspace, |r| crate::remoting::write_progress(r, &record))?;
                Value::Void
            }
            // Details go to a log of the pipeline's execution, which nobody keeps.
            "writecommanddetail" => Value::Void,
            "transactionavailable" => Value::Bool(false),
            _ => return Ok(None),
        }))
    }
}

/// The runtime of a function's invocation: it writes as the function does.
struct CommandRuntime {
    cmdlet: ScriptCmdlet,
}

impl Foreign for CommandRuntime {
    fn type_ref(&self) -> TypeRef {
        super::class("System.Management.Automation.MshCommandRuntime")
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "host" => self.cmdlet.get(ctx, name),
            _ => Ok(None),
        }
    }

    fn property_names(&self) -> Vec<Str> {
        vec![Str::from("Host")]
    }

    fn call(&self, ctx: &mut dyn Context, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let folded = name.to_ascii_lowercase();
        let is_own = ["write", "should", "throw", "transactionavailable"].iter().any(|head| folded.starts_with(head));
        if is_own { self.cmdlet.call(ctx, me, name, args) } else { Ok(None) }
    }
}

impl ScriptCmdlet {
    /// The frame of the caller when its session state is another than the function's own.
    fn caller_elsewhere(&self, runspace: &Runspace) -> Option<usize> {
        let caller = self.stage.and_then(|(pipe, _)| runspace.pipes.get(pipe)).map(|pipe| pipe.frame)?;
        let own = runspace.frames.get(self.frame)?.home.as_ref();
        let its = runspace.frames.get(caller)?.home.as_ref();
        let is_same = match (own, its) {
            (None, None) => true,
            (Some(own), Some(its)) => std::sync::Arc::ptr_eq(own, its),
            _ => false,
        };
        (!is_same).then_some(caller)
    }

    fn current_set(&self, runspace: &Runspace) -> Str {
        let stage = self.stage.and_then(|(p, s)| runspace.pipes.get(p)?.stages.get(s));
        match stage.and_then(|s| s.processor.bound()) {
            Some(bound) => Str::from(bound.parameter_set()),
            None => self.set.clone(),
        }
    }
}

impl Runspace {
    /// The name of the running stage's command.
    pub(crate) fn stage_name(&self) -> Option<String> {
        let (p, s) = self.stage?;
        Some(self.pipes.get(p)?.stages.get(s)?.info.as_ref()?.name.to_string())
    }
}
