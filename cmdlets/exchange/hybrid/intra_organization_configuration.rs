//! Get-IntraOrganizationConfiguration: the addresses under which each side finds the other.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "IntraOrganizationConfiguration", heeds: &[], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let facts = work.facts();
    let tenant = work.all("CsTenant")?.into_iter().next();
    let connectors = work.all("IntraOrganizationConnector")?;
    let own = work.all("ClientAccessServer")?.into_iter().find_map(|s| {
        s.text("AutoDiscoverServiceInternalUri").map(|u| u.replace("Autodiscover.xml", "autodiscover.svc"))
    });
    let targets: Vec<Value> = connectors
        .iter()
        .flat_map(|c| c.texts("TargetAddressDomains"))
        .chain(tenant.as_ref().map(|t| t.name.as_str()))
        .map(Value::from)
        .collect();
    Ok(vec![Object::typed(
        "Microsoft.Exchange.Management.IntraOrganizationConfiguration",
        [
            (
                "OnlineDiscoveryEndpoint",
                Value::from("https://autodiscover-s.outlook.com/autodiscover/autodiscover.svc"),
            ),
            ("OnlineTargetAddress", tenant.as_ref().map_or(Value::Null, |t| Value::from(t.name.as_str()))),
            ("OnPremiseTargetAddresses", Value::array(vec![Value::from(facts.domain.as_str())])),
            ("OnPremiseDiscoveryEndpoint", own.map_or(Value::Null, Value::from)),
            ("TargetAddresses", Value::array(targets)),
            ("DeploymentIsCompleteIOCReady", Value::Bool(!connectors.is_empty())),
        ],
    )])
}
