//! A call between two users with sound and keys both ways.

use super::synthetic::{Outcome, call, of_call, refused, user, write};
use command::Result;
use control::TestCall;
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsP2PAV",
    heeds: &["TargetFqdn", "SenderSipAddress", "ReceiverSipAddress"],
    verbs: &[("Test", within)],
    ..NounCode::PLAIN
};

/// Keys that each side presses and must hear of the other.
const KEYS: &str = "0123456789*#";

fn within(work: &mut Work) -> Result<()> {
    test(work, false)
}

/// The call, through the pool or over the PSTN.
pub(super) fn test(work: &mut Work, over_pstn: bool) -> Result<()> {
    let users = user(work, "SenderSipAddress", "FirstTestUserSipUri")
        .and_then(|from| Ok((from, user(work, "ReceiverSipAddress", "SecondTestUserSipUri")?)));
    let (from, answer) = match users {
        Ok(users) => users,
        Err(text) => return write(work, &refused(text)),
    };
    let to = match over_pstn.then(|| line_of(work, &answer)) {
        None => answer.clone(),
        Some(Some(number)) => number,
        Some(None) => return write(work, &refused(format!("The user {answer} has no LineURI."))),
    };
    let placed = TestCall {
        from,
        to,
        answer,
        over_pstn,
        gateway: "user".into(),
        keys: KEYS.into(),
        hang_up_after: 1.0,
        ..TestCall::default()
    };
    match call(work, placed) {
        Ok(result) => {
            let mut outcome = of_call(&result);
            if result.answered && !(result.keys.contains(KEYS) && result.answered_keys.contains(KEYS)) {
                outcome = Outcome {
                    error: format!(
                        "The tones {KEYS} were not received: the sender heard '{}', the receiver '{}'.",
                        result.keys, result.answered_keys
                    ),
                    success: false,
                    ..outcome
                };
            }
            write(work, &outcome)
        }
        Err(fault) => work.fail(&fault),
    }
}

/// Number of a user's line.
fn line_of(work: &mut Work, address: &str) -> Option<String> {
    let user = work.target("CsUser", &command::Value::from(address)).ok()?;
    let line = user.text("LineURI")?.trim_start_matches("tel:");
    let number = line.split(';').next().unwrap_or_default().to_string();
    (!number.is_empty()).then_some(number)
}
