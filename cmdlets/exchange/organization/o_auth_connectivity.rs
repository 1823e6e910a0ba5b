//! A token of this organisation's Exchange, and a request with it to a partner application.

use command::{ErrorCategory, Result, Value};
use control::{Probe, ProbeKind};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "OAuthConnectivity",
    heeds: &["Service", "TargetUri", "AppOnly", "Mailbox"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let text = |work: &Work, name: &str| {
        work.bound
            .get(name)
            .filter(|v| !v.is_null())
            .map(|v| values::convert::to_display(v).to_string())
            .unwrap_or_default()
    };
    let (service, target) = (text(work, "Service"), text(work, "TargetUri"));
    let user = match work.bound.get("Mailbox").filter(|v| !v.is_null()).cloned() {
        Some(mailbox) if !work.bound.switch("AppOnly") => match work.target("Mailbox", &mailbox) {
            Ok(user) => user.text("PrimarySmtpAddress").unwrap_or_default().to_string(),
            Err(fault) => return work.fail(&fault),
        },
        _ => String::new(),
    };
    if user.is_empty() && !work.bound.switch("AppOnly") {
        let text = "The Mailbox parameter is required unless AppOnly is given.";
        return work.fail(&Fault::new("TaskArgumentException", "MailboxMissing", ErrorCategory::InvalidArgument, text));
    }
    if !work.should(&target)? {
        return Ok(());
    }
    let probe = Probe { kind: ProbeKind::Exchange, target: target.clone(), user, ..Probe::default() };
    let result = match directory::probe(work, probe) {
        Ok(result) => result,
        Err(fault) => return work.fail(&fault),
    };
    let mut detail = result.detail.join("\n");
    for line in [&result.error, &result.diagnosis].into_iter().filter(|l| !l.is_empty()) {
        detail.push('\n');
        detail.push_str(line);
    }
    let row = Object::typed(
        "Microsoft.Exchange.Security.OAuth.ValidationResultNode",
        [
            ("Task", Value::from(format!("Checking {service} API Call Under Oauth"))),
            ("Detail", Value::from(detail)),
            ("ResultType", Value::from(if result.success { "Success" } else { "Error" })),
            ("Identity", Value::from("Microsoft.Exchange.Security.OAuth.ValidationResultNodeId")),
            ("IsValid", Value::Bool(true)),
            ("ObjectState", Value::from("New")),
        ],
    );
    work.session.write(row)
}
