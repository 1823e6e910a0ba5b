//! Passwords of accounts: set by an administrator, kept as hashes.

use command::{Result, Value};
use directory::{NounCode, Work};
use serde_json::Value as Json;

pub static NOUN: NounCode = NounCode {
    noun: "MsolUserPassword",
    heeds: &["UserPrincipalName", "ObjectId", "NewPassword", "ForceChangePassword", "ForceChangePasswordOnly"],
    verbs: &[("Set", set)],
    ..NounCode::PLAIN
};

/// A password as the service makes them: capital, two small letters, five digits.
fn generated() -> String {
    let bytes = *uuid::Uuid::new_v4().as_bytes();
    let letter = |first: u8, byte: u8| char::from(first + byte % 26);
    let digits = bytes[3..8].iter().map(|b| char::from(b'0' + b % 10));
    [letter(b'A', bytes[0]), letter(b'a', bytes[1]), letter(b'a', bytes[2])].into_iter().chain(digits).collect()
}

fn set(work: &mut Work) -> Result<()> {
    let found = super::msol_user::named(work, false).and_then(|user| Ok((user, work.other("MsolUser")?)));
    let (user, noun) = match found {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let truth = |name: &str| work.bound.get(name).map(values::convert::to_bool);
    let mut properties = user.properties.clone();
    let only = truth("ForceChangePasswordOnly") == Some(true);
    let password = work.bound.str("NewPassword").map(|p| p.to_string()).filter(|p| !p.is_empty());
    let password = (!only).then(|| password.unwrap_or_else(generated));
    if let Some(password) = &password {
        properties.insert("PasswordHash".to_owned(), Json::from(store::pin::hash(password)));
    }
    properties.insert("ForceChangePassword".to_owned(), Json::Bool(truth("ForceChangePassword").unwrap_or(true)));
    match (work.save(noun, Some(&user), &user.name, &user.container, properties)?, password) {
        // The service tells the password once.
        (Some(_), Some(password)) => work.session.write(Value::from(password)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn generated() {
        let password = super::generated();
        assert_eq!(password.len(), 8);
        assert!(password[3..].chars().all(|c| c.is_ascii_digit()) && password.starts_with(char::is_uppercase));
    }
}
