//! New-CsOnlineSession: signs in to the tenant; its cmdlets are here already.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsOnlineSession",
    heeds: &["UserName", "OverrideAdminDomain"],
    verbs: &[("New", new)],
    ..NounCode::PLAIN
};

fn new(work: &mut Work) -> Result<()> {
    let mut domain = work.facts().domain;
    if let Some(named) = work.bound.str("OverrideAdminDomain").filter(|t| !t.is_empty()) {
        // The administrators' domain must be one of the tenant's.
        let known = match work.all("MsolDomain") {
            Ok(known) => known,
            Err(fault) => return work.fail(&fault),
        };
        if !named.eq_ignore_ascii_case(&domain) && !known.iter().any(|d| d.name.eq_ignore_ascii_case(&named)) {
            let text =
                format!("Unable to discover PowerShell endpoint URI: the domain '{named}' is none of the tenant's.");
            return work.fail(&Fault::state("TenantDomainNotFound", text).at(&named));
        }
        domain = named.to_string();
    }
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
