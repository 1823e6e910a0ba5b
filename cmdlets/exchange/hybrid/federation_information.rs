//! Get-FederationInformation: what an organization tells of itself to those that share with it.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "FederationInformation", heeds: &["DomainName"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let domain = directory::verb::text(work, "DomainName");
    let facts = work.facts();
    let own: Vec<String> =
        work.all("AcceptedDomain")?.iter().filter_map(|d| d.text("DomainName").map(str::to_owned)).collect();
    let is_own = own.iter().any(|d| d.eq_ignore_ascii_case(&domain)) || domain.eq_ignore_ascii_case(&facts.domain);
    if !is_own {
        // Other organizations are reached over the network that this one does not have.
        let text = "Federation information could not be received from the external organization.";
        return Err(
            Fault::exchange("GetFederationInformationFailedException", "FederationInformation", text).at(&domain)
        );
    }
    let trust = work.all("FederationTrust")?.into_iter().next();
    let Some(trust) = trust else {
        let text = format!("The organization of {domain} has no federation trust: use New-FederationTrust first.");
        return Err(Fault::exchange("FederationTrustNotFoundException", "FederationInformation", text).at(&domain));
    };
    let uri = trust.text("ApplicationUri").map_or_else(|| format!("FYDIBOHF25SPDLT.{}", facts.domain), str::to_owned);
    let point = format!("https://autodiscover.{domain}/autodiscover/autodiscover.svc/WSSecurity");
    let mut domains: Vec<Value> = own.iter().map(|d| Value::from(d.as_str())).collect();
    if domains.is_empty() {
        domains.push(Value::from(facts.domain.as_str()));
    }
    Ok(vec![Object::typed(
        "Microsoft.Exchange.Management.SystemConfigurationTasks.FederationInformation",
        [
            ("TargetApplicationUri", Value::from(uri)),
            ("DomainNames", Value::array(domains)),
            ("TargetAutodiscoverEpr", Value::from(point)),
            ("TokenIssuerUris", Value::array(vec![Value::from(trust.name.as_str())])),
            ("Identity", Value::from(domain)),
        ],
    )])
}
