//! Domains that sign in at the organization's own federation service, and domains that do not.

use command::Result;
use directory::{Fault, Work, verb};
use store::{Object, Writer};

/// The domain of the tenant that -DomainName names.
pub(super) fn domain(work: &Work) -> std::result::Result<Object, Fault> {
    let name = verb::text(work, "DomainName").to_lowercase();
    let found = work.directory.store.read(|reader| reader.find("MsolDomain", "", &name))?;
    let domain = found.ok_or_else(|| {
        let id = "Microsoft.Online.Administration.Automation.DomainNotFoundException";
        let text = format!("This domain does not exist: {name}.");
        Fault::new("MicrosoftOnlineException", id, command::ErrorCategory::OperationStopped, text).at(&name)
    })?;
    match domain.text("Status") {
        Some("Verified") => Ok(domain),
        _ => Err(Fault::state("DomainNotVerified", format!("The domain {name} is not verified.")).at(&name)),
    }
}

/// Writes how people of a domain sign in, with the addresses of the federation service where it is federated.
pub(super) fn set(
    writer: &mut Writer,
    domain: &Object,
    federated: bool,
    several: bool,
) -> std::result::Result<(), Fault> {
    let kind = if federated { "Federated" } else { "Managed" };
    writer.update(domain.draft().with("Authentication", kind))?;
    let known = writer.find("MsolDomainFederationSettings", "", &domain.name)?;
    if !federated {
        if let Some(known) = known {
            writer.remove(known.id)?;
        }
        return Ok(());
    }
    let host = format!("sts.{}", domain.name);
    // Where one service stands for several domains each has an issuer of its own.
    let issuer = if several {
        format!("http://{}/adfs/services/trust/", domain.name)
    } else {
        format!("http://{host}/adfs/services/trust")
    };
    let draft =
        known.map_or_else(|| store::Draft::new("MsolDomainFederationSettings", "", &domain.name), |k| k.draft());
    writer.put(
        draft
            .with("DomainName", domain.name.as_str())
            .with("ActiveLogOnUri", format!("https://{host}/adfs/services/trust/2005/usernamemixed"))
            .with("FederationBrandName", domain.name.as_str())
            .with("IssuerUri", issuer)
            .with("LogOffUri", format!("https://{host}/adfs/ls/"))
            .with("MetadataExchangeUri", format!("https://{host}/adfs/services/trust/mex"))
            .with("PassiveLogOnUri", format!("https://{host}/adfs/ls/")),
    )?;
    Ok(())
}

/// Converts the domain that the call names.
pub(super) fn convert(work: &mut Work, federated: bool) -> Result<()> {
    let found = domain(work).and_then(|domain| {
        let is_already = (domain.text("Authentication") == Some("Federated")) == federated;
        if is_already && work.command.verb() == "Convert" {
            let state = if federated { "federated" } else { "standard" };
            return Err(Fault::state(
                "DomainState",
                format!("The domain {} is a {state} domain already.", domain.name),
            )
            .at(&domain.name));
        }
        Ok(domain)
    });
    let domain = match found {
        Ok(domain) => domain,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&domain.name)? {
        return Ok(());
    }
    let several = work.bound.switch("SupportMultipleDomain");
    let done = work.write(|writer, _| set(writer, &domain, federated, several))?;
    match done {
        Some(()) => {
            let what = if federated { "federated" } else { "standard" };
            let text = format!("Successfully updated '{}' domain to {what}.", domain.name);
            work.session.write(command::Value::from(text))
        }
        None => Ok(()),
    }
}
