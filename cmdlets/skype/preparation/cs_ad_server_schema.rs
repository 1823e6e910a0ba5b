//! The extension of the directory's schema.

use command::Result;
use directory::{Fault, NounCode, Work};

use super::state::{SCHEMA, change, get};

pub static NOUN: NounCode = NounCode {
    noun: "CsAdServerSchema",
    heeds: &["Ldf"],
    verbs: &[("Get", |work| get(work, SCHEMA)), ("Install", install)],
    ..NounCode::PLAIN
};

/// The files that describe the extension.
const FILES: [&str; 4] = ["ExternalSchema.ldf", "ServerSchema.ldf", "BackCompatSchema.ldf", "VersionSchema.ldf"];

/// Install: from the product's own files, or from those of a folder, which must all be there.
fn install(work: &mut Work) -> Result<()> {
    if let Some(folder) = work.bound.str("Ldf").filter(|t| !t.is_empty()) {
        let at = work.session.file_path(&folder)?;
        if let Some(missing) = FILES.iter().map(|name| at.join(name)).find(|file| !file.is_file()) {
            let text = format!("The schema file \"{}\" was not found.", missing.display());
            return work.fail(&Fault::argument("SchemaFileNotFound", text).at(&folder));
        }
    }
    change(work, SCHEMA, true)
}
