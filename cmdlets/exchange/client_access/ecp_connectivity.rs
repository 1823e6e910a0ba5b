//! Test-EcpConnectivity: whether the administration page answers.

use command::Result;
use directory::{NounCode, Work};

use super::connectivity::{Check, PARAMETERS, answer};

const CHECK: Check = Check {
    scenario: "Logon",
    description: "Log on to the Exchange Control Panel.",
    behind: "EcpVirtualDirectory",
    ports: (443, 80),
    upgrade: ("", ""),
};

pub static NOUN: NounCode =
    NounCode { noun: "EcpConnectivity", heeds: PARAMETERS, verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    answer(work, &CHECK)
}
