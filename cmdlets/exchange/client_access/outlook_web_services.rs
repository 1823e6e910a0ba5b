//! Test-OutlookWebServices: the services that Outlook finds by Autodiscover, for a mailbox.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::connectivity::{self, Form};
use crate::server::monitoring::{self, Seen};

pub static NOUN: NounCode = NounCode {
    noun: "OutlookWebServices",
    heeds: &[
        "Identity",
        "ClientAccessServer",
        "AutoDiscoverServer",
        "TargetAddress",
        "MailboxCredential",
        "MonitoringContext",
        "TrustAnySSLCertificate",
    ],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let identity = work.bound.get("Identity").filter(|v| !v.is_null()).cloned();
    let mailbox = identity.map(|value| work.target("Mailbox", &value)).transpose()?;
    let parameter = if work.bound.has("AutoDiscoverServer") { "AutoDiscoverServer" } else { "ClientAccessServer" };
    let scenarios = [
        ("AutoDiscoverOutlookProvider", "Autodiscover/Autodiscover.xml"),
        ("ExchangeWebServices", "EWS/Exchange.asmx"),
        ("AvailabilityService", "EWS/Exchange.asmx"),
        ("OfflineAddressBook", "OAB"),
    ];
    let refused = connectivity::account(work, "MailboxCredential").err().map(|fault| fault.message);
    // Whose time is asked for must be somebody of the organization.
    let targets = work.bound.list("TargetAddress");
    let stranger = targets.iter().find(|t| work.target("Recipient", t).is_err());
    let stranger = stranger.map(|t| format!("The recipient '{}' couldn't be found.", values::convert::to_display(t)));
    let (mut rows, mut seen) = (Vec::new(), Vec::new());
    for server in connectivity::servers(work, parameter)? {
        let computer = connectivity::fqdn(work, &server);
        let tried = connectivity::connect(work, &computer, 443, Form::Tls)?;
        for (scenario, path) in scenarios {
            // The book is handed out where one exists.
            let has_book = scenario != "OfflineAddressBook" || !work.all("OfflineAddressBook")?.is_empty();
            let mut error = if tried.is_good() { refused.clone().unwrap_or_default() } else { tried.error.clone() };
            if error.is_empty() && scenario == "AvailabilityService" {
                error = stranger.clone().unwrap_or_default();
            }
            let result = match (has_book, error.is_empty()) {
                (false, _) => "Skipped",
                (true, true) => "Success",
                (true, false) => "Failure",
            };
            rows.push(Object::typed(
                "Microsoft.Exchange.Management.SystemConfigurationTasks.WebServicesTestOutcome",
                [
                    ("Source", Value::from(computer.as_str())),
                    ("ServiceEndpoint", Value::from(format!("https://{computer}/{path}"))),
                    ("Scenario", Value::from(scenario)),
                    ("Result", Value::from(result)),
                    ("Latency", Value::I64(i64::try_from(tried.milliseconds).unwrap_or(i64::MAX))),
                    ("ScenarioDescription", Value::from(scenario)),
                    (
                        "Mailbox",
                        mailbox.as_ref().and_then(|m| m.text("PrimarySmtpAddress")).map_or(Value::Null, Value::from),
                    ),
                    ("Error", Value::from(error.as_str())),
                ],
            ));
            seen.push(Seen {
                instance: format!("{}|{scenario}", server.name),
                error,
                milliseconds: Some(tried.milliseconds),
            });
        }
    }
    rows.extend(monitoring::data(work, "OutlookWebServices", &seen));
    Ok(rows)
}
