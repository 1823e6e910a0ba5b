//! Entries of roles: the commands that a role permits, one row each (`Role\\Command`, with wildcards).

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

pub static NOUN: NounCode = NounCode {
    noun: "ManagementRoleEntry",
    heeds: &["Identity", "ResultSize"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let identity = work.bound.str("Identity").map_or_else(String::new, |t| t.to_string());
    let Some((role, entry)) = identity.split_once('\\') else {
        let text = format!(
            "The role entry identity \"{identity}\" isn't valid. Use \"<role>\\<cmdlet>\", wildcards are allowed."
        );
        return work.fail(&Fault::argument("RoleEntryIdentity", text).at(&identity));
    };
    let roles = match work.all("ManagementRole") {
        Ok(roles) => roles,
        Err(fault) => return work.fail(&fault),
    };
    let limit = work.bound.int("ResultSize").and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    let library = work.directory.library.clone();
    let mut given = 0;
    for found in roles.iter().filter(|r| directory::like(&r.name, role)) {
        let patterns = match work.directory.store.read(|reader| directory::role::commands_of(reader, &found.name)) {
            Ok(patterns) => patterns,
            Err(error) => return work.fail(&Fault::from(error)),
        };
        for row in library.commands().filter(|c| c.module() == "ExchangePowerShell") {
            let fits = directory::like(row.name(), entry) && patterns.iter().any(|p| directory::like(row.name(), p));
            if !fits || given == limit {
                continue;
            }
            given += 1;
            let parameters = row.parameters().map(|p| Value::from(p.name())).collect();
            let shown = values::Object::typed(
                "Microsoft.Exchange.Data.Directory.SystemConfiguration.ManagementRoleEntry",
                [
                    ("Name", Value::from(row.name())),
                    ("Role", Value::from(found.name.as_str())),
                    ("Parameters", Value::array(parameters)),
                    ("PSSnapinName", Value::from("Microsoft.Exchange.Management.PowerShell.E2010")),
                    ("Type", Value::from("Cmdlet")),
                    ("Identity", Value::from(format!("{}\\{}", found.name, row.name()))),
                ],
            );
            work.session.write(shown)?;
        }
    }
    Ok(())
}
