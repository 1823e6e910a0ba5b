//! Test-CsWebScheduler: the page that schedules conferences.

use command::Result;
use directory::{NounCode, Work};

use super::unserved;

pub static NOUN: NounCode = NounCode {
    noun: "CsWebScheduler",
    heeds: &["TargetFqdn", "RegistrarPort", "TestJoinLauncher", "UserSipAddress", "TargetUri"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

fn test(work: &mut Work) -> Result<()> {
    unserved::test(work, unserved::ONE, "WebServer", "the web scheduler")
}
