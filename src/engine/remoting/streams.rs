//! What a pipeline writes goes to the client as it comes.

use std::sync::Arc;

use command::NativeObject;
use uuid::Uuid;
use values::clixml::{self, Layout};
use values::{Result, TypeRef, Value, convert, members};

use super::host::Link;
use super::message::Kind;
use super::xml;
use crate::runspace::{Runspace, Sink, StreamWriter, Streams, Target};

/// How deep objects are followed.
pub const DEPTH: i64 = 1;

/// One object as CLIXML; secure strings in it are protected when it is sent.
pub fn write(runspace: &mut Runspace, value: &Value) -> Result<String> {
    clixml::serialize_fragment(runspace, value, DEPTH, Layout::Compact)
}

/// An object as it arrived.
pub fn read(runspace: &mut Runspace, data: &str) -> Result {
    if data.is_empty() {
        return Ok(Value::Null);
    }
    clixml::deserialize_fragment(runspace, data)
}

/// ERROR_RECORD: the record with the member that PowerShell's type data add to what was written as an error.
fn error(runspace: &mut Runspace, value: &Value) -> Result<String> {
    let mut data = write(runspace, value)?;
    if let Some(own) = data.strip_suffix("</MS></Obj>") {
        data = format!("{own}<Nil N=\"PSMessageDetails\" /></MS></Obj>");
    }
    Ok(data)
}

/// One stream of a pipeline.
struct ToClient {
    link: Arc<Link>,
    pipeline: Uuid,
    stream: u8,
}

impl StreamWriter for ToClient {
    fn write(&self, runspace: &mut Runspace, value: Value) -> Result<()> {
        let (kind, data) = match self.stream {
            1 if value.is_null() => (Kind::PipelineOutput, String::new()),
            1 => (Kind::PipelineOutput, write(runspace, &value)?),
            2 => (Kind::ErrorRecord, error(runspace, &value)?),
            3 => (Kind::WarningRecord, xml::informational("WarningRecord", &convert::to_display(&value))),
            4 => (Kind::VerboseRecord, xml::informational("VerboseRecord", &convert::to_display(&value))),
            5 => (Kind::DebugRecord, xml::informational("DebugRecord", &convert::to_display(&value))),
            _ => (Kind::InformationRecord, information(runspace, &value)?),
        };
        self.link.wait_for_room(self.pipeline, &runspace.stop);
        self.link.send(kind, Some(self.pipeline), data);
        Ok(())
    }
}

/// What Write-Host wrote without colours has those of the client's screen, which says -1 for its own.
fn colored(message: Value) -> Value {
    let own = message.type_ref().filter(|ty| ty.name() == "System.Management.Automation.HostInformationMessage");
    if let (Some(_), Some(object)) = (own, message.as_foreign::<NativeObject>())
        && let Some(color) = TypeRef::find("System.ConsoleColor")
    {
        for name in ["ForegroundColor", "BackgroundColor"] {
            if object.value(name).is_null() {
                object.store(name, Value::Enum(color, -1));
            }
        }
    }
    message
}

/// INFORMATION_RECORD (MS-PSRP 2.2.2.26).
fn information(runspace: &mut Runspace, record: &Value) -> Result<String> {
    let has_screen = runspace.host.is_interactive();
    let mut get = |name: &str| members::get(runspace, record, name).map(Option::unwrap_or_default);
    let number = |value: Value| value.as_i64().map_or(Value::U32(0), |n| Value::U32(u32::try_from(n).unwrap_or(0)));
    let list = [
        ("MessageData", if has_screen { colored(get("MessageData")?) } else { get("MessageData")? }),
        ("Source", get("Source")?),
        ("TimeGenerated", get("TimeGenerated")?),
        ("Tags", get("Tags")?),
        ("User", get("User")?),
        ("Computer", get("Computer")?),
        ("ProcessId", number(get("ProcessId")?)),
        ("NativeThreadId", number(get("NativeThreadId")?)),
        ("ManagedThreadId", number(get("ManagedThreadId")?)),
    ];
    clixml::serialize_members(runspace, &list, DEPTH)
}

/// Points all streams of a runspace to the client while `run` works. Warnings and the like are also shown by its host.
pub fn to_client<T>(
    runspace: &mut Runspace,
    link: &Arc<Link>,
    pipeline: Uuid,
    run: impl FnOnce(&mut Runspace) -> T,
) -> T {
    let (sinks, streams) = (runspace.sinks.len(), runspace.streams);
    let mut targets = Streams([Target::Host; 7]);
    // The output is the last sink: what nobody takes goes there.
    for stream in [2, 3, 4, 5, 6, 1] {
        let writer = ToClient { link: link.clone(), pipeline, stream };
        runspace.sinks.push(Sink::Writer(Arc::new(writer)));
        let at = runspace.sinks.len() - 1;
        match stream {
            1 => {}
            2 => targets.0[2] = Target::Sink(at),
            _ => targets.0[usize::from(stream)] = Target::Both(at),
        }
    }
    runspace.streams = targets;
    let result = run(runspace);
    runspace.cut_sinks(sinks);
    runspace.streams = streams;
    result
}
