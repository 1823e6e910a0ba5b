//! Certificates of the appliance's machines: issued by its authority, and put to use.

use command::Result;
use directory::certificate::{self, Wish};
use directory::{NounCode, Work};
use serde_json::json;

use super::cc_configuration::{imported, value};
use super::installed;

pub static NOUN: NounCode = NounCode {
    noun: "CcServerCertificate",
    heeds: &["Roles"],
    verbs: &[("Renew", renew), ("Update", update)],
    ..NounCode::PLAIN
};

/// Section and key of the configuration that name a role's machine.
const NAMES: [(&str, &str, &str); 4] = [
    ("AD", "PrimaryDC", "ServerName"),
    ("CMS", "PrimaryCMS", "ServerName"),
    ("MediationServer", "MediationServer", "ServerName"),
    ("EdgeServer", "EdgeServer", "InternalServerName"),
];

/// Renew: a new certificate for each machine.
fn renew(work: &mut Work) -> Result<()> {
    let roles = match installed::appliance(work).and_then(|_| installed::roles(work)) {
        Ok(roles) => roles,
        Err(fault) => return work.fail(&fault),
    };
    let facts = work.facts();
    work.write(|writer, _| {
        let settings = imported(writer)?.unwrap_or_default();
        for role in &roles {
            let (section, key) = NAMES.iter().find(|(r, _, _)| r == role).map_or(("", ""), |(_, s, k)| (*s, *k));
            let machine = value(&settings, section, key).to_owned();
            let domain = value(&settings, "Common", "VirtualMachineDomain").to_owned();
            let name =
                if machine.is_empty() { format!("{role}.{}", facts.domain) } else { format!("{machine}.{domain}") };
            let wish = Wish { subject: format!("CN={name}"), friendly: format!("CCE {role}"), ..Wish::default() };
            let made = certificate::issue(writer, &facts, &wish)?;
            let known = writer.find("CcServerCertificate", "", role)?;
            let draft = known.map_or_else(
                || store::Draft::new("CcServerCertificate", "", role),
                |k| {
                    let old = k.text("Thumbprint").unwrap_or_default().to_owned();
                    k.draft().with("PreviousThumbprint", old)
                },
            );
            writer.put(draft.with("Thumbprint", made.name.as_str()).with("Assigned", true))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// Update: the certificate that a machine has is put to use; the one before it waits for Remove-CcLegacyServerCertificate.
fn update(work: &mut Work) -> Result<()> {
    let roles = match installed::appliance(work).and_then(|_| installed::roles(work)) {
        Ok(roles) => roles,
        Err(fault) => return work.fail(&fault),
    };
    work.write(|writer, _| {
        for role in &roles {
            let Some(known) = writer.find("CcServerCertificate", "", role)? else {
                let text = format!(
                    "The machine of the role {role} has no certificate of its own yet: use Renew-CcServerCertificate."
                );
                return Err(directory::Fault::state("CcCertificateMissing", text).at(role));
            };
            let mut draft = known.draft();
            draft.properties.insert("Assigned".to_owned(), json!(true));
            writer.update(draft)?;
        }
        Ok(())
    })?;
    Ok(())
}
