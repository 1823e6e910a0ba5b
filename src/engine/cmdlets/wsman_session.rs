//! Sessions on servers of WS-Man that are no computers of the organization.

use std::sync::Arc;
use std::time::Duration;

use command::{Bound, Session};
use uuid::Uuid;
use values::http::{Transport, Url};
use values::{ErrorCategory, ErrorRecord, Exception, Result, Str, TypeRef, Value, convert, members};

use super::remoting::{Place, RemoteSession};
use crate::remoting::Client;
use crate::remoting::wsman::{self, Fault, Naming, Target, Way, WsManWire};

/// How long a server may keep a request waiting before it says that there is nothing.
const WAIT: Duration = Duration::from_secs(60);
/// Ticks of a millisecond.
const MILLISECOND: i64 = 10_000;

/// What New-PSSession and its like say of a connection.
pub struct Connection {
    pub target: Target,
    pub host: Str,
    pub configuration: String,
    /// How long a session may be unused, in milliseconds.
    pub idle: Option<u64>,
}

/// User name and password of a credential.
fn login(session: &mut dyn Session, credential: &Value) -> Result<(String, String)> {
    let user = members::get(session, credential, "UserName")?.map(|u| convert::to_display(&u)).unwrap_or_default();
    let network = members::call(session, credential, "GetNetworkCredential", &[])?;
    let password = members::get(session, &network, "Password")?.map(|p| convert::to_display(&p)).unwrap_or_default();
    Ok((user, password))
}

fn not_supported<T>(text: String) -> Result<T> {
    Exception::new(TypeRef::NOT_SUPPORTED_EXCEPTION, text)
        .identity("RemotingTransportNotSupported", ErrorCategory::NotImplemented, Value::Null)
        .throw()
}

fn option(session: &mut dyn Session, options: &Value, name: &str) -> Result {
    match options.is_null() {
        true => Ok(Value::Null),
        false => Ok(members::get(session, options, name)?.unwrap_or_default()),
    }
}

impl Connection {
    /// Reads the parameters; `address` is a computer's name or an address with a scheme.
    pub fn read(session: &mut dyn Session, bound: &Bound, address: &str) -> Result<Connection> {
        if bound.has("CertificateThumbprint") {
            return not_supported("Signing in with a certificate is not supported: give -Credential.".to_string());
        }
        let way = match bound.str("Authentication").as_deref() {
            None | Some("Default" | "Negotiate") => Way::Negotiate,
            Some("Basic") => Way::Basic,
            Some(other) => {
                return not_supported(format!("-Authentication {other} is not supported: Basic and Negotiate are."));
            }
        };
        let text = match address.contains("://") {
            true => address.to_string(),
            false => {
                let is_secure = bound.switch("UseSSL");
                let port = bound.int("Port").filter(|port| *port > 0).unwrap_or(if is_secure { 5986 } else { 5985 });
                let application = bound.str("ApplicationName").unwrap_or_else(|| Str::from("wsman"));
                let scheme = if is_secure { "https" } else { "http" };
                format!("{scheme}://{address}:{port}/{}", application.trim_start_matches('/'))
            }
        };
        let Some(url) = Url::parse(&text).filter(|url| matches!(url.scheme.as_str(), "http" | "https")) else {
            return not_supported(format!("'{text}' is no address of a server for remote sessions."));
        };
        let (user, password) = login(session, &bound.value("Credential"))?;
        let options = bound.value("SessionOption");
        let milliseconds = |value: Value| match value {
            Value::TimeSpan(ticks) => u64::try_from(ticks / MILLISECOND).ok().filter(|n| *n > 0),
            _ => None,
        };
        let open = milliseconds(option(session, &options, "OpenTimeout")?).unwrap_or(180_000);
        let idle = milliseconds(option(session, &options, "IdleTimeout")?);
        let transport = Transport {
            skips_authorities: convert::to_bool(&option(session, &options, "SkipCACheck")?),
            skips_names: convert::to_bool(&option(session, &options, "SkipCNCheck")?),
            // A request that waits is answered before.
            timeout: Some(Duration::from_millis(open).max(WAIT * 2)),
            ..Transport::default()
        };
        let configuration = bound.str("ConfigurationName").unwrap_or_else(|| Str::from("Microsoft.PowerShell"));
        // The name may be an address of a schema.
        let configuration = configuration.rsplit('/').next().unwrap_or_default().to_string();
        let host = Str::from(url.host.as_str());
        Ok(Connection { target: Target { url, transport, user, password, way }, host, configuration, idle })
    }

    fn wire(&self, shell: Uuid, name: &str) -> WsManWire {
        let configuration = self.configuration.clone();
        let naming = Naming { configuration, shell, name: name.to_string(), idle: self.idle };
        WsManWire::new(self.target.clone(), naming, WAIT)
    }

    /// What is said where the server sends its caller on to where others can read along.
    fn stepped_down(&self, to: &str, after: &str) -> Arc<ErrorRecord> {
        let host = &self.host;
        let text = format!(
            "[{host}] The server sends its caller from HTTPS on to {to}, which is not encrypted. The redirect was not followed, so that no credentials go there. Connect to that address itself if it is meant."
        );
        self.refusal("PSRemotingTransportRedirectException", text, format!("RedirectToUnencryptedRefused,{after}"))
    }

    /// What is said where there is no session.
    fn refused(&self, fault: &Fault, after: &str) -> Arc<ErrorRecord> {
        let host = &self.host;
        let (class, text) = match &fault.location {
            Some(to) => (
                "PSRemotingTransportRedirectException",
                format!(
                    "[{host}] {} Redirect location reported: {to}. To automatically connect to the redirected URI, verify \"MaximumConnectionRedirectionCount\" property of session preference variable \"PSSessionOption\" and use \"AllowRedirection\" parameter on the cmdlet.",
                    fault.text
                ),
            ),
            None => (
                "PSRemotingTransportException",
                format!(
                    "[{host}] Connecting to remote server {host} failed with the following error message : {} For more information, see the about_Remote_Troubleshooting Help topic.",
                    fault.text
                ),
            ),
        };
        self.refusal(class, text, format!("{},{after}", fault.name()))
    }

    fn refusal(&self, class: &str, text: String, id: String) -> Arc<ErrorRecord> {
        let base = TypeRef::find("System.Management.Automation.Remoting.PSRemotingTransportException");
        let ty = values::types::register(
            &format!("System.Management.Automation.Remoting.{class}"),
            values::TypeKind::Class,
            base.or(Some(TypeRef::RUNTIME_EXCEPTION)),
        );
        let exception =
            Exception::new(ty, text).identity(Str::from(id), ErrorCategory::OpenError, Value::Str(self.host.clone()));
        let record = ErrorRecord::from_exception(Arc::new(exception));
        // The identifier is whole: no command is appended.
        record.data.lock().command = Some(Str::empty());
        record
    }
}

/// What became of a session.
pub fn broken(host: &str, reason: &str) -> Arc<ErrorRecord> {
    let text = format!(
        "Processing data from remote server {host} failed with the following error message: {reason} For more information, see the about_Remote_Troubleshooting Help topic."
    );
    let ty = TypeRef::find("System.Management.Automation.Remoting.PSRemotingTransportException");
    ErrorRecord::from_exception(Arc::new(Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), text).identity(
        "PSSessionStateBroken",
        ErrorCategory::OpenError,
        Value::from(host),
    )))
}

/// How many times a server may send its caller on: only where the caller says so, and only from an address.
fn redirections(session: &mut dyn Session, bound: &Bound) -> Result<i64> {
    if !bound.has("ConnectionUri") || !bound.switch("AllowRedirection") {
        return Ok(0);
    }
    let mut options = bound.value("SessionOption");
    if options.is_null() {
        options = session.variable("PSSessionOption", command::Scope::Any).map(|v| v.value).unwrap_or_default();
    }
    let most = option(session, &options, "MaximumConnectionRedirectionCount")?;
    // Below zero is without end.
    let most = most.as_i64().unwrap_or(command::MOST_REDIRECTIONS.into());
    Ok(if most < 0 { i64::MAX } else { most })
}

/// Tries something with a connection, at the addresses to which servers send on; a refusal is an error that is written.
fn reached<T>(
    session: &mut dyn Session,
    bound: &Bound,
    (address, after): (&str, &str),
    attempt: impl Fn(&Connection, (usize, usize)) -> std::result::Result<T, Fault>,
) -> Result<Option<(Connection, T)>> {
    let size = session.host().size();
    let mut left = redirections(session, bound)?;
    let mut address = address.to_string();
    loop {
        let connection = Connection::read(session, bound, &address)?;
        let fault = match attempt(&connection, size) {
            Ok(done) => return Ok(Some((connection, done))),
            Err(fault) => fault,
        };
        match fault.location {
            Some(to) if left > 0 && connection.target.is_secure() && !to.starts_with("https:") => {
                session.write_error(connection.stepped_down(&to, after))?;
                return Ok(None);
            }
            Some(to) if left > 0 => {
                left -= 1;
                let text = format!("Your connection has been redirected to the following URI: \"{to}\"");
                session.write_warning(&text)?;
                address = to;
            }
            _ => {
                session.write_error(connection.refused(&fault, after))?;
                return Ok(None);
            }
        }
    }
}

/// Opens a session; what can't be reached is an error that is written.
pub fn open(session: &mut dyn Session, bound: &Bound, address: &str) -> Result<Option<Value>> {
    super::disconnected::offer(super::job::engine_of(session)?)?;
    let (id, name) = RemoteSession::next_name(bound);
    let shell = Uuid::new_v4();
    let runs_at_once = bound.has("ScriptBlock") || bound.has("FilePath");
    let after = if runs_at_once { "PSSessionStateBroken" } else { "PSSessionOpenFailed" };
    let opened = reached(session, bound, (address, after), |connection, size| {
        let wire = connection.wire(shell, &name);
        let faults = wire.faults();
        Client::open(Box::new(wire), shell, std::env::consts::OS, size)
            .map_err(|text| faults().unwrap_or_else(|| Fault::other(&text)))
    })?;
    Ok(opened.map(|(connection, client)| {
        let place = Place { computer: connection.host, configuration: Str::from(connection.configuration) };
        RemoteSession::distant((id, name), place, shell, "WSMan", client)
    }))
}

/// The sessions that the account has at a server, each as one that can be connected to.
pub fn listed(session: &mut dyn Session, bound: &Bound, address: &str) -> Result<Vec<Value>> {
    super::disconnected::offer(super::job::engine_of(session)?)?;
    let found = reached(session, bound, (address, "PSSessionOpenFailed"), |connection, _| {
        wsman::sessions(&connection.target, WAIT)
    })?;
    let Some((connection, found)) = found else { return Ok(Vec::new()) };
    let connection = Arc::new(connection);
    Ok(found
        .into_iter()
        .map(|one| {
            let place =
                Place { computer: connection.host.clone(), configuration: Str::from(one.configuration.clone()) };
            let (connection, name) = (connection.clone(), one.name.clone());
            let take = move || {
                let own = Connection {
                    target: connection.target.clone(),
                    host: connection.host.clone(),
                    configuration: one.configuration.clone(),
                    idle: connection.idle,
                };
                let wire = own.wire(one.id, &one.name);
                Client::take_over(Box::new(wire), one.id)
            };
            RemoteSession::elsewhere(Str::from(name), place, one.id, one.is_disconnected, Box::new(take))
        })
        .collect())
}
