//! The certificate of the appliance's own authority: made anew, renewed, put where it is trusted.

use command::Result;
use directory::{Fault, NounCode, Work, certificate};
use serde_json::json;

use super::installed;

pub static NOUN: NounCode = NounCode {
    noun: "CcCACertificate",
    verbs: &[("Renew", renew), ("Reset", reset), ("Update", update)],
    ..NounCode::PLAIN
};

/// Renew: the authority has a new certificate; servers keep theirs until Renew-CcServerCertificate.
fn renew(work: &mut Work) -> Result<()> {
    change(work)
}

/// Reset: the same, when the old one can't be used any more.
fn reset(work: &mut Work) -> Result<()> {
    change(work)
}

fn change(work: &mut Work) -> Result<()> {
    if let Err(fault) = installed::appliance(work) {
        return work.fail(&fault);
    }
    let facts = work.facts();
    let made = work.write(|writer, _| {
        if let Some(old) = writer.all(certificate::AUTHORITY)?.into_iter().next() {
            // What was issued under it goes on being believed by those that keep it.
            writer.remove(old.id)?;
        }
        certificate::authority(writer, &facts)
    })?;
    match made {
        Some(made) => installed::keep(work, "TrustedRoot", json!(made.text("Thumbprint"))).map(|_| ()),
        None => Ok(()),
    }
}

/// Update: the machines trust the authority's present certificate.
fn update(work: &mut Work) -> Result<()> {
    if let Err(fault) = installed::appliance(work) {
        return work.fail(&fault);
    }
    let authority = work.all(certificate::AUTHORITY).map(|all| all.into_iter().next());
    match authority {
        Ok(Some(authority)) => installed::keep(work, "TrustedRoot", json!(authority.text("Thumbprint"))).map(|_| ()),
        Ok(None) => {
            work.fail(&Fault::state("CcAuthorityMissing", "There is no authority whose certificate could be trusted."))
        }
        Err(fault) => work.fail(&fault),
    }
}
