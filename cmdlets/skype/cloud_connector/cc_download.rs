//! Start-CcDownload: what an installation needs is laid into the site's folder.

use command::Result;
use directory::{Fault, NounCode, Work, verb};

use super::cc_appliance::RELEASE;
use super::installed::below;

pub static NOUN: NounCode = NounCode {
    noun: "CcDownload",
    heeds: &["DownloadUrlRoot"],
    moot: &[("DownloadBitsOnly", "nothing but the bits is laid there")],
    verbs: &[("Start", start)],
    ..NounCode::PLAIN
};

/// Nothing is fetched from elsewhere: a simulated appliance needs but the record of its release.
fn start(work: &mut Work) -> Result<()> {
    let root = verb::text(work, "DownloadUrlRoot");
    if !root.is_empty() && !root.starts_with("http") {
        return work
            .fail(&Fault::argument("DownloadUrlRoot", format!("\"{root}\" is no address of the web.")).at(&root));
    }
    let folder = below(work, "CcSiteDirectory", "Bits")?;
    let path = folder.join("version.txt");
    match std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, RELEASE)) {
        Ok(()) => work.session.write_verbose(&format!("{}: release {RELEASE}", path.display())),
        Err(error) => work.fail(&Fault::state("CcDownload", format!("{}: {error}", path.display()))),
    }
}
