//! Where the appliance's own logs lie.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

use super::installed::below;

pub static NOUN: NounCode = NounCode { noun: "CcApplianceLogDirectory", verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let is_set = work.all("CcApplianceDirectory").unwrap_or_default().first().is_some_and(|o| o.text("Path").is_some());
    if !is_set {
        let text = "No folder is set: use Set-CcApplianceDirectory.";
        return work.fail(&Fault::state("CcDirectoryMissing", text));
    }
    let path = below(work, "CcApplianceDirectory", "Logs")?;
    work.session.write(Value::from(path.display().to_string()))
}
