//! Get-CcApplianceStatus: what is installed on this host and known to the tenant.

use command::{Result, Value};
use directory::{NounCode, Work};
use values::Object;

use super::cc_appliance::installed;

pub static NOUN: NounCode = NounCode { noun: "CcApplianceStatus", verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let known = match installed(work) {
        Ok(known) => known,
        Err(fault) => return work.fail(&fault),
    };
    let registered = work.all("CsHybridPSTNAppliance").unwrap_or_default();
    let text = |name: &str| known.as_ref().and_then(|o| o.text(name)).unwrap_or_default().to_owned();
    let state = if known.is_some() { text("State") } else { "NotInstalled".to_owned() };
    let names: Vec<Value> = registered.iter().map(|o| Value::from(o.name.as_str())).collect();
    work.session.write(Object::typed(
        "Dialtone.CcApplianceStatus",
        [
            ("State", Value::from(state)),
            ("RunningVersion", Value::from(text("RunningVersion"))),
            ("IsRegistered", Value::Bool(!names.is_empty())),
            ("Appliances", Value::array(names)),
        ],
    ))
}
