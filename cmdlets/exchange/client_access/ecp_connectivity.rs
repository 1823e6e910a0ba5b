//! Test-EcpConnectivity: whether the administration page answers.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

use super::connectivity::{Check, test as test_servers};

pub static NOUN: NounCode = NounCode {
    noun: "EcpConnectivity",
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
        scenario: "Logon",
        description: "Log on to the Exchange Control Panel.",
        behind: "EcpVirtualDirectory",
        ports: (443, 80),
    };
    test_servers(work, "ClientAccessServer", &check)
}
