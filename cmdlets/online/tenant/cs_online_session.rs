//! New-CsOnlineSession: the tenant's cmdlets are here already, so the session only names the tenant.

use command::{Result, Value};
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode { noun: "CsOnlineSession", verbs: &[("New", new)], ..NounCode::PLAIN };

fn new(work: &mut Work) -> Result<()> {
    let domain = work.facts().domain;
    let row = values::Object::typed(
        "Dialtone.TenantSession",
        [
            ("Name", Value::from("CsOnlineSession")),
            ("ComputerName", Value::from(format!("admin.{domain}"))),
            ("ComputerType", Value::from("RemoteMachine")),
            ("State", Value::from("Opened")),
            ("ConfigurationName", Value::from("Microsoft.PowerShell")),
            ("Availability", Value::from("Available")),
        ],
    );
    work.session.write(row)
}
