//! The last step of taking an appliance away.

use command::Result;
use directory::{Fault, NounCode, Work};
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsCceApplianceUnregistration",
    heeds: &["Identity"],
    verbs: &[("Complete", complete)],
    ..NounCode::PLAIN
};

/// The appliance that the call names.
fn appliance(work: &Work) -> std::result::Result<Object, Fault> {
    let value = work.bound.get("Identity").or_else(|| work.bound.get("Instance")).filter(|v| !v.is_null()).cloned();
    match value {
        Some(value) => work.target("CsHybridPSTNAppliance", &value),
        None => Err(Fault::argument("IdentityMissing", "The identity of the appliance is missing.")),
    }
}

fn complete(work: &mut Work) -> Result<()> {
    let found = appliance(work);
    let appliance = match found {
        Ok(appliance) => appliance,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&appliance.name)? {
        return Ok(());
    }
    work.write(|writer, _| Ok(writer.remove(appliance.id)?))?;
    Ok(())
}
