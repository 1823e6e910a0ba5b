//! Call data of unified messaging: what the telephony service has recorded of calls, for one mailbox or for a day.

use command::{ErrorCategory, Result, Value};
use directory::{Fault, NounCode, Work, free, moment_of};
use serde_json::Value as Json;
use store::voice::VoiceRecords;
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "UMCallDataRecord",
    heeds: &["Mailbox", "Date", "UMDialPlan", "UMIPGateway", "ClientStream"],
    verbs: &[("Get", get), ("Export", export)],
    ..NounCode::PLAIN
};

/// Properties of a row, and what the service calls them.
const COLUMNS: [(&str, &str); 19] = [
    ("Date", "CallStartTime"),
    ("CallStartTime", "CallStartTime"),
    ("CallType", "CallType"),
    ("CallIdentity", "CallIdentity"),
    ("ParentCallIdentity", "ParentCallIdentity"),
    ("UMServerName", "UMServerName"),
    ("DialPlan", "DialPlanName"),
    ("CallDuration", "CallDuration"),
    ("IPGatewayAddress", "IPGatewayAddress"),
    ("CalledPhoneNumber", "CalledPhoneNumber"),
    ("CallerPhoneNumber", "CallerPhoneNumber"),
    ("OfferResult", "OfferResult"),
    ("DropCallReason", "DropCallReason"),
    ("ReasonForCall", "ReasonForCall"),
    ("DialedString", "DialedString"),
    ("CallerMailboxAlias", "CallerMailboxAlias"),
    ("CalleeMailboxAlias", "CalleeMailboxAlias"),
    ("AutoAttendantName", "AutoAttendantName"),
    ("AudioQuality", "NMOS"),
];

/// Calls that unified messaging took part in, the oldest first, of one dial plan and one gateway where these are named.
pub(super) fn calls(work: &mut Work) -> std::result::Result<Vec<Json>, Fault> {
    let mut wanted: Vec<(&str, Vec<String>)> = Vec::new();
    for (noun, property) in [("UMDialPlan", "DialPlanName"), ("UMIPGateway", "IPGatewayAddress")] {
        if let Some(value) = work.bound.get(noun).filter(|v| !v.is_null()).cloned() {
            let found = work.target(noun, &value)?;
            let address = found.text("Address").map(str::to_owned);
            wanted.push((property, std::iter::once(found.name).chain(address).collect()));
        }
    }
    let home = work.session.home();
    let mut found = match VoiceRecords::open(&home)? {
        Some(records) => records.calls("", i64::MAX)?,
        None => Vec::new(),
    };
    found.reverse();
    let text = |record: &Json, name: &str| record.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    found.retain(|record| {
        text(record, "CallType") != "Enterprise Voice"
            && wanted.iter().all(|(property, values)| {
                let of = text(record, property);
                values.iter().any(|value| value.eq_ignore_ascii_case(&of))
            })
    });
    Ok(found)
}

fn get(work: &mut Work) -> Result<()> {
    let mailbox = work.bound.value("Mailbox");
    let user = match work.target("Mailbox", &mailbox) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let records = match calls(work) {
        Ok(records) => records,
        Err(fault) => return work.fail(&fault),
    };
    let alias = user.text("Alias").unwrap_or(&user.name);
    let is_of = |record: &Json| {
        ["CallerMailboxAlias", "CalleeMailboxAlias"]
            .iter()
            .any(|name| record.get(*name).and_then(Json::as_str).is_some_and(|of| of.eq_ignore_ascii_case(alias)))
    };
    for record in records.iter().filter(|r| is_of(r)) {
        let pairs = COLUMNS.iter().map(|(name, of)| {
            let value = record.get(*of).unwrap_or(&Json::Null);
            match value.as_str() {
                Some(text) if of.ends_with("Time") => (*name, moment_of(text)),
                _ => (*name, free(value)),
            }
        });
        work.session.write(Object::typed("Microsoft.Exchange.Management.UMCallDataRecord", pairs))?;
    }
    Ok(())
}

/// Lines of comma-separated values, as the product writes them; a text with a comma or a quote is put in quotes.
fn lines(records: &[Json], day: &str) -> String {
    let names: Vec<&str> = COLUMNS[1..].iter().map(|(_, of)| *of).collect();
    let mut text = names.join(",") + "\r\n";
    let of_day = |r: &&Json| r.get("CallStartTime").and_then(Json::as_str).is_some_and(|time| time.starts_with(day));
    for record in records.iter().filter(of_day) {
        let fields: Vec<String> = names
            .iter()
            .map(|name| match record.get(*name) {
                None | Some(Json::Null) => String::new(),
                Some(Json::String(text)) if text.contains([',', '"', '\n']) => {
                    format!("\"{}\"", text.replace('"', "\"\""))
                }
                Some(Json::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            })
            .collect();
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text
}

/// Writes the records of a day to the stream that the caller holds.
fn export(work: &mut Work) -> Result<()> {
    let date = work.bound.value("Date");
    let day = match date.base() {
        Value::DateTime(_) => values::members::call(work.session, &date, "ToString", &[Value::from("yyyy-MM-dd")])
            .map(|day| values::convert::to_display(&day))?,
        _ => values::convert::to_display(&date),
    };
    let records = match calls(work) {
        Ok(records) => records,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&day)? {
        return Ok(());
    }
    let stream = work.bound.value("ClientStream");
    let bytes = lines(&records, &day).into_bytes();
    let count = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    let arguments = [Value::bytes(&bytes), Value::I32(0), Value::I32(count)];
    if values::members::call(work.session, &stream, "Write", &arguments).is_err() {
        let text = "ClientStream must be a stream that can be written: [System.IO.File]::Create('calls.csv').";
        let fault =
            Fault::new("ArgumentException", "ClientStreamInvalid", ErrorCategory::InvalidArgument, text.to_owned());
        return work.fail(&fault);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_day_as_text() {
        let records = [
            json!({"CallStartTime": "2026-11-22 10:00:00Z", "CallType": "Subscriber Access", "CallDuration": 12, "DialPlanName": "A, B"}),
            json!({"CallStartTime": "2026-11-23 10:00:00Z", "CallType": "Auto Attendant"}),
        ];
        let text = lines(&records, "2026-11-22");
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows.len(), 2);
        assert!(rows[0].starts_with("CallStartTime,CallType,CallIdentity"));
        assert!(rows[1].starts_with("2026-11-22 10:00:00Z,Subscriber Access,,,,\"A, B\",12,"), "{}", rows[1]);
    }
}
