//! Calls of the built-in test phone.

use command::{Result, Value};
use control::TestCall;
use directory::{NounCode, Work};
use values::Object;

use super::dialtone_service::texts;

pub static NOUN: NounCode = NounCode {
    noun: "DialtoneTestCall",
    heeds: &[
        "From",
        "To",
        "Gateway",
        "Play",
        "WaitForBeep",
        "Keys",
        "HangUpAfter",
        "AnswerTimeout",
        "Record",
        "Diversion",
        "Secure",
    ],
    verbs: &[("Invoke", invoke)],
    ..NounCode::PLAIN
};

fn invoke(work: &mut Work) -> Result<()> {
    let text = |work: &Work, name: &str| work.bound.str(name).map(|t| t.to_string()).filter(|t| !t.is_empty());
    let number = |work: &Work, name: &str| {
        work.bound.get(name).and_then(|v| values::convert::to_display(v).parse::<f64>().ok()).unwrap_or(0.0)
    };
    let file = |work: &mut Work, name: &str| -> Result<Option<String>> {
        match work.bound.str(name).filter(|t| !t.is_empty()) {
            Some(path) => Ok(Some(work.session.file_path(&path)?.display().to_string())),
            None => Ok(None),
        }
    };
    let call = TestCall {
        from: text(work, "From").unwrap_or_default(),
        to: text(work, "To").unwrap_or_default(),
        gateway: text(work, "Gateway").unwrap_or_default(),
        play: file(work, "Play")?,
        wait_for_beep: work.bound.switch("WaitForBeep"),
        keys: text(work, "Keys").unwrap_or_default(),
        hang_up_after: number(work, "HangUpAfter"),
        answer_timeout: number(work, "AnswerTimeout"),
        record: file(work, "Record")?,
        diversion: text(work, "Diversion"),
        secure: work.bound.switch("Secure"),
        ..TestCall::default()
    };
    let (from, to) = (call.from.clone(), call.to.clone());
    let result = match directory::place_call(work, call) {
        Ok(result) => result,
        Err(refused) => return work.fail(&refused),
    };
    let row = Object::typed(
        "Dialtone.CallResult",
        [
            ("From", Value::from(from)),
            ("To", Value::from(to)),
            ("Answered", Value::Bool(result.answered)),
            ("Status", Value::I32(i32::from(result.status))),
            ("Reason", Value::from(result.reason.as_str())),
            ("Diagnostics", Value::from(result.diagnostics.as_str())),
            ("Duration", Value::F64(result.duration)),
            ("SetupMilliseconds", Value::I64(result.setup_milliseconds.cast_signed())),
            ("Heard", Value::F64(result.heard)),
            ("HungUpBy", Value::from(result.hung_up_by.as_str())),
            ("SecureMedia", Value::Bool(result.secure_media)),
            ("Codec", Value::from(result.codec.as_str())),
            ("Messages", texts(&result.messages)),
            ("CallId", Value::from(result.call_id.as_str())),
            ("Ladder", Value::array(result.ladder.iter().map(super::dialtone_call::arrow).collect())),
        ],
    );
    work.session.write(row)
}
