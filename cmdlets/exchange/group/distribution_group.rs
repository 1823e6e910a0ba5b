//! Distribution groups: made of groups, and groups again; upgraded to groups of the tenant.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use store::{Draft, Object};

use crate::recipient::mail_enabled;

pub static NOUN: NounCode = NounCode {
    noun: "DistributionGroup",
    heeds: &["*", "Identity", "DlIdentities"],
    verbs: &[("Enable", enable), ("Disable", disable), ("Upgrade", upgrade)],
    ..NounCode::PLAIN
};

fn enable(work: &mut Work) -> Result<()> {
    mail_enabled::enable(work, "Group", false)
}

fn disable(work: &mut Work) -> Result<()> {
    mail_enabled::disable(work, "Group")
}

/// Upgrade: the groups become unified groups of the same name, address and members.
fn upgrade(work: &mut Work) -> Result<()> {
    for name in work.bound.strings("DlIdentities") {
        match work.target("DistributionGroup", &Value::from(&*name)) {
            Ok(group) => upgrade_one(work, &group)?,
            Err(fault) => work.fail(&fault)?,
        }
    }
    Ok(())
}

fn upgrade_one(work: &mut Work, group: &Object) -> Result<()> {
    if !work.should(&group.name)? {
        return Ok(());
    }
    work.write(|writer, _| {
        if writer.find("UnifiedGroup", "", &group.name)?.is_some() {
            let text = format!("A group of the tenant named \"{}\" exists already.", group.name);
            return Err(Fault::exchange("RecipientTaskException", "DistributionGroup", text).at(&group.name));
        }
        let mut draft = Draft::new("UnifiedGroup", "", &group.name);
        for name in ["Alias", "DisplayName", "PrimarySmtpAddress", "ManagedBy", "Members", "Notes", "EmailAddresses"] {
            if let Some(value) = group.get(name) {
                draft.properties.insert(name.to_owned(), value.clone());
            }
        }
        writer.remove(group.id)?;
        writer.insert(draft)?;
        Ok(())
    })?;
    Ok(())
}
