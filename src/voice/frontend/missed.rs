//! Missed calls that never reached unified messaging: the front end tells it by MESSAGE, and tries again while it is down.

use super::role::FrontEnd;
use crate::config::{Snapshot, VoiceUser, bare_address};
use crate::router::caller;
use signaling::agent::Incoming;
use signaling::message::RequestBuilder;
use signaling::{HeaderName, Method};
use std::time::Duration;

/// Tries before a notification is given up; the pause doubles from ten seconds.
const TRIES: u32 = 9;

/// Content type of the notification.
pub(crate) const CONTENT_TYPE: &str = "application/ms-rtc-usernotification+xml";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The value of an element of the notification.
pub(crate) fn element(body: &str, name: &str) -> Option<String> {
    let start = body.find(&format!("<{name}>"))? + name.len() + 2;
    let end = start + body[start..].find(&format!("</{name}>"))?;
    let text = &body[start..end];
    Some(text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}

/// Tells unified messaging that a user missed a call; returns at once.
pub(super) fn tell(front_end: &FrontEnd, snapshot: &Snapshot, incoming: &Incoming, user: &VoiceUser) {
    let Some(plan) = snapshot.mailbox_of(user).and_then(|m| snapshot.dial_plan(&m.dial_plan)).cloned() else {
        return;
    };
    let who = caller(&incoming.request);
    let address = bare_address(&user.sip_address).to_string();
    let body = format!(
        "<?xml version=\"1.0\"?>\r\n<UserNotification><User>{}</User><EumProxyAddress>{}</EumProxyAddress><Caller>{}</Caller>\
         <CallerName>{}</CallerName><Time>{}</Time><Event>missed</Event><CallId>{}</CallId></UserNotification>\r\n",
        escape(&address),
        escape(&format!("eum:{address};phone-context={}", plan.phone_context)),
        escape(&who.party),
        escape(&who.display),
        crate::record::timestamp(),
        escape(incoming.request.call_id()),
    );
    let front_end = front_end.clone();
    let call_id = incoming.request.call_id().to_string();
    tokio::spawn(async move {
        let mut pause = Duration::from_secs(10);
        for _ in 0..TRIES {
            if send(&front_end, &plan.name, &plan.phone_context, &address, &body).await {
                return;
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        let text = format!("The missed call of {address} could not be told: no server of the dial plan takes it.");
        front_end.runtime.events.write(44023, "Warning", &front_end.fqdn, &call_id, text);
    });
}

async fn send(front_end: &FrontEnd, plan: &str, context: &str, address: &str, body: &str) -> bool {
    let snapshot = front_end.runtime.snapshot();
    let Some(plan) = snapshot.dial_plan(plan) else { return true };
    for server in snapshot.um_servers_of(plan) {
        let uri = format!("sip:{context}@{}:5063;transport=tls", server.fqdn);
        let token = signaling::agent::token;
        let from = format!("<sip:{}>;tag={}", front_end.fqdn, token());
        let call_id = format!("{}@{}", token(), front_end.fqdn);
        let message = RequestBuilder::new(Method::Message, &uri, &from, &format!("<sip:{address}>"), &call_id, 1)
            .header(HeaderName::Supported, "ms-fe")
            .body(CONTENT_TYPE, body.to_string())
            .build();
        match front_end.agent.request(message, None).await {
            Ok(reply) if (200..300).contains(&reply.message.status()) => return true,
            Ok(reply) => tracing::debug!(status = reply.message.status(), "missed call refused"),
            Err(error) => tracing::debug!(%error, "missed call not told"),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_escaped_and_read_back() {
        let body = format!("<User>{}</User>", escape("a&b <\"c\">"));
        assert_eq!(element(&body, "User").as_deref(), Some("a&b <\"c\">"));
        assert_eq!(element(&body, "Caller"), None);
    }
}
