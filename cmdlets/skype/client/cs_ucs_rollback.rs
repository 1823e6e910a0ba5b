//! Contacts of a user, brought back from the mailbox to the server.

use command::Result;
use directory::{Fault, NounCode, Work};
use serde_json::json;

pub static NOUN: NounCode = NounCode {
    noun: "CsUcsRollback",
    heeds: &["Identity", "PassThru"],
    verbs: &[("Invoke", invoke)],
    ..NounCode::PLAIN
};

fn invoke(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let found = work.target("CsUser", &identity).and_then(|user| match user.flag("UcsRolledBack") {
        Some(true) => {
            let text = format!("The contacts of {} are on the server already.", user.name);
            Err(Fault::state("UcsRolledBack", text).at(&user.name))
        }
        _ => Ok((user, work.other("CsUser")?)),
    });
    let (user, noun) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    let mut properties = user.properties.clone();
    properties.insert("UcsRolledBack".to_owned(), json!(true));
    match work.save(noun, Some(&user), &user.name, &user.container, properties)? {
        Some(_) if work.bound.switch("PassThru") => work.emit_as(noun, &user),
        _ => Ok(()),
    }
}
