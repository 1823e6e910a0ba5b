//! Rights of the Skype for Business groups on organizational units.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use store::Draft;

pub static NOUN: NounCode = NounCode {
    noun: "CsOUPermission",
    heeds: &["ObjectType", "OU", "Domain"],
    verbs: &[("Grant", grant), ("Revoke", revoke), ("Test", test)],
    ..NounCode::PLAIN
};

/// Kinds of objects that rights are given for.
const KINDS: [&str; 6] = ["User", "Computer", "Contact", "AppContact", "InetOrgPerson", "Device"];

/// The full DN of the container that a parameter names, in the domain that is meant.
pub(super) fn unit_of(work: &Work, parameter: &str) -> std::result::Result<String, Fault> {
    let facts = work.facts();
    let unit = work.bound.str(parameter).map_or_else(String::new, |t| t.trim().to_string());
    let is_dn = unit.split(',').all(|part| {
        part.split_once('=').is_some_and(|(kind, name)| {
            ["ou", "cn", "dc"].iter().any(|k| k.eq_ignore_ascii_case(kind.trim())) && !name.trim().is_empty()
        })
    });
    if !is_dn {
        let text = format!("\"{unit}\" is not the distinguished name of a container in Active Directory.");
        return Err(Fault::argument("InvalidOU", text).at(&unit));
    }
    let root = facts.domain_dn();
    let full = match unit.to_lowercase().contains("dc=") {
        true if !unit.to_lowercase().ends_with(&root.to_lowercase()) => {
            let text = format!("The container \"{unit}\" was not found: the domain is {}.", facts.domain);
            return Err(Fault::argument("OUNotFound", text).at(&unit));
        }
        true => unit,
        false => format!("{unit},{root}"),
    };
    if let Some(domain) = work.bound.str("Domain").filter(|d| !d.is_empty() && !d.eq_ignore_ascii_case(&facts.domain)) {
        return Err(Fault::argument("DomainNotFound", format!("The domain \"{domain}\" was not found.")).at(&domain));
    }
    Ok(full)
}

/// The unit's full DN, and the kinds of objects.
fn wanted(work: &Work) -> std::result::Result<(String, Vec<&'static str>), Fault> {
    let full = unit_of(work, "OU")?;
    let mut kinds = Vec::new();
    // Several kinds arrive as one text with commas.
    let given = work.bound.strings("ObjectType");
    for text in given.iter().flat_map(|t| t.split(',')).map(str::trim) {
        let known = KINDS.iter().find(|k| k.eq_ignore_ascii_case(text));
        let known = known.ok_or_else(|| {
            let message = format!("\"{text}\" is not an object type: use {}.", KINDS.join(", "));
            Fault::argument("InvalidObjectType", message).at(text)
        })?;
        kinds.push(*known);
    }
    Ok((full, kinds))
}

fn key(unit: &str, kind: &str) -> String {
    format!("{kind}@{unit}")
}

fn grant(work: &mut Work) -> Result<()> {
    let (unit, kinds) = match wanted(work) {
        Ok(wanted) => wanted,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&unit)? {
        return Ok(());
    }
    work.write(|writer, _| {
        for kind in kinds {
            let name = key(&unit, kind);
            if writer.find("CsOUPermission", "", &name)?.is_none() {
                let draft = Draft::new("CsOUPermission", "", &name).with("OU", unit.as_str()).with("ObjectType", kind);
                writer.insert(draft)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn revoke(work: &mut Work) -> Result<()> {
    let (unit, kinds) = match wanted(work) {
        Ok(wanted) => wanted,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&unit)? {
        return Ok(());
    }
    work.write(|writer, _| {
        for kind in kinds {
            if let Some(found) = writer.find("CsOUPermission", "", &key(&unit, kind))? {
                writer.remove(found.id)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// Whether the rights are there, on the container or on one that it lies in.
fn test(work: &mut Work) -> Result<()> {
    let (unit, kinds) = match wanted(work) {
        Ok(wanted) => wanted,
        Err(fault) => return work.fail(&fault),
    };
    let all = match work.all("CsOUPermission") {
        Ok(all) => all,
        Err(fault) => return work.fail(&fault),
    };
    let covers = |kind: &str| {
        all.iter().any(|p| {
            let of = p.text("OU").unwrap_or_default().to_lowercase();
            let lower = unit.to_lowercase();
            p.text("ObjectType") == Some(kind) && (lower == of || lower.ends_with(&format!(",{of}")))
        })
    };
    let has = kinds.iter().all(|kind| covers(kind));
    work.session.write(Value::Bool(has))
}
