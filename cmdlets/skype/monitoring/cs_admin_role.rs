//! Roles of administrators; brought up to the commands of this version.

use command::Result;
use directory::{NounCode, Work};
use serde_json::json;

pub static NOUN: NounCode =
    NounCode { noun: "CsAdminRole", heeds: &["*", "Identity"], verbs: &[("Update", update)], ..NounCode::PLAIN };

/// Update: the built-in roles have the commands that this version gives them.
fn update(work: &mut Work) -> Result<()> {
    if !work.should("CsAdminRole")? {
        return Ok(());
    }
    let directory = work.directory.clone();
    work.write(|writer, _| {
        for (name, commands) in directory::role::CS_ROLES {
            let Some(mut role) = writer.find("CsAdminRole", "", name)? else { continue };
            let commands = json!(commands);
            if role.get("Cmdlets") != Some(&commands) {
                role.properties.insert("Cmdlets".to_owned(), commands);
                writer.update(directory::changed_draft(&directory.library, role))?;
            }
        }
        Ok(())
    })?;
    Ok(())
}
