//! Test-WebServicesConnectivity: whether Exchange Web Services answer.

use command::Result;
use directory::{NounCode, Work};

use super::connectivity::{Check, WEB_PARAMETERS, answer};

const CHECK: Check = Check {
    scenario: "GetFolder",
    description: "Connect to Exchange Web Services.",
    behind: "WebServicesVirtualDirectory",
    ports: (443, 80),
    upgrade: ("", ""),
};

pub static NOUN: NounCode =
    NounCode { noun: "WebServicesConnectivity", heeds: WEB_PARAMETERS, verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    answer(work, &CHECK)
}
