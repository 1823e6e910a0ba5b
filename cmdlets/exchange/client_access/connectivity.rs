//! What the tests of connectivity have in common: a server's port is tried as a client would, its virtual directory looked up.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use command::Value;
use directory::{Fault, Work};
use store::Object;

/// How long a port may take to answer, unless the call says otherwise.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the tests of pages take.
pub(crate) const PARAMETERS: &[&str] = &[
    "ClientAccessServer",
    "MonitoringContext",
    "LightMode",
    "TrustAnySSLCertificate",
    "AllowUnsecureAccess",
    "Timeout",
    "MailboxServer",
    "VirtualDirectoryName",
    "TestType",
    "MonitoringInstance",
    "UseAutodiscoverForClientAccessServer",
];

/// What the test of web services takes.
pub(crate) const WEB_PARAMETERS: &[&str] = &[
    "ClientAccessServer",
    "MonitoringContext",
    "LightMode",
    "TrustAnySSLCertificate",
    "AllowUnsecureAccess",
    "Timeout",
    "MailboxServer",
    "VirtualDirectoryName",
    "TestType",
    "MonitoringInstance",
    "UseAutodiscoverForClientAccessServer",
    "Identity",
];

/// What the tests of IMAP and POP take.
pub(crate) const MAIL_PARAMETERS: &[&str] = &[
    "ClientAccessServer",
    "MonitoringContext",
    "LightMode",
    "TrustAnySSLCertificate",
    "AllowUnsecureAccess",
    "Timeout",
    "MailboxServer",
    "VirtualDirectoryName",
    "TestType",
    "MonitoringInstance",
    "UseAutodiscoverForClientAccessServer",
    "ConnectionType",
    "PerConnectionTimeout",
    "PortClientAccessServer",
];

/// What became of a try.
pub(crate) struct Tried {
    pub milliseconds: u64,
    /// Empty for success.
    pub error: String,
}

/// What a test looks at.
pub(crate) struct Check {
    /// `Logon`, as the scenario's column prints it.
    pub scenario: &'static str,
    pub description: &'static str,
    /// Noun of the virtual directory that must stand behind it; empty when none must.
    pub behind: &'static str,
    /// The port, with encryption and without.
    pub ports: (u16, u16),
}

/// Tries a port of a computer of the organization.
pub(crate) fn connect(work: &mut Work, computer: &str, port: u16) -> std::result::Result<Tried, Fault> {
    let host = work.directory.store.read(|reader| reader.find("Host", "", computer))?;
    let Some(address) = host.as_ref().and_then(|h| h.text("ListenAddress")) else {
        let error = format!("The name {computer} could not be resolved.");
        return Ok(Tried { milliseconds: 0, error });
    };
    let patience = work.bound.int("Timeout").and_then(|s| u64::try_from(s).ok()).filter(|s| *s > 0);
    let patience = patience.map_or(PATIENCE, Duration::from_secs);
    let begun = Instant::now();
    let tried = (address, port).to_socket_addrs().ok().and_then(|mut all| all.next());
    let tried = tried.map(|address| TcpStream::connect_timeout(&address, patience));
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Tried {
        milliseconds,
        error: match tried {
            Some(Ok(_)) => String::new(),
            Some(Err(error)) => format!("{computer}:{port}: {error}"),
            None => format!("The name {computer} could not be resolved."),
        },
    })
}

/// The Exchange servers that a parameter names; all when it names none.
pub(crate) fn servers(work: &Work, parameter: &str) -> std::result::Result<Vec<Object>, Fault> {
    crate::server::health::servers(work, parameter)
}

/// A server's name in DNS.
pub(crate) fn fqdn(work: &Work, server: &Object) -> String {
    server.text("Fqdn").map_or_else(|| format!("{}.{}", server.name, work.facts().domain), str::to_owned)
}

/// Whether a server has a virtual directory of a noun.
fn stands(work: &Work, noun: &str, server: &Object) -> std::result::Result<bool, Fault> {
    if noun.is_empty() {
        return Ok(true);
    }
    let is_of = |d: &Object| {
        d.text("Server").is_some_and(|s| s.eq_ignore_ascii_case(&server.name))
            || d.name.to_lowercase().starts_with(&format!("{}\\", server.name.to_lowercase()))
    };
    Ok(work.all(noun)?.iter().any(is_of))
}

/// Answers with the test of the servers that `-ClientAccessServer` names.
pub(crate) fn answer(work: &mut Work, check: &Check) -> command::Result<()> {
    let rows = test(work, "ClientAccessServer", check);
    work.answer(rows)
}

/// A test of all servers that `-ClientAccessServer` (or `-Identity`) names.
pub(crate) fn test(work: &mut Work, parameter: &str, check: &Check) -> std::result::Result<Vec<Value>, Fault> {
    let mut rows = Vec::new();
    let is_plain = work.bound.str("ConnectionType").is_some_and(|t| t.eq_ignore_ascii_case("Plaintext"));
    let given = work.bound.int("PortClientAccessServer").and_then(|p| u16::try_from(p).ok()).filter(|p| *p > 0);
    let port = given.unwrap_or(if is_plain { check.ports.1 } else { check.ports.0 });
    let facts = work.facts();
    for server in servers(work, parameter)? {
        let computer = fqdn(work, &server);
        let tried = if stands(work, check.behind, &server)? {
            connect(work, &computer, port)?
        } else {
            Tried { milliseconds: 0, error: format!("The server {} has no {}.", server.name, check.behind) }
        };
        let is_good = tried.error.is_empty();
        rows.push(values::Object::typed(
            "Microsoft.Exchange.Monitoring.CasTransactionOutcome",
            [
                ("ClientAccessServer", Value::from(computer)),
                ("LocalSite", Value::from(facts.site.as_str())),
                ("Scenario", Value::from(check.scenario)),
                ("Result", Value::from(if is_good { "Success" } else { "Failure" })),
                ("Latency", Value::TimeSpan(i64::try_from(tried.milliseconds).unwrap_or(0) * 10_000)),
                ("Error", Value::from(tried.error)),
                ("ScenarioDescription", Value::from(check.description)),
                ("Port", Value::I32(i32::from(port))),
            ],
        ));
    }
    Ok(rows)
}
