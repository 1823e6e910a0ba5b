//! Hybrid PSTN sites: kept while appliances or users belong to them.

use directory::{Edit, Fault, NounCode, Removal};

pub static NOUN: NounCode =
    NounCode { noun: "CsHybridPSTNSite", before_write: Some(check), before_remove: Some(unused), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    if edit.text("EdgeFQDN").is_empty() {
        return Err(Fault::argument("EdgeFqdnMissing", "EdgeFQDN must be given.").at(&edit.name));
    }
    Ok(())
}

fn unused(removal: &mut Removal) -> Result<(), Fault> {
    let name = removal.object.name.clone();
    for (noun, property) in [("CsHybridPSTNAppliance", "SiteName"), ("CsUserPstnSettings", "HybridPSTNSite")] {
        let users: Vec<_> = removal
            .writer
            .all(noun)?
            .into_iter()
            .filter(|o| o.text(property).is_some_and(|s| s.eq_ignore_ascii_case(&name)))
            .collect();
        if users.is_empty() {
            continue;
        }
        if noun == "CsUserPstnSettings" && removal.bound.switch("Force") {
            for user in users {
                let mut draft = user.draft();
                draft.properties.remove(property);
                removal.writer.update(draft)?;
            }
            removal.warnings.push(format!("Users of the site \"{name}\" have no site any more."));
            continue;
        }
        let what = if noun == "CsHybridPSTNAppliance" { "appliances" } else { "users" };
        return Err(Fault::state(
            "HybridPstnSiteInUse",
            format!("The site \"{name}\" cannot be removed: {} {what} belong to it.", users.len()),
        )
        .at(&name));
    }
    Ok(())
}
