//! A user's call to a number of the PSTN, with keys pressed.

use super::synthetic::{call, of_call, refused, text, user, write};
use command::Result;
use control::TestCall;
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsPstnOutboundCall",
    heeds: &["TargetFqdn", "UserSipAddress", "TargetPstnPhoneNumber"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let user = match user(work, "UserSipAddress", "FirstTestUserSipUri") {
        Ok(user) => user,
        Err(text) => return write(work, &refused(text)),
    };
    let placed = TestCall {
        from: user,
        to: text(work, "TargetPstnPhoneNumber").trim_start_matches("tel:").to_string(),
        gateway: "user".into(),
        keys: "0123456789*#".into(),
        hang_up_after: 1.0,
        secure: true,
        ..TestCall::default()
    };
    match call(work, placed) {
        Ok(result) => write(work, &of_call(&result)),
        Err(fault) => work.fail(&fault),
    }
}
