//! Presence: what users publish of themselves (RFC 3903) and who watches it (RFC 3856, RFC 6665).

use super::login;
use super::registrar::Subscription;
use super::role::FrontEnd;
use crate::config::Snapshot;
use parking_lot::Mutex;
use signaling::HeaderName;
use signaling::Message;
use signaling::agent::{Agent, Incoming};
use signaling::transport::Hop;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// The event package.
pub(super) const PACKAGE: &str = "presence";
/// The type of its documents.
const DOCUMENT: &str = "application/pidf+xml";
/// How long a publication stands where nothing is said, and at most.
const EXPIRES: (u64, u64) = (3600, 7200);

/// What users publish and who watches; clones share it.
#[derive(Clone, Default)]
pub struct Presence {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// By address, newest last.
    published: HashMap<String, Vec<Publication>>,
    /// By the address that is watched.
    watchers: HashMap<String, Vec<Subscription>>,
}

struct Publication {
    tag: String,
    expires: Instant,
    document: String,
}

/// What is said of a user who has published nothing.
fn closed(address: &str) -> String {
    let entity = address.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"sip:{entity}\"><tuple id=\"none\"><status><basic>closed</basic></status></tuple></presence>\n"
    )
}

/// A change of what a user publishes.
struct Change<'a> {
    /// The publication that it follows.
    tag: Option<&'a str>,
    /// What is published; none leaves what there is.
    document: Option<String>,
    life: Duration,
}

impl Presence {
    /// The document of a user as it stands: the newest that holds.
    fn document(&self, address: &str) -> String {
        let mut state = self.state.lock();
        let all = state.published.entry(address.to_owned()).or_default();
        all.retain(|p| p.expires > Instant::now());
        let newest = all.last().map(|p| p.document.clone());
        if newest.is_none() {
            state.published.remove(address);
        }
        newest.unwrap_or_else(|| closed(address))
    }

    /// Carries out a change; the publication's new tag, or the status of the refusal.
    fn change(&self, address: &str, change: Change) -> Result<String, u16> {
        let fresh = signaling::agent::token();
        let mut state = self.state.lock();
        let all = state.published.entry(address.to_owned()).or_default();
        all.retain(|p| p.expires > Instant::now());
        let old = match change.tag {
            Some(tag) => Some(all.iter().position(|p| p.tag == tag).map(|at| all.remove(at)).ok_or(412_u16)?),
            None => None,
        };
        let document = change.document.or(old.map(|p| p.document)).ok_or(400_u16)?;
        if !change.life.is_zero() {
            all.push(Publication { tag: fresh.clone(), expires: Instant::now() + change.life, document });
        }
        Ok(fresh)
    }

    /// Whether a request belongs to the subscription of a watcher.
    pub(super) fn has_watcher(&self, call_id: &str) -> bool {
        self.state.lock().watchers.values().flatten().any(|w| w.dialog.call_id == call_id)
    }

    /// Lets a watcher watch, tells him, and forgets him when his time is over.
    fn watch(&self, address: &str, mut watcher: Subscription) {
        let document = self.document(address);
        let told = (watcher.agent.clone(), watcher.hop.clone(), watcher.notify(PACKAGE, DOCUMENT, &document));
        {
            let mut state = self.state.lock();
            let all = state.watchers.entry(address.to_owned()).or_default();
            all.retain(|w| w.expires > Instant::now() && w.dialog.call_id != watcher.dialog.call_id);
            if watcher.expires > Instant::now() {
                all.push(watcher);
            }
            if all.is_empty() {
                state.watchers.remove(address);
            }
        }
        send(vec![told]);
    }

    /// A watcher's next SUBSCRIBE: how long he goes on; false when there is no such watcher.
    fn renew(&self, call_id: &str, life: Duration) -> bool {
        let found = {
            let mut state = self.state.lock();
            state.watchers.iter_mut().find_map(|(address, all)| {
                let at = all.iter().position(|w| w.dialog.call_id == call_id)?;
                Some((address.clone(), all.remove(at)))
            })
        };
        let Some((address, mut watcher)) = found else { return false };
        watcher.expires = Instant::now() + life;
        self.watch(&address, watcher);
        true
    }

    /// Tells those who watch a user how it stands.
    fn tell(&self, address: &str) {
        let document = self.document(address);
        let mut told = Vec::new();
        if let Some(all) = self.state.lock().watchers.get_mut(address) {
            all.retain(|w| w.expires > Instant::now());
            for watcher in all {
                let notify = watcher.notify(PACKAGE, DOCUMENT, &document);
                told.push((watcher.agent.clone(), watcher.hop.clone(), notify));
            }
        }
        send(told);
    }
}

fn send(told: Vec<(Agent, Hop, Message)>) {
    for (agent, hop, notify) in told {
        tokio::spawn(async move {
            if let Err(error) = agent.request_to(notify, &[hop], None).await {
                tracing::debug!(%error, "NOTIFY unanswered");
            }
        });
    }
}

/// The user whom a request is about; refuses those who are none.
fn presentity(snapshot: &Snapshot, incoming: &Incoming) -> Option<String> {
    let address = signaling::Uri::parse(incoming.request.request_uri()).map(|u| u.address().to_lowercase());
    let address = address.filter(|address| snapshot.user(address).is_some());
    if address.is_none() {
        incoming.reply(404, "", &[]);
    }
    address
}

fn life(incoming: &Incoming) -> Duration {
    let given = incoming.request.text(HeaderName::Expires).and_then(|e| e.trim().parse().ok());
    Duration::from_secs(given.unwrap_or(EXPIRES.0).min(EXPIRES.1))
}

/// PUBLISH: a user says how he is.
pub(super) async fn publish(front_end: &FrontEnd, snapshot: &Snapshot, incoming: &Incoming, trusted: bool) {
    let event = incoming.request.typed::<signaling::headers::Event>().map(|e| e.package).unwrap_or_default();
    if event != PACKAGE {
        return incoming.reply(489, "", &[(HeaderName::AllowEvents, PACKAGE.into())]);
    }
    let Some(address) = presentity(snapshot, incoming) else { return };
    let from = signaling::dialog::from_address(&incoming.request).map(|a| a.uri.address()).unwrap_or_default();
    let known = trusted || front_end.runtime.registrations.is_from(&from, incoming.source.remote);
    if !known && !login::check(&front_end.runtime, snapshot, incoming, true) {
        return;
    }
    if !trusted && !from.eq_ignore_ascii_case(&address) {
        return incoming.reply(403, "", &[]);
    }
    let (body, life) = (&incoming.request.body, life(incoming));
    let content = incoming.request.text(HeaderName::ContentType).unwrap_or_default();
    let is_document = content.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(DOCUMENT));
    if !body.is_empty() && !is_document {
        return incoming.reply(415, "", &[(HeaderName::Accept, DOCUMENT.into())]);
    }
    let Ok(text) = std::str::from_utf8(body) else { return incoming.reply(400, "", &[]) };
    let tag = incoming.request.text(HeaderName::SipIfMatch).map(|t| t.trim().to_owned());
    let document = (!text.is_empty()).then(|| text.to_owned());
    let presence = &front_end.runtime.presence;
    match presence.change(&address, Change { tag: tag.as_deref(), document, life }) {
        Err(status) => incoming.reply(status, "", &[]),
        Ok(tag) => {
            let headers = [(HeaderName::SipEtag, tag), (HeaderName::Expires, life.as_secs().to_string())];
            incoming.reply(200, "", &headers);
            presence.tell(&address);
            if !life.is_zero() {
                // What is not said again is no longer so.
                let presence = presence.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(life + Duration::from_millis(10)).await;
                    presence.tell(&address);
                });
            }
        }
    }
}

/// SUBSCRIBE to a user's presence, by somebody who has signed in.
pub(super) fn subscribe(front_end: &FrontEnd, snapshot: &Snapshot, incoming: &Incoming) {
    let Some(address) = presentity(snapshot, incoming) else { return };
    let life = life(incoming);
    if let Some(watcher) = Subscription::accept(front_end, incoming, life) {
        front_end.runtime.presence.watch(&address, watcher);
    }
}

/// SUBSCRIBE within the dialog of a subscription.
pub(super) fn renew(front_end: &FrontEnd, incoming: &Incoming) {
    let life = life(incoming);
    incoming.reply(200, "", &[(HeaderName::Expires, life.as_secs().to_string())]);
    front_end.runtime.presence.renew(incoming.request.call_id(), life);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn publications_follow_one_another_and_end() {
        let presence = Presence::default();
        let change = |tag: Option<&str>, document: Option<&str>, seconds: u64| {
            let life = Duration::from_secs(seconds);
            presence.change("a@x", Change { tag, document: document.map(str::to_owned), life })
        };
        assert!(presence.document("a@x").contains("<basic>closed</basic>"));
        assert_eq!(change(None, None, 60), Err(400));
        let first = change(None, Some("one"), 60).expect("published");
        assert_eq!(presence.document("a@x"), "one");
        let second = change(Some(&first), None, 60).expect("renewed");
        assert_eq!(presence.document("a@x"), "one");
        assert_eq!(change(Some(&first), Some("two"), 60), Err(412));
        let third = change(Some(&second), Some("two"), 60).expect("changed");
        let other = change(None, Some("of another device"), 30).expect("published");
        assert_eq!(presence.document("a@x"), "of another device");
        change(Some(&other), None, 0).expect("taken back");
        assert_eq!(presence.document("a@x"), "two");
        tokio::time::advance(Duration::from_secs(61)).await;
        assert!(presence.document("a@x").contains("closed"));
        assert_eq!(change(Some(&third), None, 60), Err(412));
    }
}
