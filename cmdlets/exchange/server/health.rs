//! How well the organization's Exchange servers are: their telephony services, databases, certificates and components, each
//! looked at when it is asked for.

use command::Value;
use control::{Client, ControlError, RoleState};
use directory::{Fault, Work};
use store::Object;

/// The services that unified messaging needs on a server: role of the runtime, name, the role's name in reports.
pub(super) const SERVICES: [(&str, &str, &str); 2] = [
    ("UMService", "MSExchangeUM", "Unified Messaging Service Role"),
    ("UMCallRouter", "MSExchangeUMCR", "Client Access Server Role"),
];

/// One thing that is looked at.
pub(super) struct Item {
    pub server: String,
    pub name: &'static str,
    pub target: String,
    pub set: &'static str,
    pub component: &'static str,
    pub is_healthy: bool,
    /// What is wrong when it is not.
    pub help: &'static str,
}

/// The servers that a parameter names; all when it names none.
pub(crate) fn servers(work: &Work, parameter: &str) -> std::result::Result<Vec<Object>, Fault> {
    let text = directory::verb::text(work, parameter);
    let short = text.split('.').next().unwrap_or_default().to_owned();
    let facts = work.facts();
    let found: Vec<Object> = work
        .all("ExchangeServer")?
        .into_iter()
        .filter(|s| short.is_empty() || s.name.eq_ignore_ascii_case(&short))
        .collect();
    match found.is_empty() && !short.is_empty() {
        true => Err(Fault::not_found("ExchangeServer", &text, &facts.controller)),
        false => Ok(found),
    }
}

/// Which roles of the runtime run on a host, of those that it has.
pub(super) fn roles(work: &mut Work, server: &Object) -> std::result::Result<Vec<(String, bool)>, Fault> {
    let facts = work.facts();
    let fqdn = format!("{}.{}", server.name, facts.domain);
    let host = work.directory.store.read(|reader| reader.find("Host", "", &fqdn))?;
    let running = match Client::connect(&work.session.home()) {
        Err(ControlError::NotRunning) => Vec::new(),
        other => other.and_then(|mut client| client.status()).map_err(|e| directory::service_fault(&e))?.roles,
    };
    let runs = |role: &str| {
        running.iter().any(|r| {
            r.server.eq_ignore_ascii_case(&fqdn)
                && r.role == role
                && matches!(r.state, RoleState::Running | RoleState::Draining)
        })
    };
    let has = host.map(|h| h.texts("Roles").iter().map(|r| (*r).to_owned()).collect::<Vec<_>>()).unwrap_or_default();
    Ok(has.into_iter().map(|role| (role.clone(), runs(&role))).collect())
}

/// Everything that is looked at on a server.
pub(super) fn items(work: &mut Work, server: &Object) -> std::result::Result<Vec<Item>, Fault> {
    let name = server.name.clone();
    let mut found = Vec::new();
    for (role, runs) in roles(work, server)? {
        let Some((_, service, _)) = SERVICES.iter().find(|(r, _, _)| *r == role) else { continue };
        let is_router = role == "UMCallRouter";
        found.push(Item {
            server: name.clone(),
            name: if is_router { "UMCallRouterServiceRunningMonitor" } else { "UMServiceRunningMonitor" },
            target: (*service).to_owned(),
            set: if is_router { "UM.CallRouter" } else { "UM.Protocol" },
            component: if is_router { "UMCallRouter" } else { "None" },
            is_healthy: runs,
            help: "The service does not run: use Start-Service, and see Get-DialtoneError for why it ended.",
        });
    }
    for certificate in work.all("ExchangeCertificate")? {
        let is_of = certificate.text("Server").is_some_and(|s| s.eq_ignore_ascii_case(&name));
        if !is_of || !certificate.text("Services").unwrap_or_default().contains("UM") {
            continue;
        }
        let thumbprint = certificate.text("Thumbprint").unwrap_or_default().to_owned();
        let made = work.directory.store.read(|r| Ok(directory::certificate::find(r, &thumbprint)))??;
        let now = directory::iso(now());
        found.push(Item {
            server: name.clone(),
            name: "UMCertificateNearExpiryMonitor",
            target: thumbprint,
            set: "UM.Protocol",
            component: "None",
            is_healthy: made.is_some_and(|m| m.text("NotAfter").is_some_and(|end| end > now.as_str())),
            help: "The certificate of unified messaging is out of date or missing: enable another with Enable-ExchangeCertificate.",
        });
    }
    for database in work.all("MailboxDatabase")? {
        if database.text("Server").is_none_or(|s| s.eq_ignore_ascii_case(&name)) {
            found.push(Item {
                server: name.clone(),
                name: "DatabaseAvailabilityMonitor",
                target: database.name.clone(),
                set: "Store",
                component: "None",
                is_healthy: database.flag("Mounted").unwrap_or(true),
                help: "The database is not mounted: use Mount-Database.",
            });
        }
    }
    for state in work.all("ServerComponentState")? {
        if state.text("Server").is_some_and(|s| s.eq_ignore_ascii_case(&name)) {
            found.push(Item {
                server: name.clone(),
                name: "ServerComponentStateMonitor",
                target: state.text("Component").unwrap_or_default().to_owned(),
                set: "ServiceManagement",
                component: "None",
                is_healthy: state.text("State") == Some("Active"),
                help: "The component was taken out of service: use Set-ServerComponentState.",
            });
        }
    }
    Ok(found)
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

/// `Healthy` or `Unhealthy`.
pub(super) fn alert(is_healthy: bool) -> Value {
    Value::from(if is_healthy { "Healthy" } else { "Unhealthy" })
}

/// Whether a parameter, where it was given, is a health set's name.
pub(super) fn is_wanted(work: &Work, item: &Item) -> bool {
    work.bound.str("HealthSet").is_none_or(|set| set.eq_ignore_ascii_case(item.set))
        && (!work.bound.switch("HaImpactingOnly") || item.set == "Store")
}
