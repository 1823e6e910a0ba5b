//! Autodiscover: plain XML for Outlook (POX), SOAP for servers (`autodiscover.svc`).

use crate::context::{Context, Kind};
use crate::sign_in::recognise;
use crate::xml::{self, escape};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::fmt::Write;
use std::sync::Arc;
use voice::config::UmMailbox;

pub(crate) fn routes() -> Router<Arc<Context>> {
    let mut routes = Router::new();
    // IIS does not mind the case.
    for folder in ["autodiscover", "Autodiscover"] {
        routes = routes
            .route(&format!("/{folder}/{folder}.xml"), get(invalid).post(plain))
            .route(&format!("/{folder}/{folder}.svc"), post(soap).get(describe));
    }
    routes
}

fn answer(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}

fn not_here(context: &Context) -> Option<Response> {
    (context.kind != Kind::ClientAccess).then(|| StatusCode::NOT_FOUND.into_response())
}

fn error_page(code: u32, text: &str) -> Response {
    answer(format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\
         <Response><Error Time=\"{}\" Id=\"1\"><ErrorCode>{code}</ErrorCode><Message>{}</Message><DebugData /></Error></Response></Autodiscover>",
        voice::record::timestamp().get(11..23).unwrap_or(""),
        escape(text)
    ))
}

async fn invalid(State(context): State<Arc<Context>>, headers: HeaderMap) -> Response {
    if let Some(response) = not_here(&context) {
        return response;
    }
    match recognise(&context, &headers) {
        Ok(_) => error_page(600, "Invalid Request"),
        Err(refusal) => *refusal,
    }
}

/// Addresses of the web services for a mailbox: those of its server, else of this one.
fn service_host(context: &Context, mailbox: &UmMailbox) -> String {
    let snapshot = context.snapshot();
    let short = |fqdn: &str| fqdn.split('.').next().unwrap_or("").to_ascii_lowercase();
    let server =
        snapshot.servers.iter().find(|s| !mailbox.server.is_empty() && short(&s.fqdn) == short(&mailbox.server));
    server.map_or_else(|| context.server.clone(), |s| s.fqdn.clone())
}

async fn plain(State(context): State<Arc<Context>>, headers: HeaderMap, body: String) -> Response {
    if let Some(response) = not_here(&context) {
        return response;
    }
    if let Err(refusal) = recognise(&context, &headers) {
        return *refusal;
    }
    let Some(address) = xml::text(&body, "EMailAddress").filter(|a| !a.is_empty()) else {
        return error_page(600, "Invalid Request");
    };
    let snapshot = context.snapshot();
    let Some(mailbox) = snapshot.mailbox_by_identity(&address) else {
        return error_page(500, "The e-mail address cannot be found.");
    };
    let host = service_host(&context, mailbox);
    let mut protocols = String::new();
    for kind in ["EXCH", "EXPR"] {
        let _ = write!(
            protocols,
            "<Protocol><Type>{kind}</Type><Server>{host}</Server><ASUrl>https://{host}/EWS/Exchange.asmx</ASUrl>\
             <EwsUrl>https://{host}/EWS/Exchange.asmx</EwsUrl><UMUrl>https://{host}/EWS/UM2007Legacy.asmx</UMUrl></Protocol>"
        );
    }
    answer(format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006\">\
         <Response xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a\"><User><DisplayName>{}</DisplayName>\
         <AutoDiscoverSMTPAddress>{}</AutoDiscoverSMTPAddress></User><Account><AccountType>email</AccountType><Action>settings</Action>{protocols}\
         <Protocol><Type>WEB</Type><Internal><OWAUrl AuthenticationMethod=\"Basic\">https://{host}/owa/</OWAUrl></Internal></Protocol>\
         </Account></Response></Autodiscover>",
        escape(&mailbox.display_name),
        escape(&mailbox.smtp)
    ))
}

async fn describe(State(context): State<Arc<Context>>) -> Response {
    not_here(&context)
        .unwrap_or_else(|| answer("<?xml version=\"1.0\"?><service name=\"AutodiscoverService\"/>".into()))
}

const NAMESPACE: &str = "http://schemas.microsoft.com/exchange/2010/Autodiscover";

async fn soap(State(context): State<Arc<Context>>, headers: HeaderMap, body: String) -> Response {
    if let Some(response) = not_here(&context) {
        return response;
    }
    if let Err(refusal) = recognise(&context, &headers) {
        return *refusal;
    }
    if !xml::has(&body, "GetUserSettingsRequestMessage") {
        let fault = xml::fault("Client", "The operation is not supported: GetUserSettings is.");
        return (StatusCode::INTERNAL_SERVER_ERROR, answer(fault)).into_response();
    }
    let wanted = xml::texts(&body, "Setting");
    let snapshot = context.snapshot();
    let mut users = String::new();
    for address in xml::texts(&body, "Mailbox") {
        let Some(mailbox) = snapshot.mailbox_by_identity(&address) else {
            let _ = write!(
                users,
                "<UserResponse><ErrorCode>InvalidUser</ErrorCode><ErrorMessage>Invalid user: '{}'</ErrorMessage><UserSettings/></UserResponse>",
                escape(&address)
            );
            continue;
        };
        let host = service_host(&context, mailbox);
        let mut settings = String::new();
        let mut errors = String::new();
        for name in &wanted {
            let value = match name.as_str() {
                "UserDisplayName" => Some(mailbox.display_name.clone()),
                "AutoDiscoverSMTPAddress" => Some(mailbox.smtp.clone()),
                "InternalEwsUrl" | "ExternalEwsUrl" => Some(format!("https://{host}/EWS/Exchange.asmx")),
                "InternalUMUrl" | "ExternalUMUrl" => Some(format!("https://{host}/EWS/UM2007Legacy.asmx")),
                "InternalMailboxServer" | "ExternalMailboxServer" => Some(host.clone()),
                _ => None,
            };
            let name = escape(name);
            let _ = match value {
                Some(value) => write!(
                    settings,
                    "<UserSetting xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:type=\"StringSetting\"><Name>{name}</Name><Value>{}</Value></UserSetting>",
                    escape(&value)
                ),
                None => write!(
                    errors,
                    "<UserSettingError><ErrorCode>InvalidSetting</ErrorCode><SettingName>{name}</SettingName></UserSettingError>"
                ),
            };
        }
        let _ = write!(
            users,
            "<UserResponse><ErrorCode>NoError</ErrorCode><ErrorMessage/><UserSettingErrors>{errors}</UserSettingErrors><UserSettings>{settings}</UserSettings></UserResponse>"
        );
    }
    answer(xml::envelope(&format!(
        "<GetUserSettingsResponseMessage xmlns=\"{NAMESPACE}\"><Response><ErrorCode>NoError</ErrorCode><ErrorMessage/>\
         <UserResponses>{users}</UserResponses></Response></GetUserSettingsResponseMessage>"
    )))
}
