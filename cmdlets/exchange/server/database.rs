//! Mailbox databases mounted and dismounted.

use command::Result;
use directory::{Fault, NounCode, Work};
use serde_json::Value as Json;

pub static NOUN: NounCode = NounCode {
    noun: "Database",
    heeds: &["Identity"],
    moot: &[("AcceptDataLoss", "no copy of a database lags behind")],
    verbs: &[("Mount", mount), ("Dismount", dismount)],
    ..NounCode::PLAIN
};

fn mount(work: &mut Work) -> Result<()> {
    set(work, true)
}

fn dismount(work: &mut Work) -> Result<()> {
    set(work, false)
}

fn set(work: &mut Work, mounted: bool) -> Result<()> {
    let identity = work.bound.value("Identity");
    let found = work
        .target("MailboxDatabase", &identity)
        .or_else(|fault| work.target("PublicFolderDatabase", &identity).map_err(|_| fault));
    let found = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if found.flag("Mounted").unwrap_or(true) == mounted {
        let state = if mounted { "mounted" } else { "dismounted" };
        let text = format!("The database '{}' is already {state}.", found.name);
        return work.fail(&Fault::exchange("InvalidOperationException", "Database", text).at(&found.name));
    }
    if !work.should(&found.name)? {
        return Ok(());
    }
    let noun = match work.other(&found.noun) {
        Ok(noun) => noun,
        Err(fault) => return work.fail(&fault),
    };
    let mut properties = found.properties.clone();
    properties.insert("Mounted".to_owned(), Json::Bool(mounted));
    work.save(noun, Some(&found), &found.name, &found.container, properties).map(|_| ())
}
