//! Test-CsAddressBookWebQuery: whether the address book finds a user.

use command::Result;
use directory::{NounCode, Work};

use super::configured::{named, policy};
use super::configured::{scene, served};
use super::synthetic::{found, write};

pub static NOUN: NounCode = NounCode {
    noun: "CsAddressBookWebQuery",
    heeds: &["TargetFqdn", "UserSipAddress", "RegistrarPort", "TargetUri", "TargetSipAddress"],
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
    if policy.as_ref().and_then(|p| p.text("AddressBookAvailability")) == Some("FileDownloadOnly") {
        return Err("The client policy of the user allows file download only: no query is answered.".to_owned());
    }
    let wanted = match named(work, "TargetSipAddress") {
        given if given.is_empty() => scene.user.text("SipAddress").unwrap_or(&scene.user.name).to_owned(),
        given => given,
    };
    let found = work.target("CsUser", &command::Value::from(wanted.as_str()));
    found.map(|_| ()).map_err(|_| format!("The address book has no entry for {wanted}."))
}
