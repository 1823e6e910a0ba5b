//! `$PSCmdlet`.

use ::command::Session;
use values::object::Foreign;
use values::{Context, ErrorCategory, Flow, Result, Str, TypeRef, Value, convert};

use crate::bind::Binding;
use crate::runspace::Runspace;

/// PSScriptCmdlet: what an advanced function can ask of its invocation.
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
            "sessionstate" => super::execution_context(runspace),
            "host" => super::host_value(runspace),
            "invokecommand" | "invokeprovider" | "jobrepository" | "paging" => Value::Null,
            "pagingparameters" if self.bound.as_dict().is_some() => self.paging(),
            "pagingparameters" => Value::Null,
            "stopping" => Value::Bool(runspace.is_stopped()),
            "commandruntime" => Value::Null,
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        ["ParameterSetName", "MyInvocation", "SessionState", "Host", "Stopping"].map(Str::from).to_vec()
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
                runspace
                    .find_variable(runspace.current, language::Sym::intern(&name), false)
                    .unwrap_or_else(|| arg(args, 1))
            }
            "getunresolvedproviderpathfrompspath" => {
                let path = text(runspace, 0);
                Value::Str(Session::provider_path(runspace, &path)?.path)
            }
            "getresolvedproviderpathfrompspath" => {
                let path = text(runspace, 0);
                let found = Session::resolve_path(runspace, &path, false)?;
                Value::array(found.into_iter().map(|p| Value::Str(p.path)).collect())
            }
            "currentproviderlocation" => crate::session::place::current_path(runspace),
            _ => return Ok(None),
        }))
    }
}

impl ScriptCmdlet {
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
