//! Certificates that the appliance's machines had before their present ones.

use command::Result;
use directory::{NounCode, Work, certificate};

use super::installed;

pub static NOUN: NounCode =
    NounCode { noun: "CcLegacyServerCertificate", heeds: &["Roles"], verbs: &[("Remove", remove)], ..NounCode::PLAIN };

fn remove(work: &mut Work) -> Result<()> {
    let roles = match installed::appliance(work).and_then(|_| installed::roles(work)) {
        Ok(roles) => roles,
        Err(fault) => return work.fail(&fault),
    };
    let gone = work.write(|writer, _| {
        let mut gone = 0;
        for role in &roles {
            let Some(known) = writer.find("CcServerCertificate", "", role)? else { continue };
            let Some(old) = known.text("PreviousThumbprint").filter(|t| !t.is_empty()).map(str::to_owned) else {
                continue;
            };
            if let Some(made) = certificate::find(writer, &old)? {
                writer.remove(made.id)?;
                gone += 1;
            }
            let mut draft = known.draft();
            draft.properties.remove("PreviousThumbprint");
            writer.update(draft)?;
        }
        Ok(gone)
    })?;
    match gone {
        Some(0) => work.session.write_warning("No machine has a certificate from before its present one."),
        _ => Ok(()),
    }
}
