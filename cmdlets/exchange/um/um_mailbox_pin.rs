//! PINs: rules of the policy, generation, keeping as hash, locking.

use command::Result;
use directory::{Facts, Fault, Library, NounCode, Work};
use serde_json::{Map, Value as Json, json};
use store::{HomeKey, Object, Reader, StoreError};

pub static NOUN: NounCode = NounCode {
    noun: "UMMailboxPin",
    heeds: &["Identity", "LockedOut", "NotifyEmail", "Pin", "PINExpired", "SendEmail"],
    complete: Some(complete),
    shows: Some(super::um_mailbox::is_enabled),
    verbs: &[("Set", set)],
    ..NounCode::PLAIN
};

fn refuse(text: &str) -> Fault {
    Fault::exchange("WeakPinException", "UMMailboxPin", text)
}

/// Whether a PIN is all one digit, or counts up or down.
fn is_common(pin: &str) -> bool {
    let digits: Vec<i32> = pin.bytes().map(|b| i32::from(b) - 48).collect();
    [0, 1, -1].iter().any(|step| digits.windows(2).all(|w| w[1] - w[0] == *step))
}

/// Checks a given PIN, or makes one.
pub(crate) fn new_pin(
    policy: &Object,
    given: Option<&str>,
    extensions: &[String],
) -> std::result::Result<String, Fault> {
    let shortest = usize::try_from(policy.number("MinPINLength").unwrap_or(6)).unwrap_or(6);
    let common_allowed = policy.flag("AllowCommonPatterns").unwrap_or(false);
    // A PIN is never the suffix of an extension, whatever the policy says of patterns.
    let is_weak =
        |pin: &str| (!common_allowed && is_common(pin)) || extensions.iter().any(|e| e.as_str().ends_with(pin));
    let Some(pin) = given else {
        loop {
            let pin: String = uuid::Uuid::new_v4()
                .as_bytes()
                .iter()
                .cycle()
                .take(shortest)
                .enumerate()
                .map(|(i, b)| char::from(b'0' + b.wrapping_add(u8::try_from(i / 16).unwrap_or(0)) % 10))
                .collect();
            if !is_weak(&pin) {
                return Ok(pin);
            }
        }
    };
    if pin.len() < shortest || pin.len() > 24 || !pin.chars().all(|c| c.is_ascii_digit()) {
        return Err(refuse(&format!("The PIN isn't valid: it must have between {shortest} and 24 digits.")));
    }
    if is_weak(pin) {
        return Err(refuse(
            "The PIN isn't valid: the UM mailbox policy doesn't allow common patterns, like repeated or consecutive digits or the extension.",
        ));
    }
    Ok(pin.to_owned())
}

/// The form in which a PIN and its state are kept. One that has expired is good for the first sign-in alone.
pub(crate) fn kept(key: &HomeKey, pin: &str, is_expired: bool, history: &[String]) -> Json {
    let hash = if is_expired { key.hash_once(pin) } else { key.hash(pin) };
    json!({ "Hash": hash, "Expired": is_expired, "LockedOut": false, "FirstTime": true, "History": history })
}

fn complete(
    _: &Reader,
    _: &Library,
    _: &Facts,
    user: &Object,
    properties: &mut Map<String, Json>,
) -> std::result::Result<(), StoreError> {
    let state = user.get("UMPin").cloned().unwrap_or_default();
    properties.insert("UserID".to_owned(), Json::from(user.text("UserPrincipalName").unwrap_or(&user.name)));
    for (property, of) in [("PinExpired", "Expired"), ("FirstTimeUser", "FirstTime"), ("LockedOut", "LockedOut")] {
        properties.insert(property.to_owned(), Json::Bool(state.get(of).and_then(Json::as_bool).unwrap_or(false)));
    }
    Ok(())
}

fn set(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let user = match work.target("UMMailbox", &identity) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    let directory = work.directory.clone();
    let key = match directory.store.home_key() {
        Ok(key) => key,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let bound = work.bound;
    let done = work.write(|writer, _| {
        let Some(mut user) = writer.get(user.id)? else { return Ok(None) };
        let policy = match user.links("UMMailboxPolicy").first() {
            Some(id) => writer.get(*id)?,
            None => None,
        };
        let policy = policy.ok_or_else(|| refuse("The mailbox has no UM mailbox policy."))?;
        let mut state = user.get("UMPin").cloned().unwrap_or_else(|| json!({}));
        let truth = |name: &str| bound.get(name).map(values::convert::to_bool);
        let given = bound.str("Pin").map(|p| p.to_string());
        // Unlocking or expiring alone leaves the PIN; everything else resets it.
        if given.is_some() || (truth("LockedOut").is_none() && truth("PINExpired").is_none()) {
            let extensions: Vec<String> = user.texts("Extensions").iter().map(ToString::to_string).collect();
            let pin = new_pin(&policy, given.as_deref(), &extensions)?;
            let mut history: Vec<String> = state
                .get("History")
                .and_then(Json::as_array)
                .map(|h| h.iter().filter_map(Json::as_str).map(str::to_owned).collect())
                .unwrap_or_default();
            history.extend(state.get("Hash").and_then(Json::as_str).map(str::to_owned));
            let remembered = usize::try_from(policy.number("PINHistoryCount").unwrap_or(5)).unwrap_or(5);
            let skip = history.len().saturating_sub(remembered);
            let history: Vec<String> = history.into_iter().skip(skip).collect();
            if history.iter().any(|old| key.verify(&pin, old)) {
                return Err(refuse("The PIN isn't valid: it was used before."));
            }
            state = kept(&key, &pin, truth("PINExpired").unwrap_or(true), &history);
            state["FirstTime"] = Json::Bool(false);
        }
        if let Some(locked) = truth("LockedOut") {
            state["LockedOut"] = Json::Bool(locked);
        }
        if let Some(expired) = truth("PINExpired") {
            state["Expired"] = Json::Bool(expired);
        }
        user.properties.insert("UMPin".to_owned(), state);
        let id = user.id;
        writer.update(directory::changed_draft(&directory.library, user))?;
        if bound.get("SendEmail").is_none_or(values::convert::to_bool) {
            let to = bound.str("NotifyEmail").map(|t| t.to_string());
            let draft = store::Draft::new("UMNotification", "", &uuid::Uuid::new_v4().to_string())
                .with("Kind", "PinReset")
                .with("To", to.unwrap_or_default())
                .linked("User", id);
            writer.insert(draft)?;
        }
        Ok(Some(id))
    })?;
    match done.flatten() {
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_patterns() {
        for pin in ["111111", "123456", "654321"] {
            assert!(is_common(pin), "{pin}");
        }
        assert!(!is_common("471147"));
        let policy = Object::unsaved("UMMailboxPolicy", "", "P", Map::new());
        assert_eq!(new_pin(&policy, None, &[]).unwrap().len(), 6);
        assert!(new_pin(&policy, Some("471001"), &["1001".to_owned()]).is_ok());
        assert!(new_pin(&policy, Some("471001"), &["99471001".to_owned()]).is_err());
        assert!(new_pin(&policy, Some("4711"), &[]).is_err());
    }
}
