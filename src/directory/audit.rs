//! Which commands the log of administrators' changes takes.

use command::{TypeRef, Value};
use serde_json::Value as Json;
use store::{AuditEntry, Reader, Store, StoreError, Writer};

use crate::fault::Fault;
use crate::filter::like;
use crate::organization::Facts;

/// Verbs of commands that change nothing.
pub(crate) const READING: [&str; 14] = [
    "Get",
    "Test",
    "Search",
    "Find",
    "Export",
    "Measure",
    "Resolve",
    "Show",
    "Connect",
    "Disconnect",
    "Compare",
    "Watch",
    "Debug",
    "ConvertTo",
];

/// Whether the configuration wants a command logged: all are, unless it says otherwise.
pub(crate) fn is_wanted(reader: &Reader, command: &str) -> Result<bool, StoreError> {
    let Some(settings) = reader.list("AdminAuditLogConfig", 0, 1)?.objects.into_iter().next() else { return Ok(true) };
    if settings.flag("AdminAuditLogEnabled") == Some(false) {
        return Ok(false);
    }
    let (wanted, excluded) = (settings.texts("AdminAuditLogCmdlets"), settings.texts("AdminAuditLogExcludedCmdlets"));
    Ok((wanted.is_empty() || wanted.iter().any(|p| like(command, p))) && !excluded.iter().any(|p| like(command, p)))
}

/// A parameter as the log shows it: secrets are not written down.
pub(crate) fn shown(name: &str, value: &Value) -> Json {
    if hides(name, value) { Json::from(VEIL) } else { crate::convert::kept(value) }
}

/// Whether a parameter's value is a secret.
pub(crate) fn hides(name: &str, value: &Value) -> bool {
    value.type_ref() == Some(TypeRef::SECURE_STRING)
        || (command::names_secret(name) && !crate::convert::kept(value).is_boolean())
}

/// What stands in the log in place of a secret.
pub(crate) const VEIL: &str = "********";

/// The same of a value that is kept.
pub(crate) fn veiled(name: &str, value: Json) -> Json {
    if command::names_secret(name) && !value.is_boolean() { Json::from(VEIL) } else { value }
}

/// What the log says of a change by an account; none is the administrator at the console.
pub(crate) fn entry(
    facts: &Facts,
    account: Option<String>,
    command: &str,
    parameters: serde_json::Map<String, Json>,
) -> AuditEntry {
    AuditEntry {
        number: 0,
        at: 0,
        caller: account.unwrap_or_else(|| format!("{}/Users/Administrator", facts.domain)),
        command: command.to_owned(),
        object: String::new(),
        parameters: Json::Object(parameters).to_string(),
        error: String::new(),
    }
}

/// Runs a change in a transaction that notes it in the log.
pub(crate) fn write<T>(
    store: &Store,
    entry: &AuditEntry,
    change: impl FnOnce(&mut Writer) -> Result<T, Fault>,
) -> Result<T, Fault> {
    store.write(|writer| {
        let value = change(writer)?;
        if let Some(name) = writer.written().map(str::to_owned)
            && is_wanted(writer, &entry.command)?
        {
            writer.audit(&AuditEntry { object: name, ..entry.clone() })?;
        }
        Ok(value)
    })
}

/// Notes that a change was refused.
pub(crate) fn refused(store: &Store, entry: AuditEntry, object: &str, fault: &Fault) {
    let entry = AuditEntry { object: object.to_owned(), error: fault.message.clone(), ..entry };
    // A log that can't be written must not hide the refusal itself.
    let _ = store.write(|writer| {
        if is_wanted(writer, &entry.command)? {
            writer.audit(&entry)?;
        }
        Ok::<(), StoreError>(())
    });
}
