//! The groups of an account.

use command::Result;
use directory::{NounCode, Work};

use super::membership::{groups_of, principal, row, run};

pub static NOUN: NounCode = NounCode {
    noun: "ADPrincipalGroupMembership",
    heeds: &["Identity", "MemberOf", "PassThru"],
    verbs: &[("Add", add), ("Remove", remove), ("Get", get)],
    ..NounCode::PLAIN
};

fn add(work: &mut Work) -> Result<()> {
    run(work, "MemberOf", true)
}

fn remove(work: &mut Work) -> Result<()> {
    run(work, "MemberOf", false)
}

fn get(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let rows = principal(work, &identity)
        .and_then(|member| groups_of(work, &member))
        .map(|found| found.iter().map(|g| row(work, g, "Microsoft.ActiveDirectory.Management.ADGroup")).collect());
    work.answer(rows)
}
