//! Checks that administrators run: tokens, Autodiscover, the conversation history, over HTTP as a front end does them.

use crate::context::{Context, Kind};
use crate::oauth::{Issuer, SigningKey, issue};
use crate::xml;
use control::{Probe, ProbeKind, ProbeResult};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use voice::config::RoleKind;
use voice::service::Supervisor;

/// Time for one request.
const TIMEOUT: Duration = Duration::from_secs(20);

/// What came back.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

struct Url<'a> {
    host: &'a str,
    port: u16,
    path: &'a str,
}

fn parse(url: &str) -> Option<Url<'_>> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("HTTPS://"))?;
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let (host, port) = host.split_once(':').map_or(Some((host, 443)), |(h, p)| Some((h, p.parse().ok()?)))?;
    (!host.is_empty()).then_some(Url { host, port, path })
}

/// One request with the organisation's DNS and roots; the error is what went wrong before an answer came.
async fn request(context: &Context, method: &str, url: &str, token: &str, body: &str) -> Result<Answer, String> {
    let parsed = parse(url).ok_or_else(|| format!("The URL {url} is not one of HTTPS."))?;
    let runtime = context.runtime();
    let ip = *runtime
        .zone
        .lookup(parsed.host)
        .first()
        .ok_or_else(|| format!("The remote name could not be resolved: '{}'", parsed.host))?;
    let address = SocketAddr::new(ip, parsed.port.saturating_add(runtime.options.port_offset));
    let mut roots = RootCertStore::empty();
    for pem in &context.snapshot().roots {
        for root in CertificateDer::pem_slice_iter(pem.as_bytes()).flatten() {
            roots.add(root).map_err(|e| e.to_string())?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(parsed.host.to_string()).map_err(|e| e.to_string())?;
    let work = async {
        let stream = TcpStream::connect(address)
            .await
            .map_err(|e| format!("Unable to connect to the remote server {address}: {e}"))?;
        let mut stream = TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
            .map_err(|e| format!("Could not establish trust relationship for the SSL/TLS secure channel: {e}"))?;
        let authorization = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
        let text = format!(
            "{method} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{authorization}Content-Type: text/xml; charset=utf-8\r\n\
             Content-Length: {}\r\n\r\n{body}",
            parsed.path,
            parsed.host,
            body.len()
        );
        stream.write_all(text.as_bytes()).await.map_err(|e| e.to_string())?;
        let mut answer = Vec::new();
        // Peers may close without a goodbye; what was read counts.
        let _ = stream.read_to_end(&mut answer).await;
        Ok::<_, String>(String::from_utf8_lossy(&answer).into_owned())
    };
    let text = tokio::time::timeout(TIMEOUT, work).await.map_err(|_| "The operation has timed out.".to_string())??;
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split_whitespace().nth(1).and_then(|s| s.parse().ok()).ok_or("The answer is no HTTP.")?;
    Ok(Answer { status, head: head.to_string(), body: body.to_string() })
}

fn diagnosis(answer: &Answer) -> String {
    let field = |name: &str| {
        answer.head.lines().find_map(|l| {
            let (n, v) = l.split_once(':')?;
            n.eq_ignore_ascii_case(name).then(|| v.trim().to_string())
        })
    };
    field("x-ms-diagnostics").unwrap_or_default()
}

fn failed(error: impl Into<String>, detail: Vec<String>) -> ProbeResult {
    ProbeResult { error: error.into(), detail, ..ProbeResult::default() }
}

/// The key that a front end or Exchange signs with.
fn key_of(context: &Context, kind: Kind) -> Result<SigningKey, String> {
    let thumbprint = match kind {
        Kind::FrontEnd => context
            .find("CsCertificate", "OAuthTokenIssuer@Global")
            .and_then(|c| c.text("Thumbprint").map(str::to_string)),
        Kind::ClientAccess => {
            context.all("AuthConfig").first().and_then(|c| c.text("CurrentCertificateThumbprint").map(str::to_string))
        }
    };
    let missing = "No certificate for signing tokens is assigned (OAuthTokenIssuer, Auth Configuration).";
    let thumbprint = thumbprint.filter(|t| !t.is_empty()).ok_or(missing)?;
    let certificate = context.find("Certificate", &thumbprint).ok_or(missing)?;
    SigningKey::from_pem(certificate.text("Certificate").unwrap_or(""), certificate.text("Key").unwrap_or(""))
}

fn token(context: &Context, from: Kind, to: Kind, url: &str, user: &str) -> Result<String, String> {
    let key = key_of(context, from)?;
    let realm = context.realm();
    let host = parse(url).ok_or_else(|| format!("The URL {url} is not one of HTTPS."))?.host;
    let user = Some(user).filter(|u| !u.is_empty());
    issue(&Issuer { kind: from, realm: &realm, key: &key }, to, host, user)
        .ok_or_else(|| "The token could not be signed.".into())
}

/// Carries out a check.
pub(crate) async fn run(supervisor: Arc<Supervisor>, store: Store, probe: Probe) -> ProbeResult {
    let snapshot = supervisor.runtime().snapshot();
    let server =
        |role: RoleKind| snapshot.servers.iter().find(|s| s.has(role)).map(|s| s.fqdn.clone()).unwrap_or_default();
    let from = if probe.kind == ProbeKind::Exchange { Kind::ClientAccess } else { Kind::FrontEnd };
    let context =
        Context { supervisor: supervisor.clone(), store, server: server(RoleKind::FrontEnd), kind: from, remote: None };
    match probe.kind {
        ProbeKind::Storage => storage(&context, &probe).await,
        _ => call(&context, from, &probe).await,
    }
}

/// A token and one request with it.
async fn call(context: &Context, from: Kind, probe: &Probe) -> ProbeResult {
    let mut detail = vec![format!("Target: {}", probe.target)];
    let lower = probe.target.to_lowercase();
    // Exchange tests what it says to itself and to the front end.
    let exchange = ["autodiscover", "/ews/"].iter().any(|part| lower.contains(part));
    let to = if exchange { Kind::ClientAccess } else { Kind::FrontEnd };
    let token = match token(context, from, to, &probe.target, &probe.user) {
        Ok(token) => token,
        Err(error) => return failed(error, detail),
    };
    detail.push("Token issued.".into());
    let (method, body) = if lower.ends_with(".svc") {
        ("POST", user_settings(&probe.user))
    } else if lower.contains("/ews/") {
        ("POST", xml::envelope("<FindFolder/>"))
    } else {
        ("GET", String::new())
    };
    match request(context, method, &probe.target, &token, &body).await {
        Ok(answer) => {
            detail.push(format!("Response code: {}", answer.status));
            // A fault of the operation still shows that the token was taken.
            let success =
                (200..300).contains(&answer.status) || (answer.status == 500 && answer.body.contains("faultcode"));
            ProbeResult {
                success,
                status: answer.status,
                error: if success {
                    String::new()
                } else {
                    format!("The remote server returned an error: ({}).", answer.status)
                },
                diagnosis: diagnosis(&answer),
                detail,
                ..ProbeResult::default()
            }
        }
        Err(error) => failed(error, detail),
    }
}

fn user_settings(user: &str) -> String {
    xml::envelope(&format!(
        "<GetUserSettingsRequestMessage><Request><Users><User><Mailbox>{}</Mailbox></User></Users><RequestedSettings>\
         <Setting>UserDisplayName</Setting><Setting>InternalEwsUrl</Setting></RequestedSettings></Request></GetUserSettingsRequestMessage>",
        xml::escape(user)
    ))
}

/// Autodiscover, token, CreateItem, and DeleteItem where that is wanted.
async fn storage(context: &Context, probe: &Probe) -> ProbeResult {
    let mut detail = Vec::new();
    let configuration = context.all("CsOAuthConfiguration");
    let url = configuration.iter().find_map(|c| c.text("ExchangeAutodiscoverUrl")).unwrap_or("").to_string();
    if url.is_empty() {
        return failed("ExchangeAutodiscoverUrl of the OAuth configuration is empty.", detail);
    }
    detail.push(format!("Autodiscover: {url}"));
    let user = probe.user.trim_start_matches("sip:");
    let ask = async |url: &str, body: &str| -> Result<Answer, String> {
        let token = token(context, Kind::FrontEnd, Kind::ClientAccess, url, user)?;
        request(context, "POST", url, &token, body).await
    };
    let settings = match ask(&url, &user_settings(user)).await {
        Ok(answer) if answer.status == 200 => answer,
        Ok(answer) => {
            let text = format!("Autodiscover failed: the remote server returned an error: ({}).", answer.status);
            return ProbeResult { status: answer.status, diagnosis: diagnosis(&answer), ..failed(text, detail) };
        }
        Err(error) => return failed(format!("Autodiscover failed: {error}"), detail),
    };
    // Only autodiscover.svc knows GetUserSettings: the .xml of Outlook gives no such answer.
    let names = xml::texts(&settings.body, "Name");
    let values = xml::texts(&settings.body, "Value");
    let ews = names.iter().zip(&values).find(|(n, _)| *n == "InternalEwsUrl").map(|(_, v)| v.clone());
    let Some(ews) = ews else {
        return failed(
            format!(
                "Autodiscover failed: {url} did not answer GetUserSettings with the address of Exchange Web Services."
            ),
            detail,
        );
    };
    detail.push(format!("Exchange Web Services: {ews}"));
    let create = xml::envelope(&format!(
        "<CreateItem><FolderName>{}</FolderName><Items><Message><Subject>Test-CsExStorageConnectivity</Subject><Body>Test</Body></Message></Items></CreateItem>",
        xml::escape(&probe.folder)
    ));
    let created = match ask(&ews, &create).await {
        Ok(answer) if answer.status == 200 => answer,
        Ok(answer) => {
            let reason = xml::text(&answer.body, "faultstring").unwrap_or_default();
            let text = format!("CreateItem failed: ({}) {reason}", answer.status);
            return ProbeResult { status: answer.status, diagnosis: diagnosis(&answer), ..failed(text, detail) };
        }
        Err(error) => return failed(format!("CreateItem failed: {error}"), detail),
    };
    let id = created.body.split("Id=\"").nth(1).and_then(|r| r.split('"').next()).unwrap_or("").to_string();
    detail.push(format!("Item created: {id}"));
    if probe.delete {
        let body = xml::envelope(&format!("<DeleteItem><Id>{}</Id></DeleteItem>", xml::escape(&id)));
        match ask(&ews, &body).await {
            Ok(answer) if answer.status == 200 => detail.push("Item deleted.".into()),
            Ok(answer) => return failed(format!("DeleteItem failed: ({})", answer.status), detail),
            Err(error) => return failed(format!("DeleteItem failed: {error}"), detail),
        }
    }
    ProbeResult { success: true, status: 200, detail, ..ProbeResult::default() }
}
