//! Export-CcRootCertificate: the authority's certificate as a file.

use command::Result;
use directory::{Fault, NounCode, Work, certificate};

pub static NOUN: NounCode =
    NounCode { noun: "CcRootCertificate", heeds: &["Path"], verbs: &[("Export", export)], ..NounCode::PLAIN };

fn export(work: &mut Work) -> Result<()> {
    let facts = work.facts();
    let given = work.bound.str("Path").unwrap_or_else(|| command::Str::from("."));
    let path = work.session.file_path(&given)?;
    let path = if path.is_dir() { path.join("SfBCCERoot.cer") } else { path };
    let Some(authority) = work.write(|writer, _| certificate::authority(writer, &facts))? else { return Ok(()) };
    match std::fs::write(&path, authority.text("Certificate").unwrap_or_default()) {
        Ok(()) => Ok(()),
        Err(error) => work.fail(&Fault::state("CertificateFile", format!("{}: {error}", path.display()))),
    }
}
