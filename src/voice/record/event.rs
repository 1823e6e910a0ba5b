//! The event log: kept in the database and handed to whoever subscribed.

use super::timestamp;
use crate::mailbox::VoiceStore;
use control::Event;
use tokio::sync::broadcast;

/// Writes events.
#[derive(Clone)]
pub struct EventLog {
    store: VoiceStore,
    subscribers: broadcast::Sender<Event>,
}

impl EventLog {
    /// A log in a database.
    pub fn new(store: VoiceStore) -> EventLog {
        EventLog { store, subscribers: broadcast::channel(256).0 }
    }

    /// Future events.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.subscribers.subscribe()
    }

    /// Writes an event. A full disk must not end a call: then it only goes to subscribers and the trace.
    pub fn write(&self, id: u32, level: &str, server: &str, call_id: &str, message: impl Into<String>) {
        let event = Event {
            time: timestamp(),
            id,
            level: level.into(),
            source: "MSExchange Unified Messaging".into(),
            server: server.into(),
            message: message.into(),
            call_id: call_id.into(),
        };
        tracing::info!(id, level, server, call_id, message = %event.message, "event");
        if let Err(error) = self.store.add_event(&event) {
            tracing::warn!(%error, "event not kept");
        }
        let _ = self.subscribers.send(event);
    }
}
