//! A user's call to the own voice mail: unified messaging answers.

use super::synthetic::{call, of_call, refused, user, write};
use command::Result;
use control::TestCall;
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsExUMConnectivity",
    heeds: &["TargetFqdn", "UserSipAddress"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let user = match user(work, "UserSipAddress", "FirstTestUserSipUri") {
        Ok(user) => user,
        Err(text) => return write(work, &refused(text)),
    };
    // From the user to the user's own voice mail: no Diversion, so that access answers and no message is taken.
    let placed = TestCall {
        to: format!("{user};opaque=app:voicemail"),
        from: user,
        gateway: "user".into(),
        hang_up_after: 1.0,
        secure: true,
        ..TestCall::default()
    };
    match call(work, placed) {
        Ok(result) => write(work, &of_call(&result)),
        Err(fault) => work.fail(&fault),
    }
}
