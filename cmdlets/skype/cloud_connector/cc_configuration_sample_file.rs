//! Export-CcConfigurationSampleFile: CloudConnector.ini to be filled in.

use command::Result;
use directory::{Fault, NounCode, Work};

use super::cc_configuration::{FILE, folder, sample};

pub static NOUN: NounCode =
    NounCode { noun: "CcConfigurationSampleFile", verbs: &[("Export", export)], ..NounCode::PLAIN };

fn export(work: &mut Work) -> Result<()> {
    let name = FILE.replace(".ini", ".Sample.ini");
    let path = folder(work, "CcApplianceDirectory")?.join(name);
    match std::fs::write(&path, sample()) {
        Ok(()) => Ok(()),
        Err(error) => {
            let text = format!("{}: {error}", path.display());
            work.fail(&Fault::state("CcConfigurationFile", text).at(&path.display().to_string()))
        }
    }
}
