//! Get-CsBackupServiceStatus: when a pool was last backed up to its partner.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::{cs_pool, local};

pub static NOUN: NounCode = NounCode {
    noun: "CsBackupServiceStatus",
    heeds: &["PoolFqdn", "Category"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let pool = local::named_pool(work, "PoolFqdn")?;
    let partner = cs_pool::partner(&pool)?;
    let last = pool.text("LastBackup").map_or(Value::Null, directory::moment_of);
    let wanted = work.bound.str("Category").map(|c| c.to_string());
    let modules = ["CentralMgmt.CMSMaster", "UserServices.PresenceFocus", "ConfServices.DataConf"];
    let fits = |m: &&&str| wanted.as_ref().is_none_or(|w| m.to_lowercase().contains(&w.to_lowercase()));
    Ok(modules
        .iter()
        .filter(fits)
        .map(|module| {
            Object::typed(
                "Microsoft.Rtc.Management.Hadr.BackupService.BackupServiceStatus",
                [
                    ("BackupModule", Value::from(*module)),
                    ("PoolFqdn", Value::from(pool.name.as_str())),
                    ("BackupPoolFqdn", Value::from(partner.as_str())),
                    ("OverallExportStatus", Value::from(if last.is_null() { "NotInitialized" } else { "SteadyState" })),
                    ("OverallImportStatus", Value::from(if last.is_null() { "NotInitialized" } else { "SteadyState" })),
                    ("LastSuccessfulBackup", last.clone()),
                ],
            )
        })
        .collect())
}
