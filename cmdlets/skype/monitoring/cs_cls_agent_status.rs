//! Get-CsClsAgentStatus: the agent of this computer, and the scenarios that it runs.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use crate::topology::local;

pub static NOUN: NounCode =
    NounCode { noun: "CsClsAgentStatus", heeds: &[], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let computer = local::computer(work)?;
    let pool = computer.text("Pool").unwrap_or_default().to_owned();
    let names: Vec<Value> = work
        .all("CsClsRunning")?
        .iter()
        .filter(|o| o.text("Pool").is_some_and(|p| p.eq_ignore_ascii_case(&pool)))
        .filter_map(|o| o.text("Scenario").map(Value::from))
        .collect();
    Ok(vec![Object::typed(
        "Microsoft.Rtc.Management.Cls.AgentInfo",
        [
            ("ComputerFqdn", Value::from(computer.name.as_str())),
            ("PoolFqdn", Value::from(pool)),
            ("Status", Value::from(if computer.flag("Activated") == Some(false) { "Stopped" } else { "Running" })),
            ("Scenarios", Value::array(names)),
        ],
    )])
}
