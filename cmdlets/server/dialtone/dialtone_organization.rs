//! The organisation as a whole: declaring it, describing it, keeping and putting back its state.

use command::{Result, Value};
use directory::{Facts, Fault, NounCode, Work};
use values::Object;

use super::topology::{Builder, Topology};

pub static NOUN: NounCode = NounCode {
    noun: "DialtoneOrganization",
    heeds: &["Domain", "Template", "Path", "Name", "RoleBasedAccess"],
    verbs: &[
        ("New", declare),
        ("Get", describe),
        ("Checkpoint", checkpoint),
        ("Restore", restore),
        ("Compare", compare),
        ("Set", set),
        ("Backup", backup),
    ],
    ..NounCode::PLAIN
};

const TEMPLATES: [(&str, &str); 4] = [
    ("SmallOffice", include_str!("template/small_office.topology")),
    ("TwoSites", include_str!("template/two_sites.topology")),
    ("Hybrid", include_str!("template/hybrid.topology")),
    ("CloudConnector", include_str!("template/cloud_connector.topology")),
];

fn document(work: &mut Work) -> Result<std::result::Result<String, Fault>> {
    if let Some(path) = work.bound.str("Path") {
        let file = work.session.file_path(&path)?;
        return Ok(std::fs::read_to_string(&file)
            .map_err(|error| Fault::argument("TopologyUnreadable", format!("{}: {error}", file.display()))));
    }
    let name = work.bound.str("Template").map_or_else(|| "SmallOffice".to_owned(), |t| t.to_string());
    Ok(match TEMPLATES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
        Some((_, text)) => Ok((*text).to_owned()),
        None => {
            let names: Vec<&str> = TEMPLATES.iter().map(|(n, _)| *n).collect();
            Err(Fault::argument(
                "TemplateUnknown",
                format!("There is no template \"{name}\". Use one of {}.", names.join(", ")),
            )
            .at(&name))
        }
    })
}

/// Where the hosts' loopback addresses lie: 127.31.0 for the organization of the usual home, a range of their own for others,
/// so that services of several homes stand beside each other.
pub(crate) fn network(home: Option<&str>) -> (u32, u32) {
    let Some(home) = home.filter(|h| !h.is_empty()) else { return (31, 0) };
    let hash = home.bytes().fold(0x811c_9dc5_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193));
    (32 + hash % 190, hash / 190 % 240)
}

fn declare(work: &mut Work) -> Result<()> {
    let text = match document(work)? {
        Ok(text) => text,
        Err(fault) => return work.fail(&fault),
    };
    let text = match work.bound.str("Domain") {
        Some(domain) => text.replace("contoso.com", &domain.to_lowercase()),
        None => text,
    };
    let topology: Topology = match toml::from_str(&text) {
        Ok(topology) => topology,
        Err(error) => return work.fail(&Fault::argument("TopologyInvalid", error.to_string())),
    };
    if !work.should(&topology.domain)? {
        return Ok(());
    }
    let directory = work.directory.clone();
    let network = network(work.session.environment("DIALTONE_HOME").as_deref());
    let known = work.facts();
    let done = work.write(|writer, _| {
        let site = topology.site.first().map_or("Redmond", |s| s.name.as_str());
        let facts = Facts::of(&topology.domain, &topology.organization, site);
        let has_servers = writer.count("Host")? > 0;
        if has_servers && known.domain != facts.domain {
            let text = format!(
                "The organization already exists with the domain {}. Start with an empty home for {}.",
                known.domain, facts.domain
            );
            return Err(Fault::state("OrganizationExists", text).at(&known.domain));
        }
        if let Some(organization) = writer.all("Organization")?.into_iter().next() {
            let mut draft = organization.draft();
            draft.name.clone_from(&facts.organization);
            draft.properties.insert("Domain".to_owned(), facts.domain.as_str().into());
            draft.properties.insert("Site".to_owned(), facts.site.as_str().into());
            writer.update(draft)?;
        }
        let hosts = u32::try_from(writer.count("Host")?).unwrap_or(0);
        Builder { writer, library: &directory.library, facts, hosts, network }.build(&topology)
    })?;
    if done.is_none() {
        return Ok(());
    }
    if let Err(fault) = work.directory.refresh() {
        return work.fail(&fault);
    }
    // Runbooks write to C:; the drive is this folder from the next session on.
    let drive = work.session.home().join("drives").join("C");
    if let Err(error) = std::fs::create_dir_all(&drive) {
        work.session.write_warning(&format!("{}: {error}", drive.display()))?;
    }
    describe(work)
}

fn describe(work: &mut Work) -> Result<()> {
    let facts = work.facts();
    let counted = work.directory.store.read(|reader| {
        let count = |noun: &str| reader.count(noun).map(|n| Value::I32(i32::try_from(n).unwrap_or(i32::MAX)));
        Ok(vec![
            ("Organization", Value::from(facts.organization.as_str())),
            ("Domain", Value::from(facts.domain.as_str())),
            ("Servers", count("ExchangeServer")?),
            ("Pools", count("CsPool")?),
            ("Gateways", count("CsTrunk")?),
            ("Users", count("User")?),
            ("OnlineUsers", count("CsOnlineUser")?),
            ("Hosts", count("Host")?),
            ("Version", Value::I64(reader.sequence()?.cast_signed())),
        ])
    });
    match counted {
        Ok(pairs) => work.session.write(Object::typed("Dialtone.Organization", pairs)),
        Err(error) => work.fail(&Fault::from(error)),
    }
}

fn name(work: &Work) -> String {
    work.bound.str("Name").map_or_else(String::new, |n| n.to_string())
}

fn checkpoint(work: &mut Work) -> Result<()> {
    let name = name(work);
    if !work.should(&name)? {
        return Ok(());
    }
    match work.directory.store.checkpoint(&name) {
        Ok(path) => work.session.write_verbose(&format!("{}", path.display())),
        Err(error) => work.fail(&Fault::from(error)),
    }
}

fn restore(work: &mut Work) -> Result<()> {
    let file = match work.bound.str("Path") {
        Some(path) => Some(work.session.file_path(&path)?),
        None => None,
    };
    let name = file.as_ref().map_or_else(|| name(work), |f| f.display().to_string());
    if !work.should(&name)? {
        return Ok(());
    }
    let done = match &file {
        Some(file) => work.directory.store.restore(file),
        None => work.directory.store.restore_checkpoint(&name),
    };
    if let Err(error) = done {
        return work.fail(&Fault::from(error));
    }
    match work.directory.refresh() {
        Ok(()) => Ok(()),
        Err(fault) => work.fail(&fault),
    }
}

fn compare(work: &mut Work) -> Result<()> {
    let differences = match work.directory.store.compare_checkpoint(&name(work)) {
        Ok(found) => found,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    for found in differences {
        let kind = match (&found.before, &found.after) {
            (None, Some(_)) if found.property.is_empty() => "Added",
            (Some(_), None) if found.property.is_empty() => "Removed",
            _ => "Changed",
        };
        let value = |json: &Option<serde_json::Value>| {
            if found.property.is_empty() { Value::Null } else { json.as_ref().map_or(Value::Null, directory::free) }
        };
        let row = Object::typed(
            "Dialtone.Difference",
            [
                ("Change", Value::from(kind)),
                ("Noun", Value::from(found.noun.as_str())),
                ("Name", Value::from(found.name.as_str())),
                ("Property", Value::from(found.property.as_str())),
                ("Before", value(&found.before)),
                ("After", value(&found.after)),
            ],
        );
        work.session.write(row)?;
    }
    Ok(())
}

fn set(work: &mut Work) -> Result<()> {
    let Some(value) = work.bound.get("RoleBasedAccess").filter(|v| !v.is_null()) else { return Ok(()) };
    let is_on = values::convert::to_bool(value);
    let organization = work.facts().organization;
    if !work.should(&organization)? {
        return Ok(());
    }
    work.write(|writer, _| {
        if let Some(organization) = writer.all("Organization")?.into_iter().next() {
            let mut draft = organization.draft();
            draft.properties.insert("RoleBasedAccess".to_owned(), is_on.into());
            writer.update(draft)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn backup(work: &mut Work) -> Result<()> {
    let path = work.bound.str("Path").unwrap_or_else(|| command::Str::from(""));
    let file = work.session.file_path(&path)?;
    if !work.should(&file.display().to_string())? {
        return Ok(());
    }
    // A file that is there already is replaced only by a whole copy.
    let draft = file.with_extension("new");
    let _ = std::fs::remove_file(&draft);
    if let Err(error) = work.directory.store.backup(&draft) {
        return work.fail(&Fault::from(error));
    }
    match std::fs::rename(&draft, &file) {
        Ok(()) => Ok(()),
        Err(error) => work.fail(&Fault::state("BackupFile", format!("{}: {error}", file.display()))),
    }
}
