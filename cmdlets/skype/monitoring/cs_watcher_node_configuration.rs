//! Watcher nodes; whether the users of each can do its tests.

use crate::test::synthetic::{found, row};
use command::{Result, Value};
use directory::{Fault, NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsWatcherNodeConfiguration",
    heeds: &["*", "Identity"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let mut rows = Vec::new();
    for node in work.all("CsWatcherNodeConfiguration")? {
        let target = node.text("TargetFqdn").unwrap_or(&node.name).to_owned();
        let mut error = None;
        if work.directory.store.read(|reader| reader.find("CsPool", "", &target))?.is_none() {
            error = Some(format!("The pool {target} is not in the topology."));
        }
        for user in node.texts("TestUsers") {
            if error.is_none() && work.target("CsUser", &Value::from(user)).is_err() {
                error = Some(format!("The test user {user} is not enabled for Skype for Business Server."));
            }
        }
        if error.is_none() && node.flag("Enabled") == Some(false) {
            error = Some(format!("The watcher node for {target} is not enabled."));
        }
        rows.push(row(&target, &found(error)));
    }
    Ok(rows)
}
