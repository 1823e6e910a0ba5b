//! Test-WebServicesConnectivity: whether Exchange Web Services answer.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

use super::connectivity::{Check, test as test_servers};

pub static NOUN: NounCode = NounCode {
    noun: "WebServicesConnectivity",
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
        "Identity",
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
        scenario: "GetFolder",
        description: "Connect to Exchange Web Services.",
        behind: "WebServicesVirtualDirectory",
        ports: (443, 80),
    };
    test_servers(work, "ClientAccessServer", &check)
}
