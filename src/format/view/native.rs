//! Native code for the script columns of PowerShell's own views.

use command::{Result, Session};
use values::operators::{Binary, Effects, binary};
use values::{Value, convert, members};

use super::Native;

/// The native code of a script cell, by view (or type for lists) and label.
pub fn find(place: &str) -> Option<Native> {
    Some(match place {
        "childrenWithUnixStat/LastWriteTime" => unix_time,
        "process/NPM(K)" => |s, v| scaled(s, v, "NPM", 1024.0),
        "process/PM(M)" => |s, v| scaled(s, v, "PM", 1048576.0),
        "process/WS(M)" | "ProcessWithUserName/WS(M)" => |s, v| scaled(s, v, "WS", 1048576.0),
        "process/CPU(s)" | "ProcessWithUserName/CPU(s)" => |s, v| scaled(s, v, "CPU", 1.0),
        "ProcessModule/Size(K)" => |s, v| scaled(s, v, "Size", 1024.0),
        "StartTime/group" => |s, v| {
            let start = property(s, v, "StartTime")?;
            members::call(s, &start, "ToShortDateString", &[])
        },
        "System.Management.Automation.PSMethod/OverloadDefinitions" => |s, v| lines(s, v, "OverloadDefinitions"),
        "System.Threading.Tasks.Task/Result" => |s, v| {
            let is_done = property(s, v, "IsCompleted")?;
            if convert::to_bool(&is_done) { property(s, v, "Result") } else { Ok(Value::Null) }
        },
        "PSThumbprintTable/Path" | "FileSecurityTable/Path" => |s, v| leaf(s, v, "Path"),
        "PSThumbprintTable/group" | "PSThumbprintWide/group" | "Module/group" => |s, v| parent(s, v, "Path"),
        "PSThumbprintWide/wide" => |s, v| {
            let (path, status) = (leaf(s, v, "Path")?, property(s, v, "Status")?);
            let text = format!("{}: {}", convert::to_str(s, &path)?, convert::to_str(s, &status)?);
            Ok(Value::from(text))
        },
        "ThumbprintTable/EnhancedKeyUsageList" => |s, v| {
            let list = property(s, v, "EnhancedKeyUsageList")?;
            let mut names = Vec::new();
            for purpose in members::enumerate(s, &list)?.unwrap_or_default() {
                names.push(property(s, &purpose, "FriendlyName")?);
            }
            Ok(Value::from_output(names))
        },
        "history/Duration" => duration,
        "MatchInfo/0" => match_text,
        "CommandInfo/Name" => command_name,
        "drive/Used (GB)" => |s, v| gigabytes(s, v, "Used"),
        "drive/Free (GB)" => |s, v| gigabytes(s, v, "Free"),
        "drive/Root" => |s, v| first_of(s, v, &["DisplayRoot", "Root"]),
        "InformationRecord/0" => |s, v| Ok(Value::Str(convert::to_str(s, v)?)),
        "ErrorInstance/0" => |_, _| Ok(Value::from("")),
        "ErrorInstance/1" => |s, v| Ok(Value::from(crate::error_view::of_value(s, v)?)),
        "GetErrorInstance/0" => |s, v| Ok(Value::from(crate::error_detail::text(s, v)?)),
        "Runspace/ComputerName" => |s, v| {
            let connection = property(s, v, "ConnectionInfo")?;
            if connection.is_null() { Ok(Value::from("localhost")) } else { property(s, &connection, "ComputerName") }
        },
        "Runspace/Type" => |s, v| {
            let connection = property(s, v, "ConnectionInfo")?;
            Ok(Value::from(if connection.is_null() { "Local" } else { "Remote" }))
        },
        "Runspace/State" => |s, v| path(s, v, "RunspaceStateInfo.State"),
        "Runspace/Availability" => |s, v| property(s, v, "RunspaceAvailability"),
        "Breakpoint/Script" => |s, v| leaf(s, v, "Script"),
        "Module/PreRelease" | "System.Management.Automation.PSModuleInfo/PreRelease" => {
            |s, v| path(s, v, "PrivateData.PSData.PreRelease")
        }
        "Module/PSEdition" => |s, v| {
            let editions = property(s, v, "CompatiblePSEditions")?;
            let mut names = items(s, &editions)?;
            names.sort();
            names.reverse();
            Ok(Value::from(if names.is_empty() { "Desk".to_string() } else { names.join(",") }))
        },
        "Module/ExportedCommands" => |s, v| keys(s, v, "ExportedCommands"),
        "System.Management.Automation.PSModuleInfo/ExportedFunctions" => |s, v| keys(s, v, "ExportedFunctions"),
        "System.Management.Automation.PSModuleInfo/ExportedCmdlets" => |s, v| keys(s, v, "ExportedCmdlets"),
        "System.Management.Automation.PSModuleInfo/ExportedVariables" => |s, v| keys(s, v, "ExportedVariables"),
        "System.Management.Automation.PSModuleInfo/ExportedAliases" => |s, v| keys(s, v, "ExportedAliases"),
        "Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject/Content" => |s, v| shortened(s, v, "Content"),
        "Microsoft.PowerShell.Commands.BasicHtmlWebResponseObject/RawContent"
        | "Microsoft.PowerShell.Commands.WebResponseObject/RawContent" => |s, v| shortened(s, v, "RawContent"),
        "Microsoft.PowerShell.Commands.TestConnectionCommand+PingStatus/Latency(ms)"
        | "Microsoft.PowerShell.Commands.TestConnectionCommand+PingMtuStatus/Latency(ms)"
        | "Microsoft.PowerShell.Commands.TestConnectionCommand+TraceStatus/Latency(ms)" => {
            |s, v| pinged(s, v, "Latency")
        }
        "Microsoft.PowerShell.Commands.TestConnectionCommand+PingStatus/BufferSize(B)" => {
            |s, v| pinged(s, v, "BufferSize")
        }
        "Microsoft.PowerShell.Commands.TestConnectionCommand+TraceStatus/Hostname" => |s, v| {
            let name = property(s, v, "Hostname")?;
            if convert::to_bool(&name) { Ok(name) } else { Ok(Value::from("*")) }
        },
        _ => return None,
    })
}

/// A property's value; `$null` where there is none.
pub fn property(session: &mut dyn Session, object: &Value, name: &str) -> Result<Value> {
    Ok(members::get(session, object, name)?.unwrap_or_default())
}

/// A property of a property.
pub fn path(session: &mut dyn Session, object: &Value, names: &str) -> Result<Value> {
    let mut at = object.clone();
    for name in names.split('.') {
        if at.is_null() {
            break;
        }
        at = property(session, &at, name)?;
    }
    Ok(at)
}

/// Applies a composite format string to one value.
pub fn composite(session: &mut dyn Session, format: &str, value: Value) -> Result<Value> {
    binary(session, Binary::Format, false, &Value::from(format), &Value::array(vec![value]), &mut Effects::default())
}

fn unix_time(session: &mut dyn Session, object: &Value) -> Result<Value> {
    let time = property(session, object, "LastWriteTime")?;
    composite(session, "{0:d} {0:HH}:{0:mm}", time)
}

fn number(value: &Value) -> Option<f64> {
    match value.base() {
        Value::F64(n) => Some(*n),
        Value::F32(n) => Some(f64::from(*n)),
        other => other.as_i64().map(|n| n as f64),
    }
}

fn scaled(session: &mut dyn Session, object: &Value, name: &str, unit: f64) -> Result<Value> {
    let value = property(session, object, name)?;
    match number(&value) {
        None if name == "CPU" => Ok(Value::Null),
        found => composite(session, "{0:N2}", Value::F64(found.unwrap_or(0.0) / unit)),
    }
}

fn gigabytes(session: &mut dyn Session, object: &Value, name: &str) -> Result<Value> {
    let used = property(session, object, "Used")?;
    let free = property(session, object, "Free")?;
    if !convert::to_bool(&used) && !convert::to_bool(&free) {
        return Ok(Value::Null);
    }
    let value = property(session, object, name)?;
    composite(session, "{0:###0.00}", Value::F64(number(&value).unwrap_or(0.0) / 1073741824.0))
}

fn first_of(session: &mut dyn Session, object: &Value, names: &[&str]) -> Result<Value> {
    for name in names {
        let value = property(session, object, name)?;
        if !value.is_null() {
            return Ok(value);
        }
    }
    Ok(Value::Null)
}

fn items(session: &mut dyn Session, value: &Value) -> Result<Vec<String>> {
    let list = members::enumerate(session, value)?.unwrap_or_else(|| vec![value.clone()]);
    list.iter().filter(|v| !v.is_null()).map(|v| Ok(convert::to_str(session, v)?.to_string())).collect()
}

fn lines(session: &mut dyn Session, object: &Value, name: &str) -> Result<Value> {
    let value = property(session, object, name)?;
    Ok(Value::from(items(session, &value)?.join("\n")))
}

fn keys(session: &mut dyn Session, object: &Value, name: &str) -> Result<Value> {
    let value = property(session, object, name)?;
    match value.as_dict() {
        Some(dict) => Ok(Value::array(dict.to_vec().into_iter().map(|(k, _)| k).collect())),
        None if value.is_null() => Ok(Value::Null),
        None => property(session, &value, "Keys"),
    }
}

fn leaf(session: &mut dyn Session, object: &Value, name: &str) -> Result<Value> {
    let value = property(session, object, name)?;
    let text = convert::to_str(session, &value)?;
    Ok(Value::from(text.rsplit(['/', '\\']).next().unwrap_or_default()))
}

fn parent(session: &mut dyn Session, object: &Value, name: &str) -> Result<Value> {
    let value = property(session, object, name)?;
    let text = convert::to_str(session, &value)?;
    Ok(Value::from(text.rsplit_once('/').map_or("", |(head, _)| head)))
}

fn duration(session: &mut dyn Session, object: &Value) -> Result<Value> {
    const HOUR: i64 = 36_000_000_000;
    let span = property(session, object, "Duration")?;
    let Value::TimeSpan(ticks) = *span.base() else { return Ok(Value::Null) };
    let format = match ticks {
        t if t >= 10 * HOUR => {
            let hours = (t as f64 / HOUR as f64).round();
            let rest = composite(session, "{0:mm\\:ss\\.fff}", span)?;
            return Ok(Value::from(format!("{hours}:{}", convert::to_str(session, &rest)?)));
        }
        t if t >= HOUR => "{0:h\\:mm\\:ss\\.fff}",
        t if t >= HOUR / 60 => "{0:m\\:ss\\.fff}",
        _ => "{0:s\\.fff}",
    };
    composite(session, format, span)
}

fn match_text(session: &mut dyn Session, object: &Value) -> Result<Value> {
    let is_live = members::type_names(object).iter().any(|n| n.as_str() == "Microsoft.PowerShell.Commands.MatchInfo");
    if !is_live {
        return property(session, object, "Line");
    }
    let place = session.location().path;
    let method = if session.host().is_terminal() { "ToEmphasizedString" } else { "ToString" };
    members::call(session, object, method, &[Value::Str(place)])
}

fn command_name(session: &mut dyn Session, object: &Value) -> Result<Value> {
    let kind = property(session, object, "CommandType")?;
    let is_alias = convert::to_str(session, &kind)?.as_str() == "Alias";
    property(session, object, if is_alias { "DisplayName" } else { "Name" })
}

fn shortened(session: &mut dyn Session, object: &Value, name: &str) -> Result<Value> {
    let value = property(session, object, name)?;
    let text = convert::to_str(session, &value)?;
    if text.units() <= 200 {
        return Ok(Value::Str(text));
    }
    Ok(Value::from(format!("{}\u{2026}", text.slice(0, 200))))
}

fn pinged(session: &mut dyn Session, object: &Value, name: &str) -> Result<Value> {
    let status = property(session, object, "Status")?;
    if convert::to_str(session, &status)?.as_str() == "TimedOut" {
        return Ok(Value::from("*"));
    }
    property(session, object, name)
}
