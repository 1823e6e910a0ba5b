//! Federation trusts: looked at step by step.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::convert::to_display;

use super::validation::step;
use crate::server::monitoring::{self, Seen};

pub static NOUN: NounCode = NounCode {
    noun: "FederationTrust",
    heeds: &["*", "Identity", "UserIdentity", "MonitoringContext"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work).map(|mut rows| {
        let part = |row: &Value, name: &str| row.as_object().and_then(|o| o.get(name)).map(|v| to_display(&v));
        let seen: Vec<Seen> = rows
            .iter()
            .map(|row| Seen {
                instance: part(row, "Id").unwrap_or_default(),
                error: match part(row, "Type").as_deref() {
                    Some("Success") => String::new(),
                    _ => part(row, "Message").unwrap_or_default(),
                },
                milliseconds: None,
            })
            .collect();
        rows.extend(monitoring::data(work, "FederationTrust", &seen));
        rows
    });
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let user = work.bound.get("UserIdentity").filter(|v| !v.is_null()).cloned();
    let user = user.map(|user| work.target("Mailbox", &user)).transpose()?;
    let trust = work.all("FederationTrust")?.into_iter().next();
    let mut rows = vec![step(
        "FederationTrustConfiguration",
        trust.is_some(),
        trust.as_ref().map_or_else(
            || "No federation trust exists in this organization.".to_owned(),
            |t| format!("Federation trust object in Active Directory is valid: {}.", t.name),
        ),
    )];
    let Some(trust) = trust else { return Ok(rows) };
    let thumbprint = trust.text("Thumbprint").unwrap_or_default().to_owned();
    let made = work.directory.store.read(|r| Ok(directory::certificate::find(r, &thumbprint)))??;
    rows.push(step(
        "FederationCertificate",
        made.is_some(),
        match &made {
            Some(made) => {
                format!("The certificate {} is valid until {}.", made.name, made.text("NotAfter").unwrap_or_default())
            }
            None => format!("The certificate {thumbprint} of the trust is not there."),
        },
    ));
    let domains = work.all("FederatedOrganizationIdentifier")?;
    let account = domains.first().and_then(|o| o.text("AccountNamespace"));
    rows.push(step(
        "FederatedOrganizationIdentifier",
        account.is_some(),
        account.map_or_else(
            || "No domain of the organization is federated: use Set-FederatedOrganizationIdentifier.".to_owned(),
            |domain| format!("The organization is federated as {domain}."),
        ),
    ));
    if let Some(user) = user {
        let address = user.text("PrimarySmtpAddress").unwrap_or_default().to_owned();
        let is_good = made.is_some() && account.is_some();
        let text = match is_good {
            true => format!("A token for {address} can be requested."),
            false => format!("A token for {address} can't be requested."),
        };
        rows.push(step("TokenRequest", is_good, text));
    }
    Ok(rows)
}
