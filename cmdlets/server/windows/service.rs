//! Get-Service and its kin over the organisation's servers: each role that the telephony service runs is a service of Windows.

use command::{ErrorCategory, Result, Value, Wildcard};
use control::{Client, ControlError, Request, RoleState};
use directory::{Fault, NounCode, Work};
use values::Object;

use crate::dialtone::dialtone_service;

pub static NOUN: NounCode = NounCode {
    noun: "Service",
    heeds: &["Name", "DisplayName", "ComputerName", "Include", "Exclude", "Force", "PassThru"],
    verbs: &[("Get", get), ("Start", start), ("Stop", stop), ("Restart", restart)],
    ..NounCode::PLAIN
};

/// Role of the runtime, name and display name of the service.
const SERVICES: &[(&str, &str, &str)] = &[
    ("UMCallRouter", "MSExchangeUMCR", "Microsoft Exchange Unified Messaging Call Router"),
    ("UMService", "MSExchangeUM", "Microsoft Exchange Unified Messaging"),
    ("FrontEnd", "RTCSRV", "Skype for Business Server Front-End"),
    ("Mediation", "RTCMEDSRV", "Skype for Business Server Mediation"),
    ("Edge", "RTCSRV-Edge", "Skype for Business Server Access Edge"),
];

/// A service of a server.
pub(super) struct Service {
    pub server: String,
    pub role: &'static str,
    pub name: &'static str,
    pub display: &'static str,
    state: RoleState,
}

/// The services of all servers, with the state that the runtime tells.
fn services(work: &mut Work) -> std::result::Result<Vec<Service>, Fault> {
    let hosts = work.directory.store.read(|reader| reader.all("Host"))?;
    let home = work.session.home();
    let running = match Client::connect(&home) {
        Err(ControlError::NotRunning) => Vec::new(),
        other => {
            other
                .and_then(|mut client| client.status())
                .map_err(|e| super::super::dialtone::dialtone_service::fault(&e))?
                .roles
        }
    };
    let mut found = Vec::new();
    for host in hosts {
        let roles = host.texts("Roles");
        for (role, name, display) in SERVICES {
            if !roles.iter().any(|r| r == role) {
                continue;
            }
            let told = running.iter().find(|r| r.server.eq_ignore_ascii_case(&host.name) && r.role == *role);
            let state = told.map_or(RoleState::Stopped, |r| r.state);
            found.push(Service { server: host.name.clone(), role, name, display, state });
        }
    }
    Ok(found)
}

fn matches(patterns: &[command::Str], text: &str) -> bool {
    patterns.iter().any(|p| Wildcard::new(p).matches(text))
}

/// The services that the parameters choose; a name that none has is an error.
pub(super) fn chosen(work: &mut Work) -> std::result::Result<Vec<Service>, Fault> {
    let mut all = services(work)?;
    let list = |name: &str| work.bound.strings(name);
    let (names, displays, include, exclude) = (list("Name"), list("DisplayName"), list("Include"), list("Exclude"));
    let computers = list("ComputerName");
    // A service that comes through the pipeline names itself and its computer.
    if let Some(given) = work.bound.get("InputObject").and_then(Value::as_object) {
        let part = |name: &str| given.get(name).map(|v| values::convert::to_display(&v)).unwrap_or_default();
        let (name, computer) = (part("Name"), part("ComputerName"));
        all.retain(|s| {
            s.name.eq_ignore_ascii_case(&name) && (computer.is_empty() || s.server.eq_ignore_ascii_case(&computer))
        });
    }
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    if !computers.is_empty() {
        all.retain(|s| computers.iter().any(|c| short(c) == short(&s.server)));
    }
    for name in names.iter().filter(|n| !Wildcard::is_pattern(n)) {
        if !all.iter().any(|s| s.name.eq_ignore_ascii_case(name)) {
            let text = format!("Cannot find any service with service name '{name}'.");
            return Err(Fault::new(
                "ServiceCommandException",
                "NoServiceFoundForGivenName",
                ErrorCategory::ObjectNotFound,
                text,
            )
            .at(name.as_str()));
        }
    }
    all.retain(|s| {
        (names.is_empty() || matches(&names, s.name))
            && (displays.is_empty() || matches(&displays, s.display))
            && (include.is_empty() || matches(&include, s.name))
            && !matches(&exclude, s.name)
    });
    all.sort_by(|a, b| (a.name, &a.server).cmp(&(b.name, &b.server)));
    Ok(all)
}

/// `Running` or `Stopped`.
pub(super) fn status(service: &Service) -> &'static str {
    match service.state {
        RoleState::Running | RoleState::Draining => "Running",
        _ => "Stopped",
    }
}

fn row(service: &Service) -> Value {
    let status = status(service);
    Object::typed(
        "System.ServiceProcess.ServiceController",
        [
            ("Status", Value::from(status)),
            ("Name", Value::from(service.name)),
            ("DisplayName", Value::from(service.display)),
            ("ServiceName", Value::from(service.name)),
            ("MachineName", Value::from(service.server.as_str())),
            ("StartType", Value::from("Automatic")),
            ("CanStop", Value::Bool(status == "Running")),
        ],
    )
}

fn get(work: &mut Work) -> Result<()> {
    match chosen(work) {
        Ok(found) => found.iter().try_for_each(|service| work.session.write(row(service))),
        Err(fault) => work.fail(&fault),
    }
}

/// Asks the runtime about each service that is chosen, wanted and confirmed.
pub(super) fn change(
    work: &mut Work,
    request: &dyn Fn(&Service, bool) -> Request,
    is_wanted: fn(&Service) -> bool,
) -> Result<()> {
    let found = match chosen(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let forced = work.bound.switch("Force");
    for service in found.into_iter().filter(is_wanted) {
        if !work.should(&format!("{} ({})", service.display, service.name))? {
            continue;
        }
        if let Err(fault) = ask(work, &request(&service, forced)) {
            work.fail(&fault)?;
            continue;
        }
        if work.bound.switch("PassThru") {
            let now = services(work)
                .ok()
                .and_then(|all| all.into_iter().find(|s| s.name == service.name && s.server == service.server));
            work.session.write(row(now.as_ref().unwrap_or(&service)))?;
        }
    }
    Ok(())
}

/// Asks the runtime; what starts or restarts does so with the store's present state.
fn ask(work: &mut Work, request: &Request) -> std::result::Result<(), Fault> {
    if !matches!(request, Request::Stop { .. }) {
        return dialtone_service::ask(work, request).map(|_| ());
    }
    let asked = Client::connect(&work.session.home()).and_then(|mut client| client.request(request));
    match asked {
        // What does not run is stopped.
        Ok(_) | Err(ControlError::NotRunning) => Ok(()),
        Err(error) => Err(dialtone_service::fault(&error)),
    }
}

/// What starts a service.
pub(super) fn start_request(service: &Service, _: bool) -> Request {
    Request::Start { server: service.server.clone(), role: service.role.to_string() }
}

/// What stops it, at once or when its calls have ended.
pub(super) fn stop_request(service: &Service, forced: bool) -> Request {
    Request::Stop { server: service.server.clone(), role: service.role.to_string(), graceful: !forced }
}

fn start(work: &mut Work) -> Result<()> {
    change(work, &start_request, |_| true)
}

fn stop(work: &mut Work) -> Result<()> {
    change(work, &stop_request, |_| true)
}

fn restart(work: &mut Work) -> Result<()> {
    change(work, &|s, _| Request::Restart { server: s.server.clone(), role: s.role.to_string() }, |_| true)
}
