//! Signing in to the tenant with the Teams module.

use command::{Result, Value};
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "MicrosoftTeams",
    heeds: &["AccountId"],
    verbs: &[("Connect", connect), ("Disconnect", disconnect)],
    ..NounCode::PLAIN
};

fn connect(work: &mut Work) -> Result<()> {
    let made = match directory::sign_in(work, "MicrosoftTeams", &["AccountId"]) {
        Ok(made) => made,
        Err(fault) => return work.fail(&fault),
    };
    let row = values::Object::typed(
        "Microsoft.TeamsCmdlets.Powershell.Connect.Models.PSAzureContext",
        [
            ("Account", Value::from(made.account.as_str())),
            ("Environment", Value::from("AzureCloud")),
            ("Tenant", Value::from(directory::tenant_id(work))),
            ("TenantId", Value::from(directory::tenant_id(work))),
        ],
    );
    work.session.write(row)
}

fn disconnect(work: &mut Work) -> Result<()> {
    directory::sign_out(work, "MicrosoftTeams");
    Ok(())
}
