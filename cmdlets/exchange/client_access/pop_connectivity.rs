//! Test-PopConnectivity: whether POP answers.

use command::Result;
use directory::{NounCode, Work};

use super::connectivity::{Check, MAIL_PARAMETERS, answer};

const CHECK: Check = Check {
    scenario: "Test POP3 Connectivity",
    description: "Connect to the server with POP3.",
    behind: "",
    ports: (995, 110),
    upgrade: ("STLS", "+OK"),
};

pub static NOUN: NounCode =
    NounCode { noun: "PopConnectivity", heeds: MAIL_PARAMETERS, verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    answer(work, &CHECK)
}
