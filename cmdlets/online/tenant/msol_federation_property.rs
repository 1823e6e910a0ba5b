//! Get-MsolFederationProperty: what the federation service and the tenant say of a domain, side by side.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::federation;

pub static NOUN: NounCode = NounCode {
    noun: "MsolFederationProperty",
    heeds: &["DomainName", "SupportMultipleDomain"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let domain = federation::domain(work)?;
    let kept = work.directory.store.read(|reader| reader.find("MsolDomainFederationSettings", "", &domain.name))?;
    let Some(kept) = kept else {
        let text = format!("The domain {} is not federated.", domain.name);
        return Err(Fault::state("DomainNotFederated", text).at(&domain.name));
    };
    let text = |name: &str| kept.text(name).map_or(Value::Null, Value::from);
    let row = |source: &str| {
        Object::typed(
            "Microsoft.IdentityManagement.PowerShell.FederationProperty",
            [
                ("Source", Value::from(source)),
                ("ActiveClientSignInUrl", text("ActiveLogOnUri")),
                ("FederationServiceDisplayName", text("FederationBrandName")),
                ("FederationServiceIdentifier", text("IssuerUri")),
                ("FederationMetadataUrl", text("MetadataExchangeUri")),
                ("PassiveClientSignInUrl", text("PassiveLogOnUri")),
                ("PassiveClientSignOutUrl", text("LogOffUri")),
                ("TokenSigningCertificate", text("SigningCertificate")),
                ("NextTokenSigningCertificate", text("NextSigningCertificate")),
            ],
        )
    };
    Ok(vec![row("ADFS Server"), row("Microsoft Office 365")])
}
