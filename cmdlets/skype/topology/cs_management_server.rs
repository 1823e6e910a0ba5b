//! The central management service: where it lies, and moving it.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};
use store::Object;

use super::local;
use crate::test::synthetic::{found, row};

pub static NOUN: NounCode = NounCode {
    noun: "CsManagementServer",
    heeds: &["*", "Identity", "TargetFqdn", "ConfigurationFileName", "LisConfigurationFileName"],
    shows: Some(is_own),
    verbs: &[("Test", test), ("Move", move_server)],
    ..NounCode::PLAIN
};

/// The service's role.
const ROLE: &str = "ManagementServer";

fn is_own(service: &Object) -> bool {
    service.text("Role") == Some(ROLE)
}

fn test(work: &mut Work) -> Result<()> {
    let rows = findings(work);
    work.answer(rows)
}

/// Whether the service's pool is there and every computer's copy is.
fn findings(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let pool = local::pool(work)?;
    let known = work.directory.store.read(|reader| reader.find("CsPool", "", &pool))?;
    let error = known.is_none().then(|| "No pool of the topology has the central management service.".to_owned());
    Ok(vec![row(&pool, &found(error))])
}

/// Move: the service goes to this computer's pool, or to the one that is named.
fn move_server(work: &mut Work) -> Result<()> {
    let target = match verb::text(work, "TargetFqdn").is_empty() {
        true => local::computer(work).map(|c| c.text("Pool").unwrap_or_default().to_owned()),
        false => local::named_pool(work, "TargetFqdn").map(|pool| pool.name),
    };
    for parameter in ["ConfigurationFileName", "LisConfigurationFileName"] {
        let name = verb::text(work, parameter);
        if !name.is_empty() {
            let path = work.session.file_path(&name)?;
            if !path.is_file() {
                let text = format!("The file {} is not there.", path.display());
                return work.fail(&Fault::argument("ConfigurationFileMissing", text).at(&name));
            }
        }
    }
    match target {
        Ok(target) => move_to(work, &target),
        Err(fault) => work.fail(&fault),
    }
}

/// Writes the service at another pool.
pub(super) fn move_to(work: &mut Work, target: &str) -> Result<()> {
    if !work.should(target)? {
        return Ok(());
    }
    let directory = work.directory.clone();
    work.write(|writer, _| {
        let known = writer.all("CsService")?.into_iter().find(is_own);
        if known.as_ref().is_some_and(|k| k.text("PoolFqdn").is_some_and(|p| p.eq_ignore_ascii_case(target))) {
            let text = format!("The central management service is on {target} already.");
            return Err(Fault::state("ManagementServerThere", text).at(target));
        }
        let mut properties = known.as_ref().map(|k| k.properties.clone()).unwrap_or_default();
        properties.insert("Role".to_owned(), ROLE.into());
        properties.insert("PoolFqdn".to_owned(), target.into());
        let id = known.as_ref().map_or_else(uuid::Uuid::new_v4, |k| k.id);
        let draft =
            directory::store_draft(&directory.library, "CsService", id, &format!("{ROLE}:{target}"), "", properties);
        match known {
            Some(_) => writer.update(draft)?,
            None => writer.insert(draft).map(|_| ())?,
        }
        Ok(())
    })?;
    Ok(())
}
