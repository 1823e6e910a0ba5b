//! Sums of the calls of unified messaging by day, by month or over all.

use std::collections::BTreeMap;

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use serde_json::Value as Json;
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "UMCallSummaryReport",
    heeds: &["GroupBy", "UMDialPlan", "UMIPGateway"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// What is counted, and the types of calls that count.
const KINDS: [(&str, &[&str]); 8] = [
    ("AutoAttendant", &["Auto Attendant"]),
    ("FailedOrRejectedCalls", &[]),
    ("Fax", &["Fax"]),
    ("MissedCalls", &["Call Answering Missed Call"]),
    ("OtherCalls", &["None", "Unauthenticated Pilot Number", "Greetings Recording"]),
    ("Outbound", &["PlayOnPhone", "Find Me"]),
    ("SubscriberAccess", &["Subscriber Access"]),
    ("VoiceMessages", &["Call Answering Voice Message"]),
];

/// The calls of a group.
#[derive(Default)]
struct Sum {
    counts: [i32; KINDS.len()],
    total: i32,
    quality: Vec<f64>,
}

impl Sum {
    fn add(&mut self, call: &Json) {
        let text = |name: &str| call.get(name).and_then(Json::as_str).unwrap_or_default();
        let has_failed = ["Failed", "Rejected"].contains(&text("OfferResult"));
        let kind = KINDS.iter().position(|(name, types)| match has_failed {
            true => *name == "FailedOrRejectedCalls",
            false => types.contains(&text("CallType")),
        });
        if let Some(at) = kind {
            self.counts[at] += 1;
        }
        self.total += 1;
        self.quality.extend(call.get("NMOS").and_then(Json::as_f64).filter(|n| *n > 0.0));
    }
}

/// Calls by group; the text of the group is how much of the time counts.
fn sums(calls: &[Json], group: &str) -> BTreeMap<String, Sum> {
    let length = match group {
        "Day" => 10,
        "Month" => 7,
        _ => 0,
    };
    let mut found: BTreeMap<String, Sum> = BTreeMap::new();
    for call in calls {
        let time = call.get("CallStartTime").and_then(Json::as_str).unwrap_or_default();
        found.entry(time.chars().take(length).collect()).or_default().add(call);
    }
    found
}

fn get(work: &mut Work) -> Result<()> {
    let given = work.bound.str("GroupBy").map_or_else(String::new, |t| t.to_string());
    let Some(group) = ["Day", "Month", "Total"].iter().find(|g| g.eq_ignore_ascii_case(&given)) else {
        let text = format!("\"{given}\" is not a way to group: use Day, Month or Total.");
        return work.fail(&Fault::argument("GroupByInvalid", text).at(&given));
    };
    let calls = match super::um_call_data_record::calls(work) {
        Ok(calls) => calls,
        Err(fault) => return work.fail(&fault),
    };
    let name = |property: &str| work.bound.str(property).map_or(Value::Null, Value::Str);
    let (plan, gateway) = (name("UMDialPlan"), name("UMIPGateway"));
    for (date, sum) in sums(&calls, group) {
        let mut pairs = vec![
            ("Date", Value::from(if date.is_empty() { "---".to_owned() } else { date })),
            ("UMDialPlanName", plan.clone()),
            ("UMIPGatewayName", gateway.clone()),
        ];
        for ((name, _), count) in KINDS.iter().zip(sum.counts) {
            pairs.push((name, Value::I32(count)));
        }
        pairs.push(("TotalCalls", Value::I32(sum.total)));
        let average = sum.quality.iter().sum::<f64>() / sum.quality.len() as f64;
        pairs.push((
            "NMOS",
            if sum.quality.is_empty() { Value::Null } else { Value::F64((average * 100.0).round() / 100.0) },
        ));
        work.session.write(Object::typed("Microsoft.Exchange.Management.UMCallSummaryReport", pairs))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn groups() {
        let call = |day: &str, kind: &str, offer: &str| json!({"CallStartTime": format!("2026-{day} 10:00:00Z"), "CallType": kind, "OfferResult": offer, "NMOS": 4.0});
        let calls = [
            call("11-22", "Auto Attendant", "Answer"),
            call("11-22", "Subscriber Access", "Rejected"),
            call("11-23", "Auto Attendant", "Answer"),
        ];
        for (group, expected) in [("Day", 2), ("Month", 1), ("Total", 1)] {
            let found = sums(&calls, group);
            assert_eq!(found.len(), expected, "{group}");
            assert_eq!(found.values().map(|s| s.total).sum::<i32>(), 3);
            assert_eq!(found.values().map(|s| s.counts[1]).sum::<i32>(), 1);
        }
    }
}
