//! Test-CsWebApp: a conference in a browser.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsWebApp",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "UserSipAddress", "TargetUri"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::ONE, "WebServer", "the web application")
}
