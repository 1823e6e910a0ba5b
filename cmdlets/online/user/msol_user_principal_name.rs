//! The names that accounts sign in with.

use command::Result;
use directory::{Fault, NounCode, Work};
use serde_json::Value as Json;

pub static NOUN: NounCode = NounCode {
    noun: "MsolUserPrincipalName",
    heeds: &["UserPrincipalName", "ObjectId", "NewUserPrincipalName", "ImmutableId"],
    verbs: &[("Set", set)],
    ..NounCode::PLAIN
};

fn set(work: &mut Work) -> Result<()> {
    let found = super::msol_user::named(work, false).and_then(|user| Ok((user, work.other("MsolUser")?)));
    let (user, noun) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let text = |name: &str| work.bound.str(name).map(|t| t.to_string()).filter(|t| !t.is_empty());
    let new = text("NewUserPrincipalName").unwrap_or_default();
    let taken = match work.all("MsolUser") {
        Ok(all) => all
            .iter()
            .any(|u| u.id != user.id && u.text("UserPrincipalName").is_some_and(|n| n.eq_ignore_ascii_case(&new))),
        Err(fault) => return work.fail(&fault),
    };
    if taken {
        let fault = Fault::new(
            "MicrosoftOnlineException",
            "Microsoft.Online.Administration.Automation.UserAlreadyExistsException",
            command::ErrorCategory::OperationStopped,
            format!("Unable to update this user because the user principal name {new} is in use."),
        );
        return work.fail(&fault.at(&new));
    }
    let old = user.text("UserPrincipalName").unwrap_or_default().to_owned();
    let mut properties = user.properties.clone();
    properties.insert("UserPrincipalName".to_owned(), Json::from(new.as_str()));
    if let Some(id) = text("ImmutableId") {
        properties.insert("ImmutableId".to_owned(), Json::from(id));
    }
    // The account's side of Skype for Business goes by the new name.
    let facts = work.facts();
    let directory = work.directory.clone();
    let change = directory::Change {
        library: &directory.library,
        facts: &facts,
        noun,
        bound: &command::Bound::new(),
        old: Some(&user),
        name: new.clone(),
        container: user.container.clone(),
        properties,
    };
    work.write(|writer, warnings| {
        for known in writer.matching("CsOnlineUser", "UserPrincipalName", &store::Match::Is(old.clone()))? {
            let mut known = known;
            known.properties.insert("UserPrincipalName".to_owned(), Json::from(new.as_str()));
            writer.update(directory::changed_draft(&directory.library, known))?;
        }
        change.write(writer, warnings)
    })?;
    Ok(())
}
