//! The groups of an account.

use command::Result;
use directory::{Fault, NounCode, Work};
use store::Object;

use super::membership::{change as change_members, group, groups_of, principal, row, values_of};

pub static NOUN: NounCode = NounCode {
    noun: "ADPrincipalGroupMembership",
    heeds: &["Identity", "MemberOf", "PassThru"],
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
    let found = principal(work, &identity).and_then(|member| {
        let groups: std::result::Result<Vec<Object>, Fault> =
            values_of(work, "MemberOf").iter().map(|g| group(work, g)).collect();
        Ok((member, groups?))
    });
    let (member, groups) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&member.name)? {
        return Ok(());
    }
    for group in &groups {
        change_members(work, group, std::slice::from_ref(&member), adds)?;
    }
    if !work.bound.switch("PassThru") {
        return Ok(());
    }
    let row = row(work, &member, "Microsoft.ActiveDirectory.Management.ADPrincipal");
    work.session.write(row)
}

fn get(work: &mut Work) -> Result<()> {
    let identity = work.bound.value("Identity");
    let rows = principal(work, &identity)
        .and_then(|member| groups_of(work, &member))
        .map(|found| found.iter().map(|g| row(work, g, "Microsoft.ActiveDirectory.Management.ADGroup")).collect());
    work.answer(rows)
}
