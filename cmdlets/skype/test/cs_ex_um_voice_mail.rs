//! A message left for a user, which must lie in the mailbox afterwards.

use super::synthetic::{call, of_call, refused, speech, text, user, write};
use command::Result;
use control::TestCall;
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsExUMVoiceMail",
    heeds: &["TargetFqdn", "ReceiverSipAddress", "SenderSipAddress", "WaveFile"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let users = user(work, "SenderSipAddress", "FirstTestUserSipUri")
        .and_then(|sender| Ok((sender, user(work, "ReceiverSipAddress", "SecondTestUserSipUri")?)));
    let (sender, receiver) = match users {
        Ok(users) => users,
        Err(text) => return write(work, &refused(text)),
    };
    let given = text(work, "WaveFile");
    let file = if given.is_empty() {
        match speech(&work.session.home()) {
            Ok(file) => file,
            Err(error) => return write(work, &refused(error.to_string())),
        }
    } else {
        work.session.file_path(&given)?.display().to_string()
    };
    let placed = TestCall {
        from: sender,
        to: format!("{receiver};opaque=app:voicemail"),
        gateway: "user".into(),
        play: Some(file),
        wait_for_beep: true,
        hang_up_after: 1.0,
        secure: true,
        ..TestCall::default()
    };
    let result = match call(work, placed) {
        Ok(result) => result,
        Err(fault) => return work.fail(&fault),
    };
    let mut outcome = of_call(&result);
    if outcome.success && result.messages.is_empty() {
        outcome.success = false;
        outcome.error = format!("The call was answered, but no message of it is in the mailbox of {receiver}.");
    }
    write(work, &outcome)
}
