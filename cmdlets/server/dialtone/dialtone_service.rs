//! The telephony service: starting, stopping and what its roles do.

use command::{ErrorCategory, Result, Value};
use control::{Client, ControlError, Request, ServiceStatus};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "DialtoneService",
    heeds: &["Server", "Role", "TimeoutSeconds"],
    verbs: &[("Get", get), ("Start", start), ("Stop", stop), ("Restart", restart)],
    ..NounCode::PLAIN
};

/// A failure of the service's line as a refusal.
pub(crate) fn fault(error: &ControlError) -> Fault {
    let id = match error {
        ControlError::NotRunning => "ServiceNotRunning",
        ControlError::Start(_) => "ServiceNotStarted",
        ControlError::Timeout => "ServiceTimeout",
        ControlError::Refused(_) => "ServiceRefused",
        _ => "ServiceFailed",
    };
    Fault::new("ServiceException", id, ErrorCategory::ResourceUnavailable, error.to_string())
}

/// A list of texts as a value.
pub(crate) fn texts(items: &[String]) -> Value {
    Value::array(items.iter().map(|t| Value::from(t.as_str())).collect())
}

fn text(work: &Work, name: &str) -> String {
    work.bound.str(name).map_or_else(String::new, |t| t.to_string())
}

fn wanted(work: &Work, server: &str, role: &str) -> bool {
    let (by_server, by_role) = (text(work, "Server"), text(work, "Role"));
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    (by_server.is_empty() || server.eq_ignore_ascii_case(&by_server) || short(server) == short(&by_server))
        && (by_role.is_empty() || role.eq_ignore_ascii_case(&by_role))
}

/// Lists the roles; what does not run is warned of with its reason.
fn list_started(work: &mut Work, status: &ServiceStatus) -> Result<()> {
    for role in status.roles.iter().filter(|r| r.state == control::RoleState::Failed) {
        if wanted(work, &role.server, &role.role) {
            let text = format!("{} of {} does not run: {}.", role.role, role.server, role.reason.trim_end_matches('.'));
            work.session.write_warning(&text)?;
        }
    }
    list(work, status)
}

fn list(work: &mut Work, status: &ServiceStatus) -> Result<()> {
    for role in &status.roles {
        if !wanted(work, &role.server, &role.role) {
            continue;
        }
        let row = Object::typed(
            "Dialtone.Role",
            [
                ("Server", Value::from(role.server.as_str())),
                ("Role", Value::from(role.role.as_str())),
                ("State", Value::from(format!("{:?}", role.state))),
                ("Calls", Value::I32(i32::try_from(role.calls).unwrap_or(i32::MAX))),
                ("Listeners", texts(&role.listeners)),
                ("Reason", Value::from(role.reason.as_str())),
                ("ProcessId", Value::I64(i64::from(status.pid))),
                ("Version", Value::I64(status.version.cast_signed())),
            ],
        );
        work.session.write(row)?;
    }
    Ok(())
}

fn get(work: &mut Work) -> Result<()> {
    let home = work.session.home();
    let status = match Client::connect(&home) {
        Err(ControlError::NotRunning) => return Ok(()),
        other => other.and_then(|mut client| client.status()),
    };
    match status {
        Ok(status) => list(work, &status),
        Err(error) => work.fail(&fault(&error)),
    }
}

/// Waits until the service runs with the store's present state.
fn ready(work: &mut Work, client: &mut Client) -> std::result::Result<ServiceStatus, Fault> {
    let version = work.directory.store.sequence()?;
    let seconds = work.bound.int("TimeoutSeconds").unwrap_or(30).cast_unsigned();
    client.wait_ready(version, seconds).map_err(|e| fault(&e))
}

/// The service, started where it does not run, once it runs with the store's present state.
pub(crate) fn up_to_date(work: &mut Work) -> std::result::Result<(Client, ServiceStatus), Fault> {
    let mut client = control::ensure_service(&work.session.home()).map_err(|e| fault(&e))?;
    let status = ready(work, &mut client)?;
    Ok((client, status))
}

/// Asks the service for something when it has taken over all changes: what restarts takes over settings that wait for it.
pub(crate) fn ask(work: &mut Work, request: &Request) -> std::result::Result<ServiceStatus, Fault> {
    let (mut client, _) = up_to_date(work)?;
    client.request(request).map_err(|e| fault(&e))?;
    ready(work, &mut client)
}

fn start(work: &mut Work) -> Result<()> {
    let (server, role) = (text(work, "Server"), text(work, "Role"));
    let target = if server.is_empty() { "the telephony service" } else { &server };
    if !work.should(target)? {
        return Ok(());
    }
    let status = match server.is_empty() && role.is_empty() {
        true => up_to_date(work).map(|(_, status)| status),
        false => ask(work, &Request::Start { server, role }),
    };
    match status {
        Ok(status) => list_started(work, &status),
        Err(fault) => work.fail(&fault),
    }
}

fn stop(work: &mut Work) -> Result<()> {
    let (server, role) = (text(work, "Server"), text(work, "Role"));
    let graceful = !work.bound.switch("Force");
    if !work.should(if server.is_empty() { "the telephony service" } else { &server })? {
        return Ok(());
    }
    let home = work.session.home();
    let done = if server.is_empty() && role.is_empty() {
        control::stop_service(&home, graceful)
    } else {
        Client::connect(&home)
            .and_then(|mut client| client.request(&Request::Stop { server, role, graceful }))
            .map(|_| ())
    };
    match done {
        Ok(()) => Ok(()),
        Err(error) => work.fail(&fault(&error)),
    }
}

fn restart(work: &mut Work) -> Result<()> {
    let (server, role) = (text(work, "Server"), text(work, "Role"));
    if !work.should(if server.is_empty() { "the telephony service" } else { &server })? {
        return Ok(());
    }
    match ask(work, &Request::Restart { server, role }) {
        Ok(status) => list_started(work, &status),
        Err(fault) => work.fail(&fault),
    }
}
