//! Confirm-MsolEmailVerifiedDomain: a domain that people of it have vouched for by mail is taken over by its owner.

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use store::Draft;

pub static NOUN: NounCode = NounCode {
    noun: "MsolEmailVerifiedDomain",
    heeds: &["DomainName"],
    verbs: &[("Confirm", confirm)],
    ..NounCode::PLAIN
};

fn confirm(work: &mut Work) -> Result<()> {
    let name = verb::text(work, "DomainName").to_lowercase();
    work.write(|writer, _| {
        let known = writer.find("MsolDomain", "", &name)?;
        if known.as_ref().is_some_and(|d| d.text("Status") == Some("Verified")) {
            return Err(Fault::state("DomainVerified", format!("The domain {name} is verified already.")).at(&name));
        }
        // Who owns the domain has put the tenant's record into its zone.
        let draft = known.map_or_else(|| Draft::new("MsolDomain", "", &name), |k| k.draft());
        let code = format!("MS=ms{:08}", draft.id.as_u128() % 100_000_000);
        let is_there = writer.all("DnsRecord")?.iter().any(|r| {
            r.text("Name").is_some_and(|n| n.eq_ignore_ascii_case(&name)) && r.text("Data").is_some_and(|d| d.eq_ignore_ascii_case(&code))
        });
        if !is_there {
            let text = format!("The domain {name} can't be taken over: its zone has no TXT record {code}. Use New-MsolDomain and Get-MsolDomainVerificationDns.");
            return Err(Fault::state("DomainOwnershipNotProven", text).at(&name));
        }
        writer.put(draft.with("Name", name.as_str()).with("Status", "Verified"))?;
        Ok(())
    })?;
    Ok(())
}
