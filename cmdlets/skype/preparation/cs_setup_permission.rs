//! The right of the Skype for Business setup groups to prepare computers of an organizational unit.

use command::{Result, Value};
use directory::{NounCode, Work};
use store::Draft;

use super::cs_ou_permission::unit_of;

pub static NOUN: NounCode = NounCode {
    noun: "CsSetupPermission",
    heeds: &["ComputerOU", "Domain"],
    verbs: &[("Grant", grant), ("Revoke", revoke), ("Test", test)],
    ..NounCode::PLAIN
};

/// The noun under which a right is kept.
const KEPT: &str = "CsSetupPermission";

fn change(work: &mut Work, is_granted: bool) -> Result<()> {
    let unit = match unit_of(work, "ComputerOU") {
        Ok(unit) => unit,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&unit)? {
        return Ok(());
    }
    work.write(|writer, _| {
        match (writer.find(KEPT, "", &unit)?, is_granted) {
            (None, true) => {
                writer.insert(Draft::new(KEPT, "", &unit).with("ComputerOU", unit.as_str()))?;
            }
            (Some(kept), false) => {
                writer.remove(kept.id)?;
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(())
}

fn grant(work: &mut Work) -> Result<()> {
    change(work, true)
}

fn revoke(work: &mut Work) -> Result<()> {
    change(work, false)
}

/// Whether the right is there, on the container or on one that it lies in.
fn test(work: &mut Work) -> Result<()> {
    let (unit, all) = match unit_of(work, "ComputerOU").and_then(|unit| Ok((unit, work.all(KEPT)?))) {
        Ok(read) => read,
        Err(fault) => return work.fail(&fault),
    };
    let unit = unit.to_lowercase();
    let has = all.iter().any(|kept| {
        let of = kept.text("ComputerOU").unwrap_or_default().to_lowercase();
        unit == of || unit.ends_with(&format!(",{of}"))
    });
    work.session.write(Value::Bool(has))
}
