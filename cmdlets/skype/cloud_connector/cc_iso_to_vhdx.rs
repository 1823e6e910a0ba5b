//! Convert-CcIsoToVhdx: an image of an installation disc becomes the disk from which the appliance's machines are made.

use std::io::{Read, Seek, SeekFrom};

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use serde_json::json;

use super::installed::below;

pub static NOUN: NounCode = NounCode {
    noun: "CcIsoToVhdx",
    heeds: &["IsoFilePath", "GeneralizeOnly", "PauseBeforeUpdate"],
    verbs: &[("Convert", convert)],
    ..NounCode::PLAIN
};

/// Whether a file is an image of a disc: its descriptor says `CD001` at sector 16.
fn is_image(path: &std::path::Path) -> std::io::Result<bool> {
    let mut file = std::fs::File::open(path)?;
    file.seek(SeekFrom::Start(0x8001))?;
    let mut mark = [0; 5];
    Ok(file.read_exact(&mut mark).is_ok() && &mark == b"CD001")
}

fn convert(work: &mut Work) -> Result<()> {
    let name = verb::text(work, "IsoFilePath");
    let target = below(work, "CcSiteDirectory", "Bits/VHD/SfBServer.vhdx")?;
    if work.bound.switch("GeneralizeOnly") {
        if !target.is_file() {
            let text = format!("{} is not there: convert an image first.", target.display());
            return work.fail(&Fault::state("CcVhdxMissing", text));
        }
        return Ok(());
    }
    let path = work.session.file_path(&name)?;
    match is_image(&path) {
        Ok(true) => {}
        Ok(false) => {
            let text = format!("{} is no image of an installation disc.", path.display());
            return work.fail(&Fault::argument("CcIsoFile", text).at(&name));
        }
        Err(error) => {
            return work.fail(&Fault::argument("CcIsoFile", format!("{}: {error}", path.display())).at(&name));
        }
    }
    if work.bound.switch("PauseBeforeUpdate")
        && !work
            .session
            .should_continue("Continue with the updates of Windows on the new disk?", "Convert-CcIsoToVhdx")?
    {
        return Ok(());
    }
    // A simulated machine has no disk: the file says of which image it would be made.
    let note = json!({ "source": path.display().to_string(), "form": "vhdx" }).to_string();
    let folder = target.parent().map(std::path::Path::to_owned).unwrap_or_default();
    match std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&target, note)) {
        Ok(()) => work.session.write_verbose(&target.display().to_string()),
        Err(error) => work.fail(&Fault::state("CcVhdx", format!("{}: {error}", target.display()))),
    }
}
