//! Signing in to the tenant's directory with its newer module.

use command::{Result, Value};
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "AzureAD",
    heeds: &["AccountId"],
    verbs: &[("Connect", connect), ("Disconnect", disconnect)],
    ..NounCode::PLAIN
};

fn connect(work: &mut Work) -> Result<()> {
    let made = match directory::sign_in(work, "AzureAD", &["AccountId"]) {
        Ok(made) => made,
        Err(fault) => return work.fail(&fault),
    };
    let domain = work.facts().domain;
    let row = values::Object::typed(
        "Microsoft.Open.Azure.AD.CommonLibrary.PSAzureContext",
        [
            ("Account", Value::from(made.account.as_str())),
            ("Environment", Value::from("AzureCloud")),
            ("TenantId", Value::from(directory::tenant_id(work))),
            ("TenantDomain", Value::from(domain)),
            ("AccountType", Value::from("User")),
        ],
    );
    work.session.write(row)
}

fn disconnect(work: &mut Work) -> Result<()> {
    directory::sign_out(work, "AzureAD");
    Ok(())
}
