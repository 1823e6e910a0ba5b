//! Members of a group.

use command::Result;
use directory::{NounCode, Work};

use super::membership::{group, members, row, run};

pub static NOUN: NounCode = NounCode {
    noun: "ADGroupMember",
    heeds: &["Identity", "Members", "PassThru", "Recursive"],
    verbs: &[("Add", add), ("Remove", remove), ("Get", get)],
    ..NounCode::PLAIN
};

fn add(work: &mut Work) -> Result<()> {
    run(work, "Members", true)
}

fn remove(work: &mut Work) -> Result<()> {
    run(work, "Members", false)
}

fn get(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let recursive = work.bound.switch("Recursive");
    let rows = group(work, &identity)
        .and_then(|group| members(work, &group, recursive))
        .map(|found| found.iter().map(|m| row(work, m, "Microsoft.ActiveDirectory.Management.ADPrincipal")).collect());
    work.answer(rows)
}
