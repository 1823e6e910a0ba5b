//! Convert-MsolFederatedUser: an account that signed in elsewhere signs in at the tenant, with a new password.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "MsolFederatedUser",
    heeds: &["UserPrincipalName", "NewPassword"],
    verbs: &[("Convert", convert)],
    ..NounCode::PLAIN
};

fn convert(work: &mut Work) -> Result<()> {
    let name = work.bound.value("UserPrincipalName");
    let found = work.target("MsolUser", &name).and_then(|user| {
        let upn = user.text("UserPrincipalName").unwrap_or(&user.name).to_lowercase();
        let domain = upn.split_once('@').map_or("", |(_, d)| d).to_owned();
        let kept = work.directory.store.read(|reader| reader.find("MsolDomain", "", &domain))?;
        match kept.as_ref().and_then(|d| d.text("Authentication")) {
            Some("Federated") => {
                let text = format!(
                    "The domain {domain} is still federated: convert it with Convert-MsolDomainToStandard first."
                );
                Err(Fault::state("DomainFederated", text).at(&upn))
            }
            _ => Ok(user),
        }
    });
    let user = match found {
        Ok(user) => user,
        Err(fault) => return work.fail(&fault),
    };
    let given = verb::text(work, "NewPassword");
    let secret = if given.is_empty() {
        let made: String = uuid::Uuid::new_v4().simple().to_string().chars().take(8).collect();
        format!("{made}aA1!")
    } else {
        given.clone()
    };
    if !work.should(&user.name)? {
        return Ok(());
    }
    let done = work.write(|writer, _| {
        let mut draft = user.draft();
        for (name, hash) in store::pin::password_hashes(&secret) {
            draft.properties.insert(name.to_owned(), hash.into());
        }
        Ok(writer.update(draft)?)
    })?;
    // A password that was made up is told.
    match done {
        Some(()) if given.is_empty() => work.session.write(Value::from(secret)),
        _ => Ok(()),
    }
}
