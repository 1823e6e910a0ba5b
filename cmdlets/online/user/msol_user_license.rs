//! Licences of accounts.

use command::Result;
use directory::{Fault, NounCode, Work};
use serde_json::json;

pub static NOUN: NounCode = NounCode {
    noun: "MsolUserLicense",
    heeds: &["AddLicenses", "RemoveLicenses", "UserPrincipalName", "ObjectId"],
    verbs: &[("Set", set)],
    ..NounCode::PLAIN
};

fn set(work: &mut Work) -> Result<()> {
    let user = match super::msol_user::named(work, false) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let noun = match work.other("MsolUser") {
        Ok(noun) => noun,
        Err(fault) => return work.fail(&fault),
    };
    let texts = |name: &str| -> Vec<String> { work.bound.strings(name).iter().map(ToString::to_string).collect() };
    let (added, removed) = (texts("AddLicenses"), texts("RemoveLicenses"));
    let mut licences: Vec<String> = user.texts("Licenses").iter().map(ToString::to_string).collect();
    for licence in &removed {
        let before = licences.len();
        licences.retain(|l| !l.eq_ignore_ascii_case(licence));
        if licences.len() == before {
            let text = format!(
                "Unable to assign this license because it is invalid. Use the Get-MsolAccountSku cmdlet to retrieve a list of valid licenses: {licence}."
            );
            return work.fail(&Fault::new(
                "MicrosoftOnlineException",
                "Microsoft.Online.Administration.Automation.InvalidUserLicenseException",
                command::ErrorCategory::OperationStopped,
                text,
            ));
        }
    }
    for licence in added {
        if !licences.iter().any(|l| l.eq_ignore_ascii_case(&licence)) {
            licences.push(licence);
        }
    }
    let mut properties = user.properties.clone();
    properties.insert("Licenses".to_owned(), json!(licences));
    work.save(noun, Some(&user), &user.name, &user.container, properties)?;
    Ok(())
}
