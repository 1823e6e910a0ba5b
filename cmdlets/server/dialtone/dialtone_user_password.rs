//! Passwords of people's SIP phones.

use command::Result;
use directory::{Fault, NounCode, Work};
use serde_json::Value as Json;

pub static NOUN: NounCode = NounCode {
    noun: "DialtoneUserPassword",
    heeds: &["Identity", "Password", "Remove"],
    verbs: &[("Set", set)],
    ..NounCode::PLAIN
};

fn set(work: &mut Work) -> Result<()> {
    let user = match work.target("CsUser", &work.bound.value("Identity")) {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let password = work.bound.get("Password").filter(|v| !v.is_null()).map(directory::secret);
    if password.as_ref().is_some_and(String::is_empty) {
        return work.fail(&Fault::argument("PasswordEmpty", "The password can't be empty.").at(&user.name));
    }
    if password.is_none() && !work.bound.switch("Remove") {
        return work.fail(&Fault::argument("PasswordMissing", "Give a password, or -Remove.").at(&user.name));
    }
    if !work.should(&user.name)? {
        return Ok(());
    }
    let directory = work.directory.clone();
    work.write(|writer, _| {
        let mut user = writer.get(user.id)?.ok_or_else(|| Fault::no_user(&user.name))?;
        // Digest authentication needs the password itself, as the front end reads it.
        match password {
            Some(password) => user.properties.insert("LabPassword".to_owned(), Json::from(password)),
            None => user.properties.remove("LabPassword"),
        };
        writer.update(directory::changed_draft(&directory.library, user))?;
        Ok(())
    })?;
    Ok(())
}
