//! When accounts end.

use command::Result;
use directory::{Fault, NounCode, Work};
use serde_json::Value as Json;

use super::ad_user::change;

pub static NOUN: NounCode = NounCode {
    noun: "ADAccountExpiration",
    heeds: &["Identity", "PassThru", "DateTime", "TimeSpan"],
    verbs: &[("Set", set), ("Clear", clear)],
    ..NounCode::PLAIN
};

/// The property in which an account keeps it.
const PROPERTY: &str = "AccountExpirationDate";

fn set(work: &mut Work) -> Result<()> {
    let date = work.bound.get("DateTime").filter(|v| !v.is_null()).and_then(directory::milliseconds);
    let span = work.bound.get("TimeSpan").filter(|v| !v.is_null()).cloned();
    let span = match span {
        Some(span) => match values::members::get(work.session, &span, "TotalMilliseconds")? {
            Some(command::Value::F64(milliseconds)) => Some(milliseconds as i64),
            _ => None,
        },
        None => None,
    };
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    let Some(end) = date.or(span.map(|s| now + s)) else {
        let text = "Either the DateTime or the TimeSpan parameter must be given.";
        return work.fail(&Fault::argument("ExpirationMissing", text));
    };
    let end = directory::iso(end);
    change(work, |_, properties| {
        properties.insert(PROPERTY.to_owned(), Json::from(end));
        Ok(())
    })
}

fn clear(work: &mut Work) -> Result<()> {
    change(work, |_, properties| {
        properties.remove(PROPERTY);
        Ok(())
    })
}
