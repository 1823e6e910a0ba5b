//! A session on a server as the cmdlets use it: a block goes there, what comes back goes into their streams.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use command::{Invoke, ProgressRecord, Session};
use language::ast::{Expr, Node, Visit};
use parking_lot::Mutex;
use uuid::Uuid;
use values::{
    Context, Dict, ErrorCategory, ErrorRecord, Exception, Flow, KeyComparer, Result, Str, TypeRef, Value, convert,
    members,
};

use super::client::{Answer, Client};
use super::client_xml::{Call, CallArgument, Wanted};
use super::simple;
use crate::runspace::{Runspace, Target};
use crate::script_block::ScriptBlock;

/// What a pipeline in a session is given.
pub struct Task<'a> {
    pub block: &'a Value,
    pub arguments: Vec<Value>,
    pub has_input: bool,
}

/// `$using:` expressions, each with its value under its text in UTF-16 and base 64.
fn using_argument(runspace: &mut Runspace, block: &ScriptBlock) -> Result<Option<CallArgument>> {
    let mut found = Vec::new();
    block.ast.walk(Node::Block(block.block), &mut |node| {
        if let Node::Expr(id) = node
            && let Expr::Using(inner) = *block.ast.expr(id)
        {
            found.push((inner, matches!(block.ast.expr(inner), Expr::Variable(_))));
            return Visit::SkipChildren;
        }
        Visit::Continue
    });
    if found.is_empty() {
        return Ok(None);
    }
    let ty = TypeRef::find("System.Collections.Generic.Dictionary[string,object]").unwrap_or(TypeRef::HASHTABLE);
    let dict = Dict::new(ty, TypeRef::STRING, TypeRef::OBJECT, KeyComparer::Ordinal);
    for (id, is_variable) in found {
        let text = block.ast.expr_text(id);
        let value = using_value(runspace, text)?;
        // A variable's key is folded, an expression's is as it was written.
        let key = if is_variable { text.to_lowercase() } else { text.to_string() };
        let units: Vec<u8> = key.encode_utf16().flat_map(u16::to_le_bytes).collect();
        dict.insert(Value::from(STANDARD.encode(units)), value);
    }
    Ok(Some(CallArgument { name: Some("--%".to_string()), value: Value::Dict(Arc::new(dict)) }))
}

/// The value of `$using:a.b[0]` where the caller is.
fn using_value(runspace: &mut Runspace, text: &str) -> Result {
    let mut local = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let name = rest.get(first.len_utf8()..).unwrap_or_default();
        let braces = usize::from(name.starts_with('{'));
        let is_using = name.get(braces..braces + 6).is_some_and(|word| word.eq_ignore_ascii_case("using:"));
        if matches!(first, '$' | '@') && is_using {
            local.push('$');
            local.push_str(&name[..braces]);
            rest = &name[braces + 6..];
        } else {
            local.push(first);
            rest = name;
        }
    }
    let block = command::Session::parse_script(runspace, &format!(",({local})"), None)?;
    let how = Invoke { in_current_scope: true, ..Invoke::default() };
    Ok(runspace.invoke_script(&block, how)?.into_iter().next().unwrap_or_default())
}

/// Begins a block on the server. `Err` of the inner result here and below: the session is broken.
pub fn start(
    session: &mut dyn Session,
    client: &mut Client,
    task: Task<'_>,
) -> Result<std::result::Result<Uuid, String>> {
    let runspace = engine(session)?;
    let block = task.block.as_foreign::<ScriptBlock>();
    if let Some(block) = block
        && let Some(calls) = simple::calls(block, &task.arguments)
    {
        return client.begin(runspace, &calls, task.has_input);
    }
    let text = block.map_or_else(|| convert::to_display(task.block), |block| block.text().to_string());
    let mut arguments: Vec<CallArgument> =
        task.arguments.into_iter().map(|value| CallArgument { name: None, value }).collect();
    if let Some(block) = block {
        arguments.extend(using_argument(runspace, block)?);
    }
    client.begin(runspace, &[Call { text, is_script: true, arguments }], task.has_input)
}

/// Asks for the commands of the session.
pub fn ask_commands(
    session: &mut dyn Session,
    client: &mut Client,
    wanted: &Wanted,
) -> Result<std::result::Result<Uuid, String>> {
    client.ask_commands(engine(session)?, wanted)
}

/// Gives a pipeline an object of its input.
pub fn feed(
    session: &mut dyn Session,
    client: &mut Client,
    id: Uuid,
    item: &Value,
) -> Result<std::result::Result<(), String>> {
    client.feed(engine(session)?, id, Some(item))
}

/// Says that a pipeline's input has ended.
pub fn end_input(session: &mut dyn Session, client: &mut Client, id: Uuid) -> Result<std::result::Result<(), String>> {
    client.feed(engine(session)?, id, None)
}

/// Stops a pipeline that nobody reads any more.
pub fn abandon(client: &mut Client, id: Uuid) {
    if let Err(reason) = client.abandon(id) {
        tracing::debug!(%reason, "a pipeline could not be stopped");
    }
}

/// Takes what a pipeline says until nothing more comes for a while; `take` gets each object of its output. True at its end.
pub fn poll(
    session: &mut dyn Session,
    client: &Mutex<Client>,
    id: Uuid,
    wait: Duration,
    take: &mut dyn FnMut(&mut dyn Session, Value) -> Result<()>,
) -> Result<std::result::Result<bool, String>> {
    loop {
        let answer = match client.lock().answer(engine(session)?, id, wait)? {
            Ok(Some(answer)) => answer,
            Ok(None) => return Ok(Ok(false)),
            Err(reason) => return Ok(Err(reason)),
        };
        match answer {
            Answer::Output(value) => take(session, value)?,
            Answer::Error(value) => {
                let record = remake(session, &value)?;
                session.write_script_error(record)?;
            }
            Answer::Information(value) => information(session, &value)?,
            Answer::Progress(value) => progress(session, &value)?,
            Answer::HostCall { call, method, parameters } => {
                let result = host_call(session, method, &parameters);
                if call >= 0 {
                    let result = result.map_err(|flow| match flow.record() {
                        Some(record) => record.message().to_string(),
                        None => "The question was not answered.".to_string(),
                    });
                    let value = result.map(Option::unwrap_or_default);
                    if let Err(reason) = client.lock().host_response(engine(session)?, id, (call, method), value)? {
                        return Ok(Err(reason));
                    }
                }
            }
            Answer::End { is_stopped: true, .. } => return Err(Box::new(Flow::Stopped)),
            Answer::End { failure: Some(value), .. } => {
                let record = remake(session, &value)?;
                session.write_script_error(record)?;
                return Ok(Ok(true));
            }
            Answer::End { .. } => return Ok(Ok(true)),
        }
    }
}

fn engine(session: &mut dyn Session) -> Result<&mut Runspace> {
    crate::cmdlets::engine_of(session)
}

/// A record goes where that stream is redirected to; on the screen a call of the host shows it.
fn information(session: &mut dyn Session, value: &Value) -> Result<()> {
    let data = members::get(session, value, "MessageData")?.unwrap_or_default();
    let tags = members::get(session, value, "Tags")?.unwrap_or_default();
    let tags = members::enumerate(session, &tags)?.unwrap_or_default();
    let tags = tags.iter().map(|tag| Str::from(convert::to_display(tag))).collect();
    let runspace = engine(session)?;
    if matches!(runspace.streams.0[6], Target::Host | Target::Discard) {
        return Ok(());
    }
    let record = runspace.information_record(data, tags);
    runspace.send_stream(6, record, "")
}

/// Writes a progress record that came as an object.
pub(crate) fn progress(session: &mut dyn Session, value: &Value) -> Result<()> {
    let mut text = |name: &str| -> Result<Option<Str>> {
        Ok(members::get(session, value, name)?.filter(|v| !v.is_null()).map(|v| Str::from(convert::to_display(&v))))
    };
    let (activity, status, operation) = (text("Activity")?, text("StatusDescription")?, text("CurrentOperation")?);
    let mut number = |name: &str| -> Result<i32> {
        let value = members::get(session, value, name)?.unwrap_or_default();
        Ok(value.as_i64().and_then(|n| i32::try_from(n).ok()).unwrap_or(-1))
    };
    let record = ProgressRecord {
        id: number("ActivityId")?,
        parent: number("ParentActivityId")?,
        percent: number("PercentComplete")?,
        seconds: number("SecondsRemaining")?,
        activity,
        status,
        operation,
        is_completed: ["Type", "RecordType"]
            .iter()
            .any(|name| members::get(session, value, name).ok().flatten().is_some_and(|v| v.as_i64() == Some(1))),
    };
    session.write_progress(&record)
}

/// Carries out a call of our host. Lines that have a record of their own are shown by it.
fn host_call(session: &mut dyn Session, method: i64, parameters: &[Value]) -> Result<Option<Value>> {
    let text = |at: usize| parameters.get(at).map(convert::to_display).unwrap_or_default();
    match method {
        // Its record shows it.
        20 => {}
        16 => session.host().write(&format!("{}\n", text(0)), None, None),
        17 => {
            let color = |at: usize| parameters.get(at).and_then(Value::as_i64).and_then(|n| u8::try_from(n).ok());
            let (foreground, background) = (color(0), color(1));
            session.host().write(&format!("{}\n", text(2)), foreground, background);
        }
        14 => {
            let color = |at: usize| parameters.get(at).and_then(Value::as_i64).and_then(|n| u8::try_from(n).ok());
            let (foreground, background) = (color(0), color(1));
            session.host().write(&text(2), foreground, background);
        }
        19 => session.host().write_stream_line(5, &format!("DEBUG: {}", text(0))),
        21 => session.host().write_stream_line(4, &format!("VERBOSE: {}", text(0))),
        22 => session.host().write_stream_line(3, &format!("WARNING: {}", text(0))),
        11 => return Ok(session.host().read_line("", false)?.map(Value::from)),
        13 => session.host().write(&text(0), None, None),
        15 => session.host().write("\n", None, None),
        18 => session.host().write_error_line(&text(0)),
        23 => return prompt(session, parameters).map(Some),
        26 => {
            let choices = parameters.get(2).cloned().unwrap_or_default();
            let mut made = Vec::new();
            for one in members::enumerate(session, &choices)?.unwrap_or_default() {
                let mut part = |name: &str| -> Result<Str> {
                    let value = members::get(session, &one, name)?.unwrap_or_default();
                    Ok(Str::from(convert::to_display(&value)))
                };
                made.push(command::Choice { label: part("label")?, help: part("helpMessage")? });
            }
            let default = parameters.get(3).and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok()).unwrap_or(-1);
            return Ok(Some(Value::I32(session.host().choose(&text(0), &text(1), &made, default)?)));
        }
        42 => {
            if let Some(title) = parameters.first() {
                session.host().raw("WindowTitle", Some(title));
            }
        }
        _ => {
            return Exception::new(
                TypeRef::NOT_SUPPORTED_EXCEPTION,
                format!("The host's method {method} is not offered to remote sessions."),
            )
            .identity("HostMethodNotSupported", ErrorCategory::NotImplemented, Value::Null)
            .throw();
        }
    }
    Ok(None)
}

/// The host's Prompt: a dictionary of answers by the fields' names.
fn prompt(session: &mut dyn Session, parameters: &[Value]) -> Result {
    let fields = parameters.get(2).cloned().unwrap_or_default();
    let dict = Dict::hashtable();
    for field in members::enumerate(session, &fields)?.unwrap_or_default() {
        let name = convert::to_display(&members::get(session, &field, "name")?.unwrap_or_default());
        let ty = convert::to_display(&members::get(session, &field, "parameterTypeName")?.unwrap_or_default());
        let is_secret = ty == "SecureString";
        let line = session.host().read_line(&format!("{name}: "), is_secret)?.unwrap_or_default();
        let value = match is_secret {
            true => {
                let args = vec![
                    (Some(Str::from("String")), Value::from(line)),
                    (Some(Str::from("AsPlainText")), Value::Bool(true)),
                    (Some(Str::from("Force")), Value::Bool(true)),
                ];
                session
                    .invoke_command("ConvertTo-SecureString", args, Vec::new())?
                    .into_iter()
                    .next()
                    .unwrap_or_default()
            }
            false => Value::from(line),
        };
        dict.insert(Value::from(name), value);
    }
    Ok(Value::Dict(Arc::new(dict)))
}

/// An error record from what was sent of one: its exception is a RemoteException with the message.
pub(crate) fn remake(ctx: &mut dyn Context, value: &Value) -> Result<Arc<ErrorRecord>> {
    let get = |ctx: &mut dyn Context, name: &str| members::get(ctx, value, name).map(Option::unwrap_or_default);
    let text = |value: &Value| (!value.is_null()).then(|| Str::from(convert::to_display(value)));
    let exception = get(ctx, "Exception")?;
    let message = members::get(ctx, &exception, "Message")?.unwrap_or_else(|| Value::from(convert::to_display(value)));
    let ty = TypeRef::find("System.Management.Automation.RemoteException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
    let made = Exception::new(ty, convert::to_display(&message)).with("SerializedRemoteException", exception);
    let category = get(ctx, "ErrorCategory_Category")?.as_i64().unwrap_or_default();
    let id = convert::to_display(&get(ctx, "FullyQualifiedErrorId")?);
    let target = get(ctx, "TargetObject")?;
    let record = ErrorRecord::new(Arc::new(made), id.as_str(), category_of(category), target);
    let parts = [
        get(ctx, "ErrorCategory_Activity")?,
        get(ctx, "ErrorCategory_Reason")?,
        get(ctx, "ErrorCategory_TargetName")?,
        get(ctx, "ErrorCategory_TargetType")?,
        get(ctx, "ErrorDetails_ScriptStackTrace")?,
        get(ctx, "ErrorDetails_Message")?,
        get(ctx, "ErrorDetails_RecommendedAction")?,
    ];
    {
        let mut data = record.data.lock();
        // The id is whole: no command is appended.
        data.command = Some(Str::empty());
        data.is_remote = true;
        data.activity = text(&parts[0]);
        data.reason = text(&parts[1]);
        data.target_name = text(&parts[2]);
        data.target_type = text(&parts[3]);
        let stack = text(&parts[4]);
        data.stack = Some(stack.map_or_else(values::error::StackTrace::empty, values::error::StackTrace::Text));
        data.details = text(&parts[5]).map(|message| (message, text(&parts[6])));
    }
    Ok(Arc::new(record))
}

fn category_of(number: i64) -> ErrorCategory {
    ErrorCategory::from_number(number).unwrap_or(ErrorCategory::NotSpecified)
}
