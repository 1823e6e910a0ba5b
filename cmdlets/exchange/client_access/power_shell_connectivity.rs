//! Test-PowerShellConnectivity: whether remote sessions are answered.

use command::Result;
use directory::{NounCode, Work};

use super::connectivity::{Check, SHELL_PARAMETERS, answer};

const CHECK: Check = Check {
    scenario: "Logon User",
    description: "Log on to the PowerShell virtual directory.",
    behind: "PowerShellVirtualDirectory",
    ports: (443, 80),
    upgrade: ("", ""),
};

pub static NOUN: NounCode =
    NounCode { noun: "PowerShellConnectivity", heeds: SHELL_PARAMETERS, verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    answer(work, &CHECK)
}
