//! What is kept of calls: call records, events of the event log, ladders.

mod call;
mod event;
mod ladder;
mod veil;

pub(crate) use call::record_time;
pub use call::{CallRecord, CallType, OfferResult, ReasonForCall};
pub use event::EventLog;
pub use ladder::Ladder;

/// UTC now, RFC 3339 with milliseconds.
pub fn timestamp() -> String {
    chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
