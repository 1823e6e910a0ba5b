//! Ladders: which message went from whom to whom, for each call.

use chrono::{DateTime, Utc};
use control::Arrow;
use parking_lot::Mutex;
use signaling::agent::{TraceEntry, TraceSink};
use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Messages kept; the oldest go first.
const CAPACITY: usize = 20_000;

struct Entry {
    time: DateTime<Utc>,
    call_id: String,
    from: String,
    to: String,
    transport: String,
    bytes: bytes::Bytes,
}

#[derive(Default)]
struct State {
    entries: VecDeque<Entry>,
    names: HashMap<IpAddr, String>,
    /// Calls that one call led to: the other leg of a mediation server has a Call-ID of its own.
    related: HashMap<String, String>,
}

/// The recorder; clones share it.
#[derive(Clone, Default)]
pub struct Ladder {
    state: Arc<Mutex<State>>,
}

fn header<'a>(text: &'a str, names: [&str; 2]) -> &'a str {
    text.lines()
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            names.iter().any(|n| name.trim().eq_ignore_ascii_case(n)).then(|| value.trim())
        })
        .unwrap_or("")
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
        let head = entry.bytes.len().min(2048);
        let text = String::from_utf8_lossy(&entry.bytes[..head]);
        let call_id = header(&text, ["Call-ID", "i"]).to_string();
        let first = text.lines().next().unwrap_or("");
        // Keep-alives of health checks would push calls out.
        if first.starts_with("OPTIONS") || header(&text, ["CSeq", "CSeq"]).ends_with("OPTIONS") {
            return;
        }
        let mut state = self.state.lock();
        let name = |state: &State, address: SocketAddr| match state.names.get(&address.ip()) {
            Some(name) => name.clone(),
            None => address.to_string(),
        };
        let remote = name(&state, entry.remote);
        let (from, to) = if entry.sent { (entry.agent, remote) } else { (remote, entry.agent) };
        let transport = entry.transport.to_string();
        state.entries.push_back(Entry { time: Utc::now(), call_id, from, to, transport, bytes: entry.bytes });
        if state.entries.len() > CAPACITY {
            state.entries.pop_front();
        }
    }

    /// Says that one call led to another.
    pub fn relate(&self, parent: &str, child: &str) {
        let mut state = self.state.lock();
        if state.related.len() > CAPACITY {
            state.related.clear();
        }
        state.related.insert(child.to_string(), parent.to_string());
    }

    /// The messages of a call and of those related to it.
    pub fn of(&self, call_id: &str) -> Vec<Arrow> {
        let state = self.state.lock();
        let root = |id: &str| {
            let mut id = id.to_string();
            for _ in 0..16 {
                match state.related.get(&id) {
                    Some(parent) => id = parent.clone(),
                    None => break,
                }
            }
            id
        };
        let wanted = root(call_id);
        let mut arrows: Vec<Arrow> = Vec::new();
        let mut start = None;
        for entry in state.entries.iter().filter(|e| root(&e.call_id) == wanted) {
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
                transport: entry.transport.clone(),
                text,
                call_id: entry.call_id.clone(),
                message,
            });
        }
        arrows
    }
}
