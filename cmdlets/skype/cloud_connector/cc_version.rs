//! Versions of the Cloud Connector on this host.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

use super::cc_appliance::{RELEASE, installed};

pub static NOUN: NounCode = NounCode {
    noun: "CcVersion",
    heeds: &["VersionType", "Force"],
    verbs: &[("Get", get), ("Switch", switch)],
    ..NounCode::PLAIN
};

/// `Running` (and nothing said) is the version that runs, `Script` the one that an installation would bring.
fn get(work: &mut Work) -> Result<()> {
    let kind = work.bound.str("VersionType").map_or_else(|| "Running".to_owned(), |t| t.to_string());
    if kind.eq_ignore_ascii_case("Script") {
        return work.session.write(Value::from(RELEASE));
    }
    if !["Running", "Backup"].iter().any(|k| k.eq_ignore_ascii_case(&kind)) {
        let text = format!("\"{kind}\" is not a type of version: use Running, Script or Backup.");
        return work.fail(&Fault::argument("CcVersionType", text).at(&kind));
    }
    match installed(work) {
        Ok(Some(known)) => {
            match known.text(if kind.eq_ignore_ascii_case("Backup") { "BackupVersion" } else { "RunningVersion" }) {
                Some(version) => work.session.write(Value::from(version)),
                None => Ok(()),
            }
        }
        Ok(None) => Ok(()),
        Err(fault) => work.fail(&fault),
    }
}

/// Switch-CcVersion needs two versions on the host.
fn switch(work: &mut Work) -> Result<()> {
    let known = match installed(work) {
        Ok(known) => known,
        Err(fault) => return work.fail(&fault),
    };
    let Some((running, backup)) =
        known.as_ref().and_then(|o| Some((o.text("RunningVersion")?, o.text("BackupVersion")?)))
    else {
        return work.fail(&Fault::state("CcVersionMissing", "There is no other version on this host to switch to."));
    };
    let (running, backup) = (running.to_owned(), backup.to_owned());
    let Some(known) = known.as_ref() else { return Ok(()) };
    work.write(|writer, _| {
        let mut draft = known.draft();
        draft.properties.insert("RunningVersion".to_owned(), backup.as_str().into());
        draft.properties.insert("BackupVersion".to_owned(), running.as_str().into());
        Ok(writer.update(draft)?)
    })?;
    Ok(())
}
