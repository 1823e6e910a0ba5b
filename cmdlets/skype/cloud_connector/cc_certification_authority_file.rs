//! Remove-CcCertificationAuthorityFile: the file of Backup-CcCertificationAuthority goes.

use command::Result;
use directory::{Fault, NounCode, Work};

use super::cc_certification_authority::{FILE, FOLDER};
use super::installed::below;

pub static NOUN: NounCode =
    NounCode { noun: "CcCertificationAuthorityFile", verbs: &[("Remove", remove)], ..NounCode::PLAIN };

fn remove(work: &mut Work) -> Result<()> {
    let path = below(work, "CcSiteDirectory", FOLDER)?.join(FILE);
    match std::fs::remove_file(&path) {
        Ok(()) => Ok(()),
        Err(error) => work.fail(&Fault::state("CertificateFile", format!("{}: {error}", path.display()))),
    }
}
