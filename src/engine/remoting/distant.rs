//! A session on a server as the cmdlets use it: a block goes there, what comes back goes into their streams.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use command::{ProgressRecord, Session};
use language::Sym;
use values::{
    Context, Dict, ErrorCategory, ErrorRecord, Exception, Flow, KeyComparer, Result, Str, TypeRef, Value, convert,
    members,
};

use super::client::{Answer, Client};
use super::client_xml::{Call, CallArgument};
use crate::runspace::{Runspace, Target};
use crate::script_block::ScriptBlock;

/// What a pipeline in a session is given.
pub struct Task<'a> {
    pub block: &'a Value,
    pub arguments: Vec<Value>,
    pub input: Option<Vec<Value>>,
    pub using: &'a [(Sym, Value)],
}

/// `$using:` values, each under the text of its expression in UTF-16 and base 64.
fn using_argument(using: &[(Sym, Value)]) -> Option<CallArgument> {
    if using.is_empty() {
        return None;
    }
    let ty = TypeRef::find("System.Collections.Generic.Dictionary[string,object]").unwrap_or(TypeRef::HASHTABLE);
    let dict = Dict::new(ty, TypeRef::STRING, TypeRef::OBJECT, KeyComparer::Ordinal);
    for (name, value) in using {
        let units: Vec<u8> = format!("$using:{}", name.folded()).encode_utf16().flat_map(u16::to_le_bytes).collect();
        dict.insert(Value::from(STANDARD.encode(units)), value.clone());
    }
    Some(CallArgument { name: Some("--%".to_string()), value: Value::Dict(Arc::new(dict)) })
}

/// Runs a block on the server; `take` gets each object of its output. `Err` of the inner result: the session is broken.
pub fn run(
    session: &mut dyn Session,
    client: &mut Client,
    task: Task<'_>,
    mut take: impl FnMut(&mut dyn Session, Value) -> Result<()>,
) -> Result<std::result::Result<(), String>> {
    let text = match task.block.as_foreign::<ScriptBlock>() {
        Some(block) => block.text().to_string(),
        None => convert::to_display(task.block),
    };
    let mut arguments: Vec<CallArgument> =
        task.arguments.into_iter().map(|value| CallArgument { name: None, value }).collect();
    arguments.extend(using_argument(task.using));
    let calls = [Call { text, is_script: true, arguments }];
    let runspace = engine(session)?;
    let stop = runspace.stop.clone();
    let id = match client.begin(runspace, &calls, task.input.as_deref())? {
        Ok(id) => id,
        Err(reason) => return Ok(Err(reason)),
    };
    loop {
        let answer = match client.answer(engine(session)?, id, &stop)? {
            Ok(answer) => answer,
            Err(reason) => return Ok(Err(reason)),
        };
        match answer {
            Answer::Output(value) => take(session, value)?,
            Answer::Error(value) => {
                let record = remake(session, &value)?;
                session.write_script_error(record)?;
            }
            // The server's host shows them by calls of ours.
            Answer::Warning(_) | Answer::Verbose(_) | Answer::Debug(_) => {}
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
                    if let Err(reason) = client.host_response(engine(session)?, id, (call, method), value)? {
                        return Ok(Err(reason));
                    }
                }
            }
            Answer::End { is_stopped: true, .. } => return Err(Box::new(Flow::Stopped)),
            Answer::End { failure: Some(value), .. } => {
                let record = remake(session, &value)?;
                session.write_script_error(record)?;
                return Ok(Ok(()));
            }
            Answer::End { .. } => return Ok(Ok(())),
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

fn progress(session: &mut dyn Session, value: &Value) -> Result<()> {
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
        is_completed: members::get(session, value, "Type")?.is_some_and(|v| v.as_i64() == Some(1)),
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
fn remake(ctx: &mut dyn Context, value: &Value) -> Result<Arc<ErrorRecord>> {
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
        data.activity = text(&parts[0]);
        data.reason = text(&parts[1]);
        data.target_name = text(&parts[2]);
        data.target_type = text(&parts[3]);
        data.stack = text(&parts[4]).or_else(|| Some(Str::empty()));
        data.details = text(&parts[5]).map(|message| (message, text(&parts[6])));
    }
    Ok(Arc::new(record))
}

fn category_of(number: i64) -> ErrorCategory {
    ErrorCategory::from_number(number).unwrap_or(ErrorCategory::NotSpecified)
}
