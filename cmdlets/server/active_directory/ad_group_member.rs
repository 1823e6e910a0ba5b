//! Members of a group.

use command::Result;
use directory::{Fault, NounCode, Work};
use store::Object;

use super::membership::{change as change_members, group, members, principal, row, values_of};

pub static NOUN: NounCode = NounCode {
    noun: "ADGroupMember",
    heeds: &["Identity", "Members", "PassThru", "Recursive"],
    verbs: &[("Add", add), ("Remove", remove), ("Get", get)],
    ..NounCode::PLAIN
};

fn add(work: &mut Work) -> Result<()> {
    change(work, true)
}

fn remove(work: &mut Work) -> Result<()> {
    change(work, false)
}

fn change(work: &mut Work, adds: bool) -> Result<()> {
    let identity = work.bound.value("Identity");
    let found = group(work, &identity).and_then(|group| {
        let members: std::result::Result<Vec<Object>, Fault> =
            values_of(work, "Members").iter().map(|m| principal(work, m)).collect();
        Ok((group, members?))
    });
    let (group, members) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&group.name)? {
        return Ok(());
    }
    match change_members(work, &group, &members, adds)? {
        Some(()) if work.bound.switch("PassThru") => {
            let row = row(work, &group, "Microsoft.ActiveDirectory.Management.ADGroup");
            work.session.write(row)
        }
        _ => Ok(()),
    }
}

fn get(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let recursive = work.bound.switch("Recursive");
    let rows = group(work, &identity)
        .and_then(|group| members(work, &group, recursive))
        .map(|found| found.iter().map(|m| row(work, m, "Microsoft.ActiveDirectory.Management.ADPrincipal")).collect());
    work.answer(rows)
}
