//! Test-CsWebAppAnonymous: a conference in a browser, without signing in.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsWebAppAnonymous",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "UserSipAddress", "TargetUri"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::ONE, "WebServer", "the web application")
}
