//! Calls that unified messaging holds now.

use command::{Result, Value};
use control::{Client, ControlError};
use directory::{NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "UMActiveCalls",
    heeds: &["DialPlan", "IPGateway", "Server", "InstanceServer"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let home = work.session.home();
    let calls = match Client::connect(&home) {
        // No service, no calls.
        Err(ControlError::NotRunning) => return Ok(()),
        other => other.and_then(|mut client| client.calls()),
    };
    let calls = match calls {
        Ok(calls) => calls,
        Err(error) => return work.fail(&directory::service_fault(&error)),
    };
    let text = |work: &Work, name: &str| {
        work.bound
            .get(name)
            .filter(|v| !v.is_null())
            .map(|v| values::convert::to_display(v).to_string())
            .unwrap_or_default()
    };
    let (plan, gateway) = (text(work, "DialPlan"), text(work, "IPGateway"));
    let server = [text(work, "Server"), text(work, "InstanceServer")].concat();
    let gateway = match work.bound.get("IPGateway").filter(|v| !v.is_null()).cloned() {
        Some(identity) => match work.target("UMIPGateway", &identity) {
            Ok(found) => found.text("Address").unwrap_or(&gateway).to_string(),
            Err(fault) => return work.fail(&fault),
        },
        None => String::new(),
    };
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    for call in calls.iter().filter(|c| c.role == "UMService") {
        let wanted = (plan.is_empty() || call.dial_plan.eq_ignore_ascii_case(&plan))
            && (gateway.is_empty() || call.gateway.eq_ignore_ascii_case(&gateway))
            && (server.is_empty() || short(&call.server) == short(&server));
        if !wanted {
            continue;
        }
        let row = Object::typed(
            "Microsoft.Exchange.Data.Directory.SystemConfiguration.UMActiveCalls",
            [
                ("Server", Value::from(call.server.as_str())),
                ("CallType", Value::from(call.call_type.as_str())),
                ("CallState", Value::from(call.state.as_str())),
                ("DialPlan", Value::from(call.dial_plan.as_str())),
                ("IPGateway", Value::from(call.gateway.as_str())),
                ("CallingNumber", Value::from(call.from.as_str())),
                ("CalledNumber", Value::from(call.to.as_str())),
                ("DivertedNumber", Value::from(call.diversion.as_str())),
                ("Duration", Value::TimeSpan((call.duration * 10_000_000.0) as i64)),
                ("CallId", Value::from(call.call_id.as_str())),
            ],
        );
        work.session.write(row)?;
    }
    Ok(())
}
