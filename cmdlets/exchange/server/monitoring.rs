//! What -MonitoringContext adds to the outcome of a test: the events and counters that a monitoring system would take.

use command::Value;
use directory::Work;
use values::Object;
use values::convert::to_bool;

/// One thing that was looked at.
pub(crate) struct Seen {
    /// What it was: a server, a check of a server.
    pub instance: String,
    /// Empty when all was well.
    pub error: String,
    pub milliseconds: Option<u64>,
}

// assumed: the numbers of the events; published transcripts show 1000 for success.
const SUCCESS: i32 = 1000;
const FAILURE: i32 = 1001;

/// The events and counters of a test, where the call asks for them. `source` names the test as the event log does.
pub(crate) fn data(work: &Work, source: &str, seen: &[Seen]) -> Option<Value> {
    if !work.bound.get("MonitoringContext").is_some_and(to_bool) {
        return None;
    }
    let named = directory::verb::text(work, "MonitoringInstance");
    let instance = |one: &Seen| {
        let name = if named.is_empty() { one.instance.clone() } else { format!("{named}|{}", one.instance) };
        Value::from(name)
    };
    let event = |one: &Seen| {
        let is_good = one.error.is_empty();
        let message = match is_good {
            true => format!("The test of {} succeeded.", one.instance),
            false => format!("The test of {} failed: {}", one.instance, one.error),
        };
        Object::typed(
            "Microsoft.Exchange.Monitoring.MonitoringEvent",
            [
                ("EventIdentifier", Value::I32(if is_good { SUCCESS } else { FAILURE })),
                ("EventSource", Value::from(format!("MSExchange Monitoring {source}"))),
                ("EventType", Value::from(if is_good { "Success" } else { "Error" })),
                ("EventMessage", Value::from(message)),
                ("EventInstanceName", instance(one)),
            ],
        )
    };
    let counter = |one: &Seen| {
        let milliseconds = one.milliseconds?;
        Some(Object::typed(
            "Microsoft.Exchange.Monitoring.MonitoringPerformanceCounter",
            [
                ("PerformanceObject", Value::from(format!("MSExchange Monitoring {source}"))),
                ("PerformanceCounter", Value::from("Latency")),
                ("PerformanceInstance", instance(one)),
                ("PerformanceValue", Value::I64(i64::try_from(milliseconds).unwrap_or(i64::MAX))),
            ],
        ))
    };
    Some(Object::typed(
        "Microsoft.Exchange.Monitoring.MonitoringData",
        [
            ("Events", Value::array(seen.iter().map(event).collect())),
            ("PerformanceCounters", Value::array(seen.iter().filter_map(counter).collect())),
        ],
    ))
}
