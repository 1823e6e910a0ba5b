//! Queues of mail: each server has one for what is handed in; it can be held. Nothing waits there longer than its delivery takes.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};
use store::{Draft, Object};

pub static NOUN: NounCode = NounCode {
    noun: "Queue",
    heeds: &["Identity", "Filter", "Server", "ResultSize", "Include", "Exclude", "SortOrder"],
    verbs: &[("Get", get), ("Suspend", suspend), ("Resume", resume), ("Retry", retry)],
    ..NounCode::PLAIN
};

/// A queue of a server.
struct Queue {
    server: String,
    is_held: bool,
    error: String,
}

impl Queue {
    fn identity(&self) -> String {
        format!("{}\\Submission", self.server)
    }

    fn status(&self) -> &'static str {
        if self.is_held { "Suspended" } else { "Ready" }
    }

    /// What a filter may ask for.
    fn property(&self, name: &str) -> serde_json::Value {
        match name.to_ascii_lowercase().as_str() {
            "identity" => self.identity().into(),
            "status" => self.status().into(),
            "deliverytype" => "Undefined".into(),
            "nexthopdomain" => "Submission".into(),
            "messagecount" | "velocity" | "deferredmessagecount" => 0.into(),
            _ => serde_json::Value::Null,
        }
    }
}

fn queues(work: &mut Work) -> std::result::Result<Vec<Queue>, Fault> {
    let identity = verb::text(work, "Identity");
    let (server, queue) = match identity.split_once('\\') {
        Some((server, queue)) => (server.to_owned(), queue.to_owned()),
        None => (verb::text(work, "Server"), identity.clone()),
    };
    let short = server.split('.').next().unwrap_or_default().to_owned();
    let filter = work.bound.str("Filter").map(|t| t.to_string()).filter(|t| !t.is_empty());
    let filter = filter.map(|text| directory::read_filter(work, &text)).transpose()?;
    let held = work.all("Queue")?;
    let is_held = |name: &str| held.iter().any(|q: &Object| q.name.eq_ignore_ascii_case(name));
    let mut found = Vec::new();
    for server in work.all("ExchangeServer")? {
        let mut one = Queue { server: server.name.clone(), is_held: false, error: String::new() };
        one.is_held = is_held(&one.identity());
        let is_named = (short.is_empty() || server.name.eq_ignore_ascii_case(&short))
            && (queue.is_empty() || directory::like("Submission", &queue));
        if is_named && filter.as_ref().is_none_or(|f| f.passes(&mut |name| one.property(name))) {
            found.push(one);
        }
    }
    // The submission queue is an internal one, and empty.
    let names_it = |parameter: &str| {
        let named = work.bound.strings(parameter);
        let parts: Vec<&str> =
            named.iter().flat_map(|t| t.split(',')).map(str::trim).filter(|t| !t.is_empty()).collect();
        let is_it = parts.iter().any(|p| ["Internal", "Empty", "Undefined"].iter().any(|k| k.eq_ignore_ascii_case(p)));
        (!parts.is_empty()).then_some(is_it)
    };
    if names_it("Include") == Some(false) || names_it("Exclude") == Some(true) {
        return Ok(Vec::new());
    }
    let order = verb::text(work, "SortOrder");
    for part in order.split(',').map(str::trim).filter(|p| !p.is_empty()).rev() {
        let name = part.trim_start_matches(['+', '-']).to_owned();
        found.sort_by_key(|queue| queue.property(&name).to_string());
        if part.starts_with('-') {
            found.reverse();
        }
    }
    if found.is_empty() && !identity.is_empty() {
        return Err(Fault::not_found("Queue", &identity, &work.facts().controller));
    }
    Ok(found)
}

fn get(work: &mut Work) -> Result<()> {
    let limit = work.bound.str("ResultSize").and_then(|t| t.parse().ok()).unwrap_or(usize::MAX);
    let rows = queues(work).map(|found| {
        let row = |queue: &Queue| {
            values::Object::typed(
                "Microsoft.Exchange.Data.QueueViewer.ExtensibleQueueInfo",
                [
                    ("Identity", Value::from(queue.identity())),
                    ("DeliveryType", Value::from("Undefined")),
                    ("Status", Value::from(queue.status())),
                    ("MessageCount", Value::I32(0)),
                    ("Velocity", Value::I32(0)),
                    ("RiskLevel", Value::from("Normal")),
                    ("OutboundIPPool", Value::I32(0)),
                    ("NextHopDomain", Value::from("Submission")),
                    ("LastError", Value::from(queue.error.as_str())),
                ],
            )
        };
        found.iter().take(limit).map(row).collect()
    });
    work.answer(rows)
}

/// Holds the queues that are named, or lets them go.
fn hold(work: &mut Work, held: bool) -> Result<()> {
    let found = match queues(work) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    for queue in found {
        let name = queue.identity();
        if queue.is_held == held || !work.should(&name)? {
            continue;
        }
        work.write(|writer, _| {
            match writer.find("Queue", "", &name)? {
                Some(known) if !held => writer.remove(known.id)?,
                None if held => writer.put(Draft::new("Queue", "", &name).with("Status", "Suspended"))?,
                _ => {}
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn suspend(work: &mut Work) -> Result<()> {
    hold(work, true)
}

fn resume(work: &mut Work) -> Result<()> {
    hold(work, false)
}

/// Only queues whose next hop failed are tried again; the queue for what is handed in has none.
fn retry(work: &mut Work) -> Result<()> {
    match queues(work) {
        Ok(found) => found.iter().try_for_each(|queue| {
            let text = format!(
                "The queue {} can't be retried: its status is {}, and only queues in Retry can be.",
                queue.identity(),
                queue.status()
            );
            work.fail(&Fault::exchange("LocalizedException", "Queue", text).at(&queue.identity()))
        }),
        Err(fault) => work.fail(&fault),
    }
}
