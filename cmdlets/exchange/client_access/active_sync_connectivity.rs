//! Test-ActiveSyncConnectivity: whether the way of mobile devices is open.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

use super::connectivity::{Check, test as test_servers};

pub static NOUN: NounCode = NounCode {
    noun: "ActiveSyncConnectivity",
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
        scenario: "Options",
        description: "Issue an HTTP OPTIONS command to retrieve the Exchange ActiveSync protocol version.",
        behind: "ActiveSyncVirtualDirectory",
        ports: (443, 80),
    };
    test_servers(work, "ClientAccessServer", &check)
}
