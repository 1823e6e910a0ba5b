//! Test-ServiceHealth: whether the services that roles need run.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::health;
use super::monitoring::{self, Seen};

pub static NOUN: NounCode = NounCode {
    noun: "ServiceHealth",
    heeds: &["Server", "MonitoringContext"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let (mut rows, mut seen) = (Vec::new(), Vec::new());
    for server in health::servers(work, "Server")? {
        for (role, runs) in health::roles(work, &server)? {
            let Some((_, service, title)) = health::SERVICES.iter().find(|(r, _, _)| *r == role) else { continue };
            let error = if runs { String::new() } else { format!("{service} does not run.") };
            seen.push(Seen { instance: format!("{}|{title}", server.name), error, milliseconds: None });
            let list = |is_there: bool| Value::array(if is_there { vec![Value::from(*service)] } else { Vec::new() });
            rows.push(Object::typed(
                "Microsoft.Exchange.Monitoring.ServiceHealthResult",
                [
                    ("Role", Value::from(*title)),
                    ("RequiredServicesRunning", Value::Bool(runs)),
                    ("ServicesRunning", list(runs)),
                    ("ServicesNotRunning", list(!runs)),
                    ("ComputerName", Value::from(server.name.as_str())),
                ],
            ));
        }
    }
    rows.extend(monitoring::data(work, "ServiceHealth", &seen));
    Ok(rows)
}
