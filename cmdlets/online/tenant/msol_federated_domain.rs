//! Domains of the federation service: added, brought up to date, taken away.

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use store::Draft;

use super::federation;

pub static NOUN: NounCode = NounCode {
    noun: "MsolFederatedDomain",
    heeds: &["DomainName", "SupportMultipleDomain"],
    verbs: &[("New", new), ("Update", update), ("Remove", remove)],
    ..NounCode::PLAIN
};

/// New: the domain is made where it is missing, and federated once it is verified.
fn new(work: &mut Work) -> Result<()> {
    let name = verb::text(work, "DomainName").to_lowercase();
    let known = match work.directory.store.read(|reader| reader.find("MsolDomain", "", &name)) {
        Ok(known) => known,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    if known.is_some() {
        return federation::convert(work, true);
    }
    if !work.should(&name)? {
        return Ok(());
    }
    work.write(|writer, warnings| {
        writer.insert(Draft::new("MsolDomain", "", &name).with("Name", name.as_str()).with("Status", "Unverified").with("Authentication", "Federated"))?;
        warnings.push(format!("The domain {name} must be verified: add the record of Get-MsolDomainVerificationDns, then run New-MsolFederatedDomain again."));
        Ok(())
    })?;
    Ok(())
}

fn update(work: &mut Work) -> Result<()> {
    match federation::domain(work) {
        Ok(domain) if domain.text("Authentication") == Some("Federated") => federation::convert(work, true),
        Ok(domain) => {
            let text = format!("The domain {} is not federated.", domain.name);
            work.fail(&Fault::state("DomainNotFederated", text).at(&domain.name))
        }
        Err(fault) => work.fail(&fault),
    }
}

fn remove(work: &mut Work) -> Result<()> {
    let domain = match federation::domain(work) {
        Ok(domain) => domain,
        Err(fault) => return work.fail(&fault),
    };
    if work.should(&domain.name)? {
        work.write(|writer, _| {
            federation::set(writer, &domain, false, false)?;
            Ok(writer.remove(domain.id)?)
        })?;
    }
    Ok(())
}
