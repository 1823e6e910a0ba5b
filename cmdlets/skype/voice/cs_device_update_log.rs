//! Clear-CsDeviceUpdateLog: what a web service keeps of updates of telephones goes.

use command::Result;
use directory::{NounCode, Work};

use super::cs_device_update;

pub static NOUN: NounCode = NounCode {
    noun: "CsDeviceUpdateLog",
    heeds: &["Identity", "DaysBack"],
    verbs: &[("Clear", clear)],
    ..NounCode::PLAIN
};

fn clear(work: &mut Work) -> Result<()> {
    let days = work.bound.int("DaysBack").unwrap_or(0);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let until = i64::try_from(since.as_millis()).unwrap_or(i64::MAX) - days * 86_400_000;
    let found = cs_device_update::service(work).and_then(|service| {
        let prefix = format!("{}/", service.to_lowercase());
        let is_old = |o: &store::Object| o.name.to_lowercase().starts_with(&prefix) && o.created < until;
        Ok(work.all("CsDeviceUpdateLog")?.into_iter().filter(is_old).collect::<Vec<_>>())
    });
    let found = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let name = directory::verb::text(work, "Identity");
    if !work.should(&name)? {
        return Ok(());
    }
    work.write(|writer, _| {
        for object in &found {
            writer.remove(object.id)?;
        }
        Ok(())
    })?;
    Ok(())
}
