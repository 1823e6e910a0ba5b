//! The last step of the registration of an appliance: it is known to run.

use command::Result;
use directory::{Fault, NounCode, Work};
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsCceApplianceRegistration",
    heeds: &["Identity", "Instance"],
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
    let found = appliance(work).and_then(|o| match o.flag("RegistrationCompleted") {
        Some(true) => {
            Err(Fault::state("CceApplianceRegistered", format!("The registration of {} is complete already.", o.name))
                .at(&o.name))
        }
        _ => Ok(o),
    });
    let appliance = match found {
        Ok(appliance) => appliance,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&appliance.name)? {
        return Ok(());
    }
    work.write(|writer, _| {
        writer.update(appliance.draft().with("RegistrationCompleted", true))?;
        Ok(())
    })?;
    Ok(())
}
