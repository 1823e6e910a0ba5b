//! The topology as a document: written out as XML, tested, and published from a file.
//!
//! The document has the published names of its parts (`Topology`, `InternalDomains`, `CentralSite`, `Cluster`, `Machine`,
//! `Service`); their arrangement below them is ours.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use store::{Object, Reader, StoreError, Writer};
use values::xml::XmlNode;

use super::topology::{Builder, Edge, Gateway, Pool, Site, Topology};

pub static NOUN: NounCode = NounCode {
    noun: "CsTopology",
    heeds: &["AsXml", "BackupFileName", "Document", "FileName", "FinalizeUninstall", "Service"],
    moot: &[("SkipPrepareCheck", "nothing is checked beforehand")],
    verbs: &[("Get", get), ("Publish", publish), ("Enable", enable), ("Test", test)],
    ..NounCode::PLAIN
};

const NAMESPACE: &str = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// A site's bare name.
fn bare(site: &str) -> &str {
    site.strip_prefix("Site:").unwrap_or(site)
}

fn document(reader: &Reader) -> std::result::Result<String, StoreError> {
    let mut text = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Topology xmlns=\"{NAMESPACE}\">\n");
    let domains = reader.all("CsSipDomain")?;
    let default = domains.iter().find(|d| d.flag("IsDefault") == Some(true)).map_or("", |d| d.name.as_str());
    let _ = writeln!(text, "  <InternalDomains AllowAllDomains=\"false\" DefaultDomain=\"{}\">", escape(default));
    for domain in &domains {
        let is_default = domain.name == default;
        let _ = writeln!(text, "    <InternalDomain Name=\"{}\" Default=\"{is_default}\" />", escape(&domain.name));
    }
    text.push_str("  </InternalDomains>\n  <Sites>\n");
    let sites = reader.all("CsSite")?;
    let number = |site: &str| sites.iter().position(|s| bare(&s.name) == bare(site)).map_or(0, |at| at + 1);
    for (at, site) in sites.iter().enumerate() {
        let _ = writeln!(
            text,
            "    <CentralSite SiteId=\"{}\">\n      <Name>{}</Name>\n    </CentralSite>",
            at + 1,
            escape(bare(&site.name))
        );
    }
    text.push_str("  </Sites>\n  <Clusters>\n");
    let computers = reader.all("CsComputer")?;
    for pool in reader.all("CsPool")? {
        let of = number(pool.text("Site").unwrap_or_default());
        let _ = writeln!(text, "    <Cluster Fqdn=\"{}\" SiteId=\"{of}\">", escape(&pool.name));
        for computer in computers.iter().filter(|c| c.text("Pool").is_some_and(|p| p.eq_ignore_ascii_case(&pool.name)))
        {
            let _ = writeln!(text, "      <Machine Fqdn=\"{}\" />", escape(&computer.name));
        }
        text.push_str("    </Cluster>\n");
    }
    text.push_str("  </Clusters>\n  <Services>\n");
    for service in reader.all("CsService")? {
        let role = service.text("Role").unwrap_or_default();
        let mut line = format!(
            "    <Service RoleName=\"{}\" Cluster=\"{}\" SiteId=\"{}\"",
            escape(role),
            escape(service.text("PoolFqdn").unwrap_or_default()),
            number(service.text("SiteId").unwrap_or_default())
        );
        if let Some(fqdn) = service.text("AccessEdgeExternalFqdn") {
            let _ = write!(line, " ExternalFqdn=\"{}\"", escape(fqdn));
        }
        let _ = writeln!(text, "{line} />");
    }
    for trunk in reader.all("CsTrunk")? {
        let is_tls = trunk.text("Transport") == Some("TLS");
        let port = if is_tls { "GatewaySipClientTlsPort" } else { "GatewaySipClientTcpPort" };
        let _ = writeln!(
            text,
            "    <Trunk Fqdn=\"{}\" SiteId=\"{}\" MediationServer=\"{}\" Port=\"{}\" Transport=\"{}\" />",
            escape(trunk.text("PoolFqdn").unwrap_or_default()),
            number(trunk.text("SiteId").unwrap_or_default()),
            escape(trunk.text("MediationServer").unwrap_or_default().trim_start_matches("MediationServer:")),
            trunk.number(port).unwrap_or(5066),
            if is_tls { "TLS" } else { "TCP" }
        );
    }
    text.push_str("  </Services>\n</Topology>\n");
    Ok(text)
}

/// Elements of a name at any depth.
fn elements(node: &XmlNode, name: &str, found: &mut Vec<XmlNode>) {
    for child in node.children() {
        if child.local_name() == name {
            found.push(child.clone());
        }
        elements(&child, name, found);
    }
}

fn all(root: &XmlNode, name: &str) -> Vec<XmlNode> {
    let mut found = Vec::new();
    elements(root, name, &mut found);
    found
}

fn attribute(node: &XmlNode, name: &str) -> String {
    let found = node.attributes().into_iter().find(|a| a.local_name() == name);
    found.and_then(|a| a.value()).unwrap_or_default()
}

fn invalid(text: impl Into<String>) -> Fault {
    Fault::argument("TopologyInvalid", text)
}

/// Reads a document: our own form of a topology, or XML.
fn read(work: &Work, text: &str) -> std::result::Result<Topology, Fault> {
    let facts = work.facts();
    if !text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        return toml::from_str(text).map_err(|error| invalid(error.to_string()));
    }
    let root = XmlNode::document();
    root.load(text.trim_start_matches('\u{feff}')).map_err(|error| invalid(error.to_string()))?;
    let root = root.document_element().filter(|r| r.local_name() == "Topology");
    let root = root.ok_or_else(|| invalid("The document has no Topology element."))?;
    let mut sites = Vec::new();
    for site in all(&root, "CentralSite") {
        let name = all(&site, "Name").first().map_or_else(String::new, XmlNode::inner_text);
        sites.push((attribute(&site, "SiteId"), name.trim().to_owned()));
    }
    let site_of = |node: &XmlNode| {
        let id = attribute(node, "SiteId");
        let found = sites.iter().find(|(i, _)| *i == id).map(|(_, name)| name.clone());
        found.ok_or_else(|| invalid(format!("The document has no site with SiteId \"{id}\".")))
    };
    let services = all(&root, "Service");
    let has = |cluster: &str, role: &str| {
        services
            .iter()
            .any(|s| attribute(s, "Cluster").eq_ignore_ascii_case(cluster) && attribute(s, "RoleName") == role)
    };
    let mut topology = Topology {
        organization: facts.organization.clone(),
        domain: facts.domain.clone(),
        sip_domains: all(&root, "InternalDomain").iter().map(|d| attribute(d, "Name")).collect(),
        site: sites.iter().map(|(_, name)| Site { name: name.clone() }).collect(),
        ..Topology::default()
    };
    for cluster in all(&root, "Cluster") {
        let fqdn = attribute(&cluster, "Fqdn");
        let edge = services
            .iter()
            .find(|s| attribute(s, "Cluster").eq_ignore_ascii_case(&fqdn) && attribute(s, "RoleName") == "EdgeServer");
        match edge {
            Some(edge) => {
                topology.edge.push(Edge { fqdn, site: site_of(&cluster)?, external: attribute(edge, "ExternalFqdn") })
            }
            None => topology.pool.push(Pool {
                computers: all(&cluster, "Machine").iter().map(|m| attribute(m, "Fqdn")).collect(),
                mediation: has(&fqdn, "MediationServer"),
                registrar: has(&fqdn, "Registrar"),
                site: site_of(&cluster)?,
                fqdn,
            }),
        }
    }
    for trunk in all(&root, "Trunk") {
        let mediation = attribute(&trunk, "MediationServer");
        if !topology.pool.iter().any(|p| p.mediation && p.fqdn.eq_ignore_ascii_case(&mediation)) {
            return Err(invalid(format!(
                "The trunk \"{}\" names no mediation server of the document.",
                attribute(&trunk, "Fqdn")
            )));
        }
        topology.gateway.push(Gateway {
            fqdn: attribute(&trunk, "Fqdn"),
            site: site_of(&trunk)?,
            mediation,
            address: String::new(),
            port: attribute(&trunk, "Port").parse().map_err(|_| invalid("A trunk's Port is no number."))?,
            tls: attribute(&trunk, "Transport") == "TLS",
            simulated: true,
            allow_udp: false,
        });
    }
    Ok(topology)
}

/// What the document no longer has is taken away, unless something lives there.
fn prune(writer: &mut Writer, topology: &Topology) -> std::result::Result<(), Fault> {
    let lower = |names: Vec<&str>| names.into_iter().map(str::to_lowercase).collect::<BTreeSet<String>>();
    let pools = lower(
        topology.pool.iter().map(|p| p.fqdn.as_str()).chain(topology.edge.iter().map(|e| e.fqdn.as_str())).collect(),
    );
    let gateways = lower(topology.gateway.iter().map(|g| g.fqdn.as_str()).collect());
    let sites = lower(topology.site.iter().map(|s| s.name.as_str()).collect());
    let refuse = |what: String, by: &str, at: &str| {
        Err(Fault::state("TopologyInUse", format!("{what} can't be removed from the topology: {by} still uses it."))
            .at(at))
    };
    for pool in writer.all("CsPool")? {
        if pools.contains(&pool.key_text()) {
            continue;
        }
        for noun in ["CsUser", "CsExUmContact"] {
            let homed: Option<Object> = writer
                .all(noun)?
                .into_iter()
                .find(|u| u.text("RegistrarPool").is_some_and(|p| p.eq_ignore_ascii_case(&pool.name)));
            if let Some(user) = homed {
                return refuse(format!("The pool \"{}\"", pool.name), &format!("\"{}\"", user.name), &pool.name);
            }
        }
        for noun in ["CsComputer", "CsService", "Host"] {
            for object in writer.all(noun)? {
                let of = object.text("Pool").or_else(|| object.text("PoolFqdn")).unwrap_or(&object.name);
                if of.eq_ignore_ascii_case(&pool.name) {
                    if noun == "CsComputer"
                        && let Some(host) = writer.find("Host", "", &object.name)?
                    {
                        writer.remove(host.id)?;
                    }
                    writer.remove(object.id)?;
                }
            }
        }
        writer.remove(pool.id)?;
    }
    for trunk in writer.all("CsTrunk")? {
        let fqdn = trunk.text("PoolFqdn").unwrap_or_default().to_lowercase();
        if gateways.contains(&fqdn) {
            continue;
        }
        let route = writer
            .all("CsVoiceRoute")?
            .into_iter()
            .find(|r| r.texts("PstnGatewayList").iter().any(|g| g.eq_ignore_ascii_case(&trunk.name)));
        if let Some(route) = route {
            return refuse(format!("The gateway \"{fqdn}\""), &format!("the voice route \"{}\"", route.name), &fqdn);
        }
        for (noun, name) in [("CsService", format!("PstnGateway:{fqdn}")), ("Host", fqdn.clone())] {
            if let Some(object) = writer.find(noun, "", &name)? {
                writer.remove(object.id)?;
            }
        }
        writer.remove(trunk.id)?;
    }
    for site in writer.all("CsSite")? {
        let of_exchange = writer
            .all("ExchangeServer")?
            .iter()
            .any(|s| s.text("Site").is_some_and(|t| t.ends_with(&format!("/{}", bare(&site.name)))));
        if !sites.contains(&bare(&site.name).to_lowercase()) && !of_exchange {
            writer.remove(site.id)?;
        }
    }
    Ok(())
}

fn get(work: &mut Work) -> Result<()> {
    if work.bound.switch("AsXml") {
        let text = match work.directory.store.read(document) {
            Ok(text) => text,
            Err(error) => return work.fail(&Fault::from(error)),
        };
        return work.session.write(Value::from(text));
    }
    let counted = work.directory.store.read(|reader| {
        let names = |noun: &str| -> std::result::Result<Value, StoreError> {
            Ok(Value::array(reader.all(noun)?.iter().map(|o| Value::from(o.name.as_str())).collect()))
        };
        Ok(vec![
            ("Identity", Value::from("Global")),
            ("SipDomains", names("CsSipDomain")?),
            ("Sites", names("CsSite")?),
            ("Pools", names("CsPool")?),
            ("Machines", names("CsComputer")?),
            ("Services", names("CsService")?),
            ("Trunks", names("CsTrunk")?),
        ])
    });
    match counted {
        Ok(pairs) => {
            work.session.write(values::Object::typed("Microsoft.Rtc.Management.Deploy.Internal.DefaultTopology", pairs))
        }
        Err(error) => work.fail(&Fault::from(error)),
    }
}

fn publish(work: &mut Work) -> Result<()> {
    if work.bound.switch("FinalizeUninstall") {
        return work.fail(&Fault::unsupported(work.command.name(), "FinalizeUninstall"));
    }
    let text = match (work.bound.str("FileName"), work.bound.get("Document")) {
        (Some(path), _) => {
            let file = work.session.file_path(&path)?;
            match std::fs::read_to_string(&file) {
                Ok(text) => text,
                Err(error) => {
                    return work.fail(&Fault::argument("TopologyUnreadable", format!("{}: {error}", file.display())));
                }
            }
        }
        (None, Some(document)) => {
            let document = document.clone();
            match values::members::get(work.session, &document, "OuterXml") {
                Ok(Some(xml)) => values::convert::to_display(&xml),
                _ => values::convert::to_display(&document),
            }
        }
        (None, None) => return work.fail(&invalid("FileName or Document must be given.")),
    };
    let topology = match read(work, &text) {
        Ok(topology) => topology,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should("Global")? {
        return Ok(());
    }
    if let Some(path) = work.bound.str("BackupFileName") {
        let file = work.session.file_path(&path)?;
        let kept = work.directory.store.read(document);
        match kept.map(|text| std::fs::write(&file, text)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return work.fail(&Fault::state("BackupFile", format!("{}: {error}", file.display()))),
            Err(error) => return work.fail(&Fault::from(error)),
        }
    }
    let (directory, facts) = (work.directory.clone(), work.facts());
    let network = super::dialtone_organization::network(work.session.environment("DIALTONE_HOME").as_deref());
    let done = work.write(|writer, warnings| {
        prune(writer, &topology)?;
        let hosts = u32::try_from(writer.count("Host")?).unwrap_or(0);
        Builder { writer, library: &directory.library, facts, hosts, network }.build(&topology)?;
        warnings.push("Publishing a topology takes effect on the servers when their services start again.".to_owned());
        Ok(())
    })?;
    if done.is_some() { get(work) } else { Ok(()) }
}

/// Enable-CsTopology: makes the published topology effective; that it fits together is checked.
fn enable(work: &mut Work) -> Result<()> {
    if !work.should("Global")? {
        return Ok(());
    }
    match work.directory.store.read(faults) {
        Ok(found) if found.is_empty() => get(work),
        Ok(found) => work.fail(&Fault::state("TopologyInvalid", found.join(" "))),
        Err(error) => work.fail(&Fault::from(error)),
    }
}

/// What does not fit together.
fn faults(reader: &Reader) -> std::result::Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    for pool in reader.all("CsPool")? {
        let site = pool.text("Site").unwrap_or_default();
        if reader.find("CsSite", "", site)?.is_none() {
            found.push(format!("The pool \"{}\" lies in no site.", pool.name));
        }
    }
    for trunk in reader.all("CsTrunk")? {
        let server = trunk.text("MediationServer").unwrap_or_default();
        if reader.find("CsService", "", server)?.is_none() {
            found.push(format!("The trunk \"{}\" leads from no mediation server.", trunk.name));
        }
    }
    for computer in reader.all("CsComputer")? {
        if reader.find("Host", "", &computer.name)?.is_none() {
            found.push(format!("The computer \"{}\" has no address.", computer.name));
        }
    }
    Ok(found)
}

fn test(work: &mut Work) -> Result<()> {
    let found = match work.directory.store.read(faults) {
        Ok(found) => found,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    let service = work.bound.str("Service").map_or_else(String::new, |s| s.to_string());
    let relevant: Vec<String> = found
        .into_iter()
        .filter(|f| service.is_empty() || f.contains(service.rsplit(':').next().unwrap_or(&service)))
        .collect();
    let row = values::Object::typed(
        "Microsoft.Rtc.SyntheticTransactions.TaskOutput",
        [
            ("Result", Value::from(if relevant.is_empty() { "Success" } else { "Failure" })),
            ("Error", Value::from(relevant.join(" "))),
        ],
    );
    work.session.write(row)
}
