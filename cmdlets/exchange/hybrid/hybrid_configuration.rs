//! The hybrid configuration, put into effect: what it wants of both sides is made where it is missing.

use command::Result;
use directory::{Fault, NounCode, Work};
use store::Draft;

pub static NOUN: NounCode = NounCode {
    noun: "HybridConfiguration",
    heeds: &["*", "OnPremisesCredentials", "TenantCredentials", "SuppressOAuthWarning"],
    verbs: &[("Update", update)],
    ..NounCode::PLAIN
};

fn update(work: &mut Work) -> Result<()> {
    let done = apply(work);
    match done {
        Ok(Some(fault)) | Err(fault) => work.fail(&fault),
        Ok(None) => Ok(()),
    }
}

/// Accepted domains, relationship and connectors of both directions.
fn apply(work: &mut Work) -> std::result::Result<Option<Fault>, Fault> {
    for parameter in ["OnPremisesCredentials", "TenantCredentials"] {
        directory::credential(work, parameter)?;
    }
    let Some(wanted) = work.all("HybridConfiguration")?.into_iter().next() else {
        let text = "There is no hybrid configuration: use New-HybridConfiguration first.";
        return Ok(Some(Fault::exchange("HybridConfigurationException", "HybridConfiguration", text)));
    };
    let domains: Vec<String> = wanted.texts("Domains").iter().map(|d| (*d).to_owned()).collect();
    if domains.is_empty() {
        let text = "The hybrid configuration names no domains: use Set-HybridConfiguration -Domains.";
        return Ok(Some(Fault::exchange("HybridConfigurationException", "HybridConfiguration", text)));
    }
    let tenant = work.all("CsTenant")?.into_iter().next();
    let Some(tenant) = tenant else {
        let text = "The organization has no tenant to be hybrid with.";
        return Ok(Some(Fault::exchange("HybridConfigurationException", "HybridConfiguration", text)));
    };
    if !work.should(&wanted.name).unwrap_or(false) {
        return Ok(None);
    }
    let initial = tenant.name.clone();
    let prefix = initial.split('.').next().unwrap_or_default().to_owned();
    let facts = work.facts();
    let relationship = work.other("OrganizationRelationship")?;
    let connector = work.other("SendConnector")?;
    let directory = work.directory.clone();
    let made = work.write(|writer, _| {
        let routing = format!("{prefix}.mail.onmicrosoft.com");
        for domain in domains.iter().chain([&routing]) {
            if writer.find("AcceptedDomain", "", domain)?.is_none() {
                writer.insert(
                    Draft::new("AcceptedDomain", "", domain)
                        .with("DomainName", domain.as_str())
                        .with("DomainType", "InternalRelay"),
                )?;
            }
        }
        let name = format!("On-premises to O365 - {}", facts.domain);
        if writer.find("OrganizationRelationship", "", &name)?.is_none() {
            let mut properties = directory::defaults(&relationship);
            properties.insert("Name".to_owned(), name.as_str().into());
            properties.insert("DomainNames".to_owned(), serde_json::json!([routing]));
            properties.insert("Enabled".to_owned(), true.into());
            properties.insert("FreeBusyAccessEnabled".to_owned(), true.into());
            properties.insert("MailboxMoveEnabled".to_owned(), true.into());
            let id = uuid::Uuid::new_v4();
            writer.insert(directory::store_draft(
                &directory.library,
                "OrganizationRelationship",
                id,
                &name,
                "",
                properties,
            ))?;
        }
        let name = "Outbound to Office 365";
        if writer.find("SendConnector", "", name)?.is_none() {
            let mut properties = directory::defaults(&connector);
            properties.insert("Name".to_owned(), name.into());
            properties.insert("AddressSpaces".to_owned(), serde_json::json!([format!("smtp:{routing};1")]));
            properties.insert("RequireTLS".to_owned(), true.into());
            let id = uuid::Uuid::new_v4();
            writer.insert(directory::store_draft(&directory.library, "SendConnector", id, name, "", properties))?;
        }
        Ok(())
    });
    if !work.bound.switch("SuppressOAuthWarning") && made.is_ok() && work.all("IntraOrganizationConnector")?.is_empty()
    {
        let text =
            "OAuth is not configured between the organizations: use New-IntraOrganizationConnector and New-AuthServer.";
        let _ = work.session.write_warning(text);
    }
    Ok(None)
}
