//! Ladders: which message went from whom to whom, for each call.

use chrono::{DateTime, Utc};
use control::Arrow;
use parking_lot::Mutex;
use signaling::agent::{TraceEntry, TraceSink};
use signaling::transport::Transport;
use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Messages kept; the oldest go first.
const CAPACITY: usize = 20_000;
/// Calls that one may stem from through each other.
const GENERATIONS: usize = 16;

struct Entry {
    /// Position among all messages.
    number: u64,
    time: DateTime<Utc>,
    call_id: Arc<str>,
    from: String,
    to: String,
    transport: Transport,
    bytes: bytes::Bytes,
}

#[derive(Default)]
struct State {
    /// Messages of each call, in their order.
    calls: HashMap<Arc<str>, VecDeque<Entry>>,
    /// Calls of all messages, the oldest first.
    order: VecDeque<Arc<str>>,
    next: u64,
    names: HashMap<IpAddr, String>,
    /// Calls that one call led to: the other leg of a mediation server has a Call-ID of its own.
    related: HashMap<String, String>,
    /// The same the other way round.
    led_to: HashMap<String, Vec<String>>,
}

impl State {
    /// A call and all that are related to it, whichever of them is asked for.
    fn family(&self, call_id: &str) -> Vec<String> {
        let mut root = call_id;
        for _ in 0..GENERATIONS {
            match self.related.get(root) {
                Some(parent) => root = parent,
                None => break,
            }
        }
        let mut found = vec![root.to_string()];
        let mut at = 0;
        while at < found.len() && found.len() < CAPACITY {
            let children = self.led_to.get(&found[at]).cloned().unwrap_or_default();
            // A call that was related twice must not go round for ever.
            let fresh: Vec<String> = children.into_iter().filter(|c| !found.contains(c)).collect();
            found.extend(fresh);
            at += 1;
        }
        found
    }

    fn forget_oldest(&mut self) {
        let Some(call) = self.order.pop_front() else { return };
        if let Some(entries) = self.calls.get_mut(&call) {
            entries.pop_front();
            if entries.is_empty() {
                self.calls.remove(&call);
            }
        }
    }
}

/// The recorder; clones share it.
#[derive(Clone, Default)]
pub struct Ladder {
    state: Arc<Mutex<State>>,
}

/// Call-ID of a message and whether it belongs to an OPTIONS; only the lines up to these fields are looked at.
fn call_of(bytes: &[u8]) -> (&str, bool) {
    let (mut call_id, mut options) = (None, bytes.starts_with(b"OPTIONS "));
    let mut asked = false;
    for line in bytes.split(|b| *b == b'\n').skip(1) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        // Most fields are others: the first letter tells.
        if !matches!(line.first(), Some(b'c' | b'C' | b'i' | b'I')) {
            if line.is_empty() {
                break;
            }
            continue;
        }
        let Some((name, value)) = std::str::from_utf8(line).ok().and_then(|l| l.split_once(':')) else { continue };
        match name.trim() {
            name if name.eq_ignore_ascii_case("Call-ID") || name.eq_ignore_ascii_case("i") => {
                call_id = Some(value.trim());
            }
            name if name.eq_ignore_ascii_case("CSeq") => {
                options |= value.trim().ends_with("OPTIONS");
                asked = true;
            }
            _ => {}
        }
        if call_id.is_some() && asked {
            break;
        }
    }
    (call_id.unwrap_or(""), options)
}

impl Ladder {
    /// Names that stand for addresses.
    pub fn set_names(&self, names: HashMap<IpAddr, String>) {
        self.state.lock().names = names;
    }

    /// The sink for agents. Messages between servers of the organisation are seen by both: only the sender's copy is kept.
    pub fn sink(&self) -> TraceSink {
        let ladder = self.clone();
        Arc::new(move |entry| ladder.add(entry))
    }

    fn add(&self, entry: TraceEntry) {
        let (call_id, options) = call_of(&entry.bytes);
        // Keep-alives of health checks would push calls out.
        if options {
            return;
        }
        let mut state = self.state.lock();
        let name = |state: &State, address: SocketAddr| match state.names.get(&address.ip()) {
            Some(name) => name.clone(),
            None => address.to_string(),
        };
        let remote = name(&state, entry.remote);
        let (from, to) = if entry.sent { (entry.agent, remote) } else { (remote, entry.agent) };
        let call: Arc<str> = match state.calls.get_key_value(call_id) {
            Some((known, _)) => known.clone(),
            None => call_id.into(),
        };
        let number = state.next;
        state.next += 1;
        let entry = Entry {
            number,
            time: Utc::now(),
            call_id: call.clone(),
            from,
            to,
            transport: entry.transport,
            bytes: entry.bytes,
        };
        state.calls.entry(call.clone()).or_default().push_back(entry);
        state.order.push_back(call);
        if state.order.len() > CAPACITY {
            state.forget_oldest();
        }
    }

    /// Says that one call led to another.
    pub fn relate(&self, parent: &str, child: &str) {
        let mut state = self.state.lock();
        if state.related.len() > CAPACITY {
            state.related.clear();
            state.led_to.clear();
        }
        if state.related.insert(child.to_string(), parent.to_string()).is_none() {
            state.led_to.entry(parent.to_string()).or_default().push(child.to_string());
        }
    }

    /// The messages of a call and of those related to it.
    pub fn of(&self, call_id: &str) -> Vec<Arrow> {
        let state = self.state.lock();
        let mut arrows: Vec<Arrow> = Vec::new();
        let mut start = None;
        let family = state.family(call_id);
        let mut entries: Vec<&Entry> = family.iter().filter_map(|c| state.calls.get(c.as_str())).flatten().collect();
        entries.sort_by_key(|e| e.number);
        for entry in entries {
            let start = *start.get_or_insert(entry.time);
            let message = String::from_utf8_lossy(&entry.bytes).into_owned();
            let first = message.lines().next().unwrap_or("");
            let text = match first.strip_prefix("SIP/2.0 ") {
                Some(status) => status.to_string(),
                None => first.trim_end_matches(" SIP/2.0").to_string(),
            };
            arrows.push(Arrow {
                time: entry.time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
                offset: (entry.time - start).num_milliseconds().max(0) as u64,
                from: entry.from.clone(),
                to: entry.to.clone(),
                transport: entry.transport.to_string(),
                text,
                call_id: entry.call_id.to_string(),
                message,
            });
        }
        arrows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_call_in_any_spelling() {
        for (text, wanted) in [
            ("INVITE sip:a SIP/2.0\r\nVia: x\r\nCall-ID: 7@x\r\nCSeq: 1 INVITE\r\n\r\nCall-ID: no", ("7@x", false)),
            ("SIP/2.0 200 OK\ncseq : 9 OPTIONS\ni: 8\n\n", ("8", true)),
            ("OPTIONS sip:a SIP/2.0\r\n\r\n", ("", true)),
            ("INVITE sip:a SIP/2.0\r\nContact: <sip:a>\r\n\r\ni: body", ("", false)),
        ] {
            assert_eq!(call_of(text.as_bytes()), wanted, "{text}");
        }
    }
}
