//! The PIN with which a user signs in at a telephone: set, locked, unlocked.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use serde_json::{Value as Json, json};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsClientPin",
    heeds: &["Identity", "Pin"],
    verbs: &[("Set", set), ("Lock", lock), ("Unlock", unlock)],
    ..NounCode::PLAIN
};

/// Property of a user that holds the PIN's state.
const STATE: &str = "ClientPin";

/// The user, and the state of his PIN.
fn state(work: &Work) -> std::result::Result<(store::Object, Json), Fault> {
    let user = work.target("CsUser", &work.bound.value("Identity"))?;
    let state = user.get(STATE).cloned().unwrap_or_else(|| json!({}));
    Ok((user, state))
}

/// The row that all the commands about PINs give.
pub(super) fn show(work: &mut Work, user: &store::Object, state: &Json, pin: Option<&str>) -> Result<()> {
    let flag = |name: &str| Value::Bool(state.get(name).and_then(Json::as_bool).unwrap_or(false));
    let mut pairs = vec![
        ("Identity", Value::from(user.text("SipAddress").unwrap_or(&user.name))),
        ("PinReset", Value::Bool(pin.is_some())),
        ("IsPinSet", Value::Bool(state.get("Hash").is_some())),
        ("IsLockedOut", flag("LockedOut")),
        ("LastPinChangeTime", state.get("Changed").and_then(Json::as_str).map_or(Value::Null, directory::moment_of)),
    ];
    if let Some(pin) = pin {
        pairs.insert(1, ("Pin", Value::from(pin)));
    }
    work.session.write(Object::typed("Microsoft.Rtc.Management.UserPinService.PinInfoDetails", pairs))
}

fn keep(work: &mut Work, user: &store::Object, state: &Json) -> Result<bool> {
    let (library, id) = (work.directory.clone(), user.id);
    let done = work.write(|writer, _| {
        let Some(mut user) = writer.get(id)? else { return Ok(()) };
        user.properties.insert(STATE.to_owned(), state.clone());
        writer.update(directory::changed_draft(&library.library, user))?;
        Ok(())
    })?;
    Ok(done.is_some())
}

/// Why a PIN is refused by the policy.
fn refusal(pin: &str, shortest: usize, common_allowed: bool) -> Option<String> {
    if pin.len() < shortest || pin.len() > 24 || !pin.chars().all(|c| c.is_ascii_digit()) {
        return Some(format!("The PIN does not meet the policy: it must have {shortest} to 24 digits."));
    }
    let digits: Vec<i32> = pin.bytes().map(i32::from).collect();
    let is_common = [0, 1, -1].iter().any(|step| digits.windows(2).all(|w| w[1] - w[0] == *step));
    (is_common && !common_allowed).then(|| "The PIN does not meet the policy: it is a common pattern.".to_owned())
}

fn set(work: &mut Work) -> Result<()> {
    let (user, mut state) = match state(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let read = work.directory.store.read(|reader| {
        let name = super::cs_user::effective(reader, &user, "CsPinPolicy")?;
        reader.find("CsPinPolicy", "", &name)
    });
    let policy = match read {
        Ok(policy) => policy,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let shortest = policy.as_ref().and_then(|p| p.number("MinPasswordLength")).unwrap_or(5);
    let shortest = usize::try_from(shortest).unwrap_or(5);
    let common = policy.as_ref().and_then(|p| p.flag("AllowCommonPatterns")).unwrap_or(false);
    let given = work.bound.str("Pin").map(|p| p.to_string()).filter(|p| !p.is_empty());
    let pin = match given {
        Some(pin) => pin,
        None => loop {
            let bytes = *uuid::Uuid::new_v4().as_bytes();
            let pin: String = bytes.iter().take(shortest).map(|b| char::from(b'0' + b % 10)).collect();
            if refusal(&pin, shortest, common).is_none() {
                break pin;
            }
        },
    };
    if let Some(text) = refusal(&pin, shortest, common) {
        return work.fail(&Fault::argument("PinRefused", text).at(&user.name));
    }
    if !work.should(&user.name)? {
        return Ok(());
    }
    let key = match work.directory.store.home_key() {
        Ok(key) => key,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let now = values::members::get_static(work.session, values::TypeRef::DATETIME, "UtcNow")?.unwrap_or_default();
    let now = values::members::call(work.session, &now, "ToString", &[Value::from("yyyy-MM-ddTHH:mm:ssZ")])?;
    state["Hash"] = Json::from(key.hash(&pin));
    state["LockedOut"] = Json::Bool(false);
    state["Changed"] = Json::from(values::convert::to_display(&now));
    if keep(work, &user, &state)? {
        show(work, &user, &state, Some(&pin))?;
    }
    Ok(())
}

fn mark(work: &mut Work, is_locked: bool) -> Result<()> {
    let (user, mut state) = match state(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    state["LockedOut"] = Json::Bool(is_locked);
    if keep(work, &user, &state)? {
        show(work, &user, &state, None)?;
    }
    Ok(())
}

fn lock(work: &mut Work) -> Result<()> {
    mark(work, true)
}

fn unlock(work: &mut Work) -> Result<()> {
    mark(work, false)
}

/// Get-CsClientPinInfo.
pub(super) fn info(work: &mut Work) -> Result<()> {
    match state(work) {
        Ok((user, state)) => show(work, &user, &state, None),
        Err(fault) => work.fail(&fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policy() {
        for (pin, shortest, common, good) in [
            ("471147", 5, false, true),
            ("4711", 5, false, false),
            ("12345", 5, false, false),
            ("12345", 5, true, true),
            ("47a11", 5, true, false),
        ] {
            assert_eq!(refusal(pin, shortest, common).is_none(), good, "{pin}");
        }
    }
}
