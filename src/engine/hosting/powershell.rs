//! `[powershell]::Create()`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use command::NativeObject;
use parking_lot::Mutex;
use values::object::Foreign;
use values::{Array, Context, ErrorCategory, Exception, Flow, Result, Str, TypeRef, Value, convert, members};

use super::pool::RunspacePool;
use super::result::{AsyncResult, Done};
use super::run::HostedCommand;
use super::runspace_object::HostedRunspace;
use super::state::InitialState;
use crate::RunspaceFactory;
use crate::jobs::{StreamLists, capture};
use crate::runspace::Runspace;

/// How much stack a background pipeline's thread reserves.
const STACK: usize = 256 << 20;

/// A pipeline that a script builds and runs.
#[derive(Clone)]
pub struct PowerShell {
    core: Arc<Core>,
}

struct Core {
    instance: Value,
    is_nested: bool,
    /// Made by `CreatePipeline` of a runspace.
    is_pipeline: bool,
    data: Mutex<Data>,
}

struct Data {
    commands: Vec<HostedCommand>,
    starts_statement: bool,
    runspace: Value,
    pool: Value,
    lists: StreamLists,
    state: &'static str,
    reason: Value,
    has_errors: bool,
    is_disposed: bool,
    running: Option<Running>,
}

#[derive(Clone)]
struct Running {
    done: Arc<Done>,
    output: Arc<Array>,
}

fn new_value(runspace: Value, is_nested: bool, is_pipeline: bool, commands: Vec<HostedCommand>) -> Value {
    let data = Data {
        commands,
        starts_statement: true,
        runspace,
        pool: Value::Null,
        lists: StreamLists::new(),
        state: "NotStarted",
        reason: Value::Null,
        has_errors: false,
        is_disposed: false,
        running: None,
    };
    let instance = Value::Guid(Arc::new(uuid::Uuid::new_v4()));
    Value::foreign(PowerShell { core: Arc::new(Core { instance, is_nested, is_pipeline, data: Mutex::new(data) }) })
}

/// `[powershell]::Create(...)`.
pub fn create(runspace: &mut Runspace, args: &[Value]) -> Result {
    let own = |initial: Value| Value::foreign(HostedRunspace::opened(runspace.factory.clone(), initial));
    Ok(match args.first() {
        None => new_value(own(Value::Null), false, false, Vec::new()),
        Some(state) if let Some(state) = state.as_foreign::<InitialState>() => {
            new_value(own(state.copied()), false, false, Vec::new())
        }
        Some(given) if given.as_foreign::<HostedRunspace>().is_some() => {
            new_value(given.clone(), false, false, Vec::new())
        }
        Some(mode) => match convert::to_display(mode).to_ascii_lowercase().as_str() {
            "currentrunspace" => new_value(Value::Null, true, false, Vec::new()),
            "newrunspace" => new_value(own(Value::Null), false, false, Vec::new()),
            other => {
                return Exception::new(
                    TypeRef::ARGUMENT_EXCEPTION,
                    format!("A runspace mode was expected, not '{other}'."),
                )
                .identity("ArgumentException", ErrorCategory::InvalidArgument, Value::Null)
                .throw();
            }
        },
    })
}

/// `{ ... }.GetPowerShell()`: a block of one pipeline of plain commands as a pipeline object.
pub fn of_block(runspace: &mut Runspace, block: &crate::script_block::ScriptBlock) -> Result {
    use language::ast::{CommandElementKind, ElementKind, Stmt};
    let refuse = |id: &str, text: &str| -> Result {
        let ty = TypeRef::find("System.Management.Automation.ScriptBlockToPowerShellNotSupportedException");
        let made = Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), text);
        Err(method_failure(
            "GetPowerShell",
            0,
            Flow::throw(values::ErrorRecord::from_exception(Arc::new(made.identity(
                id,
                ErrorCategory::NotSpecified,
                Value::Null,
            )))),
        ))
    };
    let ast = block.ast.clone();
    let tree = *ast.block(block.block);
    let statements = tree.end.map(|end| ast.stmts(ast.body(end.body).statements)).unwrap_or_default();
    let starts_with_expression = |id: &language::ast::StmtId| match *ast.stmt(*id) {
        Stmt::Pipeline { elements, .. } => {
            ast.list(elements).first().is_some_and(|e| !matches!(e.kind, ElementKind::Command(_)))
        }
        _ => false,
    };
    if statements.first().is_some_and(starts_with_expression) {
        return refuse(
            "CantConvertPipelineStartsWithExpression",
            "Cannot generate a PowerShell object for a ScriptBlock that starts a pipeline with an expression.",
        );
    }
    let [one] = statements else {
        let (id, text) = match statements.len() {
            0 => ("CantConvertEmptyPipeline", "The script block cannot be converted because it contains no pipeline."),
            _ => (
                "CantConvertScriptBlockWithMultipleStatements",
                "Only a script block that contains exactly one pipeline or command can be converted. Expressions or control structures are not permitted. Verify that the script block contains exactly one pipeline or command.",
            ),
        };
        return refuse(id, text);
    };
    let not_plain = "Only a script block that contains exactly one pipeline or command can be converted. Expressions or control structures are not permitted. Verify that the script block contains exactly one pipeline or command.";
    let Stmt::Pipeline { elements, .. } = *ast.stmt(*one) else {
        return refuse("CanConvertOneClauseOnly", not_plain);
    };
    let mut commands = Vec::new();
    for element in ast.list(elements) {
        let ElementKind::Command(command) = element.kind else {
            return refuse(
                "CantConvertPipelineStartsWithExpression",
                "Cannot generate a PowerShell object for a ScriptBlock that starts a pipeline with an expression.",
            );
        };
        let mut made: Option<HostedCommand> = None;
        let mut name: Option<Str> = None;
        for part in ast.list(command.elements) {
            let mut value = |id| -> Result {
                let text = ast.expr_text(id).to_string();
                if let Some(text) = ast.string_value(id) {
                    return Ok(Value::from(text));
                }
                let block = command::Session::parse_script(runspace, &text, None)?;
                Ok(Value::from_output(runspace.invoke_script(&block, command::Invoke::default())?))
            };
            match (&mut made, part.kind) {
                (None, CommandElementKind::Expr(id)) => {
                    let text = Str::from(convert::to_display(&value(id)?));
                    made = Some(HostedCommand {
                        text,
                        is_script: false,
                        has_local_scope: true,
                        args: Vec::new(),
                        begins_statement: false,
                        redirects: Vec::new(),
                    });
                }
                (Some(own), CommandElementKind::Expr(id)) => own.args.push((name.take(), value(id)?)),
                (Some(own), CommandElementKind::Parameter { text, argument, .. }) => {
                    if let Some(open) = name.take() {
                        own.args.push((Some(open), Value::Bool(true)));
                    }
                    let given = Str::from(ast.text(text));
                    match argument {
                        Some(id) => own.args.push((Some(given), value(id)?)),
                        None => name = Some(given),
                    }
                }
                (None, CommandElementKind::Parameter { .. }) => {}
            }
        }
        if let Some(mut own) = made {
            if let Some(open) = name {
                own.args.push((Some(open), Value::Bool(true)));
            }
            commands.push(own);
        }
    }
    let target = Value::foreign(HostedRunspace::opened(runspace.factory.clone(), Value::Null));
    Ok(new_value(target, false, false, commands))
}

/// A pipeline of a runspace over a script's text.
pub fn of_text(runspace: Value, _factory: &Arc<dyn RunspaceFactory>, args: &[Value]) -> Value {
    let commands = args.first().filter(|a| !a.is_null()).map(|text| script(text, false)).into_iter().collect();
    new_value(runspace, false, true, commands)
}

fn script(text: &Value, has_local_scope: bool) -> HostedCommand {
    let text = match text.as_foreign::<crate::script_block::ScriptBlock>() {
        Some(block) => block.text(),
        None => Str::from(convert::to_display(text)),
    };
    HostedCommand {
        text,
        is_script: true,
        has_local_scope,
        args: Vec::new(),
        begins_statement: false,
        redirects: Vec::new(),
    }
}

/// What a method threw, as a call of a .NET method shows it.
fn method_failure(name: &str, count: usize, flow: Box<Flow>) -> Box<Flow> {
    let inner = match &*flow {
        Flow::Throw(record) => record.exception.clone(),
        Flow::Stopped => {
            let ty = TypeRef::find("System.Management.Automation.PipelineStoppedException")
                .unwrap_or(TypeRef::RUNTIME_EXCEPTION);
            Arc::new(Exception::new(ty, "The pipeline has been stopped."))
        }
        _ => return flow,
    };
    let text = format!("Exception calling \"{name}\" with \"{count}\" argument(s): \"{}\"", inner.message());
    let id = inner.ty.name_only();
    let thrown = Exception::new(TypeRef::METHOD_INVOCATION_EXCEPTION, text)
        .inner(Value::Exception(inner))
        .identity(id, ErrorCategory::NotSpecified, Value::Null)
        .throw::<()>();
    match thrown {
        Err(made) => made,
        Ok(()) => flow,
    }
}

fn automation_error<T>(class: &str, message: &str) -> Result<T> {
    let ty =
        TypeRef::find(&format!("System.Management.Automation.{class}")).unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION);
    Exception::new(ty, message).throw()
}

/// The work of a pipeline: everything that the running thread needs.
struct Task {
    commands: Vec<HostedCommand>,
    runspace: Value,
    pool: Value,
    lists: StreamLists,
    input: Option<Vec<Value>>,
    /// The stop of the runspace that waits for it.
    outer: Option<Arc<AtomicBool>>,
}

impl Task {
    fn run(&self, runspace: &mut Runspace) -> Result<()> {
        runspace.stop.store(false, Ordering::Relaxed);
        runspace.outer_stop = self.outer.clone();
        self.run_in(runspace)
    }

    fn run_in(&self, runspace: &mut Runspace) -> Result<()> {
        capture(runspace, &self.lists, |runspace| {
            runspace.run_hosted(&self.commands, self.input.clone().map(Value::array))
        })
    }

    /// Runs where the pipeline belongs.
    fn go(&self) -> Result<()> {
        if let Some(pool) = self.pool.as_foreign::<RunspacePool>() {
            let stop = Arc::default();
            return pool.with(&stop, self.outer.as_deref(), |runspace| self.run(runspace));
        }
        match self.runspace.as_foreign::<HostedRunspace>() {
            Some(hosted) => hosted.with(|runspace| self.run(runspace)),
            None => automation_error("PSInvalidOperationException", "There is no runspace to run in."),
        }
    }
}

impl PowerShell {
    fn task(&self, input: Option<Vec<Value>>, output: Arc<Array>) -> Result<Task> {
        let mut data = self.core.data.lock();
        if data.is_disposed {
            drop(data);
            let ty = TypeRef::find("System.Management.Automation.PSObjectDisposedException");
            return Exception::new(
                ty.unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION),
                "Cannot access a disposed object.\nObject name: 'PowerShell'.",
            )
            .throw();
        }
        if data.commands.is_empty() {
            drop(data);
            return automation_error("PSInvalidOperationException", "No commands are specified.");
        }
        if data.running.as_ref().is_some_and(|r| !r.done.is_set()) {
            drop(data);
            return automation_error(
                "InvalidPowerShellStateException",
                "The state of the current PowerShell instance is not valid for this operation.",
            );
        }
        data.state = "Running";
        data.reason = Value::Null;
        let mut lists = data.lists.clone();
        lists.output = output;
        Ok(Task {
            commands: data.commands.clone(),
            runspace: data.runspace.clone(),
            pool: data.pool.clone(),
            lists,
            input,
            outer: None,
        })
    }

    fn finish(&self, result: &Result<()>) {
        let mut data = self.core.data.lock();
        let failed = match result {
            Ok(()) => None,
            Err(flow) => match &**flow {
                Flow::Throw(record) => Some(record.exception.clone()),
                _ => None,
            },
        };
        let is_stopped = matches!(result, Err(flow) if matches!(**flow, Flow::Stopped));
        if is_stopped || data.state == "Stopped" {
            data.state = "Stopped";
        } else if let Some(exception) = failed {
            data.state = "Failed";
            data.has_errors = true;
            data.reason = Value::Exception(exception);
        } else {
            data.state = "Completed";
        }
        data.has_errors |= !data.lists.error.is_empty();
    }

    fn invoke(&self, runspace: &mut Runspace, input: Option<Vec<Value>>) -> Result {
        let output = StreamLists::new().output;
        let mut task = self.task(input, output.clone())?;
        task.outer = Some(runspace.stop.clone());
        let result = match self.core.is_nested {
            true => task.run_in(runspace),
            false => task.go(),
        };
        self.finish(&result);
        if let Err(flow) = result
            && !matches!(*flow, Flow::Exit(_))
        {
            return Err(flow);
        }
        let items = output.to_vec();
        let ty = TypeRef::find("System.Collections.ObjectModel.Collection[psobject]").unwrap_or(TypeRef::ARRAYLIST);
        Ok(Value::Array(Arc::new(Array::list(ty, TypeRef::PSOBJECT, items))))
    }

    fn begin(&self, input: Option<Vec<Value>>, output: Option<Arc<Array>>) -> Result {
        let output = output.unwrap_or_else(|| StreamLists::new().output);
        let task = self.task(input, output.clone())?;
        let done = Arc::<Done>::default();
        self.core.data.lock().running = Some(Running { done: done.clone(), output });
        let (own, flag) = (self.clone(), done.clone());
        let work = move || {
            let result = task.go();
            own.finish(&result);
            flag.set();
        };
        if let Err(error) = std::thread::Builder::new().stack_size(STACK).spawn(work) {
            return automation_error("PSInvalidOperationException", &error.to_string());
        }
        Ok(Value::foreign(AsyncResult { done }))
    }

    fn end(&self, ctx: &mut dyn Context) -> Result {
        let Some(running) = self.core.data.lock().running.clone() else {
            return automation_error("PSInvalidOperationException", "The pipeline was not begun.");
        };
        running.done.wait(ctx, None)?;
        let (state, reason) = {
            let data = self.core.data.lock();
            (data.state, data.reason.clone())
        };
        match (state, reason) {
            ("Stopped", _) => Err(Box::new(Flow::Stopped)),
            ("Failed", Value::Exception(e)) => Err(Flow::throw(values::ErrorRecord::from_exception(e))),
            _ => Ok(StreamLists::value(&running.output)),
        }
    }

    fn stop(&self, ctx: &mut dyn Context) -> Result<()> {
        let (runspace, running) = {
            let mut data = self.core.data.lock();
            if data.state == "Running" {
                data.state = "Stopped";
            }
            (data.runspace.clone(), data.running.clone())
        };
        if let Some(hosted) = runspace.as_foreign::<HostedRunspace>() {
            hosted.stop.store(true, Ordering::Relaxed);
        }
        if let Some(running) = running {
            running.done.wait(ctx, Some(std::time::Duration::from_secs(10)))?;
        }
        Ok(())
    }

    fn add(&self, mut command: HostedCommand) {
        let mut data = self.core.data.lock();
        command.begins_statement = std::mem::take(&mut data.starts_statement);
        data.commands.push(command);
    }

    fn add_argument(&self, name: Option<Str>, value: Value, count: usize) -> Result<()> {
        let mut data = self.core.data.lock();
        match data.commands.last_mut() {
            Some(last) => {
                last.args.push((name, value));
                Ok(())
            }
            None => {
                drop(data);
                let method = if name.is_some() { "AddParameter" } else { "AddArgument" };
                automation_error(
                    "PSInvalidOperationException",
                    "A command is required to add a parameter. A command must be added to the PowerShell instance before adding a parameter.",
                )
                .map_err(|flow| method_failure(method, count, flow))
            }
        }
    }

    fn add_parameters(&self, value: &Value) -> Result<()> {
        if let Some(dict) = value.as_dict() {
            for (name, value) in dict.to_vec() {
                self.add_argument(Some(Str::from(convert::to_display(&name))), value, 2)?;
            }
            return Ok(());
        }
        let items = value.as_array().map_or_else(|| vec![value.clone()], |a| a.to_vec());
        items.into_iter().try_for_each(|item| self.add_argument(None, item, 1))
    }
}

fn items_of(ctx: &mut dyn Context, value: Option<&Value>) -> Result<Option<Vec<Value>>> {
    match value {
        Some(value) if !value.is_null() => {
            Ok(Some(members::enumerate(ctx, value)?.unwrap_or_else(|| vec![value.clone()])))
        }
        _ => Ok(None),
    }
}

impl Foreign for PowerShell {
    fn type_ref(&self) -> TypeRef {
        if self.core.is_pipeline {
            let base = command::class("System.Management.Automation.Runspaces.Pipeline", TypeRef::OBJECT);
            return command::class("System.Management.Automation.Runspaces.LocalPipeline", base);
        }
        command::class("System.Management.Automation.PowerShell", TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let data = self.core.data.lock();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "commands" => Value::foreign(PsCommand { owner: self.clone() }),
            "streams" => Value::foreign(DataStreams { lists: data.lists.clone() }),
            "haderrors" => Value::Bool(data.has_errors || !data.lists.error.is_empty()),
            "instanceid" => self.core.instance.clone(),
            "invocationstateinfo" | "pipelinestateinfo" => {
                let state = command::enum_value("System.Management.Automation.PSInvocationState", data.state);
                NativeObject::of_pairs(
                    "System.Management.Automation.PSInvocationStateInfo",
                    vec![("State", state), ("Reason", data.reason.clone())],
                )
                .with_text(|o| o.text_of("State"))
                .into_value()
            }
            "isnested" => Value::Bool(self.core.is_nested),
            "isrunspaceowner" => Value::Bool(!self.core.is_nested),
            "historystring" => Value::from(""),
            "runspace" => data.runspace.clone(),
            "runspacepool" => data.pool.clone(),
            _ => return Ok(None),
        }))
    }

    fn set(&self, _ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let mut data = self.core.data.lock();
        match name.to_ascii_lowercase().as_str() {
            "runspace" => data.runspace = value.clone(),
            "runspacepool" => data.pool = value.clone(),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn call(&self, ctx: &mut dyn Context, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let arg = |at: usize| args.get(at).cloned().unwrap_or_default();
        let text = |at: usize| Str::from(args.get(at).map(convert::to_display).unwrap_or_default());
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "addscript" => {
                self.add(script(&arg(0), args.get(1).is_some_and(convert::to_bool)));
                me.clone()
            }
            "addcommand" => {
                let text = match args.first().and_then(|a| a.as_foreign::<crate::host_objects::CommandObject>()) {
                    Some(found) => found.info.name.clone(),
                    None => text(0),
                };
                self.add(HostedCommand {
                    text,
                    is_script: false,
                    has_local_scope: false,
                    args: Vec::new(),
                    begins_statement: false,
                    redirects: Vec::new(),
                });
                me.clone()
            }
            "addparameter" => {
                let value = if args.len() > 1 { arg(1) } else { Value::Bool(true) };
                self.add_argument(Some(text(0)), value, args.len())?;
                me.clone()
            }
            "addargument" => {
                self.add_argument(None, arg(0), 1)?;
                me.clone()
            }
            "addparameters" => {
                self.add_parameters(&arg(0))?;
                me.clone()
            }
            "addstatement" => {
                self.core.data.lock().starts_statement = true;
                me.clone()
            }
            "invoke" => {
                let input = items_of(ctx, args.first())?;
                let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
                self.invoke(runspace, input).map_err(|flow| method_failure("Invoke", args.len(), flow))?
            }
            "begininvoke" | "invokeasync" => {
                let input = items_of(ctx, args.first())?;
                let output = args.get(1).and_then(Value::as_array).cloned();
                self.begin(input, output).map_err(|flow| method_failure("BeginInvoke", args.len(), flow))?
            }
            "endinvoke" => self.end(ctx).map_err(|flow| method_failure("EndInvoke", args.len(), flow))?,
            "stop" => {
                self.stop(ctx)?;
                Value::Void
            }
            "dispose" => {
                self.core.data.lock().is_disposed = true;
                Value::Void
            }
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "Commands",
            "Streams",
            "InstanceId",
            "InvocationStateInfo",
            "IsNested",
            "HadErrors",
            "Runspace",
            "RunspacePool",
            "IsRunspaceOwner",
            "HistoryString",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        [
            "AddArgument",
            "AddCommand",
            "AddParameter",
            "AddParameters",
            "AddScript",
            "AddStatement",
            "BeginInvoke",
            "Dispose",
            "EndInvoke",
            "Invoke",
            "Stop",
        ]
        .map(Str::from)
        .to_vec()
    }
}

/// `.Commands` of a pipeline.
struct PsCommand {
    owner: PowerShell,
}

impl Foreign for PsCommand {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.PSCommand", TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        if !name.eq_ignore_ascii_case("commands") {
            return Ok(None);
        }
        let commands = self.owner.core.data.lock().commands.clone();
        let items = commands
            .into_iter()
            .map(|c| {
                let parameters = c
                    .args
                    .into_iter()
                    .map(|(name, value)| {
                        let name = name.map_or(Value::Null, Value::Str);
                        NativeObject::of(
                            "System.Management.Automation.Runspaces.CommandParameter",
                            vec![("Name", name), ("Value", value)],
                        )
                    })
                    .collect();
                NativeObject::of_pairs(
                    "System.Management.Automation.Runspaces.Command",
                    vec![
                        ("Parameters", Value::array(parameters)),
                        ("CommandText", Value::Str(c.text)),
                        ("IsScript", Value::Bool(c.is_script)),
                        ("UseLocalScope", Value::Bool(c.has_local_scope)),
                        ("IsEndOfStatement", Value::Bool(false)),
                    ],
                )
                .with_text(|o| o.text_of("CommandText"))
                .into_value()
            })
            .collect();
        let ty = TypeRef::find("System.Collections.ObjectModel.Collection[psobject]").unwrap_or(TypeRef::ARRAYLIST);
        Ok(Some(Value::Array(Arc::new(Array::list(ty, TypeRef::OBJECT, items)))))
    }

    fn call(&self, ctx: &mut dyn Context, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "clear" => {
                let mut data = self.owner.core.data.lock();
                data.commands.clear();
                data.starts_statement = true;
                Ok(Some(Value::Void))
            }
            "addscript" | "addcommand" | "addparameter" | "addargument" | "addstatement" => {
                self.owner.call(ctx, me, name, args).map(|_| Some(me.clone()))
            }
            _ => Ok(None),
        }
    }
}

/// `.Streams` of a pipeline.
struct DataStreams {
    lists: StreamLists,
}

impl Foreign for DataStreams {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.PSDataStreams", TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(self.lists.by_name(name).filter(|_| !name.eq_ignore_ascii_case("output")).map(StreamLists::value))
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, _args: &[Value]) -> Result<Option<Value>> {
        if name.eq_ignore_ascii_case("clearstreams") {
            self.lists.clear_streams();
            return Ok(Some(Value::Void));
        }
        Ok(None)
    }

    fn property_names(&self) -> Vec<Str> {
        ["Error", "Progress", "Verbose", "Debug", "Warning", "Information"].map(Str::from).to_vec()
    }
}
