//! Test-CsAddressBookService: whether the pool hands out an address book to the user.

use command::Result;
use directory::{NounCode, Work};

use super::configured::policy;
use super::configured::{scene, served};
use super::synthetic::{found, write};

pub static NOUN: NounCode = NounCode {
    noun: "CsAddressBookService",
    heeds: &["TargetFqdn", "UserSipAddress", "RegistrarPort", "TargetUri"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let error = looked_at(work).err();
    write(work, &found(error))
}

fn looked_at(work: &Work) -> std::result::Result<(), String> {
    let scene = scene(work, "UserSipAddress", "FirstTestUserSipUri")?;
    served(work, &scene.pool, "WebServer")?;
    let policy = policy(work, &scene.user, "CsClientPolicy").map_err(|f| f.message)?;
    match policy.as_ref().and_then(|p| p.text("AddressBookAvailability")) {
        Some("WebSearchOnly") => {
            Err("The client policy of the user allows web search only: no file is handed out.".to_owned())
        }
        _ => Ok(()),
    }
}
