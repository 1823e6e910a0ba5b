//! The computed members of the built-in type data, as native code.

use crate::context::Context;
use crate::convert;
use crate::decoration::RESET;
use crate::error::Result;
use crate::members::{self, Getter, NativeMethod};
use crate::string::Str;
use crate::types::TypeRef;
use crate::types::automation::ps_style::PsStyle;
use crate::types::security::certificate_uses;
use crate::value::Value;

/// The native getter of a property, by type and name.
pub fn property(type_name: &str, name: &str) -> Option<Getter> {
    Some(match (type_name, name) {
        ("System.DateTime", "DateTime") => date_time,
        // The text that it had where it came from; the value is a number.
        ("Deserialized.System.Enum", "Value") => |ctx, this| match this {
            Value::Wrapped(wrapped) if wrapped.text.is_some() => {
                Ok(wrapped.text.clone().map_or(Value::Null, Value::Str))
            }
            _ => convert::net_string(ctx, this).map(Value::Str),
        },
        ("System.Guid", "Guid") | ("System.Net.IPAddress", "IPAddressToString") => {
            |ctx, this| convert::net_string(ctx, this).map(Value::Str)
        }
        ("System.IO.FileInfo", "BaseName") => base_name,
        ("System.IO.DirectoryInfo", "BaseName") => |ctx, this| path(ctx, this, "Name"),
        ("System.IO.FileInfo" | "System.IO.DirectoryInfo", file) => match file {
            "Mode" => |ctx, this| mode(ctx, this, true),
            "ModeWithoutHardLink" => |ctx, this| mode(ctx, this, false),
            "LinkType" => link_type,
            "LengthString" => length_string,
            "LastWriteTimeString" => last_write_time_string,
            "NameString" => name_string,
            "ResolvedTarget" => resolved_target,
            "VersionInfo" => version_info,
            _ => return None,
        },
        ("System.IO.FileSystemInfo", "Size") => |ctx, this| path(ctx, this, "UnixStat.Size"),
        ("System.IO.FileSystemInfo", "UnixMode") => |ctx, this| call(ctx, this, "UnixStat", "GetModeString"),
        ("System.IO.FileSystemInfo", "User") => |ctx, this| call(ctx, this, "UnixStat", "GetUserName"),
        ("System.IO.FileSystemInfo", "Group") => |ctx, this| call(ctx, this, "UnixStat", "GetGroupName"),
        ("System.Diagnostics.Process", process) => match process {
            "CommandLine" => command_line,
            "CPU" => |ctx, this| path(ctx, this, "TotalProcessorTime.TotalSeconds"),
            "Company" => |ctx, this| path(ctx, this, "MainModule.FileVersionInfo.CompanyName"),
            "Description" => |ctx, this| path(ctx, this, "MainModule.FileVersionInfo.FileDescription"),
            "FileVersion" => |ctx, this| path(ctx, this, "MainModule.FileVersionInfo.FileVersion"),
            "Product" => |ctx, this| path(ctx, this, "MainModule.FileVersionInfo.ProductName"),
            "ProductVersion" => |ctx, this| path(ctx, this, "MainModule.FileVersionInfo.ProductVersion"),
            "Path" => |ctx, this| path(ctx, this, "MainModule.FileName"),
            "Parent" => parent_process,
            _ => return None,
        },
        ("System.Diagnostics.ProcessModule", module) => match module {
            "Company" => |ctx, this| path(ctx, this, "FileVersionInfo.CompanyName"),
            "Description" => |ctx, this| path(ctx, this, "FileVersionInfo.FileDescription"),
            "FileVersion" => |ctx, this| path(ctx, this, "FileVersionInfo.FileVersion"),
            "Product" => |ctx, this| path(ctx, this, "FileVersionInfo.ProductName"),
            "ProductVersion" => |ctx, this| path(ctx, this, "FileVersionInfo.ProductVersion"),
            "Size" => module_size,
            _ => return None,
        },
        ("System.Security.Cryptography.X509Certificates.X509Certificate2", certificate) => match certificate {
            "DnsNameList" => |_, this| Ok(certificate_uses::dns_name_list(this)),
            "EnhancedKeyUsageList" => |_, this| Ok(certificate_uses::purpose_list(this)),
            // Lists of trusted issuers belong to Windows' own TLS.
            "SendAsTrustedIssuer" => |_, _| Ok(Value::Bool(false)),
            _ => return None,
        },
        ("System.Management.Automation.AliasInfo", "DisplayName") => alias_display,
        ("System.Management.Automation.AliasInfo", "ResolvedCommandName") => {
            |ctx, this| path(ctx, this, "ResolvedCommand.Name")
        }
        ("System.Management.Automation.ApplicationInfo", "FileVersionInfo") => application_version,
        ("System.Management.Automation.CallStackFrame", "Command") => frame_command,
        ("System.Management.Automation.CallStackFrame", "Location") => {
            |ctx, this| members::call(ctx, this, "GetScriptLocation", &[])
        }
        ("System.Management.Automation.CallStackFrame", "Arguments") => frame_arguments,
        ("System.Management.Automation.CmdletInfo", "DLL") => {
            |ctx, this| path(ctx, this, "ImplementingType.Assembly.Location")
        }
        ("System.Management.Automation.CommandInfo", "HelpUri") => help_uri,
        ("System.Management.Automation.ErrorRecord", "PSMessageDetails") => {
            |ctx, this| path(ctx, this, "Exception.InnerException.PSMessageDetails")
        }
        ("System.Management.Automation.Job", "State") => |ctx, this| {
            let state = path(ctx, this, "JobStateInfo.State")?;
            convert::net_string(ctx, &state).map(Value::Str)
        },
        ("System.Management.Automation.PSDriveInfo", "Free") => |ctx, this| drive_space(ctx, this, true),
        ("System.Management.Automation.PSDriveInfo", "Used") => |ctx, this| drive_space(ctx, this, false),
        ("System.Management.Automation.Runspaces.PSSession", session) => match session {
            "State" => |ctx, this| path(ctx, this, "Runspace.RunspaceStateInfo.State"),
            "IdleTimeout" => |ctx, this| path(ctx, this, "Runspace.ConnectionInfo.IdleTimeout"),
            "OutputBufferingMode" => |ctx, this| path(ctx, this, "Runspace.ConnectionInfo.OutputBufferingMode"),
            "DisconnectedOn" => |ctx, this| path(ctx, this, "Runspace.DisconnectedOn"),
            "ExpiresOn" => |ctx, this| path(ctx, this, "Runspace.ExpiresOn"),
            _ => return None,
        },
        ("System.Diagnostics.FileVersionInfo", "FileVersionRaw") => |ctx, this| version_parts(ctx, this, "File"),
        ("System.Diagnostics.FileVersionInfo", "ProductVersionRaw") => |ctx, this| version_parts(ctx, this, "Product"),
        _ => return None,
    })
}

/// The native code of a method, by type and name.
pub fn method(type_name: &str, name: &str) -> Option<NativeMethod> {
    match (type_name, name) {
        ("System.Xml.XmlNode" | "System.Xml.XmlNodeList", "ToString") => Some(xml_text),
        ("System.Version#IncludeLabel", "ToString") => Some(labelled_version),
        _ => None,
    }
}

/// A property of a property ..., null where one on the way is missing.
fn path(ctx: &mut dyn Context, this: &Value, names: &str) -> Result {
    let mut at = this.clone();
    for name in names.split('.') {
        if at.is_null() {
            return Ok(Value::Null);
        }
        at = members::get(ctx, &at, name)?.unwrap_or(Value::Null);
    }
    Ok(at)
}

fn text(ctx: &mut dyn Context, this: &Value, names: &str) -> Result<Str> {
    let value = path(ctx, this, names)?;
    convert::to_str(ctx, &value)
}

fn call(ctx: &mut dyn Context, this: &Value, names: &str, method: &str) -> Result {
    let owner = path(ctx, this, names)?;
    if owner.is_null() {
        return Ok(Value::Null);
    }
    members::call(ctx, &owner, method, &[])
}

/// Long date and long time, or the one of them that DisplayHint asks for.
fn date_time(ctx: &mut dyn Context, this: &Value) -> Result {
    let hint = match this {
        Value::Wrapped(_) => text(ctx, this, "DisplayHint")?,
        _ => Str::empty(),
    };
    let base = this.base();
    let date = convert::format_value(ctx, base, "D")?;
    if hint.eq_ignore_ascii_case("Date") {
        return Ok(Value::Str(date));
    }
    let time = convert::format_value(ctx, base, "T")?;
    if hint.eq_ignore_ascii_case("Time") {
        return Ok(Value::Str(time));
    }
    Ok(Value::str(format!("{date} {time}")))
}

fn base_name(ctx: &mut dyn Context, this: &Value) -> Result {
    let (name, extension) = (text(ctx, this, "Name")?, text(ctx, this, "Extension")?);
    let kept = name.len().saturating_sub(extension.len());
    Ok(Value::from(if extension.is_empty() { name.as_str() } else { &name[..kept] }))
}

/// `d----`, `-a---`, `l----`: directory or link, archive, read-only, hidden, system.
/// Whether a file has another name somewhere.
fn is_hard_link(ctx: &mut dyn Context, this: &Value) -> Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let full = convert::to_display(&path(ctx, this, "FullName")?).to_string();
    Ok(std::fs::symlink_metadata(full).is_ok_and(|facts| facts.is_file() && facts.nlink() > 1))
}

fn mode(ctx: &mut dyn Context, this: &Value, shows_hard_links: bool) -> Result {
    let attributes = path(ctx, this, "Attributes")?.as_i64().unwrap_or(0);
    let is_link = attributes & 0x400 != 0 || shows_hard_links && is_hard_link(ctx, this)?;
    let flag = |bit: i64, ch: char| if attributes & bit != 0 { ch } else { '-' };
    let first = if is_link { 'l' } else { flag(0x10, 'd') };
    let mode: String = [first, flag(0x20, 'a'), flag(0x1, 'r'), flag(0x2, 'h'), flag(0x4, 's')].iter().collect();
    Ok(Value::str(mode))
}

fn link_type(ctx: &mut dyn Context, this: &Value) -> Result {
    let target = path(ctx, this, "LinkTarget")?;
    if !target.is_null() {
        return Ok(Value::from("SymbolicLink"));
    }
    Ok(if is_hard_link(ctx, this)? { Value::from("HardLink") } else { Value::Null })
}

fn length_string(ctx: &mut dyn Context, this: &Value) -> Result {
    if members::get(ctx, this, "Length")?.is_none() || convert::to_bool(&path(ctx, this, "PSIsContainer")?) {
        return Ok(Value::from(""));
    }
    text(ctx, this, "Length").map(Value::Str)
}

fn last_write_time_string(ctx: &mut dyn Context, this: &Value) -> Result {
    let time = path(ctx, this, "LastWriteTime")?;
    let date = convert::format_value(ctx, &time, "d")?;
    let clock = convert::format_value(ctx, &time, "t")?;
    Ok(Value::str(format!("{date:>10} {clock:>8}")))
}

/// A file's name in the colours that `$PSStyle.FileInfo` gives its kind, whatever the output is to look like.
fn name_string(ctx: &mut dyn Context, this: &Value) -> Result {
    let name = text(ctx, this, "Name")?;
    let target = text(ctx, this, "LinkTarget")?;
    let style = ctx.global_variable("PSStyle");
    let decorated = |kind: &str, extension: &str| {
        let style = style.as_ref()?.as_foreign::<PsStyle>()?;
        Some(format!("{}{name}{RESET}", style.file_decoration(kind, extension)?))
    };
    if !target.is_empty() {
        let shown = decorated("SymbolicLink", "").unwrap_or_else(|| name.to_string());
        return Ok(Value::str(format!("{shown} -> {target}")));
    }
    let full = text(ctx, this, "FullName")?;
    let data = std::fs::metadata(full.as_str()).ok();
    if data.as_ref().is_some_and(|d| d.is_dir()) {
        return Ok(decorated("Directory", "").map_or(Value::Str(name.clone()), Value::from));
    }
    let extension = name.rfind('.').map_or("", |at| &name[at..]);
    if let Some(shown) = decorated("", extension) {
        return Ok(Value::from(shown));
    }
    let is_executable = data.is_some_and(|d| std::os::unix::fs::PermissionsExt::mode(&d.permissions()) & 0o111 != 0);
    let shown = if is_executable { decorated("Executable", "") } else { None };
    Ok(shown.map_or(Value::Str(name.clone()), Value::from))
}

fn resolved_target(ctx: &mut dyn Context, this: &Value) -> Result {
    let full = text(ctx, this, "FullName")?;
    match std::fs::canonicalize(full.as_str()) {
        Ok(target) => Ok(Value::str(target.to_string_lossy().into_owned())),
        Err(_) => Ok(Value::Str(full)),
    }
}

fn version_info(ctx: &mut dyn Context, this: &Value) -> Result {
    let full = path(ctx, this, "FullName")?;
    version_info_of(ctx, full)
}

fn application_version(ctx: &mut dyn Context, this: &Value) -> Result {
    let full = path(ctx, this, "Path")?;
    version_info_of(ctx, full)
}

fn version_info_of(ctx: &mut dyn Context, file: Value) -> Result {
    match TypeRef::find("System.Diagnostics.FileVersionInfo") {
        Some(ty) => members::call_static(ctx, ty, "GetVersionInfo", &[file]),
        None => Ok(Value::Null),
    }
}

fn version_parts(ctx: &mut dyn Context, this: &Value, which: &str) -> Result {
    let mut parts = Vec::new();
    for part in ["Major", "Minor", "Build", "Private"] {
        parts.push(Value::I32(path(ctx, this, &format!("{which}{part}Part"))?.as_i64().unwrap_or(0) as i32));
    }
    members::call_static(ctx, TypeRef::VERSION, "new", &parts)
}

/// The command line as the kernel keeps it: arguments parted by spaces.
fn command_line(ctx: &mut dyn Context, this: &Value) -> Result {
    let id = path(ctx, this, "Id")?.as_i64().unwrap_or(0);
    match std::fs::read(format!("/proc/{id}/cmdline")) {
        Ok(bytes) if !bytes.is_empty() => {
            let raw = String::from_utf8_lossy(&bytes);
            Ok(Value::str(raw.trim_end_matches('\0').replace('\0', " ")))
        }
        _ => Ok(Value::Null),
    }
}

fn parent_process(ctx: &mut dyn Context, this: &Value) -> Result {
    let id = path(ctx, this, "Id")?.as_i64().unwrap_or(0);
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { return Ok(Value::Null) };
    // The name in parentheses may hold anything; the fields come after the last one.
    let parent =
        stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)).and_then(|p| p.parse::<i32>().ok());
    match (parent, TypeRef::find("System.Diagnostics.Process")) {
        (Some(parent), Some(ty)) if parent > 0 => {
            members::call_static(ctx, ty, "GetProcessById", &[Value::I32(parent)]).or(Ok(Value::Null))
        }
        _ => Ok(Value::Null),
    }
}

/// In KiB, as the ModuleMemorySize of the module.
fn module_size(ctx: &mut dyn Context, this: &Value) -> Result {
    let bytes = path(ctx, this, "ModuleMemorySize")?.as_i64().unwrap_or(0);
    crate::operators::binary(
        ctx,
        crate::operators::Binary::Divide,
        false,
        &Value::I32(bytes as i32),
        &Value::I32(1024),
        &mut crate::operators::Effects::default(),
    )
}

/// `gci -> Get-ChildItem`.
fn alias_display(ctx: &mut dyn Context, this: &Value) -> Result {
    let name = text(ctx, this, "Name")?;
    let target = text(ctx, this, "ResolvedCommand.Name")?;
    // An alias with a dash in its name is shown alone.
    if name.contains('-') {
        return Ok(Value::Str(name));
    }
    let shown = if target.is_empty() { text(ctx, this, "Definition")? } else { target };
    Ok(Value::str(format!("{name} -> {shown}")))
}

fn frame_command(ctx: &mut dyn Context, this: &Value) -> Result {
    let invocation = path(ctx, this, "InvocationInfo")?;
    if invocation.is_null() {
        return path(ctx, this, "FunctionName");
    }
    let command = path(ctx, &invocation, "MyCommand")?;
    if command.is_null() {
        return path(ctx, &invocation, "InvocationName");
    }
    let name = text(ctx, &command, "Name")?;
    if name.is_empty() { path(ctx, this, "FunctionName") } else { Ok(Value::Str(name)) }
}

/// `{name=value, value}`.
fn frame_arguments(ctx: &mut dyn Context, this: &Value) -> Result {
    let mut parts = Vec::new();
    let bound = path(ctx, this, "InvocationInfo.BoundParameters")?;
    if let Some(dict) = bound.as_dict() {
        for (key, value) in dict.to_vec() {
            let (name, shown) = (convert::to_str(ctx, &key)?, convert::to_str(ctx, &value)?);
            parts.push(format!("{name}={shown}"));
        }
    }
    let unbound = path(ctx, this, "InvocationInfo.UnboundArguments")?;
    for value in convert::to_array(ctx, &unbound)? {
        parts.push(convert::to_str(ctx, &value)?.to_string());
    }
    Ok(Value::str(format!("{{{}}}", parts.join(", "))))
}

/// The address that the command itself names; nothing where it names none.
fn help_uri(ctx: &mut dyn Context, this: &Value) -> Result {
    let base = this.base();
    match base {
        Value::Foreign(f) => {
            let f = f.clone();
            Ok(f.get(ctx, "HelpUri")?.unwrap_or_else(|| Value::from("")))
        }
        Value::Object(o) => Ok(o.get("HelpUri").unwrap_or_else(|| Value::from(""))),
        _ => Ok(Value::from("")),
    }
}

/// Bytes free or used on the file system that holds a drive's root; null for other providers.
fn drive_space(ctx: &mut dyn Context, this: &Value, is_free: bool) -> Result {
    let provider = text(ctx, this, "Provider.Name")?;
    if !provider.eq_ignore_ascii_case("FileSystem") {
        return Ok(Value::Null);
    }
    let root = path(ctx, this, "Root")?;
    let Some(ty) = TypeRef::find("System.IO.DriveInfo") else { return Ok(Value::Null) };
    let Ok(drive) = members::call_static(ctx, ty, "new", &[root]) else { return Ok(Value::Null) };
    let free = path(ctx, &drive, "AvailableFreeSpace")?.as_i64().unwrap_or(0);
    if is_free {
        return Ok(Value::I64(free));
    }
    let total = path(ctx, &drive, "TotalSize")?.as_i64().unwrap_or(0);
    Ok(Value::I64(total - free))
}

/// A node with children or attributes is shown by its name, any other by its text.
fn xml_text(ctx: &mut dyn Context, this: &Value, _args: &[Value]) -> Result {
    convert::to_str(ctx, this).map(Value::Str)
}

/// `1.2.3-label+build`.
fn labelled_version(ctx: &mut dyn Context, this: &Value, _args: &[Value]) -> Result {
    let mut shown = format!("{}.{}", text(ctx, this, "Major")?, text(ctx, this, "Minor")?);
    let patch = path(ctx, this, "Build")?.as_i64().unwrap_or(-1);
    shown.push_str(&format!(".{}", patch.max(0)));
    for (sign, name) in [('-', "PSSemVerPreReleaseLabel"), ('+', "PSSemVerBuildLabel")] {
        let label = text(ctx, this, name)?;
        if !label.is_empty() {
            shown.push(sign);
            shown.push_str(&label);
        }
    }
    Ok(Value::str(shown))
}
