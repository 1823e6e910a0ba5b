//! What of Active Directory is prepared for Skype for Business: schema, forest, domain. A lab's directory is prepared from the
//! start; only what was taken back is kept.

use command::{Result, Value};
use directory::{Fault, Work};
use store::{Draft, StoreError};

/// Noun of the kept states.
const KEPT: &str = "CsPreparation";

/// A part of the preparation.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// Its name in the store.
    pub name: &'static str,
    /// State when it is prepared, and when it is not.
    pub states: (&'static str, &'static str),
}

pub(super) const SCHEMA: Part =
    Part { name: "Schema", states: ("SCHEMA_VERSION_STATE_CURRENT", "SCHEMA_VERSION_STATE_NONE") };
pub(super) const FOREST: Part =
    Part { name: "Forest", states: ("LC_FORESTSETTINGS_STATE_READY", "LC_FORESTSETTINGS_STATE_NOT_READY") };
pub(super) const DOMAIN: Part =
    Part { name: "Domain", states: ("LC_DOMAINSETTINGS_STATE_READY", "LC_DOMAINSETTINGS_STATE_NOT_READY") };

/// Whether a part is prepared.
pub(super) fn is_ready(work: &Work, part: Part) -> std::result::Result<bool, StoreError> {
    work.directory.store.read(|reader| Ok(reader.find(KEPT, "", part.name)?.is_none()))
}

/// Refuses a domain that is not the forest's.
fn checked_domain(work: &Work) -> std::result::Result<(), Fault> {
    let facts = work.facts();
    let given = ["Domain", "GroupDomain"].iter().find_map(|name| work.bound.str(name));
    match given.filter(|d| !d.is_empty() && !d.eq_ignore_ascii_case(&facts.domain)) {
        Some(domain) => {
            Err(Fault::argument("DomainNotFound", format!("The domain \"{domain}\" was not found.")).at(&domain))
        }
        None => Ok(()),
    }
}

/// Get: the state as the product names it.
pub(super) fn get(work: &mut Work, part: Part) -> Result<()> {
    let read = checked_domain(work).and_then(|()| Ok(is_ready(work, part)?));
    match read {
        Ok(ready) => work.session.write(Value::from(if ready { part.states.0 } else { part.states.1 })),
        Err(fault) => work.fail(&fault),
    }
}

/// Why a part can't be prepared or taken back as things are.
fn hindrance(work: &Work, part: Part, prepares: bool) -> std::result::Result<Option<String>, Fault> {
    let skips = work.bound.get("SkipPrepareCheck").is_some_and(values::convert::to_bool);
    let before = match (part.name, prepares) {
        ("Forest", true) => Some(SCHEMA),
        ("Domain", true) => Some(FOREST),
        _ => None,
    };
    if let Some(before) = before.filter(|_| !skips)
        && !is_ready(work, before)?
    {
        return Ok(Some(format!("{} preparation must be done before: its state is {}.", before.name, before.states.1)));
    }
    if prepares || work.bound.switch("Force") {
        return Ok(None);
    }
    if part.name == "Forest" && is_ready(work, DOMAIN)? {
        return Ok(Some("A domain of the forest is still prepared: run Disable-CsAdDomain first.".to_owned()));
    }
    let servers = work.all("CsComputer")?;
    Ok(servers.first().map(|server| {
        format!("Servers of the topology still use the settings: {} and {} more.", server.name, servers.len() - 1)
    }))
}

/// Prepares a part or takes it back.
pub(super) fn change(work: &mut Work, part: Part, prepares: bool) -> Result<()> {
    match checked_domain(work).and_then(|()| hindrance(work, part, prepares)) {
        Ok(None) => {}
        Ok(Some(text)) => return work.fail(&Fault::state("PreparationRefused", text).at(part.name)),
        Err(fault) => return work.fail(&fault),
    }
    if !work.should(part.name)? {
        return Ok(());
    }
    work.write(|writer, _| {
        match (writer.find(KEPT, "", part.name)?, prepares) {
            (Some(kept), true) => {
                writer.remove(kept.id)?;
            }
            (None, false) => {
                writer.insert(Draft::new(KEPT, "", part.name))?;
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(())
}
