//! Accounts of the tenant: domains that are verified, licences that need a location, soft deletion.

use command::Result;
use directory::{Edit, Fault, NounCode, Work};
use serde_json::Value as Json;
use store::{Draft, Object, Writer};

pub static NOUN: NounCode = NounCode {
    noun: "MsolUser",
    heeds: &[
        "ReturnDeletedUsers",
        "City",
        "Country",
        "Department",
        "DomainName",
        "State",
        "Title",
        "UnlicensedUsersOnly",
        "UsageLocation",
        "SearchString",
        "MaxResults",
        "ObjectId",
        "UserPrincipalName",
        "All",
        "RemoveFromRecycleBin",
        "DisplayName",
        "EnabledFilter",
        "AutoReconcileProxyConflicts",
        "NewUserPrincipalName",
        "*",
    ],
    before_write: Some(check),
    shows: Some(is_live),
    verbs: &[("Get", get), ("Set", set), ("Remove", remove), ("Restore", restore)],
    ..NounCode::PLAIN
};

fn is_live(user: &Object) -> bool {
    user.get("DeletedAt").is_none()
}

fn refuse(id: &str, text: String) -> Fault {
    Fault::new(
        "MicrosoftOnlineException",
        &format!("Microsoft.Online.Administration.Automation.{id}"),
        command::ErrorCategory::OperationStopped,
        text,
    )
}

fn check(edit: &mut Edit) -> std::result::Result<(), Fault> {
    let name = edit.text("UserPrincipalName").to_owned();
    if name.is_empty() || edit.text("DisplayName").is_empty() {
        return Err(refuse(
            "RequiredPropertyNotSetException",
            "You must provide a required property: DisplayName and UserPrincipalName.".to_owned(),
        ));
    }
    let domain = name.split('@').nth(1).unwrap_or_default();
    let verified = edit.writer.find("MsolDomain", "", domain)?.is_some_and(|d| d.text("Status") == Some("Verified"));
    if !verified {
        return Err(refuse(
            "InvalidUserPrincipalNameException",
            format!("You must provide a valid domain name: \"{domain}\" is not a verified domain."),
        ));
    }
    if edit.is_new() {
        edit.name.clone_from(&name);
        let id = edit.id.to_string();
        edit.set("ObjectId", id);
        let licences = edit.texts("LicenseAssignment");
        edit.properties.remove("LicenseAssignment");
        if !licences.is_empty() {
            edit.set("Licenses", serde_json::json!(licences));
        }
    }
    let licences = edit.texts("Licenses");
    if !licences.is_empty() && edit.text("UsageLocation").is_empty() {
        return Err(refuse(
            "InvalidLicenseConfigurationException",
            "You must provide a required property: UsageLocation.".to_owned(),
        ));
    }
    edit.set("isLicensed", !licences.is_empty());
    provision(edit)
}

/// A licensed account appears online; the provisioning delay is none.
fn provision(edit: &mut Edit) -> std::result::Result<(), Fault> {
    let name = edit.text("DisplayName").to_owned();
    let upn = edit.text("UserPrincipalName").to_owned();
    let known =
        edit.writer.matching("CsOnlineUser", "UserPrincipalName", &store::Match::Is(upn.clone()))?.into_iter().next();
    let licensed = edit.flag("isLicensed");
    let location = edit.text("UsageLocation").to_owned();
    let department = edit.text("Department").to_owned();
    match (licensed, known) {
        (true, None) => {
            let mut draft = Draft::new("CsOnlineUser", "", &name)
                .with("ObjectId", edit.id.to_string())
                .with("UsageLocation", location.as_str())
                .with("Department", department.as_str())
                .with("InterpretedUserType", "PureOnline")
                .found_by("UserPrincipalName", &upn)
                .found_by("DisplayName", &name)
                .found_by("SipAddress", &format!("sip:{upn}"));
            draft.properties.insert("Enabled".to_owned(), Json::Bool(true));
            edit.writer.insert(draft)?;
        }
        (false, Some(user)) => edit.writer.remove(user.id)?,
        _ => {}
    }
    Ok(())
}

/// The account that UserPrincipalName or ObjectId names.
pub(crate) fn named(work: &Work, deleted: bool) -> std::result::Result<Object, Fault> {
    let text = work
        .bound
        .str("UserPrincipalName")
        .or_else(|| work.bound.str("ObjectId"))
        .map_or_else(String::new, |t| t.to_string());
    let all = work.all("MsolUser")?;
    let fits = |u: &&Object| {
        (u.text("UserPrincipalName").is_some_and(|n| n.eq_ignore_ascii_case(&text))
            || u.text("ObjectId").is_some_and(|i| i.eq_ignore_ascii_case(&text)))
            && is_live(u) != deleted
    };
    all.iter()
        .find(fits)
        .cloned()
        .ok_or_else(|| refuse("UserNotFoundException", format!("User Not Found. User: {text}.")))
}

fn get(work: &mut Work) -> Result<()> {
    if work.bound.has("UserPrincipalName") || work.bound.has("ObjectId") {
        return match named(work, work.bound.switch("ReturnDeletedUsers")) {
            Ok(user) => work.emit(&user),
            Err(fault) => work.fail(&fault),
        };
    }
    let all = match work.all("MsolUser") {
        Ok(all) => all,
        Err(fault) => return work.fail(&fault),
    };
    let search = work.bound.str("SearchString").map(|t| t.to_lowercase());
    let domain = work.bound.str("DomainName").map(|t| format!("@{}", t.to_lowercase()));
    let limit = if work.bound.switch("All") {
        usize::MAX
    } else {
        work.bound.int("MaxResults").and_then(|n| usize::try_from(n).ok()).unwrap_or(500)
    };
    let deleted = work.bound.switch("ReturnDeletedUsers");
    let unlicensed = work.bound.switch("UnlicensedUsersOnly");
    let equals: Vec<(String, String)> = ["City", "Country", "Department", "State", "Title", "UsageLocation"]
        .iter()
        .filter_map(|name| work.bound.str(name).map(|v| ((*name).to_owned(), v.to_lowercase())))
        .collect();
    let enabled = work.bound.str("EnabledFilter").map(|t| t.to_lowercase()).unwrap_or_default();
    let mut given = 0;
    for user in all {
        let text = |name: &str| user.text(name).unwrap_or_default().to_lowercase();
        let fits = is_live(&user) != deleted
            && match enabled.as_str() {
                "enabledonly" => user.flag("BlockCredential") != Some(true),
                "disabledonly" => user.flag("BlockCredential") == Some(true),
                _ => true,
            }
            && (!unlicensed || user.flag("isLicensed") != Some(true))
            && search
                .as_ref()
                .is_none_or(|s| text("DisplayName").starts_with(s) || text("UserPrincipalName").starts_with(s))
            && domain.as_ref().is_none_or(|d| text("UserPrincipalName").ends_with(d))
            && equals.iter().all(|(name, value)| text(name) == *value);
        if fits && given < limit {
            given += 1;
            work.emit(&user)?;
        }
    }
    Ok(())
}

fn set(work: &mut Work) -> Result<()> {
    let user = match named(work, false) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let mut properties = user.properties.clone();
    for property in work.noun.properties() {
        let Some(value) = work.bound.get(property.name()) else { continue };
        if ["UserPrincipalName", "ObjectId"].contains(&property.name()) {
            continue;
        }
        match directory::to_json(&property, value) {
            Ok(Json::Null) => drop(properties.remove(property.name())),
            Ok(json) => drop(properties.insert(property.name().to_owned(), json)),
            Err(fault) => return work.fail(&fault),
        }
    }
    let noun = work.noun;
    work.save(noun, Some(&user), &user.name, &user.container, properties)?;
    Ok(())
}

fn online(writer: &mut Writer, upn: &str) -> std::result::Result<(), Fault> {
    for user in writer.matching("CsOnlineUser", "UserPrincipalName", &store::Match::Is(upn.to_owned()))? {
        writer.remove(user.id)?;
    }
    Ok(())
}

fn remove(work: &mut Work) -> Result<()> {
    let finally = work.bound.switch("RemoveFromRecycleBin");
    let user = match named(work, finally) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    if !work.bound.switch("Force")
        && !work.session.should_continue(&format!("Remove the user \"{}\"?", user.name), "Confirm")?
    {
        return Ok(());
    }
    let directory = work.directory.clone();
    work.write(|writer, _| {
        if finally {
            return Ok(writer.remove(user.id)?);
        }
        online(writer, user.text("UserPrincipalName").unwrap_or_default())?;
        let mut properties = user.properties.clone();
        properties.insert("DeletedAt".to_owned(), Json::from(user.changed));
        Ok(writer.update(directory::store_draft(
            &directory.library,
            "MsolUser",
            user.id,
            &user.name,
            "",
            properties,
        ))?)
    })?;
    Ok(())
}

fn restore(work: &mut Work) -> Result<()> {
    let user = match named(work, true) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let mut properties = user.properties.clone();
    properties.remove("DeletedAt");
    if let Some(name) = work.bound.str("NewUserPrincipalName").filter(|t| !t.is_empty()) {
        properties.insert("UserPrincipalName".to_owned(), Json::from(name.as_str()));
    }
    let live: Vec<Object> = match work.all("MsolUser") {
        Ok(all) => all.into_iter().filter(|u| is_live(u) && u.id != user.id).collect(),
        Err(fault) => return work.fail(&fault),
    };
    let own = properties.get("UserPrincipalName").and_then(Json::as_str).unwrap_or_default().to_lowercase();
    if live.iter().any(|u| u.text("UserPrincipalName").is_some_and(|n| n.to_lowercase() == own)) {
        let text = format!("Unable to restore this user: the user name {own} is in use. Give -NewUserPrincipalName.");
        return work.fail(&refuse("UserAlreadyExistsException", text).at(&own));
    }
    let taken: Vec<String> = live.iter().flat_map(|u| u.texts("ProxyAddresses")).map(str::to_lowercase).collect();
    if let Some(Json::Array(addresses)) = properties.get_mut("ProxyAddresses") {
        let is_free = |a: &Json| a.as_str().is_none_or(|a| !taken.contains(&a.to_lowercase()));
        if work.bound.switch("AutoReconcileProxyConflicts") {
            addresses.retain(is_free);
        } else if let Some(clash) = addresses.iter().find(|a| !is_free(a)).and_then(Json::as_str) {
            let text = format!(
                "Unable to restore this user: the proxy address {clash} is in use. Use -AutoReconcileProxyConflicts."
            );
            let fault = refuse("ProxyAddressConflictException", text).at(clash);
            return work.fail(&fault);
        }
    }
    let noun = work.noun;
    match work.save(noun, Some(&user), &user.name, "", properties)? {
        Some(id) => work.emit_id(id),
        None => Ok(()),
    }
}
