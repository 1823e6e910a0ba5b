//! Test-OwaConnectivity: whether mail on the web answers.

use command::Result;
use directory::{NounCode, Work};

use super::connectivity::{Check, PARAMETERS, answer};

const CHECK: Check = Check {
    scenario: "Logon",
    description: "Log on to Outlook on the web.",
    behind: "OwaVirtualDirectory",
    ports: (443, 80),
    upgrade: ("", ""),
};

pub static NOUN: NounCode =
    NounCode { noun: "OwaConnectivity", heeds: PARAMETERS, verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    answer(work, &CHECK)
}
