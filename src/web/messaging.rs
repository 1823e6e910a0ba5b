//! The web service of unified messaging: Play on Phone and a user's settings.

use crate::context::{Context, Kind};
use crate::sign_in::recognise;
use crate::xml::{self, escape, fault};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use std::sync::Arc;

pub(crate) fn routes() -> Router<Arc<Context>> {
    Router::new().route("/EWS/UM2007Legacy.asmx", post(answer)).route("/ews/um2007legacy.asmx", post(answer))
}

const NAMESPACE: &str = "http://schemas.microsoft.com/exchange/services/2006/messages";

/// Operations in the order in which a request is searched for them.
const OPERATIONS: [&str; 6] =
    ["PlayOnPhone", "GetCallInfo", "Disconnect", "IsUMEnabled", "GetUMProperties", "SetOofStatus"];

fn reply(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/xml; charset=utf-8")], body).into_response()
}

async fn answer(State(context): State<Arc<Context>>, headers: HeaderMap, body: String) -> Response {
    if context.kind != Kind::ClientAccess {
        return StatusCode::NOT_FOUND.into_response();
    }
    let caller = match recognise(&context, &headers) {
        Ok(caller) => caller,
        Err(refusal) => return *refusal,
    };
    let Some(operation) = OPERATIONS.into_iter().find(|o| xml::has(&body, o)) else {
        return reply(
            StatusCode::INTERNAL_SERVER_ERROR,
            fault("Client", &format!("The operation is not supported. Supported are {}.", OPERATIONS.join(", "))),
        );
    };
    match run(&context, operation, &caller.user, &body).await {
        Ok(result) => reply(
            StatusCode::OK,
            xml::envelope(&format!(
                "<{operation}Response xmlns=\"{NAMESPACE}\"><ResponseCode>NoError</ResponseCode>{result}</{operation}Response>"
            )),
        ),
        Err(text) => reply(StatusCode::INTERNAL_SERVER_ERROR, fault("Server", &text)),
    }
}

/// State of a Play on Phone call as clients know it.
fn state_name(state: &str) -> &str {
    match state {
        "Alerted" => "Alerted",
        "Connected" => "Connected",
        "" => "Disconnected",
        _ => "Connecting",
    }
}

async fn run(context: &Context, operation: &str, user: &str, body: &str) -> Result<String, String> {
    let runtime = context.runtime();
    let snapshot = context.snapshot();
    let value = |name: &str| xml::text(body, name).unwrap_or_default();
    let mailbox = snapshot.mailbox_by_identity(user);
    if operation == "IsUMEnabled" {
        return Ok(format!("<Result>{}</Result>", mailbox.is_some()));
    }
    let mailbox = mailbox.ok_or_else(|| format!("The mailbox of {user} is not enabled for unified messaging."))?;
    match operation {
        "PlayOnPhone" => {
            let message = [value("EntryId"), value("entryId")].concat();
            let number = [value("DialString"), value("dialString")].concat();
            // The call goes on by itself; its identity is what the caller asks about and ends it with.
            let call = voice::um::start_play_on_phone(runtime, &mailbox.id, &message, &number).await?;
            Ok(format!("<PhoneCallId Id=\"{}\"/>", escape(&call)))
        }
        "GetCallInfo" => {
            let id = [value("CallId"), value("callId")].concat();
            let calls = runtime.active.list();
            let state = calls.iter().find(|c| c.call_id == id).map_or("", |c| &c.state);
            Ok(format!("<CallState>{}</CallState>", state_name(state)))
        }
        "Disconnect" => {
            let id = [value("CallId"), value("callId")].concat();
            // Only calls of the user may be cut.
            let own = runtime.active.list().iter().any(|c| c.call_id == id && c.from == mailbox.alias);
            if id.is_empty() || !own || !runtime.active.cut(&id) {
                return Err(format!("There is no call {id}."));
            }
            Ok(String::new())
        }
        "GetUMProperties" => {
            let folder = runtime.store.folder(&mailbox.id);
            Ok(format!(
                "<OofStatus>{}</OofStatus><MissedCallNotificationEnabled>{}</MissedCallNotificationEnabled>\
                 <PlayOnPhoneEnabled>{}</PlayOnPhoneEnabled><TelephoneAccessNumbers>{}</TelephoneAccessNumbers>",
                folder.join("greeting-away.wav").exists(),
                mailbox.missed_calls,
                mailbox.play_on_phone,
                escape(&snapshot.dial_plan(&mailbox.dial_plan).map_or(String::new(), |p| p.access_numbers.join(",")))
            ))
        }
        _ => {
            let wanted = [value("status"), value("Status")].concat();
            let folder = runtime.store.folder(&mailbox.id);
            let (on, off) = (folder.join("greeting-away.wav"), folder.join("greeting-away.off.wav"));
            let (from, to) = if wanted.eq_ignore_ascii_case("true") { (off, on) } else { (on, off) };
            if !to.exists() {
                std::fs::rename(&from, &to).map_err(|_| "No out of office greeting is recorded.".to_string())?;
            }
            Ok(String::new())
        }
    }
}
