//! Test-ImapConnectivity: whether IMAP answers.

use command::Result;
use directory::{NounCode, Work};

use super::connectivity::{Check, MAIL_PARAMETERS, answer};

const CHECK: Check = Check {
    scenario: "Test IMAP4 Connectivity",
    description: "Connect to the server with IMAP4.",
    behind: "",
    ports: (993, 143),
    upgrade: ("a1 STARTTLS", "a1 OK"),
};

pub static NOUN: NounCode =
    NounCode { noun: "ImapConnectivity", heeds: MAIL_PARAMETERS, verbs: &[("Test", test)], ..NounCode::PLAIN };

fn test(work: &mut Work) -> Result<()> {
    answer(work, &CHECK)
}
