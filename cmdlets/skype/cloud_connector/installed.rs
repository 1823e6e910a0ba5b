//! What the commands over the appliance's virtual machines have in common: an appliance that is installed, its roles and folders.

use std::path::PathBuf;

use command::Result;
use directory::{Fault, Work};
use store::Object;

use super::cc_appliance;
use super::cc_configuration::folder;

/// The machines of an appliance.
pub(super) const ROLES: [&str; 4] = ["AD", "CMS", "MediationServer", "EdgeServer"];

/// The appliance; a fault when there is none.
pub(super) fn appliance(work: &Work) -> std::result::Result<Object, Fault> {
    cc_appliance::installed(work)?.ok_or_else(cc_appliance::none)
}

/// The roles that a parameter names; all when it names none.
pub(super) fn roles(work: &Work) -> std::result::Result<Vec<&'static str>, Fault> {
    let wanted: Vec<String> = work
        .bound
        .strings("Roles")
        .iter()
        .flat_map(|r| r.split(',').map(|p| p.trim().to_owned()).collect::<Vec<_>>())
        .collect();
    if wanted.is_empty() {
        return Ok(ROLES[1..].to_vec());
    }
    wanted
        .iter()
        .map(|name| {
            let known = ROLES
                .iter()
                .find(|r| r.eq_ignore_ascii_case(name) || r.to_lowercase().starts_with(&name.to_lowercase()));
            known.copied().ok_or_else(|| {
                let text = format!("\"{name}\" is not a role: use {}.", ROLES.join(", "));
                Fault::argument("CcRoleUnknown", text).at(name)
            })
        })
        .collect()
}

/// A folder below the site's or the appliance's.
pub(super) fn below(work: &mut Work, noun: &str, name: &str) -> Result<PathBuf> {
    Ok(folder(work, noun)?.join(name))
}

/// Changes what is kept of the appliance.
pub(super) fn keep(work: &mut Work, property: &str, value: serde_json::Value) -> Result<Option<()>> {
    work.write(|writer, _| {
        let known = writer.find("CcAppliance", "", "Local")?.ok_or_else(cc_appliance::none)?;
        let mut draft = known.draft();
        match value {
            serde_json::Value::Null => draft.properties.remove(property),
            value => draft.properties.insert(property.to_owned(), value),
        };
        Ok(writer.update(draft)?)
    })
}
