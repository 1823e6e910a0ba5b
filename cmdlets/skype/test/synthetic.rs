//! What the synthetic transactions have in common: the users of a test, and the object that tells its outcome.

use super::configured;
use command::{Result, Value};
use control::{Probe, ProbeKind};
use directory::Work;
use values::Object;

/// Outcome of a transaction.
#[derive(Default)]
pub(crate) struct Outcome {
    pub success: bool,
    pub milliseconds: u64,
    pub error: String,
    /// Text of ms-diagnostics: `12001;reason="...";source="..."`.
    pub diagnosis: String,
}

/// A parameter's text.
pub(super) fn text(work: &Work, name: &str) -> String {
    work.bound.str(name).map_or_else(String::new, |t| t.to_string())
}

/// The user of a test: as given, else the pool's test user.
pub(super) fn user(work: &Work, parameter: &str, test_user: &str) -> std::result::Result<String, String> {
    let given = text(work, parameter);
    if !given.is_empty() {
        return Ok(given.trim_start_matches("sip:").to_string());
    }
    let target = text(work, "TargetFqdn");
    let configured = work.all("CsHealthMonitoringConfiguration").unwrap_or_default();
    let of_pool = |o: &&store::Object| {
        o.name.eq_ignore_ascii_case(&target) || o.text("TargetFqdn").is_some_and(|t| t.eq_ignore_ascii_case(&target))
    };
    configured
        .iter()
        .find(of_pool)
        .and_then(|o| o.text(test_user))
        .map(|u| u.trim_start_matches("sip:").to_string())
        .ok_or_else(|| {
            format!(
                "Test users are not configured for {target}: use New-CsHealthMonitoringConfiguration or name the users."
            )
        })
}

/// `ErrorCode=...,Source=...,Reason=...` of ms-diagnostics.
fn diagnosis(text: &str) -> String {
    let Some((code, rest)) = text.split_once(';') else { return String::new() };
    let value = |name: &str| {
        rest.split(&format!("{name}=\"")).nth(1).and_then(|r| r.split('"').next()).unwrap_or_default().to_string()
    };
    format!("ErrorCode={},Source={},Reason={}", code.trim(), value("source"), value("reason"))
}

/// Writes the outcome as the field's tools do.
pub(super) fn write(work: &mut Work, outcome: &Outcome) -> Result<()> {
    let row = row(&text(work, "TargetFqdn"), outcome);
    work.session.write(row)
}

/// The outcome of a test of a computer or pool, as the field's tools show it.
pub(crate) fn row(target: &str, outcome: &Outcome) -> Value {
    Object::typed(
        "Microsoft.Rtc.SyntheticTransactions.TaskOutput",
        [
            ("TargetFqdn", Value::from(target)),
            ("Result", Value::from(if outcome.success { "Success" } else { "Failure" })),
            ("Latency", Value::TimeSpan(i64::try_from(outcome.milliseconds).unwrap_or(0) * 10_000)),
            ("Error", Value::from(outcome.error.as_str())),
            ("Diagnosis", Value::from(diagnosis(&outcome.diagnosis))),
        ],
    )
}

/// The outcome of a test that found something wrong, or nothing.
pub(crate) fn found(error: Option<String>) -> Outcome {
    Outcome { success: error.is_none(), error: error.unwrap_or_default(), ..Outcome::default() }
}

/// The outcome of a call: it counts as a success when it was answered.
pub(super) fn of_call(result: &control::CallResult) -> Outcome {
    Outcome {
        success: result.answered,
        milliseconds: result.setup_milliseconds,
        error: if result.answered { String::new() } else { format!("{}, {}", result.status, result.reason) },
        diagnosis: result.diagnostics.clone(),
    }
}

/// A transaction that could not even begin.
pub(super) fn refused(text: String) -> Outcome {
    Outcome { error: text, ..Outcome::default() }
}

/// Has the service try something and writes what came of it.
pub(super) fn probe(work: &mut Work, probe: Probe) -> Result<()> {
    match directory::probe(work, probe) {
        Ok(control::ProbeResult { success, milliseconds, error, diagnosis, .. }) => {
            write(work, &Outcome { success, milliseconds, error, diagnosis })
        }
        Err(fault) => work.fail(&fault),
    }
}

/// A user of a test: the parameters that name him and his credentials, and whom the pool has for it.
type Side = (&'static str, &'static str, &'static str);

/// The two users of a test: homed, on the pool that is named, with their own passwords where credentials are given.
fn two_users(work: &mut Work, sides: [Side; 2], who: &str) -> std::result::Result<(String, String), String> {
    let [first, second] = sides;
    let (one, other) = (configured::scene(work, first.0, first.2)?, configured::scene(work, second.0, second.2)?);
    configured::registrar_port(work, &one.pool)?;
    if one.user.id == other.user.id {
        return Err(format!("{who} must be two users."));
    }
    for (_, credential, _) in sides {
        directory::credential(work, credential).map_err(|_| "401, Unauthorized".to_owned())?;
    }
    Ok((user(work, first.0, first.2)?, user(work, second.0, second.2)?))
}

/// Has the service try something between two users, for so many seconds.
pub(super) fn between(work: &mut Work, kind: ProbeKind, sides: [Side; 2], who: &str, seconds: u64) -> Result<()> {
    let (user, peer) = match two_users(work, sides, who) {
        Ok(users) => users,
        Err(text) => return write(work, &refused(text)),
    };
    probe(work, Probe { kind, target: text(work, "TargetFqdn"), user, peer, seconds, ..Probe::default() })
}

/// Places a call by the service.
pub(super) use directory::place_call as call;

/// Three seconds that sound like somebody speaking, as a file of the home.
pub(super) fn speech(home: &std::path::Path) -> std::io::Result<String> {
    let mut bytes = Vec::with_capacity(48_044);
    let length = 48_000u32;
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + length).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt ");
    for field in [16u32.to_le_bytes(), [1, 0, 1, 0], 8000u32.to_le_bytes(), 16_000u32.to_le_bytes(), [2, 0, 16, 0]] {
        bytes.extend_from_slice(&field);
    }
    bytes.extend_from_slice(b"data");
    bytes.extend_from_slice(&length.to_le_bytes());
    let mut seed = 12_345u32;
    for index in 0..24_000u32 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Noise with the rhythm of syllables.
        let loud = if index % 2000 < 1400 { 3 } else { 40 };
        bytes.extend_from_slice(&(((seed >> 16) as i16) / loud).to_le_bytes());
    }
    let path = home.join("run").join("test-voice-mail.wav");
    std::fs::create_dir_all(home.join("run"))?;
    std::fs::write(&path, bytes)?;
    Ok(path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnoses_as_the_tools_write_them() {
        let text = "12001;reason=\"User Policy does not contain phone route usage.\";source=\"fe1.contoso.com\"";
        assert_eq!(
            diagnosis(text),
            "ErrorCode=12001,Source=fe1.contoso.com,Reason=User Policy does not contain phone route usage."
        );
        assert_eq!(diagnosis(""), "");
    }
}
