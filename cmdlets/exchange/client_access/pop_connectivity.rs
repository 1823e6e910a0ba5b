//! Test-PopConnectivity: whether POP answers.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

use super::connectivity::{Check, test as test_servers};

pub static NOUN: NounCode = NounCode {
    noun: "PopConnectivity",
    heeds: &[
        "ClientAccessServer",
        "MonitoringContext",
        "LightMode",
        "TrustAnySSLCertificate",
        "AllowUnsecureAccess",
        "Timeout",
        "MailboxServer",
        "VirtualDirectoryName",
        "TestType",
        "MonitoringInstance",
        "UseAutodiscoverForClientAccessServer",
        "ConnectionType",
        "PerConnectionTimeout",
        "PortClientAccessServer",
    ],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let check = Check {
        scenario: "Test POP3 Connectivity",
        description: "Connect to the server with POP3.",
        behind: "",
        ports: (995, 110),
    };
    test_servers(work, "ClientAccessServer", &check)
}
