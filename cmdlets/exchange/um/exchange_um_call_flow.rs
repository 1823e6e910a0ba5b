//! Test-ExchangeUMCallFlow: a call as a gateway or as a client places it, with what was said on the wire.

use command::{Result, Value};
use control::TestCall;
use directory::{Fault, NounCode, Work, verb};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "ExchangeUMCallFlow",
    heeds: &["Mode", "NextHop", "Diversion", "HuntGroup", "VoIPSecurity", "CalledParty", "CallingParty", "Credential"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

/// The call that the parameters describe.
fn wanted(work: &mut Work) -> std::result::Result<TestCall, Fault> {
    let hop = verb::text(work, "NextHop");
    if verb::text(work, "Mode").eq_ignore_ascii_case("SIPClient") {
        directory::credential(work, "Credential")?;
        // The next hop of a client is the pool at which the calling user is registered.
        work.target("CsPool", &Value::from(hop.split(':').next().unwrap_or_default()))?;
        return Ok(TestCall {
            from: verb::text(work, "CallingParty").trim_start_matches("sip:").to_owned(),
            to: verb::text(work, "CalledParty").trim_start_matches("sip:").to_owned(),
            gateway: "user".to_owned(),
            hang_up_after: 1.0,
            secure: true,
            ..TestCall::default()
        });
    }
    let security = verb::text(work, "VoIPSecurity");
    let secured = ["SIPSecured", "Secured"].iter().any(|s| s.eq_ignore_ascii_case(&security));
    if secured {
        // The telephone of the test has no certificate that a server would trust.
        return Err(Fault::unsupported(work.command.name(), &format!("VoIPSecurity {security}")));
    }
    let (host, port) = hop.split_once(':').unwrap_or((&hop, "5060"));
    let full = if host.contains('.') { host.to_owned() } else { format!("{host}.{}", work.facts().domain) };
    let known = work.directory.store.read(|reader| reader.find("Host", "", &full))?;
    let address = known.as_ref().and_then(|h| h.text("ListenAddress"));
    let address = address.ok_or_else(|| Fault::not_found("ExchangeUMCallFlow", &hop, &work.facts().controller))?;
    let pilot = verb::text(work, "HuntGroup");
    let diverted = verb::text(work, "Diversion");
    Ok(TestCall {
        from: "+10000000000".to_owned(),
        to: if pilot.is_empty() { diverted.clone() } else { pilot },
        gateway: format!("{address}:{port}"),
        diversion: (!diverted.is_empty()).then_some(diverted),
        hang_up_after: 1.0,
        ..TestCall::default()
    })
}

fn test(work: &mut Work) -> Result<()> {
    let result = wanted(work).and_then(|call| directory::place_call(work, call));
    let result = match result {
        Ok(result) => result,
        Err(fault) => return work.fail(&fault),
    };
    let arrows: Vec<Value> = result
        .ladder
        .iter()
        .map(|a| Value::from(format!("{} -> {} ({}): {}", a.from, a.to, a.transport, a.text)))
        .collect();
    let reason = if result.answered { String::new() } else { format!("{} {}", result.status, result.reason) };
    work.session.write(Object::typed(
        "Microsoft.Exchange.Management.Tasks.UM.UMCallFlowResults",
        [
            ("EntireOperationSuccess", Value::Bool(result.answered)),
            ("ReasonForFailure", Value::from(reason.trim())),
            ("Diagnostics", Value::from(result.diagnostics.as_str())),
            ("CallId", Value::from(result.call_id.as_str())),
            ("SecureMedia", Value::Bool(result.secure_media)),
            ("Codec", Value::from(result.codec.as_str())),
            ("Latency", Value::F64(result.setup_milliseconds as f64)),
            ("MessageSequence", Value::array(arrows)),
        ],
    ))
}
