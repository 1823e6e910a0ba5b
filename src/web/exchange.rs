//! As much of Exchange Web Services as the conversation history of Skype for Business needs: creating and deleting an item.

use crate::context::{Context, Kind};
use crate::sign_in::recognise;
use crate::xml::{self, escape, fault};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use std::path::PathBuf;
use std::sync::Arc;

pub(crate) fn routes() -> Router<Arc<Context>> {
    Router::new().route("/EWS/Exchange.asmx", post(answer)).route("/ews/exchange.asmx", post(answer))
}

const MESSAGES: &str = "http://schemas.microsoft.com/exchange/services/2006/messages";
/// Folders that items may go to.
const FOLDERS: [&str; 3] = ["ConversationHistory", "Inbox", "Dumpster"];

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
    let snapshot = context.snapshot();
    let Some(mailbox) = snapshot.mailbox_by_identity(&caller.user) else {
        return reply(
            StatusCode::INTERNAL_SERVER_ERROR,
            fault("ErrorNonExistentMailbox", &format!("The mailbox of {} does not exist.", caller.user)),
        );
    };
    let root = context.runtime().store.folder(&mailbox.id);
    let done = if xml::has(&body, "CreateItem") {
        create(root, &body)
    } else if xml::has(&body, "DeleteItem") {
        delete(root, &body)
    } else {
        Err("The operation is not supported. Supported are CreateItem, DeleteItem.".into())
    };
    match done {
        Ok(result) => reply(StatusCode::OK, xml::envelope(&result)),
        Err(text) => reply(StatusCode::INTERNAL_SERVER_ERROR, fault("Client", &text)),
    }
}

fn create(root: PathBuf, body: &str) -> Result<String, String> {
    let wanted = xml::text(body, "FolderName").unwrap_or_else(|| FOLDERS[0].to_string());
    let folder = FOLDERS
        .into_iter()
        .find(|f| f.eq_ignore_ascii_case(&wanted))
        .ok_or_else(|| format!("The folder {wanted} does not exist."))?;
    let subject = xml::text(body, "Subject").unwrap_or_default().replace(['\r', '\n'], " ");
    let text = xml::text(body, "Body").unwrap_or_default();
    let id = format!("{folder}-{}", voice::record::timestamp().replace([':', '.', '-'], ""));
    let path = root.join(folder);
    std::fs::create_dir_all(&path).map_err(|e| e.to_string())?;
    let mail = format!(
        "Subject: {subject}\r\nDate: {}\r\nX-MS-Item-Class: IPM.Note.Microsoft.Conversation\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
        voice::record::timestamp()
    );
    std::fs::write(path.join(format!("{id}.eml")), mail).map_err(|e| e.to_string())?;
    Ok(format!(
        "<CreateItemResponse xmlns=\"{MESSAGES}\"><ResponseMessages><CreateItemResponseMessage ResponseClass=\"Success\">\
         <ResponseCode>NoError</ResponseCode><Items><Message><ItemId Id=\"{}\"/></Message></Items></CreateItemResponseMessage>\
         </ResponseMessages></CreateItemResponse>",
        escape(&id)
    ))
}

fn delete(root: PathBuf, body: &str) -> Result<String, String> {
    let id = xml::text(body, "Id").unwrap_or_default();
    let folder = FOLDERS.into_iter().find(|f| id.strip_prefix(f).is_some_and(|r| r.starts_with('-')));
    // An id is made of letters, digits and dashes: it cannot leave the folder.
    let clean = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let (Some(folder), true) = (folder, clean) else {
        return Err(format!("The item {id} does not exist."));
    };
    std::fs::remove_file(root.join(folder).join(format!("{id}.eml")))
        .map_err(|_| format!("The item {id} does not exist."))?;
    Ok(format!(
        "<DeleteItemResponse xmlns=\"{MESSAGES}\"><ResponseMessages><DeleteItemResponseMessage ResponseClass=\"Success\">\
         <ResponseCode>NoError</ResponseCode></DeleteItemResponseMessage></ResponseMessages></DeleteItemResponse>"
    ))
}
