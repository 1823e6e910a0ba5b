//! Which commands the log of administrators' changes takes.

use command::{TypeRef, Value};
use serde_json::Value as Json;
use store::{Reader, StoreError};

use crate::filter::like;

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
    let lower = name.to_lowercase();
    let is_secret = ["pin", "password", "secret", "token", "credential"].iter().any(|w| lower.contains(w))
        && !matches!(value.base(), Value::Bool(_));
    if is_secret || value.type_ref() == Some(TypeRef::SECURE_STRING) {
        return Json::from("********");
    }
    crate::convert::kept(value)
}
