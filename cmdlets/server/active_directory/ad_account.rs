//! Accounts switched on and off, unlocked, and searched for by their state.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use serde_json::Value as Json;
use store::Object;
use values::convert::{to_bool, to_display};

use super::ad_user::{change, emit};

pub static NOUN: NounCode = NounCode {
    noun: "ADAccount",
    heeds: &[
        "Identity",
        "PassThru",
        "AccountDisabled",
        "AccountExpired",
        "AccountExpiring",
        "LockedOut",
        "PasswordExpired",
        "PasswordNeverExpires",
        "UsersOnly",
        "ComputersOnly",
        "SearchBase",
        "ResultSetSize",
        "DateTime",
        "TimeSpan",
    ],
    verbs: &[("Enable", enable), ("Disable", disable), ("Unlock", unlock), ("Search", search)],
    ..NounCode::PLAIN
};

fn mark(work: &mut Work, property: &str, value: bool) -> Result<()> {
    change(work, |_, properties| {
        properties.insert(property.to_owned(), Json::Bool(value));
        Ok(())
    })
}

fn enable(work: &mut Work) -> Result<()> {
    mark(work, "AccountDisabled", false)
}

fn disable(work: &mut Work) -> Result<()> {
    mark(work, "AccountDisabled", true)
}

fn unlock(work: &mut Work) -> Result<()> {
    mark(work, "LockedOut", false)
}

/// Milliseconds since 1970 until which accounts count as about to expire: -DateTime, or -TimeSpan from now.
fn horizon(work: &mut Work, now: i64) -> std::result::Result<i64, Fault> {
    if let Some(date) = work.bound.get("DateTime").filter(|v| !v.is_null()) {
        return directory::milliseconds(date)
            .ok_or_else(|| Fault::argument("DateTimeInvalid", format!("\"{}\" is not a date.", to_display(date))));
    }
    let span = work.bound.get("TimeSpan").filter(|v| !v.is_null()).cloned();
    let days = span.map(|span| values::members::get(work.session, &span, "TotalMilliseconds"));
    match days {
        // assumed: without either, what ends within a month.
        None => Ok(now + 30 * 86_400_000),
        Some(Ok(Some(Value::F64(milliseconds)))) => Ok(now + milliseconds as i64),
        Some(_) => Err(Fault::argument("TimeSpanInvalid", "-TimeSpan is not a time span.")),
    }
}

fn search(work: &mut Work) -> Result<()> {
    let now = values::members::get_static(work.session, values::TypeRef::DATETIME, "UtcNow")?.unwrap_or_default();
    let now = directory::milliseconds(&now).unwrap_or_default();
    let expiring = match horizon(work, now) {
        Ok(end) => end,
        Err(fault) => return work.fail(&fault),
    };
    let all = match work.all("User") {
        Ok(all) => all,
        Err(fault) => return work.fail(&fault),
    };
    let expires =
        |user: &Object| user.text("AccountExpirationDate").and_then(|text| directory::milliseconds(&Value::from(text)));
    let (bound, facts) = (work.bound, work.facts());
    let flag = |user: &Object, name: &str| user.flag(name) == Some(true);
    let fits = |user: &Object| {
        (bound.switch("AccountDisabled") && flag(user, "AccountDisabled"))
            || (bound.switch("LockedOut") && flag(user, "LockedOut"))
            || (bound.switch("PasswordNeverExpires") && flag(user, "PasswordNeverExpires"))
            // Passwords have no age here: one that must be changed at the next logon has expired.
            || (bound.switch("PasswordExpired")
                && flag(user, "ChangePasswordAtLogon")
                && !flag(user, "PasswordNeverExpires"))
            || (bound.switch("AccountExpired") && expires(user).is_some_and(|end| end <= now))
            || (bound.switch("AccountExpiring") && expires(user).is_some_and(|end| end > now && end <= expiring))
    };
    let is_only = |name: &str| bound.get(name).is_some_and(to_bool);
    if is_only("ComputersOnly") && !is_only("UsersOnly") {
        // Computers have none of these states here: all that is found are people.
        return Ok(());
    }
    let base = bound.str("SearchBase").map(|b| b.to_lowercase());
    let limit = bound.int("ResultSetSize").and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    let is_below = |user: &Object| {
        let dn = facts.object_dn(&user.name, "Users", user.text("OrganizationalUnit")).to_lowercase();
        base.as_ref().is_none_or(|base| dn.ends_with(base.as_str()))
    };
    for user in all.iter().filter(|u| fits(u) && is_below(u)).take(limit) {
        emit(work, user)?;
    }
    Ok(())
}
