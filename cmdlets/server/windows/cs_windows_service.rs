//! The services of Skype for Business servers, by the commands of its own shell.

use command::{Result, Value};
use directory::{NounCode, Work};
use values::Object;

use super::service::{Service, change, chosen, start_request, status, stop_request};

pub static NOUN: NounCode = NounCode {
    noun: "CsWindowsService",
    heeds: &["Name", "ComputerName", "InputObject", "Graceful"],
    moot: &[("ExcludeActivityLevel", "the level of activity is not shown")],
    verbs: &[("Get", get), ("Start", start), ("Stop", stop)],
    ..NounCode::PLAIN
};

/// Whether a service is one of Skype for Business.
fn is_own(service: &Service) -> bool {
    service.name.starts_with("RTC")
}

fn row(service: &Service) -> Value {
    Object::typed(
        "Microsoft.Rtc.Management.Deployment.Core.NTService",
        [
            ("Status", Value::from(status(service))),
            ("Name", Value::from(service.name)),
            ("DisplayName", Value::from(service.display)),
            ("RoleName", Value::array(vec![Value::from(service.role)])),
            ("ComputerName", Value::from(service.server.as_str())),
        ],
    )
}

fn get(work: &mut Work) -> Result<()> {
    match chosen(work) {
        Ok(found) => found.iter().filter(|s| is_own(s)).try_for_each(|service| work.session.write(row(service))),
        Err(fault) => work.fail(&fault),
    }
}

fn start(work: &mut Work) -> Result<()> {
    change(work, &start_request, is_own)
}

fn stop(work: &mut Work) -> Result<()> {
    // Calls in progress end only when they are asked to be waited for.
    let graceful = work.bound.switch("Graceful");
    change(work, &|service, _| stop_request(service, !graceful), is_own)
}
