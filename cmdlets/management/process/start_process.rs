//! Start-Process.

use std::fs::File;
use std::process::Stdio;

use command::{
    Bound, Cmdlet, Command, ErrorCategory, ErrorRecord, Exception, Result, Session, Str, TypeRef, Value, class,
    file_exception,
};
use values::convert;

use crate::process::process_object::ProcessObject;

pub static COMMAND: Command = Command { name: "Start-Process", create: || Box::new(StartProcess) };

struct StartProcess;

impl Cmdlet for StartProcess {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        for name in ["WindowStyle", "Verb"] {
            if bound.has(name) {
                return Exception::new(
                    TypeRef::NOT_SUPPORTED_EXCEPTION,
                    format!("The parameter '-{name}' is not supported for the cmdlet 'Start-Process' on this edition of PowerShell."),
                )
                .identity("NotSupportedException", ErrorCategory::NotImplemented, Value::Null)
                .throw();
            }
        }
        if bound.has("Credential") || bound.switch("LoadUserProfile") {
            return Exception::new(
                class("System.PlatformNotSupportedException", TypeRef::NOT_SUPPORTED_EXCEPTION),
                "Starting a process as another user is not supported on this platform.",
            )
            .identity("StartProcessCredentialNotSupported", ErrorCategory::NotImplemented, Value::Null)
            .throw();
        }
        let given = bound.str("FilePath").unwrap_or_else(Str::empty);
        let folder = match bound.str("WorkingDirectory") {
            Some(text) => {
                let path = session.file_path(&text)?;
                if !path.is_dir() {
                    return invalid(
                        session,
                        TypeRef::DIRECTORY_NOT_FOUND_EXCEPTION,
                        "WorkingDirectory",
                        "DirectoryNotFoundException",
                    );
                }
                path
            }
            None => session.file_path(".")?,
        };
        if let (Some(out), Some(err)) = (bound.str("RedirectStandardOutput"), bound.str("RedirectStandardError"))
            && out == err
        {
            return session.write_error(ErrorRecord::simple(
                    TypeRef::INVALID_OPERATION_EXCEPTION,
                    "This command cannot be run because \"RedirectStandardOutput\" and \"RedirectStandardError\" are same. Give different inputs and Run your command again.",
                    "InvalidOperationException",
                    ErrorCategory::InvalidOperation,
                    Value::Null,
                ));
        }
        let program = program_of(session, &given)?;
        let arguments =
            split_arguments(&bound.strings("ArgumentList").iter().map(|a| a.to_string()).collect::<Vec<_>>().join(" "));
        let mut process = std::process::Command::new(&program);
        process.args(&arguments).current_dir(&folder).env_clear();
        for (name, text) in session.environment_all() {
            process.env(name, text);
        }
        if let Some(table) = bound.get("Environment").and_then(Value::as_dict) {
            for (name, value) in table.to_vec() {
                let name = convert::to_display(&name);
                if value.is_null() {
                    process.env_remove(name)
                } else {
                    process.env(name, convert::to_display(&value))
                };
            }
        }
        if let Some(path) = bound.str("RedirectStandardInput") {
            let path = session.file_path(&path)?;
            match File::open(&path) {
                Ok(file) => process.stdin(Stdio::from(file)),
                Err(_) => {
                    return invalid(
                        session,
                        TypeRef::FILE_NOT_FOUND_EXCEPTION,
                        &format!("RedirectStandardInput '{}'", path.display()),
                        "FileNotFoundException",
                    );
                }
            };
        }
        if let Some(path) = bound.str("RedirectStandardOutput") {
            process.stdout(Stdio::from(create(session, &path)?));
        }
        if let Some(path) = bound.str("RedirectStandardError") {
            process.stderr(Stdio::from(create(session, &path)?));
        }
        if !session.should_process(&given, "Start-Process")? {
            return Ok(());
        }
        let child = match process.spawn() {
            Ok(child) => child,
            Err(e) => {
                let text = e.to_string();
                let text = text.split(" (os error").next().unwrap_or(&text);
                let message = format!(
                    "An error occurred trying to start process '{given}' with working directory '{}'. {text}",
                    folder.display()
                );
                return Exception::new(
                    TypeRef::INVALID_OPERATION_EXCEPTION,
                    format!("This command cannot be run due to the error: {message}"),
                )
                .identity("InvalidOperationException", ErrorCategory::InvalidOperation, Value::Null)
                .throw();
            }
        };
        let name = std::path::Path::new(&program)
            .file_name()
            .map_or_else(|| given.to_string(), |n| n.to_string_lossy().into_owned());
        let value = Value::foreign(ProcessObject::of_child(child, &name));
        if bound.switch("PassThru") {
            session.write(value.clone())?;
        }
        if bound.switch("Wait")
            && let Some(process) = value.as_foreign::<ProcessObject>()
        {
            process.wait(None, &mut || session.is_stopping());
        }
        Ok(())
    }
}

fn create(session: &mut dyn Session, given: &str) -> Result<File> {
    let path = session.file_path(given)?;
    File::create(&path).or_else(|e| file_exception(&e, &path).throw())
}

fn invalid(session: &mut dyn Session, ty: TypeRef, what: &str, id: &str) -> Result<()> {
    session.write_error(ErrorRecord::simple(
        ty,
        format!("This command cannot be run because either the parameter \"{what}\" has a value that is not valid or cannot be used with this command. Give a valid input and Run your command again."),
        id,
        ErrorCategory::InvalidOperation,
        Value::Null,
    ))
}

/// The program of a name: as found on the path, or as a path from the current location.
fn program_of(session: &mut dyn Session, given: &str) -> Result<String> {
    if given.contains('/') {
        return Ok(session.file_path(given)?.display().to_string());
    }
    let local = session.file_path(given)?;
    let folders = session.environment("PATH").unwrap_or_default();
    let found = folders.split(':').map(|f| std::path::Path::new(f).join(given)).find(|p| p.is_file());
    Ok(match found {
        Some(path) => path.display().to_string(),
        None if local.is_file() => local.display().to_string(),
        None => given.to_string(),
    })
}

/// Splits a command line into arguments: blanks part them, double quotes hold them together.
fn split_arguments(line: &str) -> Vec<String> {
    let (mut arguments, mut current) = (Vec::new(), String::new());
    let (mut in_quotes, mut is_open) = (false, false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&'"') => current.extend(chars.next()),
            '"' => {
                in_quotes = !in_quotes;
                is_open = true;
            }
            ' ' | '\t' if !in_quotes => {
                if is_open || !current.is_empty() {
                    arguments.push(std::mem::take(&mut current));
                }
                is_open = false;
            }
            other => current.push(other),
        }
    }
    if is_open || !current.is_empty() {
        arguments.push(current);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::split_arguments;

    #[test]
    fn quotes_hold_arguments_together() {
        let check = |line: &str, expected: &[&str]| assert_eq!(split_arguments(line), expected, "{line}");
        check("a  b", &["a", "b"]);
        check("-c \"echo hi\" \"\"", &["-c", "echo hi", ""]);
    }
}
