//! Backup-CcCertificationAuthority: the authority's certificate and key as a file of the site.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, certificate};
use values::types::security::pkcs12::{self, Contents};

use super::installed::{appliance, below};

pub static NOUN: NounCode =
    NounCode { noun: "CcCertificationAuthority", verbs: &[("Backup", backup)], ..NounCode::PLAIN };

/// The folder of the site that holds the file.
pub(super) const FOLDER: &str = "CA";
/// The file.
pub(super) const FILE: &str = "SfB CCE Root.p12";

fn backup(work: &mut Work) -> Result<()> {
    if let Err(fault) = appliance(work) {
        return work.fail(&fault);
    }
    let facts = work.facts();
    let Some(authority) = work.write(|writer, _| certificate::authority(writer, &facts))? else { return Ok(()) };
    // The file is under the password of the credential CABackupFile; its secret is kept as a hash only, so that the
    // thumbprint stands for it.
    let password = authority.text("Thumbprint").unwrap_or_default().to_owned();
    let file = certificate::parts(&authority)
        .ok_or_else(|| Fault::state("CertificateFile", "The authority's certificate can't be read."))
        .and_then(|(der, key)| {
            let contents = Contents { certificates: vec![der], key };
            pkcs12::write(&contents, &password).map_err(|e| Fault::state("CertificateFile", e.to_string()))
        });
    let bytes = match file {
        Ok(bytes) => bytes,
        Err(fault) => return work.fail(&fault),
    };
    let folder = below(work, "CcSiteDirectory", FOLDER)?;
    let path = folder.join(FILE);
    match std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, bytes)) {
        Ok(()) => work.session.write(Value::from(path.display().to_string())),
        Err(error) => work.fail(&Fault::state("CertificateFile", format!("{}: {error}", path.display()))),
    }
}
