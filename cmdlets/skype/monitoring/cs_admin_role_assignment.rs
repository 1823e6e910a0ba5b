//! Get-CsAdminRoleAssignment: the roles of Skype for Business that an account has.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

pub static NOUN: NounCode =
    NounCode { noun: "CsAdminRoleAssignment", heeds: &["Identity"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let account = directory::verb::text(work, "Identity");
    let known = work.all("CsAdminRole")?;
    let is_administrator = ["administrator", "admin"].iter().any(|a| {
        account.split('@').next().unwrap_or_default().rsplit('\\').next().unwrap_or_default().eq_ignore_ascii_case(a)
    });
    if !is_administrator {
        work.target("User", &Value::from(account.as_str()))?;
    }
    let roles = work.directory.store.read(|reader| directory::role::roles_of(reader, &account))?;
    // Who set up the organization administers it.
    let has = |name: &str| {
        roles.iter().any(|r| r.eq_ignore_ascii_case(name))
            || (is_administrator && name.eq_ignore_ascii_case("CsAdministrator"))
    };
    Ok(known.iter().filter(|r| has(&r.name)).map(|r| Value::from(r.name.as_str())).collect())
}
