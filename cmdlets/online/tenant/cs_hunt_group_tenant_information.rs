//! Get-CsHuntGroupTenantInformation: what a tenant offers for hunt groups.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "CsHuntGroupTenantInformation", heeds: &[], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let queues = work.all("CsCallQueue")?;
    Ok(vec![Object::typed(
        "Microsoft.Rtc.Management.Hosted.HuntGroup.Models.HuntGroupTenantInformation",
        [
            ("TenantId", Value::from(directory::tenant_id(work))),
            ("HuntGroupCount", Value::I32(i32::try_from(queues.len()).unwrap_or(i32::MAX))),
            ("MaximumNumberOfHuntGroups", Value::I32(100)),
        ],
    )])
}
