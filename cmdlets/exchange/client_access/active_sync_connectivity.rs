//! Test-ActiveSyncConnectivity: whether the way of mobile devices is open.

use command::Result;
use directory::{NounCode, Work};

use super::connectivity::{Check, PARAMETERS, answer};

const CHECK: Check = Check {
    scenario: "Options",
    description: "Issue an HTTP OPTIONS command to retrieve the Exchange ActiveSync protocol version.",
    behind: "ActiveSyncVirtualDirectory",
    ports: (443, 80),
    upgrade: ("", ""),
};

pub static NOUN: NounCode =
    NounCode { noun: "ActiveSyncConnectivity", heeds: PARAMETERS, verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    answer(work, &CHECK)
}
