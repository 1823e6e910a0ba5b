//! The log of what administrators changed.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use store::AuditEntry;
use values::Object;
use values::convert::to_display;

pub static NOUN: NounCode = NounCode {
    noun: "AdminAuditLog",
    heeds: &[
        "Cmdlets",
        "Comment",
        "EndDate",
        "ExternalAccess",
        "IsSuccess",
        "ObjectIds",
        "Parameters",
        "ResultSize",
        "StartDate",
        "StartIndex",
        "UserIds",
    ],
    verbs: &[("Search", search), ("Write", write)],
    ..NounCode::PLAIN
};

/// Milliseconds of a date that was given; none when it is no date.
fn moment(work: &Work, name: &str) -> std::result::Result<Option<i64>, Fault> {
    let Some(value) = work.bound.get(name).filter(|v| !v.is_null()) else { return Ok(None) };
    let found = directory::milliseconds(value);
    let bad = || Fault::argument("InvalidDate", format!("\"{}\" is not a date.", to_display(value))).at(name);
    found.map(Some).ok_or_else(bad)
}

fn search(work: &mut Work) -> Result<()> {
    let (from, to) = match (moment(work, "StartDate"), moment(work, "EndDate")) {
        (Ok(from), Ok(to)) => (from.unwrap_or(0), to.unwrap_or(i64::MAX)),
        (Err(fault), _) | (_, Err(fault)) => return work.fail(&fault),
    };
    if from > to {
        let text = "The StartDate can't be later than the EndDate.";
        return work.fail(&Fault::argument("InvalidDateRange", text));
    }
    let texts = |name: &str| work.bound.strings(name);
    let (commands, objects, users) = (texts("Cmdlets"), texts("ObjectIds"), texts("UserIds"));
    let parameters = texts("Parameters");
    if !parameters.is_empty() && commands.is_empty() {
        let text = "The Parameters parameter can only be used together with the Cmdlets parameter.";
        return work.fail(&Fault::argument("CmdletsMissing", text));
    }
    let limit = work.bound.int("ResultSize").and_then(|n| usize::try_from(n).ok()).unwrap_or(1000);
    let skip = work.bound.int("StartIndex").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    // Nobody from outside acts here.
    let none = work.bound.get("ExternalAccess").is_some_and(values::convert::to_bool);
    let outcome = work.bound.get("IsSuccess").filter(|v| !v.is_null()).map(values::convert::to_bool);
    let entries = match work.directory.store.read(|reader| reader.audit(from, to)) {
        Ok(entries) => entries,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let fits = |entry: &&AuditEntry| {
        let any =
            |wanted: &[command::Str], text: &str| wanted.is_empty() || wanted.iter().any(|w| directory::like(text, w));
        let given: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&entry.parameters).unwrap_or_default();
        let local = entry.caller.rsplit(['/', '\\']).next().unwrap_or(&entry.caller);
        outcome.is_none_or(|is_done| is_done == entry.error.is_empty())
            && any(&commands, &entry.command)
            && any(&objects, &entry.object)
            && (any(&users, &entry.caller) || any(&users, local))
            && (parameters.is_empty() || parameters.iter().any(|p| given.keys().any(|k| k.eq_ignore_ascii_case(p))))
    };
    let found: Vec<AuditEntry> =
        entries.iter().filter(fits).skip(skip).take(if none { 0 } else { limit }).cloned().collect();
    let controller = work.facts().controller;
    for entry in found {
        let given: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&entry.parameters).unwrap_or_default();
        let parameters = given
            .iter()
            .map(|(name, value)| {
                Object::typed(
                    "Microsoft.Exchange.Management.SystemConfigurationTasks.AdminAuditLogCmdletParameter",
                    [("Name", Value::from(name.as_str())), ("Value", directory::free(value))],
                )
            })
            .collect();
        let row = Object::typed(
            "Microsoft.Exchange.Management.SystemConfigurationTasks.AdminAuditLogEvent",
            [
                ("ObjectModified", Value::from(entry.object.as_str())),
                ("CmdletName", Value::from(entry.command.as_str())),
                ("CmdletParameters", Value::array(parameters)),
                ("ModifiedProperties", Value::array(Vec::new())),
                ("Caller", Value::from(entry.caller.as_str())),
                ("ExternalAccess", Value::Bool(false)),
                ("Succeeded", Value::Bool(entry.error.is_empty())),
                ("Error", Value::from(entry.error.as_str())),
                ("RunDate", directory::moment(entry.at)),
                ("OriginatingServer", Value::from(controller.as_str())),
                ("Identity", Value::from(entry.number.to_string())),
                ("IsValid", Value::Bool(true)),
                ("ObjectState", Value::from("New")),
            ],
        );
        work.session.write(row)?;
    }
    Ok(())
}

/// Write-AdminAuditLog: a comment in the log.
fn write(work: &mut Work) -> Result<()> {
    if !work.should("AdminAuditLog")? {
        return Ok(());
    }
    let comment = work.bound.str("Comment").map_or_else(String::new, |c| c.to_string());
    let caller = directory::administrator(work.session)
        .unwrap_or_else(|| format!("{}/Users/Administrator", work.facts().domain));
    let entry = AuditEntry {
        number: 0,
        at: 0,
        caller,
        command: work.command.name().to_owned(),
        object: String::new(),
        parameters: serde_json::json!({ "Comment": comment }).to_string(),
        error: String::new(),
    };
    work.write(|writer, _| Ok(writer.audit(&entry)?))?;
    Ok(())
}
