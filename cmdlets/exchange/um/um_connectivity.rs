//! Tests of unified messaging: the server itself, and a call through a gateway.

use command::{Result, Value};
use control::{Probe, ProbeKind, TestCall};
use directory::{NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "UMConnectivity",
    heeds: &["CallRouter", "Secured", "RemotePort", "Phone", "UMIPGateway", "From", "DiagDtmfSequence"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

/// What a test found.
struct Outcome {
    success: bool,
    milliseconds: u64,
    reason: String,
    address: String,
}

fn test(work: &mut Work) -> Result<()> {
    let target = if work.bound.has("UMIPGateway") { "the UM IP gateway" } else { "the local server" };
    if !work.should(target)? {
        return Ok(());
    }
    let outcome = if work.bound.has("UMIPGateway") { through_gateway(work) } else { local(work) };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(fault) => return work.fail(&fault),
    };
    let calls = directory::service(work)
        .and_then(|mut c| c.calls().map_err(|e| directory::service_fault(&e)))
        .map_or(0, |calls| calls.iter().filter(|c| c.role == "UMService").count());
    let row = Object::typed(
        "Microsoft.Exchange.Management.Tasks.UM.UMConnectivityResults",
        [
            ("UmIPAddress", Value::from(outcome.address)),
            ("EntireOperationSuccess", Value::Bool(outcome.success)),
            ("ReasonForFailure", Value::from(outcome.reason)),
            ("CurrCalls", Value::I32(i32::try_from(calls).unwrap_or(i32::MAX))),
            ("Latency", Value::F64(outcome.milliseconds as f64)),
            ("UmserverAcceptingCallAnsweringMessages", Value::Bool(outcome.success)),
            ("TotalQueuedMessages", Value::I32(0)),
        ],
    );
    work.session.write(row)
}

/// The documented words of a server that cannot be reached.
const UNREACHABLE: &str = "The Microsoft Exchange Unified Messaging service encountered an error while trying to make a call. Details: Unable to establish a connection.";

fn local(work: &mut Work) -> std::result::Result<Outcome, directory::Fault> {
    let services = work.all("UMService")?;
    let service = services.first();
    let fqdn = service.and_then(|s| s.text("Fqdn")).unwrap_or_default().to_string();
    let router = work.bound.switch("CallRouter");
    let mode = service.and_then(|s| s.text("UMStartupMode")).unwrap_or("TCP").to_string();
    let secured = work.bound.get("Secured").is_some_and(values::convert::to_bool) || mode.eq_ignore_ascii_case("TLS");
    let usual = match (router, secured) {
        (true, false) => 5060,
        (true, true) => 5061,
        (false, false) => 5062,
        (false, true) => 5063,
    };
    let port = work.bound.int("RemotePort").filter(|p| *p > 0).unwrap_or(usual);
    let transport = if secured { "tls" } else { "tcp" };
    let target = format!("sip:{fqdn}:{port};transport={transport}");
    let probe = Probe { kind: ProbeKind::Options, target, user: fqdn.clone(), ..Probe::default() };
    let result = directory::probe(work, probe)?;
    let reason = match (result.success, result.status) {
        (true, _) => String::new(),
        (false, 0) => UNREACHABLE.to_string(),
        (false, _) => format!("{} {}", result.error, result.diagnosis).trim().to_string(),
    };
    Ok(Outcome { success: result.success, milliseconds: result.milliseconds, reason, address: fqdn })
}

fn through_gateway(work: &mut Work) -> std::result::Result<Outcome, directory::Fault> {
    let text = |work: &Work, name: &str| work.bound.str(name).map_or_else(String::new, |t| t.to_string());
    let identity = work.bound.get("UMIPGateway").cloned().unwrap_or(Value::Null);
    let gateway = work.target("UMIPGateway", &identity)?;
    let address = gateway.text("Address").unwrap_or_default().to_string();
    let from = text(work, "From");
    let call = TestCall {
        from: if from.is_empty() { "+10000000000".into() } else { from },
        to: text(work, "Phone"),
        keys: text(work, "DiagDtmfSequence"),
        hang_up_after: 1.0,
        ..TestCall::default()
    };
    let result = directory::place_call(work, call)?;
    let reason = if result.answered { String::new() } else { format!("{} {}", result.status, result.reason) };
    Ok(Outcome { success: result.answered, milliseconds: result.setup_milliseconds, reason, address })
}
