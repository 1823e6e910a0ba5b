//! Remote sessions of PowerShell over WS-Man (MS-WSMV "Web Services Management Protocol Extensions", 3.1.4): shells, commands in
//! them, and the PSRP fragments that both carry. What runs in a shell is `Sessions`' matter.

mod account;
mod envelope;
mod shell;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use crate::context::Context;
use crate::xml::{escape, text};
use account::Caller;
pub(crate) use account::Connection;
use envelope::{Action, Fault, Request, reply};
pub use shell::{Conversation, Incoming, Opening, Outgoing, Outlet, Remote, Room, Sessions};
use values::ntlm::sealed;

/// Envelopes above this size are refused (`MaxEnvelopeSizekb` of a Windows server is 500).
const LARGEST_ENVELOPE: usize = 500 << 10;

pub(crate) fn routes() -> Router<Arc<Context>> {
    let mut routes = Router::new();
    for path in
        ["/wsman", "/PowerShell", "/powershell", "/PowerShell/", "/powershell/", "/OcsPowershell", "/ocspowershell"]
    {
        routes = routes.route(path, post(answer));
    }
    routes.layer(DefaultBodyLimit::max(4 << 20))
}

/// An answer, sealed as its question was.
fn soap(connection: &Connection, is_sealed: bool, status: StatusCode, body: String) -> Response {
    match is_sealed {
        true => match connection.close(&body) {
            Some(body) => (status, [(header::CONTENT_TYPE, sealed::TYPE)], body).into_response(),
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        false => (status, [(header::CONTENT_TYPE, "application/soap+xml;charset=UTF-8")], body).into_response(),
    }
}

/// Who did not say who he is, or not rightly, is told how to. Passwords are asked for under TLS alone.
fn unauthorized(server: &str, connection: &Connection) -> Response {
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    let basic = format!("Basic realm=\"{server}\"");
    let offered = if connection.is_secure { vec!["Negotiate", "NTLM", &basic] } else { vec!["Negotiate", "NTLM"] };
    for scheme in offered {
        if let Ok(value) = scheme.parse() {
            response.headers_mut().append(header::WWW_AUTHENTICATE, value);
        }
    }
    response
}

async fn answer(
    State(context): State<Arc<Context>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (user, last) = match connection.caller(&context, &headers).await {
        Caller::Known(user, last) => (user, last),
        Caller::Continue(token) => {
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, token)]).into_response();
        }
        Caller::Unknown => return unauthorized(&context.server, &connection),
    };
    let mut response = answer_of(&context, &connection, &user, &headers, &body).await;
    if let Some(last) = last.and_then(|last| last.parse().ok()) {
        response.headers_mut().append(header::WWW_AUTHENTICATE, last);
    }
    response
}

/// The answer to one who has signed in.
async fn answer_of(
    context: &Arc<Context>,
    connection: &Connection,
    user: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Response {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_sealed = sealed::is_sealed(content_type);
    let opened = if is_sealed {
        match connection.open(body) {
            Some(opened) => opened,
            None => return StatusCode::BAD_REQUEST.into_response(),
        }
    } else if body.is_empty() {
        // The client has only signed in so far.
        return StatusCode::OK.into_response();
    } else if !connection.is_secure {
        // What is not sealed could be read and changed on the way.
        return StatusCode::FORBIDDEN.into_response();
    } else {
        body.to_vec()
    };
    let soap = |status, body| soap(connection, is_sealed, status, body);
    let request = match Request::parse(&opened, LARGEST_ENVELOPE) {
        Ok(request) => request,
        Err(fault) => return soap(StatusCode::INTERNAL_SERVER_ERROR, fault.envelope("", &context.server)),
    };
    let Some(remote) = context.remote.clone() else {
        return soap(
            StatusCode::INTERNAL_SERVER_ERROR,
            Fault::internal("Remote sessions are not offered.").envelope(&request.message_id, &context.server),
        );
    };
    match carry_out(&remote, user, &request).await {
        Ok(body) => soap(StatusCode::OK, reply(&request, &body)),
        Err(fault) => soap(StatusCode::INTERNAL_SERVER_ERROR, fault.envelope(&request.message_id, &context.server)),
    }
}

fn decoded(data: &str) -> Result<Vec<u8>, Fault> {
    let data: String = data.split_whitespace().collect();
    STANDARD.decode(data).map_err(|_| Fault::schema("The data is not base 64."))
}

/// The identifier of an attribute or selector.
fn identifier(text: Option<String>) -> Result<Uuid, Fault> {
    let text = text.ok_or_else(|| Fault::schema("An identifier is missing."))?;
    Uuid::parse_str(text.trim()).map_err(|_| Fault::selectors())
}

async fn carry_out(remote: &Arc<Remote>, user: &str, request: &Request) -> Result<String, Fault> {
    match request.action {
        Action::Identify => Ok("<wsmid:IdentifyResponse xmlns:wsmid=\"http://schemas.dmtf.org/wbem/wsman/identify/1/wsmanidentity.xsd\"><wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion><wsmid:ProductVendor>dialtone</wsmid:ProductVendor></wsmid:IdentifyResponse>".to_string()),
        Action::Create => create(remote, user, request),
        Action::Command => command(remote, user, request),
        Action::Send => send(remote, user, request),
        Action::Receive => receive(remote, user, request).await,
        Action::Signal => signal(remote, user, request),
        Action::Delete => {
            remote.delete(identifier(request.selector("ShellId"))?, user)?;
            Ok(String::new())
        }
        Action::Disconnect | Action::Reconnect => {
            let shell = remote.shell(identifier(request.selector("ShellId"))?, user)?;
            let is_disconnected = request.action == Action::Disconnect;
            shell.set_disconnected(is_disconnected);
            Ok(format!("<rsp:{}Response/>", if is_disconnected { "Disconnect" } else { "Reconnect" }))
        }
        Action::Connect => connect(remote, user, request),
        Action::Enumerate => enumerate(remote, user, request),
        Action::Unsupported => Err(Fault::unsupported(&request.action_uri)),
    }
}

fn create(remote: &Arc<Remote>, user: &str, request: &Request) -> Result<String, Fault> {
    let configuration = request
        .resource
        .strip_prefix("http://schemas.microsoft.com/powershell/")
        .filter(|name| ["Microsoft.PowerShell", "Microsoft.Exchange", "PowerShell.7"].contains(name))
        .ok_or_else(|| Fault::resource(&request.resource))?;
    let creation = text(&request.body, "creationXml").ok_or_else(|| Fault::schema("The creation data is missing."))?;
    let id = match request.attribute("Shell", "ShellId") {
        Some(id) => identifier(Some(id))?,
        None => Uuid::new_v4(),
    };
    let name = request.attribute("Shell", "Name").unwrap_or_default();
    remote.create(id, (user, configuration, name), request.idle(), decoded(&creation)?)?;
    let (shown, owner) = (id.to_string().to_uppercase(), escape(user));
    let resource = escape(&request.resource);
    Ok(format!(
        "<x:ResourceCreated xmlns:x=\"http://schemas.xmlsoap.org/ws/2004/09/transfer\"><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address><a:ReferenceParameters><w:ResourceURI>{resource}</w:ResourceURI><w:SelectorSet><w:Selector Name=\"ShellId\">{shown}</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated><rsp:Shell><rsp:ShellId>{shown}</rsp:ShellId><rsp:ResourceUri>{resource}</rsp:ResourceUri><rsp:Owner>{owner}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP><rsp:IdleTimeOut>PT{}.000S</rsp:IdleTimeOut><rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams></rsp:Shell>",
        shell::IDLE.as_secs()
    ))
}

fn command(remote: &Arc<Remote>, user: &str, request: &Request) -> Result<String, Fault> {
    let shell = remote.shell(identifier(request.selector("ShellId"))?, user)?;
    let id = match request.attribute("CommandLine", "CommandId") {
        Some(id) => identifier(Some(id))?,
        None => Uuid::new_v4(),
    };
    let data = text(&request.body, "Arguments").unwrap_or_default();
    shell.begin(id, decoded(&data)?)?;
    Ok(format!(
        "<rsp:CommandResponse><rsp:CommandId>{}</rsp:CommandId></rsp:CommandResponse>",
        id.to_string().to_uppercase()
    ))
}

fn connect(remote: &Arc<Remote>, user: &str, request: &Request) -> Result<String, Fault> {
    let shell = remote.shell(identifier(request.selector("ShellId"))?, user)?;
    let id = command_of(request, "Connect")?;
    if !id.is_nil() {
        // Who takes a command over fetches what it says next.
        let is_known = shell.commands().contains(&id);
        return is_known.then(|| "<rsp:ConnectResponse/>".to_string()).ok_or_else(Fault::selectors);
    }
    let data = text(&request.body, "connectXml").ok_or_else(|| Fault::schema("The connection data are missing."))?;
    let answer = STANDARD.encode(shell.connect(decoded(&data)?)?);
    Ok(format!(
        "<rsp:ConnectResponse><connectResponseXml xmlns=\"http://schemas.microsoft.com/powershell\">{answer}</connectResponseXml></rsp:ConnectResponse>"
    ))
}

/// The shells of who asks, or the commands of one of them (MS-WSMV 3.1.4.10).
fn enumerate(remote: &Arc<Remote>, user: &str, request: &Request) -> Result<String, Fault> {
    let items: String = match request.resource.strip_prefix("http://schemas.microsoft.com/wbem/wsman/1/windows/shell") {
        Some("") => remote
            .list(user)
            .into_iter()
            .map(|(id, facts)| {
                format!(
                    "<rsp:Shell><rsp:ShellId>{}</rsp:ShellId><rsp:Name>{}</rsp:Name><rsp:ResourceUri>http://schemas.microsoft.com/powershell/{}</rsp:ResourceUri><rsp:Owner>{}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP><rsp:IdleTimeOut>PT{}.000S</rsp:IdleTimeOut><rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams><rsp:State>{}</rsp:State></rsp:Shell>",
                    id.to_string().to_uppercase(),
                    escape(&facts.name),
                    facts.configuration,
                    escape(user),
                    facts.idle.as_secs(),
                    if facts.is_disconnected { "Disconnected" } else { "Connected" }
                )
            })
            .collect(),
        Some("/Command") => {
            let shell = identifier(request.selector("ShellId"))?;
            let commands = remote.shell(shell, user)?.commands();
            let shown = |id: Uuid| id.to_string().to_uppercase();
            commands
                .into_iter()
                .map(|id| {
                    format!(
                        "<rsp:Command><rsp:ShellId>{}</rsp:ShellId><rsp:CommandId>{}</rsp:CommandId><rsp:State>Running</rsp:State></rsp:Command>",
                        shown(shell),
                        shown(id)
                    )
                })
                .collect()
        }
        _ => return Err(Fault::resource(&request.resource)),
    };
    Ok(format!(
        "<n:EnumerateResponse xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\"><n:EnumerationContext/><w:Items>{items}</w:Items><w:EndOfSequence/></n:EnumerateResponse>"
    ))
}

/// The command that a stream or a signal names; none for the shell itself.
fn command_of(request: &Request, element: &str) -> Result<Uuid, Fault> {
    match request.attribute(element, "CommandId") {
        Some(id) => identifier(Some(id)),
        None => Ok(Uuid::nil()),
    }
}

fn send(remote: &Arc<Remote>, user: &str, request: &Request) -> Result<String, Fault> {
    let shell = remote.shell(identifier(request.selector("ShellId"))?, user)?;
    let id = command_of(request, "Stream")?;
    let is_response = request.attribute("Stream", "Name").is_some_and(|name| name == "pr");
    let data = text(&request.body, "Stream").unwrap_or_default();
    shell.take(Incoming::Data { id, data: decoded(&data)?, is_response })?;
    Ok("<rsp:SendResponse/>".to_string())
}

async fn receive(remote: &Arc<Remote>, user: &str, request: &Request) -> Result<String, Fault> {
    let shell = remote.shell(identifier(request.selector("ShellId"))?, user)?;
    let id = command_of(request, "DesiredStream")?;
    let room = request.largest.clamp(32 << 10, LARGEST_ENVELOPE) * 2 / 3;
    let (data, has_ended) = shell.receive(id, request.timeout, room).await?;
    let shown = id.to_string().to_uppercase();
    let owner = if id.is_nil() { String::new() } else { format!(" CommandId=\"{shown}\"") };
    let state = match (id.is_nil(), has_ended) {
        (true, _) => String::new(),
        (false, true) => format!(
            "<rsp:CommandState CommandId=\"{shown}\" State=\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done\"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>"
        ),
        (false, false) => format!(
            "<rsp:CommandState CommandId=\"{shown}\" State=\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Running\"/>"
        ),
    };
    Ok(format!(
        "<rsp:ReceiveResponse><rsp:Stream Name=\"stdout\"{owner}>{}</rsp:Stream>{state}</rsp:ReceiveResponse>",
        STANDARD.encode(data)
    ))
}

fn signal(remote: &Arc<Remote>, user: &str, request: &Request) -> Result<String, Fault> {
    let shell = remote.shell(identifier(request.selector("ShellId"))?, user)?;
    let id = command_of(request, "Signal")?;
    let code = text(&request.body, "Code").unwrap_or_default();
    shell.take(match code.ends_with("/terminate") {
        true => Incoming::Close(id),
        false => Incoming::Stop(id),
    })?;
    Ok("<rsp:SignalResponse/>".to_string())
}
