//! Convert-MsolDomainToStandard: the people of the domain sign in at the tenant, with passwords of which a file tells.

use std::fmt::Write as _;

use command::Result;
use directory::{Fault, NounCode, Work, verb};

use super::federation;

pub static NOUN: NounCode = NounCode {
    noun: "MsolDomainToStandard",
    heeds: &["DomainName", "PasswordFile", "SkipUserConversion"],
    verbs: &[("Convert", convert)],
    ..NounCode::PLAIN
};

fn convert(work: &mut Work) -> Result<()> {
    let skips = work.bound.get("SkipUserConversion").is_some_and(values::convert::to_bool);
    federation::convert(work, false)?;
    let still = federation::domain(work).is_ok_and(|d| d.text("Authentication") == Some("Federated"));
    if skips || still || work.bound.switch("WhatIf") {
        return Ok(());
    }
    let name = verb::text(work, "PasswordFile");
    let path = work.session.file_path(&name)?;
    let domain = verb::text(work, "DomainName").to_lowercase();
    let users = match work.all("MsolUser") {
        Ok(users) => users,
        Err(fault) => return work.fail(&fault),
    };
    let mut lines = String::from("UserPrincipalName,Password\n");
    let mut changed = Vec::new();
    for user in users {
        let upn = user.text("UserPrincipalName").unwrap_or(&user.name).to_owned();
        if upn.to_lowercase().ends_with(&format!("@{domain}")) {
            let secret: String = uuid::Uuid::new_v4().simple().to_string().chars().take(12).collect();
            let secret = format!("{secret}aA1!");
            let _ = writeln!(lines, "{upn},{secret}");
            changed.push((user, secret));
        }
    }
    if let Err(error) = store::write_private(&path, lines) {
        return work.fail(&Fault::argument("PasswordFile", format!("{}: {error}", path.display())).at(&name));
    }
    work.write(|writer, _| {
        for (user, secret) in &changed {
            let mut draft = user.draft();
            for (name, hash) in store::pin::password_hashes(secret) {
                draft.properties.insert(name.to_owned(), hash.into());
            }
            draft.properties.insert("ForceChangePassword".to_owned(), true.into());
            writer.update(draft)?;
        }
        Ok(())
    })?;
    Ok(())
}
