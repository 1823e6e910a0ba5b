//! Import-PSSession and Export-PSSession: commands of a session as functions of this one, or as a module.

use std::path::PathBuf;
use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Invoke, NativeObject, Session};
use values::{ErrorCategory, Exception, Result, TypeRef, Value, convert};

use super::job::engine_of;
use super::remoting::RemoteSession;
use crate::remoting;

/// Import-PSSession.
pub static IMPORT_PS_SESSION: Command = Command { name: "Import-PSSession", create: || Box::new(ImportPsSession) };
/// Export-PSSession.
pub static EXPORT_PS_SESSION: Command = Command { name: "Export-PSSession", create: || Box::new(ExportPsSession) };

struct ImportPsSession;

impl Cmdlet for ImportPsSession {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let value = session_of(bound)?;
        refuse(bound, &["FullyQualifiedModule", "Certificate"])?;
        let is_distant = value.as_foreign::<RemoteSession>().is_some_and(RemoteSession::is_distant);
        if is_distant {
            refuse(bound, &["FormatTypeName"])?;
        }
        // The servers' commands are commands of this program: under their own names nothing is to be made.
        let names = if is_distant || bound.has("Prefix") {
            let proxies = proxies(session, bound, &value, "$Session")?;
            let args = vec![value, Value::array(proxies), Value::Bool(bound.switch("AllowClobber"))];
            script(session, include_str!("../remoting/import.ps1"), args)?
        } else {
            Vec::new()
        };
        let module = session_module(session, names)?;
        session.write(module)
    }
}

struct ExportPsSession;

impl Cmdlet for ExportPsSession {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let value = session_of(bound)?;
        refuse(bound, &["FullyQualifiedModule", "Certificate"])?;
        let folder = folder_of(session, bound)?;
        if folder.exists() && !bound.switch("Force") {
            let shown = folder.display().to_string();
            let text = format!(
                "The directory '{shown}' already exists.  Use the -Force parameter if you want to overwrite the directory and files within the directory."
            );
            return Exception::new(TypeRef::ARGUMENT_EXCEPTION, text)
                .identity("ExportProxyCommand_OutputDirectoryExists", ErrorCategory::ResourceExists, Value::from(shown))
                .throw();
        }
        let proxies = proxies(session, bound, &value, "(Get-PSImplicitRemotingSession)")?;
        let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let args = vec![
            value,
            Value::array(proxies),
            Value::from(folder.display().to_string()),
            Value::from(name),
            texts(bound, "FormatTypeName"),
            bound.value("Encoding"),
            Value::Bool(bound.switch("AllowClobber")),
        ];
        for file in script(session, include_str!("../remoting/export.ps1"), args)? {
            session.write(file)?;
        }
        Ok(())
    }
}

/// The session that `-Session` gives.
fn session_of(bound: &Bound) -> Result {
    let value = bound.value("Session");
    if value.as_foreign::<RemoteSession>().is_none() {
        return crate::errors::invalid_operation("SessionExpected", "A session made by New-PSSession is needed.")
            .throw();
    }
    Ok(value)
}

fn refuse(bound: &Bound, names: &[&str]) -> Result<()> {
    let Some(name) = names.iter().find(|name| bound.has(name)) else { return Ok(()) };
    crate::errors::invalid_operation(
        "ParameterNotSupported",
        format!("-{name} is not supported for this session. Nothing was done."),
    )
    .throw()
}

/// The folder of the module to write: a path, or a name below the user's own modules.
fn folder_of(session: &mut dyn Session, bound: &Bound) -> Result<PathBuf> {
    let given = bound.str("OutputModule").unwrap_or_else(values::Str::empty);
    if given.contains(['/', '\\']) || given.starts_with('.') {
        return session.file_path(&given);
    }
    let path = session.environment("PSModulePath").unwrap_or_default();
    let own = path.split(':').find(|p| !p.is_empty()).map(PathBuf::from);
    let home =
        || PathBuf::from(session.environment("HOME").unwrap_or_default()).join(".local/share/powershell/Modules");
    Ok(own.unwrap_or_else(home).join(given.as_str()))
}

fn texts(bound: &Bound, name: &str) -> Value {
    Value::array(bound.strings(name).into_iter().map(Value::Str).collect())
}

fn script(session: &mut dyn Session, text: &str, args: Vec<Value>) -> Result<Vec<Value>> {
    let block = session.parse_script(text, None)?;
    engine_of(session)?.invoke_script(&block, Invoke { args, ..Invoke::default() })
}

/// Names, kinds and texts of the functions for the commands of a session that the parameters choose.
fn proxies(session: &mut dyn Session, bound: &Bound, remote: &Value, way: &str) -> Result<Vec<Value>> {
    let Some(own) = remote.as_foreign::<RemoteSession>() else { return Ok(Vec::new()) };
    let kinds = bound.str("CommandType").map_or_else(
        || vec!["Alias", "Function", "Filter", "Cmdlet", "Configuration"].into_iter().map(str::to_string).collect(),
        |given| given.split(',').map(|k| k.trim().to_string()).collect::<Vec<String>>(),
    );
    let found = if own.is_distant() {
        let list = |name: &str| bound.strings(name).into_iter().map(Value::Str).collect();
        let wanted = remoting::Wanted {
            names: list("CommandName"),
            modules: list("Module"),
            arguments: bound.list("ArgumentList"),
        };
        let mut kept = Vec::new();
        for command in own.commands(session, &wanted)? {
            let kind = values::members::get(session, &command, "CommandType")?.unwrap_or_default();
            let kind = convert::to_display(&kind).to_string();
            if !bound.has("CommandType") || kinds.iter().any(|k| k.eq_ignore_ascii_case(&kind) || k == "All") {
                kept.push(command);
            }
        }
        kept
    } else {
        let args = vec![
            remote.clone(),
            texts(bound, "CommandName"),
            texts(bound, "Module"),
            Value::array(kinds.into_iter().map(Value::from).collect()),
            Value::array(bound.list("ArgumentList")),
        ];
        script(session, include_str!("../remoting/own_commands.ps1"), args)?
    };
    let prefix = bound.str("Prefix").map_or(Value::from(""), Value::Str);
    script(session, include_str!("../remoting/proxies.ps1"), vec![Value::array(found), prefix, Value::from(way)])
}

/// What Import-PSSession writes: a module of the functions that it made.
fn session_module(session: &mut dyn Session, names: Vec<Value>) -> Result {
    let name = format!("tmp_{}", uuid::Uuid::new_v4().simple());
    let exported = values::Dict::hashtable();
    for name in names {
        exported.insert(name.clone(), name);
    }
    let module = NativeObject::of_pairs(
        "System.Management.Automation.PSModuleInfo",
        vec![
            ("ModuleType", command::enum_value("System.Management.Automation.ModuleType", "Script")),
            ("Version", convert::convert(session, &Value::from("1.0"), TypeRef::VERSION)?),
            ("Name", Value::from(name.get(..12).unwrap_or(&name))),
            ("ExportedCommands", Value::Dict(Arc::new(exported))),
        ],
    );
    Ok(module.with_text(|o| o.text_of("Name")).into_value())
}
