//! Location policies; Test-CsLocationPolicy: which one a user has, or a telephone in a subnet.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

use super::configured::{policy, scene};
use super::synthetic::{found, write};

pub static NOUN: NounCode = NounCode {
    noun: "CsLocationPolicy",
    heeds: &["*", "Identity", "TargetFqdn", "UserSipAddress", "Subnet", "RegistrarPort"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let applied = scene(work, "UserSipAddress", "FirstTestUserSipUri").and_then(|scene| {
        let site = of_subnet(work).map_err(|f| f.message)?;
        let policy = match site {
            Some(name) => {
                work.target("CsLocationPolicy", &Value::from(format!("Tag:{name}"))).map_err(|f| f.message)?
            }
            None => policy(work, &scene.user, "CsLocationPolicy")
                .map_err(|f| f.message)?
                .ok_or_else(|| "No location policy applies.".to_owned())?,
        };
        Ok(policy.name)
    });
    let error = match applied {
        Ok(name) => {
            work.session.write_verbose(&format!("The location policy {name} applies."))?;
            None
        }
        Err(text) => Some(text),
    };
    write(work, &found(error))
}

/// The policy of the network site to which the subnet of the test belongs.
fn of_subnet(work: &Work) -> std::result::Result<Option<String>, Fault> {
    let subnet = directory::verb::text(work, "Subnet");
    if subnet.is_empty() {
        return Ok(None);
    }
    let known = work.target("CsNetworkSubnet", &Value::from(subnet.as_str()))?;
    let site = known.text("NetworkSiteID").unwrap_or_default().to_owned();
    let site = work.target("CsNetworkSite", &Value::from(site.as_str()))?;
    Ok(site.text("LocationPolicy").filter(|p| !p.is_empty()).map(|p| p.trim_start_matches("Tag:").to_owned()))
}
