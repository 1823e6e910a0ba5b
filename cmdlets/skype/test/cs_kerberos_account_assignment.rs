//! Accounts that web services sign in with; whether the account that is assigned exists.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "CsKerberosAccountAssignment",
    heeds: &["*", "Identity"],
    before_write: Some(check),
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

/// Longest name of a computer's account.
const LONGEST: usize = 15;

/// The account is one of a computer; its domain does not count.
fn check(edit: &mut directory::Edit) -> std::result::Result<(), Fault> {
    let account = edit.text("UserAccount");
    let name = account.rsplit('\\').next().unwrap_or_default().trim_end_matches('$');
    if name.chars().count() <= LONGEST {
        return Ok(());
    }
    let text = format!(
        "The length of the property is too long. The maximum length is {LONGEST} and the length of the value provided is {}. The value is \"{name}\". Property Name: UserAccount",
        name.chars().count()
    );
    Err(Fault::argument("PropertyTooLong", text).at(account))
}

fn test(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let identity = work.bound.value("Identity");
    let assigned = work.target("CsKerberosAccountAssignment", &identity)?;
    let account = assigned.text("UserAccount").unwrap_or_default().to_owned();
    let name = account.rsplit('\\').next().unwrap_or_default().trim_end_matches('$').to_owned();
    let there = ["CsKerberosAccount", "ADComputer"].iter().any(|noun| {
        work.all(noun).unwrap_or_default().iter().any(|o| {
            o.name.trim_end_matches('$').eq_ignore_ascii_case(&name)
                || o.text("UserAccount").is_some_and(|u| u.eq_ignore_ascii_case(&account))
        })
    });
    match there {
        true => Ok(Vec::new()),
        false => {
            let text = format!(
                "The account {account} that is assigned to {} is not in the directory: use New-CsKerberosAccount.",
                assigned.name
            );
            Err(Fault::state("KerberosAccountMissing", text).at(&account))
        }
    }
}
