//! Ladders: which message went from whom to whom, for each call.

use chrono::{DateTime, Utc};
use control::Arrow;
use parking_lot::Mutex;
use signaling::agent::{TraceEntry, TraceSink};
use signaling::transport::Transport;
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Messages kept; the oldest go first.
const CAPACITY: usize = 20_000;
/// Bytes of messages kept: what a call costs does not grow with how many there were.
const BYTES: usize = 8 << 20;
/// Calls that one may stem from through each other.
const GENERATIONS: usize = 16;

struct Entry {
    /// Position among all messages.
    number: u64,
    time: DateTime<Utc>,
    from: Arc<str>,
    to: Arc<str>,
    transport: Transport,
    /// A copy of its own: that of the transport has room to spare.
    bytes: Box<[u8]>,
}

/// What is known of a call.
#[derive(Default)]
struct Known {
    /// Its messages, in their order.
    messages: VecDeque<Entry>,
    /// Places that it has in the order of all; without any it is forgotten.
    places: usize,
    /// The call that led to this one: the other leg of a mediation server has a Call-ID of its own.
    parent: Option<Arc<str>>,
    /// The same the other way round.
    children: Vec<Arc<str>>,
}

#[derive(Default)]
struct State {
    calls: HashMap<Arc<str>, Known>,
    /// Calls of all messages and of all that led to another, the oldest first.
    order: VecDeque<(u64, Arc<str>)>,
    next: u64,
    bytes: usize,
    names: HashMap<IpAddr, Arc<str>>,
    /// Names of agents, each once.
    agents: HashSet<Arc<str>>,
}

impl State {
    /// A call and all that are related to it, whichever of them is asked for.
    fn family(&self, call_id: &str) -> Vec<Arc<str>> {
        let Some((mut root, mut known)) = self.calls.get_key_value(call_id) else { return Vec::new() };
        for _ in 0..GENERATIONS {
            match known.parent.as_ref().and_then(|parent| self.calls.get_key_value(parent)) {
                Some(above) => (root, known) = above,
                None => break,
            }
        }
        let mut found = vec![root.clone()];
        let mut at = 0;
        while at < found.len() && found.len() < CAPACITY {
            let children = self.calls.get(&found[at]).map(|known| known.children.as_slice()).unwrap_or_default();
            // A call that was related twice must not go round for ever.
            let fresh: Vec<Arc<str>> = children.iter().filter(|c| !found.contains(c)).cloned().collect();
            found.extend(fresh);
            at += 1;
        }
        found
    }

    /// Gives a call a place in the order of all, and makes it known.
    fn place(&mut self, call_id: &str) -> (u64, Arc<str>) {
        let call: Arc<str> = match self.calls.get_key_value(call_id) {
            Some((known, _)) => known.clone(),
            None => call_id.into(),
        };
        let number = self.next;
        self.next += 1;
        self.calls.entry(call.clone()).or_default().places += 1;
        self.order.push_back((number, call.clone()));
        (number, call)
    }

    fn agent(&mut self, name: &str) -> Arc<str> {
        match self.agents.get(name) {
            Some(known) => known.clone(),
            None => {
                let known: Arc<str> = name.into();
                self.agents.insert(known.clone());
                known
            }
        }
    }

    fn name(&self, address: SocketAddr) -> Arc<str> {
        self.names.get(&address.ip()).cloned().unwrap_or_else(|| address.to_string().into())
    }

    /// Lets the oldest go until the rest may stay.
    fn forget(&mut self) {
        while self.order.len() > CAPACITY || self.bytes > BYTES {
            let Some((number, call)) = self.order.pop_front() else { return };
            let Some(known) = self.calls.get_mut(&call) else { continue };
            known.places -= 1;
            if known.messages.front().is_some_and(|oldest| oldest.number == number)
                && let Some(oldest) = known.messages.pop_front()
            {
                self.bytes -= oldest.bytes.len();
            }
            if known.places == 0 {
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
        self.state.lock().names = names.into_iter().map(|(address, name)| (address, name.into())).collect();
    }

    /// The sink for agents. Messages between servers of the organisation are seen by both: only the sender's copy is kept.
    pub fn sink(&self) -> TraceSink {
        let ladder = self.clone();
        Arc::new(move |entry| ladder.add(&entry))
    }

    fn add(&self, entry: &TraceEntry<'_>) {
        let (call_id, options) = call_of(entry.bytes);
        // Keep-alives of health checks would push calls out.
        if options {
            return;
        }
        let (time, bytes): (_, Box<[u8]>) = (Utc::now(), entry.bytes.into());
        let mut state = self.state.lock();
        let (agent, remote) = (state.agent(entry.agent), state.name(entry.remote));
        let (from, to) = if entry.sent { (agent, remote) } else { (remote, agent) };
        let (number, call) = state.place(call_id);
        state.bytes += bytes.len();
        if let Some(known) = state.calls.get_mut(&call) {
            known.messages.push_back(Entry { number, time, from, to, transport: entry.transport, bytes });
        }
        state.forget();
    }

    /// Says that one call led to another.
    pub fn relate(&self, parent: &str, child: &str) {
        let mut state = self.state.lock();
        if state.calls.get(child).is_some_and(|known| known.parent.is_some()) {
            return;
        }
        let ((_, parent), (_, child)) = (state.place(parent), state.place(child));
        if let Some(known) = state.calls.get_mut(&child) {
            known.parent = Some(parent.clone());
        }
        if let Some(known) = state.calls.get_mut(&parent) {
            known.children.push(child);
        }
        state.forget();
    }

    /// The messages of a call and of those related to it.
    pub fn of(&self, call_id: &str) -> Vec<Arrow> {
        let state = self.state.lock();
        let mut arrows: Vec<Arrow> = Vec::new();
        let mut start = None;
        let family = state.family(call_id);
        let mut entries: Vec<(&Arc<str>, &Entry)> = family
            .iter()
            .filter_map(|call| Some((call, state.calls.get(call)?)))
            .flat_map(|(call, known)| known.messages.iter().map(move |entry| (call, entry)))
            .collect();
        entries.sort_by_key(|(_, entry)| entry.number);
        for (call, entry) in entries {
            let start = *start.get_or_insert(entry.time);
            let message = super::veil::veiled(&String::from_utf8_lossy(&entry.bytes));
            let first = message.lines().next().unwrap_or("");
            let text = match first.strip_prefix("SIP/2.0 ") {
                Some(status) => status.to_string(),
                None => first.trim_end_matches(" SIP/2.0").to_string(),
            };
            arrows.push(Arrow {
                time: entry.time.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
                offset: (entry.time - start).num_milliseconds().max(0) as u64,
                from: entry.from.to_string(),
                to: entry.to.to_string(),
                transport: entry.transport.to_string(),
                text,
                call_id: call.to_string(),
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

    fn add(ladder: &Ladder, call: &str, padding: usize) {
        let message = format!("INFO sip:a SIP/2.0\r\nCall-ID: {call}\r\nCSeq: 1 INFO\r\n\r\n{}", "x".repeat(padding));
        let address = "10.0.0.1:5060".parse().unwrap();
        let (transport, bytes) = (Transport::Udp, message.as_bytes());
        ladder.add(&TraceEntry {
            agent: "fe1",
            sent: true,
            transport,
            local: address,
            remote: address,
            known_peer: false,
            bytes,
        });
    }

    #[test]
    fn a_family_is_found_from_each_of_its_calls() {
        let ladder = Ladder::default();
        for (parent, child) in [("a", "b"), ("b", "c"), ("b", "d"), ("c", "a"), ("b", "c")] {
            ladder.relate(parent, child);
        }
        for call in ["a", "b", "c", "d", "e"] {
            add(&ladder, call, 0);
        }
        for call in ["a", "b", "c", "d"] {
            let found: Vec<String> = ladder.of(call).into_iter().map(|a| a.call_id).collect();
            assert_eq!(found, ["a", "b", "c", "d"], "{call}");
        }
        assert_eq!(ladder.of("e").len(), 1);
    }

    #[test]
    fn the_oldest_go_and_nothing_of_them_stays() {
        let ladder = Ladder::default();
        for turn in 0..2000 {
            ladder.relate(&format!("p{turn}"), &format!("c{turn}"));
            add(&ladder, &format!("p{turn}"), 9000);
            add(&ladder, &format!("c{turn}"), 0);
        }
        assert!(ladder.of("p0").is_empty() && ladder.of("c0").is_empty());
        assert_eq!(ladder.of("c1999").len(), 2);
        let state = ladder.state.lock();
        assert!(
            state.bytes <= BYTES && state.calls.len() < 2000,
            "{} bytes of {} calls",
            state.bytes,
            state.calls.len()
        );
        assert_eq!(state.bytes, state.calls.values().flat_map(|c| &c.messages).map(|m| m.bytes.len()).sum::<usize>());
    }
}
