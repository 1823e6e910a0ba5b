//! What the tests of connectivity have in common: a server's port is tried as a client would, with TLS and the check of its
//! certificate, the account's log-on against the directory, the server's virtual directory looked up.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use command::Value;
use directory::{Fault, Work};
use store::Object;
use values::http::Url;
use values::http::client::{Transport, secure};
use values::stop::Socket;

use crate::server::monitoring::{self, Seen};

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
    "MailboxCredential",
    "URL",
    "VirtualDirectoryName",
    "TestType",
    "MonitoringInstance",
    "UseAutodiscoverForClientAccessServer",
];

/// What the test of web services takes.
pub(crate) const WEB_PARAMETERS: &[&str] = &[
    "ClientAccessServer",
    "AutoDiscoverServer",
    "MonitoringContext",
    "LightMode",
    "TrustAnySSLCertificate",
    "AllowUnsecureAccess",
    "Timeout",
    "MailboxServer",
    "MailboxCredential",
    "UseAutodiscoverForClientAccessServer",
    "Identity",
];

/// What the tests of IMAP and POP take.
pub(crate) const MAIL_PARAMETERS: &[&str] = &[
    "ClientAccessServer",
    "MonitoringContext",
    "LightMode",
    "TrustAnySSLCertificate",
    "Timeout",
    "MailboxServer",
    "MailboxCredential",
    "ConnectionType",
    "PerConnectionTimeout",
    "PortClientAccessServer",
];

/// What the test of remote sessions takes.
pub(crate) const SHELL_PARAMETERS: &[&str] = &[
    "ClientAccessServer",
    "ConnectionUri",
    "TestCredential",
    "MonitoringContext",
    "TrustAnySSLCertificate",
    "MailboxServer",
    "TestType",
    "VirtualDirectoryName",
];

/// What became of a try.
pub(crate) struct Tried {
    pub milliseconds: u64,
    /// Empty for success.
    pub error: String,
}

impl Tried {
    fn failed(error: impl Into<String>) -> Tried {
        Tried { milliseconds: 0, error: error.into() }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.error.is_empty()
    }
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
    /// The line by which a client without encryption asks for it, and how a server's consent begins; empty where there is none.
    pub upgrade: (&'static str, &'static str),
}

/// How a connection is made.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// Only the port is tried.
    Plain,
    /// TLS from the start.
    Tls,
    /// TLS after the line that asks for it.
    Upgraded((&'static str, &'static str)),
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Form::Plain => "Plaintext",
            Form::Tls => "Ssl",
            Form::Upgraded(_) => "Tls",
        }
    }
}

/// How long a connection may take.
fn patience(work: &Work) -> Duration {
    let given = ["Timeout", "PerConnectionTimeout", "TimeOutSeconds"]
        .iter()
        .find_map(|name| work.bound.str(name)?.trim().parse::<u64>().ok())
        .filter(|seconds| *seconds > 0);
    given.map_or(PATIENCE, Duration::from_secs)
}

/// Whether certificates are taken as they come.
fn trusts_all(work: &Work) -> bool {
    work.bound.switch("TrustAnySSLCertificate") || work.bound.switch("TrustAnySslCert")
}

/// The address of a computer of the organization, at which the service listens.
fn address_of(work: &Work, computer: &str, port: u16) -> std::result::Result<Option<SocketAddr>, Fault> {
    let host = work.directory.store.read(|reader| reader.find("Host", "", computer))?;
    let host = host.as_ref().and_then(|h| h.text("ListenAddress"));
    Ok(host.and_then(|address| values::stop::addresses(address, port).ok()).and_then(|all| all.first().copied()))
}

/// Tries a port of a computer of the organization.
pub(crate) fn connect(work: &Work, computer: &str, port: u16, form: Form) -> std::result::Result<Tried, Fault> {
    let Some(address) = address_of(work, computer, port)? else {
        return Ok(Tried::failed(format!("The name {computer} could not be resolved.")));
    };
    let mut transport = Transport { skips_certificates: trusts_all(work), ..Transport::default() };
    for authority in work.all("CertificateAuthority")? {
        let pem = authority.text("Certificate").unwrap_or_default();
        transport.roots.extend(values::types::security::certificate::der_of(pem.as_bytes()));
    }
    let begun = Instant::now();
    let done = shake_hands(address, computer, form, patience(work), &transport);
    let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let error = done.err().map_or_else(String::new, |error| format!("{computer}:{port}: {error}"));
    Ok(Tried { milliseconds, error })
}

fn shake_hands(
    address: SocketAddr,
    name: &str,
    form: Form,
    patience: Duration,
    transport: &Transport,
) -> std::result::Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    let limit = Some(patience);
    let mut stream =
        values::stop::connect(address, limit).and_then(|tcp| Socket::new(tcp, limit, limit)).map_err(said)?;
    if let Form::Upgraded((line, consent)) = form {
        read_line(&mut stream)?;
        stream.write_all(format!("{line}\r\n").as_bytes()).map_err(said)?;
        let answer = read_line(&mut stream)?;
        if !answer.starts_with(consent) {
            return Err(format!("The server does not offer TLS: {answer}"));
        }
    }
    if form != Form::Plain {
        secure(stream, name, transport).map_err(|error| match error.contains("UntrustedRoot") {
            true => "The certificate chain was issued by an authority that is not trusted.".to_owned(),
            false => error,
        })?;
    }
    Ok(())
}

/// A line as mail servers write them; what comes after it belongs to TLS, so it is read byte by byte.
fn read_line(stream: &mut Socket) -> std::result::Result<String, String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while line.len() < 1000 && stream.read(&mut byte).map_err(|error| error.to_string())? == 1 {
        match byte[0] {
            b'\n' => return Ok(String::from_utf8_lossy(&line).trim_end().to_owned()),
            other => line.push(other),
        }
    }
    Err("The server closed the connection.".to_owned())
}

/// The Exchange servers that a parameter names; all when it names none.
pub(crate) fn servers(work: &Work, parameter: &str) -> std::result::Result<Vec<Object>, Fault> {
    crate::server::health::servers(work, parameter)
}

/// A server's name in DNS.
pub(crate) fn fqdn(work: &Work, server: &Object) -> String {
    server.text("Fqdn").map_or_else(|| format!("{}.{}", server.name, work.facts().domain), str::to_owned)
}

/// The host of an address of the web.
pub(crate) fn host_of(url: &str) -> Option<String> {
    Url::parse(url).map(|url| url.host).filter(|host| !host.is_empty())
}

/// The account that a credential of the call names, signed in; a fault when its password is wrong.
pub(crate) fn account(work: &mut Work, parameter: &str) -> std::result::Result<Option<String>, Fault> {
    directory::credential(work, parameter)
}

/// Where a test goes.
struct Place {
    host: String,
    port: Option<u16>,
    directory: String,
    url: String,
    /// Why it can't go there.
    error: String,
}

/// The servers that the call means.
fn meant(work: &Work) -> std::result::Result<Vec<Object>, Fault> {
    if !directory::verb::text(work, "MailboxServer").is_empty() {
        servers(work, "MailboxServer")?;
    }
    let by = if work.bound.has("AutoDiscoverServer") { "AutoDiscoverServer" } else { "ClientAccessServer" };
    let mut found = servers(work, by)?;
    let named = work.bound.get("Identity").filter(|v| !v.is_null());
    let mailbox = named.map(|value| work.target("Mailbox", value)).transpose()?;
    let home = match &mailbox {
        Some(mailbox) => mailbox.text("ServerName").unwrap_or_default().to_owned(),
        None => directory::verb::text(work, "MailboxServer"),
    };
    if work.bound.get("UseAutodiscoverForClientAccessServer").is_some_and(values::convert::to_bool) {
        // Autodiscover names the servers that have an address of it.
        let known = work.all("ClientAccessServer")?;
        let has = |server: &Object| {
            let uri = known.iter().find(|c| c.name.eq_ignore_ascii_case(&server.name));
            uri.and_then(|c| c.text("AutoDiscoverServiceInternalUri")).is_some_and(|uri| !uri.is_empty())
        };
        found.retain(has);
    } else if !home.is_empty() && by == "ClientAccessServer" && !work.bound.has(by) {
        // A mailbox is reached through its own server.
        let short = home.split('.').next().unwrap_or_default();
        let own: Vec<Object> = found.iter().filter(|s| s.name.eq_ignore_ascii_case(short)).cloned().collect();
        if !own.is_empty() {
            found = own;
        }
    }
    Ok(found)
}

/// The virtual directories of a noun that a server has.
fn directories(work: &Work, noun: &str, server: &Object) -> std::result::Result<Vec<Object>, Fault> {
    let wanted = directory::verb::text(work, "VirtualDirectoryName");
    let is_of = |d: &Object| {
        let own = d.name.split_once('\\').map_or(d.name.as_str(), |(_, name)| name);
        let is_here = d.text("Server").is_some_and(|s| s.eq_ignore_ascii_case(&server.name))
            || d.name.to_lowercase().starts_with(&format!("{}\\", server.name.to_lowercase()));
        is_here && (wanted.is_empty() || [own, d.name.as_str()].iter().any(|n| n.eq_ignore_ascii_case(&wanted)))
    };
    Ok(work.all(noun)?.into_iter().filter(is_of).collect())
}

fn places(work: &Work, check: &Check) -> std::result::Result<Vec<Place>, Fault> {
    for parameter in ["URL", "ConnectionUri"] {
        let text = directory::verb::text(work, parameter);
        if text.is_empty() {
            continue;
        }
        let url = Url::parse(&text)
            .ok_or_else(|| Fault::argument(parameter, format!("\"{text}\" is no address of the web.")).at(&text))?;
        return Ok(vec![Place {
            host: url.host.clone(),
            port: Some(url.port),
            directory: String::new(),
            url: text,
            error: String::new(),
        }]);
    }
    let is_external = directory::verb::text(work, "TestType").eq_ignore_ascii_case("External");
    let mut places = Vec::new();
    for server in meant(work)? {
        let fqdn = fqdn(work, &server);
        let plain = Place {
            host: fqdn.clone(),
            port: None,
            directory: String::new(),
            url: String::new(),
            error: String::new(),
        };
        if check.behind.is_empty() {
            places.push(plain);
            continue;
        }
        let found = directories(work, check.behind, &server)?;
        if found.is_empty() {
            let wanted = directory::verb::text(work, "VirtualDirectoryName");
            let named = if wanted.is_empty() { String::new() } else { format!(" named '{wanted}'") };
            places
                .push(Place { error: format!("The server {} has no {}{named}.", server.name, check.behind), ..plain });
            continue;
        }
        for one in found {
            let url = one.text(if is_external { "ExternalUrl" } else { "InternalUrl" }).unwrap_or_default().to_owned();
            let error = match is_external && url.is_empty() {
                true => format!("The virtual directory {} has no external URL.", one.name),
                false => String::new(),
            };
            // Inside, a server is tried by its own name, whatever name its clients share.
            let host = if is_external { host_of(&url).unwrap_or_else(|| fqdn.clone()) } else { fqdn.clone() };
            places.push(Place { host, port: None, directory: one.name.clone(), url, error });
        }
    }
    Ok(places)
}

/// Answers with the test of the servers that the call means.
pub(crate) fn answer(work: &mut Work, check: &Check) -> command::Result<()> {
    let rows = test(work, check);
    work.answer(rows)
}

/// A test of all servers that the call means.
fn test(work: &mut Work, check: &Check) -> std::result::Result<Vec<Value>, Fault> {
    let (mut rows, mut seen) = (Vec::new(), Vec::new());
    let kind = directory::verb::text(work, "ConnectionType").to_ascii_lowercase();
    let form = match kind.as_str() {
        "plaintext" => Form::Plain,
        "tls" => Form::Upgraded(check.upgrade),
        _ => Form::Tls,
    };
    let given = work.bound.int("PortClientAccessServer").and_then(|p| u16::try_from(p).ok()).filter(|p| *p > 0);
    let parameter = if work.bound.has("TestCredential") { "TestCredential" } else { "MailboxCredential" };
    let (user, refused) = match account(work, parameter) {
        Ok(user) => (user, String::new()),
        Err(fault) => (None, fault.message),
    };
    // A light test sees whether somebody answers; a whole one talks as a client does.
    let is_light = work.bound.switch("LightMode");
    let is_external = directory::verb::text(work, "TestType").eq_ignore_ascii_case("External");
    let facts = work.facts();
    for place in places(work, check)? {
        let secure_port = if form == Form::Tls { check.ports.0 } else { check.ports.1 };
        let mut port = given.or(place.port).unwrap_or(secure_port);
        let mut spoken = form;
        let mut tried = match place.error.is_empty() {
            true => connect(work, &place.host, port, if is_light { Form::Plain } else { form })?,
            false => Tried::failed(place.error.clone()),
        };
        if !tried.is_good() && place.error.is_empty() && work.bound.switch("AllowUnsecureAccess") {
            let plain = connect(work, &place.host, check.ports.1, Form::Plain)?;
            if plain.is_good() {
                (tried, port, spoken) = (plain, check.ports.1, Form::Plain);
            }
        }
        if tried.is_good() && !is_light {
            tried.error.clone_from(&refused);
        }
        rows.push(values::Object::typed(
            "Microsoft.Exchange.Monitoring.CasTransactionOutcome",
            [
                ("ClientAccessServer", Value::from(place.host.as_str())),
                ("LocalSite", Value::from(facts.site.as_str())),
                ("Scenario", Value::from(check.scenario)),
                ("Result", Value::from(if tried.is_good() { "Success" } else { "Failure" })),
                ("Latency", Value::TimeSpan(i64::try_from(tried.milliseconds).unwrap_or(0) * 10_000)),
                ("Error", Value::from(tried.error.as_str())),
                ("ScenarioDescription", Value::from(check.description)),
                ("Port", Value::I32(i32::from(port))),
                ("SecureAccess", Value::Bool(spoken != Form::Plain)),
                ("ConnectionType", Value::from(spoken.name())),
                ("VirtualDirectoryName", Value::from(place.directory)),
                ("Url", Value::from(place.url)),
                ("UrlType", Value::from(if is_external { "External" } else { "Internal" })),
                ("UserName", user.as_deref().map_or(Value::Null, Value::from)),
            ],
        ));
        seen.push(Seen {
            instance: format!("{}|{}", place.host, check.scenario),
            error: tried.error,
            milliseconds: Some(tried.milliseconds),
        });
    }
    rows.extend(monitoring::data(work, work.noun.name(), &seen));
    Ok(rows)
}
