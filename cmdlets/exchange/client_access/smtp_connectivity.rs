//! Test-SmtpConnectivity: whether the ports of receive connectors answer.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::connectivity::{self, Form};
use crate::server::monitoring::{self, Seen};

pub static NOUN: NounCode = NounCode {
    noun: "SmtpConnectivity",
    heeds: &["Identity", "MonitoringContext"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let (mut rows, mut seen) = (Vec::new(), Vec::new());
    for server in connectivity::servers(work, "Identity")? {
        let computer = connectivity::fqdn(work, &server);
        for connector in work.all("ReceiveConnector")? {
            if connector.text("Server").is_some_and(|s| !s.eq_ignore_ascii_case(&server.name)) {
                continue;
            }
            for binding in connector.texts("Bindings") {
                let Some(port) = binding.rsplit(':').next().and_then(|p| p.trim().parse().ok()) else { continue };
                let tried = connectivity::connect(work, &computer, port, Form::Plain)?;
                let code = if tried.error.is_empty() { "Success" } else { "UnableToConnect" };
                rows.push(Object::typed(
                    "Microsoft.Exchange.Monitoring.SmtpConnectivityStatus",
                    [
                        ("Server", Value::from(server.name.as_str())),
                        ("ReceiveConnector", Value::from(connector.name.as_str())),
                        ("Binding", Value::from(binding)),
                        ("EndPoint", Value::from(format!("{computer}:{port}"))),
                        ("StatusCode", Value::from(code)),
                        ("Details", Value::from(tried.error.as_str())),
                    ],
                ));
                seen.push(Seen {
                    instance: format!("{}|{}", server.name, connector.name),
                    error: tried.error,
                    milliseconds: Some(tried.milliseconds),
                });
            }
        }
    }
    rows.extend(monitoring::data(work, "SmtpConnectivity", &seen));
    Ok(rows)
}
