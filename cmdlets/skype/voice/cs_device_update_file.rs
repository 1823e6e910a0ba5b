//! Clear-CsDeviceUpdateFile: what a web service keeps of updates of telephones goes.

use command::Result;
use directory::{NounCode, Work};

use super::cs_device_update;

pub static NOUN: NounCode =
    NounCode { noun: "CsDeviceUpdateFile", heeds: &["Identity"], verbs: &[("Clear", clear)], ..NounCode::PLAIN };

fn clear(work: &mut Work) -> Result<()> {
    let found = cs_device_update::service(work).and_then(|service| {
        let prefix = format!("{}/", service.to_lowercase());
        Ok(work
            .all("CsDeviceUpdateFile")?
            .into_iter()
            .filter(|o| o.name.to_lowercase().starts_with(&prefix))
            .collect::<Vec<_>>())
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
