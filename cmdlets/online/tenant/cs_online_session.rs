//! New-CsOnlineSession: signs in to the tenant; its cmdlets are here already.

use command::{Result, Value};
use directory::{NounCode, Work};

pub static NOUN: NounCode =
    NounCode { noun: "CsOnlineSession", heeds: &["UserName"], verbs: &[("New", new)], ..NounCode::PLAIN };

fn new(work: &mut Work) -> Result<()> {
    let domain = work.facts().domain;
    let made = match directory::sign_in(work, "SkypeForBusinessOnline", &["UserName"]) {
        Ok(made) => made,
        Err(fault) => return work.fail(&fault),
    };
    let row = values::Object::typed(
        "Dialtone.TenantSession",
        [
            ("Name", Value::from("CsOnlineSession")),
            ("InstanceId", Value::from(made.id.to_string())),
            ("UserName", Value::from(made.account.as_str())),
            ("ComputerName", Value::from(format!("admin.{domain}"))),
            ("ComputerType", Value::from("RemoteMachine")),
            ("State", Value::from("Opened")),
            ("ConfigurationName", Value::from("Microsoft.PowerShell")),
            ("Availability", Value::from("Available")),
        ],
    );
    work.session.write(row)
}
