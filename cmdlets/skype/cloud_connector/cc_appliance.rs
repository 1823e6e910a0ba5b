//! The Cloud Connector appliance: its prerequisites, steps and registration with the tenant.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use serde_json::json;
use store::{Draft, Object};

use super::cc_configuration::{folder, imported, value};

pub static NOUN: NounCode = NounCode {
    noun: "CcAppliance",
    heeds: &[
        "Steps",
        "ShowStepsOnly",
        "PrepareOnly",
        "SkipExistingObjects",
        "Upgrade",
        "SiteName",
        "ApplianceName",
        "Local",
        "Version",
        "Force",
    ],
    verbs: &[
        ("Install", install),
        ("Publish", publish),
        ("Register", register),
        ("Unregister", unregister),
        ("Uninstall", uninstall),
    ],
    ..NounCode::PLAIN
};

/// What an installation does, in this order; the first ones only prepare.
const STEPS: [&str; 7] = [
    "CheckPrerequisites",
    "PrepareVirtualMachines",
    "InstallDomainController",
    "InstallCentralManagementStore",
    "InstallMediationServer",
    "InstallEdgeServer",
    "ConfigureGateways",
];
/// How many of them prepare.
const PREPARING: usize = 2;

/// The release that an installation brings.
pub(crate) const RELEASE: &str = "2.1.0";

/// Credentials that must be set before an installation.
const ACCOUNTS: [&str; 4] = ["TenantAdmin", "OMSWorkspace", "CceService", "CABackupFile"];

/// The installed appliance.
pub(crate) fn installed(work: &Work) -> std::result::Result<Option<Object>, Fault> {
    Ok(work.directory.store.read(|reader| reader.find("CcAppliance", "", "Local"))?)
}

/// There is no appliance.
pub(super) fn none() -> Fault {
    Fault::state("CcApplianceNotInstalled", "There is no appliance on this host: run Install-CcAppliance first.")
}

/// What must be done before an installation.
fn missing(work: &mut Work) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    let settings = work.directory.store.read(imported).ok().flatten();
    if settings.is_none() {
        missing.push("Import-CcConfiguration has not read CloudConnector.ini".to_owned());
    }
    for (noun, command) in
        [("CcSiteDirectory", "Set-CcSiteDirectory"), ("CcApplianceDirectory", "Set-CcApplianceDirectory")]
    {
        let is_set = work.all(noun).unwrap_or_default().first().is_some_and(|o| o.text("Path").is_some());
        if !is_set {
            missing.push(format!("{command} has not named a folder"));
        } else if !folder(work, noun)?.is_dir() {
            missing.push(format!("the folder that {command} named does not exist"));
        }
    }
    let set = work.all("CcCredential").unwrap_or_default();
    // assumed: of the accounts only the tenant's administrator is needed; the others have defaults.
    let account = ACCOUNTS[0];
    if !set.iter().any(|c| c.text("AccountType").is_some_and(|t| t.eq_ignore_ascii_case(account))) {
        missing.push(format!("Set-CcCredential -AccountType {account} has not been run"));
    }
    let registered = work.all("CsHybridPSTNAppliance").unwrap_or_default();
    let site = settings.map(|s| value(&s, "Common", "SiteName").to_owned()).unwrap_or_default();
    if !registered.iter().any(|a| a.text("SiteName").is_some_and(|s| s.eq_ignore_ascii_case(&site))) {
        missing.push("Register-CcAppliance has not made the appliance known to the tenant".to_owned());
    }
    Ok(missing)
}

fn install(work: &mut Work) -> Result<()> {
    if work.bound.switch("ShowStepsOnly") {
        return STEPS.iter().try_for_each(|step| work.session.write(Value::from(*step)));
    }
    let missing = missing(work)?;
    if !missing.is_empty() {
        let text = format!("The prerequisites of the installation are not met: {}.", missing.join("; "));
        return work.fail(&Fault::state("CcPrerequisites", text));
    }
    let given = work.bound.strings("Steps");
    if let Some(unknown) = given.iter().find(|g| !STEPS.iter().any(|s| s.eq_ignore_ascii_case(g))) {
        let text = format!("\"{unknown}\" is not a step: use {}.", STEPS.join(", "));
        return work.fail(&Fault::argument("CcStepUnknown", text).at(unknown));
    }
    let count = if work.bound.switch("PrepareOnly") { PREPARING } else { STEPS.len() };
    let wanted: Vec<&str> = STEPS
        .iter()
        .take(count)
        .copied()
        .filter(|s| given.is_empty() || given.iter().any(|g| s.eq_ignore_ascii_case(g)))
        .collect();
    let (is_upgrade, skips) = (work.bound.switch("Upgrade"), work.bound.switch("SkipExistingObjects"));
    work.write(|writer, _| {
        let known = writer.find("CcAppliance", "", "Local")?;
        let done: Vec<String> = known.iter().flat_map(|o| o.texts("Steps")).map(str::to_owned).collect();
        if done.len() == STEPS.len() && !is_upgrade && !skips && given.is_empty() {
            let text = "The appliance is installed already. Use Upgrade, SkipExistingObjects or Steps.";
            return Err(Fault::state("CcApplianceInstalled", text));
        }
        let all: Vec<&str> =
            STEPS.iter().copied().filter(|s| wanted.contains(s) || done.iter().any(|d| d == s)).collect();
        let is_whole = all.len() == STEPS.len();
        let mut draft = known.map_or_else(|| Draft::new("CcAppliance", "", "Local"), |o| o.draft());
        draft.properties.insert("Steps".to_owned(), json!(all));
        draft.properties.insert("State".to_owned(), json!(if is_whole { "Installed" } else { "Prepared" }));
        if is_whole {
            draft.properties.insert("RunningVersion".to_owned(), json!(RELEASE));
        }
        writer.put(draft)?;
        if is_whole {
            for appliance in writer.all("CsHybridPSTNAppliance")? {
                let mut draft = appliance.draft();
                draft.properties.insert("RunningVersion".to_owned(), json!(RELEASE));
                writer.update(draft)?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// Publish-CcAppliance: the appliance's settings become the site's topology in the tenant.
fn publish(work: &mut Work) -> Result<()> {
    match installed(work) {
        Ok(Some(_)) => {}
        Ok(None) => return work.fail(&none()),
        Err(fault) => return work.fail(&fault),
    }
    enter(work, None, None)
}

fn register(work: &mut Work) -> Result<()> {
    let text = |name: &str| work.bound.str(name).map(|t| t.to_string()).filter(|t| !t.is_empty());
    let (site, appliance) = (text("SiteName"), text("ApplianceName"));
    enter(work, site, appliance)
}

/// Writes site and appliance as the tenant knows them.
fn enter(work: &mut Work, site: Option<String>, appliance: Option<String>) -> Result<()> {
    work.write(|writer, _| {
        let settings = imported(writer)?.ok_or_else(|| {
            Fault::state("CcConfigurationMissing", "No configuration was imported: run Import-CcConfiguration first.")
        })?;
        let get = |section: &str, key: &str| value(&settings, section, key).to_owned();
        let domain = get("Common", "SIPDomains").split(' ').next().unwrap_or_default().to_owned();
        let site = site.unwrap_or_else(|| get("Common", "SiteName"));
        let mediation = format!("{}.{}", get("MediationServer", "PoolName"), get("Common", "VirtualMachineDomain"));
        let name = appliance.unwrap_or_else(|| format!("{site}-{}", get("MediationServer", "ServerName")));
        if writer.find("CsHybridPSTNSite", "", &site)?.is_none() {
            let edge = format!("{}.{domain}", get("EdgeServer", "ExternalSIPPoolName"));
            writer.insert(
                Draft::new("CsHybridPSTNSite", "", &site).with("EdgeFQDN", edge).with("EnableAutoUpdate", true),
            )?;
        }
        let mut draft = match writer.find("CsHybridPSTNAppliance", "", &name)? {
            Some(known) if known.text("SiteName").is_some_and(|s| !s.eq_ignore_ascii_case(&site)) => {
                let text = format!("The appliance \"{name}\" is registered in another site.");
                return Err(Fault::state("CcApplianceExists", text).at(&name));
            }
            Some(known) => known.draft(),
            None => Draft::new("CsHybridPSTNAppliance", "", &name),
        };
        for (key, value) in
            [("Name", name.as_str()), ("SiteName", site.as_str()), ("MediationServerFqdn", mediation.as_str())]
        {
            draft.properties.insert(key.to_owned(), json!(value));
        }
        draft.properties.insert("MediationServerIPAddress".to_owned(), json!(get("MediationServer", "IP")));
        writer.put(draft)?;
        Ok(())
    })?;
    Ok(())
}

fn unregister(work: &mut Work) -> Result<()> {
    let text = |name: &str| work.bound.str(name).map(|t| t.to_string()).filter(|t| !t.is_empty());
    let (site, appliance) = (text("SiteName"), text("ApplianceName"));
    work.write(|writer, _| {
        let own = imported(writer)?.map(|s| value(&s, "Common", "SiteName").to_owned());
        let site = site.or(own).unwrap_or_default();
        let same = |o: &Object, key: &str, wanted: &str| o.text(key).is_some_and(|t| t.eq_ignore_ascii_case(wanted));
        let found: Vec<Object> = writer
            .all("CsHybridPSTNAppliance")?
            .into_iter()
            .filter(|o| same(o, "SiteName", &site) && appliance.as_ref().is_none_or(|a| same(o, "Name", a)))
            .collect();
        if found.is_empty() {
            return Err(Fault::state(
                "CcApplianceNotRegistered",
                format!("No appliance of the site \"{site}\" is registered."),
            )
            .at(&site));
        }
        for object in found {
            writer.remove(object.id)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn uninstall(work: &mut Work) -> Result<()> {
    let version = work.bound.str("Version").map(|t| t.to_string()).filter(|t| !t.is_empty());
    let is_forced = work.bound.switch("Force");
    work.write(|writer, _| {
        let known = writer.find("CcAppliance", "", "Local")?.ok_or_else(none)?;
        let running = known.text("RunningVersion").unwrap_or_default().to_owned();
        if let Some(version) = version.filter(|v| *v != running) {
            return Err(Fault::state(
                "CcVersionNotInstalled",
                format!("The version {version} is not installed; {running} is."),
            )
            .at(&version));
        }
        if !is_forced && !writer.all("CsHybridPSTNAppliance")?.is_empty() && known.text("State") == Some("Installed") {
            let text = "The appliance is registered: run Unregister-CcAppliance first, or use Force.";
            return Err(Fault::state("CcApplianceRegistered", text));
        }
        writer.remove(known.id)?;
        Ok(())
    })?;
    Ok(())
}
