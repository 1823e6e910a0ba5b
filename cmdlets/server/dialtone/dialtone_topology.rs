//! The topology to look at: sites, pools, servers and trunks, with the state of what runs on them.

use command::{Result, Value};
use control::{Client, ControlError, RoleState};
use directory::{Fault, NounCode, Work};
use store::{Object as Stored, Reader, StoreError};
use values::Object;

use super::dialtone_service::{fault, texts};

pub static NOUN: NounCode =
    NounCode { noun: "DialtoneTopology", heeds: &["Site"], verbs: &[("Get", get), ("Show", show)], ..NounCode::PLAIN };

/// A role with its state.
type Role = (String, String);

/// One thing of the topology.
#[derive(Clone, Debug, Default, PartialEq)]
struct Node {
    site: String,
    kind: &'static str,
    name: String,
    /// The pool of a server, the mediation server of a trunk.
    parent: String,
    roles: Vec<Role>,
    detail: String,
    address: String,
}

impl Node {
    /// The state of the whole: that of its roles when they agree, else the worse one.
    fn state(&self) -> String {
        let worst = ["Failed", "Stopped", "Draining", "NotStarted", "Running"];
        worst.iter().find(|w| self.roles.iter().any(|(_, s)| s == *w)).map_or_else(String::new, |s| (*s).to_owned())
    }
}

/// `Site:Redmond` and `contoso.com/Configuration/Sites/Redmond` are Redmond.
fn site_of(text: Option<&str>) -> String {
    text.and_then(|t| t.rsplit([':', '/']).next()).unwrap_or_default().to_owned()
}

/// The runtime's names of roles, by the names that hosts have in the store.
fn service_role(role: &str) -> &str {
    match role {
        "PstnGateway" => "Gateway",
        other => other,
    }
}

fn nodes(reader: &Reader, running: &[(String, String, String)]) -> std::result::Result<Vec<Node>, StoreError> {
    let hosts = reader.all("Host")?;
    let host = |name: &str| hosts.iter().find(|h| h.name.eq_ignore_ascii_case(name));
    let roles = |name: &str| -> Vec<Role> {
        let Some(host) = host(name) else { return Vec::new() };
        host.texts("Roles")
            .iter()
            .map(|role| {
                let role = service_role(role);
                let state = running
                    .iter()
                    .find(|(s, r, _)| s.eq_ignore_ascii_case(name) && r.eq_ignore_ascii_case(role))
                    .map_or("NotStarted", |(_, _, state)| state.as_str());
                (role.to_owned(), state.to_owned())
            })
            .collect()
    };
    let address = |name: &str| host(name).and_then(|h| h.text("ListenAddress")).unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for server in reader.all("ExchangeServer")? {
        let fqdn = server.text("Fqdn").unwrap_or(&server.name).to_owned();
        found.push(Node {
            site: site_of(server.text("Site")),
            kind: "Exchange",
            roles: roles(&fqdn),
            address: address(&fqdn),
            name: fqdn,
            ..Node::default()
        });
    }
    let computers = reader.all("CsComputer")?;
    for pool in reader.all("CsPool")? {
        let site = site_of(pool.text("Site"));
        let of_pool = |c: &&Stored| c.text("Pool").is_some_and(|p| p.eq_ignore_ascii_case(&pool.name));
        // A pool of one computer with its own name is that computer.
        let alone = !computers.iter().filter(of_pool).any(|c| !c.name.eq_ignore_ascii_case(&pool.name));
        found.push(Node {
            site: site.clone(),
            kind: "Pool",
            name: pool.name.clone(),
            roles: if alone { roles(&pool.name) } else { Vec::new() },
            address: if alone { address(&pool.name) } else { String::new() },
            ..Node::default()
        });
        for computer in computers.iter().filter(of_pool).filter(|_| !alone) {
            found.push(Node {
                site: site.clone(),
                kind: "Server",
                name: computer.name.clone(),
                parent: pool.name.clone(),
                roles: roles(&computer.name),
                address: address(&computer.name),
                ..Node::default()
            });
        }
    }
    for trunk in reader.all("CsTrunk")? {
        let gateway = trunk.text("PoolFqdn").unwrap_or_default().to_owned();
        let number = |name: &str| trunk.get(name).and_then(serde_json::Value::as_i64);
        let tls = trunk.text("Transport") == Some("TLS");
        let port = number(if tls { "GatewaySipClientTlsPort" } else { "GatewaySipClientTcpPort" });
        let detail = match (number("MediationServerPort"), port) {
            (Some(near), Some(far)) => format!("{} {near} to {far}", if tls { "TLS" } else { "TCP" }),
            _ => String::new(),
        };
        found.push(Node {
            site: site_of(trunk.text("SiteId")),
            kind: "Trunk",
            parent: trunk.text("MediationServer").unwrap_or_default().trim_start_matches("MediationServer:").to_owned(),
            roles: roles(&gateway),
            address: address(&gateway),
            name: gateway,
            detail,
        });
    }
    Ok(found)
}

/// The topology, with what the service says of its roles.
fn read(work: &mut Work) -> std::result::Result<Vec<Node>, Fault> {
    let home = work.session.home();
    let running = match Client::connect(&home) {
        Err(ControlError::NotRunning) => Vec::new(),
        other => {
            let status = other.and_then(|mut client| client.status()).map_err(|e| fault(&e))?;
            let state = |s: RoleState| format!("{s:?}");
            status.roles.into_iter().map(|r| (r.server, r.role, state(r.state))).collect()
        }
    };
    let mut found = work.directory.store.read(|reader| nodes(reader, &running))?;
    if let Some(site) = work.bound.str("Site") {
        found.retain(|n| n.site.eq_ignore_ascii_case(&site));
        if found.is_empty() {
            return Err(Fault::no_document("Site", &site));
        }
    }
    Ok(found)
}

fn get(work: &mut Work) -> Result<()> {
    let found = match read(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    for node in &found {
        let roles: Vec<String> = node.roles.iter().map(|(role, _)| role.clone()).collect();
        work.session.write(Object::typed(
            "Dialtone.TopologyNode",
            [
                ("Site", Value::from(node.site.as_str())),
                ("Kind", Value::from(node.kind)),
                ("Name", Value::from(node.name.as_str())),
                ("State", Value::from(node.state())),
                ("Roles", texts(&roles)),
                ("Detail", Value::from(node.detail.as_str())),
                ("Parent", Value::from(node.parent.as_str())),
                ("Address", Value::from(node.address.as_str())),
            ],
        ))?;
    }
    Ok(())
}

fn mark(state: &str, has_color: bool) -> String {
    let (mark, color) = match state {
        "Running" => ("●", "32"),
        "Failed" => ("✗", "31"),
        "Draining" => ("◐", "33"),
        _ => ("○", "90"),
    };
    if has_color { format!("\u{1b}[{color}m{mark}\u{1b}[0m") } else { mark.to_owned() }
}

/// The drawing: a box for each site, pools with their servers, trunks below the pool that they belong to.
fn draw(found: &[Node], has_color: bool) -> Vec<String> {
    let mut sites: Vec<&str> = Vec::new();
    for node in found {
        if !sites.contains(&node.site.as_str()) {
            sites.push(&node.site);
        }
    }
    let mut lines = Vec::new();
    for site in sites {
        let here: Vec<&Node> = found.iter().filter(|n| n.site == site).collect();
        let roles = |node: &Node| {
            let parts = node.roles.iter().map(|(role, state)| format!("{} {role}", mark(state, has_color)));
            parts.collect::<Vec<_>>().join("  ")
        };
        // Each row: its text before the roles, the roles.
        let mut rows: Vec<(String, String)> = Vec::new();
        for node in here.iter().filter(|n| n.kind == "Exchange") {
            rows.push((format!("Exchange  {}", node.name), roles(node)));
        }
        for pool in here.iter().filter(|n| n.kind == "Pool") {
            rows.push((format!("Pool      {}", pool.name), roles(pool)));
            let below: Vec<&&Node> =
                here.iter().filter(|n| n.parent == pool.name && matches!(n.kind, "Server" | "Trunk")).collect();
            for (at, node) in below.iter().enumerate() {
                let branch = if at + 1 == below.len() { "└" } else { "├" };
                let text = match node.kind {
                    "Trunk" => format!("  {branch}══ {}  {}", node.name, node.detail),
                    _ => format!("  {branch}── {}", node.name),
                };
                rows.push((text, roles(node)));
            }
        }
        let pools: Vec<&str> = here.iter().filter(|n| n.kind == "Pool").map(|n| n.name.as_str()).collect();
        for trunk in here.iter().filter(|n| n.kind == "Trunk" && !pools.contains(&n.parent.as_str())) {
            rows.push((format!("Trunk     {}  {} of {}", trunk.name, trunk.detail, trunk.parent), roles(trunk)));
        }
        let cells = |text: &str| values::decoration::strip(text).chars().count();
        let left = rows.iter().map(|(text, _)| cells(text)).max().unwrap_or(0);
        let right = rows.iter().map(|(_, roles)| cells(roles)).max().unwrap_or(0);
        let width = (left + right + 4).max(site.chars().count() + 5);
        let title = format!("─ {site} ");
        lines.push(format!("╭{title}{}╮", "─".repeat(width - title.chars().count())));
        for (text, roles) in rows {
            let middle = " ".repeat(left - cells(&text) + 2);
            let end = " ".repeat(width - left - 3 - cells(&roles));
            lines.push(format!("│ {text}{middle}{roles}{end}│"));
        }
        lines.push(format!("╰{}╯", "─".repeat(width)));
    }
    lines
}

fn show(work: &mut Work) -> Result<()> {
    let found = match read(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if found.is_empty() {
        let text = "There is no topology yet. New-DialtoneOrganization -Template SmallOffice declares one.";
        return work.session.write_warning(text);
    }
    let has_color = work.session.host().is_terminal();
    draw(&found, has_color).into_iter().try_for_each(|line| work.session.write(Value::from(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_boxes() {
        let node = |kind, name: &str, parent: &str, role: &str, state: &str| Node {
            site: "Redmond".into(),
            kind,
            name: name.into(),
            parent: parent.into(),
            roles: if role.is_empty() { Vec::new() } else { vec![(role.into(), state.into())] },
            detail: if kind == "Trunk" { "TCP 5068 to 5066".into() } else { String::new() },
            address: String::new(),
        };
        let found = [
            node("Exchange", "ex01", "", "UMService", "Running"),
            node("Pool", "pool01", "", "", ""),
            node("Server", "fe01", "pool01", "FrontEnd", "Failed"),
            node("Trunk", "gw01", "pool01", "Gateway", "NotStarted"),
        ];
        assert_eq!(
            draw(&found, false),
            [
                "╭─ Redmond ─────────────────────────────────╮",
                "│ Exchange  ex01                ● UMService │",
                "│ Pool      pool01                          │",
                "│   ├── fe01                    ✗ FrontEnd  │",
                "│   └══ gw01  TCP 5068 to 5066  ○ Gateway   │",
                "╰───────────────────────────────────────────╯",
            ]
        );
    }
}
