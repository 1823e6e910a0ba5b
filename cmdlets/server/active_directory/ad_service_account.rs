//! Accounts of services: put onto this computer, tried, taken off it.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};
use serde_json::json;
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "ADServiceAccount",
    heeds: &["*", "Identity", "AccountPassword", "ForceRemoveLocal", "PromptForPassword"],
    verbs: &[("Install", install), ("Uninstall", uninstall), ("Test", test)],
    ..NounCode::PLAIN
};

fn account(work: &Work) -> std::result::Result<Object, Fault> {
    let identity = work.bound.value("Identity");
    work.target("ADServiceAccount", &identity)
}

/// Whether the account is on this computer.
fn is_installed(account: &Object) -> bool {
    account.flag("InstalledHere") == Some(true)
}

fn install(work: &mut Work) -> Result<()> {
    let account = account(work).and_then(|account| match account.flag("Enabled") {
        Some(false) => {
            let text = format!("Cannot install service account. The account '{}' is disabled.", account.name);
            Err(Fault::new(
                "ADException",
                "InstallADServiceAccount:PerformOperation:InstallServiceAcccountFailure",
                command::ErrorCategory::WriteError,
                text,
            )
            .at(&account.name))
        }
        _ => Ok(account),
    });
    match account {
        Ok(account) => {
            let mut password = work.bound.get("AccountPassword").filter(|v| !v.is_null()).map(directory::secret);
            if work.bound.switch("PromptForPassword") {
                password = work.session.host().read_line("Enter the password for the service account: ", true)?;
            }
            let hashes = password.map(|p| store::pin::password_hashes(&p)).into_iter().flatten();
            let mut changes = vec![("InstalledHere", json!(true))];
            changes.extend(hashes.map(|(name, hash)| (name, json!(hash))));
            verb::mark_one(work, &account, &changes)
        }
        Err(fault) => work.fail(&fault),
    }
}

fn uninstall(work: &mut Work) -> Result<()> {
    let account =
        account(work).and_then(|account| match is_installed(&account) || work.bound.switch("ForceRemoveLocal") {
            true => Ok(account),
            false => {
                let text = format!(
                    "Cannot uninstall service account. The account '{}' is not installed on this computer.",
                    account.name
                );
                Err(Fault::new(
                    "ADException",
                    "UninstallADServiceAccount:PerformOperation:UninstallServiceAcccountFailure",
                    command::ErrorCategory::WriteError,
                    text,
                )
                .at(&account.name))
            }
        });
    match account {
        Ok(account) => verb::mark_one(work, &account, &[("InstalledHere", serde_json::Value::Null)]),
        Err(fault) => work.fail(&fault),
    }
}

fn test(work: &mut Work) -> Result<()> {
    let rows = account(work).map(|account| vec![Value::Bool(is_installed(&account))]);
    work.answer(rows)
}
