//! Get-Counter over the runtime: calls by role and server.

use command::{ErrorCategory, Result, Value, Wildcard};
use control::{Client, ControlError};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "Counter",
    heeds: &["Counter", "ListSet", "ComputerName", "SampleInterval", "MaxSamples"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// Role, counter set, and the counter of its calls.
const SETS: &[(&str, &str, &str)] = &[
    ("UMService", "MSExchangeUMGeneral", "Current Calls"),
    ("UMCallRouter", "MSExchangeUMCallRouterAvailability", "Current Calls"),
    ("Mediation", "LS:MediationServer - Inbound Calls", "- Current"),
    ("FrontEnd", "LS:SIP - Load Management", "- Current Calls"),
    ("Edge", "LS:A/V Edge - TCP Counters", "- Active Relay Sessions"),
];

/// Path and value of each counter.
fn counters(work: &mut Work) -> std::result::Result<Vec<(String, String, i64)>, Fault> {
    let home = work.session.home();
    let status = match Client::connect(&home) {
        Err(ControlError::NotRunning) => return Ok(Vec::new()),
        other => other
            .and_then(|mut client| client.status())
            .map_err(|e| super::super::dialtone::dialtone_service::fault(&e))?,
    };
    let mut found = Vec::new();
    for role in &status.roles {
        let server = role.server.split('.').next().unwrap_or_default().to_lowercase();
        if let Some((_, set, counter)) = SETS.iter().find(|(r, ..)| *r == role.role) {
            found.push((server, format!("\\{set}\\{counter}"), i64::try_from(role.calls).unwrap_or(i64::MAX)));
        }
    }
    Ok(found)
}

fn get(work: &mut Work) -> Result<()> {
    if work.bound.has("ListSet") {
        let patterns = work.bound.strings("ListSet");
        for (_, set, counter) in
            SETS.iter().filter(|(_, set, _)| patterns.iter().any(|p| Wildcard::new(p).matches(set)))
        {
            work.session.write(Object::typed(
                "Microsoft.PowerShell.Commands.GetCounter.CounterSet",
                [
                    ("CounterSetName", Value::from(*set)),
                    ("MachineName", Value::from(".")),
                    ("Paths", Value::array(vec![Value::from(format!("\\{set}\\{counter}"))])),
                ],
            ))?;
        }
        return Ok(());
    }
    let wanted = work.bound.strings("Counter");
    let computers = work.bound.strings("ComputerName");
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    let samples = work.bound.int("MaxSamples").unwrap_or(1);
    let interval = work.bound.int("SampleInterval").unwrap_or(1);
    for sample in 0..samples {
        if sample > 0 {
            work.session.sleep(std::time::Duration::from_secs(interval.unsigned_abs()))?;
        }
        let mut all = match counters(work) {
            Ok(all) => all,
            Err(fault) => return work.fail(&fault),
        };
        if !computers.is_empty() {
            all.retain(|(server, ..)| computers.iter().any(|c| short(c) == *server));
        }
        if !wanted.is_empty() {
            // A path may begin with a computer's name: \\server\set\counter.
            all.retain(|(server, path, _)| {
                let full = format!("\\\\{server}{path}");
                wanted.iter().any(|w| {
                    let pattern = Wildcard::new(w);
                    pattern.matches(path) || pattern.matches(&full)
                })
            });
            if all.is_empty() {
                let text = "The specified counter path could not be found: the telephony service does not run, or has no such counter.";
                return work.fail(&Fault::new(
                    "Exception",
                    "CounterPathIsInvalid",
                    ErrorCategory::InvalidResult,
                    text.to_string(),
                ));
            }
        }
        let now = values::members::get_static(work.session, values::TypeRef::DATETIME, "Now")?.unwrap_or_default();
        let rows = all.into_iter().map(|(server, path, value)| {
            Object::typed(
                "Microsoft.PowerShell.Commands.GetCounter.PerformanceCounterSample",
                [
                    ("Path", Value::from(format!("\\\\{server}{}", path.to_lowercase()))),
                    ("InstanceName", Value::from("")),
                    ("CookedValue", Value::F64(value as f64)),
                    ("Timestamp", now.clone()),
                ],
            )
        });
        let rows = Value::array(rows.collect());
        work.session.write(Object::typed(
            "Microsoft.PowerShell.Commands.GetCounter.PerformanceCounterSampleSet",
            [("Timestamp", now.clone()), ("CounterSamples", rows)],
        ))?;
    }
    Ok(())
}
