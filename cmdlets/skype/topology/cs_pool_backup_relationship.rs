//! Get-CsPoolBackupRelationship: which pool stands in for a pool.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::{cs_pool, local};

pub static NOUN: NounCode =
    NounCode { noun: "CsPoolBackupRelationship", heeds: &["PoolFqdn"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let pool = local::named_pool(work, "PoolFqdn")?;
    let partner = cs_pool::partner(&pool)?;
    Ok(vec![Object::typed(
        "Microsoft.Rtc.Management.Hadr.BackupService.BackupRelation",
        [
            ("PoolFqdn", Value::from(pool.name.as_str())),
            ("BackupPoolFqdn", Value::from(partner)),
            ("FailedOverTo", pool.text("FailedOverTo").map_or(Value::Null, Value::from)),
        ],
    )])
}
