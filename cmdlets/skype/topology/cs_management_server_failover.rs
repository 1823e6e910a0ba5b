//! The central management service, taken over by the pool that stands in for its own.

use command::Result;
use directory::{Fault, NounCode, Work, verb};

use super::{cs_management_server, local};

pub static NOUN: NounCode = NounCode {
    noun: "CsManagementServerFailover",
    heeds: &["BackupSqlServerFqdn"],
    verbs: &[("Invoke", invoke)],
    ..NounCode::PLAIN
};

fn invoke(work: &mut Work) -> Result<()> {
    let named = verb::text(work, "BackupSqlServerFqdn");
    let backup = local::pool(work).and_then(|pool| {
        let known = work.directory.store.read(|reader| reader.find("CsPool", "", &pool))?;
        let backup = known.as_ref().and_then(|p| p.text("BackupPoolFqdn")).filter(|b| !b.is_empty()).map(str::to_owned);
        if !named.is_empty() {
            return local::named_pool(work, "BackupSqlServerFqdn").map(|p| p.name);
        }
        backup.ok_or_else(|| {
            let text = format!("The pool {pool} has no backup pool: the central management service can't fail over.");
            Fault::state("BackupPoolMissing", text).at(&pool)
        })
    });
    match backup {
        Ok(backup) => cs_management_server::move_to(work, &backup),
        Err(fault) => work.fail(&fault),
    }
}
