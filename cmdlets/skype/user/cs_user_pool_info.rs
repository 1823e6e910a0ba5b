//! Get-CsUserPoolInfo: the pools that serve a user, and the order of their computers.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "CsUserPoolInfo", heeds: &["Identity"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let identity = work.bound.value("Identity");
    let user = work.target("CsUser", &identity)?;
    let pool = user.text("RegistrarPool").unwrap_or_default().to_owned();
    let known = work.directory.store.read(|reader| reader.find("CsPool", "", &pool))?;
    let computers = work.all("CsComputer")?;
    let of = |pool: &str| -> Vec<&str> {
        computers
            .iter()
            .filter(|c| c.text("Pool").is_some_and(|p| p.eq_ignore_ascii_case(pool)))
            .map(|c| c.name.as_str())
            .collect()
    };
    // Which computer takes a user follows from the user's address, so that a pool's users spread evenly.
    let order = |pool: &str| {
        let mut names = of(pool);
        names.sort_unstable();
        let sum: usize = user.text("SipAddress").unwrap_or(&user.name).bytes().map(usize::from).sum();
        if !names.is_empty() {
            let first = sum % names.len();
            names.rotate_left(first);
        }
        Value::array(names.iter().enumerate().map(|(at, name)| Value::from(format!("{}:[{name}]", at + 1))).collect())
    };
    let backup = known.as_ref().and_then(|p| p.text("BackupPoolFqdn")).filter(|b| !b.is_empty()).map(str::to_owned);
    let failed = known.as_ref().and_then(|p| p.text("FailedOverTo")).map(str::to_owned);
    let serving = failed.unwrap_or_else(|| pool.clone());
    Ok(vec![Object::typed(
        "Microsoft.Rtc.Management.Xds.GetOCsUserPoolInfoCmdlet+UserInformation",
        [
            ("Identity", Value::from(user.name.as_str())),
            ("PrimaryPoolFqdn", Value::from(pool.as_str())),
            ("BackupPoolFqdn", backup.as_deref().map_or(Value::Null, Value::from)),
            ("UserServicesPoolFqdn", Value::from(serving)),
            ("PrimaryPoolMachinesInPreferredOrder", order(&pool)),
            ("BackupPoolMachinesInPreferredOrder", backup.as_deref().map_or(Value::Null, order)),
        ],
    )])
}
